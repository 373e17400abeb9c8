/* What officers do with a report; its receipt follows. */
#include "awareness/found.h"
#include "awareness/referral.h"
#include "awareness/report.h"
#include "awareness/rules.h"

struct doing {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct actor *actor;
	const struct report_act *act;
	struct arena *arena;
	struct text state, country;
	int64_t now_ms, reason; /* reason: number of the receipt's */
	const struct awareness_authority *authority;
	bool weigh; /* what it names is to be weighed anew */
};

static enum status do_read(struct doing *d, struct error *ret_error)
{
	(void)ret_error;
	if (text_equal(d->state, TEXT("received")))
		d->state = TEXT("read");
	return ST_OK;
}

static enum status do_note(struct doing *d, struct error *ret_error)
{
	return d->act->note.len ? do_read(d, ret_error)
				: error_because(ret_error, ST_MALFORMED, "text-missing", "note", "a note has words");
}

/* An officer has seen the proof that money went there: one such report is enough. */
static enum status do_verify(struct doing *d, struct error *ret_error)
{
	uint64_t changed;

	TRY(db_exec(d->tx, "UPDATE report_payment SET verified_by = $3, verified_at = $4 WHERE report_id = $1 AND number = $2"
		    " AND verified_by IS NULL",
		    DB_PARAMS(DB_V_TEXT(d->act->id), DB_V_INT(d->act->payment), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms)), &changed,
		    ret_error));
	if (changed == 0)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "payment", "there is no such payment to verify");
	d->weigh = true;
	return do_read(d, ret_error);
}

static enum status decide(struct doing *d, bool confirm, struct error *ret_error)
{
	const struct found_decision decision = {.report = d->act->id, .number = d->act->found, .confirm = confirm, .now_ms = d->now_ms};

	TRY(found_decide(d->awareness, d->tx, d->actor, &decision, d->arena, ret_error));
	return do_read(d, ret_error);
}

static enum status do_found_confirm(struct doing *d, struct error *ret_error)
{
	return decide(d, true, ret_error);
}

static enum status do_found_reject(struct doing *d, struct error *ret_error)
{
	return decide(d, false, ret_error);
}

static enum status authority_need(struct doing *d, struct error *ret_error)
{
	d->authority = awareness_authority(d->act->authority);
	if (d->authority == NULL)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "authority", "a known authority is needed");
	d->country = d->authority->country;
	return ST_OK;
}

static enum status do_sent(struct doing *d, struct error *ret_error)
{
	TRY(authority_need(d, ret_error));
	d->state = TEXT("sent");
	if (text_equal(d->country, d->awareness->host))
		return ST_OK;
	return referral_send(d->awareness, d->tx, d->actor, d->act->id, d->authority, d->now_ms, d->arena, ret_error);
}

static enum status do_action(struct doing *d, struct error *ret_error)
{
	if (d->act->note.len == 0)
		return error_because(ret_error, ST_MALFORMED, "text-missing", "note", "what was done is needed");
	d->state = TEXT("action");
	return authority_need(d, ret_error);
}

static enum status do_close(struct doing *d, struct error *ret_error)
{
	const struct awareness_reason *reason = awareness_reason(d->act->reason, "close");

	if (reason == NULL)
		return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "a reason of the table is needed");
	d->reason = reason->number;
	d->state = TEXT("closed");
	d->weigh = true;
	return ST_OK;
}

static enum status do_reopen(struct doing *d, struct error *ret_error)
{
	(void)ret_error;
	d->state = TEXT("read");
	d->weigh = true;
	return ST_OK;
}

