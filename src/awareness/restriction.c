#include "awareness/restriction.h"

#include "awareness_restrictions.inc"

struct marking {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct actor *actor;
	const struct restriction *of;
	struct arena *arena;
	struct text state; /* of the report or dispute: it stays as it is */
	int64_t now_ms;
	bool restricted; /* the file, before */
};

const struct awareness_word *restriction_at(size_t i)
{
	return i < AWARENESS_RESTRICTIONS_COUNT ? &awareness_restrictions_rows[i] : NULL;
}

static bool known(struct text reason)
{
	for (size_t i = 0; i < AWARENESS_RESTRICTIONS_COUNT; i++)
		if (text_equal(awareness_restrictions_rows[i].word, reason))
			return true;
	return false;
}

/* The version that was seen, and the file. */
static enum status load(struct marking *m, struct error *ret_error)
{
	const struct restriction *r = m->of;
	struct db_rows row, file;

	if (r->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(m->awareness->registry, m->tx, &m->now_ms, ret_error));
	TRY(db_query_one(m->tx, r->of_dispute ? "SELECT version, state FROM dispute WHERE id = $1" : "SELECT version, state FROM report WHERE id = $1",
			 DB_PARAMS(DB_V_TEXT(r->subject)), m->arena, &row, ret_error));
	if (db_int(&row, 0, 0) != r->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	m->state = db_text(&row, 0, 1);
	TRY(db_query(m->tx, "SELECT restricted FROM evidence WHERE subject_id = $1 AND number = $2", DB_PARAMS(DB_V_TEXT(r->subject), DB_V_INT(r->number)),
		     m->arena, &file, ret_error));
	if (file.rows == 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "evidence", "there is no such file");
	m->restricted = !db_is_null(&file, 0, 0);
	return ST_OK;
}

/* Partners that were given the report look at it anew. */
static enum status partners_tell(struct marking *m, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(m->tx, "SELECT id FROM referral WHERE report_id = $1 ORDER BY number", DB_PARAMS(DB_V_TEXT(m->of->subject)), m->arena, &rows,
		     ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(db_tell(m->tx, "referral", db_text(&rows, i, 0), m->now_ms, ret_error));
	return ST_OK;
}

static enum status save(struct marking *m, const char *act, struct error *ret_error)
{
	const struct restriction *r = m->of;
	const struct desk_line line = {.kind = r->of_dispute ? "dispute" : "report", .subject = r->subject, .actor = m->actor, .act = text_of(act),
				       .state = m->state, .note = r->note, .evidence = r->number, .reason = r->reason};
	const bool marked = r->reason.len != 0;

	TRY(db_exec(m->tx, "UPDATE evidence SET restricted = $3, restricted_by = $4, restricted_at = $5 WHERE subject_id = $1 AND number = $2",
		    DB_PARAMS(DB_V_TEXT(r->subject), DB_V_INT(r->number), DB_V_TEXT_OR_NULL(r->reason), marked ? DB_V_TEXT(m->actor->id) : DB_V_NULL,
			      marked ? DB_V_INT(m->now_ms) : DB_V_NULL),
		    NULL, ret_error));
	TRY(db_exec(m->tx, r->of_dispute ? "UPDATE dispute SET version = version + 1 WHERE id = $1" : "UPDATE report SET version = version + 1 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(r->subject)), NULL, ret_error));
	TRY(desk_line_add(m->awareness, m->tx, &line, m->now_ms, ret_error));
	return partners_tell(m, ret_error);
}

enum status restriction_put(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct restriction *r,
			    struct arena *arena, struct error *ret_error)
{
	struct marking m = {.awareness = awareness, .tx = tx, .actor = actor, .of = r, .arena = arena};

	TRY(load(&m, ret_error));
	if (!known(r->reason))
		return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "a reason of the table is needed");
	if (m.restricted)
		return error_because(ret_error, ST_CONFLICT, "evidence-restricted-already", "evidence", "it is restricted already");
	return save(&m, "evidence-restrict", ret_error);
}

enum status restriction_lift(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct restriction *r,
			     struct arena *arena, struct error *ret_error)
{
	struct restriction lifted = *r;
	struct marking m = {.awareness = awareness, .tx = tx, .actor = actor, .of = &lifted, .arena = arena};

	lifted.reason = TEXT_NONE;
	TRY(load(&m, ret_error));
	if (text_trim(r->note).len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "note", "why it is lifted is needed");
	if (!m.restricted)
		return error_because(ret_error, ST_CONFLICT, "evidence-not-restricted", "evidence", "it is not restricted");
	return save(&m, "evidence-lift", ret_error);
}

enum status restriction_author(struct db_tx *tx, struct text subject, int64_t number, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query(tx, "SELECT restricted_by FROM evidence WHERE subject_id = $1 AND number = $2 AND restricted IS NOT NULL",
		     DB_PARAMS(DB_V_TEXT(subject), DB_V_INT(number)), arena, &row, ret_error));
	*ret = row.rows ? db_text(&row, 0, 0) : TEXT_NONE;
	return ST_OK;
}
