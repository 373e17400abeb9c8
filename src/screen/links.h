/* Every way in which parts of an asked name can answer parts of a listed one. */
#ifndef SCREEN_LINKS_H
#define SCREEN_LINKS_H

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

/* Two names laid side by side. */
struct names {
	struct query *query;
	const struct query_name *asked;
	const struct name_record *listed;
	const struct part_record *parts; /* of the listed name */
};

#define LINK_SET_MAX 160u

struct link_set {
	struct link links[LINK_SET_MAX];
	size_t count;
};

#define LIST_JOIN_READINGS 6u /* of a part, compared with listed parts run together */
#define LIST_JOIN_PARTS 3u    /* run together at most */

static inline struct text listed_sound(const struct names *n, size_t list_part, size_t reading)
{
	return token_sound(n->query->index, n->parts[list_part].token, reading);
}

static inline struct text part_sound(const struct query_part *part, size_t reading)
{
	return reading < part->heard.reading_count ? sound_text(&part->heard.readings[reading].sound) : TEXT_NONE;
}

static inline bool is_letter(const struct query_part *part)
{
	return part->heard.reading_count && part->heard.readings[0].sound.len == 1;
}

/* Adds the links of one part to one part; an initial answers any word that begins with it. */
void links_single(const struct names *names, struct link_set *set);

/* Adds the links in which neighbouring parts of one side, run together, answer one part of the other. */
void links_joined(const struct names *names, struct link_set *set);

/* A letter on one side stands for any word that begins with it. */
bool initial_meets(const struct names *names, const struct query_part *part, size_t list_part);

/* The two compared; NULL if they are strangers, mostly without a look at the token. Good until the next comparison. */
const struct pair_cost *single_pair(const struct names *names, size_t query_part, size_t list_part);

/* Join number `join` of the asked name compared with a listed part; NULL if they cannot be the same. */
const struct pair_cost *join_pair(const struct names *names, size_t join, size_t list_part);

/* Whether parts of the query run together could be this listed part, by lengths and bigrams. */
bool query_join_meets(const struct query_join *join, const struct part_record *part);

/* Listed parts [first, +count) run together, as far as is known without their sounds. */
struct list_join {
	size_t first, count, len;
	uint64_t bigrams, front, back; /* of all; of what it can begin with; of what it can end with */
};

/* Gives false if they cannot be run together. */
bool list_join_of(const struct names *names, size_t first, size_t count, struct list_join *ret_join);

bool list_join_meets(const struct list_join *join, const struct query_part *part, size_t reading, bool backwards);

/* What it costs to take one reading of the part for the listed parts run together in one order; SOUND_COST_MAX: too much. */
uint32_t list_join_cost(const struct names *names, const struct list_join *join, size_t query_part, size_t reading,
			bool backwards);

#endif
