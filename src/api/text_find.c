#include <stdlib.h>

#include "api/params.h"
#include "api/text_match.h"
#include "api/text_query.h"

#define PATTERNS_MAX 32u
#define NAME_WEIGHT 3u /* a word in a name against one elsewhere */

struct patterns {
	struct pattern list[PATTERNS_MAX];
	size_t count;
};

/* ---- patterns ---- */

/* Folds what stands between the stars. */
static enum status wild_fold(struct finding *f, struct text in, struct text *ret)
{
	char *out = arena_alloc(f->arena, in.len * 4 + 8, 1);
	size_t len = 0, at = 0, room = in.len * 4 + 8;

	if (out == NULL)
		return arena_failure(f->arena, NULL);
	while (at < in.len) {
		size_t from = at;
		struct word_list words;

		if (strchr("*?", in.data[at])) {
			if (len < room)
				out[len++] = in.data[at];
			at++;
			continue;
		}
		while (at < in.len && !strchr("*?", in.data[at]))
			at++;
		TRY(words_cut((struct text){in.data + from, at - from}, false, f->arena, &words));
		for (size_t i = 0; i < words.count && len + words.list[i].len < room; i++) {
			memcpy(out + len, words.list[i].data, words.list[i].len);
			len += words.list[i].len;
		}
	}
	*ret = (struct text){out, len};
	return ST_OK;
}

static enum status patterns_of(struct finding *f, const struct clause *clause, struct patterns *ret)
{
	struct word_list words;

	ret->count = 0;
	if (clause->wild) {
		ret->list[ret->count++] = (struct pattern){.wild = true};
		return wild_fold(f, clause->text, &ret->list[0].word);
	}
	TRY(words_cut(clause->text, false, f->arena, &words));
	if (words.count > PATTERNS_MAX)
		return ST_LIMIT;
	for (size_t i = 0; i < words.count; i++)
		ret->list[ret->count++] = (struct pattern){words.list[i], false, clause->edits};
	return ST_OK;
}

/* ---- looking into entities ---- */

static enum status entity_open(struct finding *f, entity_ref ref, struct error *ret_error)
{
	if (f->has_entity && f->entity_ref == ref)
		return ST_OK;
	if (++f->reads > READS_MAX)
		return error_set(ret_error, ST_LIMIT, "more than %u entities would have to be looked into; add a word or a filter",
				 READS_MAX);
	arena_clear(&f->scratch);
	f->has_entity = false;
	TRY(entity_read(index_entity_json(f->lists->index, ref), &f->scratch, &f->entity, ret_error));
	f->has_entity = true;
	f->entity_ref = ref;
	return ST_OK;
}

static const char *const value_fields[LISTS_GROUPS] = {"countries", "topics", "genders", "identifiers"};

/* Other groups of values, and the type that the model gives them. */
static const struct {
	const char *field, *type;
} type_fields[] = {
	{"names", "name"}, {"dates", "date"}, {"emails", "email"}, {"phones", "phone"}, {"addresses", "address"},
	{"languages", "language"}, {"urls", "url"}, {"checksums", "checksum"}, {"ips", "ip"}, {"mimetypes", "mimetype"},
	{"entities", "entity"},
};
static const char *const plain_fields[] = {"id", "entity_id", "schema", "datasets", "target", "last_change", "caption",
					   "referents", "first_seen", "last_seen"};

static const char *type_of_field(struct text field)
{
	for (size_t i = 0; i < sizeof type_fields / sizeof type_fields[0]; i++)
		if (text_equal(field, text_of(type_fields[i].field)))
			return type_fields[i].type;
	return NULL;
}

/* NAME of properties.NAME, or empty. */
static struct text property_of_field(struct text field)
{
	static const char start[] = "properties.";

	if (!text_starts(field, text_of(start)))
		return TEXT("");
	return (struct text){field.data + sizeof start - 1, field.len - sizeof start + 1};
}

