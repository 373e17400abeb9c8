#include "screen/index.h"

#include <stdlib.h>

#include "screen/fingerprint.h"
#include "screen/hash.h"

/* The image is little endian and is read in place. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the index image is little endian");

static const size_t item_size[SECTION_COUNT] = {
	[SECTION_SLOTS] = sizeof(struct slot_record),
	[SECTION_NAMES] = sizeof(struct name_record),
	[SECTION_PARTS] = sizeof(struct part_record),
	[SECTION_TOKENS] = sizeof(struct token_record),
	[SECTION_READINGS] = 1,
	[SECTION_POSTINGS] = sizeof(uint32_t),
	[SECTION_KEYS] = sizeof(struct token_key),
	[SECTION_KEY_STARTS] = sizeof(uint32_t),
	[SECTION_JOINS] = sizeof(struct join_key),
	[SECTION_JOIN_STARTS] = sizeof(uint32_t),
	[SECTION_DATES] = sizeof(struct date_entry),
	[SECTION_YEARS] = sizeof(struct year_entry),
	[SECTION_IDENTIFIERS] = sizeof(struct identifier_entry),
	[SECTION_IDS] = sizeof(struct id_entry),
	[SECTION_FACTS] = 1,
	[SECTION_TEXT] = 1,
	[SECTION_ENTITIES] = 1,
};

struct sections {
	const void *at[SECTION_COUNT];
	size_t count[SECTION_COUNT];
};

static enum status corrupt(struct error *ret_error, const char *what, size_t where)
{
	return error_at(ret_error, ST_CORRUPT, what, (int64_t)where, "the index is damaged: %s at %zu", what, where);
}

static enum status check_header(struct bytes image, struct error *ret_error)
{
	const struct image_header *h = (const void *)image.data;

	if (image.len < sizeof *h + SECTION_COUNT * sizeof(struct image_range) || (uintptr_t)image.data % 8)
		return corrupt(ret_error, "length", image.len);
	if (memcmp(h->magic, IMAGE_MAGIC, sizeof h->magic) != 0)
		return error_set(ret_error, ST_CORRUPT, "this is not an index file");
	if (h->version != IMAGE_VERSION || h->section_count != SECTION_COUNT)
		return error_set(ret_error, ST_CONFLICT, "index format %u, this program reads %u", h->version,
				 IMAGE_VERSION);
	if (h->tables != tables_fingerprint())
		return error_set(ret_error, ST_CONFLICT, "the index was built with other tables");
	if (h->size != image.len)
		return corrupt(ret_error, "length", image.len);
	return ST_OK;
}

static enum status check_sections(struct bytes image, struct sections *ret, struct error *ret_error)
{
	const struct image_header *h = (const void *)image.data;
	const struct image_range *ranges = (const void *)(h + 1);

	if (h->checksum != XXH3_64bits(ranges, SECTION_COUNT * sizeof *ranges))
		return corrupt(ret_error, "section table", sizeof *h);
	for (size_t s = 0; s < SECTION_COUNT; s++) {
		if (ranges[s].offset % 8 || ranges[s].offset > image.len ||
		    ranges[s].size > image.len - ranges[s].offset || ranges[s].size % item_size[s])
			return corrupt(ret_error, "section", s);
		if (XXH3_64bits(image.data + ranges[s].offset, ranges[s].size) != ranges[s].checksum)
			return corrupt(ret_error, "checksum of section", s);
		ret->at[s] = image.data + ranges[s].offset;
		ret->count[s] = ranges[s].size / item_size[s];
	}
	return ST_OK;
}

static bool power_of_two(size_t n)
{
	return n && (n & (n - 1)) == 0;
}

static bool range_ok(uint64_t at, uint64_t len, size_t size)
{
	return at <= size && len <= size - at;
}

static enum status check_slots(const struct index *x, struct error *ret_error)
{
	for (size_t s = 0; s <= x->slot_count; s++) {
		const struct slot_record *r = &x->slots[s];

		if (r->first_name > x->name_count || (s && r->first_name < x->slots[s - 1].first_name))
			return corrupt(ret_error, "slot", s);
		if (s == x->slot_count)
			break;
		if (!range_ok(r->entity, r->entity_len, x->entities_size) || r->facts >= x->facts_size ||
		    !range_ok(r->id, r->id_len, x->text_size))
			return corrupt(ret_error, "slot", s);
	}
	for (size_t s = 0; s < x->person_count; s++) {
		struct fact_identifier ids[FACTS_IDENTIFIERS_MAX];
		struct facts facts;
		struct bytes in = {x->facts + x->slots[s].facts, x->facts_size - x->slots[s].facts};

		if (facts_read(in, ids, &facts) == 0)
			return corrupt(ret_error, "facts of slot", s);
	}
	return ST_OK;
}

static enum status check_names(const struct index *x, struct error *ret_error)
{
	for (size_t n = 0; n < x->name_count; n++) {
		const struct name_record *r = &x->names[n];

		if (r->slot >= x->slot_count || !range_ok(r->first_part, r->part_count, x->part_count) ||
		    r->part_count == 0 || r->part_count > 16 || !range_ok(r->text, r->text_len, x->text_size))
			return corrupt(ret_error, "name", n);
	}
	for (size_t i = 0; i < x->part_count; i++)
		if (x->parts[i].token >= x->token_count)
			return corrupt(ret_error, "part", i);
	for (size_t t = 0; t < x->token_count; t++) {
		const struct token_record *r = &x->tokens[t];
		size_t at = r->readings;

		if (!range_ok(r->native, r->native_len, x->text_size) ||
		    !range_ok(r->postings, r->posting_count, x->posting_count))
			return corrupt(ret_error, "token", t);
		for (size_t i = 0; i < r->reading_count; i++) {
			if (!range_ok(at, READING_HEAD, x->readings_size) || x->readings[at + 1] > 40 ||
			    !range_ok(at + READING_HEAD, x->readings[at + 1], x->readings_size))
				return corrupt(ret_error, "reading of token", t);
			at += READING_HEAD + x->readings[at + 1];
		}
	}
	for (size_t i = 0; i < x->posting_count; i++)
		if (x->postings[i] >= x->name_count)
			return corrupt(ret_error, "posting", i);
	return ST_OK;
}

static bool starts_ok(const uint32_t *starts, size_t n, size_t count)
{
	if (n < 2 || !power_of_two(n - 1) || starts[0] != 0 || starts[n - 1] != count)
		return false;
	for (size_t i = 1; i < n; i++)
		if (starts[i] < starts[i - 1])
			return false;
	return true;
}

/* Numbers in range; tables that are searched in order, in order; hash tables with an empty place. */
static enum status check_tables(const struct index *x, struct error *ret_error)
{
	bool empty = false;

