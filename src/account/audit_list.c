#include "account/audit_list.h"

#include <stdio.h>

#define SQL_MAX 1024
#define PARAMS_MAX 9

/* Only what is asked for stands in the statement: "$1 = '' OR ..." keeps a database from its indexes. */
struct query {
	char sql[SQL_MAX];
	size_t len;
	struct db_value params[PARAMS_MAX];
	size_t param_count;
};

static void query_add(struct query *q, const char *text)
{
	q->len += (size_t)snprintf(q->sql + q->len, SQL_MAX - q->len, "%s", text);
}

/* `text` ends where the parameter's number comes. */
static void query_param(struct query *q, const char *text, struct db_value value)
{
	q->params[q->param_count++] = value;
	q->len += (size_t)snprintf(q->sql + q->len, SQL_MAX - q->len, "%s$%zu", text, q->param_count);
}

/* As the index audit_unusual says which rows it has: only where a statement says the same is it known to have all that are asked for. */
#define UNUSUAL " AND a.outcome IN ('denied', 'flagged', 'not-found', 'refused')"

static bool is_unusual(struct text outcome)
{
	static const char *const outcomes[] = {"denied", "flagged", "not-found", "refused"};

	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
		if (text_equal(outcome, text_of(outcomes[i])))
			return true;
	return false;
}

static void conditions_add(struct query *q, const struct audit_filter *f)
{
	struct text outcome = f->flagged ? TEXT("flagged") : f->outcome;
	const struct {
		const char *text;
		struct text value;
	} same[] = {{" AND a.actor = ", f->person}, {" AND a.action = ", f->action}, {" AND a.thing = ", f->thing}, {" AND a.outcome = ", outcome}};

	query_param(q, " WHERE a.at_ms >= ", DB_V_INT(f->from_ms));
	query_param(q, " AND a.at_ms < ", DB_V_INT(f->to_ms ? f->to_ms : INT64_MAX));
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		if (same[i].value.len)
			query_param(q, same[i].text, DB_V_TEXT(same[i].value));
	if (is_unusual(outcome))
		query_add(q, UNUSUAL);
}

static enum status read_after(struct text after, int64_t *ret_ms, struct text *ret_id, struct error *ret_error)
{
	size_t gap = text_find(after, ' ', 0);
	uint64_t ms = INT64_MAX;

	*ret_id = TEXT("");
	if (after.len && (gap >= after.len || text_to_uint((struct text){after.data, gap}, INT64_MAX, &ms) != ST_OK))
		return error_because(ret_error, ST_MALFORMED, "malformed", "cursor", "the cursor is not one of ours");
	if (after.len)
		*ret_id = (struct text){after.data + gap + 1, after.len - gap - 1};
	*ret_ms = (int64_t)ms;
	return ST_OK;
}

enum status audit_list(struct db_tx *tx, const struct audit_filter *filter, struct arena *arena, struct audit_row **ret_list,
		       size_t *ret_count, int64_t *ret_total, struct error *ret_error)
{
	struct query page = {.len = 0}, all = {.len = 0};
	struct db_rows rows, total;
	struct audit_row *list;
	struct text after_id = TEXT_NONE;
	int64_t after_ms = 0;

	TRY(read_after(filter->after, &after_ms, &after_id, ret_error));
	query_add(&all, "SELECT count(*) FROM (SELECT 1 FROM audit a");
	conditions_add(&all, filter);
	query_param(&all, " LIMIT ", DB_V_INT(AUDIT_TOTAL_MAX));
	query_add(&all, ") counted");
	TRY(db_query_one(tx, all.sql, (struct db_params){all.params, all.param_count}, arena, &total, ret_error));
	query_add(&page, "SELECT a.id, a.at_ms, a.actor, coalesce(p.name, m.name, ''), a.country, a.address, a.purpose, a.action,"
			 " a.thing_kind, a.thing, a.outcome, a.detail FROM audit a LEFT JOIN person p ON p.id = a.actor LEFT JOIN machine m ON m.id = a.actor");
	conditions_add(&page, filter);
	query_param(&page, " AND (a.at_ms, a.id) < (", DB_V_INT(after_ms));
	query_param(&page, ", ", DB_V_TEXT(after_id));
	query_param(&page, ") ORDER BY a.at_ms DESC, a.id DESC LIMIT ", DB_V_INT(filter->limit));
	TRY(db_query(tx, page.sql, (struct db_params){page.params, page.param_count}, arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct audit_row, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct audit_row){.id = db_text(&rows, i, 0), .at_ms = db_int(&rows, i, 1), .actor = db_text(&rows, i, 2),
					     .actor_name = db_text(&rows, i, 3), .country = db_text(&rows, i, 4),
					     .address = db_text(&rows, i, 5), .purpose = db_text(&rows, i, 6),
					     .action = db_text(&rows, i, 7), .thing_kind = db_text(&rows, i, 8),
					     .thing = db_text(&rows, i, 9), .outcome = db_text(&rows, i, 10),
					     .detail = db_text(&rows, i, 11)};
	*ret_list = list;
	*ret_count = rows.rows;
	*ret_total = db_int(&total, 0, 0);
	return ST_OK;
}
