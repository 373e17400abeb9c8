/* One entry: made, read, changed, acted on. */
#include "office/entry.h"

#include "handlers.inc"

struct policy_thing entry_thing(const struct office *office, const struct entry *entry)
{
	return (struct policy_thing){.owner = entry->owner, .agency = entry->agency, .author = entry->submitted_by,
				     .released = &office->host, .released_count = 1, .handling = (uint8_t)entry->handling};
}

bool entry_sees_all(const struct office_call *call)
{
	/* of a country that is nobody's: only who sees every country's entries may see it */
	const struct policy_thing thing = {.owner = TEXT("--"), .released = &call->office->host, .released_count = 1};
	enum policy_answer answer = may(&call->actor, TEXT("entry.read"), &thing, call->office->host, call->now_ms);

	return answer == POLICY_ALLOWED || answer == POLICY_REASON || answer == POLICY_PROVE_ANEW;
}

enum status entry_ask(struct office_call *call, struct db_tx *tx, struct text id, const char *action, struct entry *ret_entry,
		      struct error *ret_error)
{
	struct policy_thing thing;
	enum status st = entry_load(tx, id, call->arena, ret_entry, ret_error);

	if (st == ST_NOT_FOUND)
		return office_missing(call, tx, action, "entry", id, ret_error);
	TRY(st);
	thing = entry_thing(call->office, ret_entry);
	return office_may(call, tx, action, &thing, "entry", id, ret_error);
}

/* Looking at oneself or at a colleague is marked. */
static enum status flag_names(struct office_call *call, struct db_tx *tx, const struct entry *entry, struct error *ret_error)
{
	const struct audit_event event = {.actor = &call->actor, .action = "entry.read", .thing_kind = "entry", .thing = entry->id,
					  .outcome = "shown"};

	for (size_t i = 0; i < entry->name_count && i < 8; i++)
		TRY(audit_flag_lookup(tx, call->office->env, &event, entry->names[i].name, ret_error));
	return ST_OK;
}

/* ---- GET ---- */

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct text *id = context;
	struct entry entry;

	TRY(entry_ask(call, tx, *id, "entry.read", &entry, ret_error));
	TRY(flag_names(call, tx, &entry, ret_error));
	TRY(entry_write(call, tx, &entry, ret_error));
	office_etag(call, entry.version);
	office_json(call, 200);
	return ST_OK;
}

void office_entry_get(struct office_call *call)
{
	office_by_id(call, DB_WRITE, get_work);
}

/* ---- what was refused is written down too ---- */

struct refusal {
	const struct registry_act *act;
	const struct error *why;
};

static enum status refusal_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct refusal *refusal = context;

	TRY(registry_audit_refusal(call->office->registry, tx, &call->actor, refusal->act, refusal->why, ret_error));
	office_problem(call, refusal->why);
	return ST_OK;
}

/* The answer to what was refused; `asked`: for the entry's sake, and not by the decision point, which has written it down. */
static void refuse(struct office_call *call, const struct registry_act *act, bool asked, const struct error *why)
{
	struct refusal refusal = {.act = act, .why = why};
	struct error later;

	if (!asked || why->code == ST_UNAVAILABLE || why->code == ST_NO_MEMORY)
		office_problem(call, why);
	else if (office_transact(call, DB_WRITE, refusal_work, &refusal, &later) != ST_OK)
		office_problem(call, &later);
}

/* ---- POST: a nomination by form ---- */

struct create_work {
	struct entry_form form;
	bool asked;
};

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct create_work *w = context;
	const struct entry_form *form = &w->form;
	const struct policy_thing thing = {.owner = call->actor.country, .released = &call->office->host, .released_count = 1};
	struct entry entry;
	char id[ID_SIZE];

	w->asked = false;
	TRY(office_may(call, tx, "entry.create", &thing, "entry", TEXT_NONE, ret_error));
	w->asked = true;
	TRY(registry_nominate(call->office->registry, tx, &call->actor, &form->nomination, id, ret_error));
	TRY(entry_load(tx, text_of(id), call->arena, &entry, ret_error));
	TRY(entry_write(call, tx, &entry, ret_error));
	office_etag(call, entry.version);
	office_json(call, 201);
	return ST_OK;
}

void office_entry_create(struct office_call *call)
{
	static const struct registry_act nominate = {.act = {"nominate", 8}};
	struct create_work work = {.asked = false};
	struct error error;
	json_t *root = NULL;
	enum status st;

	st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = entry_form_read(call, root, &work.form, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &work, &error);
	json_decref(root);
	if (st != ST_OK)
		refuse(call, &nominate, work.asked, &error);
}

/* ---- acts ---- */

struct act_work {
	struct registry_act *act;
	bool asked; /* he may; what is refused from here on is refused for the entry's sake */
};

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct act_work *w = context;
	const struct lifecycle_arc *arc;
	struct entry entry;
	char action[64];

	w->asked = false;
	TRY(entry_ask(call, tx, w->act->entry, "entry.read", &entry, ret_error));
	arc = lifecycle_arc(w->act->act, entry.state);
	/* acts of time and of appeals are not done here */
	if (arc && !text_starts(arc->action, TEXT("entry."))) {
		w->asked = true;
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "not an act of officers");
	}
	if (arc) {
		struct policy_thing thing = entry_thing(call->office, &entry);

		snprintf(action, sizeof action, "%.*s", TEXT_ARG(arc->action));
		TRY(office_may(call, tx, action, &thing, "entry", entry.id, ret_error));
	}
	w->asked = true;
	TRY(registry_act(call->office->registry, tx, &call->actor, w->act, call->arena, &entry, ret_error));
	TRY(entry_write(call, tx, &entry, ret_error));
	office_etag(call, entry.version);
	office_json(call, 200);
	return ST_OK;
}

/* Does the act, or says why not. */
static void run_act(struct office_call *call, struct registry_act *act)
{
	struct act_work work = {.act = act};
	struct error error;
	enum status st = office_if_match(call, &act->version, &error);

	/* versions begin at 1, and 0 would be any */
	if (st == ST_OK && act->version == 0)
		st = error_because(&error, ST_CONFLICT, "version", NULL, "there is no version 0");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &work, &error);
	if (st != ST_OK)
		refuse(call, act, work.asked, &error);
}

void office_entry_act(struct office_call *call)
{
	struct entry_act_form form = {0};
	struct error error;
	json_t *root = NULL;
	enum status st = office_id(call, 0, &form.act.entry, &error);

	form.act.act = call->request->captures[1];
	if (st == ST_OK && call->request->body.len)
		st = body_json(call, &root, &error);
	if (st == ST_OK && root)
		st = entry_act_read(call, root, &form, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		run_act(call, &form.act);
}

void office_entry_change(struct office_call *call)
{
	struct entry_form form = {0};
	struct registry_act act = {.act = TEXT("change"), .nomination = &form.nomination};
	struct error error;
	json_t *root = NULL;
	enum status st = office_id(call, 0, &act.entry, &error);

	if (st == ST_OK)
		st = body_json(call, &root, &error);
	if (st == ST_OK)
		st = entry_form_read(call, root, &form, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		run_act(call, &act);
}
