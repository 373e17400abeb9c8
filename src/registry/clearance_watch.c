/* An officer who clears far more people than he used to may sell clearances: supervision is told (scenario 43). */
#include <stdio.h>

#include "account/audit.h"
#include "model/time.h"
#include "registry/clearance.h"
#include "registry/inside.h"

#define EARLIER (CLEARANCE_DAYS - 1u)

/* x > mean + 3 s, with s over the earlier days: (n x - sum)^2 > 9 (n squares - sum^2), in whole numbers. */
bool clearance_is_rise(const uint32_t days[CLEARANCE_DAYS])
{
	uint64_t sum = 0, squares = 0, x = days[EARLIER], above;

	for (size_t i = 0; i < EARLIER; i++) {
		sum += days[i];
		squares += (uint64_t)days[i] * days[i];
	}
	if (x < CLEARANCE_ALERT_LEAST || EARLIER * x <= sum)
		return false;
	above = EARLIER * x - sum;
	return above * above > 9 * (EARLIER * squares - sum * sum);
}

static enum status days_read(struct db_tx *tx, struct text person, int64_t today, struct arena *arena, uint32_t days[CLEARANCE_DAYS],
			     struct error *ret_error)
{
	const struct db_params params = DB_PARAMS(DB_V_TEXT(person), DB_V_INT(today - (int64_t)EARLIER * TIME_DAY_MS));
	struct db_rows rows;

	TRY(db_query(tx, "SELECT proposed_at FROM clearance WHERE proposed_by = $1 AND proposed_at >= $2 UNION ALL"
		     " SELECT confirmed_at FROM clearance WHERE confirmed_by = $1 AND confirmed_at >= $2",
		     params, arena, &rows, ret_error));
	memset(days, 0, CLEARANCE_DAYS * sizeof days[0]);
	for (size_t i = 0; i < rows.rows; i++) {
		int64_t back = (today + TIME_DAY_MS - 1 - db_int(&rows, i, 0)) / TIME_DAY_MS;

		if (back >= 0 && back <= (int64_t)EARLIER)
			days[EARLIER - (size_t)back]++;
	}
	return ST_OK;
}

static enum status alert(struct registry *registry, struct db_tx *tx, const struct actor *actor, const uint32_t days[CLEARANCE_DAYS],
			 struct error *ret_error)
{
	struct audit_event event = {.actor = actor, .action = "clearance.create", .thing_kind = "person", .thing = actor->id,
				    .outcome = "flagged"};
	char detail[128];
	uint32_t sum = 0;

	for (size_t i = 0; i < EARLIER; i++)
		sum += days[i];
	snprintf(detail, sizeof detail, "{\"alert\":\"clearances-rise\",\"before\":%u,\"days\":%u,\"today\":%u}", sum, EARLIER, days[EARLIER]);
	event.detail = text_of(detail);
	return audit_add(tx, registry->env, &event, ret_error);
}

enum status clearance_watch(struct registry *registry, struct db_tx *tx, const struct actor *actor, int64_t now_ms,
			    struct error *ret_error)
{
	int64_t today = now_ms - now_ms % TIME_DAY_MS;
	uint32_t days[CLEARANCE_DAYS];
	struct db_rows told;
	struct arena arena;
	enum status st;

	arena_init(&arena, (size_t)16 << 20);
	TRY_OUT(days_read(tx, actor->id, today, &arena, days, ret_error));
	if (!clearance_is_rise(days))
		goto out;
	TRY_OUT(db_query_one(tx, "SELECT count(*) FROM audit WHERE actor = $1 AND at_ms >= $2 AND outcome = 'flagged'"
			     " AND action = 'clearance.create'", DB_PARAMS(DB_V_TEXT(actor->id), DB_V_INT(today)), &arena, &told, ret_error));
	if (db_int(&told, 0, 0))
		goto out;
	TRY_OUT(alert(registry, tx, actor, days, ret_error));
	st = db_tell(tx, "alert", actor->id, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}
