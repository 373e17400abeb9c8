/* OFAC SDN list, CSV set: sdn.csv with alt.csv (aliases), add.csv (addresses) and sdn_comments.csv (what did not fit the
 * remarks) beside it.
 * No header; "-0- " is empty; text is Windows-1252; the last line is a control-Z. Columns by OFAC's dat_spec.txt. */
#include <stdio.h>
#include <stdlib.h>

#include "exchange/csv.h"
#include "exchange/ofac_remarks.h"
#include "exchange/record.h"

enum { ENT_NUM, SDN_NAME, SDN_TYPE, PROGRAM, TITLE, CALL_SIGN, VESS_TYPE, TONNAGE, GRT, VESS_FLAG, VESS_OWNER, REMARKS };

static struct text field(const struct csv *csv, size_t i)
{
	struct text t = i < csv->count ? text_trim(csv->fields[i]) : TEXT_NONE;

	return text_starts(t, TEXT("-0-")) ? TEXT_NONE : t;
}

/* ---- rows of the companion files, by entity number ---- */

struct extra {
	uint64_t entity;
	size_t order; /* in the files */
	struct text kind, value;
};

struct extras {
	struct arena arena;
	struct extra *list;
	size_t count, capacity;
};

static enum status extra_add(struct extras *e, uint64_t entity, struct text kind, struct text value)
{
	if (e->count == e->capacity) {
		size_t capacity = e->capacity ? e->capacity * 2 : 4096;
		struct extra *list = realloc(e->list, capacity * sizeof *list);

		if (list == NULL)
			return ST_NO_MEMORY;
		e->list = list;
		e->capacity = capacity;
	}
	e->list[e->count].entity = entity;
	e->list[e->count].order = e->count;
	TRY(arena_text(&e->arena, kind, &e->list[e->count].kind));
	TRY(arena_text(&e->arena, value, &e->list[e->count].value));
	e->count++;
	return ST_OK;
}

static void extras_release(struct extras *e)
{
	arena_release(&e->arena);
	free(e->list);
}

