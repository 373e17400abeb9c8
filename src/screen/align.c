#include "screen/align.h"

#include "screen_weights.inc"

#define JOIN_EXACT_COST 1500u

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
	const struct link_set *c;
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

static void links_choose(const struct names *n, const struct link_set *c, struct alignment *a)
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
	struct link_set c;
	struct rarity_sum sum = {{0}};
	struct alignment *a = ret_alignment;
	int32_t evidence = 0;
	bool rare = false;

	c.count = 0;
	*a = (struct alignment){.anchored = false};
	links_single(&n, &c);
	links_choose(&n, &c, a);
	/* Joining is dear and only helps where something is left over on both sides, or one side is run together. */
	if (a->query_left || a->list_left) {
		links_joined(&n, &c);
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
