#include "border/past.h"

#include "border/crossing.h"
#include "border/inside.h"
#include "ident/trace.h"

#define ENTRIES_MAX 200
#define KEYS_MAX 64
#define ARENA_MAX ((size_t)256 << 20)

struct past_found {
	struct text crossing, point, result, post;
	const char *by;
	int64_t at_ms;
};

struct searching {
	struct border *border;
	struct arena plan, arena; /* of the turn; of one entry */
	int64_t from, end;        /* places in the log */
	struct db_rows entries, keys;
	struct text entry;
	struct past_found *found;
	size_t found_count, found_room, added;
	bool late;
};

/* ---- whom to look for ---- */

static enum status state_read(struct db_tx *tx, struct searching *s, bool *ret_known, struct error *ret_error)
{
	struct db_rows row;

	*ret_known = false;
	TRY(db_query(tx, "SELECT number, log_size FROM edition ORDER BY number DESC LIMIT 1", DB_NO_PARAMS, &s->plan, &row, ret_error));
	s->end = row.rows ? db_int(&row, 0, 1) : 0;
	TRY(db_query(tx, "SELECT place FROM past_state WHERE one = 1", DB_NO_PARAMS, &s->plan, &row, ret_error));
	if (row.rows) {
		*ret_known = true;
		s->from = db_int(&row, 0, 0);
		return ST_OK;
	}
	/* The first time: where nobody has crossed yet, nobody is to be found. */
	TRY(db_query(tx, "SELECT id FROM crossing UNION ALL SELECT id FROM hit LIMIT 1", DB_NO_PARAMS, &s->plan, &row, ret_error));
	s->from = row.rows ? 0 : s->end;
	return ST_OK;
}

static enum status late_read(struct db_tx *tx, struct searching *s, int64_t *ret_from, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT count(*), coalesce(min(e.log_size), 0) FROM crossing_late l JOIN edition e ON e.number = l.edition",
			 DB_NO_PARAMS, &s->plan, &row, ret_error));
	s->late = db_int(&row, 0, 0) != 0;
	*ret_from = db_int(&row, 0, 1);
	return ST_OK;
}

static enum status state_write(struct db_tx *tx, int64_t place, struct error *ret_error)
{
	return db_exec(tx, "INSERT INTO past_state (one, place) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET place = $1",
		       DB_PARAMS(DB_V_INT(place)), NULL, ret_error);
}

/* Back to the editions that crossings were screened with. Whatever comes late after this is seen the next time. */
static enum status rewind_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct searching *s = context;
	int64_t late;
	bool known;

	arena_clear(&s->plan);
	TRY(state_read(tx, s, &known, ret_error));
	TRY(late_read(tx, s, &late, ret_error));
	if (s->late && late < s->from)
		s->from = late;
	TRY(db_exec(tx, "DELETE FROM crossing_late", DB_NO_PARAMS, NULL, ret_error));
	return state_write(tx, s->from, ret_error);
}

static enum status plan_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct searching *s = context;
	int64_t late;
	bool known;

	arena_clear(&s->plan);
	TRY(state_read(tx, s, &known, ret_error));
	TRY(late_read(tx, s, &late, ret_error));
	s->late = s->late || !known;
	TRY(db_query(tx, "SELECT l.subject, l.place FROM edition_leaf l JOIN entry e ON e.listing_leaf = l.leaf"
		     " WHERE l.place >= $1 AND l.place < $2 ORDER BY l.place LIMIT $3",
		     DB_PARAMS(DB_V_INT(s->from), DB_V_INT(s->end), DB_V_INT(ENTRIES_MAX)), &s->plan, &s->entries, ret_error));
	return db_query(tx, "SELECT number, secret FROM crossing_key ORDER BY number DESC LIMIT $1", DB_PARAMS(DB_V_INT(KEYS_MAX)), &s->plan,
			&s->keys, ret_error);
}

/* ---- one entry ---- */

