#include "screen/align.h"

#include "screen_weights.inc"

#define CANDIDATES_MAX 160u
#define JOIN_EXACT_COST 1500u
/* What a listed part that was not asked for counts beside the weights of those that were: a third of a middling one. */
#define LEFT_OVER 3000u
#define LEFT_OVER_PATRONYMIC 1500u
#define LIST_JOIN_READINGS 6u   /* of a part, compared with listed parts run together */
#define LIST_JOIN_PARTS 3u
#define JOIN_UNITS_MIN 3u
#define JOIN_LENGTHS_APART 3u   /* units by which two words may differ if one was run together */
/* A cost of this many thousandths of a bit per unit of sound makes two words wholly unlike. */
#define UNLIKE_PER_UNIT 2200u

struct names {
	struct query *query;
	const struct query_name *asked;
	const struct name_record *listed;
	const struct part_record *parts; /* of the listed name */
};

struct candidates {
	struct link links[CANDIDATES_MAX];
	size_t count;
};

static struct text listed_sound(const struct names *n, size_t list_part, size_t reading)
{
	return token_sound(n->query->index, n->parts[list_part].token, reading);
}

static struct text part_sound(const struct query_part *part, size_t reading)
{
	return reading < part->heard.reading_count ? sound_text(&part->heard.readings[reading].sound) : TEXT_NONE;
}

/* Of links between the same parts the cheapest stays. */
static void candidate_add(struct candidates *c, struct link link)
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
	if (c->count < CANDIDATES_MAX)
		c->links[c->count++] = link;
}

static bool is_letter(const struct query_part *part)
{
	return part->heard.reading_count && part->heard.readings[0].sound.len == 1;
}

/* A letter on one side stands for any word that begins with it. */
static bool initial_meets(const struct names *n, const struct query_part *part, size_t j)
{
	struct text asked = part_sound(part, 0), listed;

	if (is_letter(part) == (n->parts[j].len == 1) || n->parts[j].len == 0 || asked.len == 0)
		return false;
	listed = listed_sound(n, j, 0);
	return asked.data[0] == listed.data[0];
}

/* The two compared; NULL if they are strangers, mostly without a look at the token. */
static const struct pair_cost *single_pair(const struct names *n, size_t i, size_t j)
{
	const struct query_part *part = &n->asked->parts[i];
	const struct pair_cost *pair;

	if (part->heard.reading_count && n->parts[j].len && !part_meets(part, n->parts[j].bigrams))
		return NULL;
	pair = query_pair(n->query, part, n->asked->first_number + (uint32_t)i, n->parts[j].token);
	return pair->cost_mbit == COST_NONE ? NULL : pair;
}

/* One part for one part. */
static void singles_add(const struct names *n, struct candidates *c)
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

/* Whether parts of the query run together could be this listed part. */
static bool query_join_meets(const struct query_join *join, const struct part_record *part)
{
	size_t len = join->sound.len;

	return lengths_meet(len, len < part->least ? part->least : len > part->most ? part->most : len) &&
	       join_meets(join->bigrams, part->bigrams, part->bigrams, part->bigrams);
}

/* Parts of the query run together for one listed part. */
static void query_joins_add(const struct names *n, struct candidates *c)
{
	for (size_t k = 0; k < n->asked->join_count; k++) {
		const struct query_join *join = &n->asked->joins[k];

		for (size_t j = 0; j < n->listed->part_count; j++) {
			const struct token_record *token = &n->query->index->tokens[n->parts[j].token];
			const uint8_t *at;

			if (!query_join_meets(join, &n->parts[j]))
				continue;
			at = n->query->index->readings + token->readings;
			for (size_t t = 0; t < token->reading_count; t++) {
				struct reading_view reading = reading_next(&at);
				struct link link = {LINK_JOINED, join->first, join->count, (uint8_t)j, 1, 0, (uint8_t)t,
						    false, 0, 0};

				if (!lengths_meet(reading.units.len, join->sound.len) ||
				    !join_meets(join->bigrams, reading.bigrams, reading.bigrams, reading.bigrams))
					continue;
				link.cost_mbit = sound_distance(sound_text(&join->sound), reading.units, LINK_COST_MAX);
				link.gain_mbit = (int32_t)join->weight_mbit - (int32_t)link.cost_mbit;
				if (link.cost_mbit <= LINK_COST_MAX)
					candidate_add(c, link);
			}
		}
	}
}