static int by_entity(const void *a, const void *b)
{
	const struct extra *x = a, *y = b;

	if (x->entity != y->entity)
		return x->entity < y->entity ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static const struct exchange_source *companion(const struct reader *r, const char *stem)
{
	for (size_t i = 0; i < r->source->companion_count; i++)
		if (text_starts(r->source->companions[i].name, text_of(stem)))
			return &r->source->companions[i];
	return NULL;
}

/* What of a companion's row is wanted: a column, or several put together. */
struct companion_form {
	const char *stem;
	size_t kind, first, last;
};

static const struct companion_form alt_form = {"alt", 2, 3, 3};
static const struct companion_form comments_form = {"sdn_comments", 0, 1, 1};
static const struct companion_form address_form = {"add", 0, 2, 4}; /* address; city, province, postal code; country */

static enum status extra_read(const struct csv *csv, const struct companion_form *form, struct extras *e)
{
	struct buffer value;
	uint64_t entity;
	enum status st;

	if (text_to_uint(field(csv, 0), UINT64_MAX, &entity) != ST_OK)
		return ST_OK;
	buffer_init(&value, EXCHANGE_LINE_MAX);
	for (size_t i = form->first; i <= form->last; i++) {
		if (field(csv, i).len && value.len)
			buffer_add_text(&value, TEXT(", "));
		buffer_add_text(&value, field(csv, i));
	}
	st = buffer_status(&value);
	if (st == ST_OK && value.len)
		st = extra_add(e, entity, field(csv, form->kind), buffer_text(&value));
	buffer_release(&value);
	return st;
}

/* Reads a companion whole. A failure names it. */
static enum status extras_read(struct reader *main, const struct companion_form *form, struct extras *e,
			       struct error *ret_error)
{
	const struct exchange_source *source = companion(main, form->stem);
	struct error why = {.code = ST_OK};
	struct reader r;
	struct csv csv;
	enum status st;

	if (source == NULL)
		return ST_OK;
	reader_init(&r, source, main->sink);
	r.windows_1252 = true;
	st = csv_open(&csv, &r, ',', false, &why);
	if (st == ST_OK)
		st = csv_next(&csv, &why);
	while (st == ST_OK && csv.count) {
		st = extra_read(&csv, form, e);
		if (st == ST_OK)
			st = csv_next(&csv, &why);
	}
	if (st != ST_OK)
		error_set(ret_error, st, "%s.csv: row %lld: %.180s", form->stem, (long long)r.row,
			  why.message[0] ? why.message : status_word(st));
	csv_close(&csv);
	reader_release(&r);
	if (e->count)
		qsort(e->list, e->count, sizeof *e->list, by_entity);
	return st;
}

static size_t extras_of(const struct extras *e, uint64_t entity)
{
	size_t low = 0, high = e->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (e->list[mid].entity < entity)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* ---- the list itself ---- */

static const char *schema_of(struct text type)
{
	return text_equal(type, TEXT("individual")) ? "Person"
	       : text_equal(type, TEXT("vessel"))   ? "Vessel"
	       : text_equal(type, TEXT("aircraft")) ? "Airplane"
						    : "Organization";
}

static enum status aliases_add(struct record *r, const struct extras *aliases, uint64_t entity)
{
	for (size_t i = extras_of(aliases, entity); i < aliases->count && aliases->list[i].entity == entity; i++)
		TRY(record_add(r, text_starts(aliases->list[i].kind, TEXT("fka")) ? "previousName" : "alias",
			       aliases->list[i].value));
	return ST_OK;
}

static enum status addresses_add(struct record *r, const struct extras *addresses, uint64_t entity)
{
	for (size_t i = extras_of(addresses, entity); i < addresses->count && addresses->list[i].entity == entity; i++)
		TRY(record_add(r, "address", addresses->list[i].value));
	return ST_OK;
}

/* The remarks, and behind them what overflowed into the comments file. */
static enum status remarks_add(struct record *r, struct text remarks, const struct extras *comments, uint64_t entity)
{
	struct buffer all;
	enum status st;

	buffer_init(&all, EXCHANGE_LINE_MAX);
	buffer_add_text(&all, remarks);
	for (size_t i = extras_of(comments, entity); i < comments->count && comments->list[i].entity == entity; i++)
		buffer_add_text(&all, comments->list[i].value);
	st = buffer_status(&all);
	if (st == ST_OK)
		st = ofac_remarks_read(r, buffer_text(&all));
	buffer_release(&all);
	return st;
}

struct ofac_set {
	struct extras aliases, comments, addresses;
};

static enum status row_read(struct csv *csv, const struct ofac_set *set, struct error *ret_error)
{
	struct record r;
	uint64_t entity;

	if (csv->count < 12 || text_to_uint(field(csv, ENT_NUM), UINT64_MAX, &entity) != ST_OK) {
		reader_skip(csv->reader, "ent_num", "a row needs a number and twelve fields");
		return ST_OK;
	}
	TRY(record_begin(&r, csv->reader, "us_ofac_sdn", field(csv, ENT_NUM), schema_of(field(csv, SDN_TYPE))));
	TRY(record_add(&r, "name", field(csv, SDN_NAME)));
	TRY(aliases_add(&r, &set->aliases, entity));
	TRY(addresses_add(&r, &set->addresses, entity));
	TRY(record_add(&r, "programId", field(csv, PROGRAM)));
	TRY(record_add(&r, "position", field(csv, TITLE)));
	TRY(record_add(&r, "callSign", field(csv, CALL_SIGN)));
	TRY(record_add(&r, "type", field(csv, VESS_TYPE)));
	TRY(record_country(&r, "flag", field(csv, VESS_FLAG)));
	TRY(remarks_add(&r, field(csv, REMARKS), &set->comments, entity));
	return record_end(&r, ret_error);
}

static enum status rows_read(struct reader *reader, const struct ofac_set *set, struct error *ret_error)
{
	struct csv csv;
	enum status st = csv_open(&csv, reader, ',', false, ret_error);

	if (st == ST_OK)
		st = csv_next(&csv, ret_error);
	while (st == ST_OK && csv.count) {
		st = row_read(&csv, set, ret_error);
		if (st == ST_OK)
			st = csv_next(&csv, ret_error);
	}
	csv_close(&csv);
	return st;
}

enum status ofac_csv_read(struct reader *reader, struct error *ret_error)
{
	struct ofac_set set = {0};
	enum status st;

	reader->report.format = "ofac-csv";
	reader->windows_1252 = true;
	arena_init(&set.aliases.arena, (size_t)256 << 20);
	arena_init(&set.comments.arena, (size_t)256 << 20);
	arena_init(&set.addresses.arena, (size_t)256 << 20);
	st = extras_read(reader, &alt_form, &set.aliases, ret_error);
	if (st == ST_OK)
		st = extras_read(reader, &comments_form, &set.comments, ret_error);
	if (st == ST_OK)
		st = extras_read(reader, &address_form, &set.addresses, ret_error);
	if (st == ST_OK)
		st = rows_read(reader, &set, ret_error);
	extras_release(&set.aliases);
	extras_release(&set.comments);
	extras_release(&set.addresses);
	return st;
}
