/* Connections of one kind (readers or writers): taken by one thread, given back, dropped when they are of no more use. */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <pthread.h>

#include "db/driver.h"

#define POOL_MAX 64u

struct pool {
	const struct driver *driver;
	void *state;          /* the driver's, borrowed */
	enum db_mode mode;
	int64_t busy_ms;
	pthread_mutex_t mutex;
	pthread_cond_t given;
	void *idle[POOL_MAX];
	unsigned idle_count, open_count, max;
};

/* `max` is drawn into 1..POOL_MAX. Fails: ST_NO_MEMORY. */
MUST_USE enum status pool_init(struct pool *pool, unsigned max, struct error *ret_error);
void pool_release(struct pool *pool);

/* Fails: ST_UNAVAILABLE (cannot connect; reason "busy" where none came free in time). */
MUST_USE enum status pool_take(struct pool *pool, void **ret_connection, struct error *ret_error);
void pool_give(struct pool *pool, void *connection);

/* Closes all that are idle: when one of them was lost, the others are likely to be. */
void pool_drop_idle(struct pool *pool);

#endif
