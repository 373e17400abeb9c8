/* Submissions as they stand in the database. */
#include "exchange/submission_table.h"
#include "model/entity_json.h"
#include "registry/submission_inside.h"

#define JSON_MAX ((size_t)256 << 10)

/* ---- written ---- */

static void problem_write(struct buffer *out, const struct submission_problem *p)
{
	buffer_add_text(out, out->len > 1 ? TEXT(",{\"column\":") : TEXT("{\"column\":"));
	json_add_string(out, p->column == SUBMISSION_COLUMNS ? TEXT("") : submission_heading(p->column)->name);
	buffer_add_text(out, TEXT(",\"field\":"));
	json_add_string(out, p->field);
	buffer_printf(out, ",\"limit\":%lld,\"reason\":\"%s\",\"value\":", (long long)p->limit, p->reason);
	json_add_string(out, p->value);
	buffer_add_char(out, '}');
}

static void match_write(struct buffer *out, const struct submission_draft *draft, const struct draft_match *m, struct text owner)
{
	bool of_file = m->row != DRAFT_ALONE;
	struct text entry = of_file ? text_of(draft->rows[m->row].entry) : m->entry;

	if (entry.len == 0)
		return;
	buffer_add_text(out, out->len > 1 ? TEXT(",{\"entry\":") : TEXT("{\"entry\":"));
	json_add_string(out, entry);
	buffer_printf(out, ",\"evidence\":%ld,\"owner\":", (long)m->evidence_mbit);
	json_add_string(out, of_file ? owner : m->owner);
	buffer_printf(out, ",\"score\":%lu}", (unsigned long)m->score_ppm);
}

static enum status list_end(struct buffer *out, struct arena *arena, struct text *ret, struct error *ret_error)
{
	enum status st;

	*ret = TEXT_NONE;
	if (out->len == 1)
		return ST_OK;
	buffer_add_char(out, ']');
	st = buffer_status(out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(out), ret);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "a row of a submission is too large");
}

enum status draft_row_json(const struct submission_draft *draft, size_t row, struct text owner, struct text *ret_problems,
			   struct text *ret_lookalikes, struct error *ret_error)
{
	const struct submission_row *r = &draft->submission.rows[row];
	const struct draft_row *d = &draft->rows[row];
	struct buffer out;
	enum status st;

	buffer_init(&out, JSON_MAX);
	buffer_add_char(&out, '[');
	for (size_t i = 0; i < r->problem_count; i++)
		problem_write(&out, &r->problems[i]);
	if (d->found.reason)
		problem_write(&out, &d->found);
	TRY_OUT(list_end(&out, draft->arena, ret_problems, ret_error));
	buffer_clear(&out);
	buffer_add_char(&out, '[');
	for (size_t i = 0; d->status[0] == 't' && i < d->match_count; i++)
		match_write(&out, draft, &d->matches[i], owner);
	st = list_end(&out, draft->arena, ret_lookalikes, ret_error);
out:
	buffer_release(&out);
	return st;
}

/* ---- read ---- */

#define RECORD_COLUMNS                                                                                                          \
	"SELECT s.id, s.owner, s.agency, s.actor, s.name, s.sha256, s.format, s.charset, s.language, s.received_at, s.size,"     \
	" s.row_count, s.taken, s.refused, s.known,"                                                                              \
	" (SELECT coalesce(sum(similar_any), 0) FROM submission_row r WHERE r.submission_id = s.id AND r.status = 'taken'),"       \
	" (SELECT coalesce(sum(similar_own), 0) FROM submission_row r WHERE r.submission_id = s.id AND r.status = 'taken')"        \
	" FROM submission s "

static void record_take(const struct db_rows *rows, size_t i, struct submission_record *ret)
{
	*ret = (struct submission_record){
		.id = db_text(rows, i, 0), .owner = db_text(rows, i, 1), .agency = db_text(rows, i, 2), .actor = db_text(rows, i, 3),
		.name = db_text(rows, i, 4), .sha256 = db_text(rows, i, 5), .format = db_text(rows, i, 6),
		.charset = db_text(rows, i, 7), .language = db_text(rows, i, 8), .received_ms = db_int(rows, i, 9),
		.size = db_int(rows, i, 10), .rows = db_int(rows, i, 11), .taken = db_int(rows, i, 12), .refused = db_int(rows, i, 13),
		.known = db_int(rows, i, 14), .similar_any = db_int(rows, i, 15), .similar_own = db_int(rows, i, 16)};
}

