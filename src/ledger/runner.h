/* A thread that gives places and signs, for as long as a hub runs: woken by whoever committed, and every 200 ms otherwise
 * (another hub over the same database may have committed). After a failure it says so and tries again, each time later, up to
 * every ten seconds.
 */
#ifndef LEDGER_RUNNER_H
#define LEDGER_RUNNER_H

#include "ledger/sequence.h"

#define LEDGER_LOGS_MAX 4u

struct ledger_runner;

struct ledger_runner_options {
	struct db *db;
	const struct env *env;
	struct ledger_signing logs[LEDGER_LOGS_MAX];
	size_t log_count;
	int64_t every_ms; /* 0: 200 */
	/* A line for the operator when sequencing fails, and when it works again; may be NULL. Called by the thread. */
	void (*say)(void *context, const char *line);
	/* A new tree head was signed; may be NULL. Called by the thread. */
	void (*signed_head)(void *context, const struct ledger_signing *signing);
	void *context;
};

/* Fails: ST_NO_MEMORY, ST_UNAVAILABLE (thread). */
MUST_USE enum status ledger_runner_start(const struct ledger_runner_options *options, struct ledger_runner **ret,
					 struct error *ret_error);

/* Something was committed. Any thread; cheap; NULL is fine. */
void ledger_runner_wake(struct ledger_runner *runner);

/* Places what was committed before the call, then ends. NULL is fine. */
void ledger_runner_stop(struct ledger_runner *runner);

#endif
