#include "screen/candidates.h"

#include <stdlib.h>

#include "ident/document.h"
#include "screen/hash.h"

#define RECENT 1024u           /* slots remembered as already found; the rest is sorted out at the end */
#define IDENTIFIED_MAX 2048u   /* slots found where no name is asked for */
#define JOINED_MAX 8192u
#define RANGES_MAX 34u
#define REACHED_MAX 512u
#define JOIN_TOKENS_MAX 2048u /* tokens looked at for one run-together word */
#define JOIN_UNITS_MIN 4u  /* shorter words run together agree with everything */

enum date_kind { DATE_UNKNOWN, DATE_BARE, DATE_FULL, DATE_KINDS };

struct name_range {
	uint32_t first, end; /* name numbers */
};

struct finder {
	struct query *q;
	struct candidate_set *set;
	size_t room;             /* for slots */
	uint32_t recent[RECENT]; /* slot + 1 */
	struct name_range ranges[RANGES_MAX];
	size_t range_count;
	uint64_t dates;     /* date_bits of the ranges */
	uint32_t floor_ppm; /* scores below are of no interest */
	size_t walked;
	/* Names reached and not yet judged, and how they were reached. */
	struct reached {
		uint32_t name;
		uint32_t needed; /* how alike it must be, in parts per million */
	} *reached;
	size_t reached_count;
	const struct query_name *asked;
	uint32_t share; /* 1/share of the asked name must be linkable */
	bool is_join;
	struct near {
		uint32_t token;
		uint32_t needed; /* how alike a name must be that holds it */
	} *near; /* tokens that share a key with the part being walked */
	size_t near_count;
	uint32_t needed[DATE_KINDS]; /* the least that a name needs whose holder's date is of this kind, and not close */
	uint32_t *joined;
	size_t joined_count;
};

static void slot_add(struct finder *f, uint32_t slot)
{
	uint32_t *recent = &f->recent[(slot * 2654435761u) >> 22 & (RECENT - 1)];

	if (*recent == slot + 1)
		return;
	if (f->set->count == f->room) {
		f->set->bounded = true;
		return;
	}
	*recent = slot + 1;
	f->set->slots[f->set->count++] = slot;
}

static int number_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Sorted, each once. */
static void slots_settle(struct candidate_set *set)
{
	size_t kept = 0;

	qsort(set->slots, set->count, sizeof *set->slots, number_order);
	for (size_t i = 0; i < set->count; i++)
		if (kept == 0 || set->slots[i] != set->slots[kept - 1])
			set->slots[kept++] = set->slots[i];
	set->count = kept;
}

/* ---- names reached ---- */

/* The index is far larger than any cache: what is needed a few steps on is asked for now. */
#define AHEAD 8u

static void name_found(struct finder *f, uint32_t name)
{
	if (f->is_join && f->joined_count < JOINED_MAX)
		f->joined[f->joined_count++] = name;
	else if (f->is_join)
		f->set->bounded = true;
	slot_add(f, f->q->index->names[name].slot);
}

/* Keeps of the reached names those that could be linked. */
static void reached_sift(struct finder *f)
{
	const struct index *x = f->q->index;
	size_t kept = 0;

	for (size_t i = 0; i < f->reached_count + 2 * AHEAD; i++) {
		if (i < f->reached_count)
			__builtin_prefetch(&x->names[f->reached[i].name]);
		if (i >= AHEAD && i - AHEAD < f->reached_count)
			__builtin_prefetch(&x->parts[x->names[f->reached[i - AHEAD].name].first_part]);
		if (i >= 2 * AHEAD) {
			struct reached reached = f->reached[i - 2 * AHEAD];
			const struct name_record *name = &x->names[reached.name];

			reached.needed =
				similarity_needed(f->q, dates_score_most(&f->q->facts, name->date), f->floor_ppm);
			if (name_may_link(f->q, f->asked, name, f->share, reached.needed))
				f->reached[kept++] = reached;
		}
	}
	f->reached_count = kept;
}

/* Names reached become candidates if they can score enough. */
static void reached_judge(struct finder *f)
{
	const struct index *x = f->q->index;

	reached_sift(f);
	for (size_t i = 0; i < f->reached_count + 2 * AHEAD; i++) {
		if (i < f->reached_count) {
			const struct name_record *name = &x->names[f->reached[i].name];

			for (size_t k = 0; k < name->part_count; k++)
				__builtin_prefetch(&x->tokens[x->parts[name->first_part + k].token]);
		}
		if (i >= AHEAD && i - AHEAD < f->reached_count) {
			const struct name_record *name = &x->names[f->reached[i - AHEAD].name];

			for (size_t k = 0; k < name->part_count; k++)
				__builtin_prefetch(&x->readings[x->tokens[x->parts[name->first_part + k].token].readings]);
		}
		if (i >= 2 * AHEAD) {
			struct reached reached = f->reached[i - 2 * AHEAD];

			if (name_may_reach(f->q, f->asked, &x->names[reached.name], reached.needed))
				name_found(f, reached.name);
		}
	}
	f->reached_count = 0;
}