/* Listed parts [first, +count) run together, as far as is known without their sounds. */
struct list_join {
	size_t first, count, len;
	uint64_t bigrams, front, back;
};

/* Words that have no consonant but a w before (ho, hee, woo): within another word even that is none, so they may neither
 * begin nor end what they are run together with. */
#define BIGRAMS_FAINT 0x0103u

/* Gives false if they cannot be run together. */
static bool list_join_of(const struct names *n, size_t first, size_t count, struct list_join *ret_join)
{
	*ret_join = (struct list_join){.first = first, .count = count};
	for (size_t j = first; j < first + count; j++) {
		const struct part_record *part = &n->parts[j];

		if (part->len == 0)
			return false;
		ret_join->len += part->len;
		ret_join->bigrams |= part->bigrams;
	}
	for (size_t j = first; j < first + count; j++) {
		ret_join->front |= n->parts[j].bigrams;
		if (n->parts[j].bigrams & ~BIGRAMS_FAINT)
			break;
	}
	for (size_t j = first + count; j-- > first;) {
		ret_join->back |= n->parts[j].bigrams;
		if (n->parts[j].bigrams & ~BIGRAMS_FAINT)
			break;
	}
	return ret_join->len <= SOUND_MAX;
}

static bool list_join_meets(const struct list_join *join, const struct query_part *part, size_t reading, bool backwards)
{
	return lengths_meet(part->heard.readings[reading].sound.len, join->len) &&
	       join_meets(part->signatures[reading], backwards ? join->back : join->front,
			  backwards ? join->front : join->back, join->bigrams);
}

/* Listed parts run together, in one order, for one part of the query. */
static void list_join_add(const struct names *n, struct candidates *c, const struct list_join *join, bool backwards,
			  size_t i)
{
	const struct query_part *part = &n->asked->parts[i];
	struct sound joined = {0};

	for (size_t r = 0; r < part->heard.reading_count && r < LIST_JOIN_READINGS; r++) {
		struct link link = {LINK_JOINED, (uint8_t)i, 1, (uint8_t)join->first, (uint8_t)join->count, (uint8_t)r, 0,
				    false, 0, 0};

		if (!list_join_meets(join, part, r, backwards))
			continue;
		for (size_t k = 0; k < join->count && joined.len < join->len; k++) {
			struct text sound = listed_sound(n, join->first + (backwards ? join->count - 1 - k : k), 0);

			memcpy(joined.units + joined.len, sound.data, sound.len);
			joined.len = (uint8_t)(joined.len + sound.len);
		}
		link.cost_mbit = sound_distance(sound_text(&joined), part_sound(part, r), LINK_COST_MAX);
		link.gain_mbit = (int32_t)part->weight_mbit - (int32_t)link.cost_mbit;
		if (link.cost_mbit <= LINK_COST_MAX)
			candidate_add(c, link);
	}
}

static void list_joins_add(const struct names *n, struct candidates *c)
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

static uint16_t bits(size_t first, size_t count)
{
	return (uint16_t)(((1u << count) - 1u) << first);
}

/* Being linked at all is worth this much for each part: what is left over contradicts. */
#define LINKED_WORTH 1500
/* Steps of the search; names of a few parts need a few dozen. */
#define SEARCH_STEPS_MAX 3000u

/* The best disjoint choice of links, found by trying for each part of the query every link that begins with it. */
struct search {
	const struct candidates *c;
	size_t query_parts;
	uint8_t chosen[LINKS_MAX], best[LINKS_MAX];
	size_t chosen_count, best_count;
	int32_t best_worth;
	size_t steps;
};

static int32_t link_worth(const struct link *link)
{
	return link->gain_mbit + LINKED_WORTH * (link->query_count + link->list_count);
}

