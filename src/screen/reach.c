/* Bounds: what aligning two names could bring at most, found without aligning them. */
#include "screen/align.h"

/* Whether listed parts run together for one part of the query leave too little for the others: none, where the part alone
 * carries less than `similarity_ppm` of the name. */
static bool leaves_too_little(const struct names *n, size_t i, size_t count, uint32_t similarity_ppm)
{
	return count == n->listed->part_count &&
	       (uint64_t)n->asked->parts[i].weight_mbit * 1000000 < (uint64_t)n->asked->weight_mbit * similarity_ppm;
}

/* Whether the part could be one of several that are written as one word, or one word for several. */
static bool part_may_join(const struct names *n, size_t i, uint32_t similarity_ppm)
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

			if (leaves_too_little(n, i, count, similarity_ppm) || !list_join_of(n, first, count, &join))
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

static uint32_t more_alike(uint32_t most, uint32_t cost_mbit, size_t units)
{
	uint32_t similarity = cost_similarity(cost_mbit, units);

	return similarity > most ? similarity : most;
}

/* The most alike the part is to any one listed part. */
static uint32_t single_most(const struct names *n, size_t i)
{
	const struct query_part *part = &n->asked->parts[i];
	uint32_t most = 0;

	if (part->heard.reading_count == 0 || is_letter(part))
		return 1000000;
	for (size_t j = 0; j < n->listed->part_count && most < 1000000; j++) {
		const struct pair_cost *pair;

		if (initial_meets(n, part, j))
			return 1000000;
		pair = single_pair(n, i, j);
		if (pair)
			most = more_alike(most, pair->cost_mbit, part_sound(part, pair->query_reading).len);
	}
	return most;
}

/* Or, run together with its neighbours, to one listed part. */
static uint32_t query_join_most(const struct names *n, size_t i, uint32_t most)
{
	for (size_t k = 0; k < n->asked->join_count && most < 1000000; k++) {
		const struct query_join *join = &n->asked->joins[k];

		if (i < join->first || i >= (size_t)join->first + join->count)
			continue;
		for (size_t j = 0; j < n->listed->part_count; j++) {
			const struct pair_cost *pair = join_pair(n, k, j);

			if (pair)
				most = more_alike(most, pair->cost_mbit, join->sound.len);
		}
	}
	return most;
}

/* Or to several listed parts run together. */
static uint32_t list_join_most(const struct names *n, size_t i, uint32_t similarity_ppm, uint32_t most)
{
	const struct query_part *part = &n->asked->parts[i];

	for (size_t count = 2; count <= LIST_JOIN_PARTS; count++)
		for (size_t first = 0; first + count <= n->listed->part_count && most < 1000000; first++) {
			struct list_join join;

			if (leaves_too_little(n, i, count, similarity_ppm) || !list_join_of(n, first, count, &join))
				continue;
			for (size_t r = 0; r < part->heard.reading_count && r < LIST_JOIN_READINGS; r++)
				for (unsigned turn = 0; turn < 2; turn++)
					most = more_alike(most, list_join_cost(n, &join, i, r, turn),
							  part->heard.readings[r].sound.len);
		}
	return most;
}

/* What listed parts that find no answer add at least to the weight that similarity is a share of (see similarity). */
static uint64_t left_over_least(const struct names *n, uint32_t similarity_ppm)
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
		if (part_may_join(n, i, similarity_ppm))
			return 0;
	return (words - n->asked->part_count) * each;
}

bool name_may_link(struct query *q, const struct query_name *asked, const struct name_record *listed, uint32_t share,
		   uint32_t similarity_ppm)
{
	struct names n = {q, asked, listed, q->index->parts + listed->first_part};
	uint64_t weight = asked->weight_mbit, linkable = weight;

	for (size_t i = asked->part_count; i-- > 0;) {
		if (part_may_pair(&n, i) || part_may_join(&n, i, similarity_ppm))
			continue;
		linkable -= asked->parts[i].weight_mbit;
		if (linkable * share < weight || linkable * 1000000 < weight * similarity_ppm)
			return false;
	}
	return true;
}

/* How much of the similarity, weighted and in millionths, the parts up to and with `last` miss at least. Run-together words
 * are dear to compare, so they are tried only where words alone miss too much. */
struct missing {
	uint64_t of_part[HEARD_PARTS_MAX];
	bool joined[HEARD_PARTS_MAX];
	uint64_t all;
};

static void joins_try(const struct names *n, size_t last, uint32_t similarity_ppm, struct missing *missing)
{
	for (size_t i = 0; i <= last; i++) {
		uint64_t weight = n->asked->parts[i].weight_mbit;
		uint32_t single;

		if (missing->joined[i] || missing->of_part[i] == 0)
			continue;
		missing->joined[i] = true;
		single = 1000000 - (uint32_t)(missing->of_part[i] / weight);
		missing->all -= missing->of_part[i];
		missing->of_part[i] =
			weight * (1000000 - list_join_most(n, i, similarity_ppm, query_join_most(n, i, single)));
		missing->all += missing->of_part[i];
	}
}

bool name_may_reach(struct query *q, const struct query_name *asked, const struct name_record *listed,
		    uint32_t similarity_ppm)
{
	struct names n = {q, asked, listed, q->index->parts + listed->first_part};
	uint64_t weight = (uint64_t)asked->weight_mbit * 1000000;
	uint64_t spare, left_over;
	struct missing missing = {.all = 0};

	if (similarity_ppm > 1000000)
		return false;
	spare = weight - (uint64_t)asked->weight_mbit * similarity_ppm;

	for (size_t i = 0; i < asked->part_count; i++) {
		missing.of_part[i] = (uint64_t)asked->parts[i].weight_mbit * (1000000 - single_most(&n, i));
		missing.all += missing.of_part[i];
		if (missing.all > spare)
			joins_try(&n, i, similarity_ppm, &missing);
		if (missing.all > spare)
			return false;
	}
	left_over = left_over_least(&n, similarity_ppm) * similarity_ppm;
	return missing.all + left_over <= spare;
}