/* The machine was wrong: it belongs to no cluster, and joins none by itself. */
static enum status do_apart(struct doing *d, struct error *ret_error)
{
	TRY(db_exec(d->tx, "UPDATE report SET cluster_id = id, apart = 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->act->id)), NULL, ret_error));
	return db_exec(d->tx, "DELETE FROM report_band WHERE report_id = $1", DB_PARAMS(DB_V_TEXT(d->act->id)), NULL, ret_error);
}

static enum status do_unlink(struct doing *d, struct error *ret_error)
{
	d->state = TEXT("read");
	TRY(db_exec(d->tx, "UPDATE receipt SET campaign_id = NULL WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(d->act->id)), NULL, ret_error));
	return db_exec(d->tx, "UPDATE report SET campaign_id = NULL, linked_by = NULL WHERE id = $1", DB_PARAMS(DB_V_TEXT(d->act->id)), NULL,
		       ret_error);
}

static const struct {
	const char *act, *from;
	enum status (*run)(struct doing *d, struct error *ret_error);
} acts[] = {
	{"read", "received", do_read},
	{"note", "received|read|linked|sent|action|closed", do_note},
	{"verify", "received|read|linked|sent|action", do_verify},
	{"found-confirm", "received|read|linked|sent|action", do_found_confirm},
	{"found-reject", "received|read|linked|sent|action", do_found_reject},
	{"sent", "received|read|linked|sent|action", do_sent},
	{"action", "read|linked|sent|action", do_action},
	{"close", "received|read|linked|sent|action", do_close},
	{"reopen", "closed", do_reopen},
	{"apart", "received|read|linked|sent|action", do_apart},
	{"unlink", "linked", do_unlink},
};

static bool in(const char *words, struct text word)
{
	struct text rest = text_of(words), one;

	while (text_split(&rest, '|', &one))
		if (text_equal(one, word))
			return true;
	return false;
}

static enum status run(struct doing *d, struct error *ret_error)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (!text_equal(d->act->act, text_of(acts[i].act)))
			continue;
		if (!in(acts[i].from, d->state))
			return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "not in state %.*s", TEXT_ARG(d->state));
		return acts[i].run(d, ret_error);
	}
	return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
}

static enum status save(struct doing *d, struct text before, struct text reason, struct error *ret_error)
{
	char state[16];

	TRY(db_exec(d->tx, "UPDATE report SET version = version + 1, state = $2, read_by = coalesce(read_by, $3), read_at = coalesce(read_at, $4),"
		    " sent_to = coalesce($5, sent_to), reason = $6 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(d->act->id), DB_V_TEXT(d->state), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms),
			      text_equal(d->state, TEXT("sent")) && d->authority ? DB_V_TEXT(d->authority->en) : DB_V_NULL,
			      text_equal(d->state, TEXT("closed")) ? DB_V_TEXT_OR_NULL(d->reason ? d->act->reason : reason) : DB_V_NULL),
		    NULL, ret_error));
	TRY(desk_line_add(d->awareness, d->tx,
			  &(struct desk_line){.kind = "report", .subject = d->act->id, .actor = d->actor, .act = d->act->act, .state = d->state,
					      .note = d->act->note},
			  d->now_ms, ret_error));
	if (text_equal(before, d->state) && !text_equal(d->act->act, TEXT("sent")) && !text_equal(d->act->act, TEXT("action")))
		return ST_OK;
	memcpy(state, d->state.data, d->state.len);
	state[d->state.len] = 0;
	return receipt_set(d->tx, d->act->id, state, d->country, d->reason, d->now_ms, ret_error);
}

enum status report_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct report_act *act,
		      struct arena *arena, struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = actor, .act = act, .arena = arena};
	struct db_rows row;

	if (act->note.len > AWARENESS_NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "the note is too long");
	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, state, reason FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), arena, &row, ret_error));
	if (db_int(&row, 0, 0) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	d.state = db_text(&row, 0, 1);
	TRY(run(&d, ret_error));
	TRY(save(&d, db_text(&row, 0, 1), db_text(&row, 0, 2), ret_error));
	return d.weigh ? report_weigh(awareness, tx, act->id, arena, ret_error) : ST_OK;
}
