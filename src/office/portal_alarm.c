/* What portals tell of themselves: that numbers are perhaps being gone through; and that somebody has looked after it. */
#include "awareness/alarm.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"

#include "handlers.inc"

#define STATE "CASE WHEN a.seen_at IS NULL THEN 'open' ELSE 'seen' END"
#define COLUMNS                                                                                                                         \
	"a.id, a.version, a.raised_at, a.alarm, " STATE ", a.portal_id, p.name, a.hour_at, a.checks, a.networks, a.usual, a.buckets, a.seen_by, a.seen_at"

static void number_put(struct buffer *out, const char *name, const struct db_rows *rows, size_t i, size_t column)
{
	if (!db_is_null(rows, i, column))
		buffer_printf(out, ",\"%s\":%lld", name, (long long)db_int(rows, i, column));
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_time(out, "raisedAt", db_int(rows, i, 2));
	member_text(out, "alarm", db_text(rows, i, 3));
	member_text(out, "state", db_text(rows, i, 4));
	member_text(out, "portal", db_text(rows, i, 5));
	member_text(out, "portalName", db_text(rows, i, 6));
	member_time(out, "hour", db_int(rows, i, 7));
	number_put(out, "checks", rows, i, 8);
	number_put(out, "networks", rows, i, 9);
	number_put(out, "usual", rows, i, 10);
	number_put(out, "buckets", rows, i, 11);
	TRY(member_person(people, "seenBy", db_text(rows, i, 12), ret_error));
	member_time(out, "seenAt", db_int(rows, i, 13));
	return ST_OK;
}

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	const struct alarm_act what = {.id = form->id, .note = form->note, .version = form->version};

	(void)more;
	return alarm_seen(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

static const struct desk_act acts[] = {{"seen", "alarm.act", "open"}, {NULL, NULL, NULL}};

static const struct desk_kind kind = {
	.list = {.action = "alarm.read", .thing = "alarm", .columns = COLUMNS, .from = "FROM portal_alarm a JOIN portal p ON p.id = a.portal_id",
		 .where = "WHERE ($1 = '' OR a.seen_at IS NULL)", .queries = {"open"}, .at = "a.raised_at", .id = "a.id", .at_column = 2, .put = row_put},
	.state_column = 4, .acts = acts, .act = act,
};

void office_portal_alarm_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_portal_alarm_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

void office_portal_alarm_act(struct office_call *call)
{
	desk_kind_act(call, &kind, NULL);
}
