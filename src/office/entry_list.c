/* Lists of entries: by state, owner, way in and what is due; found by a name in any script, a document or a reference. */
#include "ident/document.h"
#include "office/entry.h"
#include "registry/similar.h"

#include "handlers.inc"

#define SQL_MAX 8192u
#define PARAMS_MAX 60u
#define FOUND_MAX 40u
#define FOUND_CUTOFF_PPM 600000u
#define DOCUMENT_MAX 128u
#define NAME_MAX 128u
#define LAST_LETTER "\xf4\x8f\xbf\xbf" /* after every other, by bytes */

enum sorting { BY_SINCE, BY_DUE, BY_NAME };

struct listing {
	struct text state, owner, inflow, submission, q, due;
	enum sorting sorting;
	bool all; /* of every country */
	struct office_page page;
	/* the statement's WHERE and its parameters */
	struct buffer where;
	struct db_value values[PARAMS_MAX];
	size_t count;
	/* what q found, best first */
	struct text found[FOUND_MAX];
	size_t found_count;
};

/* ---- the WHERE ---- */

static void condition(struct listing *l, const char *sql, struct db_value value)
{
	l->values[l->count++] = value;
	buffer_printf(&l->where, "%s%s$%zu", l->where.len ? " AND " : " WHERE ", sql, l->count);
}

static void fixed(struct listing *l, const char *sql)
{
	buffer_printf(&l->where, "%s%s", l->where.len ? " AND " : " WHERE ", sql);
}

/* Where q found some, they are looked up by their ids; hidden from the planner, the other columns draw it to no index of theirs. */
static void filter(struct listing *l, const char *column, struct text value)
{
	char sql[64];

	snprintf(sql, sizeof sql, "%se.%s%s = ", l->q.len ? "coalesce(" : "", column, l->q.len ? ", '')" : "");
	condition(l, sql, DB_V_TEXT(value));
}

static void where_filters(const struct office_call *call, struct listing *l)
{
	if (!l->all)
		filter(l, "owner", call->actor.country);
	if (l->owner.len)
		filter(l, "owner", l->owner);
	if (l->state.len)
		filter(l, "state", l->state);
	if (l->inflow.len)
		filter(l, "inflow", l->inflow);
	if (l->submission.len)
		condition(l, "e.submission_id = ", DB_V_TEXT(l->submission));
	if (l->due.len || l->sorting == BY_DUE)
		fixed(l, "coalesce(e.state, '') IN ('published', 'suspended', 'under-appeal')");
	if (l->due.len)
		condition(l, "e.review_due_at <= ", DB_V_INT(call->now_ms + lifecycle_term_ms("reminder-first")));
	if (l->q.len == 0)
		return;
	buffer_printf(&l->where, "%se.id IN ('-'", l->where.len ? " AND " : " WHERE ");
	for (size_t i = 0; i < l->found_count; i++) {
		l->values[l->count++] = DB_V_TEXT(l->found[i]);
		buffer_printf(&l->where, ", $%zu", l->count);
	}
	buffer_add_char(&l->where, ')');
}

/* The last row's key and id, as office_page_end has written it: "KEY ID". */
static enum status where_after(struct listing *l, struct error *ret_error)
{
	struct text after = l->page.after, key, id;
	uint64_t number;

	if (after.len == 0)
		return ST_OK;
	if (after.len < 34)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	id = (struct text){after.data + after.len - 32, 32};
	key = (struct text){after.data, after.len - 33};
	if (l->sorting == BY_NAME) {
		l->values[l->count++] = DB_V_TEXT(key);
	} else {
		if (text_to_uint(key, INT64_MAX, &number) != ST_OK)
			return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
		l->values[l->count++] = DB_V_INT((int64_t)number);
	}
	l->values[l->count++] = DB_V_TEXT(id);
	buffer_printf(&l->where, "%s(%s, e.id) %s ($%zu, $%zu)", l->where.len ? " AND " : " WHERE ",
		      l->sorting == BY_NAME ? "e.caption" : l->sorting == BY_DUE ? "e.review_due_at" : "e.state_since",
		      l->sorting == BY_SINCE ? "<" : ">", l->count - 1, l->count);
	return ST_OK;
}

static const char *order_of(enum sorting sorting)
{
	switch (sorting) {
	case BY_DUE:
		return " ORDER BY e.review_due_at, e.id";
	case BY_NAME:
		return " ORDER BY e.caption, e.id";
	case BY_SINCE:
		break;
	}
	return " ORDER BY e.state_since DESC, e.id DESC";
}

/* ---- finding ---- */

static void found_add(struct listing *l, struct text id)
{
	for (size_t i = 0; i < l->found_count; i++)
		if (text_equal(l->found[i], id))
			return;
	if (l->found_count < FOUND_MAX)
		l->found[l->found_count++] = id;
}

