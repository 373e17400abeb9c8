/* The decision point as handlers meet it, and the transaction that keeps its audit. */
#include "office/replay.h"

static const struct {
	enum status code;
	const char *reason, *outcome;
} refusals[] = {
	[POLICY_SIGN_IN] = {ST_DENIED, "sign-in", "denied"},
	[POLICY_PROVE_ANEW] = {ST_DENIED, "prove-anew", "refused"},
	[POLICY_REASON] = {ST_DENIED, "purpose-missing", "refused"},
	[POLICY_DENIED] = {ST_DENIED, "denied", "denied"},
	[POLICY_NOT_FOUND] = {ST_NOT_FOUND, "not-found", "not-found"},
};

static bool is_reading(struct text action)
{
	struct text verb = {action.data + text_find(action, '.', 0), action.len - text_find(action, '.', 0)};

	return text_equal(verb, TEXT(".read")) || text_equal(verb, TEXT(".run")) || text_equal(verb, TEXT(".follow"));
}

enum status office_may(struct office_call *call, struct db_tx *tx, const char *action, const struct policy_thing *thing,
		       const char *thing_kind, struct text thing_id, struct error *ret_error)
{
	enum policy_answer answer = may(&call->actor, text_of(action), thing, call->office->host, call->now_ms);
	struct audit_event event = {.actor = &call->actor, .action = action, .thing_kind = thing_kind, .thing = thing_id, .detail = call->detail};

	event.outcome = answer != POLICY_ALLOWED      ? refusals[answer].outcome
			: is_reading(text_of(action)) ? "shown"
						      : "done";
	TRY(audit_add(tx, call->office->env, &event, ret_error));
	if (answer == POLICY_ALLOWED)
		return ST_OK;
	call->refused = true;
	return error_because(ret_error, refusals[answer].code, refusals[answer].reason, NULL, "%s", action);
}

enum status office_missing(struct office_call *call, struct db_tx *tx, const char *action, const char *thing_kind,
			   struct text thing_id, struct error *ret_error)
{
	const struct audit_event event = {.actor = &call->actor, .action = action, .thing_kind = thing_kind, .thing = thing_id,
					  .outcome = "not-found", .detail = call->detail};

	TRY(audit_add(tx, call->office->env, &event, ret_error));
	call->refused = true;
	return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "%s", action);
}

struct transaction {
	struct office_call *call;
	enum db_mode mode;
	office_work *work;
	void *context;
	size_t body_len, header_count;
	enum status refused;
	struct error refusal;
};

static enum status transaction_run(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct transaction *t = context;
	struct office_call *call = t->call;
	struct error error = {.code = ST_OK, .position = -1};
	enum status st;

	/* It may be the second time: what the first wrote into the answer goes. */
	call->response->body.len = t->body_len;
	call->response->header_count = t->header_count;
	call->response->status = 0;
	call->refused = false;
	t->refused = ST_OK;
	st = t->work(call, tx, t->context, &error);
	if (st != ST_OK && call->refused) {
		t->refused = st;
		t->refusal = error;
		return ST_OK;
	}
	if (st == ST_OK && t->mode == DB_WRITE && call->replay)
		st = replay_keep(call, tx, &error);
	if (st != ST_OK)
		*ret_error = error;
	return st;
}

enum status office_transact(struct office_call *call, enum db_mode mode, office_work *work, void *context,
			    struct error *ret_error)
{
	struct transaction t = {.call = call, .mode = mode, .work = work, .context = context,
				.body_len = call->response->body.len, .header_count = call->response->header_count};

	TRY(db_transact(call->office->db, mode, transaction_run, &t, ret_error));
	if (t.refused != ST_OK) {
		*ret_error = t.refusal;
		return t.refused;
	}
	if (mode == DB_WRITE && call->replay) {
		call->replay->kept = true;
		call->replay->complete = call->response->status != 0;
	}
	if (mode == DB_WRITE && call->office->committed)
		call->office->committed(call->office->context);
	return ST_OK;
}

void office_by_id(struct office_call *call, enum db_mode mode, office_work *work)
{
	struct error error = {.code = ST_OK};
	struct text id;

	if (office_id(call, 0, &id, &error) != ST_OK || office_transact(call, mode, work, &id, &error) != ST_OK)
		office_problem(call, &error);
}

void office_by_version(struct office_call *call, office_work *work)
{
	struct error error = {.code = ST_OK};
	struct office_version asked = {.version = 0};

	if (office_id(call, 0, &asked.id, &error) != ST_OK || office_if_match(call, &asked.version, &error) != ST_OK ||
	    office_transact(call, DB_WRITE, work, &asked, &error) != ST_OK)
		office_problem(call, &error);
}
