/* Clearances: this traveller is not that person. Proposed by one officer, confirmed by another, ended. */
#include "registry/clearance.h"

#include <sodium.h>
#include <stdio.h>

#include "model/entity_json.h"
#include "office/entry.h"

#include "handlers.inc"

/* ---- what is shown ---- */

/* As a data: address, which a page can show without another request. */
static enum status photo_put(struct office_call *call, const struct clearance_record *c)
{
	size_t room = sodium_base64_encoded_len(c->photo.len, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(call->arena, room, 1);

	if (c->photo.len == 0)
		return ST_OK;
	if (text == NULL)
		return arena_failure(call->arena, NULL);
	sodium_bin2base64(text, room, c->photo.data, c->photo.len, sodium_base64_VARIANT_ORIGINAL);
	buffer_printf(&call->response->body, ",\"photo\":\"data:%.*s;base64,", TEXT_ARG(c->photo_type));
	buffer_add_text(&call->response->body, text_of(text));
	buffer_add_char(&call->response->body, '"');
	return ST_OK;
}

/* A clearance is the host's own. */
static struct policy_thing thing_of(const struct office_call *call, const struct clearance_record *c)
{
	return (struct policy_thing){.owner = call->office->host, .author = c ? c->proposed_by : TEXT_NONE};
}

/* What this person may do with it now; that he must first prove anew who he is does not hide it. */
static void acts_put(struct office_call *call, const struct clearance_record *c)
{
	static const struct {
		const char *act, *action;
	} acts[] = {{"confirm", "clearance.confirm"}, {"end", "clearance.end"}};
	const struct policy_thing thing = thing_of(call, c);
	struct buffer *out = &call->response->body;
	bool first = true, proposed = text_equal(c->state, TEXT("proposed")), in_force = text_equal(c->state, TEXT("in-force"));

	buffer_add_text(out, TEXT(",\"acts\":["));
	for (size_t i = 0; i < 2; i++) {
		enum policy_answer answer = may(&call->actor, text_of(acts[i].action), &thing, call->office->host, call->now_ms);

		if ((answer != POLICY_ALLOWED && answer != POLICY_PROVE_ANEW) || (i == 0 ? !proposed : !proposed && !in_force))
			continue;
		buffer_printf(out, "%s{\"act\":\"%s\"}", first ? "" : ",", acts[i].act);
		first = false;
	}
	buffer_add_char(out, ']');
}

/* ,"hit": where the second line proposed it */
static enum status hit_put(struct people *people, const struct clearance_record *c, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT hit_id FROM hit_act WHERE clearance_id = $1", DB_PARAMS(DB_V_TEXT(c->id)), people->call->arena,
		     &rows, ret_error));
	if (rows.rows)
		member_text(&people->call->response->body, "hit", db_text(&rows, 0, 0));
	return ST_OK;
}

static enum status clearance_put(struct people *people, const struct clearance_record *c, bool whole, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_add_text(out, TEXT("{\"id\":"));
	json_add_string(out, c->id);
	buffer_printf(out, ",\"version\":%lld", (long long)c->version);
	member_text(out, "state", c->state);
	member_text(out, "entry", c->entry);
	member_text(out, "entryName", c->entry_caption);
	buffer_printf(out, ",\"person\":%.*s", c->person.len ? (int)c->person.len : 4, c->person.len ? c->person.data : "null");
	member_text(out, "name", c->caption);
	member_text(out, "text", c->note);
	member_text(out, "photoSha256", c->photo_sha256);
	buffer_printf(out, ",\"consent\":%s", c->consent ? "true" : "false");
	TRY(member_person(people, "proposedBy", c->proposed_by, ret_error));
	member_time(out, "proposedAt", c->proposed_ms);
	TRY(member_person(people, "confirmedBy", c->confirmed_by, ret_error));
	member_time(out, "confirmedAt", c->confirmed_ms);
	TRY(member_person(people, "endedBy", c->ended_by, ret_error));
	member_time(out, "endedAt", c->ended_ms);
	member_text(out, "endReason", c->end_reason);
	member_time(out, "expiresAt", c->expires_ms);
	if (whole)
		TRY(hit_put(people, c, ret_error));
	acts_put(people->call, c);
	TRY(photo_put(people->call, c));
	buffer_add_char(out, '}');
	return ST_OK;
}

/* Answers with the clearance as it stands. */
static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct clearance_record record;

	TRY(clearance_load(tx, id, call->arena, &record, ret_error));
	TRY(clearance_put(&people, &record, true, ret_error));
	office_etag(call, record.version);
	office_json(call, status);
	return ST_OK;
}

/* ---- POST ---- */

struct creating {
	struct clearance_new new;
	struct entity person;
};

static enum status photo_read(struct office_call *call, const json_t *root, struct bytes *ret, struct error *ret_error)
{
	const json_t *photo = json_object_get(root, "photo");
	size_t len = json_string_length(photo), decoded = 0;
	uint8_t *out;

