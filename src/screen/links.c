#include "screen/links.h"

#define JOIN_UNITS_MIN 3u
#define JOIN_LENGTHS_APART 3u /* units by which two words may differ if one was run together */

/* Of links between the same parts the cheapest stays. */
static void candidate_add(struct link_set *c, struct link link)
{
	if (link.gain_mbit <= 0)
		return;
	for (size_t i = 0; i < c->count; i++) {
		struct link *have = &c->links[i];

		if (have->query_first == link.query_first && have->query_count == link.query_count &&
		    have->list_first == link.list_first && have->list_count == link.list_count) {
			if (link.gain_mbit > have->gain_mbit)
				*have = link;
			return;
		}
	}
	if (c->count < LINK_SET_MAX)
		c->links[c->count++] = link;
}

bool initial_meets(const struct names *n, const struct query_part *part, size_t j)
{
	struct text asked = part_sound(part, 0), listed;

	if (is_letter(part) == (n->parts[j].len == 1) || n->parts[j].len == 0 || asked.len == 0)
		return false;
	listed = listed_sound(n, j, 0);
	return asked.data[0] == listed.data[0];
}

const struct pair_cost *single_pair(const struct names *n, size_t i, size_t j)
{
	const struct query_part *part = &n->asked->parts[i];
	const struct pair_cost *pair;

	if (part->heard.reading_count && n->parts[j].len && !part_meets(part, n->parts[j].bigrams))
		return NULL;
	pair = query_pair(n->query, part, n->asked->first_number + (uint32_t)i, n->parts[j].token);
	return pair->cost_mbit == COST_NONE ? NULL : pair;
}

void links_single(const struct names *n, struct link_set *c)
{
	for (size_t i = 0; i < n->asked->part_count; i++) {
		const struct query_part *part = &n->asked->parts[i];

		for (size_t j = 0; j < n->listed->part_count; j++) {
			struct link link = {LINK_SOUND, (uint8_t)i, 1, (uint8_t)j, 1, 0, 0, false, 0, 0};
			const struct pair_cost *pair;

			if (initial_meets(n, part, j)) {
				link.kind = LINK_INITIAL;
				link.gain_mbit = 300;
				candidate_add(c, link);
				continue;
			}
			pair = single_pair(n, i, j);
			if (pair == NULL)
				continue;
			link.query_reading = pair->query_reading;
			link.token_reading = pair->token_reading;
			link.anchored = pair->anchored;
			link.cost_mbit = pair->cost_mbit;
			link.gain_mbit = (int32_t)part->weight_mbit - (int32_t)pair->cost_mbit;
			candidate_add(c, link);
		}
	}
}

/* Bigrams that begin and that end a word (sound.c). */
#define BIGRAMS_FIRST 0x00000000000000FEu
#define BIGRAMS_LAST 0x0101010101010101u

/* Run-together words must begin and end alike; one slip and the seam cost three bigrams, but never most of them. `front`
 * and `back` are the words with which the listed one begins and ends, `listed` has all. */
static bool join_meets(uint64_t asked, uint64_t front, uint64_t back, uint64_t listed)
{
	int missing = __builtin_popcountll(asked & ~listed);

	return (asked & front & BIGRAMS_FIRST) && (asked & back & BIGRAMS_LAST) && missing <= 3 &&
	       missing * 2 <= __builtin_popcountll(asked);
}

/* Whether a word of so many units and one that was run together can be the same; short ones agree with everything. */
static bool lengths_meet(size_t a, size_t b)
{
	size_t apart = a < b ? b - a : a - b;

	return a >= JOIN_UNITS_MIN && b >= JOIN_UNITS_MIN && apart <= JOIN_LENGTHS_APART && apart * 6 <= a + b;
}

bool query_join_meets(const struct query_join *join, const struct part_record *part)
{
	size_t len = join->sound.len;

	return lengths_meet(len, len < part->least ? part->least : len > part->most ? part->most : len) &&
	       join_meets(join->bigrams, part->bigrams, part->bigrams, part->bigrams);
}

const struct pair_cost *join_pair(const struct names *n, size_t k, size_t j)
{
	const struct query_join *join = &n->asked->joins[k];
	struct pair_cost *pair;
	const uint8_t *at;

	if (!query_join_meets(join, &n->parts[j]))
		return NULL;
	if (query_pair_find(n->query, n->asked->first_join + (uint32_t)k, n->parts[j].token, &pair))
		return pair->cost_mbit == COST_NONE ? NULL : pair;
	pair->cost_mbit = COST_NONE;
	at = n->query->index->readings + n->query->index->tokens[n->parts[j].token].readings;
	for (size_t t = 0; t < n->query->index->tokens[n->parts[j].token].reading_count; t++) {
		struct reading_view reading = reading_next(&at);
		uint32_t worth = join->weight_mbit < LINK_COST_MAX ? join->weight_mbit - 1 : LINK_COST_MAX, cost;

		if (!lengths_meet(reading.units.len, join->sound.len) ||
		    !join_meets(join->bigrams, reading.bigrams, reading.bigrams, reading.bigrams))
			continue;
		cost = sound_distance(sound_text(&join->sound), reading.units, worth);
		if (cost <= worth && cost < pair->cost_mbit) {
			pair->cost_mbit = (uint16_t)cost;
			pair->token_reading = (uint8_t)t;
		}
	}
	return pair->cost_mbit == COST_NONE ? NULL : pair;
}

