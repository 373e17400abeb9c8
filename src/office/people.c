#include "office/people.h"

#include "account/session.h"
#include "model/entity_json.h"
#include "model/time.h"

enum status body_need(const struct office_call *call, const json_t *root, const char *name, struct text *ret_text,
		      struct error *ret_error)
{
	struct text text = TEXT_NONE;

	TRY(body_text(call, root, name, &text, ret_error));
	if (text.len == 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is missing", name);
	*ret_text = text;
	return ST_OK;
}

enum status body_roles(const json_t *root, bool *ret_given, uint64_t *ret_roles, struct error *ret_error)
{
	json_t *list;

	TRY(body_list(root, "roles", &list, ret_error));
	*ret_given = list != NULL;
	*ret_roles = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *word = json_array_get(list, i);
		int bit = json_is_string(word) ? role_find(text_of(json_string_value(word))) : -1;

		if (bit < 0)
			return error_because(ret_error, ST_MALFORMED, "role-unknown", "roles", "there is no such role");
		*ret_roles |= (uint64_t)1 << bit;
	}
	return ST_OK;
}

void put_text(struct buffer *out, bool first, const char *name, struct text value)
{
	buffer_printf(out, "%s\"%s\":", first ? "" : ",", name);
	json_add_string(out, value);
}

void put_time(struct buffer *out, const char *name, int64_t ms)
{
	char text[TIME_SIZE];

	if (ms == 0)
		return;
	time_write(ms, text);
	buffer_printf(out, ",\"%s\":\"%s\"", name, text);
}

void put_roles(struct buffer *out, uint64_t roles)
{
	const char *comma = "";

	buffer_printf(out, ",\"roles\":[");
	for (unsigned i = 0; role_word(i); i++)
		if (roles >> i & 1) {
			buffer_printf(out, "%s\"%s\"", comma, role_word(i));
			comma = ",";
		}
	buffer_add_char(out, ']');
}

void put_person(struct buffer *out, const struct person *person)
{
	put_text(out, true, "id", person->id);
	put_text(out, false, "name", person->name);
	put_text(out, false, "login", person->login);
	put_text(out, false, "country", person->country);
	put_text(out, false, "agency", person->agency);
	put_text(out, false, "agencyName", person->agency_name);
	put_roles(out, person->roles);
	put_text(out, false, "state", person->state);
	put_time(out, "lastSeen", person->seen_ms);
	buffer_printf(out, ",\"version\":%lld", (long long)person->version);
}

void office_signed_in(struct office_call *call, enum status st, const struct signed_in *in, const struct error *error)
{
	struct text cookie;

	if (st == ST_OK)
		st = session_cookie(call->request->secure, text_of(in->token), call->arena, &cookie);
	if (st != ST_OK) {
		office_problem(call, error);
		return;
	}
	http_set_header(call->response, TEXT("Set-Cookie"), cookie);
	office_json(call, 200);
	buffer_printf(&call->response->body, "{\"next\":\"%s\"}", in->next);
}