static void reach(struct finder *f, uint32_t name)
{
	if (f->reached_count == REACHED_MAX)
		reached_judge(f);
	f->reached[f->reached_count++].name = name;
}

/* From here on names are reached in another way. */
static void reach_by(struct finder *f, const struct query_name *asked, uint32_t share, bool is_join)
{
	reached_judge(f);
	f->asked = asked;
	f->share = share;
	f->is_join = is_join;
}

/* ---- years ---- */

static void range_add(struct finder *f, uint32_t first_slot, uint32_t end_slot)
{
	const struct slot_record *slots = f->q->index->slots;

	if (first_slot >= end_slot || f->range_count == RANGES_MAX)
		return;
	f->ranges[f->range_count++] = (struct name_range){slots[first_slot].first_name, slots[end_slot].first_name};
	f->dates |= date_bit(slots[first_slot].date) | date_bit(slots[end_slot - 1].date);
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
		f->dates = UINT64_MAX;
		return;
	}
	years[n++] = 0;
	for (size_t i = 0; i < facts->date_count && n + 3 < RANGES_MAX; i++) {
		bool bare = DATE_MONTH(facts->dates[i].from) == 0;

		/* The low bit says that the whole year is wanted. */
		for (uint32_t d = 0; d < 3; d++)
			years[n++] = (DATE_YEAR(facts->dates[i].from) - 1 + d) << 1 | (bare || d == 1);
	}
	qsort(years, n, sizeof years[0], number_order);
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

/* ---- close dates ---- */

static void slots_reach(struct finder *f, uint32_t first_slot, uint32_t end_slot)
{
	const struct index *x = f->q->index;

	for (uint32_t n = x->slots[first_slot].first_name; n < x->slots[end_slot].first_name; n++)
		reach(f, n);
}

static void date_reach(struct finder *f, uint32_t date)
{
	const struct index *x = f->q->index;
	uint32_t first, end;
	size_t low = 0, high = x->date_count;

	date_slots(x, date, &first, &end);
	slots_reach(f, first, end);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (x->dates[mid].date < date)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < x->date_count && x->dates[low].date == date; low++)
		slots_reach(f, x->dates[low].slot, x->dates[low].slot + 1);
}

/* A close date counts only beside a third of the name. */
static void dates_find(struct finder *f, const struct query_name *asked)
{
	reach_by(f, asked, NAME_SHARE_MIN, false);
	for (size_t i = 0; i < f->q->facts.date_count; i++) {
		uint32_t d = f->q->facts.dates[i].from;

		if (DATE_DAY(d) == 0)
			continue;
		date_reach(f, d);
		date_reach(f, d + DATE_PACK(1, 0, 0));
		date_reach(f, d - DATE_PACK(1, 0, 0));
		if (DATE_DAY(d) <= 12 && DATE_DAY(d) != DATE_MONTH(d))
			date_reach(f, DATE_PACK(DATE_YEAR(d), DATE_DAY(d), DATE_MONTH(d)));
	}
}

/* ---- identifiers ---- */

static size_t identifier_place(const struct index *x, uint64_t hash)
{
	return (hash >> 32) & (x->identifier_size - 1);
}

/* All are asked for before the first is looked at: each lies somewhere else in a large table. */
static void hashes_find(struct finder *f, const uint64_t *hashes, size_t count)
{
	const struct index *x = f->q->index;

	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(&x->identifiers[identifier_place(x, hashes[i])]);
	for (size_t i = 0; i < count; i++) {
		uint32_t low = (uint32_t)hashes[i] ? (uint32_t)hashes[i] : 1;

		for (size_t at = identifier_place(x, hashes[i]); x->identifiers[at].hash;
		     at = (at + 1) & (x->identifier_size - 1))
			if (x->identifiers[at].hash == low)
				slot_add(f, x->identifiers[at].slot);
	}
}

