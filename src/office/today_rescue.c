#include "office/today_rescue.h"

#include "awareness/rescue.h"
#include "office/desk.h"

#define CALLS_MAX 50

enum column { ID, NUMBER, STATE, RUNG, DUE, ACKNOWLEDGED, ESCALATED, OTHER_ACKNOWLEDGED, OTHER_ESCALATED, CHECK, PROPOSED, PROPOSED_AT, SAID, RECEIVED, OPENED };

static const char open_calls[] =
	"SELECT r.id, r.number, r.state, d.rung_at, d.due_at, d.acknowledged_at, d.escalated_at, o.acknowledged_at, o.escalated_at, r.check_at,"
	" r.proposed_country, r.proposed_at, r.said_at, r.received_at, (SELECT max(a.at_ms) FROM audit a WHERE a.thing = r.id"
	" AND a.action = 'rescue.open' AND a.outcome = 'done' AND a.country = $1) FROM rescue r"
	" JOIN rescue_desk d ON d.rescue_id = r.id AND d.country = $1 JOIN rescue_desk o ON o.rescue_id = r.id AND o.country <> $1"
	" WHERE r.state <> 'closed' ORDER BY d.due_at, r.id LIMIT $2";

struct putting {
	struct office_call *call;
	const struct db_rows *rows;
	size_t row;
	bool any;
};

static int64_t at(const struct putting *p, enum column column)
{
	return db_int(p->rows, p->row, column);
}

static void put(struct putting *p, const char *kind, int64_t at_ms, int64_t from_ms, int64_t until_ms)
{
	struct buffer *out = &p->call->response->body;

	buffer_printf(out, "%s{\"kind\":\"%s\",\"number\":%lld", p->any ? "," : "", kind, (long long)at(p, NUMBER));
	member_text(out, "id", db_text(p->rows, p->row, ID));
	member_time(out, "at", at_ms);
	member_time(out, "startedAt", from_ms);
	member_time(out, "endsAt", until_ms);
	buffer_add_char(out, '}');
	p->any = true;
}

static void call_put(struct putting *p, bool first_tier)
{
	int64_t now_ms = p->call->now_ms, check_ms = at(p, CHECK);
	bool theirs = !text_equal(db_text(p->rows, p->row, PROPOSED), p->call->actor.country);

	if (at(p, ESCALATED) && !at(p, ACKNOWLEDGED))
		put(p, "escalated", at(p, ESCALATED), at(p, RUNG), at(p, DUE));
	else if (first_tier && !at(p, ACKNOWLEDGED))
		put(p, "new", at(p, RUNG), at(p, RUNG), at(p, DUE));
	if (at(p, OTHER_ESCALATED) && !at(p, OTHER_ACKNOWLEDGED))
		put(p, "silent", at(p, OTHER_ESCALATED), 0, 0);
	if (at(p, SAID) > at(p, RECEIVED) && at(p, SAID) > at(p, OPENED))
		put(p, "said", at(p, SAID), 0, 0);
	if (text_equal(db_text(p->rows, p->row, STATE), TEXT("closing")) && theirs)
		put(p, "close", at(p, PROPOSED_AT), 0, 0);
	if (check_ms)
		put(p, check_ms <= now_ms ? "check" : "next", check_ms, at(p, RECEIVED), check_ms);
}

enum status today_rescue_put(struct office_call *call, struct db_tx *tx, struct error *ret_error)
{
	const struct rescue_desk *desk = rescue_desk_of(call->actor.country);
	const bool first = desk && desk_bears(call, desk->desk), second = desk && desk_bears(call, desk->second);
	struct putting p = {.call = call};
	struct db_rows rows = {.rows = 0};

	buffer_add_text(&call->response->body, TEXT(",\"calls\":["));
	if (first || second)
		TRY(db_query(tx, open_calls, DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(CALLS_MAX)), call->arena, &rows, ret_error));
	p.rows = &rows;
	for (p.row = 0; p.row < rows.rows; p.row++)
		if (first || at(&p, ESCALATED) || at(&p, OTHER_ESCALATED))
			call_put(&p, first);
	buffer_add_char(&call->response->body, ']');
	return ST_OK;
}