bool field_known(struct text field)
{
	struct text property = property_of_field(field);

	for (size_t i = 0; i < sizeof plain_fields / sizeof plain_fields[0]; i++)
		if (text_equal(field, text_of(plain_fields[i])))
			return true;
	for (size_t i = 0; i < LISTS_GROUPS; i++)
		if (text_equal(field, text_of(value_fields[i])))
			return true;
	for (size_t i = 0; property.len && i < ftm_property_count(); i++)
		if (text_equal(ftm_property_at(i)->name, property))
			return true;
	return type_of_field(field) != NULL;
}

/* Fields that need no look into the entity; gives false where the field is none of them. */
static bool entry_each(struct finding *f, entity_ref ref, struct text field, value_taker *take, void *context, bool *taken)
{
	const struct lists_snapshot *lists = f->lists;
	const struct lists_entry *e = &lists->entries[ref];

	for (unsigned g = 0; g < LISTS_GROUPS; g++)
		if (text_equal(field, text_of(value_fields[g]))) {
			for (uint32_t i = 0; i < e->value_count && !*taken; i++)
				if (lists->values[e->values[i]].group == (enum lists_group)g)
					*taken = take(context, lists->values[e->values[i]].text);
			return true;
		}
	if (text_equal(field, TEXT("schema"))) {
		*taken = e->schema && take(context, e->schema->name);
	} else if (text_equal(field, TEXT("id")) || text_equal(field, TEXT("entity_id"))) {
		*taken = take(context, index_entity_id(lists->index, ref));
	} else if (text_equal(field, TEXT("target"))) {
		*taken = take(context, api_is_target(e) ? TEXT("true") : TEXT("false"));
	} else if (text_equal(field, TEXT("last_change"))) {
		*taken = e->last_change.len && take(context, e->last_change);
	} else if (text_equal(field, TEXT("datasets"))) {
		for (uint32_t i = 0; i < e->dataset_count && !*taken; i++)
			*taken = take(context, lists->datasets[e->datasets[i]].name);
	} else {
		return false;
	}
	return true;
}

static void properties_each(struct finding *f, entity_ref ref, struct text field, value_taker *take, void *context,
			    bool *taken)
{
	const struct ftm_schema *schema = f->lists->entries[ref].schema;
	const char *type = type_of_field(field);
	struct text name = property_of_field(field);

	for (size_t p = 0; p < f->entity.property_count && !*taken; p++) {
		const struct property *values = &f->entity.properties[p];
		const struct ftm_property *known = schema ? ftm_property(schema, values->name) : NULL;
		bool wanted = field.len == 0 || text_equal(field, TEXT("text")) || (name.len && text_equal(name, values->name)) ||
			      (type && known && text_equal(known->type, text_of(type)));

		for (size_t i = 0; wanted && i < values->count && !*taken; i++)
			*taken = take(context, values->values[i]);
	}
}

static enum status each(struct finding *f, entity_ref ref, struct text field, value_taker *take, void *context, bool *taken,
			struct error *ret_error)
{
	*taken = false;
	if (entry_each(f, ref, field, take, context, taken))
		return ST_OK;
	TRY(entity_open(f, ref, ret_error));
	if (text_equal(field, TEXT("caption")))
		*taken = take(context, entity_caption(&f->entity));
	else if (text_equal(field, TEXT("first_seen")))
		*taken = f->entity.first_seen.len && take(context, f->entity.first_seen);
	else if (text_equal(field, TEXT("last_seen")))
		*taken = f->entity.last_seen.len && take(context, f->entity.last_seen);
	else if (text_equal(field, TEXT("referents")))
		for (size_t i = 0; i < f->entity.referent_count && !*taken; i++)
			*taken = take(context, f->entity.referents[i]);
	else
		properties_each(f, ref, field, take, context, taken);
	return ST_OK;
}

enum status field_each(struct finding *finding, entity_ref ref, struct text field, value_taker *take, void *context,
		       bool *ret_taken)
{
	return each(finding, ref, field, take, context, ret_taken, NULL);
}

/* ---- testing one entity ---- */

