/* A query made ready: its names heard, its facts read, and a memory of which parts were compared with which tokens. */
#ifndef SCREEN_QUERY_H
#define SCREEN_QUERY_H

#include "screen/hearing.h"
#include "screen/index.h"
#include "text/fold.h"

#define QUERY_NAMES_MAX 16u
#define LINK_COST_MAX 12000u /* two parts dearer than this to take for one another are strangers */
#define COST_NONE UINT16_MAX

struct query_part {
	struct heard_part heard;
	uint64_t *signatures;    /* one per reading: its bigrams */
	struct sound *coarse;    /* one per reading */
	struct rarity rarity;    /* of the likeliest reading */
	uint32_t weight_mbit;    /* what finding it is worth, bounded */
};

/* Neighbouring parts of a name run together, in one order; only the likeliest readings. */
struct query_join {
	uint8_t first, count;
	struct sound sound;
	uint64_t bigrams;
	uint32_t weight_mbit;
};

#define QUERY_JOINS_MAX 24u

struct query_name {
	struct text shown;
	struct query_part parts[HEARD_PARTS_MAX];
	size_t part_count;
	uint32_t weight_mbit; /* of all parts */
	uint32_t first_number; /* parts of all names are numbered through, */
	uint32_t first_join;   /* and then their joins */
	struct query_join joins[QUERY_JOINS_MAX];
	size_t join_count;
};

/* What it costs to take query part `part` for `token`; reading numbers of the cheapest way. */
struct pair_cost {
	uint32_t token;
	uint16_t part_plus_1; /* 0: empty */
	uint16_t cost_mbit;   /* COST_NONE: strangers */
	uint8_t query_reading, token_reading;
	bool anchored;        /* not strangers, and they share a key */
	bool walked;          /* the candidate stage has read the token's postings */
};

/* Places of the memory of compared pairs; a later pair takes the place of an earlier one. */
#define PAIR_PLACES 4096u

struct query {
	const struct index *index;
	struct arena *arena;
	struct query_name *names; /* up to QUERY_NAMES_MAX; NULL while there is none, as `pairs` */
	size_t name_count;
	struct facts facts;
	struct pair_cost *pairs; /* PAIR_PLACES */
};

/* Whether the part has enough bigrams in common with a token (of all its readings) for the two to be compared at all. */
static inline bool part_meets(const struct query_part *part, uint64_t bigrams)
{
	for (size_t i = 0; i < part->heard.reading_count; i++)
		if (bigrams_meet(part->signatures[i], bigrams))
			return true;
	return false;
}

/* Fails: ST_MALFORMED (schema, date), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status query_prepare(const struct index *index, const struct entity *entity, struct arena *arena,
				   struct query *ret_query, struct error *ret_error);

/* The remembered pair of a part's or join's number and a token; gives false with a new one, still to be compared. Good until
 * the next call. */
bool query_pair_find(struct query *query, uint32_t number, uint32_t token, struct pair_cost **ret_pair);

/* Compares, or remembers. `part_number` counts through all names of the query. The pair is good until the next call. */
struct pair_cost *query_pair(struct query *query, const struct query_part *part, uint32_t part_number, uint32_t token);

#endif
