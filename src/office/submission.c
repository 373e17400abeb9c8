/* Submissions: sent in, listed, read row by row; the template they are written in. */
#include "registry/submission.h"

#include <stdio.h>

#include "exchange/submission_table.h"
#include "model/entity_json.h"
#include "model/time.h"
#include "office/entry.h"
#include "office/problem.h"

#include "handlers.inc"
#include "templates.inc"

#define NAME_MAX_BYTES 200u

static struct policy_thing thing_of(const struct office_call *call, struct text owner, struct text agency)
{
	return (struct policy_thing){.owner = owner, .agency = agency, .released = &call->office->host, .released_count = 1};
}

/* People of the host see what looks like whom in every country; others only their own. */
static bool sees_all(const struct office_call *call)
{
	return text_equal(call->actor.country, call->office->host);
}

/* ---- one submission ---- */

static void member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

static enum status submission_put(struct people *people, const struct submission_record *s, struct error *ret_error)
{
	const struct office_call *call = people->call;
	struct buffer *out = &people->call->response->body;
	struct text by = TEXT_NONE;
	char at[TIME_SIZE];

	TRY(people_name(people, s->actor, &by, ret_error));
	time_write(s->received_ms, at);
	buffer_add_text(out, TEXT("{\"id\":"));
	json_add_string(out, s->id);
	member(out, "owner", s->owner);
	member(out, "name", s->name);
	member(out, "by", s->actor);
	member_text(out, "byName", by);
	if (s->agency.len)
		member(out, "agency", s->agency);
	member(out, "receivedAt", text_of(at));
	member(out, "format", s->format);
	member(out, "charset", s->charset);
	member(out, "sha256", s->sha256);
	buffer_printf(out, ",\"size\":%lld,\"rows\":%lld,\"taken\":%lld,\"refused\":%lld,\"known\":%lld,\"lookalikes\":%lld}",
		      (long long)s->size, (long long)s->rows, (long long)s->taken, (long long)s->refused, (long long)s->known,
		      (long long)(sees_all(call) ? s->similar_any : s->similar_own));
	return ST_OK;
}

/* ---- POST ---- */

struct creating {
	struct submission_draft *draft;
};

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct creating *c = context;
	const struct policy_thing thing = thing_of(call, call->actor.country, call->actor.agency);
	struct people people = {.call = call, .tx = tx};
	struct submission_record record;
	struct text id;
	bool again;

	TRY(submission_find(tx, &call->actor, c->draft, &id, &again, ret_error));
	TRY(office_may(call, tx, "submission.create", &thing, "submission", id, ret_error));
	if (!again)
		TRY(submission_take(call->office->registry, tx, &call->actor, c->draft, ret_error));
	TRY(submission_load(tx, id, call->arena, &record, ret_error));
	TRY(submission_put(&people, &record, ret_error));
	office_json(call, again ? 200 : 201);
	return ST_OK;
}

/* A file that cannot be read as a whole: nothing is written of it but that it was refused, and why. */
static enum status refuse_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct error *why = context;
	char detail[ERROR_REASON_SIZE + 32];
	struct audit_event event = {.actor = &call->actor, .action = "submission.create", .thing_kind = "submission",
				    .outcome = "refused"};

	snprintf(detail, sizeof detail, "{\"reason\":\"%s\"}", why->reason);
	event.detail = text_of(detail);
	return audit_add(tx, call->office->env, &event, ret_error);
}

/* "text/csv; charset=euc-kr" */
static struct text charset_of(struct text content_type)
{
	struct text rest = content_type, part;

	while (rest.data && text_split(&rest, ';', &part)) {
		part = text_trim(part);
		if (part.len > 8 && text_equal_nocase((struct text){part.data, 8}, TEXT("charset="))) {
			part = (struct text){part.data + 8, part.len - 8};
			if (part.len > 2 && part.data[0] == '"')
				part = (struct text){part.data + 1, part.len - 2};
			return part;
		}
	}
	return TEXT_NONE;
}

