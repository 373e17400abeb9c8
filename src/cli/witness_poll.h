/* A witness that fetches: the log's checkpoint and tiles, from which it computes by itself that the tree only grew; the
 * cosignature is brought to the log. For witnesses that the log cannot reach.
 */
#ifndef CLI_WITNESS_POLL_H
#define CLI_WITNESS_POLL_H

#include "ledger/witness.h"

struct witness_poll {
	const struct witness *witness;
	const char *url;     /* the log's prefix: URL/checkpoint, URL/tile/... */
	const char *ca_file; /* may be NULL */
	bool (*go_on)(void *context);
	void *context;
};

struct witness_polled {
	uint64_t size;
	bool cosigned; /* something new was */
	enum witness_alarm alarm;
	char alarm_id[33];
};

/* Once. ST_OK also with an alarm. Fails: ST_UNAVAILABLE (log not reached, state not kept), ST_DENIED (not signed by a key that
 * is watched), ST_MALFORMED, ST_CORRUPT (its tiles do not lead to its own root). */
MUST_USE enum status witness_poll(const struct witness_poll *poll, struct witness_polled *ret, struct error *ret_error);

#endif
