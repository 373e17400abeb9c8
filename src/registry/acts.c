/* Which files of the registry know what an act brings. Acts that bring nothing and leave nothing have no row. */
#include "registry/acts.h"

#include "registry/inside.h"

static const struct act_parts acts[] = {
	/* in the order of a life */
	{"change", prepare_change, NULL},
	{"take", NULL, settle_take},
	{"assess", prepare_assess, settle_assess},
	{"measures", prepare_measures, NULL},
	{"end-measure", prepare_end_measure, NULL},
	{"return", prepare_note, NULL},
	{"answer", prepare_answer, NULL},
	{"refuse", NULL, settle_refuse},
	{"approve", prepare_approve, settle_approve},
	{"decline", NULL, settle_decline},
	{"confirm", prepare_confirm, settle_confirm},
	{"suspend", NULL, settle_suspend},
	{"resume", NULL, settle_resume},
	{"extend", prepare_extend, settle_extend},
	{"prolong", prepare_prolong, settle_prolong},
	{"uphold", NULL, settle_gone},
	{"withdraw", NULL, settle_gone},
	{"remove", NULL, settle_gone},
	{"lapse", NULL, settle_gone},
	{"expire", NULL, settle_gone},
	{"remind", NULL, settle_remind},
	{"urgent", prepare_note, settle_urgent},
	{"urgent-confirm", NULL, settle_urgent_confirm},
	{"erase", prepare_note, settle_erase},
	{"erase-confirm", NULL, settle_erase_confirm},
};

const struct act_parts *act_parts(struct text act)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (text_equal(act, text_of(acts[i].act)))
			return &acts[i];
	return NULL;
}
