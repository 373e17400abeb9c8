#include "screen/candidates.h"

#include <stdlib.h>

#include "ident/document.h"
#include "screen/hash.h"

#define SET_SIZE (CANDIDATES_SLOTS_MAX * 2)
#define JOINED_MAX 8192u
#define RANGES_MAX 34u
#define NEAR_MAX 2048u     /* near tokens kept for one part */
#define JOIN_UNITS_MIN 4u  /* shorter words run together agree with everything */

struct name_range {
	uint32_t first, end; /* name numbers */
};

struct finder {
	struct query *q;
	struct candidate_set *set;
	uint32_t *seen; /* slot + 1, open addressing */
	struct name_range ranges[RANGES_MAX];
	size_t range_count;
	size_t walked;
	uint32_t *joined;
	size_t joined_count;
};

static void slot_add(struct finder *f, uint32_t slot)
{
	uint32_t at = (slot * 2654435761u) >> 7 & (SET_SIZE - 1);

	for (; f->seen[at]; at = (at + 1) & (SET_SIZE - 1))
		if (f->seen[at] == slot + 1)
			return;
	if (f->set->count == CANDIDATES_SLOTS_MAX) {
		f->set->bounded = true;
		return;
	}
	f->seen[at] = slot + 1;
	f->set->slots[f->set->count++] = slot;
}

/* ---- years ---- */

static void range_add(struct finder *f, uint32_t first_slot, uint32_t end_slot)
{
	const struct slot_record *slots = f->q->index->slots;

	if (first_slot < end_slot && f->range_count < RANGES_MAX)
		f->ranges[f->range_count++] = (struct name_range){slots[first_slot].first_name,
								 slots[end_slot].first_name};
}

static int year_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Slots of [first, end), which are of one year, whose date is that year alone: they stand first. */
static uint32_t bare_end(const struct finder *f, uint32_t first, uint32_t end)
{
	while (first < end && DATE_MONTH(f->q->index->slots[first].date) == 0)
		first++;
	return first;
}

/* Name numbers of the years that do not contradict the query's dates, disjoint and ascending. Where the query's day or
 * month is known, of the years beside its own only bare years can agree (compare.c). */
static void ranges_find(struct finder *f)
{
	const struct facts *facts = &f->q->facts;
	uint32_t years[FACTS_DATES_MAX * 3 + 1], first, end;
	size_t n = 0;

	if (facts->date_count == 0) {
		range_add(f, 0, (uint32_t)f->q->index->person_count);
		return;
	}
	years[n++] = 0;
	for (size_t i = 0; i < facts->date_count && n + 3 < RANGES_MAX; i++) {
		bool bare = DATE_MONTH(facts->dates[i].from) == 0;

		/* The low bit says that the whole year is wanted. */
		for (uint32_t d = 0; d < 3; d++)
			years[n++] = (DATE_YEAR(facts->dates[i].from) - 1 + d) << 1 | (bare || d == 1);
	}
	qsort(years, n, sizeof years[0], year_order);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && years[i] >> 1 == years[i + 1] >> 1)
			continue; /* the same year follows, and wants at least as much */
		year_slots(f->q->index, years[i] >> 1, &first, &end);
		range_add(f, first, years[i] == 0 || years[i] & 1 ? end : bare_end(f, first, end));
	}
}

static bool name_in_range(const struct finder *f, uint32_t name)
{
	for (size_t i = 0; i < f->range_count; i++)
		if (name >= f->ranges[i].first && name < f->ranges[i].end)
			return true;
	return false;
}

/* ---- close dates and identifiers ---- */

/* A close date counts only beside a third of the name. */
static void close_add(struct finder *f, uint32_t slot)
{
	const struct index *x = f->q->index;

	for (uint32_t n = x->slots[slot].first_name; n < x->slots[slot + 1].first_name; n++)
		for (size_t k = 0; k < f->q->name_count; k++)
			if (name_may_link(&f->q->names[k], &x->names[n])) {
				slot_add(f, slot);
				return;
			}
}

static void date_add(struct finder *f, uint32_t date)
{
	const struct index *x = f->q->index;
	uint32_t first, end;
	size_t low = 0, high = x->date_count;

	date_slots(x, date, &first, &end);
	for (; first < end; first++)
		close_add(f, first);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (x->dates[mid].date < date)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < x->date_count && x->dates[low].date == date; low++)
		close_add(f, x->dates[low].slot);
}

