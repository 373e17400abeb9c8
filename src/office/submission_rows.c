/* The rows of a submission: what became of each, why one was refused in the reader's language, and who looks alike. */
#include <jansson.h>
#include <stdio.h>

#include "model/entity_json.h"
#include "office/problem.h"
#include "registry/submission.h"

#include "handlers.inc"

#define TEXT_MAX 2000u

struct asking {
	struct submission_rows rows;
	struct submission_record submission;
};

static struct text string_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	struct text t = TEXT_NONE;

	if (!json_is_string(value) ||
	    text_check((struct bytes){(const uint8_t *)json_string_value(value), json_string_length(value)}, &t, NULL) != ST_OK)
		return TEXT_NONE;
	return t;
}

static int64_t number_of(const json_t *object, const char *name)
{
	return (int64_t)json_integer_value(json_object_get(object, name));
}

static void member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static void problem_put(const struct office_call *call, const json_t *problem)
{
	struct buffer *out = &call->response->body, text;
	struct text reason = string_of(problem, "reason"), field = string_of(problem, "field");
	char limit[24];
	struct problem_values values = {.field = field, .value = string_of(problem, "value")};

	snprintf(limit, sizeof limit, "%lld", (long long)number_of(problem, "limit"));
	values.limit = text_of(limit);
	buffer_init(&text, TEXT_MAX);
	(void)problem_text(&text, call->language, reason, &values);
	buffer_add_text(out, TEXT("{\"field\":"));
	json_add_string(out, field);
	member(out, "column", string_of(problem, "column"));
	member(out, "value", values.value);
	member(out, "reason", reason);
	member(out, "text", buffer_status(&text) == ST_OK ? buffer_text(&text) : TEXT(""));
	buffer_add_char(out, '}');
	buffer_release(&text);
}

/* Somebody of another country is nobody to him. */
static bool may_know(const struct office_call *call, const json_t *match)
{
	return text_equal(call->actor.country, call->office->host) || text_equal(string_of(match, "owner"), call->actor.country);
}

static void lookalike_put(const struct office_call *call, const json_t *match, bool first)
{
	struct buffer *out = &call->response->body;
	int64_t score = number_of(match, "score"), evidence = number_of(match, "evidence");

	buffer_add_text(out, first ? TEXT("{\"entry\":") : TEXT(",{\"entry\":"));
	json_add_string(out, string_of(match, "entry"));
	buffer_printf(out, ",\"score\":%lld.%06lld,\"evidence\":%s%lld.%03lld}", (long long)(score / 1000000), (long long)(score % 1000000),
		      evidence < 0 ? "-" : "", (long long)(llabs(evidence) / 1000), (long long)(llabs(evidence) % 1000));
}

static enum status lists_put(const struct office_call *call, const struct submission_row_record *row, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	json_t *problems = json_loadb(row->problems.len ? row->problems.data : "[]", row->problems.len ? row->problems.len : 2, 0, NULL);
	json_t *matches = json_loadb(row->lookalikes.len ? row->lookalikes.data : "[]", row->lookalikes.len ? row->lookalikes.len : 2, 0,
				     NULL);
	bool first = true;
	enum status st = ST_OK;

	if (problems == NULL || matches == NULL) {
		st = error_set(ret_error, ST_CORRUPT, "a stored row cannot be read");
		goto out;
	}
	buffer_add_text(out, TEXT(",\"problems\":["));
	for (size_t i = 0; i < json_array_size(problems); i++) {
		if (i)
			buffer_add_char(out, ',');
		problem_put(call, json_array_get(problems, i));
	}
	buffer_add_text(out, TEXT("],\"lookalikes\":["));
	for (size_t i = 0; i < json_array_size(matches); i++) {
		const json_t *match = json_array_get(matches, i);

		if (!may_know(call, match))
			continue;
		lookalike_put(call, match, first);
		first = false;
	}
	buffer_add_text(out, TEXT("]}"));
out:
	json_decref(problems);
	json_decref(matches);
	return st;
}

static enum status row_put(const struct office_call *call, const struct submission_row_record *row, struct error *ret_error)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"row\":%lld", (long long)row->row);
	member(out, "status", row->status);
	if (row->entry.len)
		member(out, "entry", row->entry);
	if (row->reference.len)
		member(out, "reference", row->reference);
	if (row->name.len)
		member(out, "name", row->name);
	return lists_put(call, row, ret_error);
}

static enum status rows_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asking *a = context;
	struct submission_rows ask = a->rows;
	struct submission_row_record *rows;
	struct policy_thing thing;
	size_t count;
	int64_t total;
	char last[24] = "";
	enum status st = submission_load(tx, ask.id, call->arena, &a->submission, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "submission.read", "submission", ask.id, ret_error);
	TRY(st);
	thing = (struct policy_thing){.owner = a->submission.owner, .agency = a->submission.agency, .released = &call->office->host,
				      .released_count = 1};
	TRY(office_may(call, tx, "submission.read", &thing, "submission", ask.id, ret_error));
	ask.limit++;
	TRY(submission_rows_load(tx, &ask, call->arena, &rows, &count, &total, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < count && i < a->rows.limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(row_put(call, &rows[i], ret_error));
	}
	if (count > a->rows.limit)
		snprintf(last, sizeof last, "%lld", (long long)rows[a->rows.limit - 1].row);
	buffer_add_char(&call->response->body, ']');
	office_page_end(call, text_of(last), total);
	office_json(call, 200);
	return ST_OK;
}

static enum status ask_read(const struct office_call *call, struct submission_rows *ret, struct error *ret_error)
{
	struct text status = http_query(call->request, "status");
	struct office_page page;
	uint64_t after = 0;

	TRY(office_id(call, 0, &ret->id, ret_error));
	TRY(office_page(call, &page, ret_error));
	if (page.after.len && text_to_uint(page.after, INT64_MAX, &after) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	if (status.len && !text_equal(status, TEXT("taken")) && !text_equal(status, TEXT("refused")) && !text_equal(status, TEXT("known")))
		return error_because(ret_error, ST_MALFORMED, "malformed", "status", "taken, refused or known");
	ret->status = status.len ? status : TEXT_NONE;
	ret->limit = page.limit;
	ret->after = (int64_t)after;
	return ST_OK;
}

void office_submission_rows(struct office_call *call)
{
	struct asking a = {.rows = {.limit = 0}};
	struct error error = {.code = ST_OK};

	if (ask_read(call, &a.rows, &error) != ST_OK || office_transact(call, DB_WRITE, rows_work, &a, &error) != ST_OK)
		office_problem(call, &error);
}
