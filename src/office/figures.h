/* What the resources of figures share. */
#ifndef OFFICE_FIGURES_H
#define OFFICE_FIGURES_H

#include "figure/words.h"
#include "office/office.h"

/* Words for whoever asks. */
enum figure_language figures_language(const struct office_call *call);
struct text figures_name(const struct office_call *call, const struct figure_definition *d);

/* Outcomes are their side's own. */
struct policy_thing outcome_thing(const struct office_call *call);

#endif
