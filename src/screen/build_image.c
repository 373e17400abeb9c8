/* The last step of building: slots are given out, neighbours joined to their holders, sections laid end to end. */
#include "screen/build.h"

#include <stdlib.h>

#include "screen/fingerprint.h"
#include "screen/hash.h"

/* ---- who stays, in which order ---- */


static struct text pending_id(const struct index_builder *b, const struct pending *p)
{
	return (struct text){(const char *)b->text.data + p->id, p->id_len};
}

static int by_id_then_sequence(const void *x, const void *y, void *context)
{
	const struct index_builder *b = context;
	const struct pending *p = pending_at(b, *(const uint32_t *)x), *q = pending_at(b, *(const uint32_t *)y);
	int c = text_compare(pending_id(b, p), pending_id(b, q));

	return c ? c : (p->sequence > q->sequence) - (p->sequence < q->sequence);
}

static int by_date_then_id(const void *x, const void *y, void *context)
{
	const struct index_builder *b = context;
	const struct pending *p = pending_at(b, *(const uint32_t *)x), *q = pending_at(b, *(const uint32_t *)y);

	/* What can be matched stands before what cannot, so that persons number 0 to n - 1. */
	if (p->matchable != q->matchable)
		return p->matchable ? -1 : 1;
	if (p->date != q->date)
		return p->date < q->date ? -1 : 1;
	return text_compare(pending_id(b, p), pending_id(b, q));
}

static enum status order_slots(struct index_builder *b, struct slot_order *order)
{
	size_t n = pending_count(b), kept = 0;

	order->pendings = malloc((n ? n : 1) * sizeof *order->pendings);
	if (order->pendings == NULL)
		return ST_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		order->pendings[i] = (uint32_t)i;
	qsort_r(order->pendings, n, sizeof *order->pendings, by_id_then_sequence, b);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || !text_equal(pending_id(b, pending_at(b, order->pendings[i])),
					      pending_id(b, pending_at(b, order->pendings[i + 1]))))
			order->pendings[kept++] = order->pendings[i];
	order->count = kept;
	qsort_r(order->pendings, kept, sizeof *order->pendings, by_date_then_id, b);
	return ST_OK;
}

/* ---- documents that stand in entities of their own ---- */

static int link_order(const void *x, const void *y)
{
	const struct pending_link *a = x, *b = y;

	return (a->holder > b->holder) - (a->holder < b->holder);
}

/* Appends the facts of a slot, with the documents that name it as holder. */
static enum status facts_join(struct index_builder *b, const struct pending *p, struct buffer *out)
{
	const struct pending_link *links = (const void *)b->links.data;
	size_t n = b->links.len / sizeof *links, low = 0, high = n;
	uint64_t holder = hash_text(pending_id(b, p));
	struct fact_identifier *ids = ARENA_NEW(&b->scratch, struct fact_identifier, FACTS_IDENTIFIERS_MAX);
	struct facts facts;

	if (ids == NULL)
		return arena_failure(&b->scratch, NULL);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (links[mid].holder < holder)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == n || links[low].holder != holder) {
		buffer_add(out, b->facts.data + p->facts, p->facts_len);
		return buffer_status(out);
	}
	if (facts_read((struct bytes){b->facts.data + p->facts, p->facts_len}, ids, &facts) == 0)
		return ST_CORRUPT;
	for (; low < n && links[low].holder == holder; low++) {
		char country[2] = {(char)(links[low].country >> 8), (char)links[low].country};

		TRY(facts_identifier(&facts, (enum identifier_kind)links[low].kind,
				     (struct text){(const char *)b->text.data + links[low].value, links[low].value_len},
				     (struct text){country, 2}, &b->scratch));
	}
	facts_write(&facts, out);
	return buffer_status(out);
}

/* ---- tables by hash ---- */

static size_t table_size(size_t entries)
{
	size_t size = 16;

	while (size < entries * 2)
		size *= 2;
	return size;
}

struct hashed {
	uint64_t hash;
	uint32_t slot;
	uint32_t is_former;
};

static enum status identifiers_write(const struct buffer *found, struct buffer *out)
{
	const struct hashed *h = (const void *)found->data;
	size_t n = found->len / sizeof *h, size = table_size(n);
	struct identifier_entry *table = (void *)buffer_extend(out, size * sizeof *table);