	for (size_t i = 0; i < x->key_count; i++)
		if (x->keys[i].token >= x->token_count || (i && x->keys[i].key < x->keys[i - 1].key))
			return corrupt(ret_error, "key", i);
	for (size_t i = 0; i < x->join_count; i++)
		if (x->joins[i].name >= x->name_count || (i && x->joins[i].key < x->joins[i - 1].key))
			return corrupt(ret_error, "join", i);
	if (!starts_ok(x->key_starts, x->key_start_count, x->key_count))
		return corrupt(ret_error, "key starts", 0);
	if (!starts_ok(x->join_starts, x->join_start_count, x->join_count))
		return corrupt(ret_error, "join starts", 0);
	for (size_t i = 0; i < x->date_count; i++)
		if (x->dates[i].slot >= x->person_count || (i && x->dates[i].date < x->dates[i - 1].date))
			return corrupt(ret_error, "date", i);
	for (size_t i = 0; i < x->year_count; i++)
		if (x->years[i].first_slot >= x->person_count ||
		    (i && (x->years[i].year <= x->years[i - 1].year ||
			   x->years[i].first_slot <= x->years[i - 1].first_slot)))
			return corrupt(ret_error, "year", i);
	if (!power_of_two(x->identifier_size) || !power_of_two(x->id_size))
		return corrupt(ret_error, "hash table", 0);
	for (size_t i = 0; i < x->identifier_size; i++) {
		if (x->identifiers[i].slot >= x->person_count && x->identifiers[i].hash)
			return corrupt(ret_error, "identifier", i);
		empty = empty || x->identifiers[i].hash == 0;
	}
	if (!empty)
		return corrupt(ret_error, "identifier table", 0);
	empty = false;
	for (size_t i = 0; i < x->id_size; i++) {
		if (x->ids[i].slot >= x->slot_count && x->ids[i].hash)
			return corrupt(ret_error, "id", i);
		empty = empty || x->ids[i].hash == 0;
	}
	return empty ? ST_OK : corrupt(ret_error, "id table", 0);
}

