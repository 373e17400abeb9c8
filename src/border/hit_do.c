/* What the hub does about a hit: the partner answers and receives, whoever is on duty notes and calls for an answer. */
#include <stdio.h>

#include "border/inside.h"
#include "model/time.h"

#define NOTE_MAX 10000u

struct doing {
	struct border *border;
	struct db_tx *tx;
	const struct actor *actor;
	const struct hit_doing *act;
	struct arena *arena;
	struct hit_row hit;
	struct text fields;
	int64_t now_ms;
};

static enum status note_need(const struct doing *d, struct error *ret_error)
{
	if (d->act->note.len > NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "text", "the text is longer than %u bytes", NOTE_MAX);
	return ST_OK;
}

/* ---- the partner ---- */

/* By the way of everything that a post is told: "is this him?" is answered where he stands. */
static enum status answer_tell(struct doing *d, struct error *ret_error)
{
	char at[TIME_SIZE];
	struct buffer body;
	enum status st;

	time_write(d->now_ms, at);
	buffer_init(&body, (size_t)64 << 10);
	buffer_add_char(&body, '{');
	json_member(&body, "hit", d->hit.id);
	json_member(&body, "is", d->act->is);
	if (d->act->note.len)
		json_member(&body, "text", d->act->note);
	json_member(&body, "by", d->actor->id);
	json_member(&body, "at", text_of(at));
	buffer_add_char(&body, '}');
	st = buffer_status(&body);
	if (st == ST_OK)
		st = post_news_add(d->tx, d->hit.post, "answer", buffer_text(&body), d->now_ms, ret_error);
	else
		error_set(ret_error, st, "the answer cannot be written");
	buffer_release(&body);
	return st;
}

static enum status answer(struct doing *d, struct error *ret_error)
{
	static const char *const words[] = {"same", "other", "unknown"};
	bool known = false;
	char fields[32];

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		known = known || text_equal(d->act->is, text_of(words[i]));
	if (!known)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "is", "same, other or unknown");
	if (d->hit.asked_ms == 0)
		return error_because(ret_error, ST_CONFLICT, "hit-not-asked", NULL, "nobody was asked about this hit");
	if (d->hit.answer.len && !text_equal(d->hit.answer, TEXT("unknown")))
		return error_because(ret_error, ST_CONFLICT, "hit-answered", NULL, "it was answered");
	snprintf(fields, sizeof fields, "{\"is\":\"%.*s\"}", TEXT_ARG(d->act->is));
	TRY(arena_text(d->arena, text_of(fields), &d->fields));
	TRY(db_exec(d->tx, "UPDATE hit SET answer = $2, answer_text = $3, answered_at = $4, answered_by = $5 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->hit.id), DB_V_TEXT(d->act->is), DB_V_TEXT_OR_NULL(d->act->note), DB_V_INT(d->now_ms),
			      DB_V_TEXT(d->actor->id)),
		    NULL, ret_error));
	return answer_tell(d, ret_error);
}

static enum status done_before(struct doing *d, bool *ret_done, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(d->tx, "SELECT count(*) FROM hit_act WHERE hit_id = $1 AND act = $2 AND post_id IS NULL",
			 DB_PARAMS(DB_V_TEXT(d->hit.id), DB_V_TEXT(d->act->act)), d->arena, &row, ret_error));
	*ret_done = db_int(&row, 0, 0) != 0;
	return ST_OK;
}

static enum status receive(struct doing *d, struct error *ret_error)
{
	bool received;

	if (!text_equal(d->hit.state, TEXT("handed-over")))
		return error_because(ret_error, ST_CONFLICT, "hit-state", NULL, "the person was not handed over");
	TRY(done_before(d, &received, ret_error));
	return received ? error_because(ret_error, ST_CONFLICT, "hit-state", NULL, "the receipt was given") : ST_OK;
}

/* ---- whoever is on duty ---- */

static enum status note(struct doing *d, struct error *ret_error)
{
	return d->act->note.len ? ST_OK : error_because(ret_error, ST_MALFORMED, "text-missing", "text", "the text is missing");
}

static enum status escalate(struct doing *d, struct error *ret_error)
{
	if (!hit_waits(&d->hit))
		return error_because(ret_error, ST_CONFLICT, "hit-not-asked", NULL, "no answer is waited for");
	if (d->hit.escalated)
		return error_because(ret_error, ST_CONFLICT, "hit-escalated", NULL, "it has been escalated");
	return db_exec(d->tx, "UPDATE hit SET escalated = 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->hit.id)), NULL, ret_error);
}

static const struct {
	const char *act;
	enum status (*work)(struct doing *d, struct error *ret_error);
} acts[] = {{"answer", answer}, {"escalate", escalate}, {"note", note}, {"receive", receive}};

static enum status work(struct doing *d, struct error *ret_error)
{
	struct hit_line line;

	TRY(hit_row_load(d->tx, d->act->hit, d->arena, &d->hit, ret_error));
	if (d->act->version && d->act->version != d->hit.version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed since");
	TRY(note_need(d, ret_error));
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (!text_equal(d->act->act, text_of(acts[i].act)))
			continue;
		TRY(acts[i].work(d, ret_error));
		TRY(db_exec(d->tx, "UPDATE hit SET version = version + 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->hit.id)), NULL, ret_error));
		line = (struct hit_line){.hit = d->hit.id, .at_ms = d->now_ms, .officer = d->actor->id, .act = d->act->act,
					 .state = d->hit.state, .note = d->act->note, .fields = d->fields};
		TRY(hit_line_add(d->tx, &line, d->now_ms, d->arena, ret_error));
		if (!text_equal(d->act->act, TEXT("answer")))
			TRY(hit_tell_post(d->border, d->tx, &d->hit, d->act->act, d->actor->id, d->hit.state, ret_error));
		return db_tell(d->tx, "hit", d->hit.id, d->now_ms, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}

enum status hit_do(struct border *border, struct db_tx *tx, const struct actor *actor, const struct hit_doing *doing,
		   struct error *ret_error)
{
	struct arena arena;
	struct doing d = {.border = border, .tx = tx, .actor = actor, .act = doing, .arena = &arena, .now_ms = env_now(border->env)};
	enum status st;

	arena_init(&arena, (size_t)4 << 20);
	st = work(&d, ret_error);
	arena_release(&arena);
	return st;
}
