/* Two names laid side by side: which parts answer which, what that says, and what is left over. */
#ifndef SCREEN_ALIGN_H
#define SCREEN_ALIGN_H

#include "screen/query.h"

enum link_kind { LINK_SOUND, LINK_NATIVE, LINK_INITIAL, LINK_JOINED };

/* Parts [query_first, +query_count) answer parts [list_first, +list_count). */
struct link {
	enum link_kind kind;
	uint8_t query_first, query_count, list_first, list_count;
	uint8_t query_reading, token_reading;
	bool anchored;
	uint32_t cost_mbit;
	int32_t gain_mbit; /* what the link is worth less its cost, for choosing */
};

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

/* Whether 1/share of the asked name's weight could be linked, judged by lengths and bigrams, and whether the similarity could
 * then reach `similarity_ppm`, part by part. Never false where name_align links and gives as much. */
bool name_may_reach(struct query *query, const struct query_name *asked, const struct name_record *listed, uint32_t share,
		    uint32_t similarity_ppm);

#endif
