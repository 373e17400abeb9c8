#include "account/audit_list.h"

#define CONDITIONS                                                                                                        \
	" WHERE ($1 = '' OR a.actor = $1) AND ($2 = '' OR a.action = $2) AND ($3 = '' OR a.thing = $3)"                   \
	" AND ($4 = '' OR a.outcome = $4) AND a.at_ms >= $5 AND a.at_ms < $6"

static struct db_value whole(struct text t)
{
	return DB_V_TEXT(t.len ? t : TEXT(""));
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
	const int64_t to_ms = filter->to_ms ? filter->to_ms : INT64_MAX;
	struct db_rows rows, total;
	struct audit_row *list;
	struct text after_id = TEXT_NONE;
	int64_t after_ms = 0;

	TRY(read_after(filter->after, &after_ms, &after_id, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM audit a" CONDITIONS,
			 DB_PARAMS(whole(filter->person), whole(filter->action), whole(filter->thing), whole(filter->outcome),
				   DB_V_INT(filter->from_ms), DB_V_INT(to_ms)),
			 arena, &total, ret_error));
	TRY(db_query(tx,
		     "SELECT a.id, a.at_ms, a.actor, coalesce(p.name, m.name, ''), a.country, a.address, a.purpose, a.action,"
		     " a.thing_kind, a.thing, a.outcome, a.detail FROM audit a LEFT JOIN person p ON p.id = a.actor"
		     " LEFT JOIN machine m ON m.id = a.actor" CONDITIONS
		     " AND (a.at_ms < $7 OR (a.at_ms = $7 AND a.id < $8)) ORDER BY a.at_ms DESC, a.id DESC LIMIT $9",
		     DB_PARAMS(whole(filter->person), whole(filter->action), whole(filter->thing), whole(filter->outcome),
			       DB_V_INT(filter->from_ms), DB_V_INT(to_ms), DB_V_INT(after_ms), DB_V_TEXT(after_id),
			       DB_V_INT(filter->limit)),
		     arena, &rows, ret_error));
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