static void dates_find(struct finder *f)
{
	for (size_t i = 0; i < f->q->facts.date_count; i++) {
		uint32_t d = f->q->facts.dates[i].from;

		if (DATE_DAY(d) == 0)
			continue;
		date_add(f, d);
		date_add(f, d + DATE_PACK(1, 0, 0));
		date_add(f, d - DATE_PACK(1, 0, 0));
		if (DATE_DAY(d) <= 12 && DATE_DAY(d) != DATE_MONTH(d))
			date_add(f, DATE_PACK(DATE_YEAR(d), DATE_DAY(d), DATE_MONTH(d)));
	}
}

static void identifier_add(struct finder *f, struct text value)
{
	const struct index *x = f->q->index;
	uint64_t hash = hash_text(value);
	uint32_t low = (uint32_t)hash ? (uint32_t)hash : 1;

	for (size_t at = (hash >> 32) & (x->identifier_size - 1); x->identifiers[at].hash;
	     at = (at + 1) & (x->identifier_size - 1))
		if (x->identifiers[at].hash == low)
			slot_add(f, x->identifiers[at].slot);
}

static void identifiers_find(struct finder *f)
{
	for (size_t i = 0; i < f->q->facts.identifier_count; i++) {
		const struct fact_identifier *id = &f->q->facts.identifiers[i];
		struct document_variant variants[DOCUMENT_VARIANTS_MAX];
		size_t n = id->kind == ID_DOCUMENT && !id->guessed ? document_variants(id->value, 0, variants) : 0;

		if (n == 0)
			identifier_add(f, id->value);
		for (size_t k = 0; k < n; k++)
			identifier_add(f, (struct text){variants[k].c, variants[k].len});
	}
}

/* ---- names ---- */

/* Tokens that share a key with the part and are not strangers to it. */
struct near {
	uint32_t *tokens;
	size_t count;
	uint64_t postings;
	uint32_t weight_mbit;
};

static void near_key(struct finder *f, const struct query_part *part, uint32_t number, uint32_t key, struct near *near)
{
	const struct index *x = f->q->index;
	size_t first, end;

	key_range(x->keys, x->key_count, key, &first, &end);
	if (end - first > NEAR_TOKENS_MAX) {
		end = first + NEAR_TOKENS_MAX;
		f->set->bounded = true;
	}
	for (; first < end; first++) {
		struct pair_cost pair = query_pair(f->q, part, number, x->keys[first].value);

		if (pair.cost_mbit == COST_NONE || pair.anchored)
			continue;
		if (near->count == NEAR_MAX || !query_pair_anchor(f->q, &pair)) {
			f->set->bounded = true;
			return;
		}
		near->tokens[near->count++] = pair.token;
		near->postings += x->tokens[pair.token].posting_count;
	}
}

static enum status near_find(struct finder *f, const struct query_part *part, uint32_t number, struct near *near)
{
	near->tokens = ARENA_NEW(f->q->arena, uint32_t, NEAR_MAX);
	near->weight_mbit = part->weight_mbit;
	if (near->tokens == NULL)
		return arena_failure(f->q->arena, NULL);
	for (size_t r = 0; r < part->heard.reading_count; r++) {
		uint32_t keys[KEYS_PER_SOUND_MAX];
		size_t n = sound_keys(sound_text(&part->heard.readings[r].sound), keys);

		for (size_t k = 0; k < n; k++)
			near_key(f, part, number, keys[k], near);
	}
	if (part->heard.reading_count == 0) {
		uint32_t key = (uint32_t)hash_text(part->heard.native);

		near_key(f, part, number, key ? key : 1, near);
	}
	return ST_OK;
}

static void name_found(struct finder *f, uint32_t name, bool joined)
{
	if (joined && f->joined_count < JOINED_MAX)
		f->joined[f->joined_count++] = name;
	else if (joined)
		f->set->bounded = true;
	slot_add(f, f->q->index->names[name].slot);
}

/* Whether parts that share keys with the listed name carry half of the asked one; all near tokens are known by now. */
static bool carries_half(const struct finder *f, const struct query_name *asked, uint32_t name)
{
	const struct index *x = f->q->index;
	const struct name_record *listed = &x->names[name];
	uint64_t anchored = 0;

	for (size_t i = 0; i < asked->part_count; i++)
		for (size_t j = 0; j < listed->part_count; j++)
			if (query_pair_anchored(f->q, asked->first_number + (uint32_t)i,
						x->parts[listed->first_part + j].token)) {
				anchored += asked->parts[i].weight_mbit;
				break;
			}
	return anchored * 2 >= asked->weight_mbit;
}