static void identifiers_find(struct finder *f)
{
	for (size_t i = 0; i < f->q->facts.identifier_count; i++) {
		const struct fact_identifier *id = &f->q->facts.identifiers[i];
		struct document_variant variants[DOCUMENT_VARIANTS_MAX];
		uint64_t hashes[DOCUMENT_VARIANTS_MAX + 1] = {hash_text(id->value)};
		size_t n = id->kind == ID_DOCUMENT && !id->guessed ? document_variants(id->value, 0, variants) : 0;

		for (size_t k = 0; k < n; k++)
			hashes[k] = hash_bytes(variants[k].c, variants[k].len);
		hashes_find(f, hashes, n ? n : 1);
	}
}

/* ---- names ---- */

/* Names of the years in question that hold the token. Gives false when the bound is reached. */
static bool postings_walk(struct finder *f, uint32_t token)
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
				return false;
			}
			reach(f, postings[low]);
		}
	}
	return true;
}

/* What names need that are found by a token alone: close dates are looked up for themselves. */
static void needs_find(struct finder *f)
{
	const struct facts *facts = &f->q->facts;
	int32_t full = INT32_MIN, bare = INT32_MIN;

	for (size_t i = 0; i < facts->date_count; i++) {
		uint32_t d = facts->dates[i].from;
		int32_t score = DATE_DAY(d) ? date_score_not_close() : dates_score_most(facts, d);

		full = score > full ? score : full;
		score = dates_score_most(facts, DATE_PACK(DATE_YEAR(d), 0, 0));
		bare = score > bare ? score : bare;
	}
	f->needed[DATE_UNKNOWN] = similarity_needed(f->q, dates_score_most(facts, 0), f->floor_ppm);
	f->needed[DATE_BARE] = similarity_needed(f->q, bare, f->floor_ppm);
	f->needed[DATE_FULL] = similarity_needed(f->q, full, f->floor_ppm);
	if (facts->date_count == 0)
		f->needed[DATE_BARE] = f->needed[DATE_FULL] = f->needed[DATE_UNKNOWN];
}

static uint32_t least_needed(const struct finder *f, uint64_t dates)
{
	uint32_t least = UINT32_MAX;

	if (dates & DATE_BITS_UNKNOWN)
		least = f->needed[DATE_UNKNOWN];
	if (dates & DATE_BITS_BARE && f->needed[DATE_BARE] < least)
		least = f->needed[DATE_BARE];
	if (dates & DATE_BITS_FULL && f->needed[DATE_FULL] < least)
		least = f->needed[DATE_FULL];
	return least;
}

/* Tokens under the key that some name of the years in question holds. */
static void near_add(struct finder *f, uint32_t key)
{
	const struct index *x = f->q->index;
	size_t at, end;

	for (token_keys(x, key, &at, &end); at < end; at++) {
		if ((x->keys[at].dates & f->dates) == 0)
			continue;
		if (f->near_count == NEAR_TOKENS_MAX) {
			f->set->bounded = true;
			return;
		}
		f->near[f->near_count++] =
			(struct near){x->keys[at].token, least_needed(f, x->keys[at].dates & f->dates)};
	}
}

/* Whether a name in which this answers the part can be as alike as it must be. */
static bool near_suffices(const struct finder *f, const struct query_part *part, const struct pair_cost *pair,
			  uint32_t needed)
{
	uint64_t missing = 1000000 - cost_similarity(pair->cost_mbit, part_sound(part, pair->query_reading).len);

	return needed <= 1000000 &&
	       missing * part->weight_mbit <= (uint64_t)f->asked->weight_mbit * (1000000 - needed);
}

/* Everybody of the years in question who bears a near token that is no stranger to the part. */
static void near_walk(struct finder *f, size_t number)
{
	const struct index *x = f->q->index;
	const struct query_part *part = &f->asked->parts[number];

	for (size_t i = 0; i < f->near_count + 2 * AHEAD; i++) {
		struct pair_cost *pair;

		if (i < f->near_count)
			__builtin_prefetch(&x->tokens[f->near[i].token]);
		if (i >= AHEAD && i - AHEAD < f->near_count) {
			const struct token_record *t = &x->tokens[f->near[i - AHEAD].token];

			__builtin_prefetch(&x->readings[t->readings]);
			__builtin_prefetch(&x->postings[t->postings + t->posting_count / 2]);
		}
		if (i < 2 * AHEAD)
			continue;
		pair = query_pair(f->q, part, f->asked->first_number + (uint32_t)number, f->near[i - 2 * AHEAD].token);
		if (pair->cost_mbit == COST_NONE || pair->walked ||
		    !near_suffices(f, part, pair, f->near[i - 2 * AHEAD].needed))
			continue;
		pair->walked = true;
		if (!postings_walk(f, pair->token))
			return;
	}
}

