#include "awareness/alarm.h"

#define AGE_MAX (31 * AWARENESS_DAY_MS) /* a portal keeps its items for as long as it cannot reach the hub */
#define AHEAD_MAX AWARENESS_HOUR_MS     /* its clock may be before ours */

static enum status wrong(const char *member, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "item-member", member, "%s is not one that there is", member);
}

/* What is compared: how many networks, or how many checks. */
static int64_t figure(int64_t networks, int64_t checks)
{
	return networks ? networks : checks;
}

static struct db_value or_null(int64_t value, int64_t none)
{
	return value == none ? DB_V_NULL : DB_V_INT(value);
}

/* Said by the portal, until an officer says that he has seen it. */
static enum status raised(struct awareness *awareness, struct db_tx *tx, struct text id, int64_t now_ms, struct error *ret_error)
{
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "portal-alarm", .subject = id, .actor = &awareness_portal, .act = TEXT("raise"),
						 .state = TEXT("open")},
			     now_ms, ret_error);
}

static enum status begin(struct awareness *awareness, struct db_tx *tx, const struct item_alarm *item, struct text portal, int64_t now_ms,
			 struct error *ret_error)
{
	char id[ID_SIZE];

	id_make(awareness->env, id);
	TRY(db_exec(tx, "INSERT INTO portal_alarm (id, version, portal_id, alarm, day, hour_at, checks, networks, usual, buckets, raised_at)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(portal), DB_V_TEXT(item->alarm), DB_V_INT(item->hour_ms / AWARENESS_DAY_MS),
			      DB_V_INT(item->hour_ms), DB_V_INT(item->checks), or_null(item->networks, 0), or_null(item->usual, -1),
			      or_null(item->buckets, 0), DB_V_INT(now_ms)),
		    NULL, ret_error));
	return raised(awareness, tx, text_of(id), now_ms, ret_error);
}

/* Somebody must look again, whoever has looked before. */
static enum status again(struct awareness *awareness, struct db_tx *tx, const struct item_alarm *item, struct text id, int64_t now_ms,
			 struct error *ret_error)
{
	TRY(db_exec(tx, "UPDATE portal_alarm SET version = version + 1, hour_at = $2, checks = $3, networks = $4, usual = $5, buckets = $6,"
		    " raised_at = $7, seen_by = NULL, seen_at = NULL WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(item->hour_ms), DB_V_INT(item->checks), or_null(item->networks, 0), or_null(item->usual, -1),
			      or_null(item->buckets, 0), DB_V_INT(now_ms)),
		    NULL, ret_error));
	return raised(awareness, tx, id, now_ms, ret_error);
}

enum status alarm_take(struct awareness *awareness, struct db_tx *tx, const struct item_alarm *item, struct arena *arena, struct error *ret_error)
{
	struct db_rows portal, row;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	if (item->hour_ms < now_ms - AGE_MAX || item->hour_ms > now_ms + AHEAD_MAX)
		return wrong("hour", ret_error);
	TRY(db_query(tx, "SELECT id FROM portal WHERE key = $1 AND ended_at IS NULL", DB_PARAMS(DB_V_TEXT(item->portal)), arena, &portal, ret_error));
	if (portal.rows == 0)
		return wrong("portal", ret_error);
	TRY(db_query(tx, "SELECT id, networks, checks FROM portal_alarm WHERE portal_id = $1 AND alarm = $2 AND day = $3",
		     DB_PARAMS(DB_V_TEXT(db_text(&portal, 0, 0)), DB_V_TEXT(item->alarm), DB_V_INT(item->hour_ms / AWARENESS_DAY_MS)), arena, &row,
		     ret_error));
	if (row.rows == 0)
		return begin(awareness, tx, item, db_text(&portal, 0, 0), now_ms, ret_error);
	if (figure(item->networks, item->checks) < 2 * figure(db_int(&row, 0, 1), db_int(&row, 0, 2)))
		return ST_OK;
	return again(awareness, tx, item, db_text(&row, 0, 0), now_ms, ret_error);
}

enum status alarm_seen(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct alarm_act *act, struct arena *arena,
		       struct error *ret_error)
{
	struct db_rows row;
	int64_t now_ms;

	if (act->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, seen_at FROM portal_alarm WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), arena, &row, ret_error));
	if (db_int(&row, 0, 0) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	if (!db_is_null(&row, 0, 1))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "somebody has seen it already");
	TRY(db_exec(tx, "UPDATE portal_alarm SET version = version + 1, seen_by = $2, seen_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(act->id), DB_V_TEXT(actor->id), DB_V_INT(now_ms)), NULL, ret_error));
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "portal-alarm", .subject = act->id, .actor = actor, .act = TEXT("seen"), .state = TEXT("seen"),
						 .note = act->note},
			     now_ms, ret_error);
}

enum status alarm_clock(struct db_tx *tx, int64_t now_ms, size_t *done, struct error *ret_error)
{
	const struct db_params old = DB_PARAMS(DB_V_INT(now_ms / AWARENESS_DAY_MS - awareness_term("alarm-days")));
	uint64_t gone;

	TRY(db_exec(tx, "DELETE FROM desk_act WHERE subject_id IN (SELECT id FROM portal_alarm WHERE day < $1)", old, NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM portal_alarm WHERE day < $1", old, &gone, ret_error));
	*done += (size_t)gone;
	return ST_OK;
}
