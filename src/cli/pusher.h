/* A thread that sends each new checkpoint to every witness that has an address, and keeps the cosignatures that come back
 * (C2SP tlog-witness: add-checkpoint). A witness that cannot be reached is asked again later, up to every minute; what it
 * refuses is said once.
 */
#ifndef CLI_PUSHER_H
#define CLI_PUSHER_H

#include "cli/key_files.h"

struct pusher;

struct pusher_options {
	struct db *db;
	const char *const *logs;
	size_t log_count;
	const struct trusted *trusted; /* outlives the thread */
	const char *ca_file;
	void (*say)(void *context, const char *line);
	void *context;
};

MUST_USE enum status pusher_start(const struct pusher_options *options, struct pusher **ret, struct error *ret_error);

/* Something was signed. NULL is fine. */
void pusher_wake(struct pusher *pusher);

/* NULL is fine. */
void pusher_stop(struct pusher *pusher);

#endif
