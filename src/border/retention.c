#include "border/retention.h"

#include <stdio.h>
#include <stdlib.h>

#include "border/arrival.h"
#include "border/crossing.h"
#include "border/hit.h"

#define BATCH 2000
#define HITS_BATCH 50
#define ARRIVALS_BATCH 20 /* of some hundred persons each */

struct forgetting {
	int64_t now_ms;
	const char *sql;
	int64_t before_ms;
	struct arena arena;
	size_t gone;
};

static enum status rows_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct forgetting *f = context;
	uint64_t changed;

	TRY(db_exec(tx, f->sql, DB_PARAMS(DB_V_INT(f->before_ms), DB_V_INT(BATCH)), &changed, ret_error));
	f->gone = (size_t)changed;
	return ST_OK;
}

/* With everything that stands in its story, and no hit pointing to it. */
static enum status hit_delete(struct db_tx *tx, struct text id, struct error *ret_error)
{
	static const char *const steps[] = {"UPDATE hit SET misuse_of = NULL WHERE misuse_of = $1", "DELETE FROM hit_act WHERE hit_id = $1",
					    "DELETE FROM hit_candidate WHERE hit_id = $1",					    "DELETE FROM hit WHERE id = $1"};

	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
		TRY(db_exec(tx, steps[i], DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error));
	return ST_OK;
}

static enum status hits_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct forgetting *f = context;
	struct db_rows rows;

	arena_clear(&f->arena);
	TRY(db_query(tx, "SELECT id FROM hit WHERE delete_at <= $1 AND coalesce(state, '') <> 'custody' ORDER BY delete_at LIMIT $2",
		     DB_PARAMS(DB_V_INT(f->now_ms), DB_V_INT(HITS_BATCH)), &f->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(hit_delete(tx, db_text(&rows, i, 0), ret_error));
	f->gone = rows.rows;
	return ST_OK;
}

static enum status arrivals_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct forgetting *f = context;

	arena_clear(&f->arena);
	return arrival_forget(tx, f->now_ms, ARRIVALS_BATCH, &f->arena, &f->gone, ret_error);
}

/* ---- what an erased entry leaves ---- */

/* Without the words by which a hit says whom of the list he was like. */
static enum status explanations_drop(struct text json, struct text entry, struct arena *arena, struct text *ret, struct error *ret_error)
{
	json_t *list = json_loadb(json.data, json.len, 0, NULL);
	char *dumped;
	enum status st;

	for (size_t i = 0; i < json_array_size(list); i++)
		if (text_equal(text_of(json_string_value(json_object_get(json_array_get(list, i), "entry"))), entry))
			json_object_del(json_array_get(list, i), "explanations");
	dumped = json_dumps(list, JSON_COMPACT);
	st = dumped && arena_text(arena, text_of(dumped), ret) == ST_OK ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	free(dumped);
	json_decref(list);
	return st;
}

