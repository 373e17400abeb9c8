/* The border today, in numbers: posts, checks by hour, hits by state, drills; of all posts or of one. Nobody is named, and no drill stands
 * among the checks. */
#include "border/post.h"
#include "border/hit.h"

#include "model/time.h"
#include "office/entry.h"

#include "handlers.inc"

#define HOUR_MS ((int64_t)3600000)
#define DRILLS_MS (30 * TIME_DAY_MS) /* how watchful a post is shows over a month */

/* An enrolled one that said nothing yet has no list. */
static const char *colour_of(const struct db_rows *rows, size_t i, int64_t now_ms)
{
	return text_equal(db_text(rows, i, 2), TEXT("enrolled")) ? post_colour(db_int(rows, i, 4), now_ms) : "none";
}

struct asking {
	struct text post; /* empty: all */
	int64_t from_ms, hour_ms;
};

static enum status posts_put(struct office_call *call, struct db_tx *tx, const struct asking *a, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT p.id, p.name, p.state, p.seen_at, p.edition_issued_at, p.queue, coalesce(c.checks, 0), coalesce(c.slow, 0),"
		     " coalesce(d.noticed, 0), coalesce(d.missed, 0), coalesce(c.refer, 0), coalesce(c.stop, 0), coalesce(h.hits, 0) FROM post p"
		     " LEFT JOIN (SELECT post_id, sum(count) AS checks, sum(slow) AS slow, sum(CASE WHEN result = 'refer' THEN count ELSE 0 END) AS refer,"
		     " sum(CASE WHEN result = 'stop' THEN count ELSE 0 END) AS stop FROM crossing_count WHERE hour >= $1 GROUP BY post_id) c"
		     " ON c.post_id = p.id LEFT JOIN (SELECT post_id, count(*) AS hits FROM hit WHERE at >= $3 GROUP BY post_id) h ON h.post_id = p.id"
		     " LEFT JOIN (SELECT post_id, sum(CASE WHEN state = 'noticed' THEN 1 ELSE 0 END) AS noticed,"
		     " sum(CASE WHEN state = 'missed' THEN 1 ELSE 0 END) AS missed FROM drill WHERE ordered_at >= $2 GROUP BY post_id) d"
		     " ON d.post_id = p.id WHERE p.state <> 'revoked' AND (p.id = $4 OR $4 = '') ORDER BY p.name",
		     DB_PARAMS(DB_V_INT(a->hour_ms), DB_V_INT(call->now_ms - DRILLS_MS), DB_V_INT(a->from_ms), DB_V_TEXT(a->post)), call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT("\"posts\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		int64_t seen = db_int(&rows, i, 3);

		buffer_printf(out, "%s{\"id\":\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
		member_text(out, "name", db_text(&rows, i, 1));
		member_text(out, "state", db_text(&rows, i, 2));
		member_time(out, "seenAt", seen);
		buffer_printf(out, ",\"online\":%s,\"colour\":\"%s\",\"queue\":%lld,\"checks\":%lld,\"refer\":%lld,\"stop\":%lld,\"hits\":%lld,\"slow\":%lld,"
			      "\"drills\":{\"noticed\":%lld,\"missed\":%lld}}",
			      post_online(seen, call->now_ms) ? "true" : "false", colour_of(&rows, i, call->now_ms),
			      (long long)db_int(&rows, i, 5), (long long)db_int(&rows, i, 6), (long long)db_int(&rows, i, 10),
			      (long long)db_int(&rows, i, 11), (long long)db_int(&rows, i, 12), (long long)db_int(&rows, i, 7),
			      (long long)db_int(&rows, i, 8), (long long)db_int(&rows, i, 9));
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status hours_put(struct office_call *call, struct db_tx *tx, const struct asking *a, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT hour, sum(CASE WHEN result = 'pass' THEN count ELSE 0 END), sum(CASE WHEN result = 'refer' THEN count ELSE 0 END),"
		     " sum(CASE WHEN result = 'stop' THEN count ELSE 0 END), sum(slow) FROM crossing_count WHERE hour >= $1"
		     " AND (post_id = $2 OR $2 = '') GROUP BY hour ORDER BY hour",
		     DB_PARAMS(DB_V_INT(a->hour_ms), DB_V_TEXT(a->post)), call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"hours\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		char hour[TIME_SIZE];

		time_write(db_int(&rows, i, 0), hour);
		buffer_printf(out, "%s{\"hour\":\"%s\",\"pass\":%lld,\"refer\":%lld,\"stop\":%lld,\"slow\":%lld}", i ? "," : "", hour,
			      (long long)db_int(&rows, i, 1), (long long)db_int(&rows, i, 2), (long long)db_int(&rows, i, 3),
			      (long long)db_int(&rows, i, 4));
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ,"NAME":{"word":n,...} */
static enum status counts_put(struct office_call *call, struct db_tx *tx, const char *name, const char *sql, const struct asking *a,
			      struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows rows;

	TRY(db_query(tx, sql, DB_PARAMS(DB_V_INT(a->from_ms), DB_V_TEXT(a->post)), call->arena, &rows, ret_error));
	buffer_printf(out, ",\"%s\":{", name);
	for (size_t i = 0; i < rows.rows; i++)
		buffer_printf(out, "%s\"%.*s\":%lld", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)), (long long)db_int(&rows, i, 1));
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->office->host};

	(void)context;
	return office_may(call, tx, "border.read", &thing, NULL, TEXT_NONE, ret_error);
}

static enum status today_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asking *a = context;
	char from[TIME_SIZE];

	a->from_ms = call->now_ms - TIME_DAY_MS;
	a->hour_ms = a->from_ms - a->from_ms % HOUR_MS + HOUR_MS;
	time_write(a->hour_ms, from);
	buffer_add_char(&call->response->body, '{');
	TRY(posts_put(call, tx, a, ret_error));
	TRY(hours_put(call, tx, a, ret_error));
	buffer_printf(&call->response->body, ",\"from\":\"%s\"", from);
	/* those that nobody has finished, however old, and of the rest the day's */
	TRY(counts_put(call, tx, "hits", "SELECT state, count(*) FROM hit WHERE (at >= $1 OR state IN ('open', 'confirmed', 'custody'))"
		       " AND (post_id = $2 OR $2 = '') GROUP BY state ORDER BY state", a, ret_error));
	TRY(counts_put(call, tx, "drills", "SELECT state, count(*) FROM drill WHERE ordered_at >= $1 AND (post_id = $2 OR $2 = '')"
		       " GROUP BY state ORDER BY state", a, ret_error));
	buffer_add_char(&call->response->body, '}');
	return buffer_status(&call->response->body);
}

void office_border_today(struct office_call *call)
{
	struct text post = http_query(call->request, "post");
	struct asking asking = {.post = post.len ? post : TEXT("")};
	struct error error = {.code = ST_OK};
	enum status st = office_transact(call, DB_WRITE, ask_work, NULL, &error);

	if (st == ST_OK)
		st = office_transact(call, DB_READ, today_work, &asking, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}
