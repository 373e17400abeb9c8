/* Appeals: asked and followed by anybody; taken, linked and decided by redress officers. */
#include "registry/appeal.h"

#include "model/entity_json.h"
#include "office/entry.h"

#include "handlers.inc"

/* ---- without an account ---- */

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct appeal_receipt receipt;

	TRY(appeal_receive(call->office->registry, tx, context, &receipt, ret_error));
	buffer_printf(out, "{\"number\":\"%s\",\"word\":\"%s\"", receipt.number, receipt.word);
	member_time(out, "receivedAt", receipt.received_ms);
	member_time(out, "dueAccess", receipt.due_access_ms);
	member_time(out, "dueDecision", receipt.due_decision_ms);
	buffer_add_char(out, '}');
	office_json(call, 201);
	return buffer_status(out);
}

static enum status request_read(struct office_call *call, const json_t *root, struct appeal_request *r, struct error *ret_error)
{
	static const char *const languages[] = {"en", "km", "ko", "zh"};

	r->language = text_of(languages[call->language]);
	TRY(body_text(call, root, "kind", &r->kind, ret_error));
	TRY(body_text(call, root, "name", &r->name, ret_error));
	TRY(body_text(call, root, "birthDate", &r->birth_date, ret_error));
	TRY(body_text(call, root, "document", &r->document, ret_error));
	TRY(body_text(call, root, "contact", &r->contact, ret_error));
	TRY(body_text(call, root, "text", &r->request, ret_error));
	return body_text(call, root, "language", &r->language, ret_error);
}

