#include "db/group.h"

#include <stdlib.h>
#include <time.h>

#define PARTS_MAX 64u
#define OPEN_MAX_MS 10 /* then nobody joins any more: who is ready waits for the others */

/* One transaction. Lives until it has ended and the last of its threads has its answer. */
struct batch {
	void *connection;
	unsigned parts;  /* that are good */
	unsigned holders; /* threads, and the group while it is open */
	int64_t since_ms;
	bool ended;
	enum status st;  /* of the whole */
	struct error error;
	pthread_cond_t end;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum status group_init(struct group *group, struct pool *pool, struct error *ret_error)
{
	pthread_condattr_t attributes;

	*group = (struct group){.pool = pool};
	if (pthread_condattr_init(&attributes) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	group->ready = pthread_cond_init(&group->turn, &attributes) == 0 && pthread_mutex_init(&group->mutex, NULL) == 0;
	pthread_condattr_destroy(&attributes);
	return group->ready ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

void group_release(struct group *group)
{
	if (!group->ready)
		return;
	pthread_cond_destroy(&group->turn);
	pthread_mutex_destroy(&group->mutex);
	group->ready = false;
}

/* ---- taking turns; the mutex is held ---- */

static enum status take_turn(struct group *group, struct error *ret_error)
{
	int64_t until_ms = now_ms() + group->pool->busy_ms;
	struct timespec deadline = {(time_t)(until_ms / 1000), (long)(until_ms % 1000) * 1000000};
	int rc = 0;

	group->waiting++;
	while (group->running && rc == 0)
		rc = pthread_cond_timedwait(&group->turn, &group->mutex, &deadline);
	group->waiting--;
	/* A turn that was given is taken, also at the last moment: those before wait for somebody to commit. */
	if (group->running)
		return error_because(ret_error, ST_UNAVAILABLE, DB_BUSY, NULL, "all connections to the database are busy");
	group->running = true;
	return ST_OK;
}

static void give_turn(struct group *group)
{
	group->running = false;
	pthread_cond_signal(&group->turn);
}

static void batch_let_go(struct batch *batch)
{
	if (--batch->holders > 0)
		return;
	pthread_cond_destroy(&batch->end);
	free(batch);
}

/* ---- the transaction; the turn is held, the mutex is not ---- */

static enum status batch_begin(struct group *group, struct batch **ret_batch, struct error *ret_error)
{
	struct batch *batch = calloc(1, sizeof *batch);
	enum status st;

	if (batch == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = pool_take(group->pool, &batch->connection, ret_error);
	if (st == ST_OK) {
		st = group->pool->driver->begin(batch->connection, BEGIN_WRITE, ret_error);
		if (st != ST_OK)
			pool_give(group->pool, batch->connection);
	}
	if (st == ST_OK && pthread_cond_init(&batch->end, NULL) != 0) {
		group->pool->driver->rollback(batch->connection);
		pool_give(group->pool, batch->connection);
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	if (st != ST_OK) {
		free(batch);
		return st;
	}
	batch->since_ms = now_ms();
	batch->holders = 1;
	*ret_batch = batch;
	return ST_OK;
}

/* A failure may have ended the whole transaction; then nobody's part stands. */
static enum status run_part(struct group *group, struct batch *batch, group_part *part, void *context, struct error *ret_error)
{
	const struct driver *driver = group->pool->driver;
	struct error error = {.code = ST_OK, .position = -1};
	enum status st;

	TRY(driver->script(batch->connection, "SAVEPOINT part", ret_error));
	st = part(context, batch->connection, ret_error);
	if (st == ST_OK)
		st = driver->script(batch->connection, "RELEASE part", ret_error);
	if (st != ST_OK) {
		batch->st = driver->script(batch->connection, "ROLLBACK TO part; RELEASE part", &error);
		batch->error = error;
	}
	return st;
}

static void batch_finish(struct group *group, struct batch *batch)
{
	const struct driver *driver = group->pool->driver;

	if (batch->st == ST_OK && batch->parts > 0)
		batch->st = driver->commit(batch->connection, &batch->error);
	else
		driver->rollback(batch->connection);
	pool_give(group->pool, batch->connection);
}

/* ---- all together ---- */

/* Joins the open transaction, or begins one. */
static enum status join(struct group *group, struct batch **ret_batch, struct error *ret_error)
{
	enum status st;

	pthread_mutex_lock(&group->mutex);
	st = take_turn(group, ret_error);
	if (st == ST_OK && group->batch == NULL) {
		pthread_mutex_unlock(&group->mutex);
		st = batch_begin(group, ret_batch, ret_error);
		pthread_mutex_lock(&group->mutex);
		if (st == ST_OK)
			group->batch = *ret_batch;
		else
			give_turn(group);
	}
	if (st == ST_OK) {
		*ret_batch = group->batch;
		group->batch->holders++;
	}
	pthread_mutex_unlock(&group->mutex);
	return st;
}

static bool others_may_join(const struct group *group, const struct batch *batch)
{
	return group->waiting > 0 && batch->st == ST_OK && batch->parts < PARTS_MAX && now_ms() - batch->since_ms < OPEN_MAX_MS;
}

enum status group_run(struct group *group, group_part *part, void *context, struct error *ret_error)
{
	struct batch *batch = NULL;
	bool ended_it; /* this part's own failure is what the whole fell with: it tells of that */
	enum status st;

	TRY(join(group, &batch, ret_error));
	st = run_part(group, batch, part, context, ret_error);
	ended_it = batch->st != ST_OK;
	pthread_mutex_lock(&group->mutex);
	batch->parts += st == ST_OK;
	if (others_may_join(group, batch)) {
		give_turn(group);
		/* Also a part that failed: it may have failed for what others of the batch did, which is not told before it stands. */
		while (!batch->ended)
			pthread_cond_wait(&batch->end, &group->mutex);
	} else {
		group->batch = NULL;
		pthread_mutex_unlock(&group->mutex);
		batch_finish(group, batch);
		pthread_mutex_lock(&group->mutex);
		batch->ended = true;
		pthread_cond_broadcast(&batch->end);
		batch_let_go(batch);
		give_turn(group);
	}
	if (batch->st != ST_OK && !ended_it) {
		st = batch->st;
		*ret_error = batch->error;
	}
	batch_let_go(batch);
	pthread_mutex_unlock(&group->mutex);
	return st;
}
