/* Electronic arrival cards: one person each, kept by the reference that the host's system gives them. */
#include <sodium.h>

#include "border/arrival_inside.h"

struct card_former {
	bool same, board;
};

/* The whole of a card: another word of it is another card. */
static void hash_make(const struct arrival_card *c, uint8_t out[32])
{
	const struct text parts[] = {c->reference, c->flight, c->place, c->person.json};
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		crypto_hash_sha256_update(&state, (const uint8_t *)parts[i].data, parts[i].len);
		crypto_hash_sha256_update(&state, (const uint8_t *)"", 1);
	}
	crypto_hash_sha256_update(&state, (const uint8_t *)&c->expected_ms, sizeof c->expected_ms);
	crypto_hash_sha256_final(&state, out);
}

/* What was declared under the reference before, replaced unless it is the same. */
static enum status former_take(struct db_tx *tx, struct text sender, const struct arrival_card *card, const uint8_t sha256[32], int64_t now_ms,
			       struct arena *arena, struct card_former *ret, struct error *ret_error)
{
	char hex[65];
	struct db_rows rows;

	*ret = (struct card_former){.same = false};
	sodium_bin2hex(hex, sizeof hex, sha256, 32);
	TRY(db_query(tx, "SELECT p.id, p.board, a.request_sha256 FROM arrival a JOIN arrival_person p ON p.arrival_id = a.id WHERE a.sender = $1"
		     " AND a.transaction_id = $2 AND a.kind = 'declaration' AND p.state = 'announced'",
		     DB_PARAMS(DB_V_TEXT(sender), DB_V_TEXT(card->reference)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		if (text_equal(db_text(&rows, i, 2), text_of(hex)))
			*ret = (struct card_former){.same = true, .board = db_int(&rows, i, 1) != 0};
		else
			TRY(arrival_replace(tx, db_text(&rows, i, 0), "replaced", now_ms, ret_error));
	}
	return ST_OK;
}

/* A card that was replaced and comes again in its former words is a new word: the former row gives its place. */
static enum status replaced_delete(struct db_tx *tx, struct text sender, struct text reference, const uint8_t sha256[32], struct error *ret_error)
{
	char hex[65];

	sodium_bin2hex(hex, sizeof hex, sha256, 32);
	TRY(db_exec(tx, "DELETE FROM arrival_person WHERE arrival_id IN (SELECT id FROM arrival WHERE sender = $1 AND transaction_id = $2"
		    " AND request_sha256 = $3)", DB_PARAMS(DB_V_TEXT(sender), DB_V_TEXT(reference), DB_V_TEXT(text_of(hex))), NULL, ret_error));
	return db_exec(tx, "DELETE FROM arrival WHERE sender = $1 AND transaction_id = $2 AND request_sha256 = $3",
		       DB_PARAMS(DB_V_TEXT(sender), DB_V_TEXT(reference), DB_V_TEXT(text_of(hex))), NULL, ret_error);
}

enum status arrival_card_keep(const struct border *border, struct db_tx *tx, const struct actor *sender, const struct arrival_card *card,
			      struct arena *arena, bool *ret_accepted, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct card_former former;
	uint8_t sha256[32];
	char id[ID_SIZE];
	const struct arrival_new arrival = {.kind = "declaration", .flight = card->flight, .place = card->place, .sender = sender->id,
					    .transaction = card->reference, .expected_ms = card->expected_ms, .sha256 = sha256};

	hash_make(card, sha256);
	TRY(former_take(tx, sender->id, card, sha256, now_ms, arena, &former, ret_error));
	*ret_accepted = former.same ? former.board : card->person.seen.board;
	if (former.same)
		return ST_OK;
	TRY(replaced_delete(tx, sender->id, card->reference, sha256, ret_error));
	TRY(arrival_add(border, tx, &arrival, id, ret_error));
	TRY(arrival_person_add(border, tx, text_of(id), 1, "announced", &card->person, ret_error));
	return card->person.seen.result == VERDICT_PASS ? ST_OK : db_tell(tx, "arrival", text_of(id), now_ms, ret_error);
}