/* A heading that is missing is named as the reader's template names it. */
static void name_heading(const struct office_call *call, struct error *error)
{
	enum submission_column column = submission_column_of(text_of(error->field));
	struct text heading = submission_heading_text(column, text_of(office_language_word(call->language)));

	if (strcmp(error->reason, "header-missing") == 0 && heading.len && heading.len < sizeof error->field) {
		memcpy(error->field, heading.data, heading.len);
		error->field[heading.len] = '\0';
	}
}

static enum status create(struct office_call *call, struct arena *arena, struct error *ret_error)
{
	struct registry_file file = {.bytes = call->request->body, .name = text_trim(http_query(call->request, "name")),
				     .charset = charset_of(http_header(call->request, "Content-Type")),
				     .language = text_of(office_language_word(call->language))};
	struct creating c;
	struct error ignored;
	enum status st;

	if (file.name.len == 0 || file.name.len > NAME_MAX_BYTES)
		file.name = TEXT("-");
	st = submission_draw_up(call->office->registry, &file, arena, &c.draft, ret_error);
	if (st == ST_OK)
		return office_transact(call, DB_WRITE, create_work, &c, ret_error);
	name_heading(call, ret_error);
	/* Refused all the same if this cannot be written down. */
	if (st == ST_MALFORMED || st == ST_LIMIT)
		(void)!office_transact(call, DB_WRITE, refuse_work, ret_error, &ignored);
	return st;
}

void office_submission_create(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct arena arena;
	enum status st;

	arena_init(&arena, SUBMISSION_MEMORY_MAX);
	st = create(call, &arena, &error);
	arena_release(&arena);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- GET: the list, one ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_page *asked = context;
	struct submission_page page = {.limit = asked->limit + 1, .owner = sees_all(call) ? TEXT_NONE : call->actor.country};
	const struct policy_thing thing = thing_of(call, sees_all(call) ? call->office->host : call->actor.country, TEXT_NONE);
	struct people people = {.call = call, .tx = tx};
	struct submission_record *records;
	size_t count;
	int64_t total;
	bool more;

	TRY(office_may(call, tx, "submission.read", &thing, "submission", TEXT_NONE, ret_error));
	TRY(office_page_place(asked, &page.before_ms, &page.before_id, ret_error));
	TRY(submission_list(tx, &page, call->arena, &records, &count, &total, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < count && i < asked->limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(submission_put(&people, &records[i], ret_error));
	}
	more = count > asked->limit;
	buffer_add_char(&call->response->body, ']');
	office_page_end_at(call, more ? records[asked->limit - 1].received_ms : 0, more ? records[asked->limit - 1].id : TEXT_NONE, total);
	office_json(call, 200);
	return ST_OK;
}

void office_submission_list(struct office_call *call)
{
	struct office_page page;
	struct error error = {.code = ST_OK};

	if (office_page(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

/* Loads it and asks; another country's is not there. */
static enum status load_and_ask(struct office_call *call, struct db_tx *tx, struct text id, struct submission_record *ret,
				struct error *ret_error)
{
	enum status st = submission_load(tx, id, call->arena, ret, ret_error);
	struct policy_thing thing;

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "submission.read", "submission", id, ret_error);
	TRY(st);
	thing = thing_of(call, ret->owner, ret->agency);
	return office_may(call, tx, "submission.read", &thing, "submission", id, ret_error);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct submission_record record;

	TRY(load_and_ask(call, tx, *(const struct text *)context, &record, ret_error));
	TRY(submission_put(&people, &record, ret_error));
	office_json(call, 200);
	return ST_OK;
}

void office_submission_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- GET: the template ---- */

void office_submission_template(struct office_call *call)
{
	struct text format = http_query(call->request, "format");
	bool csv = format.data && text_equal(format, TEXT("csv"));
	struct bytes file = csv ? template_csv[call->language] : template_xlsx[call->language];

	http_set_header(call->response, TEXT("Content-Disposition"),
			csv ? TEXT("attachment; filename=\"cordon-template.csv\"") : TEXT("attachment; filename=\"cordon-template.xlsx\""));
	http_set_header(call->response, TEXT("X-Content-Type-Options"), TEXT("nosniff"));
	http_answer(call->response, 200,
		    csv ? TEXT("text/csv; charset=utf-8") : TEXT("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
		    (struct text){(const char *)file.data, file.len});
}
