/* The life of a hit: states and acts as rows of data/hit/acts.tsv, custody's clocks of data/hit/custody.tsv. Shared by post and hub, so
 * that both say the same of what may come next. Pure. */
#ifndef HIT_HIT_H
#define HIT_HIT_H

#include "base/status.h"
#include "base/slice.h"

/* States: open, confirmed, cleared, custody, released, handed-over, refused-entry, protected, closed. */
struct hit_now {
	struct text state;
	int64_t custody_from_ms;  /* 0: not in custody */
	int64_t custody_until_ms; /* the legal maximum */
	struct text primary, secondary; /* officers who saw and who confirmed */
};

struct hit_act {
	struct text act;      /* word of acts.tsv */
	struct text officer;  /* person id */
	uint64_t roles;       /* bits as data/account/roles.tsv orders them */
	struct text measure;  /* in force for the candidate that was confirmed: custody only for "detain" */
	bool drill;
	struct text basis;    /* of custody: "warrant"... */
	int64_t at_ms;
};

/* What the act makes of the hit. Fails: ST_NOT_FOUND (no such act), ST_CONFLICT reasons "hit-state", "hit-drill" (a drill never leads to
 * custody), "hit-measure" (no measure in force allows it), "hit-same-person" (two people are needed); ST_DENIED "hit-role". */
MUST_USE enum status hit_apply(const struct hit_now *now, const struct hit_act *act, struct hit_now *ret_next, struct error *ret_error);

/* Longest custody on a basis, ms; 0: none is lawful. */
int64_t hit_custody_max(struct text basis);

/* The acts that are possible, in the order of the table; NULL past the last. */
const char *hit_possible(const struct hit_now *now, uint64_t roles, unsigned i);

#endif
