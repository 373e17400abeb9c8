/* A table of outcomes: all its rows are entered, or none, and each that cannot be is named with its field and reason. */
#include "exchange/csv.h"
#include "http/problem.h"
#include "model/entity_json.h"
#include "office/entry.h"
#include "office/figures.h"
#include "tally/outcome.h"

#include "handlers.inc"

#define ROWS_MAX 5000u
#define PROBLEMS_MAX 200u

enum column { C_FIGURE, C_MONTH, C_COUNTRY, C_NUMBER, C_PEOPLE, C_OPERATION, C_NOTE, COLUMNS };

static const char *const names[COLUMNS] = {"figure", "month", "country", "number", "people", "operation", "note"};

struct problem_row {
	int64_t row;
	char field[ERROR_FIELD_SIZE], reason[ERROR_REASON_SIZE];
};

struct reading {
	struct text whole;
	struct arena arena; /* of one row */
	size_t place[COLUMNS]; /* of a column in the file; CSV_FIELDS_MAX: it has none */
	struct problem_row problems[PROBLEMS_MAX];
	size_t problem_count;
	int64_t rows;
};

static void problem(struct reading *r, int64_t row, const char *field, const char *reason)
{
	struct problem_row *p = &r->problems[r->problem_count];

	if (r->problem_count == PROBLEMS_MAX)
		return;
	p->row = row;
	snprintf(p->field, sizeof p->field, "%s", field);
	snprintf(p->reason, sizeof p->reason, "%s", reason);
	r->problem_count++;
}

static struct text line_of(struct text line)
{
	return line.len && line.data[line.len - 1] == '\r' ? (struct text){line.data, line.len - 1} : line;
}

static void header_read(struct reading *r, const struct text *fields, size_t count)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		r->place[c] = CSV_FIELDS_MAX;
		for (size_t i = 0; i < count; i++)
			if (text_equal(text_trim(fields[i]), text_of(names[c])))
				r->place[c] = i;
	}
	for (size_t c = 0; c < COLUMNS; c++)
		if ((c == C_FIGURE || c == C_MONTH || c == C_NUMBER) && r->place[c] == CSV_FIELDS_MAX)
			problem(r, 1, names[c], "header-missing");
}

static struct text field_of(const struct reading *r, const struct text *fields, size_t count, enum column column)
{
	return r->place[column] < count ? text_trim(fields[r->place[column]]) : TEXT_NONE;
}

static bool number_read(struct text text, int64_t *ret)
{
	uint64_t n;

	if (text_to_uint(text, INT64_C(1000000000000), &n) != ST_OK)
		return false;
	*ret = (int64_t)n;
	return true;
}

static enum status row_enter(struct office_call *call, struct db_tx *tx, struct reading *r, const struct text *fields, size_t count, int64_t row,
			     struct error *ret_error)
{
	struct outcome_new new = {.figure = field_of(r, fields, count, C_FIGURE), .country = field_of(r, fields, count, C_COUNTRY),
				  .joint = field_of(r, fields, count, C_OPERATION), .note = field_of(r, fields, count, C_NOTE)};
	struct text people = field_of(r, fields, count, C_PEOPLE);
	struct error error = {.code = ST_OK};
	char id[ID_SIZE];
	enum status st;

	if (!tally_month_read(field_of(r, fields, count, C_MONTH), &new.month))
		problem(r, row, "month", "outcome-month");
	else if (!number_read(field_of(r, fields, count, C_NUMBER), &new.number))
		problem(r, row, "number", "outcome-number");
	else if (people.len && !number_read(people, &new.people))
		problem(r, row, "people", "outcome-number");
	else {
		st = outcome_enter(call->office->tally, tx, &call->actor, &new, id, &error);
		if (st != ST_OK && error.reason[0] == '\0') {
			*ret_error = error;
			return st;
		}
		if (st == ST_UNAVAILABLE || st == ST_NO_MEMORY || st == ST_CORRUPT) {
			*ret_error = error;
			return st;
		}
		if (st != ST_OK)
			problem(r, row, error.field, error.reason);
	}
	return ST_OK;
}

