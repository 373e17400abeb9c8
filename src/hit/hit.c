#include "hit/hit.h"

#define HOUR_MS ((int64_t)3600000)

#include "hit_acts.inc"
#include "hit_custody.inc"
#include "hit_roles.inc"

static bool in_list(struct text list, struct text word)
{
	struct text part;

	while (text_split(&list, '|', &part))
		if (text_equal(part, word))
			return true;
	return false;
}

static bool allows_role(const struct hit_acts_row *row, uint64_t roles)
{
	for (size_t i = 0; i < HIT_ROLES_COUNT; i++)
		if ((roles >> hit_roles_rows[i].place & 1) != 0 && in_list(row->roles, hit_roles_rows[i].role))
			return true;
	return false;
}

static bool allows_state(const struct hit_acts_row *row, struct text state)
{
	return text_equal(row->from, TEXT("*")) || in_list(row->from, state);
}

static bool yes(struct text t)
{
	return text_equal(t, TEXT("y"));
}

static const struct hit_acts_row *row_of(struct text act)
{
	for (size_t i = 0; i < HIT_ACTS_COUNT; i++)
		if (text_equal(hit_acts_rows[i].act, act))
			return &hit_acts_rows[i];
	return NULL;
}

int64_t hit_custody_max(struct text basis)
{
	for (size_t i = 0; i < HIT_CUSTODY_COUNT; i++)
		if (text_equal(hit_custody_rows[i].basis, basis))
			return hit_custody_rows[i].hours * HOUR_MS;
	return 0;
}

static enum status check(const struct hit_acts_row *row, const struct hit_now *now, const struct hit_act *act, struct error *ret_error)
{
	if (!allows_role(row, act->roles))
		return error_because(ret_error, ST_DENIED, "hit-role", NULL, "no role of this officer allows it");
	if (act->drill && !yes(row->drill))
		return error_because(ret_error, ST_CONFLICT, "hit-drill", NULL, "not with a practice traveller");
	if (!allows_state(row, now->state))
		return error_because(ret_error, ST_CONFLICT, "hit-state", NULL, "not of a hit that is %.*s", TEXT_ARG(now->state));
	if (!text_equal(row->measure, TEXT("-")) && !text_equal(row->measure, act->measure))
		return error_because(ret_error, ST_CONFLICT, "hit-measure", NULL, "no measure in force allows it");
	if (yes(row->custody) && hit_custody_max(act->basis) == 0)
		return error_because(ret_error, ST_CONFLICT, "hit-measure", NULL, "on this basis nobody may be held");
	if (yes(row->two) && text_equal(now->primary, act->officer))
		return error_because(ret_error, ST_CONFLICT, "hit-same-person", NULL, "another officer than the one at the lane");
	return ST_OK;
}

enum status hit_apply(const struct hit_now *now, const struct hit_act *act, struct hit_now *ret_next, struct error *ret_error)
{
	const struct hit_acts_row *row = row_of(act->act);
	struct hit_now next = *now;

	if (row == NULL)
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", NULL, "there is no such act");
	TRY(check(row, now, act, ret_error));
	if (!text_equal(row->to, TEXT("=")))
		next.state = row->to;
	if (text_equal(row->act, TEXT("confirm")))
		next.secondary = act->officer;
	if (yes(row->custody)) {
		next.custody_from_ms = act->at_ms;
		next.custody_until_ms = act->at_ms + hit_custody_max(act->basis);
	}
	*ret_next = next;
	return ST_OK;
}

const char *hit_possible(const struct hit_now *now, uint64_t roles, unsigned i)
{
	for (uint32_t place = 0; place < HIT_ACTS_COUNT; place++)
		for (size_t k = 0; k < HIT_ACTS_COUNT; k++) {
			const struct hit_acts_row *row = &hit_acts_rows[k];

			if (row->place == place && allows_state(row, now->state) && allows_role(row, roles) && i-- == 0)
				return row->act.data;
		}
	return NULL;
}