static enum status found_add(struct searching *s, const struct db_rows *rows, const char *by, struct error *ret_error)
{
	for (size_t i = 0; i < rows->rows; i++) {
		if (s->found_count == s->found_room) {
			size_t room = s->found_room ? s->found_room * 2 : 16;
			struct past_found *grown = ARENA_NEW(&s->arena, struct past_found, room);

			if (grown == NULL)
				return arena_failure(&s->arena, ret_error);
			if (s->found_count)
				memcpy(grown, s->found, s->found_count * sizeof *grown);
			s->found = grown;
			s->found_room = room;
		}
		s->found[s->found_count++] = (struct past_found){
			.crossing = db_text(rows, i, 0), .point = db_text(rows, i, 1), .result = db_text(rows, i, 2),
			.at_ms = db_int(rows, i, 3), .post = db_text(rows, i, 4), .by = by};
	}
	return ST_OK;
}

struct question {
	const char *by, *crossings, *hits;
};

/* One word each time: whatever a database believes of its tables, it then goes by the index. */
static const struct question by_document = {
	"document", "SELECT id, point, result, at, post_id FROM crossing WHERE document = $1",
	"SELECT check_id, point, result, at, post_id FROM hit WHERE document = $1 AND entry_id <> $2"};
static const struct question by_identity = {
	"identity", "SELECT id, point, result, at, post_id FROM crossing WHERE identity = $1",
	"SELECT check_id, point, result, at, post_id FROM hit WHERE identity = $1 AND entry_id <> $2"};

static enum status ask_crossings(struct db_tx *tx, struct searching *s, const struct question *q, struct text word, struct error *ret_error)
{
	char hash[TRACE_SIZE];
	struct db_rows rows;

	for (size_t k = 0; k < s->keys.rows; k++) {
		struct bytes secret = db_blob(&s->keys, k, 1);
		struct trace_key key = {.number = (uint64_t)db_int(&s->keys, k, 0)};

		if (secret.len != sizeof key.secret)
			return error_set(ret_error, ST_CORRUPT, "a crossing key has %zu bytes", secret.len);
		memcpy(key.secret, secret.data, sizeof key.secret);
		trace_hash(&key, word, hash);
		TRY(db_query(tx, q->crossings, DB_PARAMS(DB_V_TEXT(text_of(hash))), &s->arena, &rows, ret_error));
		TRY(found_add(s, &rows, q->by, ret_error));
	}
	return ST_OK;
}

static enum status ask(struct db_tx *tx, struct searching *s, const struct question *q, const struct text *words, size_t count,
		       struct error *ret_error)
{
	struct db_rows rows;

	for (size_t i = 0; i < count; i++) {
		TRY(ask_crossings(tx, s, q, words[i], ret_error));
		TRY(db_query(tx, q->hits, DB_PARAMS(DB_V_TEXT(words[i]), DB_V_TEXT(s->entry)), &s->arena, &rows, ret_error));
		TRY(found_add(s, &rows, q->by, ret_error));
	}
	return ST_OK;
}

static enum status look_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct searching *s = context;
	struct past_words words;
	struct entry entry;

	arena_clear(&s->arena);
	s->found = NULL;
	s->found_count = s->found_room = 0;
	TRY(entry_load(tx, s->entry, &s->arena, &entry, ret_error));
	TRY(past_words(&entry, &s->arena, &words, ret_error));
	TRY(ask(tx, s, &by_document, words.documents, words.document_count, ret_error));
	return ask(tx, s, &by_identity, words.identities, words.identity_count, ret_error);
}

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	static const struct actor clock = {.id = {"clock", 5}};
	struct searching *s = context;
	const struct audit_event event = {.actor = &clock, .action = "entry.read", .thing_kind = "entry", .thing = s->entry,
					  .outcome = "flagged", .detail = TEXT("{\"alert\":\"past-crossings\"}")};
	int64_t now_ms = env_now(s->border->env);

	s->added = 0;
	for (size_t i = 0; i < s->found_count; i++) {
		const struct past_found *f = &s->found[i];
		uint64_t added;

		TRY(db_exec(tx, "INSERT INTO past_crossing (entry_id, crossing_id, by_what, point, result, at, post_id, found_at)"
			    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_TEXT(s->entry), DB_V_TEXT(f->crossing), DB_V_TEXT(text_of(f->by)), DB_V_TEXT(f->point),
				      DB_V_TEXT(f->result), DB_V_INT(f->at_ms), DB_V_TEXT(f->post), DB_V_INT(now_ms)),
			    &added, ret_error));
		s->added += (size_t)added;
	}
	if (s->added == 0)
		return ST_OK;
	TRY(audit_add(tx, s->border->env, &event, ret_error));
	return db_tell(tx, "crossing", s->entry, now_ms, ret_error);
}