static enum status all_enter(struct office_call *call, struct db_tx *tx, struct reading *r, struct error *ret_error)
{
	struct text fields[CSV_FIELDS_MAX], rest = r->whole, line;
	bool header = true;

	r->problem_count = 0;
	r->rows = 0;
	for (int64_t row = 1; text_split(&rest, '\n', &line); row++) {
		size_t count;

		line = line_of(line);
		if (text_trim(line).len == 0)
			continue;
		arena_clear(&r->arena);
		if (csv_split(line, ',', &r->arena, fields, CSV_FIELDS_MAX, &count) != ST_OK) {
			problem(r, row, "", "malformed");
			continue;
		}
		if (header) {
			header_read(r, fields, count);
			header = false;
			if (r->problem_count)
				return ST_OK;
			continue;
		}
		if (++r->rows > ROWS_MAX)
			return error_because(ret_error, ST_LIMIT, "limit", NULL, "more than %u rows", ROWS_MAX);
		TRY(row_enter(call, tx, r, fields, count, row, ret_error));
	}
	if (header)
		problem(r, 1, "figure", "header-missing");
	return ST_OK;
}

static void answer_put(struct office_call *call, const struct reading *r)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"rows\":%lld,\"entered\":%lld,\"problems\":[", (long long)r->rows, r->problem_count ? 0LL : (long long)r->rows);
	for (size_t i = 0; i < r->problem_count; i++) {
		const struct problem_row *p = &r->problems[i];
		struct buffer text;

		buffer_init(&text, 4096);
		if (!problem_text(&text, call->language, text_of(p->reason), &(struct problem_values){.field = text_of(p->field)}))
			buffer_add_text(&text, text_of(p->reason));
		buffer_printf(out, "%s{\"row\":%lld,\"field\":\"%s\",\"reason\":\"%s\",\"text\":", i ? "," : "", (long long)p->row, p->field, p->reason);
		json_add_string(out, buffer_text(&text));
		buffer_add_char(out, '}');
		buffer_release(&text);
	}
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
}

/* A file with a bad row changes nothing: what its good rows entered is rolled back. */
static enum status rows_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = outcome_thing(call);
	struct reading *r = context;

	TRY(office_may(call, tx, "outcome.enter", &thing, "outcome", TEXT_NONE, ret_error));
	TRY(all_enter(call, tx, r, ret_error));
	if (r->problem_count)
		return error_because(ret_error, ST_CONFLICT, "outcome-row", NULL, "rows that cannot be taken");
	answer_put(call, r);
	return buffer_status(&call->response->body);
}

/* That he asked stands in the audit, although nothing was entered. */
static enum status refused_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = outcome_thing(call);

	TRY(office_may(call, tx, "outcome.enter", &thing, "outcome", TEXT_NONE, ret_error));
	answer_put(call, context);
	return buffer_status(&call->response->body);
}

void office_outcome_rows(struct office_call *call)
{
	struct reading *r = ARENA_NEW(call->arena, struct reading, 1);
	struct bytes body = call->request->body;
	struct error error = {.code = ST_OK};
	enum status st;

	if (r == NULL) {
		(void)arena_failure(call->arena, &error);
		office_problem(call, &error);
		return;
	}
	arena_init(&r->arena, (size_t)1 << 20);
	if (body.len >= 3 && memcmp(body.data, "\xef\xbb\xbf", 3) == 0)
		body = (struct bytes){body.data + 3, body.len - 3};
	st = text_check(body, &r->whole, NULL) == ST_OK ? ST_OK : error_because(&error, ST_MALFORMED, "file-encoding", NULL, "the file is not UTF-8");
	if (st == ST_OK && r->whole.data == NULL)
		r->whole = TEXT("");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, rows_work, r, &error);
	if (st == ST_CONFLICT && r->problem_count && strcmp(error.reason, "outcome-row") == 0)
		st = office_transact(call, DB_WRITE, refused_work, r, &error);
	arena_release(&r->arena);
	if (st != ST_OK)
		office_problem(call, &error);
}
