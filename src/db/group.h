/* Writes of several threads in one transaction, so that they share its wait for the disk (group commit).
 *
 * For a driver with one connection that writes. Each thread does its part itself, one after the other, inside a savepoint: a
 * part that fails is taken back alone. Whoever has nobody waiting behind him commits for all; nobody is told "done" before.
 */
#ifndef DB_GROUP_H
#define DB_GROUP_H

#include "db/pool.h"

struct group {
	struct pool *pool; /* of the one connection, borrowed */
	pthread_mutex_t mutex;
	pthread_cond_t turn;
	bool running;      /* a thread is at its part, or commits */
	unsigned waiting;
	struct batch *batch; /* open, or NULL */
	bool ready;        /* made */
};

/* Fails: ST_NO_MEMORY. */
MUST_USE enum status group_init(struct group *group, struct pool *pool, struct error *ret_error);
void group_release(struct group *group);

/* Runs `part` on the connection and gives its status once the transaction has ended; ST_OK: it is committed. Fails: what `part` gives (it alone
 * is taken back); what begin and commit give; ST_UNAVAILABLE reason "busy". */
typedef enum status group_part(void *context, void *connection, struct error *ret_error);
MUST_USE enum status group_run(struct group *group, group_part *part, void *context, struct error *ret_error);

#endif
