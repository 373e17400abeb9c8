/* Arrivals as rows: added, replaced by a later word, forgotten. */
#include "border/arrival_inside.h"

#include "border_clocks.inc"

int64_t arrival_clock_ms(const char *clock)
{
	for (size_t i = 0; i < BORDER_CLOCKS_COUNT; i++)
		if (text_equal(border_clocks_rows[i].clock, text_of(clock)))
			return (int64_t)border_clocks_rows[i].seconds * 1000;
	return 0;
}

/* NULL is not empty to a column that may not be NULL. */
static struct text or_empty(struct text t)
{
	return t.data ? t : TEXT("");
}

enum status arrival_add(const struct border *border, struct db_tx *tx, const struct arrival_new *a, char ret_id[ID_SIZE],
			struct error *ret_error)
{
	char hex[65];

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = "0123456789abcdef"[a->sha256[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[a->sha256[i] & 15];
	}
	hex[64] = '\0';
	id_make(border->env, ret_id);
	return db_exec(tx, "INSERT INTO arrival (id, kind, carrier, flight, place, expected_at, received_at, sender, transaction_id, function,"
		       " request_sha256, reply, delete_at, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
		       DB_PARAMS(DB_V_TEXT(text_of(ret_id)), DB_V_TEXT(text_of(a->kind)), DB_V_TEXT(or_empty(a->carrier)),
				 DB_V_TEXT(or_empty(a->flight)), DB_V_TEXT(or_empty(a->place)), DB_V_INT(a->expected_ms),
				 DB_V_INT(env_now(border->env)), DB_V_TEXT(a->sender), DB_V_TEXT(or_empty(a->transaction)),
				 DB_V_TEXT(or_empty(a->function)), DB_V_TEXT(text_of(hex)), a->reply.len ? DB_V_BLOB(a->reply) : DB_V_NULL,
				 DB_V_INT(a->expected_ms + arrival_clock_ms("keep")), DB_V_TEXT(a->head.len ? a->head : TEXT("{}"))),
		       NULL, ret_error);
}

enum status arrival_person_add(const struct border *border, struct db_tx *tx, struct text arrival, size_t number, const char *state,
			       const struct arrival_person *p, struct error *ret_error)
{
	char id[ID_SIZE];

	id_make(border->env, id);
	return db_exec(tx, "INSERT INTO arrival_person (id, arrival_id, number, person, locator, reference, result, board, entry_id, edition,"
		       " screened_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		       DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(arrival), DB_V_INT((int64_t)number), DB_V_TEXT(p->json),
				 DB_V_TEXT(or_empty(p->locator)), DB_V_TEXT(or_empty(p->reference)),
				 DB_V_TEXT(text_of(verdict_result_word(p->seen.result))), DB_V_INT(p->seen.board),
				 DB_V_TEXT_OR_NULL(text_of(p->seen.entry)), DB_V_INT(p->seen.edition), DB_V_INT(env_now(border->env)),
				 DB_V_TEXT(text_of(state))),
		       NULL, ret_error);
}

enum status arrival_replace(struct db_tx *tx, struct text person, const char *state, int64_t now_ms, struct error *ret_error)
{
	TRY(db_exec(tx, "UPDATE arrival_person SET state = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(text_of(state))), NULL,
		    ret_error));
	return db_exec(tx, "UPDATE reversal SET ended_at = $2 WHERE arrival_person_id = $1 AND acknowledged_at IS NULL AND ended_at IS NULL",
		       DB_PARAMS(DB_V_TEXT(person), DB_V_INT(now_ms)), NULL, ret_error);
}

enum status arrival_forget(struct db_tx *tx, int64_t now_ms, int64_t limit, struct arena *arena, size_t *ret_gone, struct error *ret_error)
{
	static const char *const steps[] = {
		"DELETE FROM reversal WHERE arrival_person_id IN (SELECT id FROM arrival_person WHERE arrival_id = $1)",
		"DELETE FROM arrival_person WHERE arrival_id = $1", "DELETE FROM arrival WHERE id = $1"};
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id FROM arrival WHERE delete_at <= $1 ORDER BY delete_at LIMIT $2", DB_PARAMS(DB_V_INT(now_ms), DB_V_INT(limit)),
		     arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++)
			TRY(db_exec(tx, steps[k], DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0))), NULL, ret_error));
	*ret_gone = rows.rows;
	return ST_OK;
}