static enum status find_by(struct office_call *call, struct db_tx *tx, struct listing *l, const char *sql, struct text value,
			   struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, sql, DB_PARAMS(DB_V_TEXT(value)), call->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		found_add(l, db_text(&rows, i, 0));
	return ST_OK;
}

static void letters(struct text in, bool all, char *out)
{
	for (size_t i = 0; i < in.len; i++) {
		bool first = i == 0 || out[i - 1] == ' ' || out[i - 1] == '-';
		char c = in.data[i];

		out[i] = c >= 'a' && c <= 'z' && (all || first) ? (char)(c - 32) : c >= 'A' && c <= 'Z' && !all && !first ? (char)(c + 32) : c;
	}
}

/* Whose name begins with it: the engine finds nobody by a family name alone, and an officer who reads "nobody" would believe it. In capitals and as
 * names are written; other letters than Latin's as they are. */
static enum status find_begun(struct office_call *call, struct db_tx *tx, struct listing *l, struct text owner, struct error *ret_error)
{
	static const char *const columns[] = {"caption", "latin"};
	char capitals[NAME_MAX], written[NAME_MAX], sql[256];
	struct text forms[] = {l->q, {capitals, l->q.len}, {written, l->q.len}};

	if (l->q.len > NAME_MAX)
		return ST_OK;
	letters(l->q, true, capitals);
	letters(l->q, false, written);
	for (size_t i = 0; i < sizeof forms / sizeof forms[0] * 2 && l->found_count < FOUND_MAX; i++) {
		const char *column = columns[i % 2];
		struct db_rows rows;

		snprintf(sql, sizeof sql, "SELECT id FROM entry WHERE %s >= $1 AND %s < $1 || $2 AND (owner = $3 OR $3 = '') ORDER BY %s, id LIMIT $4", column,
			 column, column);
		TRY(db_query(tx, sql, DB_PARAMS(DB_V_TEXT(forms[i / 2]), DB_V_TEXT(TEXT(LAST_LETTER)), DB_V_TEXT(owner.len ? owner : TEXT("")), DB_V_INT(FOUND_MAX)),
			     call->arena, &rows, ret_error));
		for (size_t k = 0; k < rows.rows; k++)
			found_add(l, db_text(&rows, k, 0));
	}
	return ST_OK;
}

/* First what is the same to the letter, then who sounds like it, then whose name begins so. */
static enum status find(struct office_call *call, struct db_tx *tx, struct listing *l, struct error *ret_error)
{
	const struct registry_ask ask = {.limit = FOUND_MAX, .cutoff_ppm = FOUND_CUTOFF_PPM,
					 .owner = l->all ? l->owner : call->actor.country};
	struct registry_matches matches;
	struct entity person;
	char document[DOCUMENT_MAX];
	size_t len;

	l->found_count = 0;
	if (id_valid(l->q))
		TRY(find_by(call, tx, l, "SELECT id FROM entry WHERE id = $1", l->q, ret_error));
	TRY(find_by(call, tx, l, "SELECT id FROM entry WHERE reference = $1 LIMIT 20", l->q, ret_error));
	len = l->q.len <= DOCUMENT_MAX ? document_canonical(l->q, false, document) : 0;
	if (len)
		TRY(find_by(call, tx, l, "SELECT entry_id FROM entry_document WHERE canonical = $1 LIMIT 20",
			    (struct text){document, len}, ret_error));
	entity_init(&person, call->arena);
	person.schema = TEXT("Person");
	TRY(entity_add(&person, "name", l->q));
	TRY(registry_similar(call->office->registry, &person, &ask, call->arena, &matches, ret_error));
	for (size_t i = 0; i < matches.count; i++)
		found_add(l, matches.items[i].entry);
	return find_begun(call, tx, l, ask.owner, ret_error);
}

/* ---- the page ---- */

static enum status query_page(struct office_call *call, struct db_tx *tx, struct listing *l, struct db_rows *ret_rows,
			      struct db_rows *ret_measures, struct error *ret_error)
{
	struct buffer sql;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "SELECT " ENTRY_SUMMARY_COLUMNS " FROM entry e%.*s%s LIMIT %u", (int)l->where.len,
		      l->where.len ? (const char *)l->where.data : "", order_of(l->sorting), l->page.limit + 1);
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	TRY_OUT(db_query(tx, (const char *)sql.data, (struct db_params){l->values, l->count}, call->arena, ret_rows, ret_error));
	buffer_clear(&sql);
	buffer_printf(&sql,
		      "SELECT m.entry_id, m.kind FROM measure m JOIN (SELECT e.id FROM entry e%.*s%s LIMIT %u) p ON p.id = m.entry_id"
		      " WHERE m.ended_at IS NULL AND m.expires_at > $%zu ORDER BY m.kind",
		      (int)l->where.len, l->where.len ? (const char *)l->where.data : "", order_of(l->sorting), l->page.limit,
		      l->count + 1);
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	l->values[l->count] = DB_V_INT(call->now_ms);
	st = db_query(tx, (const char *)sql.data, (struct db_params){l->values, l->count + 1}, call->arena, ret_measures, ret_error);
