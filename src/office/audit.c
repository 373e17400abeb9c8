/* Who looked at what, and who did what. */
#include "account/audit_list.h"
#include "model/time.h"
#include "office/people.h"

#include "handlers.inc"

static enum status moment(const struct office_call *call, const char *name, int64_t *ret_ms, struct error *ret_error)
{
	struct text value = http_query(call->request, name);

	if (value.len && time_read(value, ret_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "malformed", name, "'%s' is not a moment of RFC 3339", name);
	return ST_OK;
}

static void put_row(struct buffer *out, const struct audit_row *row)
{
	put_text(out, true, "id", row->id);
	put_time(out, "at", row->at_ms);
	put_text(out, false, "by", row->actor);
	put_text(out, false, "byName", row->actor_name);
	put_text(out, false, "country", row->country);
	put_text(out, false, "address", row->address);
	put_text(out, false, "purpose", row->purpose);
	put_text(out, false, "action", row->action);
	put_text(out, false, "thingKind", row->thing_kind);
	put_text(out, false, "thing", row->thing);
	put_text(out, false, "outcome", row->outcome);
	/* It was written as a JSON object by ourselves. */
	if (row->detail.len)
		buffer_printf(out, ",\"detail\":%.*s", TEXT_ARG(row->detail));
	buffer_printf(out, ",\"flagged\":%s", text_equal(row->outcome, TEXT("flagged")) ? "true" : "false");
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct audit_filter *filter = context;
	struct buffer *out = &call->response->body;
	uint32_t limit = filter->limit - 1; /* one more is asked for, to know whether more follow */
	struct audit_row *list;
	char last[64] = "";
	int64_t total;
	size_t count;

	TRY(office_may(call, tx, "audit.read", NULL, "audit", TEXT_NONE, ret_error));
	TRY(audit_list(tx, filter, call->arena, &list, &count, &total, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < count && i < limit; i++) {
		buffer_printf(out, i ? ",{" : "{");
		put_row(out, &list[i]);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	if (count > limit)
		snprintf(last, sizeof last, "%lld %.*s", (long long)list[limit - 1].at_ms, TEXT_ARG(list[limit - 1].id));
	office_page_end(call, text_of(last), total);
	office_json(call, 200);
	return ST_OK;
}

void office_audit_list(struct office_call *call)
{
	struct error error = {.code = ST_OK, .position = -1};
	struct audit_filter filter = {.person = http_query(call->request, "person"), .action = http_query(call->request, "action"),
				      .thing = http_query(call->request, "thing"), .outcome = http_query(call->request, "outcome")};
	struct office_page page;
	enum status st;

	TRY_OUT(office_page(call, &page, &error));
	filter.limit = page.limit + 1;
	filter.after = page.after;
	TRY_OUT(moment(call, "from", &filter.from_ms, &error));
	TRY_OUT(moment(call, "to", &filter.to_ms, &error));
	filter.flagged = text_equal(http_query(call->request, "flagged"), TEXT("true"));
	st = office_transact(call, DB_WRITE, list_work, &filter, &error);
out:
	if (st != ST_OK)
		office_problem(call, &error);
}