static void part_walk(struct finder *f, size_t part)
{
	const struct heard_part *heard = &f->asked->parts[part].heard;

	f->near_count = 0;
	for (size_t r = 0; r < heard->reading_count; r++) {
		uint32_t keys[KEYS_PER_SOUND_MAX];
		size_t n = sound_keys(sound_text(&heard->readings[r].sound), keys);

		for (size_t k = 0; k < n; k++)
			near_add(f, keys[k]);
	}
	if (heard->reading_count == 0) {
		uint32_t key = (uint32_t)hash_text(heard->native);

		near_add(f, key ? key : 1);
	}
	near_walk(f, part);
}

/* The commonest parts are left out while they carry less than half of the name. */
static void parts_walk(struct finder *f, const struct query_name *asked)
{
	bool left_out[HEARD_PARTS_MAX] = {false};
	uint64_t spare = 0;

	reach_by(f, asked, 2, false);
	for (;;) {
		size_t commonest = asked->part_count;

		for (size_t i = 0; i < asked->part_count; i++)
			if (!left_out[i] && (commonest == asked->part_count ||
					     asked->parts[i].weight_mbit < asked->parts[commonest].weight_mbit))
				commonest = i;
		if (commonest == asked->part_count ||
		    (spare + asked->parts[commonest].weight_mbit) * 2 >= asked->weight_mbit)
			break;
		left_out[commonest] = true;
		spare += asked->parts[commonest].weight_mbit;
	}
	for (size_t i = 0; i < asked->part_count; i++)
		if (!left_out[i])
			part_walk(f, i);
}

/* Parts run together on either side: whole words only, no letter left out. */
static void joins_find(struct finder *f, const struct query_name *name)
{
	const struct index *x = f->q->index;
	size_t first, end;

	reach_by(f, name, 2, true);
	for (size_t k = 0; k < name->join_count; k++) {
		const struct query_join *join = &name->joins[k];

		if (join->sound.len < JOIN_UNITS_MIN)
			continue;
		token_keys(x, sound_key(sound_text(&join->sound)), &first, &end);
		for (size_t n = 0; first < end && n < JOIN_TOKENS_MAX; first++, n++)
			if (x->keys[first].dates & f->dates && !postings_walk(f, x->keys[first].token))
				return;
	}
	for (size_t i = 0; i < name->part_count; i++)
		for (size_t r = 0; r < name->parts[i].heard.reading_count; r++) {
			struct text units = sound_text(&name->parts[i].heard.readings[r].sound);

			if (units.len < JOIN_UNITS_MIN)
				continue;
			join_keys(x, sound_key(units), &first, &end);
			for (; first < end; first++) {
				if (++f->walked > WALKED_NAMES_MAX) {
					f->set->bounded = true;
					return;
				}
				if (name_in_range(f, x->joins[first].name))
					reach(f, x->joins[first].name);
			}
		}
}

static enum status names_find(struct finder *f)
{
	f->joined = ARENA_NEW(f->q->arena, uint32_t, JOINED_MAX);
	f->reached = ARENA_NEW(f->q->arena, struct reached, REACHED_MAX);
	f->near = ARENA_NEW(f->q->arena, struct near, NEAR_TOKENS_MAX);
	if (f->joined == NULL || f->reached == NULL || f->near == NULL)
		return arena_failure(f->q->arena, NULL);
	ranges_find(f);
	needs_find(f);
	for (size_t k = 0; k < f->q->name_count; k++) {
		dates_find(f, &f->q->names[k]);
		parts_walk(f, &f->q->names[k]);
		joins_find(f, &f->q->names[k]);
	}
	reached_judge(f);
	qsort(f->joined, f->joined_count, sizeof *f->joined, number_order);
	f->set->joined = (struct joined_names){f->joined, f->joined_count};
	return ST_OK;
}

enum status candidates_find(struct query *q, uint32_t floor_ppm, struct candidate_set *ret_set)
{
	struct finder f = {.q = q, .set = ret_set, .floor_ppm = floor_ppm > SCORE_UNFOUND_MAX ? floor_ppm : 0};

	*ret_set = (struct candidate_set){0};
	f.room = q->name_count ? CANDIDATES_SLOTS_MAX : IDENTIFIED_MAX;
	ret_set->slots = ARENA_NEW(q->arena, uint32_t, f.room);
	if (ret_set->slots == NULL)
		return arena_failure(q->arena, NULL);
	identifiers_find(&f);
	if (q->name_count)
		TRY(names_find(&f));
	slots_settle(ret_set);
	return ST_OK;
}
