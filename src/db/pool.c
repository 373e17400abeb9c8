#include "db/pool.h"

#include <time.h>

enum status pool_init(struct pool *pool, unsigned max, struct error *ret_error)
{
	pthread_condattr_t attributes;

	pool->max = max < 1 ? 1 : max > POOL_MAX ? POOL_MAX : max;
	pool->idle_count = pool->open_count = 0;
	if (pthread_condattr_init(&attributes) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (pthread_cond_init(&pool->given, &attributes) != 0 || pthread_mutex_init(&pool->mutex, NULL) != 0) {
		pthread_condattr_destroy(&attributes);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	pthread_condattr_destroy(&attributes);
	return ST_OK;
}

void pool_release(struct pool *pool)
{
	if (pool->max == 0)
		return;
	pool_drop_idle(pool);
	pthread_cond_destroy(&pool->given);
	pthread_mutex_destroy(&pool->mutex);
	pool->max = 0;
}

static struct timespec deadline_in(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Either an idle connection, or the right to open one (*ret_connection is NULL then). */
static enum status pool_reserve(struct pool *pool, void **ret_connection, struct error *ret_error)
{
	struct timespec deadline = deadline_in(pool->busy_ms);
	enum status st = ST_OK;

	*ret_connection = NULL;
	pthread_mutex_lock(&pool->mutex);
	while (pool->idle_count == 0 && pool->open_count == pool->max && st == ST_OK)
		if (pthread_cond_timedwait(&pool->given, &pool->mutex, &deadline) != 0)
			st = error_because(ret_error, ST_UNAVAILABLE, DB_BUSY, NULL, "all connections to the database are busy");
	if (st == ST_OK && pool->idle_count > 0)
		*ret_connection = pool->idle[--pool->idle_count];
	else if (st == ST_OK)
		pool->open_count++;
	pthread_mutex_unlock(&pool->mutex);
	return st;
}

static void pool_closed_one(struct pool *pool)
{
	pthread_mutex_lock(&pool->mutex);
	pool->open_count--;
	pthread_cond_signal(&pool->given);
	pthread_mutex_unlock(&pool->mutex);
}

enum status pool_take(struct pool *pool, void **ret_connection, struct error *ret_error)
{
	enum status st = pool_reserve(pool, ret_connection, ret_error);

	if (st != ST_OK || *ret_connection)
		return st;
	st = pool->driver->connect(pool->state, pool->mode, ret_connection, ret_error);
	if (st != ST_OK)
		pool_closed_one(pool);
	return st;
}

void pool_give(struct pool *pool, void *connection)
{
	if (!pool->driver->usable(connection)) {
		pool->driver->disconnect(connection);
		pool_closed_one(pool);
		return;
	}
	pthread_mutex_lock(&pool->mutex);
	pool->idle[pool->idle_count++] = connection;
	pthread_cond_signal(&pool->given);
	pthread_mutex_unlock(&pool->mutex);
}

void pool_drop_idle(struct pool *pool)
{
	void *dropped[POOL_MAX];
	unsigned count;

	pthread_mutex_lock(&pool->mutex);
	count = pool->idle_count;
	memcpy(dropped, pool->idle, count * sizeof dropped[0]);
	pool->idle_count = 0;
	pool->open_count -= count;
	pthread_cond_broadcast(&pool->given);
	pthread_mutex_unlock(&pool->mutex);
	for (unsigned i = 0; i < count; i++)
		pool->driver->disconnect(dropped[i]);
}
