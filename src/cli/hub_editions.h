/* A hub's editions: their key, the keys that they tell of, and the thread that builds them. */
#ifndef CLI_HUB_EDITIONS_H
#define CLI_HUB_EDITIONS_H

#include "cli/hub_log.h"
#include "registry/editions.h"

struct hub_editions;

struct hub_editions_options {
	const struct hub_log_options *log; /* whose keys, folder and name */
	const struct note_signer *log_signer; /* of the log "list" */
	const struct note_key *witnesses;
	size_t witness_count;
	int64_t grace_ms; /* for a cosignature; without a witness none is waited for */
	void (*made)(void *context); /* a new one is there; by the thread */
	void *context;
};

/* The list is called as the logs are: cordon.kh. Fails: as hub_key; as editions_start. */
MUST_USE enum status hub_editions_start(const struct hub_editions_options *options, struct hub_editions **ret, struct error *ret_error);
/* What manifests are signed with, and the epoch of the key set; as long as it runs. */
const struct note_signer *hub_editions_signer(const struct hub_editions *editions);
uint32_t hub_editions_epoch(const struct hub_editions *editions);
void hub_editions_wake(struct hub_editions *editions); /* NULL is fine */
void hub_editions_stop(struct hub_editions *editions); /* NULL is fine */

#endif
