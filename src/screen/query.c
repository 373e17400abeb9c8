#include "screen/query.h"

#define WEIGHT_MIN 3000u
#define WEIGHT_MAX 15000u
#define WEIGHT_SMALL 500u /* particles, initials */
#define PREFIX_COST 2500u
#define PREFIX_UNITS_MIN 4u

static enum status part_prepare(const struct heard_part *heard, struct arena *arena, struct query_part *part)
{
	part->heard = *heard;
	part->signatures = ARENA_NEW(arena, uint64_t, heard->reading_count);
	part->coarse = ARENA_NEW(arena, struct sound, heard->reading_count);
	if (part->signatures == NULL || part->coarse == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < heard->reading_count; i++) {
		struct text units = sound_text(&heard->readings[i].sound);

		part->signatures[i] = sound_bigrams(units);
		part->coarse[i].len = (uint8_t)sound_coarse(units, part->coarse[i].units);
	}
	rarity_of(heard->reading_count ? sound_text(&heard->readings[0].sound) : TEXT("xxxxxx"), &part->rarity);
	return ST_OK;
}

/* Weights are taken in the one culture in which the whole name is likeliest. */
static void name_weigh(struct query_name *name)
{
	struct rarity_sum sum = {{0}};
	size_t culture;

	for (size_t i = 0; i < name->part_count; i++)
		rarity_add(&sum, &name->parts[i].rarity);
	culture = rarity_culture(&sum);
	name->weight_mbit = 0;
	for (size_t i = 0; i < name->part_count; i++) {
		struct query_part *part = &name->parts[i];
		uint32_t w = part->rarity.eighths[culture] * 125u;

		w = w < WEIGHT_MIN ? WEIGHT_MIN : w > WEIGHT_MAX ? WEIGHT_MAX : w;
		if (part->heard.role == PART_PARTICLE || part->heard.role == PART_TITLE ||
		    (part->heard.reading_count && part->heard.readings[0].sound.len == 1))
			w = WEIGHT_SMALL;
		else if (part->heard.role == PART_PATRONYMIC)
			w = w / 2;
		part->weight_mbit = w;
		name->weight_mbit += w;
	}
}

static void name_join(struct query_name *name, size_t first, size_t count, bool backwards)
{
	struct query_join join = {.first = (uint8_t)first, .count = (uint8_t)count};

	for (size_t k = 0; k < count; k++) {
		const struct query_part *part = &name->parts[first + (backwards ? count - 1 - k : k)];
		const struct sound *sound = part->heard.reading_count ? &part->heard.readings[0].sound : NULL;

		if (sound == NULL || !sound_append(&join.sound, sound_text(sound)))
			return;
		join.weight_mbit += part->weight_mbit;
	}
	join.bigrams = sound_bigrams(sound_text(&join.sound));
	if (name->join_count < QUERY_JOINS_MAX)
		name->joins[name->join_count++] = join;
}

static void name_joins(struct query_name *name)
{
	for (size_t count = 2; count <= 3; count++)
		for (size_t i = 0; i + count <= name->part_count; i++) {
			name_join(name, i, count, false);
			name_join(name, i, count, true);
		}
}

static enum status add_name(struct query *q, struct text value, const char *countries)
{
	struct heard_name forms[NAME_FORMS_MAX];
	size_t count;

	if (value.len == 0)
		return ST_OK;
	if (q->names == NULL) {
		q->names = ARENA_NEW(q->arena, struct query_name, QUERY_NAMES_MAX);
		q->pairs = ARENA_NEW(q->arena, struct pair_cost, PAIR_PLACES);
		if (q->names == NULL || q->pairs == NULL)
			return arena_failure(q->arena, NULL);
	}
	TRY(hear_name(value, countries, q->arena, forms, &count));
	for (size_t f = 0; f < count && q->name_count < QUERY_NAMES_MAX; f++) {
		struct query_name *name = &q->names[q->name_count];
		uint32_t before = q->name_count ? q->names[q->name_count - 1].first_number +
							  (uint32_t)q->names[q->name_count - 1].part_count
						: 0;

		*name = (struct query_name){.shown = value, .first_number = before};
		name->first_join = QUERY_NAMES_MAX * HEARD_PARTS_MAX + (uint32_t)q->name_count * QUERY_JOINS_MAX;
		for (size_t i = 0; i < forms[f].part_count; i++)
			TRY(part_prepare(&forms[f].parts[i], q->arena, &name->parts[name->part_count++]));
		name_weigh(name);
		name_joins(name);
		q->name_count++;
	}
	return ST_OK;
}

static enum status add_parts_name(struct query *q, const struct entity *entity, const char *countries)
{
	static const char *const properties[] = {"firstName", "secondName", "middleName", "fatherName", "lastName"};
	struct buffer name;
	struct text copy;
	enum status st = ST_OK;

	buffer_init(&name, FOLD_INPUT_MAX);
	for (size_t i = 0; i < sizeof properties / sizeof properties[0]; i++) {
		struct text part = entity_first(entity, properties[i]);

		if (part.len && name.len)
			buffer_add_char(&name, ' ');
		buffer_add_text(&name, part);
	}
	st = buffer_status(&name);
	if (st == ST_OK)
		st = arena_text(q->arena, buffer_text(&name), &copy);
	buffer_release(&name);
	return st == ST_OK ? add_name(q, copy, countries) : st;
}

static enum status add_names(struct query *q, const struct entity *entity, const char *countries)
{
	static const char *const properties[] = {"name", "alias", "previousName", "weakAlias"};

	for (size_t k = 0; k < sizeof properties / sizeof properties[0]; k++) {
		const struct property *p = entity_get(entity, properties[k]);

		for (size_t i = 0; p && i < p->count; i++)
			TRY(add_name(q, p->values[i], countries));
	}
	return q->name_count ? ST_OK : add_parts_name(q, entity, countries);
}