	if (table == NULL)
		return buffer_status(out);
	memset(table, 0, size * sizeof *table);
	for (size_t i = 0; i < n; i++) {
		size_t at = (h[i].hash >> 32) & (size - 1);
		uint32_t low = (uint32_t)h[i].hash ? (uint32_t)h[i].hash : 1;

		while (table[at].hash)
			at = (at + 1) & (size - 1);
		table[at] = (struct identifier_entry){low, h[i].slot};
	}
	return ST_OK;
}

static enum status ids_write(const struct buffer *found, struct buffer *out)
{
	const struct hashed *h = (const void *)found->data;
	size_t n = found->len / sizeof *h, size = table_size(n);
	struct id_entry *table = (void *)buffer_extend(out, size * sizeof *table);

	if (table == NULL)
		return buffer_status(out);
	memset(table, 0, size * sizeof *table);
	for (size_t i = 0; i < n; i++) {
		size_t at = (h[i].hash >> 32) & (size - 1);
		uint32_t low = (uint32_t)h[i].hash ? (uint32_t)h[i].hash : 1;

		while (table[at].hash)
			at = (at + 1) & (size - 1);
		table[at] = (struct id_entry){low, h[i].slot, h[i].is_former};
	}
	return ST_OK;
}

/* ---- slots ---- */

struct slot_writer {
	struct index_builder *b;
	const struct slot_order *order;
	struct image_parts *parts;
	struct buffer identifiers, ids; /* struct hashed */
	uint32_t *slot_of; /* pending -> slot, UINT32_MAX where replaced */
};

static int date_order(const void *x, const void *y)
{
	const struct date_entry *a = x, *b = y;

	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	return (a->slot > b->slot) - (a->slot < b->slot);
}

/* One slot: its record, entity, facts, and what is looked up by hash. Names were written before. */
static enum status slot_write(struct slot_writer *w, uint32_t slot, struct slot_record *record)
{
	const struct pending *p = pending_at(w->b, w->order->pendings[slot]);
	struct buffer *section = w->parts->section;
	struct fact_identifier ids[FACTS_IDENTIFIERS_MAX];
	struct hashed id = {hash_text(pending_id(w->b, p)), slot, 0};
	struct facts facts;
	size_t at = section[SECTION_FACTS].len;

	record->entity = section[SECTION_ENTITIES].len;
	record->entity_len = p->entity_len;
	record->date = p->date;
	record->facts = (uint32_t)at;
	record->id = (uint32_t)section[SECTION_TEXT].len;
	record->id_len = p->id_len;
	buffer_add_text(&section[SECTION_TEXT], pending_id(w->b, p));
	buffer_add(&section[SECTION_ENTITIES], w->b->entities.data + p->entity, p->entity_len);
	buffer_add(&w->ids, &id, sizeof id);
	arena_clear(&w->b->scratch);
	TRY(facts_join(w->b, p, &section[SECTION_FACTS]));
	if (!p->matchable)
		return ST_OK;
	w->parts->persons++;
	if (facts_read((struct bytes){section[SECTION_FACTS].data + at, section[SECTION_FACTS].len - at}, ids,
		       &facts) == 0)
		return ST_CORRUPT;
	for (size_t i = 0; i < facts.identifier_count; i++) {
		struct hashed h = {hash_text(ids[i].value), slot, 0};

		buffer_add(&w->identifiers, &h, sizeof h);
	}
	for (size_t i = 0; facts.date_count > 1 && i < facts.date_count; i++) {
		struct date_entry d = {facts.dates[i].from, slot};

		buffer_add(&section[SECTION_DATES], &d, sizeof d);
	}
	return ST_OK;
}

/* first_name of every slot and the end, from the name records' slots. */
static void names_number(struct image_parts *parts, struct slot_record *slots, size_t count)
{
	const struct name_record *names = (const void *)parts->section[SECTION_NAMES].data;
	size_t n = parts->section[SECTION_NAMES].len / sizeof *names, at = 0;

	for (size_t s = 0; s <= count; s++) {
		while (at < n && names[at].slot < s)
			at++;
		slots[s].first_name = (uint32_t)at;
	}
}

static enum status slots_write(struct slot_writer *w)
{
	struct buffer *section = w->parts->section;
	size_t count = w->order->count;
	/* One more than there are slots: its first_name ends the last slot's names. */
	struct slot_record *slots = (void *)buffer_extend(&section[SECTION_SLOTS], (count + 1) * sizeof *slots);
	uint32_t year = UINT32_MAX;

