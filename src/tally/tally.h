/* What a hub counts for the public. This module reads counts alone: no query of it selects who somebody is, and tools/layers.txt gives it
 * neither registry nor border. Figures: data/figures/definitions.tsv; releases: figure/make.h. */
#ifndef TALLY_TALLY_H
#define TALLY_TALLY_H

#include "base/env.h"
#include "db/db.h"
#include "figure/release.h"
#include "model/actor.h"
#include "model/id.h"

struct tally {
	const struct env *env;
	struct text host; /* country of the hub */
	struct text hub;  /* as keys are named: "cordon.kh" */
	const struct note_signer *signer; /* NULL: releases cannot be signed here */
};

/* A month as a number, 202610. */
bool tally_month_valid(int64_t month);
/* Its first moment and that of the next, UTC. */
void tally_month_bounds(int64_t month, int64_t *ret_from_ms, int64_t *ret_until_ms);
/* First and last day: "2026-10-01". */
#define TALLY_DATE_SIZE 11u
void tally_month_dates(int64_t month, char ret_from[TALLY_DATE_SIZE], char ret_to[TALLY_DATE_SIZE]);
/* "2026-10" as 202610. */
bool tally_month_read(struct text text, int64_t *ret);

#endif