void office_appeal_create(struct office_call *call)
{
	struct appeal_request request = {0};
	struct error error;
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = request_read(call, root, &request, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &request, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

struct following {
	struct text number, word;
};

/* He is told where it stands and what was answered; never who works on it, nor whether he is listed. */
static enum status follow_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct following *f = context;
	struct buffer *out = &call->response->body;
	struct appeal a;

	TRY(appeal_follow(call->office->registry, tx, f->number, f->word, call->arena, &a, ret_error));
	buffer_printf(out, "{\"number\":");
	json_add_string(out, a.number);
	member_text(out, "state", appeal_state_told(&a));
	member_text(out, "kind", a.kind);
	member_time(out, "receivedAt", a.received_ms);
	member_time(out, "dueAccess", a.due_access_ms);
	member_time(out, "dueDecision", a.due_decision_ms);
	member_text(out, "answer", a.answer);
	member_time(out, "answeredAt", a.decided_ms);
	buffer_add_char(out, '}');
	office_json(call, 200);
	return buffer_status(out);
}

void office_appeal_follow(struct office_call *call)
{
	struct following following = {0};
	struct error error;
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_text(call, root, "number", &following.number, &error);
	if (st == ST_OK)
		st = body_text(call, root, "word", &following.word, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, follow_work, &following, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- as officers see them ---- */

static const struct {
	const char *act, *from, *action;
} acts[] = {
	{"take", "received", "appeal.take"},   {"link", "taken", "appeal.take"},      {"answer", "taken", "appeal.decide"},
	{"dismiss", "taken", "appeal.decide"}, {"uphold", "taken", "appeal.decide"},
};

static void put_condition(struct buffer *out, const char *name, bool holds, const char *why)
{
	buffer_printf(out, "\"conditions\":[{\"name\":\"%s\",\"holds\":%s", name, holds ? "true" : "false");
	if (!holds)
		buffer_printf(out, ",\"detail\":\"%s\"", why);
	buffer_printf(out, "}]");
}

static void put_acts(struct buffer *out, const struct office_call *call, const struct appeal *a)
{
	bool any = false;

	buffer_printf(out, ",\"acts\":[");
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		enum policy_answer answer = may(&call->actor, text_of(acts[i].action), NULL, call->office->host, call->now_ms);

		if (!text_equal(a->state, text_of(acts[i].from)) || answer == POLICY_DENIED || answer == POLICY_NOT_FOUND ||
		    answer == POLICY_SIGN_IN)
			continue;
		buffer_printf(out, "%s{\"act\":\"%s\",", any ? "," : "", acts[i].act);
		any = true;
		put_condition(out, "appeal-yours", i == 0 || text_equal(a->officer, call->actor.id), "appeal-not-yours");
		if (strcmp(acts[i].act, "uphold") == 0 && text_equal(a->kind, TEXT("deletion"))) {
			const char *comma = "";

			buffer_printf(out, ",\"reasons\":[");
			for (size_t k = 0; k < lifecycle_reason_count(); k++)
				if (text_equal(lifecycle_reason_at(k)->list, TEXT("removal"))) {
					buffer_printf(out, "%s\"%.*s\"", comma, TEXT_ARG(lifecycle_reason_at(k)->code));
					comma = ",";
				}
			buffer_add_char(out, ']');
		}
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

static enum status put_appeal(struct office_call *call, struct people *people, const struct appeal *a, struct error *ret_error)
{
	bool open = text_equal(a->state, TEXT("received")) || text_equal(a->state, TEXT("taken"));
	bool access = text_equal(a->kind, TEXT("access"));
	struct buffer *out = &call->response->body;
	struct text officer;

	TRY(people_name(people, a->officer, &officer, ret_error));
	buffer_printf(out, "{\"id\":");
	json_add_string(out, a->id);
	buffer_printf(out, ",\"version\":%lld", (long long)a->version);
	member_text(out, "number", a->number);
	member_text(out, "state", a->state);
	member_text(out, "kind", a->kind);
	member_text(out, "name", a->name);
	member_text(out, "birthDate", a->birth_date);
	member_text(out, "document", a->document);
	member_text(out, "contact", a->contact);
	member_text(out, "text", a->request);
	member_text(out, "language", a->language);
	member_time(out, "receivedAt", a->received_ms);
	member_time(out, "dueAccess", a->due_access_ms);
	member_time(out, "dueDecision", a->due_decision_ms);
	buffer_printf(out, ",\"overdue\":%s",
		      open && call->now_ms > (access ? a->due_access_ms : a->due_decision_ms) ? "true" : "false");
	member_text(out, "officer", officer);
	member_text(out, "entry", a->entry);
	member_text(out, "answer", a->answer);
	member_text(out, "reason", a->reason);
	member_time(out, "decidedAt", a->decided_ms);
	put_acts(out, call, a);
	buffer_add_char(out, '}');
	return buffer_status(out);
}

static enum status ask_list(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return office_may(call, tx, "appeal.read", NULL, "appeal", TEXT_NONE, ret_error);
}

struct listing {
	struct office_page page;
	struct text state;
};

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct listing *l = context;
	struct buffer *out = &call->response->body;
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows, total;
	struct text after_id = TEXT("~");
	int64_t after_at = INT64_MAX;

	TRY(office_page_place(&l->page, &after_at, &after_id, ret_error));
	TRY(db_query_one(tx, "SELECT count(*) FROM appeal WHERE state = $1 OR $1 = ''", DB_PARAMS(DB_V_TEXT(l->state.len ? l->state : TEXT(""))),
			 call->arena, &total, ret_error));
	TRY(db_query(tx,
		     "SELECT id, received_at FROM appeal WHERE (state = $1 OR $1 = '') AND (received_at, id) < ($2, $3)"
		     " ORDER BY received_at DESC, id DESC LIMIT $4",
		     DB_PARAMS(DB_V_TEXT(l->state.len ? l->state : TEXT("")), DB_V_INT(after_at), DB_V_TEXT(after_id),
			       DB_V_INT(l->page.limit + 1)),
		     call->arena, &rows, ret_error));
	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < rows.rows && i < l->page.limit; i++) {
		struct appeal a;

		if (i)
			buffer_add_char(out, ',');
		TRY(appeal_load(tx, db_text(&rows, i, 0), call->arena, &a, ret_error));
		TRY(put_appeal(call, &people, &a, ret_error));
	}
	buffer_add_char(out, ']');
	office_page_end_rows(call, &l->page, &rows, 1, db_int(&total, 0, 0));
	return buffer_status(out);
}

void office_appeal_list(struct office_call *call)
{
	struct listing listing = {.state = http_query(call->request, "state")};
	struct error error;
	enum status st = office_page(call, &listing.page, &error);

	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, ask_list, NULL, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, list_work, &listing, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}

/* Loads and asks. Appeals are the host's own. */
static enum status ask_one(struct office_call *call, struct db_tx *tx, struct text id, const char *action, struct appeal *ret_appeal,
			   struct error *ret_error)
{
	enum status st = appeal_load(tx, id, call->arena, ret_appeal, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, action, "appeal", id, ret_error);
	TRY(st);
	return office_may(call, tx, action, NULL, "appeal", id, ret_error);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct people people = {.call = call, .tx = tx};
	struct appeal a;

	TRY(ask_one(call, tx, *id, "appeal.read", &a, ret_error));
	TRY(put_appeal(call, &people, &a, ret_error));
	office_etag(call, a.version);
	office_json(call, 200);
	return ST_OK;
}

void office_appeal_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- acts ---- */

static const char *action_of(struct text act)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (text_equal(act, text_of(acts[i].act)))
			return acts[i].action;
	return "appeal.decide";
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct appeal_act *act = context;
	struct people people = {.call = call, .tx = tx};
	struct appeal a;

	TRY(ask_one(call, tx, act->appeal, action_of(act->act), &a, ret_error));
	TRY(appeal_do(call->office->registry, tx, &call->actor, act, call->arena, &a, ret_error));
	TRY(put_appeal(call, &people, &a, ret_error));
	office_etag(call, a.version);
	office_json(call, 200);
	return ST_OK;
}

struct refusal {
	const struct appeal_act *act;
	const struct error *why;
};

static enum status refusal_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct refusal *r = context;
	char detail[128];

	snprintf(detail, sizeof detail, "{\"reason\":\"%s\"}", r->why->reason);
	TRY(audit_add(tx, call->office->env,
		      &(struct audit_event){.actor = &call->actor, .action = action_of(r->act->act), .thing_kind = "appeal",
					    .thing = r->act->appeal, .outcome = "refused", .detail = text_of(detail)},
		      ret_error));
	office_problem(call, r->why);
	return ST_OK;
}

