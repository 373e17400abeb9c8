/* What is known of a lesson's effect: groups, never a person, and no group of a few. */
#include "review/trial.h"

#include "office/entry.h"
#include "office/people.h"

#include "handlers.inc"

static void arm_put(struct buffer *out, const char *arm, const struct trial_sum *s)
{
	buffer_printf(out, "{\"arm\":\"%s\",", arm);
	if (s->people < TRIAL_SHOWN_MIN)
		buffer_add_text(out, TEXT("\"people\":null}"));
	else
		buffer_printf(out, "\"people\":%lld,\"discrimination\":%lld,\"alarms\":%lld}", (long long)s->people, (long long)(s->d * 1000 / s->people),
			      (long long)(s->alarms * 1000 / (3 * s->people)));
}

static void phase_put(struct buffer *out, const char *phase, const struct trial_sum sums[TRIAL_ARMS])
{
	const struct trial_sum *taught = &sums[TRIAL_TAUGHT], *control = &sums[TRIAL_CONTROL];
	struct trial_effect e = {.known = false};

	buffer_printf(out, "{\"phase\":\"%s\",\"arms\":[", phase);
	arm_put(out, "lesson", taught);
	buffer_add_char(out, ',');
	arm_put(out, "control", control);
	buffer_add_char(out, ']');
	if (taught->people >= TRIAL_SHOWN_MIN && control->people >= TRIAL_SHOWN_MIN && trial_compare(taught, control, &e) == ST_OK && e.known)
		buffer_printf(out, ",\"effect\":{\"discrimination\":[%lld,%lld,%lld],\"alarms\":[%lld,%lld,%lld]}", (long long)(e.d / 1000),
			      (long long)(e.d_low / 1000), (long long)(e.d_high / 1000), (long long)(e.alarms / 1000), (long long)(e.alarms_low / 1000),
			      (long long)(e.alarms_high / 1000));
	buffer_add_char(out, '}');
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	static const char *const claims[] = {[TRIAL_NO_CLAIM] = "none", [TRIAL_REACHED] = "reached", [TRIAL_NOT_REACHED] = "missed"};
	struct buffer *out = &call->response->body;
	struct trial_sums sums;
	int64_t others;

	(void)context;
	TRY(office_may(call, tx, "review.read", NULL, "review", TEXT(TRIAL_LESSON), ret_error));
	TRY(trial_load(tx, call->arena, &sums, &others, ret_error));
	buffer_printf(out, "{\"lesson\":\"%s\",\"claim\":\"%s\",\"claimFrom\":%d,\"shownFrom\":%d,\"others\":%lld,\"phases\":[", TRIAL_LESSON,
		      claims[trial_claim_of(&sums)], TRIAL_CLAIM_MIN, TRIAL_SHOWN_MIN, (long long)others);
	phase_put(out, "before", sums.of[TRIAL_BEFORE]);
	buffer_add_char(out, ',');
	phase_put(out, "now", sums.of[TRIAL_AFTER]);
	buffer_add_char(out, ',');
	phase_put(out, "later", sums.of[TRIAL_LATER]);
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
	return ST_OK;
}

void office_trial_get(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, get_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}
