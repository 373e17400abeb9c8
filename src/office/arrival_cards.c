#include "office/arrival_cards.h"

#include "exchange/csv.h"
#include "exchange/submission_date.h"
#include "ident/country.h"
#include "model/time.h"

#define FIELDS_MAX 64u
#define TEXT_LONGEST 255u
#define AHEAD_MS (INT64_C(366) * 86400000) /* nobody declares so early */
#define BEHIND_MS (INT64_C(2) * 86400000)  /* who is here already is not announced */

static const struct {
	const char *name;
	bool needed;
} columns[CARD_COLUMNS] = {
	[CARD_REFERENCE] = {"reference", true}, [CARD_NAME] = {"name", false}, [CARD_LAST_NAME] = {"lastName", false},
	[CARD_FIRST_NAME] = {"firstName", false}, [CARD_BIRTH_DATE] = {"birthDate", true}, [CARD_NATIONALITY] = {"nationality", true},
	[CARD_GENDER] = {"gender", false}, [CARD_PASSPORT] = {"passportNumber", true}, [CARD_PASSPORT_COUNTRY] = {"passportCountry", false},
	[CARD_EXPECTED] = {"expectedAt", true}, [CARD_PLACE] = {"place", false}, [CARD_FLIGHT] = {"flight", false},
};

const char *card_column_name(enum card_column column)
{
	return columns[column].name;
}

static enum card_column column_find(struct text name)
{
	for (size_t i = 0; i < CARD_COLUMNS; i++)
		if (text_equal_nocase(name, text_of(columns[i].name)))
			return (enum card_column)i;
	return CARD_COLUMNS;
}

/* ---- a table ---- */

/* The next record, which ends where a line does outside of quotes; false: there is none. */
static bool record_take(struct card_file *f, struct text *ret)
{
	struct text rest = f->rest;
	bool quoted = false;
	size_t at = 0;

	if (rest.len == 0)
		return false;
	for (f->row++; at < rest.len && (quoted || rest.data[at] != '\n'); at++) {
		quoted ^= rest.data[at] == '"';
		f->row += rest.data[at] == '\n';
	}
	*ret = (struct text){rest.data, at && rest.data[at - 1] == '\r' ? at - 1 : at};
	f->rest = at < rest.len ? (struct text){rest.data + at + 1, rest.len - at - 1} : (struct text){rest.data + at, 0};
	return true;
}

static enum status record_split(struct card_file *f, struct text record, struct arena *arena, struct text *fields, size_t *ret_count,
				struct error *ret_error)
{
	enum status st = csv_split(record, f->separator, arena, fields, FIELDS_MAX, ret_count);

	if (st == ST_MALFORMED)
		return error_because(ret_error, ST_MALFORMED, "file-quote", NULL, "row %lld: a quotation mark is not closed", (long long)f->row);
	return st == ST_LIMIT ? error_because(ret_error, ST_LIMIT, "file-columns", NULL, "more than %u columns", FIELDS_MAX)
			      : st == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

static enum status header_read(struct card_file *f, struct arena *arena, struct error *ret_error)
{
	struct text record, fields[FIELDS_MAX];
	bool met[CARD_COLUMNS + 1] = {false};

	if (!record_take(f, &record))
		return error_because(ret_error, ST_MALFORMED, "file-empty", NULL, "the file has no row");
	f->separator = text_find(record, ';', 0) < text_find(record, ',', 0) ? ';' : ',';
	TRY(record_split(f, record, arena, fields, &f->columns, ret_error));
	for (size_t i = 0; i < f->columns; i++) {
		char name[ERROR_FIELD_SIZE];

		f->map[i] = column_find(text_trim(fields[i]));
		csv_column_name(text_trim(fields[i]), name);
		if (f->map[i] == CARD_COLUMNS)
			return error_because(ret_error, ST_MALFORMED, "header-unknown", name, "no column of arrival cards");
		if (met[f->map[i]])
			return error_because(ret_error, ST_MALFORMED, "header-twice", name, "the column stands there twice");
		met[f->map[i]] = true;
	}
	for (size_t i = 0; i < CARD_COLUMNS; i++)
		if (columns[i].needed && !met[i])
			return error_because(ret_error, ST_MALFORMED, "header-missing", columns[i].name, "a column is missing");
	return ST_OK;
}

/* ---- opening ---- */

static enum status json_open(struct card_file *f, struct text whole, struct error *ret_error)
{
	json_t *root = json_loadb(whole.data, whole.len, JSON_REJECT_DUPLICATES, NULL);

