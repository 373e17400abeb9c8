/* Official contacts: one officer enters, another confirms. */
#include "awareness/contact.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                    \
	"c.id, c.version, c.proposed_at, c.state, c.shown, c.kind, c.country, c.serves, c.name, c.note, c.hours, c.languages, c.checked_on," \
	" c.source, c.proposed_by, c.confirmed_by, c.confirmed_at, c.ended_by, c.ended_at, c.end_reason, c.shipped"

static enum status values_put(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT type, value, x FROM contact_value WHERE contact_id = $1 ORDER BY number", DB_PARAMS(DB_V_TEXT(id)),
		     people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"values\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_add_text(out, i ? TEXT(",{\"type\":") : TEXT("{\"type\":"));
		json_add_string(out, db_text(&rows, i, 0));
		member_text(out, "value", db_text(&rows, i, 1));
		member_text(out, "x", db_text(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status head_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_time(out, "proposedAt", db_int(rows, i, 2));
	member_text(out, "state", db_text(rows, i, 3));
	buffer_printf(out, ",\"shown\":%s,\"shipped\":%s", db_int(rows, i, 4) ? "true" : "false", db_is_null(rows, i, 20) ? "false" : "true");
	member_text(out, "kind", db_text(rows, i, 5));
	member_text(out, "country", db_text(rows, i, 6));
	member_text(out, "serves", db_text(rows, i, 7));
	buffer_printf(out, ",\"name\":%.*s", TEXT_ARG(db_text(rows, i, 8)));
	member_text(out, "note", db_text(rows, i, 9));
	member_text(out, "hours", db_text(rows, i, 10));
	member_text(out, "languages", db_text(rows, i, 11));
	member_text(out, "checked", db_text(rows, i, 12));
	member_text(out, "source", db_text(rows, i, 13));
	TRY(member_person(people, "proposedBy", db_text(rows, i, 14), ret_error));
	TRY(member_person(people, "confirmedBy", db_text(rows, i, 15), ret_error));
	member_time(out, "confirmedAt", db_int(rows, i, 16));
	TRY(member_person(people, "endedBy", db_text(rows, i, 17), ret_error));
	member_time(out, "endedAt", db_int(rows, i, 18));
	member_text(out, "endReason", db_text(rows, i, 19));
	return values_put(people, db_text(rows, i, 0), ret_error);
}

/* ---- entered ---- */

static enum status names_read(const struct office_call *call, const json_t *root, struct contact_names *names, struct error *ret_error)
{
	json_t *name = NULL;

	TRY(body_object(root, "name", &name, ret_error));
	TRY(body_text(call, name, "en", &names->en, ret_error));
	TRY(body_text(call, name, "km", &names->km, ret_error));
	TRY(body_text(call, name, "ko", &names->ko, ret_error));
	return body_text(call, name, "zh", &names->zh, ret_error);
}

static enum status form_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error)
{
	struct contact_new *c = ret;
	const struct {
		const char *name;
		struct text *to;
	} texts[] = {{"kind", &c->kind},	 {"country", &c->country}, {"serves", &c->serves}, {"hours", &c->hours},
		     {"languages", &c->languages}, {"checked", &c->checked}, {"source", &c->source}, {"note", &c->note}};
	json_t *values = NULL;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		TRY(body_text(call, root, texts[i].name, texts[i].to, ret_error));
	TRY(body_flag(root, "shown", &c->shown, ret_error));
	TRY(names_read(call, root, &c->name, ret_error));
	TRY(body_list(root, "values", &values, ret_error));
	if (json_array_size(values) > CONTACT_VALUES_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "values", "at most %u values", CONTACT_VALUES_MAX);
	for (size_t i = 0; i < json_array_size(values); i++)
		TRY(desk_identifier_read(call, json_array_get(values, i), &c->values[c->value_count++], ret_error));
	return ST_OK;
}

/* Of what country somebody may enter contacts: the host's of any, a partner's of its own. */
static enum status begin(struct office_call *call, struct db_tx *tx, const void *new, char ret_id[ID_SIZE], struct error *ret_error)
{
	struct policy_thing thing = desk_thing(call);

	if (!text_equal(call->actor.country, call->office->host))
		thing.owner = call->actor.country;
	TRY(office_may(call, tx, "contact.propose", &thing, "contact", TEXT_NONE, ret_error));
	return contact_propose(call->office->awareness, tx, &call->actor, new, call->arena, ret_id, ret_error);
}

/* ---- acts ---- */

static const struct desk_act acts[] = {{"confirm", "contact.confirm", "proposed"}, {"decline", "contact.confirm", "proposed"},
				       {"end", "contact.end", "in-force"}, {NULL, NULL, NULL}};

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	const struct contact_act what = {.id = form->id, .version = form->version, .act = form->act, .reason = form->note};

	(void)more;
	return contact_do(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

/* ---- the handlers ---- */

static const struct desk_kind kind = {
	.list = {.action = "contact.read", .thing = "contact", .columns = COLUMNS, .from = "FROM official_contact c",
		 .where = "WHERE ($1 = '' OR c.state = $1) AND ($2 = '' OR c.country = $2)", .queries = {"state", "country"}, .at = "c.proposed_at",
		 .id = "c.id", .at_column = 2, .put = head_put},
	.state_column = 3, .author_column = 14, .acts = acts, .new_read = form_read, .begin = begin, .act = act,
};

void office_contact_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_contact_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

void office_contact_create(struct office_call *call)
{
	struct contact_new new = {.shown = true};

	desk_kind_create(call, &kind, &new);
}

void office_contact_act(struct office_call *call)
{
	desk_kind_act(call, &kind, NULL);
}
