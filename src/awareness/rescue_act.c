/* What the two sides do about a call for help, each in the name of its country. */
#include "awareness/rescue.h"

#define OPEN "received|in-hand|closing"

struct doing {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct actor *actor;
	const struct rescue_act *act;
	struct arena *arena;
	struct text state, proposed_country;
	bool acknowledged; /* by his country */
	int64_t now_ms;
};

static enum status do_acknowledge(struct doing *d, struct error *ret_error)
{
	if (d->acknowledged)
		return error_because(ret_error, ST_CONFLICT, "rescue-acknowledged", NULL, "it was acknowledged");
	return db_exec(d->tx, "UPDATE rescue_desk SET acknowledged_by = $3, acknowledged_at = $4 WHERE rescue_id = $1 AND country = $2",
		       DB_PARAMS(DB_V_TEXT(d->act->id), DB_V_TEXT(d->actor->country), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms)), NULL,
		       ret_error);
}

static enum status do_take(struct doing *d, struct error *ret_error)
{
	d->state = TEXT("in-hand");
	return receipt_set(d->tx, d->act->id, "in-hand", TEXT_NONE, 0, d->now_ms, ret_error);
}

static enum status do_note(struct doing *d, struct error *ret_error)
{
	return d->act->note.len ? ST_OK : error_because(ret_error, ST_MALFORMED, "text-missing", "note", "a note has words");
}

static enum status do_check(struct doing *d, struct error *ret_error)
{
	if (d->act->at_ms && d->act->at_ms <= d->now_ms)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "at", "a moment to come is needed");
	return db_exec(d->tx, "UPDATE rescue SET check_at = $2 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(d->act->id), d->act->at_ms ? DB_V_INT(d->act->at_ms) : DB_V_NULL), NULL, ret_error);
}

static enum status do_propose(struct doing *d, struct error *ret_error)
{
	if (awareness_reason(d->act->reason, "rescue") == NULL)
		return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "a result of the table is needed");
	d->state = TEXT("closing");
	return db_exec(d->tx, "UPDATE rescue SET state = 'closing', result = $2, proposed_by = $3, proposed_country = $4, proposed_at = $5 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(d->act->id), DB_V_TEXT(d->act->reason), DB_V_TEXT(d->actor->id), DB_V_TEXT(d->actor->country),
				 DB_V_INT(d->now_ms)),
		       NULL, ret_error);
}

static bool own_proposal(const struct doing *d)
{
	return text_equal(d->proposed_country, d->actor->country);
}

/* The other country agrees: only now it is closed. Its receipt tells that and not with which result, as others may look at the telephone. */
static enum status do_agree(struct doing *d, struct error *ret_error)
{
	if (own_proposal(d))
		return error_because(ret_error, ST_CONFLICT, "rescue-own-proposal", NULL, "the other country agrees or does not");
	d->state = TEXT("closed");
	TRY(db_exec(d->tx, "UPDATE rescue SET state = 'closed', agreed_by = $2, agreed_country = $3, agreed_at = $4, check_at = NULL WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->act->id), DB_V_TEXT(d->actor->id), DB_V_TEXT(d->actor->country), DB_V_INT(d->now_ms)), NULL, ret_error));
	return receipt_set(d->tx, d->act->id, "closed", TEXT_NONE, 0, d->now_ms, ret_error);
}

static enum status proposal_end(struct doing *d, struct error *ret_error)
{
	d->state = TEXT("in-hand");
	TRY(db_exec(d->tx, "UPDATE rescue SET state = 'in-hand', result = NULL, proposed_by = NULL, proposed_country = NULL, proposed_at = NULL"
		    " WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->act->id)), NULL, ret_error));
	return receipt_set(d->tx, d->act->id, "in-hand", TEXT_NONE, 0, d->now_ms, ret_error);
}

static enum status do_disagree(struct doing *d, struct error *ret_error)
{
	if (own_proposal(d))
		return error_because(ret_error, ST_CONFLICT, "rescue-own-proposal", NULL, "one's own proposal is taken back");
	TRY(do_note(d, ret_error));
	return proposal_end(d, ret_error);
}

static enum status do_take_back(struct doing *d, struct error *ret_error)
{
	if (!own_proposal(d))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "it is the other country's proposal");
	return proposal_end(d, ret_error);
}

/* `first`: what a country may do before it has acknowledged. `always`: whatever the version, as it takes nothing away. */
static const struct {
	const char *act, *from;
	enum status (*run)(struct doing *d, struct error *ret_error);
	bool first, always;
} acts[] = {
	{"acknowledge", OPEN, do_acknowledge, true, true},
	{"take", "received", do_take, false, false},
	{"note", OPEN "|closed", do_note, true, true},
	{"check", OPEN, do_check, false, false},
	{"propose", "received|in-hand", do_propose, false, false},
	{"agree", "closing", do_agree, false, false},
	{"disagree", "closing", do_disagree, false, false},
	{"take-back", "closing", do_take_back, false, false},
};

static bool in(const char *words, struct text word)
{
	struct text rest = text_of(words), one;

	while (text_split(&rest, '|', &one))
		if (text_equal(one, word))
			return true;
	return false;
}

static enum status run(struct doing *d, int64_t version, struct error *ret_error)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (!text_equal(d->act->act, text_of(acts[i].act)))
			continue;
		if (!acts[i].always && version != d->act->version)
			return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
		if (!in(acts[i].from, d->state))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s", TEXT_ARG(d->state));
		if (!acts[i].first && !d->acknowledged)
			return error_because(ret_error, ST_CONFLICT, "rescue-not-acknowledged", NULL, "it is acknowledged first");
		return acts[i].run(d, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}

enum status rescue_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct rescue_act *act, struct arena *arena,
		      struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = actor, .act = act, .arena = arena};
	struct db_rows row;
	bool opened;

	if (act->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT r.version, r.state, r.proposed_country, d.acknowledged_at FROM rescue r JOIN rescue_desk d"
			 " ON d.rescue_id = r.id AND d.country = $2 WHERE r.id = $1",
			 DB_PARAMS(DB_V_TEXT(act->id), DB_V_TEXT(actor->country)), arena, &row, ret_error));
	TRY(rescue_has_opened(tx, act->id, actor->id, d.now_ms, arena, &opened, ret_error));
	if (!opened)
		return error_because(ret_error, ST_CONFLICT, "rescue-not-opened", NULL, "whoever acts on a call has read it");
	d.state = db_text(&row, 0, 1);
	d.proposed_country = db_text(&row, 0, 2);
	d.acknowledged = !db_is_null(&row, 0, 3);
	TRY(run(&d, db_int(&row, 0, 0), ret_error));
	TRY(db_exec(tx, "UPDATE rescue SET version = version + 1, state = $2 WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id), DB_V_TEXT(d.state)), NULL,
		    ret_error));
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "rescue", .subject = act->id, .actor = actor, .act = act->act, .state = d.state, .note = act->note},
			     d.now_ms, ret_error);
}
