/* Clearances as they stand in the database, and what time does to them. */
#include "registry/clearance.h"
#include "registry/inside.h"

#define EXPIRED_MAX 500 /* ended in one run; the next takes the others */

#define COLUMNS                                                                                                                  \
	"SELECT c.id, c.state, c.entry_id, e.caption, c.person, c.caption, c.photo_type, c.photo_sha256, c.note, c.version,"      \
	" c.proposed_at, c.confirmed_at, c.ended_at, c.expires_at, c.proposed_by, c.confirmed_by, c.ended_by, c.end_reason,"       \
	" c.consent"
#define TABLES " FROM clearance c JOIN entry e ON e.id = c.entry_id "

static void take(const struct db_rows *rows, size_t i, struct clearance_record *ret)
{
	*ret = (struct clearance_record){
		.id = db_text(rows, i, 0), .state = db_text(rows, i, 1), .entry = db_text(rows, i, 2),
		.entry_caption = db_text(rows, i, 3), .person = db_text(rows, i, 4), .caption = db_text(rows, i, 5),
		.photo_type = db_text(rows, i, 6), .photo_sha256 = db_text(rows, i, 7), .note = db_text(rows, i, 8),
		.version = db_int(rows, i, 9), .proposed_ms = db_int(rows, i, 10), .confirmed_ms = db_int(rows, i, 11),
		.ended_ms = db_int(rows, i, 12), .expires_ms = db_int(rows, i, 13), .proposed_by = db_text(rows, i, 14),
		.confirmed_by = db_text(rows, i, 15), .ended_by = db_text(rows, i, 16), .end_reason = db_text(rows, i, 17),
		.consent = db_int(rows, i, 18) != 0};
}

enum status clearance_load(struct db_tx *tx, struct text id, struct arena *arena, struct clearance_record *ret_record,
			   struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query_one(tx, COLUMNS ", c.photo" TABLES "WHERE c.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error));
	take(&rows, 0, ret_record);
	ret_record->photo = db_blob(&rows, 0, 19);
	return ST_OK;
}

/* An empty filter lets everything through. */
#define FILTER "WHERE ($1 = '' OR c.state = $1) AND ($2 = '' OR c.entry_id = $2) "

enum status clearance_list(struct db_tx *tx, const struct clearance_page *page, struct arena *arena, struct clearance_record **ret_records,
			   size_t *ret_count, int64_t *ret_total, struct error *ret_error)
{
	const struct db_value state = DB_V_TEXT(page->state.len ? page->state : TEXT(""));
	const struct db_value entry = DB_V_TEXT(page->entry.len ? page->entry : TEXT(""));
	struct db_rows rows, total;

	TRY(db_query(tx, COLUMNS TABLES FILTER "AND (c.proposed_at < $3 OR (c.proposed_at = $3 AND c.id < $4))"
		     " ORDER BY c.proposed_at DESC, c.id DESC LIMIT $5",
		     DB_PARAMS(state, entry, DB_V_INT(page->before_ms ? page->before_ms : INT64_MAX),
			       DB_V_TEXT(page->before_id.len ? page->before_id : TEXT("")), DB_V_INT(page->limit)),
		     arena, &rows, ret_error));
	TRY(db_query_one(tx, "SELECT count(*)" TABLES FILTER, DB_PARAMS(state, entry), arena, &total, ret_error));
	*ret_records = ARENA_NEW(arena, struct clearance_record, rows.rows + 1);
	if (*ret_records == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		take(&rows, i, &(*ret_records)[i]);
	*ret_count = rows.rows;
	*ret_total = db_int(&total, 0, 0);
	return ST_OK;
}

/* ---- time ---- */

struct ticking {
	struct registry *registry;
	struct arena *arena;
	struct db_rows due;
	struct clearance_act act;
};

static enum status due_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct ticking *t = context;

	return db_query(tx, "SELECT id, version FROM clearance WHERE state IN ('proposed', 'in-force') AND expires_at <= $1"
			" ORDER BY expires_at LIMIT $2",
			DB_PARAMS(DB_V_INT(env_now(t->registry->env)), DB_V_INT(EXPIRED_MAX)), t->arena, &t->due, ret_error);
}

static enum status due_end(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct actor clock = {.id = TEXT("clock")};
	struct ticking *t = context;

	return clearance_do(t->registry, tx, &clock, &t->act, ret_error);
}

enum status clearance_clock(struct registry *registry, size_t *ret_done, struct error *ret_error)
{
	struct ticking t = {.registry = registry};
	struct arena arena;
	enum status st;

	*ret_done = 0;
	arena_init(&arena, (size_t)1 << 20);
	t.arena = &arena;
	TRY_OUT(db_transact(registry->db, DB_READ, due_read, &t, ret_error));
	for (size_t i = 0; i < t.due.rows; i++) {
		t.act = (struct clearance_act){.id = db_text(&t.due, i, 0), .version = db_int(&t.due, i, 1), .act = TEXT("expire")};
		/* Another hub may have done it, or the clock of the registry stands before this one's. */
		*ret_done += db_transact(registry->db, DB_WRITE, due_end, &t, ret_error) == ST_OK;
	}
out:
	arena_release(&arena);
	return st;
}