static enum status done_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct searching *s = context;

	return state_write(tx, s->from, ret_error);
}

static enum status search(struct searching *s, size_t *ret_found, struct error *ret_error)
{
	struct db *db = s->border->db;

	TRY(db_transact(db, DB_READ, plan_work, s, ret_error));
	if (s->late) {
		TRY(db_transact(db, DB_WRITE, rewind_work, s, ret_error));
		TRY(db_transact(db, DB_READ, plan_work, s, ret_error));
	}
	if (s->from >= s->end)
		return ST_OK;
	for (size_t i = 0; i < s->entries.rows; i++) {
		s->entry = db_text(&s->entries, i, 0);
		TRY(db_transact(db, DB_READ, look_work, s, ret_error));
		if (s->found_count == 0)
			continue;
		TRY(db_transact(db, DB_WRITE, keep_work, s, ret_error));
		*ret_found += s->added;
	}
	s->from = s->entries.rows == ENTRIES_MAX ? db_int(&s->entries, s->entries.rows - 1, 1) + 1 : s->end;
	return db_transact(db, DB_WRITE, done_work, s, ret_error);
}

enum status past_search(struct border *border, size_t *ret_found, struct error *ret_error)
{
	struct searching s = {.border = border};
	enum status st;

	*ret_found = 0;
	arena_init(&s.plan, ARENA_MAX);
	arena_init(&s.arena, ARENA_MAX);
	do
		st = search(&s, ret_found, ret_error);
	while (st == ST_OK && s.entries.rows == ENTRIES_MAX);
	arena_release(&s.plan);
	arena_release(&s.arena);
	return st;
}

/* ---- what was found ---- */

enum status past_load(struct db_tx *tx, struct text entry, struct arena *arena, struct past_row **ret_rows, size_t *ret_count,
		      int64_t *ret_since_ms, struct error *ret_error)
{
	struct past_row *past;
	struct db_rows rows;
	bool decided = false;

	TRY(db_query(tx, "SELECT c.at, c.point, c.result, c.post_id, p.name, c.by_what FROM past_crossing c JOIN post p ON p.id = c.post_id"
		     " WHERE c.entry_id = $1 ORDER BY c.at DESC, c.crossing_id LIMIT 1000",
		     DB_PARAMS(DB_V_TEXT(entry)), arena, &rows, ret_error));
	past = ARENA_NEW(arena, struct past_row, rows.rows + 1);
	if (past == NULL)
		return arena_failure(arena, ret_error);
	*ret_since_ms = 0;
	for (size_t i = 0; i < rows.rows; i++) {
		past[i] = (struct past_row){.at_ms = db_int(&rows, i, 0), .point = db_text(&rows, i, 1), .result = db_text(&rows, i, 2),
					    .post = db_text(&rows, i, 3), .post_name = db_text(&rows, i, 4), .by = db_text(&rows, i, 5)};
		if (decided || text_equal(past[i].result, TEXT("stop")))
			continue;
		decided = true;
		if (text_equal(past[i].point, TEXT("entry")))
			*ret_since_ms = past[i].at_ms;
	}
	*ret_rows = past;
	*ret_count = rows.rows;
	return ST_OK;
}
