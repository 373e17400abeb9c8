/* Two names laid side by side: which parts answer which, what that says, and what is left over. */
#ifndef SCREEN_ALIGN_H
#define SCREEN_ALIGN_H

#include "screen/links.h"

/* What a listed part that was not asked for counts beside the weights of those that were: a third of a middling one. */
#define LEFT_OVER 3000u
#define LEFT_OVER_PATRONYMIC 1500u

/* A cost of this many thousandths of a bit per unit of sound makes two words wholly unlike. */
#define UNLIKE_PER_UNIT 2200u

/* How alike two words are, in parts per million, of which the one asked for has so many units. */
static inline uint32_t cost_similarity(uint32_t cost_mbit, size_t units)
{
	uint32_t unlike = UNLIKE_PER_UNIT * (uint32_t)(units > 3 ? units : 3);

	return cost_mbit >= unlike ? 0 : 1000000 - (uint32_t)((uint64_t)cost_mbit * 1000000 / unlike);
}

#define LINKS_MAX 12u

struct alignment {
	struct link links[LINKS_MAX];
	size_t link_count;
	uint16_t query_left, list_left; /* bit per part without an answer */
	int32_t evidence_mbit;          /* of the name alone */
	uint32_t similarity_ppm;        /* of the name alone */
	bool anchored;                  /* at least half of the query's weight hangs on shared keys */
	bool linked;                    /* at least a third of it is linked at all */
};

/* `join_anchored`: the pair was found through two parts run together. Pure; no allocation. */
void name_align(struct query *query, const struct query_name *asked, const struct name_record *listed,
		bool join_anchored, struct alignment *ret_alignment);

/* Whether 1/share of the asked name's weight, and as much as a similarity of `similarity_ppm` needs, could be linked, judged by
 * lengths and bigrams without a look at the tokens. Never false where name_align links as much. */
bool name_may_link(struct query *query, const struct query_name *asked, const struct name_record *listed, uint32_t share,
		   uint32_t similarity_ppm);

/* Whether the similarity could reach `similarity_ppm`, part by part. Never false where name_align gives as much. */
bool name_may_reach(struct query *query, const struct query_name *asked, const struct name_record *listed,
		    uint32_t similarity_ppm);

#endif
