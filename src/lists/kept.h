/* The last good content of each list: its entities as FollowTheMoney JSON lines in FOLDER/.last-good/FILE.ftm.jsonl,
 * closed by a line with a checksum, their number and the fingerprint of the file. It is what stays in force when the file itself turns bad, also over
 * a restart.
 */
#ifndef LISTS_KEPT_H
#define LISTS_KEPT_H

#include "exchange/exchange.h"

/* ---- writing: beside, and put in its place when the list was read whole ---- */

struct kept_writer {
	int fd;      /* -1: nothing is written (it stands there already, or it failed) */
	int64_t changed_ns;
	uint64_t fingerprint;
	uint64_t count;
	struct XXH3_state_s *hash; /* owned */
	struct buffer held;
	struct error error; /* why it cannot be kept; code ST_OK if it can */
	char path[4096], final[4096];
};

/* Starts, unless a copy with the list's fingerprint is there. Failures are told in writer->error only: a list is
 * not refused because its copy cannot be written. */
void kept_begin(struct kept_writer *writer, const char *folder, const char *file, int64_t changed_ns,
		uint64_t fingerprint);
void kept_add(struct kept_writer *writer, const struct entity *entity);
void kept_end(struct kept_writer *writer, bool good);

/* ---- reading ---- */

/* Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_CORRUPT, what the sink gives. *ret_changed_ns: when the list was of this content. */
MUST_USE enum status kept_read(const char *folder, const char *file, const struct exchange_sink *sink,
			       int64_t *ret_changed_ns, struct error *ret_error);

/* Removes what is kept of files that `is_there` does not know. */
void kept_sweep(const char *folder, bool (*is_there)(const void *context, const char *file), const void *context);

#endif
