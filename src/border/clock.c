/* What time brings to hits and drills. */
#include "border/drill.h"
#include "border/inside.h"
#include "border/reversal.h"

#define BATCH 100
#define CUSTODY_MAX 5000
#define ARENA_MAX ((size_t)16 << 20)

struct ticking {
	struct border *border;
	struct arena arena;
	int64_t now_ms;
	size_t done;
};

static const struct actor clock_actor = {.id = {"clock", 5}};

/* Writes down that time did it, and tells the post and whoever listens. */
static enum status tick(struct ticking *t, struct db_tx *tx, const struct hit_row *hit, struct text act, struct text fields,
			struct error *ret_error)
{
	const struct hit_line line = {.hit = hit->id, .at_ms = t->now_ms, .officer = clock_actor.id, .act = act, .state = hit->state,
				      .fields = fields};
	const struct audit_event event = {.actor = &clock_actor, .action = "hit.act", .thing_kind = "hit", .thing = hit->id,
					  .outcome = "flagged", .detail = fields};

	TRY(hit_line_add(tx, &line, t->now_ms, &t->arena, ret_error));
	TRY(audit_add(tx, t->border->env, &event, ret_error));
	TRY(hit_tell_post(t->border, tx, hit, act, clock_actor.id, hit->state, ret_error));
	t->done++;
	return db_tell(tx, "hit", hit->id, t->now_ms, ret_error);
}

static enum status escalate_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	struct db_rows rows;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(db_query(tx, "SELECT " HIT_COLUMNS HIT_FROM "WHERE " HIT_WAITS " AND h.answer_due <= $1"
		     " AND h.escalated = 0 ORDER BY h.answer_due LIMIT $2",
		     DB_PARAMS(DB_V_INT(t->now_ms + HIT_ANSWER_MS - HIT_ESCALATE_MS), DB_V_INT(BATCH)), &t->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct hit_row hit;

		hit_row_take(&rows, i, &hit);
		TRY(db_exec(tx, "UPDATE hit SET version = version + 1, escalated = 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(hit.id)), NULL,
			    ret_error));
		TRY(tick(t, tx, &hit, TEXT("escalate"), TEXT_NONE, ret_error));
	}
	return ST_OK;
}

/* Hundredths of the legal maximum that have passed, as far as they are told of. */
static int64_t custody_level(const struct hit_row *hit, int64_t now_ms)
{
	int64_t whole = hit->custody_until_ms - hit->custody_from_ms, passed = now_ms - hit->custody_from_ms;

	return passed >= whole ? 100 : passed >= whole / 4 * 3 ? 75 : 0;
}

static enum status custody_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;
	struct db_rows rows;

	arena_clear(&t->arena);
	t->done = 0;
	TRY(db_query(tx, "SELECT " HIT_COLUMNS HIT_FROM "WHERE coalesce(h.state, '') = 'custody' AND h.custody_told < 100"
		     " ORDER BY h.custody_until LIMIT $1",
		     DB_PARAMS(DB_V_INT(CUSTODY_MAX)), &t->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct hit_row hit;
		int64_t level;

		hit_row_take(&rows, i, &hit);
		level = custody_level(&hit, t->now_ms);
		if (level <= hit.custody_told)
			continue;
		TRY(db_exec(tx, "UPDATE hit SET version = version + 1, custody_told = $2 WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(hit.id), DB_V_INT(level)), NULL, ret_error));
		TRY(tick(t, tx, &hit, TEXT("custody-time"), level == 100 ? TEXT("{\"percent\":100}") : TEXT("{\"percent\":75}"), ret_error));
		TRY(db_tell(tx, "custody", hit.id, t->now_ms, ret_error));
	}
	return ST_OK;
}

static enum status drills_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;

	arena_clear(&t->arena);
	t->done = 0;
	return drill_clock(tx, t->now_ms, &t->arena, &t->done, ret_error);
}

static enum status calls_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;

	arena_clear(&t->arena);
	t->done = 0;
	return reversal_clock(t->border, tx, &t->arena, &t->done, ret_error);
}

enum status border_clock(struct border *border, size_t *ret_done, struct error *ret_error)
{
	static db_work *const works[] = {escalate_work, custody_work, drills_work, calls_work};
	struct ticking t = {.border = border, .now_ms = env_now(border->env)};
	enum status st = ST_OK;

	*ret_done = 0;
	arena_init(&t.arena, ARENA_MAX);
	for (size_t i = 0; st == ST_OK && i < sizeof works / sizeof works[0]; i++) {
		st = db_transact(border->db, DB_WRITE, works[i], &t, ret_error);
		if (st == ST_OK)
			*ret_done += t.done;
	}
	arena_release(&t.arena);
	return st;
}