struct test {
	struct finding *f;
	const struct clause *clause;
	const struct patterns *patterns;
	bool found[PATTERNS_MAX]; /* of CLAUSE_WORDS, over all values */
	enum status st;
};

static bool take_words(void *context, struct text value)
{
	struct test *t = context;
	struct word_list words;
	size_t found = 0, run = 0;

	if (t->st == ST_OK)
		t->st = words_cut(value, t->clause->kind == CLAUSE_WORDS, &t->f->scratch, &words);
	if (t->st != ST_OK)
		return true;
	for (size_t i = 0; i < words.count && t->clause->kind == CLAUSE_WORDS; i++)
		for (size_t k = 0; k < t->patterns->count; k++)
			t->found[k] = t->found[k] || pattern_fits(&t->patterns->list[k], words.list[i]);
	while (found < t->patterns->count && t->found[found])
		found++;
	if (t->clause->kind == CLAUSE_WORDS)
		return found == t->patterns->count;
	for (size_t i = 0; i + t->patterns->count <= words.count && run < t->patterns->count; i++)
		for (run = 0; run < t->patterns->count; run++)
			if (!text_equal(words.list[i + run], t->patterns->list[run].word))
				break;
	return run == t->patterns->count;
}

static bool take_plain(void *context, struct text value)
{
	const struct test *t = context;
	const struct clause *c = t->clause;
	int low, high;

	if (c->kind == CLAUSE_EXISTS)
		return true;
	if (c->kind == CLAUSE_EXACT)
		return text_equal_nocase(value, c->text);
	/* What begins with the end of a range is in it: 1965 holds 1965-09-21. */
	low = c->text.len ? text_compare(value, c->text) : 1;
	high = c->upper.len ? text_compare(value, c->upper) : -1;
	if (c->above && c->text.len && text_starts(value, c->text))
		low = -1;
	if (c->upper.len && text_starts(value, c->upper))
		high = c->below ? 1 : 0;
	return low >= 0 && high <= 0;
}

static enum status test_one(struct finding *f, const struct clause *clause, const struct patterns *patterns, entity_ref ref,
			    bool *ret, struct error *ret_error)
{
	struct test t = {.f = f, .clause = clause, .patterns = patterns};
	bool words = clause->kind == CLAUSE_WORDS || clause->kind == CLAUSE_PHRASE;

	TRY(each(f, ref, clause->field, words ? take_words : take_plain, &t, ret, ret_error));
	return t.st;
}

static enum status test_hits(struct finding *f, const struct clause *clause, struct hits *hits, struct error *ret_error)
{
	struct patterns patterns = {.count = 0};
	size_t kept = 0;

	if (clause->kind == CLAUSE_WORDS || clause->kind == CLAUSE_PHRASE)
		TRY(patterns_of(f, clause, &patterns));
	for (size_t i = 0; i < hits->count; i++) {
		bool holds;

		TRY(test_one(f, clause, &patterns, hits->list[i].ref, &holds, ret_error));
		if (holds)
			hits->list[kept++] = hits->list[i];
	}
	hits->count = kept;
	return ST_OK;
}

/* ---- finding ---- */

static enum status hits_room(struct finding *f, size_t count, struct hits *ret)
{
	ret->list = ARENA_NEW(f->arena, struct hit, count ? count : 1);
	ret->count = 0;
	return ret->list ? ST_OK : arena_failure(f->arena, NULL);
}

static enum status all_hits(struct finding *f, struct hits *ret)
{
	uint32_t count = index_entity_count(f->lists->index);

	TRY(hits_room(f, count, ret));
	for (entity_ref ref = 0; ref < count; ref++)
		ret->list[ret->count++] = (struct hit){ref, 0};
	return ST_OK;
}

static enum status join(struct finding *f, struct hits a, struct hits b, bool both, struct hits *ret)
{
	size_t i = 0, k = 0;

