/* Countries that take part, and their agencies. */
#include "account/member.h"
#include "account/person.h"
#include "office/people.h"

#include "handlers.inc"

/* ---- agencies ---- */

static enum status agencies_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct agency_row *list;
	size_t count;

	(void)context;
	/* Whoever makes people needs his own; the host works with those of all. */
	TRY(agency_list(tx, text_equal(call->actor.country, call->office->host) ? TEXT_NONE : call->actor.country, call->arena, &list,
			&count, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_text(out, true, "id", list[i].id);
		put_text(out, false, "country", list[i].country);
		put_text(out, false, "name", list[i].name);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)count);
	office_json(call, 200);
	return ST_OK;
}

void office_agency_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_READ, agencies_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

struct naming {
	struct text country, name;
};

static enum status agency_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct naming *naming = context;
	struct buffer *out = &call->response->body;
	char id[ID_SIZE];

	TRY(office_may(call, tx, "agency.change", NULL, "agency", TEXT_NONE, ret_error));
	TRY(agency_make(tx, call->office->env, naming->country, naming->name, id, ret_error));
	buffer_add_char(out, '{');
	put_text(out, true, "id", text_of(id));
	put_text(out, false, "country", naming->country);
	put_text(out, false, "name", text_trim(naming->name));
	buffer_add_char(out, '}');
	office_json(call, 201);
	return ST_OK;
}

void office_agency_create(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct naming naming = {.country = TEXT_NONE};
	json_t *body = NULL;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "name", &naming.name, &error));
	TRY_OUT(body_text(call, body, "country", &naming.country, &error));
	if (naming.country.len == 0)
		naming.country = call->office->host;
	st = office_transact(call, DB_WRITE, agency_work, &naming, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}

/* ---- countries ---- */

static void put_country(struct buffer *out, const struct country_row *country)
{
	put_text(out, true, "code", country->code);
	put_text(out, false, "name", country->name);
	buffer_printf(out, ",\"host\":%s", country->host ? "true" : "false");
}

static enum status countries_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct country_row *list;
	size_t count;

	(void)context;
	TRY(country_list(tx, call->arena, &list, &count, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_country(out, &list[i]);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)count);
	office_json(call, 200);
	return ST_OK;
}

void office_country_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};

	if (office_transact(call, DB_READ, countries_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

struct joining {
	struct text code, name, agency;
	struct person_new administrator;
	const char *word;
};

/* A country joins with its first administrator; from then on it makes its own people, and the host makes none for it. */
static enum status country_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct joining *joining = context;
	const struct env *env = call->office->env;
	const struct country_row row = {joining->code, joining->name, false, 1};
	char agency[ID_SIZE], person[ID_SIZE];

	TRY(office_may(call, tx, "country.change", NULL, "country", joining->code, ret_error));
	TRY(country_make(tx, env, joining->code, joining->name, ret_error));
	TRY(agency_make(tx, env, joining->code, joining->agency, agency, ret_error));
	joining->administrator.country = joining->code;
	joining->administrator.agency = text_of(agency);
	TRY(person_create(tx, env, &joining->administrator, person, ret_error));
	buffer_add_char(&call->response->body, '{');
	put_country(&call->response->body, &row);
	put_text(&call->response->body, false, "administrator", text_of(person));
	put_text(&call->response->body, false, "password", text_of(joining->word));
	buffer_add_char(&call->response->body, '}');
	office_json(call, 201);
	return ST_OK;
}

void office_country_create(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	char word[SECRET_WORD_SIZE], hash[PASSWORD_HASH_SIZE];
	struct joining joining = {.administrator = {.by = call->actor.id, .hash = hash}, .word = word};
	json_t *body = NULL;
	json_t *first;
	enum status st;

	TRY_OUT(body_json(call, &body, &error));
	TRY_OUT(body_need(call, body, "code", &joining.code, &error));
	TRY_OUT(body_need(call, body, "name", &joining.name, &error));
	TRY_OUT(body_need(call, body, "agency", &joining.agency, &error));
	TRY_OUT(body_object(body, "administrator", &first, &error));
	TRY_OUT(body_need(call, first, "name", &joining.administrator.name, &error));
	TRY_OUT(body_need(call, first, "login", &joining.administrator.login, &error));
	TRY_OUT(roles_read(TEXT("administrator"), &joining.administrator.roles, &error));
	TRY_OUT(person_first_password(call->office->accounts, word, hash, &error));
	st = office_transact(call, DB_WRITE, country_work, &joining, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
	json_decref(body);
}