enum status submission_load(struct db_tx *tx, struct text id, struct arena *arena, struct submission_record *ret_record,
			    struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query_one(tx, RECORD_COLUMNS "WHERE s.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error));
	record_take(&rows, 0, ret_record);
	return ST_OK;
}

enum status submission_list(struct db_tx *tx, const struct submission_page *page, struct arena *arena,
			    struct submission_record **ret_records, size_t *ret_count, int64_t *ret_total, struct error *ret_error)
{
	int64_t before = page->before_ms ? page->before_ms : INT64_MAX;
	struct db_rows rows, total;

	if (page->owner.len) {
		TRY(db_query(tx, RECORD_COLUMNS "WHERE s.owner = $4 AND (s.received_at < $1 OR (s.received_at = $1 AND s.id < $2))"
			     " ORDER BY s.received_at DESC, s.id DESC LIMIT $3",
			     DB_PARAMS(DB_V_INT(before), DB_V_TEXT(page->before_id), DB_V_INT(page->limit), DB_V_TEXT(page->owner)), arena,
			     &rows, ret_error));
		TRY(db_query_one(tx, "SELECT count(*) FROM submission WHERE owner = $1", DB_PARAMS(DB_V_TEXT(page->owner)), arena,
				 &total, ret_error));
	} else {
		TRY(db_query(tx, RECORD_COLUMNS "WHERE s.received_at < $1 OR (s.received_at = $1 AND s.id < $2)"
			     " ORDER BY s.received_at DESC, s.id DESC LIMIT $3",
			     DB_PARAMS(DB_V_INT(before), DB_V_TEXT(page->before_id), DB_V_INT(page->limit)), arena, &rows, ret_error));
		TRY(db_query_one(tx, "SELECT count(*) FROM submission", DB_NO_PARAMS, arena, &total, ret_error));
	}
	*ret_records = ARENA_NEW(arena, struct submission_record, rows.rows + 1);
	if (*ret_records == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		record_take(&rows, i, &(*ret_records)[i]);
	*ret_count = rows.rows;
	*ret_total = db_int(&total, 0, 0);
	return ST_OK;
}

#define ROW_COLUMNS "SELECT row_number, status, reference, name, entry_id, problems, lookalikes FROM submission_row "

enum status submission_rows_load(struct db_tx *tx, const struct submission_rows *ask, struct arena *arena,
				 struct submission_row_record **ret_rows, size_t *ret_count, int64_t *ret_total,
				 struct error *ret_error)
{
	struct db_rows rows, total;

	if (ask->status.len) {
		TRY(db_query(tx, ROW_COLUMNS "WHERE submission_id = $1 AND row_number > $2 AND status = $4 ORDER BY row_number LIMIT $3",
			     DB_PARAMS(DB_V_TEXT(ask->id), DB_V_INT(ask->after), DB_V_INT(ask->limit), DB_V_TEXT(ask->status)), arena,
			     &rows, ret_error));
		TRY(db_query_one(tx, "SELECT count(*) FROM submission_row WHERE submission_id = $1 AND status = $2",
				 DB_PARAMS(DB_V_TEXT(ask->id), DB_V_TEXT(ask->status)), arena, &total, ret_error));
	} else {
		TRY(db_query(tx, ROW_COLUMNS "WHERE submission_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3",
			     DB_PARAMS(DB_V_TEXT(ask->id), DB_V_INT(ask->after), DB_V_INT(ask->limit)), arena, &rows, ret_error));
		TRY(db_query_one(tx, "SELECT count(*) FROM submission_row WHERE submission_id = $1", DB_PARAMS(DB_V_TEXT(ask->id)), arena,
				 &total, ret_error));
	}
	*ret_rows = ARENA_NEW(arena, struct submission_row_record, rows.rows + 1);
	if (*ret_rows == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		(*ret_rows)[i] = (struct submission_row_record){
			.row = db_int(&rows, i, 0), .status = db_text(&rows, i, 1), .reference = db_text(&rows, i, 2),
			.name = db_text(&rows, i, 3), .entry = db_text(&rows, i, 4), .problems = db_text(&rows, i, 5),
			.lookalikes = db_text(&rows, i, 6)};
	*ret_count = rows.rows;
	*ret_total = db_int(&total, 0, 0);
	return ST_OK;
}