static void postings_walk(struct finder *f, const struct query_name *asked, uint32_t token, bool joined)
{
	const struct token_record *t = &f->q->index->tokens[token];
	const uint32_t *postings = f->q->index->postings + t->postings;

	for (size_t i = 0; i < f->range_count; i++) {
		size_t low = 0, high = t->posting_count;

		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (postings[mid] < f->ranges[i].first)
				low = mid + 1;
			else
				high = mid;
		}
		for (; low < t->posting_count && postings[low] < f->ranges[i].end; low++) {
			if (++f->walked > WALKED_NAMES_MAX) {
				f->set->bounded = true;
				return;
			}
			if (joined || carries_half(f, asked, postings[low]))
				name_found(f, postings[low], joined);
		}
	}
}

static int dearest_first(const void *a, const void *b)
{
	const struct near *x = a, *y = b;

	return (x->postings < y->postings) - (x->postings > y->postings);
}

/* The dearest parts are left out while they carry less than half of the name. */
static void near_walk(struct finder *f, const struct query_name *asked, struct near *nears, size_t count)
{
	uint64_t left_out = 0;

	qsort(nears, count, sizeof *nears, dearest_first);
	for (size_t i = 0; i < count; i++) {
		if ((left_out + nears[i].weight_mbit) * 2 < asked->weight_mbit) {
			left_out += nears[i].weight_mbit;
			continue;
		}
		for (size_t k = 0; k < nears[i].count; k++)
			postings_walk(f, asked, nears[i].tokens[k], false);
	}
}

/* Parts run together on either side: whole words only, no letter left out. */
static void joins_find(struct finder *f, const struct query_name *name)
{
	const struct index *x = f->q->index;
	size_t first, end;

	for (size_t k = 0; k < name->join_count; k++) {
		const struct query_join *join = &name->joins[k];

		if (join->sound.len < JOIN_UNITS_MIN)
			continue;
		key_range(x->keys, x->key_count, sound_key(sound_text(&join->sound)), &first, &end);
		for (size_t n = 0; first < end && n < NEAR_MAX; first++, n++)
			postings_walk(f, name, x->keys[first].value, true);
	}
	for (size_t i = 0; i < name->part_count; i++)
		for (size_t r = 0; r < name->parts[i].heard.reading_count; r++) {
			struct text units = sound_text(&name->parts[i].heard.readings[r].sound);

			if (units.len < JOIN_UNITS_MIN)
				continue;
			key_range(x->joins, x->join_count, sound_key(units), &first, &end);
			for (; first < end; first++) {
				if (++f->walked > WALKED_NAMES_MAX) {
					f->set->bounded = true;
					return;
				}
				if (name_in_range(f, x->joins[first].value))
					name_found(f, x->joins[first].value, true);
			}
		}
}

static enum status names_find(struct finder *f)
{
	for (size_t k = 0; k < f->q->name_count; k++) {
		const struct query_name *name = &f->q->names[k];
		struct near nears[HEARD_PARTS_MAX] = {{0}};

		for (size_t i = 0; i < name->part_count; i++)
			TRY(near_find(f, &name->parts[i], name->first_number + (uint32_t)i, &nears[i]));
		near_walk(f, name, nears, name->part_count);
		joins_find(f, name);
	}
	return ST_OK;
}

enum status candidates_find(struct query *q, struct candidate_set *ret_set)
{
	struct finder f = {.q = q, .set = ret_set};

	*ret_set = (struct candidate_set){0};
	ret_set->slots = ARENA_NEW(q->arena, uint32_t, CANDIDATES_SLOTS_MAX);
	f.seen = ARENA_NEW(q->arena, uint32_t, SET_SIZE);
	f.joined = ARENA_NEW(q->arena, uint32_t, JOINED_MAX);
	if (ret_set->slots == NULL || f.seen == NULL || f.joined == NULL)
		return arena_failure(q->arena, NULL);
	identifiers_find(&f);
	dates_find(&f);
	ranges_find(&f);
	TRY(names_find(&f));
	qsort(f.joined, f.joined_count, sizeof *f.joined, year_order);
	ret_set->joined = (struct joined_names){f.joined, f.joined_count};
	return ST_OK;
}
