/* What time brings, and nobody else. */
#include "registry/inside.h"

#define BATCH 500
#define SCRATCH_MAX ((size_t)16 << 20)

static const struct actor clock_actor = {.id = {"clock", 5}, .strength = ACTOR_TOKEN};

/* An entry and the act whose time has come for it. */
struct due {
	struct text entry;
	const char *act;
};

struct clock_work {
	struct registry *registry;
	struct arena *arena;
	struct due *due;
	size_t count;
	const struct due *one;
};

/* The latest moment seen never goes back. */
static enum status mark_time(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct clock_work *w = context;
	int64_t now_ms = env_now(w->registry->env);

	return db_exec(tx, "UPDATE registry_state SET latest_ms = $1 WHERE one = 1 AND latest_ms < $1", DB_PARAMS(DB_V_INT(now_ms)),
		       NULL, ret_error);
}

/* As the indexes have it (040_registry.sql). */
#define LISTED " AND coalesce(state, '') IN ('published', 'suspended', 'under-appeal')"

/* $1 is the moment by which it is due, $2 how many. Expiry goes before lapse: what has expired was not merely unreviewed. */
static const struct {
	const char *act, *term, *sql;
} watches[] = {
	{"expire", NULL,
	 "SELECT id FROM entry WHERE expires_at <= $1" LISTED " ORDER BY expires_at, id LIMIT $2"},
	{"lapse", NULL,
	 "SELECT id FROM entry WHERE review_due_at <= $1 AND expires_at > $1" LISTED " ORDER BY review_due_at, id LIMIT $2"},
	{"urgent-end", NULL,
	 "SELECT id FROM entry WHERE urgent_until <= $1 AND listing_leaf IS NOT NULL"
	 " AND coalesce(state, '') IN ('submitted', 'in-review', 'returned', 'approved') ORDER BY urgent_until, id LIMIT $2"},
	{"remind", "reminder-last",
	 "SELECT id FROM entry WHERE review_due_at <= $1 AND reminded < 3" LISTED " ORDER BY review_due_at, id LIMIT $2"},
	{"remind", "reminder-second",
	 "SELECT id FROM entry WHERE review_due_at <= $1 AND reminded < 2" LISTED " ORDER BY review_due_at, id LIMIT $2"},
	{"remind", "reminder-first",
	 "SELECT id FROM entry WHERE review_due_at <= $1 AND reminded < 1" LISTED " ORDER BY review_due_at, id LIMIT $2"},
};

/* An entry that is due for several acts has the first of them. */
static void due_add(struct clock_work *w, struct text entry, const char *act)
{
	for (size_t i = 0; i < w->count; i++)
		if (text_equal(w->due[i].entry, entry))
			return;
	w->due[w->count++] = (struct due){.entry = entry, .act = act};
}

static enum status find_due(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct clock_work *w = context;
	size_t watch_count = sizeof watches / sizeof watches[0];
	int64_t now_ms;

	w->count = 0;
	w->due = ARENA_NEW(w->arena, struct due, watch_count * BATCH);
	if (!w->due)
		return arena_failure(w->arena, ret_error);
	TRY(registry_now(w->registry, tx, &now_ms, ret_error));
	for (size_t i = 0; i < watch_count; i++) {
		int64_t by_ms = now_ms + (watches[i].term ? lifecycle_term_ms(watches[i].term) : 0);
		struct db_rows rows;

		TRY(db_query(tx, watches[i].sql, DB_PARAMS(DB_V_INT(by_ms), DB_V_INT(BATCH)), w->arena, &rows, ret_error));
		for (size_t r = 0; r < rows.rows; r++)
			due_add(w, db_text(&rows, r, 0), watches[i].act);
	}
	return ST_OK;
}

static enum status do_one(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct clock_work *w = context;
	const struct registry_act act = {.entry = w->one->entry, .act = text_of(w->one->act)};
	struct arena arena;
	struct entry entry;
	enum status st;

	arena_init(&arena, SCRATCH_MAX);
	st = registry_act(w->registry, tx, &clock_actor, &act, &arena, &entry, ret_error);
	arena_release(&arena);
	return st;
}

static enum status one_batch(struct clock_work *w, size_t *ret_done, struct error *ret_error)
{
	size_t done = 0;

	TRY(db_transact(w->registry->db, DB_READ, find_due, w, ret_error));
	for (size_t i = 0; i < w->count; i++) {
		enum status st;

		w->one = &w->due[i];
		st = db_transact(w->registry->db, DB_WRITE, do_one, w, ret_error);
		/* another hub, or an officer, was there first: no trouble */
		if (st != ST_OK && st != ST_CONFLICT && st != ST_NOT_FOUND)
			return st;
		done += st == ST_OK;
	}
	*ret_done = done;
	return ST_OK;
}

enum status registry_clock(struct registry *registry, size_t *ret_done, struct error *ret_error)
{
	struct clock_work w = {.registry = registry};
	size_t total = 0, done;
	struct arena arena;
	enum status st;

	arena_init(&arena, SCRATCH_MAX);
	w.arena = &arena;
	TRY_OUT(db_transact(registry->db, DB_WRITE, mark_time, &w, ret_error));
	do {
		arena_clear(&arena);
		TRY_OUT(one_batch(&w, &done, ret_error));
		total += done;
	} while (done);
	*ret_done = total;
out:
	arena_release(&arena);
	return st;
}
