/* Somebody sees an error in an entry, and says so. */
#include "registry/inside.h"

enum status registry_challenge(struct registry *registry, struct db_tx *tx, const struct actor *actor,
			       struct registry_challenge *c, struct error *ret_error)
{
	int64_t now_ms;

	if (c->note.len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "text", "what is wrong was not said");
	TRY(registry_now(registry, tx, &now_ms, ret_error));
	id_make(registry->env, c->id);
	c->due_ms = now_ms + lifecycle_term_ms("challenge");
	TRY(db_exec(tx, "INSERT INTO challenge (id, entry_id, at, actor, field, note, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		    DB_PARAMS(DB_V_TEXT(text_of(c->id)), DB_V_TEXT(c->entry), DB_V_INT(now_ms), DB_V_TEXT(actor->id),
			      DB_V_TEXT_OR_NULL(c->field), DB_V_TEXT(c->note), DB_V_INT(c->due_ms)),
		    NULL, ret_error));
	return db_tell(tx, "challenge", text_of(c->id), now_ms, ret_error);
}

enum status registry_challenge_answer(struct registry *registry, struct db_tx *tx, const struct actor *actor, struct text challenge,
				      struct text answer, struct error *ret_error)
{
	uint64_t changed;
	int64_t now_ms;

	if (answer.len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "text", "what was found was not said");
	TRY(registry_now(registry, tx, &now_ms, ret_error));
	TRY(db_exec(tx, "UPDATE challenge SET answered_at = $2, answered_by = $3, answer = $4 WHERE id = $1 AND answered_at IS NULL",
		    DB_PARAMS(DB_V_TEXT(challenge), DB_V_INT(now_ms), DB_V_TEXT(actor->id), DB_V_TEXT(answer)), &changed, ret_error));
	if (changed == 0)
		return error_because(ret_error, ST_CONFLICT, "challenge-answered", NULL, "it was answered already");
	return db_tell(tx, "challenge", challenge, now_ms, ret_error);
}
