/* What stands behind an entry: its timeline, who saw it, who looks like him, and the ledger's proof of every step. */
#include "border/past.h"
#include "ledger/ledger.h"
#include "model/entity_json.h"
#include "model/time.h"
#include "office/entry.h"
#include "office/matches.h"

#include "handlers.inc"

struct asked {
	struct text id;
	struct entry entry;
	struct office_page page;
};

/* The first of two transactions: may he, and that he did. */
static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asked *a = context;

	return entry_ask(call, tx, a->id, "entry.read", &a->entry, ret_error);
}

/* What every handler here does: ask, then read. */
static void answer(struct office_call *call, office_work *work)
{
	struct asked asked = {0};
	struct error error;
	enum status st = office_id(call, 0, &asked.id, &error);

	if (st == ST_OK)
		st = office_page(call, &asked.page, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, ask_work, &asked, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, work, &asked, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}

/* ---- timeline ---- */

/* What the other country is shown in words: what was said to it, and what it said itself. */
static bool note_shown(const struct office_call *call, struct text country, struct text act)
{
	static const char *const said[] = {"return", "answer", "refuse", "withdraw", "change"};

	if (text_equal(call->actor.country, call->office->host) || text_equal(call->actor.country, country))
		return true;
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		if (text_equal(act, text_of(said[i])))
			return true;
	return false;
}

static enum status put_leaf(struct buffer *out, struct db_tx *tx, struct text leaf, struct error *ret_error)
{
	struct ledger_standing standing;

	TRY(ledger_standing(tx, leaf, &standing, ret_error));
	buffer_printf(out, ",\"leaf\":{\"id\":");
	json_add_string(out, leaf);
	buffer_printf(out, ",\"state\":\"%s\"", ledger_state_word(standing.state));
	if (standing.state == LEDGER_PENDING)
		buffer_printf(out, ",\"index\":null,\"inCheckpoint\":null}");
	else
		buffer_printf(out, ",\"index\":%lld,\"inCheckpoint\":%lld}", (long long)standing.place, (long long)standing.place);
	return ST_OK;
}

static enum status put_event(struct office_call *call, struct people *people, const struct db_rows *rows, size_t i,
			     struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct text actor = db_text(rows, i, 2), country = db_text(rows, i, 3), act = db_text(rows, i, 4), name;

	buffer_printf(out, "%s{\"seq\":%lld", i ? "," : "", (long long)db_int(rows, i, 0));
	member_time(out, "at", db_int(rows, i, 1));
	member_text(out, "act", act);
	member_text(out, "by", actor);
	TRY(people_name(people, actor, &name, ret_error));
	member_text(out, "byName", name);
	member_text(out, "country", country);
	member_text(out, "from", db_text(rows, i, 5));
	member_text(out, "to", db_text(rows, i, 6));
	member_text(out, "reason", db_text(rows, i, 7));
	if (note_shown(call, country, act))
		member_text(out, "text", db_text(rows, i, 8));
	TRY(put_leaf(out, people->tx, db_text(rows, i, 9), ret_error));
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status timeline_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked *a = context;
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows;

	TRY(db_query(tx,
		     "SELECT seq, at, actor, country, act, from_state, to_state, reason, note, leaf_id FROM entry_event"
		     " WHERE entry_id = $1 ORDER BY seq",
		     DB_PARAMS(DB_V_TEXT(a->id)), call->arena, &rows, ret_error));
	buffer_printf(&call->response->body, "{\"items\":[");
	for (size_t i = 0; i < rows.rows; i++)
		TRY(put_event(call, &people, &rows, i, ret_error));
	buffer_add_char(&call->response->body, ']');
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	return buffer_status(&call->response->body);
}

void office_entry_timeline(struct office_call *call)
{
	answer(call, timeline_work);
}

/* ---- who saw it ---- */

/* Of the other country's officers only that there was one; names stay with their own. */
static enum status viewers_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked *a = context;
	struct buffer *out = &call->response->body;
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows;

	TRY(db_query(tx,
		     "SELECT at_ms, actor, country, action, outcome, purpose FROM audit WHERE thing = $1 AND thing_kind = 'entry'"
		     " AND outcome IN ('shown', 'done', 'flagged') ORDER BY at_ms DESC, id DESC LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(a->id), DB_V_INT(a->page.limit)), call->arena, &rows, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < rows.rows; i++) {
		struct text name;

		TRY(people_name(&people, db_text(&rows, i, 1), &name, ret_error));
		buffer_printf(out, "%s{\"seq\":%zu", i ? "," : "", i + 1);
		member_time(out, "at", db_int(&rows, i, 0));
		member_text(out, "by", db_text(&rows, i, 1));
		member_text(out, "byName", name);
		member_text(out, "country", db_text(&rows, i, 2));
		member_text(out, "action", db_text(&rows, i, 3));
		member_text(out, "outcome", db_text(&rows, i, 4));
		if (name.len)
			member_text(out, "purpose", db_text(&rows, i, 5));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	return buffer_status(out);
}

void office_entry_viewers(struct office_call *call)
{
	answer(call, viewers_work);
}

/* ---- who looks like him ---- */

static enum status similar_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked *a = context;
	const struct registry_ask ask = {.limit = 20, .besides = a->id,
					 .owner = entry_sees_all(call) ? TEXT_NONE : call->actor.country};
	struct registry_matches matches = {0};
	struct entity person;

	if (!a->entry.erased) {
		TRY(entity_read(a->entry.person, call->arena, &person, ret_error));
		TRY(registry_similar(call->office->registry, &person, &ask, call->arena, &matches, ret_error));
	}
	return matches_write(call, tx, &matches, ret_error);
}

void office_entry_similar(struct office_call *call)
{
	answer(call, similar_work);
}

/* ---- proof ---- */

/* A proof is checked as anybody would check it: the leaf's body against the payload, and the way from it to a signed root. */
static enum status put_proof(struct office_call *call, struct db_tx *tx, struct text leaf, bool *ret_good, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct ledger_standing standing;
	struct text proof = TEXT_NONE;
	bool good = true;
	enum status st;

	TRY(ledger_standing(tx, leaf, &standing, ret_error));
	buffer_printf(out, "{\"id\":");
	json_add_string(out, leaf);
	buffer_printf(out, ",\"state\":\"%s\"", ledger_state_word(standing.state));
	if (standing.state == LEDGER_PENDING) {
		buffer_printf(out, ",\"index\":null,\"inCheckpoint\":null}");
		return ST_OK;
	}
	st = ledger_proof(tx, leaf, call->arena, &proof, ret_error);
	if (st != ST_OK && st != ST_CORRUPT && st != ST_NOT_FOUND)
		return st;
	good = st == ST_OK;
	buffer_printf(out, ",\"index\":%lld,\"inCheckpoint\":%lld,\"ok\":%s", (long long)standing.place, (long long)standing.place,
		      good ? "true" : "false");
	member_text(out, "proof", proof);
	buffer_add_char(out, '}');
	*ret_good = *ret_good && good;
	return ST_OK;
}

static enum status proof_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked *a = context;
	struct buffer *out = &call->response->body;
	struct db_rows rows;
	bool good = true, any = false;

	TRY(db_query(tx, "SELECT leaf_id, listing_leaf FROM entry_event WHERE entry_id = $1 ORDER BY seq",
		     DB_PARAMS(DB_V_TEXT(a->id)), call->arena, &rows, ret_error));
	buffer_printf(out, "{\"leaves\":[");
	for (size_t i = 0; i < 2 * rows.rows; i++) {
		struct text leaf = db_text(&rows, i / 2, i % 2);

		if (leaf.len == 0)
			continue;
		if (any)
			buffer_add_char(out, ',');
		TRY(put_proof(call, tx, leaf, &good, ret_error));
		any = true;
	}
	buffer_printf(out, "],\"ok\":%s}", good ? "true" : "false");
	return buffer_status(out);
}

void office_entry_proof(struct office_call *call)
{
	answer(call, proof_work);
}

/* ---- where he crossed before he was listed ---- */

static enum status crossings_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct asked *a = context;
	struct buffer *out = &call->response->body;
	struct past_row *rows;
	int64_t since_ms;
	size_t count;

	TRY(past_load(tx, a->id, call->arena, &rows, &count, &since_ms, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; i < count; i++) {
		char at[TIME_SIZE];

		time_write(rows[i].at_ms, at);
		buffer_printf(out, "%s{\"at\":\"%s\"", i ? "," : "", at);
		member_text(out, "point", rows[i].point);
		member_text(out, "result", rows[i].result);
		member_text(out, "post", rows[i].post);
		member_text(out, "postName", rows[i].post_name);
		member_text(out, "by", rows[i].by);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	member_time(out, "inCountrySince", since_ms);
	office_page_end(call, TEXT_NONE, (int64_t)count);
	return buffer_status(out);
}

void office_entry_crossings(struct office_call *call)
{
	answer(call, crossings_work);
}