static void search_from(struct search *s, size_t part, uint16_t query_free, uint16_t list_free, int32_t worth)
{
	if (s->steps++ > SEARCH_STEPS_MAX)
		return;
	while (part < s->query_parts && (query_free >> part & 1) == 0)
		part++;
	if (part == s->query_parts) {
		if (worth > s->best_worth) {
			s->best_worth = worth;
			s->best_count = s->chosen_count;
			memcpy(s->best, s->chosen, sizeof s->best);
		}
		return;
	}
	for (size_t i = 0; i < s->c->count; i++) {
		const struct link *link = &s->c->links[i];
		uint16_t q = bits(link->query_first, link->query_count), l = bits(link->list_first, link->list_count);

		if (link->query_first != part || (query_free & q) != q || (list_free & l) != l)
			continue;
		s->chosen[s->chosen_count++] = (uint8_t)i;
		search_from(s, part + 1, (uint16_t)(query_free & ~q), (uint16_t)(list_free & ~l),
			    worth + link_worth(link));
		s->chosen_count--;
	}
	search_from(s, part + 1, query_free, list_free, worth);
}

static void links_choose(const struct names *n, const struct candidates *c, struct alignment *a)
{
	struct search s = {.c = c, .query_parts = n->asked->part_count, .best_worth = -1};

	a->link_count = 0;
	a->query_left = bits(0, n->asked->part_count);
	a->list_left = bits(0, n->listed->part_count);
	search_from(&s, 0, a->query_left, a->list_left, 0);
	for (size_t i = 0; i < s.best_count; i++) {
		const struct link *link = &c->links[s.best[i]];

		a->links[a->link_count++] = *link;
		a->query_left = (uint16_t)(a->query_left & ~bits(link->query_first, link->query_count));
		a->list_left = (uint16_t)(a->list_left & ~bits(link->list_first, link->list_count));
	}
}

static void sum_up(struct rarity_sum *sum, const struct rarity_sum *more)
{
	for (size_t c = 0; c < RARITY_CULTURES; c++)
		sum->eighths[c] += more->eighths[c];
}

/* How rare the linked parts are: the commoner of what was asked and what is listed, culture by culture. Several parts
 * on one side are as rare as all of them together, but never rarer than the one word they make on the other. */
static void link_rarity(const struct names *n, const struct link *link, struct rarity_sum *sum)
{
	struct rarity_sum asked = {{0}}, listed = {{0}};
	struct rarity one;

	for (size_t k = 0; k < link->query_count; k++) {
		struct text q = part_sound(&n->asked->parts[link->query_first + k], k ? 0 : link->query_reading);

		rarity_of(q.len ? q : TEXT("xxxxxx"), &one);
		rarity_add(&asked, &one);
	}
	if (link->cost_mbit || link->kind == LINK_JOINED) {
		for (size_t k = 0; k < link->list_count; k++) {
			struct text l = listed_sound(n, link->list_first + k, k ? 0 : link->token_reading);

			rarity_of(l.len ? l : TEXT("xxxxxx"), &one);
			rarity_add(&listed, &one);
		}
		/* A word that is two listed parts run together letter by letter is as rare as the two. */
		for (size_t c = 0; c < RARITY_CULTURES; c++)
			if (listed.eighths[c] < asked.eighths[c] ||
			    (link->list_count > 1 && link->cost_mbit <= JOIN_EXACT_COST))
				asked.eighths[c] = listed.eighths[c];
	}
	sum_up(sum, &asked);
}

/* What a link costs as evidence. The sound costs are those of single likely exchanges; a word that needs any of them
 * could have become so many others that each is less likely than its cost alone says. */
static int32_t link_cost(const struct link *link)
{
	return link->cost_mbit ? (int32_t)(link->cost_mbit * EVIDENCE_INEXACT_SCALE / 1000 + EVIDENCE_INEXACT) : 0;
}

static int32_t list_part_penalty(const struct names *n, size_t j, bool contradicted)
{
	if (n->parts[j].role == PART_PARTICLE || n->parts[j].role == PART_TITLE ||
	    n->parts[j].len <= 1)
		return EVIDENCE_PARTICLE_LEFT_OUT;
	return contradicted ? EVIDENCE_PART_CONTRADICTS : EVIDENCE_PART_LEFT_OUT;
}

static int32_t query_part_penalty(const struct names *n, size_t i, bool contradicted)
{
	if (n->asked->parts[i].weight_mbit <= 500)
		return EVIDENCE_PARTICLE_LEFT_OUT;
	return contradicted ? EVIDENCE_PART_CONTRADICTS : EVIDENCE_PART_LEFT_OUT;
}

