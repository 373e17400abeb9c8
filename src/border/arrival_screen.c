/* Screening of those who are announced, and again when the list has changed. */
#include "account/audit.h"
#include "border/arrival_inside.h"
#include "border/reversal.h"

#define BATCH 500
#define ARENA_MAX ((size_t)64 << 20)
#define JSON_MAX ((size_t)1 << 20)

static enum status ask(const struct border *border, struct watch_list *list, enum verdict_point point, const struct entity *person,
		       struct arena *arena, struct arrival_seen *ret, struct error *ret_error)
{
	/* As paxlst and cards keep them beside the person: the guards know refugees by them. */
	const struct verdict_traveller traveller = {.person = person, .issuer = entity_first(person, "x-issuedBy"),
						    .nationality = entity_first(person, "x-citizenship")};
	struct watch_answer answer;

	TRY(watch_ask(list, point, &traveller, border->host, env_now(border->env), arena, &answer, ret_error));
	*ret = (struct arrival_seen){.result = answer.verdict.result, .board = answer.verdict.result != VERDICT_STOP,
				     .edition = (int64_t)answer.number};
	if (answer.verdict.candidate_count)
		memcpy(ret->entry, answer.verdict.candidates[0].listing->id.data, ID_SIZE - 1);
	return ST_OK;
}

enum status arrival_screen(const struct border *border, enum verdict_point point, const struct entity *person, struct arena *arena,
			   struct arrival_seen *ret, struct error *ret_error)
{
	struct watch_list *list = border_list_hold(border->list);
	enum status st;

	if (list == NULL)
		return error_because(ret_error, ST_UNAVAILABLE, "list-none", NULL, "no list is in force yet");
	st = ask(border, list, point, person, arena, ret, ret_error);
	watch_release(list);
	return st;
}

enum status arrival_person_json(const struct entity *person, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct buffer out;
	enum status st;

	buffer_init(&out, JSON_MAX);
	entity_write(person, &out);
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), ret);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "a person cannot be held");
}

/* ---- again ---- */

static const struct actor clock_actor = {.id = {"clock", 5}};

struct again {
	const struct border *border;
	struct watch_list *list;
	struct arena arena, one; /* of the batch; of one person */
	struct db_rows rows;
	struct arrival_seen *seen;
	int64_t now_ms;
	size_t changed;
};

enum { ID, PERSON, RESULT, BOARD, ENTRY, STATE, LOCATOR, REFERENCE, ARRIVAL, KIND, HEAD, EXPECTED };

static enum status waiting_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct again *a = context;

	arena_clear(&a->arena);
	return db_query(tx, "SELECT p.id, p.person, p.result, p.board, p.entry_id, p.state, p.locator, p.reference, a.id, a.kind, a.head, a.expected_at"
			" FROM arrival_person p JOIN arrival a ON a.id = p.arrival_id WHERE p.edition < $1 AND a.delete_at > $2"
			" AND p.state IN ('announced', 'on-board') ORDER BY a.expected_at, p.id LIMIT $3",
			DB_PARAMS(DB_V_INT((int64_t)watch_number(a->list)), DB_V_INT(a->now_ms), DB_V_INT(BATCH)), &a->arena, &a->rows, ret_error);
}

static enum status batch_screen(struct again *a, struct error *ret_error)
{
	a->seen = ARENA_NEW(&a->arena, struct arrival_seen, a->rows.rows + 1);
	if (a->seen == NULL)
		return arena_failure(&a->arena, ret_error);
	for (size_t i = 0; i < a->rows.rows; i++) {
		bool card = text_equal(db_text(&a->rows, i, KIND), TEXT("declaration"));
		struct entity person;

		arena_clear(&a->one);
		TRY(entity_read(db_text(&a->rows, i, PERSON), &a->one, &person, ret_error));
		TRY(ask(a->border, a->list, card ? VERDICT_DECLARATION : VERDICT_CARRIER, &person, &a->one, &a->seen[i], ret_error));
	}
	return ST_OK;
}

/* Somebody's result is another: whoever is on duty sees it, and the carrier that waits for nothing is told. */
static enum status turned(struct again *a, struct db_tx *tx, size_t i, struct error *ret_error)
{
	const struct arrival_seen *seen = &a->seen[i];
	bool board = db_int(&a->rows, i, BOARD) != 0;
	const struct audit_event event = {.actor = &clock_actor, .action = "arrival.act", .thing_kind = "arrival",
					  .thing = db_text(&a->rows, i, ARRIVAL), .outcome = "flagged",
					  .detail = seen->board ? TEXT("{\"board\":true}") : TEXT("{\"board\":false}")};
	const struct reversal_new reversal = {.person = db_text(&a->rows, i, ID), .locator = db_text(&a->rows, i, LOCATOR),
					      .reference = db_text(&a->rows, i, REFERENCE), .head = db_text(&a->rows, i, HEAD),
					      .board = seen->board};

	TRY(db_tell(tx, "arrival", event.thing, a->now_ms, ret_error));
	if (board == seen->board)
		return ST_OK;
	TRY(audit_add(tx, a->border->env, &event, ret_error));
	/* Who sits in the aircraft is met where he lands; who cannot be named cannot be taken back. */
	if (!text_equal(db_text(&a->rows, i, KIND), TEXT("carrier")) || !text_equal(db_text(&a->rows, i, STATE), TEXT("announced")) ||
	    db_int(&a->rows, i, EXPECTED) <= a->now_ms || reversal.locator.len == 0 || reversal.reference.len == 0)
		return ST_OK;
	return reversal_add(a->border, tx, &reversal, &a->one, ret_error);
}

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct again *a = context;

	a->changed = 0;
	for (size_t i = 0; i < a->rows.rows; i++) {
		const struct arrival_seen *seen = &a->seen[i];
		struct text result = text_of(verdict_result_word(seen->result));
		uint64_t touched;

		arena_clear(&a->one);
		TRY(db_exec(tx, "UPDATE arrival_person SET result = $2, board = $3, entry_id = $4, edition = $5, screened_at = $6 WHERE id = $1"
			    " AND edition < $5 AND state IN ('announced', 'on-board')",
			    DB_PARAMS(DB_V_TEXT(db_text(&a->rows, i, ID)), DB_V_TEXT(result), DB_V_INT(seen->board),
				      DB_V_TEXT_OR_NULL(text_of(seen->entry)), DB_V_INT(seen->edition), DB_V_INT(a->now_ms)),
			    &touched, ret_error));
		/* another hub was first, or another list came */
		if (touched == 0 || text_equal(result, db_text(&a->rows, i, RESULT)))
			continue;
		TRY(turned(a, tx, i, ret_error));
		a->changed++;
	}
	return ST_OK;
}

enum status arrival_again(const struct border *border, size_t *ret_changed, struct error *ret_error)
{
	struct again a = {.border = border, .list = border_list_hold(border->list), .now_ms = env_now(border->env)};
	enum status st = ST_OK;

	*ret_changed = 0;
	if (a.list == NULL)
		return ST_OK;
	arena_init(&a.arena, ARENA_MAX);
	arena_init(&a.one, ARENA_MAX);
	do {
		TRY_OUT(db_transact(border->db, DB_READ, waiting_work, &a, ret_error));
		if (a.rows.rows == 0)
			break;
		TRY_OUT(batch_screen(&a, ret_error));
		TRY_OUT(db_transact(border->db, DB_WRITE, keep_work, &a, ret_error));
		*ret_changed += a.changed;
	} while (a.rows.rows == BATCH);
out:
	arena_release(&a.arena);
	arena_release(&a.one);
	watch_release(a.list);
	return st;
}
