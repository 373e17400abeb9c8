#include "text/readings.h"

#include <stdlib.h>

void spellings_start(struct spellings *s, uint32_t systems)
{
	s->list[0] = (struct spelling){.systems = systems};
	s->count = 1;
}

static int by_cost(const void *a, const void *b)
{
	const struct spelling *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return strcmp(x->latin, y->latin);
}

static void put(struct spellings *s, const struct spelling *n)
{
	for (size_t i = 0; i < s->count; i++) {
		struct spelling *have = &s->list[i];

		if (have->len == n->len && memcmp(have->latin, n->latin, n->len) == 0) {
			have->cost = n->cost < have->cost ? n->cost : have->cost;
			have->systems |= n->systems;
			return;
		}
	}
	if (s->count < SPELLINGS_MAX) {
		s->list[s->count++] = *n;
		return;
	}
	for (size_t i = 0, worst = 0; i < s->count; i++) {
		if (s->list[i].cost > s->list[worst].cost)
			worst = i;
		if (i + 1 == s->count && s->list[worst].cost > n->cost)
			s->list[worst] = *n;
	}
}

void spellings_grow(struct spellings *s, const struct choice *choices, size_t count)
{
	struct spellings grown = {.count = 0};

	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < count; k++) {
			struct spelling n = s->list[i];

			n.cost += choices[k].cost;
			for (size_t c = 0; c < choices[k].latin.len && n.len < READING_MAX; c++)
				if (choices[k].latin.data[c] >= 'a' && choices[k].latin.data[c] <= 'z')
					n.latin[n.len++] = choices[k].latin.data[c];
			n.latin[n.len] = '\0';
			put(&grown, &n);
		}
	if (count)
		*s = grown;
}

void spellings_add(struct spellings *s, struct text latin, uint32_t cost, uint32_t systems)
{
	struct spelling n = {.cost = cost, .systems = systems};

	for (size_t i = 0; i < latin.len && n.len < READING_MAX; i++)
		if (latin.data[i] >= 'a' && latin.data[i] <= 'z')
			n.latin[n.len++] = latin.data[i];
	n.latin[n.len] = '\0';
	if (n.len)
		put(s, &n);
}

void spellings_merge(struct spellings *s, const struct spellings *more, uint32_t cost)
{
	for (size_t i = 0; i < more->count; i++) {
		struct spelling n = more->list[i];

		n.cost += cost;
		if (n.len)
			put(s, &n);
	}
}

/* 10^6 * 2^(-cost/1000), by halving and a linear step between eighths. */
static uint32_t ppm_of_cost(uint32_t cost)
{
	static const uint32_t eighths[9] = {1000000, 917004, 840896, 771105, 707107, 648420, 594604, 545254, 500000};
	uint32_t whole = cost / 1000, part = cost % 1000;
	uint32_t low = eighths[part / 125], high = eighths[part / 125 + 1];

	uint32_t ppm = whole > 19 ? 0 : (low - (low - high) * (part % 125) / 125) >> whole;

	return ppm > 0 ? ppm : 1;
}

uint32_t cost_of_ppm(uint32_t ppm)
{
	uint32_t cost = 0;

	if (ppm == 0)
		return 20000;
	while (ppm <= 500000) {
		ppm *= 2;
		cost += 1000;
	}
	/* between 1 and 2: log2 is nearly linear */
	return cost + (ppm >= 1000000 ? 0 : (1000000 - ppm) / 500);
}

enum status spellings_finish(struct spellings *s, struct arena *arena, struct name_part *part)
{
	size_t n, kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].len > 0)
			s->list[kept++] = s->list[i];
	s->count = kept;
	n = kept < READINGS_MAX ? kept : READINGS_MAX;
	part->reading_count = 0;
	if (n == 0)
		return ST_OK;
	qsort(s->list, s->count, sizeof s->list[0], by_cost);
	part->readings = ARENA_NEW(arena, struct reading, n);
	if (part->readings == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < n; i++) {
		struct reading *r = &part->readings[i];

		TRY(arena_text(arena, (struct text){s->list[i].latin, s->list[i].len}, &r->latin));
		r->weight_ppm = ppm_of_cost(s->list[i].cost - s->list[0].cost);
		r->systems = s->list[i].systems;
	}
	part->reading_count = n;
	return ST_OK;
}