out:
	buffer_release(&sql);
	return st;
}

static enum status query_total(struct office_call *call, struct db_tx *tx, struct listing *l, int64_t *ret_total,
			       struct error *ret_error)
{
	struct buffer sql;
	struct db_rows rows;
	enum status st;

	buffer_init(&sql, SQL_MAX);
	buffer_printf(&sql, "SELECT count(*) FROM entry e%.*s", (int)l->where.len, l->where.len ? (const char *)l->where.data : "");
	buffer_add_char(&sql, '\0');
	TRY_OUT(buffer_status(&sql));
	TRY_OUT(db_query_one(tx, (const char *)sql.data, (struct db_params){l->values, l->count}, call->arena, &rows, ret_error));
	*ret_total = db_int(&rows, 0, 0);
out:
	buffer_release(&sql);
	return st;
}

/* What q found keeps the order in which it was found. */
static size_t row_at(const struct listing *l, const struct db_rows *rows, size_t n)
{
	if (l->q.len == 0)
		return n;
	for (size_t f = 0; f < l->found_count; f++)
		for (size_t i = 0; i < rows->rows; i++)
			if (text_equal(db_text(rows, i, 0), l->found[f]) && n-- == 0)
				return i;
	return 0;
}

static enum status write_page(struct office_call *call, struct listing *l, const struct db_rows *rows,
			      const struct db_rows *measures, int64_t total)
{
	struct buffer *out = &call->response->body, last;
	size_t shown = rows->rows < l->page.limit ? rows->rows : l->page.limit;
	enum status st;

	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < shown; i++) {
		if (i)
			buffer_add_char(out, ',');
		entry_summary_write(out, rows, row_at(l, rows, i), measures);
	}
	buffer_add_char(out, ']');
	buffer_init(&last, SQL_MAX);
	if (l->q.len == 0 && rows->rows > shown) {
		if (l->sorting == BY_NAME)
			buffer_add_text(&last, db_text(rows, shown - 1, 6));
		else
			buffer_printf(&last, "%lld", (long long)db_int(rows, shown - 1, l->sorting == BY_DUE ? 12 : 11));
		buffer_printf(&last, " %.*s", TEXT_ARG(db_text(rows, shown - 1, 0)));
	}
	office_page_end(call, buffer_text(&last), total);
	st = buffer_status(&last);
	buffer_release(&last);
	return st == ST_OK ? buffer_status(out) : st;
}

/* Asked and written down first, in a transaction that is over at once; what is shown is read without keeping writers waiting. */
static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct listing *l = context;
	/* of his own country, or of every one: which of them he may see is in the statement */
	const struct policy_thing thing = {.owner = l->all ? TEXT("--") : call->actor.country, .released = &call->office->host,
					   .released_count = 1};
	const struct audit_event event = {.actor = &call->actor, .action = "entry.read", .thing_kind = "entry", .outcome = "shown"};

	TRY(office_may(call, tx, "entry.read", &thing, "entry", TEXT_NONE, ret_error));
	return l->q.len ? audit_flag_lookup(tx, call->office->env, &event, l->q, ret_error) : ST_OK;
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct listing *l = context;
	struct db_rows rows, measures;
	int64_t total;

	buffer_clear(&l->where);
	l->count = 0;
	if (l->q.len)
		TRY(find(call, tx, l, ret_error));
	where_filters(call, l);
	TRY(query_total(call, tx, l, &total, ret_error));
	if (l->q.len == 0)
		TRY(where_after(l, ret_error));
	TRY(query_page(call, tx, l, &rows, &measures, ret_error));
	return write_page(call, l, &rows, &measures, total);
}

void office_entry_list(struct office_call *call)
{
	const struct http_request *request = call->request;
	struct text sort = http_query(request, "sort");
	struct error error;
	enum status st;
	struct listing l = {.state = http_query(request, "state"), .owner = http_query(request, "owner"),
			    .inflow = http_query(request, "inflow"), .submission = http_query(request, "submission"),
			    .q = text_trim(http_query(request, "q")), .due = http_query(request, "due"),
			    .sorting = text_equal(sort, TEXT("due")) ? BY_DUE : text_equal(sort, TEXT("name")) ? BY_NAME : BY_SINCE,
			    .all = entry_sees_all(call)};

	buffer_init(&l.where, SQL_MAX);
	st = office_page(call, &l.page, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, ask_work, &l, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, list_work, &l, &error);
	buffer_release(&l.where);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}