/* Parts of the query run together for one listed part. */
static void query_joins_add(const struct names *n, struct link_set *c)
{
	for (size_t k = 0; k < n->asked->join_count; k++) {
		const struct query_join *join = &n->asked->joins[k];

		for (size_t j = 0; j < n->listed->part_count; j++) {
			const struct pair_cost *pair = join_pair(n, k, j);

			if (pair)
				candidate_add(c, (struct link){LINK_JOINED, join->first, join->count, (uint8_t)j, 1, 0,
							       pair->token_reading, false, pair->cost_mbit,
							       (int32_t)join->weight_mbit - (int32_t)pair->cost_mbit});
		}
	}
}

/* Words that have no consonant but a w before (ho, hee, woo): within another word even that is none, so they may neither
 * begin nor end what they are run together with. */
#define BIGRAMS_FAINT 0x0103u

/* The bigrams of a word that stands within another, where a w it begins with is no consonant and what follows begins. */
static uint64_t bigrams_within(uint64_t bigrams)
{
	return bigrams & 2u ? bigrams | (bigrams >> 8 & BIGRAMS_FIRST) : bigrams;
}

bool list_join_of(const struct names *n, size_t first, size_t count, struct list_join *ret_join)
{
	*ret_join = (struct list_join){.first = first, .count = count};
	for (size_t j = first; j < first + count; j++) {
		const struct part_record *part = &n->parts[j];

		if (part->len == 0)
			return false;
		ret_join->len += part->len;
		ret_join->bigrams |= bigrams_within(part->bigrams);
	}
	for (size_t j = first; j < first + count; j++) {
		ret_join->front |= bigrams_within(n->parts[j].bigrams);
		if (n->parts[j].bigrams & ~BIGRAMS_FAINT)
			break;
	}
	for (size_t j = first + count; j-- > first;) {
		ret_join->back |= bigrams_within(n->parts[j].bigrams);
		if (n->parts[j].bigrams & ~BIGRAMS_FAINT)
			break;
	}
	return ret_join->len <= SOUND_MAX;
}

bool list_join_meets(const struct list_join *join, const struct query_part *part, size_t reading, bool backwards)
{
	return lengths_meet(part->heard.readings[reading].sound.len, join->len) &&
	       join_meets(part->signatures[reading], backwards ? join->back : join->front,
			  backwards ? join->front : join->back, join->bigrams);
}

uint32_t list_join_cost(const struct names *n, const struct list_join *join, size_t i, size_t reading, bool backwards)
{
	const struct query_part *part = &n->asked->parts[i];
	uint32_t worth = part->weight_mbit < LINK_COST_MAX ? part->weight_mbit - 1 : LINK_COST_MAX, cost;
	struct sound joined = {0};

	if (!list_join_meets(join, part, reading, backwards))
		return SOUND_COST_MAX;
	for (size_t k = 0; k < join->count; k++)
		if (!sound_append(&joined, listed_sound(n, join->first + (backwards ? join->count - 1 - k : k), 0)))
			return SOUND_COST_MAX;
	cost = sound_distance(sound_text(&joined), part_sound(part, reading), worth);
	return cost <= worth ? cost : SOUND_COST_MAX;
}

/* Listed parts run together, in one order, for one part of the query. */
static void list_join_add(const struct names *n, struct link_set *c, const struct list_join *join, bool backwards,
			  size_t i)
{
	const struct query_part *part = &n->asked->parts[i];

	for (size_t r = 0; r < part->heard.reading_count && r < LIST_JOIN_READINGS; r++) {
		uint32_t cost = list_join_cost(n, join, i, r, backwards);

		if (cost < SOUND_COST_MAX)
			candidate_add(c, (struct link){LINK_JOINED, (uint8_t)i, 1, (uint8_t)join->first,
						       (uint8_t)join->count, (uint8_t)r, 0, false, cost,
						       (int32_t)part->weight_mbit - (int32_t)cost});
	}
}

static void list_joins_add(const struct names *n, struct link_set *c)
{
	for (size_t count = 2; count <= LIST_JOIN_PARTS; count++)
		for (size_t first = 0; first + count <= n->listed->part_count; first++) {
			struct list_join join;

			if (!list_join_of(n, first, count, &join))
				continue;
			for (size_t i = 0; i < n->asked->part_count; i++) {
				list_join_add(n, c, &join, false, i);
				list_join_add(n, c, &join, true, i);
			}
		}
}

void links_joined(const struct names *n, struct link_set *c)
{
	query_joins_add(n, c);
	list_joins_add(n, c);
}