static enum status erased_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct forgetting *f = context;
	struct text candidates;
	struct db_rows rows;
	uint64_t past;

	arena_clear(&f->arena);
	TRY(db_exec(tx, "DELETE FROM past_crossing WHERE entry_id IN (SELECT id FROM entry WHERE erased = 1)", DB_NO_PARAMS, &past, ret_error));
	TRY(db_query(tx, "SELECT c.hit_id, c.entry_id FROM entry e JOIN hit_candidate c ON c.entry_id = e.id"
		     " WHERE e.erased = 1 AND c.explained = 1 LIMIT $1", DB_PARAMS(DB_V_INT(HITS_BATCH)), &f->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		struct text hit = db_text(&rows, i, 0), entry = db_text(&rows, i, 1);
		struct db_rows row;

		/* read anew: of one hit several may be erased */
		TRY(db_query_one(tx, "SELECT candidates FROM hit WHERE id = $1", DB_PARAMS(DB_V_TEXT(hit)), &f->arena, &row, ret_error));
		TRY(explanations_drop(db_text(&row, 0, 0), entry, &f->arena, &candidates, ret_error));
		TRY(db_exec(tx, "UPDATE hit SET candidates = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(hit), DB_V_TEXT(candidates)), NULL, ret_error));
		TRY(db_exec(tx, "UPDATE hit_candidate SET explained = 0 WHERE hit_id = $1 AND entry_id = $2",
			    DB_PARAMS(DB_V_TEXT(hit), DB_V_TEXT(entry)), NULL, ret_error));
	}
	f->gone = rows.rows;
	return ST_OK;
}

/* ---- keys ---- */

static enum status key_used(struct db_tx *tx, struct forgetting *f, const char *sql, int64_t number, bool *ret_used,
			    struct error *ret_error)
{
	char from[32], to[32];
	struct db_rows row;

	/* ';' comes after ':' */
	snprintf(from, sizeof from, "%lld:", (long long)number);
	snprintf(to, sizeof to, "%lld;", (long long)number);
	TRY(db_query(tx, sql, DB_PARAMS(DB_V_TEXT(text_of(from)), DB_V_TEXT(text_of(to))), &f->arena, &row, ret_error));
	*ret_used = *ret_used || row.rows != 0;
	return ST_OK;
}

/* A key that was followed by another more than 30 days ago, and of which no crossing is left. A post that was cut off since then still
 * hashes with it; those crossings are kept and counted, and cannot be asked any more. */
static enum status keys_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct forgetting *f = context;
	struct db_rows keys;

	arena_clear(&f->arena);
	f->gone = 0;
	TRY(db_query(tx, "SELECT number FROM crossing_key k WHERE EXISTS (SELECT 1 FROM crossing_key n WHERE n.number > k.number"
		     " AND n.from_at <= $1) ORDER BY number",
		     DB_PARAMS(DB_V_INT(f->now_ms - CROSSING_KEPT_MS)), &f->arena, &keys, ret_error));
	for (size_t i = 0; i < keys.rows; i++) {
		bool used = false;

		TRY(key_used(tx, f, "SELECT 1 FROM crossing WHERE document >= $1 AND document < $2 LIMIT 1", db_int(&keys, i, 0), &used,
			     ret_error));
		TRY(key_used(tx, f, "SELECT 1 FROM crossing WHERE identity >= $1 AND identity < $2 LIMIT 1", db_int(&keys, i, 0), &used,
			     ret_error));
		if (used)
			continue;
		TRY(db_exec(tx, "DELETE FROM crossing_key WHERE number = $1", DB_PARAMS(DB_V_INT(db_int(&keys, i, 0))), NULL, ret_error));
		f->gone++;
	}
	return ST_OK;
}

/* Again and again until there is less than a batch. */
static enum status all(struct border *border, struct forgetting *f, db_work *work, size_t batch, size_t *ret_gone, struct error *ret_error)
{
	do {
		TRY(db_transact(border->db, DB_WRITE, work, f, ret_error));
		*ret_gone += f->gone;
	} while (f->gone >= batch);
	return ST_OK;
}

enum status border_forget(struct border *border, size_t *ret_gone, struct error *ret_error)
{
	static const struct {
		const char *sql;
		int64_t kept_ms;
	} rows[] = {
		{"DELETE FROM crossing WHERE id IN (SELECT id FROM crossing WHERE at <= $1 ORDER BY at LIMIT $2)", CROSSING_KEPT_MS},
		{"DELETE FROM drill WHERE id IN (SELECT id FROM drill WHERE ordered_at <= $1 ORDER BY ordered_at LIMIT $2)", HIT_KEPT_MS},
		{"DELETE FROM past_crossing WHERE crossing_id IN (SELECT crossing_id FROM past_crossing WHERE found_at <= $1"
		 " ORDER BY found_at LIMIT $2) AND found_at <= $1", HIT_KEPT_MS},
		{"UPDATE post_event SET record = NULL WHERE record IS NOT NULL AND at <= $1 AND $2 > 0", CROSSING_KEPT_MS},
		{"DELETE FROM post_event WHERE at <= (SELECT max(at) FROM (SELECT at FROM post_event WHERE at <= $1 ORDER BY at LIMIT $2) o)",
		 EVENT_KEPT_MS},
	};
	struct forgetting f = {.now_ms = env_now(border->env)};
	enum status st = ST_OK;

	*ret_gone = 0;
	arena_init(&f.arena, (size_t)4 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		f.sql = rows[i].sql;
		f.before_ms = f.now_ms - rows[i].kept_ms;
		TRY_OUT(all(border, &f, rows_work, BATCH, ret_gone, ret_error));
	}
	TRY_OUT(all(border, &f, hits_work, HITS_BATCH, ret_gone, ret_error));
	TRY_OUT(all(border, &f, arrivals_work, ARRIVALS_BATCH, ret_gone, ret_error));
	TRY_OUT(all(border, &f, erased_work, HITS_BATCH, ret_gone, ret_error));
	TRY_OUT(all(border, &f, keys_work, SIZE_MAX, ret_gone, ret_error));
	/* Each time: what an earlier turn deleted may still stand in the files because somebody read. */
	st = db_forget(border->db, ret_error);
out:
	arena_release(&f.arena);
	return st;
}