	if (slots == NULL)
		return buffer_status(&section[SECTION_SLOTS]);
	memset(slots, 0, (count + 1) * sizeof *slots);
	for (uint32_t s = 0; s < count; s++) {
		const struct pending *p = pending_at(w->b, w->order->pendings[s]);

		TRY(slot_write(w, s, &slots[s]));
		w->slot_of[w->order->pendings[s]] = s;
		if (p->matchable && DATE_YEAR(p->date) != year) {
			struct year_entry y = {DATE_YEAR(p->date), s};

			year = y.year;
			buffer_add(&section[SECTION_YEARS], &y, sizeof y);
		}
	}
	names_number(w->parts, slots, count);
	if (section[SECTION_DATES].len)
		qsort(section[SECTION_DATES].data, section[SECTION_DATES].len / sizeof(struct date_entry),
		      sizeof(struct date_entry), date_order);
	for (size_t i = 0; i < w->b->formers.len / sizeof(struct pending_former); i++) {
		const struct pending_former *f = (const struct pending_former *)(const void *)w->b->formers.data + i;
		struct hashed h = {f->former, w->slot_of[f->pending], 1};

		if (h.slot != UINT32_MAX)
			buffer_add(&w->ids, &h, sizeof h);
	}
	TRY(identifiers_write(&w->identifiers, &section[SECTION_IDENTIFIERS]));
	return ids_write(&w->ids, &section[SECTION_IDS]);
}

static enum status build_slots(struct index_builder *b, const struct slot_order *order, struct image_parts *parts)
{
	struct slot_writer w = {b, order, parts, {0}, {0}, malloc((pending_count(b) + 1) * sizeof(uint32_t))};
	enum status st = ST_NO_MEMORY;

	buffer_init(&w.identifiers, b->limits.image_max);
	buffer_init(&w.ids, b->limits.image_max);
	if (w.slot_of) {
		memset(w.slot_of, 0xFF, (pending_count(b) + 1) * sizeof(uint32_t));
		if (b->links.len)
			qsort(b->links.data, b->links.len / sizeof(struct pending_link), sizeof(struct pending_link),
			      link_order);
		st = slots_write(&w);
	}
	free(w.slot_of);
	buffer_release(&w.identifiers);
	buffer_release(&w.ids);
	return st;
}

/* ---- the image ---- */

static enum status image_write(struct image_parts *parts, struct buffer *out)
{
	struct image_header header = {.magic = {0}, .version = IMAGE_VERSION, .section_count = SECTION_COUNT};
	struct image_range ranges[SECTION_COUNT];
	static const uint8_t zeros[8];
	uint64_t at = sizeof header + sizeof ranges;

	for (size_t s = 0; s < SECTION_COUNT; s++) {
		struct buffer *section = &parts->section[s];

		TRY(buffer_status(section));
		ranges[s] = (struct image_range){at, section->len, XXH3_64bits(section->data, section->len)};
		at += (section->len + 7) & ~(uint64_t)7;
	}
	memcpy(header.magic, IMAGE_MAGIC, sizeof header.magic);
	header.size = at;
	header.tables = tables_fingerprint();
	header.persons = parts->persons;
	header.checksum = XXH3_64bits(ranges, sizeof ranges);
	buffer_add(out, &header, sizeof header);
	buffer_add(out, ranges, sizeof ranges);
	for (size_t s = 0; s < SECTION_COUNT; s++) {
		struct buffer *section = &parts->section[s];

		buffer_add(out, section->data, section->len);
		buffer_add(out, zeros, (8 - section->len % 8) % 8);
		buffer_release(section);
	}
	return buffer_status(out);
}

enum status index_builder_finish(struct index_builder *b, struct buffer *ret_image, struct error *ret_error)
{
	struct slot_order order = {0};
	struct image_parts *parts = calloc(1, sizeof *parts);
	enum status st = parts ? ST_OK : ST_NO_MEMORY;

	for (size_t s = 0; parts && s < SECTION_COUNT; s++)
		buffer_init(&parts->section[s], b->limits.image_max);
	if (st == ST_OK)
		st = order_slots(b, &order);
	if (st == ST_OK)
		st = build_names(b, &order, parts, ret_error);
	if (st == ST_OK)
		st = build_slots(b, &order, parts);
	if (st == ST_OK)
		st = image_write(parts, ret_image);
	for (size_t s = 0; parts && s < SECTION_COUNT; s++)
		buffer_release(&parts->section[s]);
	free(parts);
	free(order.pendings);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the index could not be built");
}