	f->root = root;
	if (json_is_object(root) && json_is_array(json_object_get(root, "items")))
		f->root = json_incref(json_object_get(root, "items"));
	if (f->root != root)
		json_decref(root);
	return json_is_array(f->root) ? ST_OK
				      : error_because(ret_error, ST_MALFORMED, "file-format", NULL, "a list of objects, or {\"items\":[...]}");
}

enum status card_file_open(struct card_file *f, struct bytes in, struct text media, struct arena *arena, struct error *ret_error)
{
	struct text whole;

	*f = (struct card_file){.root = NULL};
	if (in.len >= 3 && memcmp(in.data, "\xef\xbb\xbf", 3) == 0)
		in = (struct bytes){in.data + 3, in.len - 3};
	if (text_check(in, &whole, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "file-encoding", NULL, "the file is not UTF-8");
	if (text_starts(media, TEXT("application/json"))) {
		f->kind = CARD_JSON;
		return json_open(f, whole, ret_error);
	}
	f->rest = whole;
	f->kind = text_starts(media, TEXT("text/csv")) ? CARD_CSV : CARD_LINES;
	return f->kind == CARD_CSV ? header_read(f, arena, ret_error) : ST_OK;
}

void card_file_release(struct card_file *f)
{
	json_decref(f->root);
	f->root = NULL;
}

/* ---- a row ---- */

static void problem(struct card *c, const char *field, struct text value, const char *reason)
{
	if (c->problem_count < CARD_PROBLEMS_MAX)
		c->problems[c->problem_count++] = (struct card_problem){field, reason, value};
}

static enum status object_take(struct card *c, json_t *object, struct arena *arena)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		problem(c, "row", TEXT_NONE, "json-value");
	json_object_foreach(object, key, value) {
		enum card_column column = column_find(text_of(key));

		if (column == CARD_COLUMNS) {
			problem(c, "row", text_of(key), "header-unknown");
			continue;
		}
		if (json_is_null(value))
			continue;
		if (!json_is_string(value))
			problem(c, columns[column].name, TEXT_NONE, "json-value");
		else
			TRY(arena_text(arena, (struct text){json_string_value(value), json_string_length(value)}, &c->cells[column]));
	}
	return ST_OK;
}

static enum status row_csv(struct card_file *f, struct text record, struct arena *arena, struct card *c, struct error *ret_error)
{
	struct text fields[FIELDS_MAX];
	size_t count;

	TRY(record_split(f, record, arena, fields, &count, ret_error));
	if (count > f->columns)
		problem(c, "row", fields[f->columns], "cell-stranger");
	for (size_t i = 0; i < count && i < f->columns; i++)
		c->cells[f->map[i]] = fields[i];
	return ST_OK;
}

static enum status row_line(struct text record, struct arena *arena, struct card *c)
{
	json_t *object = json_loadb(record.data, record.len, JSON_REJECT_DUPLICATES, NULL);
	enum status st = object_take(c, object, arena);

	/* What problems name may be the object's own. */
	for (size_t i = 0; st == ST_OK && i < c->problem_count; i++)
		st = arena_text(arena, c->problems[i].value, &c->problems[i].value);
	json_decref(object);
	return st;
}

/* The next row that is not empty. */
static enum status row_read(struct card_file *f, struct arena *arena, struct card *c, bool *ret_more, struct error *ret_error)
{
	struct text record;

	*ret_more = true;
	if (f->kind == CARD_JSON) {
		*ret_more = f->at < json_array_size(f->root);
		c->row = (int64_t)f->at + 1;
		return *ret_more ? object_take(c, json_array_get(f->root, f->at++), arena) : ST_OK;
	}
	while (record_take(f, &record)) {
		c->row = f->row;
		if (text_trim(record).len)
			return f->kind == CARD_CSV ? row_csv(f, record, arena, c, ret_error) : row_line(record, arena, c);
	}
	*ret_more = false;
	return ST_OK;
}

/* ---- checked ---- */

static enum status date_add(struct card *c, int64_t now_ms)
{
	struct submission_date date;
	char today[TIME_SIZE];
	const char *reason;

	if (c->cells[CARD_BIRTH_DATE].len == 0)
		return ST_OK;
	time_write(now_ms, today);
	reason = submission_date_read(c->cells[CARD_BIRTH_DATE], &date);
	if (reason == NULL && text_compare(text_of(date.iso), (struct text){today, 10}) > 0)
		reason = "date-future";
	if (reason)
		problem(c, columns[CARD_BIRTH_DATE].name, c->cells[CARD_BIRTH_DATE], reason);
	else
		return entity_add(&c->person, "birthDate", text_of(date.iso));
	return ST_OK;
}

/* XXB and its kind are no country, and protect who has them. */
static bool stateless(struct text code)
{
	return code.len == 3 && text_starts(code, TEXT("XX"));
}

static enum status country_add(struct card *c, enum card_column column, const char *property, const char *written)
{
	struct text value = c->cells[column];
	char country[3];