static void sections_view(const struct sections *s, struct index *x)
{
	x->slots = s->at[SECTION_SLOTS];
	x->slot_count = s->count[SECTION_SLOTS] - 1;
	x->names = s->at[SECTION_NAMES];
	x->name_count = s->count[SECTION_NAMES];
	x->parts = s->at[SECTION_PARTS];
	x->part_count = s->count[SECTION_PARTS];
	x->tokens = s->at[SECTION_TOKENS];
	x->token_count = s->count[SECTION_TOKENS];
	x->readings = s->at[SECTION_READINGS];
	x->readings_size = s->count[SECTION_READINGS];
	x->postings = s->at[SECTION_POSTINGS];
	x->posting_count = s->count[SECTION_POSTINGS];
	x->keys = s->at[SECTION_KEYS];
	x->key_count = s->count[SECTION_KEYS];
	x->key_starts = s->at[SECTION_KEY_STARTS];
	x->key_start_count = s->count[SECTION_KEY_STARTS];
	x->joins = s->at[SECTION_JOINS];
	x->join_count = s->count[SECTION_JOINS];
	x->join_starts = s->at[SECTION_JOIN_STARTS];
	x->join_start_count = s->count[SECTION_JOIN_STARTS];
	x->dates = s->at[SECTION_DATES];
	x->date_count = s->count[SECTION_DATES];
	x->years = s->at[SECTION_YEARS];
	x->year_count = s->count[SECTION_YEARS];
	x->identifiers = s->at[SECTION_IDENTIFIERS];
	x->identifier_size = s->count[SECTION_IDENTIFIERS];
	x->ids = s->at[SECTION_IDS];
	x->id_size = s->count[SECTION_IDS];
	x->facts = s->at[SECTION_FACTS];
	x->facts_size = s->count[SECTION_FACTS];
	x->text = s->at[SECTION_TEXT];
	x->text_size = s->count[SECTION_TEXT];
	x->entities = s->at[SECTION_ENTITIES];
	x->entities_size = s->count[SECTION_ENTITIES];
}

enum status index_open(struct bytes image, struct index **ret_index, struct error *ret_error)
{
	struct sections sections;
	struct index *x;
	enum status st;

