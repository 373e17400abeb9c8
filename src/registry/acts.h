/* What each act brings (prepare) and leaves (settle); inside.h says when they are called. */
#ifndef REGISTRY_ACTS_H
#define REGISTRY_ACTS_H

#include "registry/inside.h"

typedef enum status act_part(struct working *w, struct error *ret_error);

/* act_review.c */
act_part prepare_change, settle_take, prepare_assess, settle_assess, prepare_measures, prepare_end_measure, prepare_note,
	prepare_answer, settle_refuse;
/* act_decide.c */
act_part prepare_approve, settle_approve, settle_decline, prepare_confirm, settle_confirm;
/* act_listed.c */
act_part settle_suspend, settle_resume, prepare_extend, settle_extend, prepare_prolong, settle_prolong, settle_gone,
	settle_remind;
/* act_urgent.c */
act_part settle_urgent, settle_urgent_confirm;
/* act_erase.c */
act_part settle_erase, settle_erase_confirm;

#endif
