#include "lifecycle/lifecycle.h"

#include <stdio.h>

/* The code is on the arc's list, or there is none where none is asked for. */
static enum status reason_given(const struct lifecycle_arc *arc, struct text reason, struct error *ret_error)
{
	if (text_equal(arc->reasons, TEXT("-")))
		return ST_OK;
	if (reason.len == 0)
		return error_because(ret_error, ST_MALFORMED, "reason-missing", "reason", "a reason of the list %.*s must be given",
				     TEXT_ARG(arc->reasons));
	if (!lifecycle_reason(arc->reasons, reason))
		return error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "not a reason of the list %.*s",
				     TEXT_ARG(arc->reasons));
	return ST_OK;
}

enum status lifecycle_next(struct text act, struct text state, struct text reason, const struct lifecycle_facts *facts,
			   const struct lifecycle_arc **ret_arc, struct error *ret_error)
{
	const struct lifecycle_arc *arc = lifecycle_arc(act, state);
	struct text condition;

	if (!lifecycle_act_known(act))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	if (!arc)
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "%.*s is not possible in state %.*s",
				     TEXT_ARG(act), TEXT_ARG(state));
	TRY(reason_given(arc, reason, ret_error));
	for (size_t i = 0; lifecycle_word(arc->conditions, ' ', i, &condition); i++) {
		const char *why = lifecycle_condition(condition, facts);
		char field[ERROR_FIELD_SIZE];

		if (!why)
			continue;
		snprintf(field, sizeof(field), "%.*s", TEXT_ARG(condition));
		return error_because(ret_error, ST_CONFLICT, why, field, "the condition %.*s does not hold", TEXT_ARG(condition));
	}
	*ret_arc = arc;
	return ST_OK;
}
