/* How watchful the border is: drills noticed and missed, by week and by post. */
#include "border/drill.h"

#include "model/time.h"
#include "office/entry.h"

#include "handlers.inc"

#define WEEK_MS (7 * TIME_DAY_MS)
#define MONDAY_MS (3 * TIME_DAY_MS) /* 1 January 1970 was a Thursday */
#define WEEKS 12

#define COUNTS                                                                                                                     \
	"sum(CASE WHEN d.state = 'noticed' THEN 1 ELSE 0 END), sum(CASE WHEN d.state = 'missed' THEN 1 ELSE 0 END)"

static void counts_put(struct buffer *out, const struct db_rows *rows, size_t i, size_t column)
{
	buffer_printf(out, ",\"noticed\":%lld,\"missed\":%lld", (long long)db_int(rows, i, column), (long long)db_int(rows, i, column + 1));
}

static enum status weeks_put(struct office_call *call, struct db_tx *tx, int64_t from_ms, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;
	size_t i = 0;

	TRY(db_query(tx, "SELECT (d.ordered_at + $2) / $3, " COUNTS " FROM drill d WHERE d.ordered_at >= $1 GROUP BY 1 ORDER BY 1",
		     DB_PARAMS(DB_V_INT(from_ms), DB_V_INT(MONDAY_MS), DB_V_INT(WEEK_MS)), call->arena, &rows, ret_error));
	/* A week without a drill is one that was not tried. */
	for (int64_t at_ms = from_ms; at_ms <= call->now_ms; at_ms += WEEK_MS) {
		char week[TIME_SIZE];

		time_write(at_ms, week);
		buffer_printf(out, "%s{\"week\":\"%s\"", at_ms > from_ms ? "," : "", week);
		if (i < rows.rows && db_int(&rows, i, 0) == (at_ms + MONDAY_MS) / WEEK_MS)
			counts_put(out, &rows, i++, 1);
		else
			buffer_add_text(out, TEXT(",\"noticed\":0,\"missed\":0"));
		buffer_add_char(out, '}');
	}
	return buffer_status(out);
}

static enum status posts_put(struct office_call *call, struct db_tx *tx, int64_t from_ms, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT p.id, p.name, " COUNTS ", sum(CASE WHEN d.state = 'noticed' THEN d.answer_ms ELSE 0 END), max(d.ordered_at)"
		     " FROM post p LEFT JOIN drill d ON d.post_id = p.id AND d.ordered_at >= $1 WHERE p.state = 'enrolled' OR d.id IS NOT NULL"
		     " GROUP BY p.id, p.name ORDER BY 4 DESC, p.name", DB_PARAMS(DB_V_INT(from_ms)), call->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		buffer_printf(out, "%s{\"id\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member_text(out, "name", db_text(&rows, i, 1));
		counts_put(out, &rows, i, 2);
		if (db_int(&rows, i, 2) > 0)
			buffer_printf(out, ",\"answerMs\":%lld", (long long)(db_int(&rows, i, 4) / db_int(&rows, i, 2)));
		member_time(out, "lastAt", db_int(&rows, i, 5));
		buffer_add_char(out, '}');
	}
	return buffer_status(out);
}

static enum status results_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->office->host};
	struct buffer *out = &call->response->body;
	int64_t week = (call->now_ms + MONDAY_MS) / WEEK_MS, from_ms = (week - WEEKS + 1) * WEEK_MS - MONDAY_MS;

	(void)context;
	TRY(office_may(call, tx, "drill.read", &thing, "drill", TEXT_NONE, ret_error));
	buffer_add_text(out, TEXT("{\"weeks\":["));
	TRY(weeks_put(call, tx, from_ms, ret_error));
	buffer_add_text(out, TEXT("],\"posts\":["));
	TRY(posts_put(call, tx, from_ms, ret_error));
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
	return buffer_status(out);
}

void office_drill_results(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, results_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}