	if (photo == NULL || json_is_null(photo))
		return ST_OK;
	out = arena_alloc(call->arena, len + 1, 1);
	if (out == NULL)
		return arena_failure(call->arena, ret_error);
	if (!json_is_string(photo) || sodium_base642bin(out, len, json_string_value(photo), len, NULL, &decoded, NULL,
							sodium_base64_VARIANT_ORIGINAL) != 0)
		return error_because(ret_error, ST_MALFORMED, "clearance-photo", "photo", "base64 is expected");
	*ret = (struct bytes){out, decoded};
	return ST_OK;
}

static enum status form_read(struct office_call *call, const json_t *root, struct creating *c, struct error *ret_error)
{
	json_t *person;

	TRY(body_object(root, "person", &person, ret_error));
	if (person == NULL)
		return error_because(ret_error, ST_MALFORMED, "clearance-person", "person", "the person is missing");
	TRY(entity_from_json(person, call->arena, &c->person, ret_error));
	c->new.person = &c->person;
	TRY(body_text(call, root, "entry", &c->new.entry, ret_error));
	TRY(body_text(call, root, "text", &c->new.note, ret_error));
	TRY(body_flag(root, "consent", &c->new.consent, ret_error));
	TRY(body_time(call, root, "expiresAt", &c->new.expires_ms, ret_error));
	return photo_read(call, root, &c->new.photo, ret_error);
}

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct creating *c = context;
	const struct policy_thing thing = thing_of(call, NULL);
	char id[ID_SIZE];
	enum status st;

	TRY(office_may(call, tx, "clearance.create", &thing, "entry", c->new.entry, ret_error));
	st = clearance_propose(call->office->registry, tx, &call->actor, &c->new, id, ret_error);
	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, "clearance.create", "entry", c->new.entry, ret_error);
	TRY(st);
	return answer(call, tx, text_of(id), 201, ret_error);
}

void office_clearance_create(struct office_call *call)
{
	struct creating c = {.new = {.consent = false}};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = form_read(call, root, &c, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &c, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- GET ---- */

static enum status ask(struct office_call *call, struct db_tx *tx, struct text id, const char *action, struct error *ret_error)
{
	struct clearance_record record;
	struct policy_thing thing;
	enum status st = clearance_load(tx, id, call->arena, &record, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, action, "clearance", id, ret_error);
	TRY(st);
	thing = thing_of(call, &record);
	return office_may(call, tx, action, &thing, "clearance", id, ret_error);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(ask(call, tx, *id, "clearance.read", ret_error));
	return answer(call, tx, *id, 200, ret_error);
}

void office_clearance_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_page *asked = context;
	const struct policy_thing thing = thing_of(call, NULL);
	struct clearance_page page = {.limit = asked->limit + 1, .state = http_query(call->request, "state"),
				      .entry = http_query(call->request, "entry")};
	struct people people = {.call = call, .tx = tx};
	struct clearance_record *records;
	size_t count;
	int64_t total;
	bool more;

	TRY(office_may(call, tx, "clearance.read", &thing, "clearance", TEXT_NONE, ret_error));
	TRY(office_page_place(asked, &page.before_ms, &page.before_id, ret_error));
	TRY(clearance_list(tx, &page, call->arena, &records, &count, &total, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < count && i < asked->limit; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(clearance_put(&people, &records[i], false, ret_error));
	}
	more = count > asked->limit;
	buffer_add_char(&call->response->body, ']');
	office_page_end_at(call, more ? records[asked->limit - 1].proposed_ms : 0, more ? records[asked->limit - 1].id : TEXT_NONE, total);
	office_json(call, 200);
	return ST_OK;
}

void office_clearance_list(struct office_call *call)
{
	struct office_page page;
	struct error error = {.code = ST_OK};

	if (office_page(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- acts ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct clearance_act *act = context;
	const char *action = text_equal(act->act, TEXT("confirm")) ? "clearance.confirm" : "clearance.end";

	TRY(ask(call, tx, act->id, action, ret_error));
	TRY(clearance_do(call->office->registry, tx, &call->actor, act, ret_error));
	return answer(call, tx, act->id, 200, ret_error);
}

static enum status act_read(struct office_call *call, struct clearance_act *act, struct error *ret_error)
{
	json_t *root = NULL;
	enum status st;

	TRY(office_id(call, 0, &act->id, ret_error));
	TRY(office_if_match(call, &act->version, ret_error));
	act->act = call->request->capture_count > 1 ? call->request->captures[1] : TEXT_NONE;
	if (!text_equal(act->act, TEXT("confirm")) && !text_equal(act->act, TEXT("end")))
		return error_because(ret_error, ST_NOT_FOUND, "not-found", "act", "confirm or end");
	if (call->request->body.len == 0)
		return ST_OK;
	TRY(body_json(call, &root, ret_error));
	st = body_text(call, root, "reason", &act->reason, ret_error);
	json_decref(root);
	return st;
}

void office_clearance_act(struct office_call *call)
{
	struct clearance_act act = {.version = 0};
	struct error error = {.code = ST_OK};

	if (act_read(call, &act, &error) != ST_OK || office_transact(call, DB_WRITE, act_work, &act, &error) != ST_OK)
		office_problem(call, &error);
}