	if (value.len == 0)
		return ST_OK;
	TRY(entity_add(&c->person, written, value));
	if (country_from_alpha3(value, country) || country_from_name(value, country))
		return entity_add(&c->person, property, text_of(country));
	if (!stateless(value))
		problem(c, columns[column].name, value, "country-unknown");
	return ST_OK;
}

static enum status gender_add(struct card *c)
{
	static const struct {
		const char *word, *gender;
	} words[] = {{"M", "male"}, {"F", "female"}, {"male", "male"}, {"female", "female"}, {"X", "other"}, {"other", "other"}};
	struct text value = c->cells[CARD_GENDER];

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (text_equal_nocase(value, text_of(words[i].word)))
			return entity_add(&c->person, "gender", text_of(words[i].gender));
	if (value.len)
		problem(c, columns[CARD_GENDER].name, value, "value-invalid");
	return ST_OK;
}

static enum status name_add(struct card *c)
{
	if (c->cells[CARD_NAME].len == 0 && c->cells[CARD_LAST_NAME].len == 0 && c->cells[CARD_FIRST_NAME].len == 0)
		problem(c, columns[CARD_NAME].name, TEXT_NONE, "name-missing");
	TRY(entity_add(&c->person, "name", c->cells[CARD_NAME]));
	TRY(entity_add(&c->person, "lastName", c->cells[CARD_LAST_NAME]));
	TRY(entity_add(&c->person, "firstName", c->cells[CARD_FIRST_NAME]));
	if (c->cells[CARD_NAME].len == 0) {
		char name[2 * TEXT_LONGEST + 2];
		struct text last = c->cells[CARD_LAST_NAME], first = c->cells[CARD_FIRST_NAME];
		size_t len = 0;

		if (last.len + first.len + 1 > sizeof name)
			return ST_OK; /* told as too long */
		if (last.len)
			memcpy(name, last.data, last.len);
		len = last.len;
		name[len++] = ' ';
		if (first.len)
			memcpy(name + len, first.data, first.len);
		return entity_add(&c->person, "name", (struct text){name, len + first.len});
	}
	return ST_OK;
}

static void time_check(struct card *c, int64_t now_ms)
{
	struct text value = c->cells[CARD_EXPECTED];

	if (value.len && (time_read(value, &c->expected_ms, NULL) != ST_OK || c->expected_ms < now_ms - BEHIND_MS ||
			  c->expected_ms > now_ms + AHEAD_MS))
		problem(c, columns[CARD_EXPECTED].name, value, "value-invalid");
}

static enum status card_check(struct card *c, int64_t now_ms, struct arena *arena)
{
	for (size_t i = 0; i < CARD_COLUMNS; i++) {
		c->cells[i] = text_trim(c->cells[i]);
		if (columns[i].needed && c->cells[i].len == 0)
			problem(c, columns[i].name, TEXT_NONE, "value-missing");
		if (c->cells[i].len > TEXT_LONGEST)
			problem(c, columns[i].name, TEXT_NONE, "value-invalid");
	}
	TRY(entity_begin(&c->person, arena, TEXT("declaration"), "Person", TEXT_NONE));
	TRY(name_add(c));
	TRY(date_add(c, now_ms));
	TRY(country_add(c, CARD_NATIONALITY, "nationality", "x-citizenship"));
	TRY(gender_add(c));
	if (c->cells[CARD_PASSPORT].len == 0)
		return ST_OK;
	if (c->cells[CARD_PASSPORT_COUNTRY].len) {
		TRY(country_add(c, CARD_PASSPORT_COUNTRY, "x-issuer", "x-issuedBy"));
	} else {
		TRY(entity_add(&c->person, "x-issuer", entity_first(&c->person, "nationality")));
		TRY(entity_add(&c->person, "x-issuedBy", c->cells[CARD_NATIONALITY]));
	}
	return entity_add(&c->person, "passportNumber", c->cells[CARD_PASSPORT]);
}

enum status card_next(struct card_file *file, int64_t now_ms, struct arena *arena, struct card *ret, bool *ret_more, struct error *ret_error)
{
	enum status st;

	*ret = (struct card){.row = 0};
	TRY(row_read(file, arena, ret, ret_more, ret_error));
	if (!*ret_more)
		return ST_OK;
	st = card_check(ret, now_ms, arena);
	if (st != ST_OK)
		return error_set(ret_error, st, "row %lld cannot be held", (long long)ret->row);
	time_check(ret, now_ms);
	return ST_OK;
}
