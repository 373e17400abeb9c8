/* What is listed of the public's identifiers: by rules, and by two officers. */
#include "awareness/listing.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"

#include "handlers.inc"

static enum status put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct listing_row l;

	listing_row_take(rows, i, &l);
	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"x\":", TEXT_ARG(l.id), (long long)l.version);
	json_add_string(out, l.x);
	member_text(out, "type", l.type);
	member_text(out, "verdict", l.verdict);
	member_text(out, "state", l.state);
	member_text(out, "basis", l.basis);
	buffer_printf(out, ",\"reports\":%lld", (long long)l.reports);
	member_time(out, "firstAt", l.first_ms);
	member_time(out, "lastAt", l.last_ms);
	if (l.authority)
		buffer_printf(out, ",\"authority\":%lld", (long long)l.authority);
	member_text(out, "country", l.country);
	member_text(out, "note", l.note);
	TRY(member_person(people, "proposedBy", l.proposed_by, ret_error));
	member_time(out, "proposedAt", l.proposed_ms);
	TRY(member_person(people, "confirmedBy", l.confirmed_by, ret_error));
	member_time(out, "confirmedAt", l.confirmed_ms);
	member_time(out, "expiresAt", l.expires_ms);
	if (l.suppressed_until_ms > people->call->now_ms)
		member_time(out, "hiddenUntil", l.suppressed_until_ms);
	member_time(out, "deadAt", l.dead_ms);
	TRY(member_person(people, "endedBy", l.ended_by, ret_error));
	member_time(out, "endedAt", l.ended_ms);
	member_text(out, "endReason", l.end_reason);
	return ST_OK;
}

/* ---- proposed ---- */

static enum status form_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error)
{
	struct listing_new *new = ret;

	TRY(desk_identifier_read(call, json_object_get(root, "identifier"), &new->identifier, ret_error));
	TRY(body_number(root, "authority", &new->authority, ret_error));
	return body_text(call, root, "note", &new->note, ret_error);
}

static enum status begin(struct office_call *call, struct db_tx *tx, const void *new, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);

	TRY(office_may(call, tx, "listing.propose", &thing, "listing", TEXT_NONE, ret_error));
	return listing_propose(call->office->awareness, tx, &call->actor, new, call->arena, ret_id, ret_error);
}

/* ---- acts ---- */

static const struct desk_act acts[] = {{"confirm", "listing.confirm", "proposed"}, {"decline", "listing.confirm", "proposed"},
				       {"end", "listing.end", "in-force"}, {"dead", "listing.propose", "in-force"}, {NULL, NULL, NULL}};

/* Only what is of a kind that can lead nowhere is found dead, and once. */
static bool can(const struct office_call *call, const struct db_rows *row, const struct desk_act *act)
{
	struct listing_row l;

	(void)call;
	listing_row_take(row, 0, &l);
	return strcmp(act->act, "dead") != 0 || (awareness_rule(l.type)->dead && !l.dead_ms);
}

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	const struct listing_act what = {.id = form->id, .version = form->version, .act = form->act, .reason = form->reason, .note = form->note};

	(void)more;
	return listing_do(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

/* ---- the handlers ---- */

static const struct desk_kind kind = {
	.list = {.action = "listing.read", .thing = "listing", .columns = LISTING_COLUMNS, .from = LISTING_FROM,
		 .where = "WHERE ($1 = '' OR l.state = $1) AND ($2 = '' OR l.verdict = $2) AND ($3 = '' OR l.x = $3)",
		 .queries = {"state", "verdict", "identifier"}, .at = "l.proposed_at", .id = "l.id", .at_column = 14, .put = put},
	.state_column = 5, .author_column = 13, .acts = acts, .can = can, .new_read = form_read, .begin = begin, .act = act,
};

void office_public_listing_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_public_listing_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

void office_public_listing_create(struct office_call *call)
{
	struct listing_new new = {.authority = 0};

	desk_kind_create(call, &kind, &new);
}

void office_public_listing_act(struct office_call *call)
{
	desk_kind_act(call, &kind, NULL);
}