	TRY(hits_room(f, both ? (a.count < b.count ? a.count : b.count) : a.count + b.count, ret));
	while (i < a.count || k < b.count) {
		bool first = k == b.count || (i < a.count && a.list[i].ref <= b.list[k].ref);
		bool second = i == a.count || (k < b.count && b.list[k].ref <= a.list[i].ref);
		struct hit hit = first ? a.list[i] : b.list[k];

		if (first && second)
			hit.weight += b.list[k].weight;
		if ((first && second) || !both)
			ret->list[ret->count++] = hit;
		i += first;
		k += second;
	}
	return ST_OK;
}

static enum status without(struct finding *f, struct hits a, struct hits b, struct hits *ret)
{
	size_t k = 0;

	TRY(hits_room(f, a.count, ret));
	for (size_t i = 0; i < a.count; i++) {
		while (k < b.count && b.list[k].ref < a.list[i].ref)
			k++;
		if (k == b.count || b.list[k].ref != a.list[i].ref)
			ret->list[ret->count++] = a.list[i];
	}
	return ST_OK;
}

/* Rarer words weigh more: thousandths of the bits of being in one of so many. */
static uint32_t rarity(uint32_t all, uint32_t having)
{
	uint64_t ratio = ((uint64_t)all << 16) / (having ? having : 1);
	uint32_t bits = 63 - (uint32_t)__builtin_clzll(ratio | 1);

	return bits < 16 ? 1000 : (bits - 15) * 1000 + (uint32_t)((ratio >> (bits - 10)) & 1023) * 1000 / 1024;
}

static void add_places(struct finding *f, uint32_t word, bool names_only, uint32_t *weights)
{
	uint32_t count, weight;
	const word_place *places = words_places(f->lists->words, word, &count);

	weight = rarity(index_entity_count(f->lists->index), count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t here = places[i] & 1 ? weight * NAME_WEIGHT : weight;

		if ((!names_only || (places[i] & 1)) && weights[places[i] >> 1] < here)
			weights[places[i] >> 1] = here;
	}
}

/* A word of a search with marks also finds the plain ones, as those of the list stand under both. */
static enum status add_plain(struct finding *f, struct text word, bool names_only, uint32_t *weights)
{
	struct word_list forms;
	uint32_t at;

	TRY(words_cut(word, true, f->arena, &forms));
	for (size_t i = 0; i < forms.count; i++) {
		at = words_from(f->lists->words, forms.list[i]);
		if (at < words_count(f->lists->words) && text_equal(words_at(f->lists->words, at), forms.list[i]))
			add_places(f, at, names_only, weights);
	}
	return ST_OK;
}

static enum status find_pattern(struct finding *f, const struct pattern *pattern, bool names_only, struct hits *ret,
				struct error *ret_error)
{
	uint32_t all = index_entity_count(f->lists->index), *weights = calloc((size_t)all + 1, sizeof *weights);
	struct text start = pattern_start(pattern);
	enum status st = weights ? ST_OK : ST_NO_MEMORY;
	size_t found = 0;

	if (st == ST_OK && (pattern->wild || pattern->edits) && ++f->scans > SCANS_MAX)
		st = error_set(ret_error, ST_LIMIT, "more than %u words with * ? or ~", SCANS_MAX);
	if (st == ST_OK && !pattern->wild && !pattern->edits)
		st = add_plain(f, pattern->word, names_only, weights);
	else if (st == ST_OK)
		for (uint32_t i = words_from(f->lists->words, start); i < words_count(f->lists->words); i++) {
			if (!text_starts(words_at(f->lists->words, i), start))
				break;
			if (pattern_fits(pattern, words_at(f->lists->words, i)))
				add_places(f, i, names_only, weights);
		}
	for (uint32_t i = 0; st == ST_OK && i < all; i++)
		found += weights[i] != 0;
	if (st == ST_OK)
		st = hits_room(f, found, ret);
	for (uint32_t i = 0; st == ST_OK && i < all; i++)
		if (weights[i])
			ret->list[ret->count++] = (struct hit){i, weights[i]};
	free(weights);
	return st;
}

static bool is_everywhere(struct text field)
{
	return field.len == 0 || text_equal(field, TEXT("text"));
}

