/* People of an administrator's own country. */
#include "account/person.h"
#include "account/recovery.h"
#include "office/people.h"

#include "handlers.inc"

/* ---- list, one ---- */

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_page *page = context;
	struct person_filter filter = {.country = call->actor.country, .after = page->after, .limit = page->limit + 1};
	struct buffer *out = &call->response->body;
	struct person *list;
	int64_t total;
	size_t count;

	TRY(office_may(call, tx, "person.read", NULL, "person", TEXT_NONE, ret_error));
	TRY(person_list(tx, &filter, call->arena, &list, &count, &total, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count && i < page->limit; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_person(out, &list[i]);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, count > page->limit ? list[page->limit - 1].login : TEXT_NONE, total);
	office_json(call, 200);
	return ST_OK;
}

void office_person_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct office_page page;

	if (office_page(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

/* The person of the path, after the decision point allowed `action` on him. Another country's does not exist. */
static enum status find_person(struct office_call *call, struct db_tx *tx, const char *action, struct person *ret_person,
			       struct error *ret_error)
{
	struct text id;

	TRY(office_id(call, 0, &id, ret_error));
	TRY(person_get(tx, id, call->arena, ret_person, ret_error));
	const struct policy_thing thing = {.owner = ret_person->country, .agency = ret_person->agency, .subject = id};
	return office_may(call, tx, action, &thing, "person", id, ret_error);
}

static enum status answer_person(struct office_call *call, const struct person *person, unsigned status)
{
	buffer_add_char(&call->response->body, '{');
	put_person(&call->response->body, person);
	buffer_add_char(&call->response->body, '}');
	office_etag(call, person->version);
	office_json(call, status);
	return ST_OK;
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct person person;

	(void)context;
	TRY(find_person(call, tx, "person.read", &person, ret_error));
	return answer_person(call, &person, 200);
}

void office_person_get(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_WRITE, get_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- making ---- */

struct creation {
	struct person_new person;
	const char *word;
};

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct creation *creation = context;
	struct person person;
	char id[ID_SIZE];

	TRY(office_may(call, tx, "person.create", NULL, "person", TEXT_NONE, ret_error));
	TRY(person_create(tx, call->office->env, &creation->person, id, ret_error));
	TRY(person_get(tx, text_of(id), call->arena, &person, ret_error));
	buffer_add_char(&call->response->body, '{');
	put_person(&call->response->body, &person);
	put_text(&call->response->body, false, "password", text_of(creation->word));
	buffer_add_char(&call->response->body, '}');
	office_json(call, 201);
	return ST_OK;
}

void office_person_create(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	char word[SECRET_WORD_SIZE], hash[PASSWORD_HASH_SIZE];
	struct creation creation = {.person = {.country = call->actor.country, .by = call->actor.id, .hash = hash}, .word = word};
	json_t *body = NULL;
	bool given;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "name", &creation.person.name, &error));
	TRY_OUT(body_need(call, body, "login", &creation.person.login, &error));
	TRY_OUT(body_need(call, body, "agency", &creation.person.agency, &error));
	TRY_OUT(body_roles(body, &given, &creation.person.roles, &error));
	TRY_OUT(person_first_password(call->office->accounts, word, hash, &error));
	st = office_transact(call, DB_WRITE, create_work, &creation, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}

/* ---- changing ---- */

static enum status change_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct person_change *change = context;
	struct person person;

	TRY(find_person(call, tx, "person.change", &person, ret_error));
	change->id = person.id;
	TRY(person_change(tx, call->office->env, change, ret_error));
	TRY(db_tell(tx, "person", person.id, call->now_ms, ret_error));
	TRY(person_get(tx, person.id, call->arena, &person, ret_error));
	return answer_person(call, &person, 200);
}

void office_person_change(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct person_change change = {.by = call->actor.id};
	json_t *body = NULL;
	enum status st;

	TRY_OUT(office_if_match(call, &change.version, &error));
	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_text(call, body, "name", &change.name, &error));
	TRY_OUT(body_text(call, body, "agency", &change.agency, &error));
	TRY_OUT(body_text(call, body, "state", &change.state, &error));
	TRY_OUT(body_roles(body, &change.has_roles, &change.roles, &error));
	st = office_transact(call, DB_WRITE, change_work, &change, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}

/* ---- recovery ---- */

static enum status recover_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct person *person = context;

	return find_person(call, tx, "person.recover", person, ret_error);
}

void office_person_recover(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct recovery_given given;
	struct person person;
	enum status st;

	TRY_OUT(office_transact(call, DB_WRITE, recover_work, &person, &error));
	TRY_OUT(recovery_ask(call->office->accounts, &call->actor, person.id, &given, &error));
	buffer_printf(&call->response->body, "{\"confirmed\":%s", given.confirmed ? "true" : "false");
	put_text(&call->response->body, false, "half", text_of(given.half));
	buffer_add_char(&call->response->body, '}');
	office_json(call, 200);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}
