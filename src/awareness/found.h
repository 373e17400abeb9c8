/* Identifiers in what somebody wrote in his own words: found by the machine, proposed to an analyst, nothing until he has decided.
 *
 * A pasted message names its victim, his bank and a hotline beside those who wrote it. So what is found counts for no listing, ties no reports
 * together and is told to nobody; it is not even a row of `identifier`. Confirmed, it is what the reporter named, from the time of his report.
 * What he named himself is never proposed.
 */
#ifndef AWARENESS_FOUND_H
#define AWARENESS_FOUND_H

#include "awareness/awareness.h"

struct found_text {
	struct text text, language; /* language: of the page, "ko" */
};

/* Proposes what stands in the text, up to the term "found-max" for each report. Numbers without a country's code are read as they are dialled
 * at home in the language (data/awareness/languages.tsv), else as they are where the hub is. Fails: ST_NO_MEMORY; as db_exec. */
MUST_USE enum status found_keep(struct awareness *awareness, struct db_tx *tx, struct text report, const struct found_text *said,
				struct arena *arena, struct error *ret_error);

/* The reporter has named it himself: there is nothing to propose any more. Fails: as db_exec. */
MUST_USE enum status found_named(struct db_tx *tx, struct text report, struct text x, struct error *ret_error);

struct found_decision {
	struct text report;
	int64_t number;
	bool confirm; /* or reject: also what was confirmed before, which then counts no longer */
	int64_t now_ms;
};
/* x is weighed anew. Fails: ST_MALFORMED reason "value-invalid" (there is none of this number); ST_CONFLICT reasons "listing-official" (it is
 * an official contact, which is not confirmed), "not-in-this-state" (decided so already); as db_exec. */
MUST_USE enum status found_decide(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct found_decision *decision,
				  struct arena *arena, struct error *ret_error);

#endif