/* Whether the words of the list lead to what the clause looks for. */
static bool has_words(const struct clause *c)
{
	return (c->kind == CLAUSE_WORDS || c->kind == CLAUSE_PHRASE || c->kind == CLAUSE_EXACT) &&
	       (is_everywhere(c->field) || property_of_field(c->field).len || text_equal(c->field, TEXT("caption")) ||
		(type_of_field(c->field) && !text_equal(c->field, TEXT("entities"))));
}

static enum status find_words(struct finding *f, const struct clause *c, struct hits *ret, struct error *ret_error)
{
	bool names = text_equal(c->field, TEXT("names"));
	struct patterns patterns;
	struct hits more;

	TRY(patterns_of(f, c, &patterns));
	TRY(hits_room(f, 0, ret));
	for (size_t i = 0; i < patterns.count; i++) {
		TRY(find_pattern(f, &patterns.list[i], names, &more, ret_error));
		if (i == 0)
			*ret = more;
		else
			TRY(join(f, *ret, more, true, ret));
	}
	/* One word anywhere, or in a name, needs no second look. */
	if (c->kind == CLAUSE_WORDS && (is_everywhere(c->field) || names))
		return ST_OK;
	if (c->kind == CLAUSE_PHRASE && patterns.count < 2 && (is_everywhere(c->field) || names))
		return ST_OK;
	return test_hits(f, c, ret, ret_error);
}

/* What only tests, is put off until others have found. */
static bool only_tests(const struct clause *c)
{
	return c->kind == CLAUSE_RANGE || c->kind == CLAUSE_EXISTS || c->kind == CLAUSE_NOT || c->kind == CLAUSE_ALL ||
	       ((c->kind == CLAUSE_WORDS || c->kind == CLAUSE_PHRASE || c->kind == CLAUSE_EXACT) && !has_words(c));
}

static enum status find_and(struct finding *f, const struct clause *c, struct hits *ret, struct error *ret_error)
{
	bool started = false;
	struct hits more;

	for (const struct clause *k = c->first; k; k = k->next) {
		if (only_tests(k))
			continue;
		TRY(text_query_find(f, k, &more, ret_error));
		if (started)
			TRY(join(f, *ret, more, true, ret));
		else
			*ret = more;
		started = true;
	}
	if (!started)
		TRY(all_hits(f, ret));
	for (const struct clause *k = c->first; k; k = k->next) {
		if (!only_tests(k) || k->kind == CLAUSE_ALL)
			continue;
		if (k->kind != CLAUSE_NOT) {
			TRY(test_hits(f, k, ret, ret_error));
			continue;
		}
		TRY(text_query_find(f, k->first, &more, ret_error));
		TRY(without(f, *ret, more, ret));
	}
	return ST_OK;
}

enum status text_query_find(struct finding *f, const struct clause *c, struct hits *ret_hits, struct error *ret_error)
{
	struct hits more;

	switch (c->kind) {
	case CLAUSE_NONE:
		return hits_room(f, 0, ret_hits);
	case CLAUSE_ALL:
		return all_hits(f, ret_hits);
	case CLAUSE_AND:
		return find_and(f, c, ret_hits, ret_error);
	case CLAUSE_OR:
		TRY(hits_room(f, 0, ret_hits));
		for (const struct clause *k = c->first; k; k = k->next) {
			TRY(text_query_find(f, k, &more, ret_error));
			TRY(join(f, *ret_hits, more, false, ret_hits));
		}
		return ST_OK;
	case CLAUSE_NOT:
		TRY(text_query_find(f, c->first, &more, ret_error));
		TRY(all_hits(f, ret_hits));
		return without(f, *ret_hits, more, ret_hits);
	case CLAUSE_WORDS:
	case CLAUSE_PHRASE:
	case CLAUSE_EXACT:
		if (has_words(c))
			return find_words(f, c, ret_hits, ret_error);
		break;
	case CLAUSE_RANGE:
	case CLAUSE_EXISTS:
		break;
	}
	TRY(all_hits(f, ret_hits));
	return test_hits(f, c, ret_hits, ret_error);
}
