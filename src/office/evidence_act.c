#include "office/evidence.h"

#include <stdio.h>

#include "awareness/restriction.h"

#define RESTRICT TEXT("evidence-restrict")
#define LIFT TEXT("evidence-lift")

struct doing {
	const struct evidence_owner *owner;
	struct restriction what;
	bool lift;
};

bool evidence_act_asked(const struct office_call *call)
{
	const struct text act = call->request->capture_count > 1 ? call->request->captures[1] : TEXT_NONE;

	return text_equal(act, RESTRICT) || text_equal(act, LIFT);
}

enum status evidence_detail(struct office_call *call, int64_t number, struct error *ret_error)
{
	char json[48];

	snprintf(json, sizeof json, "{\"evidence\":%lld}", (long long)number);
	return arena_text(call->arena, text_of(json), &call->detail) == ST_OK ? ST_OK : arena_failure(call->arena, ret_error);
}

/* Who marked it is its author: nobody lifts his own mark. */
static enum status act_may(struct office_call *call, struct db_tx *tx, const struct doing *d, struct error *ret_error)
{
	struct policy_thing thing = desk_thing(call);
	struct db_rows rows;

	TRY(office_may(call, tx, d->owner->read, &thing, d->owner->thing, d->what.subject, ret_error));
	TRY(db_query(tx, d->owner->visible(call), DB_PARAMS(DB_V_TEXT(d->what.subject)), call->arena, &rows, ret_error));
	if (rows.rows == 0)
		return office_missing(call, tx, d->owner->read, d->owner->thing, d->what.subject, ret_error);
	TRY(restriction_author(tx, d->what.subject, d->what.number, call->arena, &thing.author, ret_error));
	return office_may(call, tx, d->lift ? "evidence.lift" : "evidence.restrict", &thing, d->owner->thing, d->what.subject, ret_error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct doing *d = context;
	struct awareness *awareness = call->office->awareness;

	TRY(act_may(call, tx, d, ret_error));
	TRY(d->lift ? restriction_lift(awareness, tx, &call->actor, &d->what, call->arena, ret_error)
		    : restriction_put(awareness, tx, &call->actor, &d->what, call->arena, ret_error));
	return d->owner->answer(call, tx, d->what.subject, ret_error);
}

void evidence_act_run(struct office_call *call, const struct evidence_owner *owner)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	struct doing d = {.owner = owner};
	enum status st = desk_act_read(call, &form, &error);

	if (st == ST_OK && form.root)
		st = body_number(form.root, "evidence", &d.what.number, &error);
	json_decref(form.root);
	d.lift = text_equal(form.act, LIFT);
	d.what = (struct restriction){.of_dispute = strcmp(owner->thing, "dispute") == 0, .subject = form.id, .version = form.version,
				      .number = d.what.number, .reason = form.reason, .note = form.note};
	if (st == ST_OK)
		st = evidence_detail(call, d.what.number, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &d, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
