#include "office/today_border.h"

#include "model/entity_json.h"
#include "model/time.h"
#include "office/hit.h"

#define ALERTS_KEPT_MS (7 * TIME_DAY_MS)
#define SHOWN "LIMIT 20"

/* kind, id, name, ends, started; $1 country, $2 all. */
static const char *const clocks[] = {
	"SELECT 'answer', h.id, h.caption, h.answer_due, h.asked_at FROM hit h WHERE " HIT_WAITS " AND (h.owner = $1 OR $2 = 1)"
	" ORDER BY h.answer_due, h.id " SHOWN,
	"SELECT 'custody', id, caption, custody_until, custody_from FROM hit WHERE coalesce(state, '') = 'custody'"
	" AND (owner = $1 OR $2 = 1) ORDER BY custody_until, id " SHOWN,
};

/* kind, id, name, at; $1 country, $2 all, $3 since. `host`: of the host's alone. */
static const struct {
	const char *action, *sql;
	bool host;
} alerts[] = {
	{"hit.read", "SELECT 'escalated', h.id, h.caption, h.asked_at FROM hit h WHERE " HIT_WAITS " AND h.escalated = 1"
	 " AND h.asked_at >= $3 AND (h.owner = $1 OR $2 = 1) ORDER BY h.asked_at DESC, h.id " SHOWN, false},
	{"hit.read", "SELECT 'answer-other', id, caption, answered_at FROM hit WHERE state IN ('open', 'confirmed', 'custody')"
	 " AND answer = 'other' AND answered_at >= $3 AND (owner = $1 OR $2 = 1) ORDER BY answered_at DESC, id " SHOWN, false},
	{"hit.read", "SELECT 'custody-time', id, caption, custody_until FROM hit WHERE coalesce(state, '') = 'custody' AND custody_told > 0"
	 " AND (custody_told = 100 OR custody_until >= $3) AND (owner = $1 OR $2 = 1) ORDER BY custody_until, id " SHOWN, false},
	{"hit.read", "SELECT 'misuse', id, caption, at FROM hit WHERE misuse_of IS NOT NULL AND at >= $3 AND (owner = $1 OR $2 = 1)"
	 " ORDER BY at DESC, id " SHOWN, false},
	{"hit.read", "SELECT 'act-not-possible', h.id, h.caption, a.received_at FROM hit_act a JOIN hit h ON h.id = a.hit_id"
	 " WHERE a.not_possible IS NOT NULL AND a.received_at >= $3 AND (h.owner = $1 OR $2 = 1) ORDER BY a.received_at DESC, h.id " SHOWN,
	 true},
	{"entry.read", "SELECT 'past-crossing', e.id, e.caption, max(c.found_at) FROM past_crossing c JOIN entry e ON e.id = c.entry_id"
	 " WHERE c.found_at >= $3 AND (e.owner = $1 OR $2 = 1) GROUP BY e.id, e.caption ORDER BY 4 DESC, 2 " SHOWN, false},
	{"arrival.read", "SELECT 'carrier-call', r.id, a.flight, r.call_at FROM reversal r JOIN arrival_person p ON p.id = r.arrival_person_id"
	 " JOIN arrival a ON a.id = p.arrival_id WHERE r.call_told = 1 AND r.acknowledged_at IS NULL AND r.ended_at IS NULL"
	 " AND r.called_at IS NULL AND r.call_at >= $3 AND ($1 <> '' OR $2 = 1) ORDER BY r.call_at, r.id " SHOWN, true},
	{"audit.read", "SELECT 'clearances-rise', a.actor, p.name, a.at_ms FROM audit a JOIN person p ON p.id = a.actor"
	 " WHERE a.outcome = 'flagged' AND a.action = 'clearance.create' AND a.at_ms >= $3 AND (p.country = $1 OR $2 = 1)"
	 " ORDER BY a.at_ms DESC " SHOWN, true},
};

/* What he may know of without saying why; and whether of every country. */
static bool reads(const struct office_call *call, const char *action, struct text owner, bool *ret_named)
{
	const struct policy_thing thing = {.owner = owner, .released = &call->office->host, .released_count = 1};
	enum policy_answer answer = may(&call->actor, text_of(action), &thing, call->office->host, call->now_ms);

	*ret_named = answer == POLICY_ALLOWED;
	return answer == POLICY_ALLOWED || answer == POLICY_REASON;
}

enum status today_border_clocks(struct office_call *call, struct db_tx *tx, bool *first, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	bool all, named;
	struct db_rows rows;

	(void)reads(call, "hit.read", TEXT("--"), &all);
	if (!reads(call, "hit.read", call->actor.country, &named) || !named)
		return ST_OK;
	for (size_t k = 0; k < sizeof clocks / sizeof clocks[0]; k++) {
		TRY(db_query(tx, clocks[k], DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(all)), call->arena, &rows, ret_error));
		for (size_t i = 0; i < rows.rows; i++, *first = false) {
			buffer_printf(out, "%s{\"kind\":\"%.*s\"", *first ? "" : ",", TEXT_ARG(db_text(&rows, i, 0)));
			member_text(out, "id", db_text(&rows, i, 1));
			member_text(out, "name", db_text(&rows, i, 2));
			member_time(out, "endsAt", db_int(&rows, i, 3));
			member_time(out, "startedAt", db_int(&rows, i, 4));
			buffer_add_char(out, '}');
		}
	}
	return ST_OK;
}

enum status today_border_alerts(struct office_call *call, struct db_tx *tx, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	int64_t since_ms = call->now_ms - ALERTS_KEPT_MS;
	bool any = false, of_host = text_equal(call->actor.country, call->office->host), all, named, unused;
	struct db_rows rows;

	buffer_add_text(out, TEXT(",\"alerts\":["));
	for (size_t k = 0; k < sizeof alerts / sizeof alerts[0]; k++) {
		all = reads(call, alerts[k].action, TEXT("--"), &unused);
		if ((alerts[k].host && !of_host) || !reads(call, alerts[k].action, call->actor.country, &named))
			continue;
		TRY(db_query(tx, alerts[k].sql, DB_PARAMS(DB_V_TEXT(call->actor.country), DB_V_INT(all), DB_V_INT(since_ms)), call->arena,
			     &rows, ret_error));
		for (size_t i = 0; i < rows.rows; i++, any = true) {
			buffer_printf(out, "%s{\"kind\":\"%.*s\"", any ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
			member_text(out, "id", db_text(&rows, i, 1));
			if (named)
				member_text(out, "name", db_text(&rows, i, 2));
			member_time(out, "at", db_int(&rows, i, 3));
			buffer_add_char(out, '}');
		}
	}
	buffer_add_char(out, ']');
	return ST_OK;
}