enum status query_prepare(const struct index *index, const struct entity *entity, struct arena *arena,
			  struct query *ret_query, struct error *ret_error)
{
	struct query *q = ret_query;
	char countries[4 * FACTS_COUNTRIES_MAX] = "";
	size_t n = 0;

	q->index = index;
	q->arena = arena;
	q->name_count = 0;
	TRY(facts_of(entity, true, arena, &q->facts, ret_error));
	if (q->facts.group == GROUP_OTHER)
		return error_at(ret_error, ST_MALFORMED, "schema", 0, "nothing of schema %.*s is screened",
				TEXT_ARG(entity->schema));
	for (size_t i = 0; i < q->facts.country_count; i++) {
		if (n)
			countries[n++] = ',';
		countries[n++] = (char)(q->facts.countries[i] >> 8);
		countries[n++] = (char)q->facts.countries[i];
	}
	countries[n] = '\0';
	return add_names(q, entity, countries);
}

/* Same script on both sides and letters that differ: the readings may agree by chance. */
static uint32_t native_penalty(enum script script)
{
	switch (script) {
	case SCRIPT_HAN:
		return 3000;
	case SCRIPT_HANGUL:
		return 2500;
	case SCRIPT_KHMER:
	case SCRIPT_THAI:
	case SCRIPT_KANA:
		return 1500;
	case SCRIPT_LATIN:
		return 0;
	case SCRIPT_COMMON:
	case SCRIPT_LAO:
	case SCRIPT_MYANMAR:
	case SCRIPT_CYRILLIC:
	case SCRIPT_ARABIC:
	case SCRIPT_HEBREW:
	case SCRIPT_GREEK:
	case SCRIPT_ARMENIAN:
	case SCRIPT_GEORGIAN:
	case SCRIPT_DEVANAGARI:
	case SCRIPT_OTHER:
	case SCRIPT_COUNT:
		return 700;
	}
	return 0;
}

static bool is_prefix(struct text a, struct text b)
{
	return a.len >= PREFIX_UNITS_MIN && b.len > a.len && memcmp(a.data, b.data, a.len) == 0;
}

/* Whether the index leads from the part to the token (build_names.c gives a token its keys). */
static bool shares_key(const struct query *q, const struct query_part *part, const struct token_record *token)
{
	const uint8_t *at = q->index->readings + token->readings;

	if (token->reading_count == 0)
		return part->heard.reading_count == 0 && text_equal(part->heard.native, token_native(q->index, token));
	for (size_t t = 0; t < token->reading_count; t++) {
		struct sound coarse;

		coarse.len = (uint8_t)sound_coarse(reading_next(&at).units, coarse.units);
		for (size_t i = 0; i < part->heard.reading_count; i++)
			if (coarse_share_key(sound_text(&part->coarse[i]), sound_text(&coarse)))
				return true;
	}
	return false;
}

static void compare(const struct query *q, const struct query_part *part, struct pair_cost *pair)
{
	const struct token_record *token = &q->index->tokens[pair->token];
	const uint8_t *at = q->index->readings + token->readings;
	bool same_script = (enum script)token->script == part->heard.script;
	uint32_t worth = part->weight_mbit < LINK_COST_MAX ? part->weight_mbit : LINK_COST_MAX;
	uint32_t best = worth + 1, extra = same_script ? native_penalty(part->heard.script) : 0;

	pair->cost_mbit = COST_NONE;
	/* Of Latin letters the reading says as much, and the text need not be fetched. */
	if (same_script && (part->heard.script != SCRIPT_LATIN || token->reading_count == 0) &&
	    text_equal(part->heard.native, token_native(q->index, token))) {
		pair->cost_mbit = 0;
		pair->anchored = shares_key(q, part, token);
		return;
	}
	/* No reading has more bigrams than all together: most strangers are turned away without looking at any. */
	if (!part_meets(part, token->bigrams))
		return;
	for (size_t t = 0; t < token->reading_count; t++) {
		struct reading_view listed = reading_next(&at);
		uint32_t before = listed.penalty_mbit + extra;

		for (size_t i = 0; i < part->heard.reading_count && before < best; i++) {
			const struct heard_reading *r = &part->heard.readings[i];
			uint32_t cost = before + r->penalty * READING_PENALTY_MBIT;

			if (cost >= best || !bigrams_meet(part->signatures[i], listed.bigrams))
				continue;
			if (is_prefix(sound_text(&r->sound), listed.units) || is_prefix(listed.units, sound_text(&r->sound)))
				cost += PREFIX_COST;
			else
				cost += sound_distance(sound_text(&r->sound), listed.units, best - cost);
			if (cost < best) {
				best = cost;
				pair->query_reading = (uint8_t)i;
				pair->token_reading = (uint8_t)t;
			}
		}
	}
	if (best > worth)
		return;
	pair->cost_mbit = (uint16_t)best;
	pair->anchored = shares_key(q, part, token);
}

bool query_pair_find(struct query *q, uint32_t number, uint32_t token, struct pair_cost **ret_pair)
{
	struct pair_cost *pair = &q->pairs[((token * 2654435761u) >> 12 ^ number * 1031u) & (PAIR_PLACES - 1)];

	*ret_pair = pair;
	if (pair->token == token && pair->part_plus_1 == number + 1)
		return true;
	*pair = (struct pair_cost){.token = token, .part_plus_1 = (uint16_t)(number + 1)};
	return false;
}

struct pair_cost *query_pair(struct query *q, const struct query_part *part, uint32_t part_number, uint32_t token)
{
	struct pair_cost *pair;

	if (!query_pair_find(q, part_number, token, &pair))
		compare(q, part, pair);
	return pair;
}
