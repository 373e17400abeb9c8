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

/* How much of the asked name's weight could be linked at all, judged by lengths and bigrams: never less than name_align
 * links. Cost: a few operations. */
uint64_t name_linkable(struct query *query, const struct query_name *asked, const struct name_record *listed);

/* The most that name_align can give as similarity, in parts per million, part by part. Never less than it gives. */
uint32_t name_similarity_most(struct query *query, const struct query_name *asked, const struct name_record *listed);

#endif