	TRY(check_header(image, ret_error));
	TRY(check_sections(image, &sections, ret_error));
	if (sections.count[SECTION_SLOTS] == 0 || sections.count[SECTION_SLOTS] > UINT32_MAX)
		return corrupt(ret_error, "slots", 0);
	x = calloc(1, sizeof *x);
	if (x == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	x->header = (const void *)image.data;
	sections_view(&sections, x);
	x->person_count = x->header->persons;
	st = x->person_count <= x->slot_count ? ST_OK : corrupt(ret_error, "persons", x->person_count);
	if (st == ST_OK)
		st = check_slots(x, ret_error);
	if (st == ST_OK)
		st = check_names(x, ret_error);
	if (st == ST_OK)
		st = check_tables(x, ret_error);
	if (st != ST_OK) {
		free(x);
		return st;
	}
	*ret_index = x;
	return ST_OK;
}

void index_close(struct index *index)
{
	free(index);
}

uint32_t index_entity_count(const struct index *index)
{
	return (uint32_t)index->slot_count;
}

uint32_t index_person_count(const struct index *index)
{
	return (uint32_t)index->person_count;
}

uint64_t index_name_count(const struct index *index)
{
	uint64_t count = 0;

	for (size_t i = 0; i < index->name_count; i++)
		count += (index->names[i].kind & 0x80) == 0;
	return count;
}

struct text index_entity_json(const struct index *index, entity_ref ref)
{
	return (struct text){index->entities + index->slots[ref].entity, index->slots[ref].entity_len};
}

struct text index_entity_id(const struct index *index, entity_ref ref)
{
	return (struct text){index->text + index->slots[ref].id, index->slots[ref].id_len};
}

entity_ref index_find(const struct index *index, struct text id)
{
	uint64_t hash = hash_text(id);
	uint32_t low = (uint32_t)hash ? (uint32_t)hash : 1;

	for (size_t at = (hash >> 32) & (index->id_size - 1); index->ids[at].hash; at = (at + 1) & (index->id_size - 1)) {
		const struct id_entry *e = &index->ids[at];

		/* A former id is known by its hash alone: 64 bits, of which 32 and the place are compared. */
		if (e->hash == low && (e->is_former || text_equal(index_entity_id(index, e->slot), id)))
			return e->slot;
	}
	return ENTITY_NONE;
}

struct text token_sound(const struct index *index, uint32_t token, size_t reading)
{
	const struct token_record *t = &index->tokens[token];
	const uint8_t *at = index->readings + t->readings;

	for (size_t i = 0; i < t->reading_count; i++) {
		struct reading_view view = reading_next(&at);

		if (i == reading)
			return view.units;
	}
	return TEXT_NONE;
}

/* The bucket of a key: by its top bits, of which there are as many as make `starts`. */
static size_t bucket_of(uint32_t key, size_t starts)
{
	return (size_t)((uint64_t)key * (starts - 1) >> 32);
}

void token_keys(const struct index *x, uint32_t key, size_t *ret_first, size_t *ret_end)
{
	size_t bucket = bucket_of(key, x->key_start_count);
	size_t at = x->key_starts[bucket], end = x->key_starts[bucket + 1];

	while (at < end && x->keys[at].key < key)
		at++;
	*ret_first = at;
	while (at < end && x->keys[at].key == key)
		at++;
	*ret_end = at;
}

void join_keys(const struct index *x, uint32_t key, size_t *ret_first, size_t *ret_end)
{
	size_t bucket = bucket_of(key, x->join_start_count);
	size_t at = x->join_starts[bucket], end = x->join_starts[bucket + 1];

	while (at < end && x->joins[at].key < key)
		at++;
	*ret_first = at;
	while (at < end && x->joins[at].key == key)
		at++;
	*ret_end = at;
}

void year_slots(const struct index *index, uint32_t year, uint32_t *ret_first, uint32_t *ret_end)
{
	size_t low = 0, high = index->year_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (index->years[mid].year < year)
			low = mid + 1;
		else
			high = mid;
	}
	*ret_first = *ret_end = 0;
	if (low == index->year_count || index->years[low].year != year)
		return;
	*ret_first = index->years[low].first_slot;
	*ret_end = low + 1 < index->year_count ? index->years[low + 1].first_slot : (uint32_t)index->person_count;
}

/* First slot of [low, high) whose date is not below `date`. */
static uint32_t slot_from(const struct index *index, uint32_t low, uint32_t high, uint32_t date)
{
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (index->slots[mid].date < date)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

void date_slots(const struct index *index, uint32_t date, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t first, end;

	year_slots(index, DATE_YEAR(date), &first, &end);
	*ret_first = slot_from(index, first, end, date);
	*ret_end = slot_from(index, *ret_first, end, date + 1);
}
