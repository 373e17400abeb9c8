/* Look-alikes: who in the registry may be the same person, by the engine, with reasons.
 *
 * An index over all entries that are not erased is kept in memory and renewed from what has changed since (registry_refresh).
 */
#ifndef REGISTRY_SIMILAR_H
#define REGISTRY_SIMILAR_H

#include "registry/registry.h"
#include "screen/screen.h"

struct registry_match {
	struct text entry;     /* id */
	struct text owner;     /* country; who may see it is for the caller to ask */
	struct text state;
	uint32_t score_ppm;
	int32_t evidence_mbit;
	bool alert;
	uint32_t chance_per_billion;
	const struct explanation *explanations;
	size_t explanation_count;
};

struct registry_matches {
	struct registry_match *items; /* best first */
	size_t count;
	bool bounded;
};

struct registry_ask {
	uint32_t limit;      /* 1..50 */
	uint32_t cutoff_ppm; /* 0: 700,000 */
	struct text besides; /* id of an entry that is not to be given (itself), or empty */
	struct text owner;   /* only entries of this country; empty: all */
};

/* As of the last registry_refresh. Safe for many threads; memory from `arena`. Fails: as screen_run. */
MUST_USE enum status registry_similar(struct registry *registry, const struct entity *person, const struct registry_ask *ask,
				      struct arena *arena, struct registry_matches *ret_matches, struct error *ret_error);

/* Takes in what was committed since the last time. Called by the hub after each change and every second; cheap when nothing
 * changed. Fails: ST_UNAVAILABLE, ST_NO_MEMORY (the former index stays in use). */
MUST_USE enum status registry_refresh(struct registry *registry, struct error *ret_error);

#endif
