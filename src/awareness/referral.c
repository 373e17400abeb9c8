#include "awareness/referral.h"

#include <jansson.h>

#define CONSENT "partner-police" /* docs/formats/inbox.md */
#define CLOCK_MAX 500

/* Both countries read the story. */
static enum status told(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, const char *act,
			const char *state, struct text note, int64_t now_ms, struct error *ret_error)
{
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "referral", .subject = id, .actor = actor, .act = text_of(act), .state = text_of(state),
						 .note = note},
			     now_ms, ret_error);
}

/* ---- sent ---- */

static bool consents(struct text details)
{
	json_t *root = json_loadb(details.data, details.len, 0, NULL);
	const json_t *word;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(root, "consent"), i, word)
		found = found || (json_is_string(word) && strcmp(json_string_value(word), CONSENT) == 0);
	json_decref(root);
	return found;
}

/* Somebody there reads referrals (data/account/policy.tsv): what nobody could be told to give up is not given. */
static enum status desk_need(struct db_tx *tx, struct text country, int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT (SELECT count(*) FROM person p JOIN person_role r ON r.person = p.id WHERE p.country = $1 AND p.state = 'active'"
			 " AND r.role = 'liaison') + (SELECT count(*) FROM machine m WHERE m.country = $1 AND m.ended_ms IS NULL AND m.ends_ms > $2"
			 " AND (' ' || m.roles || ' ' LIKE '% machine %' OR ' ' || m.roles || ' ' LIKE '% liaison %'))",
			 DB_PARAMS(DB_V_TEXT(country), DB_V_INT(now_ms)), arena, &row, ret_error));
	return db_int(&row, 0, 0) ? ST_OK
				  : error_because(ret_error, ST_CONFLICT, "referral-no-desk", "authority", "nobody of that country could be told of a withdrawal");
}

enum status referral_send(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text report,
			  const struct awareness_authority *authority, int64_t now_ms, struct arena *arena, struct error *ret_error)
{
	struct db_rows row, next;
	char id[ID_SIZE];
	uint64_t added;

	TRY(db_query_one(tx, "SELECT details FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(report)), arena, &row, ret_error));
	if (!consents(db_text(&row, 0, 0)))
		return error_because(ret_error, ST_CONFLICT, "referral-consent", "authority", "the reporter did not agree to it");
	TRY(desk_need(tx, authority->country, now_ms, arena, ret_error));
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) + 1 FROM referral", DB_NO_PARAMS, arena, &next, ret_error));
	id_make(awareness->env, id);
	TRY(db_exec(tx, "INSERT INTO referral (id, version, number, report_id, country, authority, sent_by, sent_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7)"
		    " ON CONFLICT (report_id, authority) DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_INT(db_int(&next, 0, 0)), DB_V_TEXT(report), DB_V_TEXT(authority->country),
			      DB_V_INT(authority->number), DB_V_TEXT(actor->id), DB_V_INT(now_ms)),
		    &added, ret_error));
	return added ? told(awareness, tx, actor, text_of(id), "sent", "sent", TEXT_NONE, now_ms, ret_error) : ST_OK;
}

/* ---- withdrawn ---- */

enum status referral_withdraw(struct awareness *awareness, struct db_tx *tx, struct text report, int64_t now_ms, struct arena *arena,
			      struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "UPDATE referral SET version = version + 1, withdrawn_at = $2, due_at = $3 WHERE report_id = $1 AND withdrawn_at IS NULL"
		     " RETURNING id",
		     DB_PARAMS(DB_V_TEXT(report), DB_V_INT(now_ms), DB_V_INT(now_ms + awareness_term("referral-hours") * AWARENESS_HOUR_MS)), arena,
		     &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(told(awareness, tx, &awareness_public, db_text(&rows, i, 0), "withdraw", "withdrawn", TEXT_NONE, now_ms, ret_error));
	return ST_OK;
}

enum status referral_acknowledge(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct text note,
				 struct arena *arena, struct error *ret_error)
{
	struct db_rows row;
	int64_t now_ms;

	if (note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT withdrawn_at, acknowledged_at FROM referral WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	if (db_is_null(&row, 0, 0))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "it was not withdrawn");
	if (!db_is_null(&row, 0, 1))
		return ST_OK;
	TRY(db_exec(tx, "UPDATE referral SET version = version + 1, acknowledged_by = $2, acknowledged_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(now_ms)), NULL, ret_error));
	return told(awareness, tx, actor, id, "acknowledge", "acknowledged", note, now_ms, ret_error);
}

/* ---- time ---- */

enum status referral_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *done,
			   struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id FROM referral WHERE withdrawn_at IS NOT NULL AND acknowledged_at IS NULL AND late_at IS NULL AND due_at <= $1"
		     " ORDER BY due_at, id LIMIT $2", DB_PARAMS(DB_V_INT(now_ms), DB_V_INT(CLOCK_MAX)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++, ++*done) {
		TRY(db_exec(tx, "UPDATE referral SET version = version + 1, late_at = $2 WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)), DB_V_INT(now_ms)), NULL, ret_error));
		TRY(told(awareness, tx, &awareness_clock_actor, db_text(&rows, i, 0), "late", "withdrawn", TEXT_NONE, now_ms, ret_error));
	}
	return ST_OK;
}
