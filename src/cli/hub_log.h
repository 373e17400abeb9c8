/* A hub's logs: their keys, the thread that gives places and signs, and the thread that sends what was signed to witnesses and
 * keeps what they answer.
 */
#ifndef CLI_HUB_LOG_H
#define CLI_HUB_LOG_H

#include "cli/key_files.h"
#include "ledger/runner.h"
#include "office/public_log.h"

struct hub_log;

struct hub_log_options {
	struct db *db;
	const struct env *env;
	const char *folder;        /* of the hub's data; keys are in its folder `keys` */
	const char *name;          /* what keys are named: NAME/list, NAME/audit */
	const char *const *witnesses; /* "VKEY" or "VKEY,URL"; those of the file keys/trusted count too */
	size_t witness_count;
	const char *ca_file;       /* for witnesses; may be NULL */
	void (*say)(void *context, const char *line);
	void *context;
};

/* Makes the keys that are missing, where the database knows of none. Fails: ST_CONFLICT (the database knows another key than
 * the folder holds), as key_file_load, ST_MALFORMED (a witness). What was not started is stopped. */
MUST_USE enum status hub_log_start(const struct hub_log_options *options, struct hub_log **ret, struct error *ret_error);

/* Something was committed. */
void hub_log_wake(struct hub_log *log);

/* What everybody may read. */
struct http_table hub_log_table(const struct hub_log *log);

/* Of the log "list"; as long as it runs. */
const struct note_signer *hub_log_signer(const struct hub_log *log);
/* Whose signatures count: the keys of the file keys/trusted and the witnesses. Borrowed until hub_log_stop. */
struct ledger_trust hub_log_trust(const struct hub_log *log);

/* NULL is fine. */
void hub_log_stop(struct hub_log *log);

/* The signer of a purpose ("list", "audit", "edition"), named NAME/PURPOSE: loaded from the folder, or made where the database
 * has none. Fails as above. */
MUST_USE enum status hub_key(const struct hub_log_options *options, const char *purpose, struct note_signer *ret,
			     struct error *ret_error);

#endif