static enum status act_read(struct office_call *call, const json_t *root, struct appeal_act *act, struct error *ret_error)
{
	TRY(body_text(call, root, "entry", &act->entry, ret_error));
	TRY(body_text(call, root, "reason", &act->reason, ret_error));
	TRY(body_text(call, root, "standard", &act->standard, ret_error));
	return body_text(call, root, "text", &act->text, ret_error);
}

void office_appeal_act(struct office_call *call)
{
	struct appeal_act act = {.act = call->request->captures[1]};
	struct error error, later;
	json_t *root = NULL;
	enum status st = office_id(call, 0, &act.appeal, &error);

	if (st == ST_OK)
		st = office_if_match(call, &act.version, &error);
	if (st == ST_OK && call->request->body.len)
		st = body_json(call, &root, &error);
	if (st == ST_OK && root)
		st = act_read(call, root, &act, &error);
	json_decref(root);
	if (st == ST_OK) {
		struct refusal refusal = {.act = &act, .why = &error};

		st = office_transact(call, DB_WRITE, act_work, &act, &error);
		if (st == ST_OK || (!call->refused && st != ST_UNAVAILABLE && st != ST_NO_MEMORY &&
				    office_transact(call, DB_WRITE, refusal_work, &refusal, &later) == ST_OK))
			return;
	}
	office_problem(call, &error);
}