/* Parts left on both sides contradict each other, one for one; the rest were left out. */
static int32_t leftover_evidence(const struct names *n, const struct alignment *a)
{
	size_t q = 0, l = 0, contradicting;
	int32_t evidence = 0;

	for (size_t i = 0; i < n->asked->part_count; i++)
		q += (a->query_left >> i & 1) && n->asked->parts[i].weight_mbit > 500;
	for (size_t j = 0; j < n->listed->part_count; j++)
		l += (a->list_left >> j & 1) && n->parts[j].role != PART_PARTICLE;
	contradicting = q < l ? q : l;
	for (size_t i = 0; i < n->asked->part_count; i++)
		if (a->query_left >> i & 1)
			evidence += query_part_penalty(n, i, contradicting > 0);
	/* The contradiction was counted on the query's side. */
	for (size_t j = 0, seen = 0; j < n->listed->part_count; j++)
		if (a->list_left >> j & 1)
			evidence += seen++ < contradicting ? 0 : list_part_penalty(n, j, false);
	return evidence;
}

/* How alike two words are, of which the one asked for has so many units. */
static uint32_t cost_similarity(uint32_t cost_mbit, size_t units)
{
	uint32_t unlike = UNLIKE_PER_UNIT * (uint32_t)(units > 3 ? units : 3);

	return cost_mbit >= unlike ? 0 : 1000000 - (uint32_t)((uint64_t)cost_mbit * 1000000 / unlike);
}

static uint32_t link_similarity(const struct names *n, const struct link *link)
{
	size_t units = 0;

	if (link->kind == LINK_INITIAL)
		return 800000;
	for (size_t k = 0; k < link->query_count; k++)
		units += part_sound(&n->asked->parts[link->query_first + k], k == 0 ? link->query_reading : 0).len;
	return cost_similarity(link->cost_mbit, units);
}

static void similarity(const struct names *n, struct alignment *a)
{
	uint64_t sum = 0, weight = n->asked->weight_mbit, anchored = 0, linked = 0;

	for (size_t i = 0; i < a->link_count; i++) {
		const struct link *link = &a->links[i];
		uint64_t w = 0;

		for (size_t k = 0; k < link->query_count; k++)
			w += n->asked->parts[link->query_first + k].weight_mbit;
		linked += w;
		sum += w * link_similarity(n, link);
		if (link->anchored)
			anchored += w;
	}
	for (size_t j = 0; j < n->listed->part_count; j++)
		if (a->list_left >> j & 1 && n->parts[j].role != PART_PARTICLE && n->parts[j].len > 1)
			weight += n->parts[j].role == PART_PATRONYMIC ? LEFT_OVER_PATRONYMIC : LEFT_OVER;
	a->similarity_ppm = weight ? (uint32_t)(sum / weight) : 0;
	a->anchored = anchored * 2 >= n->asked->weight_mbit;
	a->linked = linked * 3 >= n->asked->weight_mbit;
}

void name_align(struct query *query, const struct query_name *asked, const struct name_record *listed,
		bool join_anchored, struct alignment *ret_alignment)
{
	struct names n = {query, asked, listed, query->index->parts + listed->first_part};
	struct candidates c;
	struct rarity_sum sum = {{0}};
	struct alignment *a = ret_alignment;
	int32_t evidence = 0;
	bool rare = false;

	c.count = 0;
	*a = (struct alignment){.anchored = false};
	singles_add(&n, &c);
	links_choose(&n, &c, a);
	/* Joining is dear and only helps where something is left over on both sides, or one side is run together. */
	if (a->query_left || a->list_left) {
		query_joins_add(&n, &c);
		list_joins_add(&n, &c);
		links_choose(&n, &c, a);
	}
	for (size_t i = 0; i < a->link_count; i++) {
		const struct link *link = &a->links[i];

		if (link->kind == LINK_INITIAL) {
			evidence += EVIDENCE_INITIAL;
			continue;
		}
		link_rarity(&n, link, &sum);
		evidence -= link_cost(link);
		rare = true;
	}
	if (rare)
		evidence += rarity_total_mbit(&sum);
	evidence += leftover_evidence(&n, a);
	if ((listed->kind & 0x7F) == NAME_WEAK)
		evidence += EVIDENCE_WEAK_ALIAS;
	a->evidence_mbit = evidence;
	similarity(&n, a);
	if ((listed->kind & 0x7F) == NAME_WEAK)
		a->similarity_ppm = a->similarity_ppm > 33000 ? a->similarity_ppm - 33000 : 0;
	a->anchored = a->anchored || join_anchored;
}

/* ---- bounds ---- */

/* Whether the part could be one of several that are written as one word, or one word for several. */
static bool part_may_join(const struct names *n, size_t i)
{
	const struct query_part *part = &n->asked->parts[i];

	for (size_t k = 0; k < n->asked->join_count; k++) {
		const struct query_join *join = &n->asked->joins[k];

		for (size_t j = 0; i >= join->first && i < (size_t)join->first + join->count && j < n->listed->part_count; j++)
			if (query_join_meets(join, &n->parts[j]))
				return true;
	}
	for (size_t count = 2; count <= LIST_JOIN_PARTS; count++)
		for (size_t first = 0; first + count <= n->listed->part_count; first++) {
			struct list_join join;

			if (!list_join_of(n, first, count, &join))
				continue;
			for (size_t r = 0; r < part->heard.reading_count && r < LIST_JOIN_READINGS; r++)
				if (list_join_meets(&join, part, r, false) || list_join_meets(&join, part, r, true))
					return true;
		}
	return false;
}

/* Whether the part could be linked to any one listed part, without a look at the tokens. */
static bool part_may_pair(const struct names *n, size_t i)
{
	const struct query_part *part = &n->asked->parts[i];

	if (part->heard.reading_count == 0 || is_letter(part))
		return true;
	for (size_t j = 0; j < n->listed->part_count; j++)
		if (n->parts[j].len <= 1 || part_meets(part, n->parts[j].bigrams))
			return true;
	return false;
}

/* The most alike the part is to any one listed part. */
static uint32_t part_similarity_most(const struct names *n, size_t i)
{
	const struct query_part *part = &n->asked->parts[i];
	uint32_t most = 0;

	for (size_t j = 0; j < n->listed->part_count && most < 1000000; j++) {
		const struct pair_cost *pair;
		uint32_t similarity;

		if (initial_meets(n, part, j))
			return 1000000;
		pair = single_pair(n, i, j);
		similarity = pair ? cost_similarity(pair->cost_mbit, part_sound(part, pair->query_reading).len) : 0;
		most = similarity > most ? similarity : most;
	}
	return most;
}

/* What listed parts that find no answer add at least to the weight that similarity is a share of (see similarity). */
static uint64_t left_over_least(const struct names *n)
{
	size_t words = 0;
	uint64_t each = LEFT_OVER;

	for (size_t j = 0; j < n->listed->part_count; j++)
		if (n->parts[j].role != PART_PARTICLE && n->parts[j].len > 1) {
			words++;
			each = n->parts[j].role == PART_PATRONYMIC ? LEFT_OVER_PATRONYMIC : each;
		}
	if (words <= n->asked->part_count)
		return 0;
	for (size_t i = 0; i < n->asked->part_count; i++)
		if (part_may_join(n, i))
			return 0;
	return (words - n->asked->part_count) * each;
}

bool name_may_reach(struct query *q, const struct query_name *asked, const struct name_record *listed, uint32_t share,
		    uint32_t similarity_ppm)
{
	struct names n = {q, asked, listed, q->index->parts + listed->first_part};
	uint64_t linked = 0, most, need;
	uint16_t pairs = 0;

	for (size_t i = 0; i < asked->part_count; i++) {
		bool pair = part_may_pair(&n, i);

		pairs = (uint16_t)(pairs | (unsigned)pair << i);
		if (pair || part_may_join(&n, i))
			linked += asked->parts[i].weight_mbit;
	}
	if (linked * share < asked->weight_mbit)
		return false;
	if (similarity_ppm == 0)
		return true;
	/* Both in thousandths of a millionth, so that nothing is rounded away. */
	need = (asked->weight_mbit + left_over_least(&n)) * similarity_ppm;
	most = linked * 1000000;
	for (size_t i = 0; i < asked->part_count && most >= need; i++) {
		uint32_t similarity = pairs >> i & 1 ? part_similarity_most(&n, i) : 1000000;

		if (similarity < 1000000 && !part_may_join(&n, i))
			most -= (uint64_t)asked->parts[i].weight_mbit * (1000000 - similarity);
	}
	return most >= need;
}
