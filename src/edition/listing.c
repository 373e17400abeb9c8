#include "edition/listing.h"

#include <sodium.h>

#include "ident/document.h"
#include "model/entity_json.h"
#include "model/id.h"
#include "model/time.h"

static enum status bad(struct error *ret_error, const char *field)
{
	return error_at(ret_error, ST_MALFORMED, field, -1, "a record's %s is missing or cannot be so", field);
}

static struct text string_of(const json_t *value)
{
	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

static enum status text_take(const json_t *object, const char *name, struct arena *arena, struct text *ret, struct error *ret_error)
{
	struct text value = string_of(json_object_get(object, name));

	return arena_text(arena, value, ret) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

static enum status text_need(const json_t *object, const char *name, struct arena *arena, struct text *ret, struct error *ret_error)
{
	TRY(text_take(object, name, arena, ret, ret_error));
	return ret->len ? ST_OK : bad(ret_error, name);
}

static enum status moment_need(const json_t *object, const char *name, int64_t *ret, struct error *ret_error)
{
	struct text value = string_of(json_object_get(object, name));

	return value.len && time_read(value, ret, NULL) == ST_OK ? ST_OK : bad(ret_error, name);
}

/* The JSON of a record, whose `id` must be its subject; to be released. */
static enum status root_open(const struct edition_record *record, struct arena *arena, json_t **ret_root, struct text *ret_id,
			     struct error *ret_error)
{
	json_t *root = json_loadb(record->payload.data, record->payload.len, JSON_REJECT_DUPLICATES, NULL);
	char subject[ID_SIZE];
	enum status st;

	if (root == NULL)
		return error_set(ret_error, ST_MALFORMED, "a record is not JSON");
	sodium_bin2hex(subject, sizeof subject, record->subject, sizeof record->subject);
	st = text_need(root, "id", arena, ret_id, ret_error);
	if (st == ST_OK && !text_equal(*ret_id, text_of(subject)))
		st = bad(ret_error, "id");
	if (st != ST_OK) {
		json_decref(root);
		return st;
	}
	*ret_root = root;
	return ST_OK;
}

static enum status person_read(const json_t *root, struct text id, struct arena *arena, struct entity *ret, struct error *ret_error)
{
	json_t *person = json_object_get(root, "person");

	if (!json_is_object(person))
		return bad(ret_error, "person");
	TRY(entity_from_json(person, arena, ret, ret_error));
	ret->id = id;
	ret->target = true;
	return entity_first(ret, "name").len || entity_first(ret, "alias").len ? ST_OK : bad(ret_error, "person");
}

/* Documents, so that the engine finds them wherever the record has them. */
static enum status documents_add(const json_t *root, struct entity *person, struct error *ret_error)
{
	const json_t *list = json_object_get(root, "documents");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *document = json_array_get(list, i);
		bool passport = text_equal(string_of(json_object_get(document, "kind")), TEXT("passport"));
		struct text number = string_of(json_object_get(document, "number")), country = string_of(json_object_get(document, "country"));
		struct buffer issued;
		enum status st;

		if (entity_add(person, passport ? "passportNumber" : "idNumber", number) != ST_OK)
			return bad(ret_error, "documents");
		/* Whoever does not say whose passport it is means the person's own. */
		if (country.len == 0)
			country = entity_first(person, "nationality");
		if (country.len == 0)
			continue;
		buffer_init(&issued, country.len + number.len + 1);
		buffer_add_text(&issued, country);
		buffer_add_char(&issued, ' ');
		buffer_add_text(&issued, number);
		st = buffer_status(&issued) != ST_OK ? ST_LIMIT : entity_add(person, "x-document", buffer_text(&issued));
		buffer_release(&issued);
		if (st != ST_OK)
			return bad(ret_error, "documents");
	}
	return ST_OK;
}

static enum status measure_read(const json_t *object, struct arena *arena, struct listing_measure *ret, struct error *ret_error)
{
	TRY(text_need(object, "id", arena, &ret->id, ret_error));
	TRY(text_need(object, "kind", arena, &ret->kind, ret_error));
	TRY(text_need(object, "basis", arena, &ret->basis, ret_error));
	TRY(text_take(object, "number", arena, &ret->number, ret_error));
	TRY(text_take(object, "issuer", arena, &ret->issuer, ret_error));
	TRY(moment_need(object, "from", &ret->from_ms, ret_error));
	return moment_need(object, "expires", &ret->expires_ms, ret_error);
}

static enum status measures_read(const json_t *root, struct arena *arena, struct listing *ret, struct error *ret_error)
{
	const json_t *list = json_object_get(root, "measures");
	size_t count = json_array_size(list);
	struct listing_measure *measures;

	if (!json_is_array(list) || count > LISTING_MEASURES_MAX)
		return bad(ret_error, "measures");
	measures = ARENA_NEW(arena, struct listing_measure, count ? count : 1);
	if (measures == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < count; i++)
		TRY(measure_read(json_array_get(list, i), arena, &measures[i], ret_error));
	ret->measures = measures;
	ret->measure_count = count;
	return ST_OK;
}

static enum status listing_fill(const json_t *root, struct arena *arena, struct listing *ret, struct error *ret_error)
{
	const json_t *handling = json_object_get(root, "handling");

	TRY(text_need(root, "owner", arena, &ret->owner, ret_error));
	TRY(text_take(root, "reference", arena, &ret->reference, ret_error));
	if (!json_is_integer(handling) || json_integer_value(handling) < 0 || json_integer_value(handling) > 3)
		return bad(ret_error, "handling");
	ret->handling = (int)json_integer_value(handling);
	ret->urgent = json_is_true(json_object_get(root, "urgent"));
	TRY(moment_need(root, "expires", &ret->expires_ms, ret_error));
	TRY(person_read(root, ret->id, arena, &ret->person, ret_error));
	TRY(documents_add(root, &ret->person, ret_error));
	return measures_read(root, arena, ret, ret_error);
}

enum status listing_read(const struct edition_record *record, struct arena *arena, struct listing *ret, struct error *ret_error)
{
	struct listing listing = {0};
	json_t *root;
	enum status st;

	TRY(root_open(record, arena, &root, &listing.id, ret_error));
	st = listing_fill(root, arena, &listing, ret_error);
	json_decref(root);
	if (st == ST_OK)
		*ret = listing;
	return st;
}

bool listing_measure_in_force(const struct listing_measure *measure, int64_t now_ms)
{
	return measure->from_ms <= now_ms && now_ms < measure->expires_ms;
}

bool listing_in_force(const struct listing *listing, int64_t now_ms)
{
	if (now_ms >= listing->expires_ms)
		return false;
	for (size_t i = 0; i < listing->measure_count; i++)
		if (listing_measure_in_force(&listing->measures[i], now_ms))
			return true;
	return false;
}

/* ---- clearances ---- */

static enum status clearance_fill(const json_t *root, struct arena *arena, struct clearance *ret, struct error *ret_error)
{
	TRY(text_need(root, "entry", arena, &ret->entry, ret_error));
	TRY(text_take(root, "photo", arena, &ret->photo, ret_error));
	TRY(moment_need(root, "expires", &ret->expires_ms, ret_error));
	TRY(person_read(root, ret->id, arena, &ret->person, ret_error));
	return documents_add(root, &ret->person, ret_error);
}

enum status clearance_read(const struct edition_record *record, struct arena *arena, struct clearance *ret, struct error *ret_error)
{
	struct clearance clearance = {0};
	json_t *root;
	enum status st;

	TRY(root_open(record, arena, &root, &clearance.id, ret_error));
	st = clearance_fill(root, arena, &clearance, ret_error);
	json_decref(root);
	if (st == ST_OK)
		*ret = clearance;
	return st;
}

static bool number_equal(struct text a, struct text b)
{
	char x[DOCUMENT_LEN_MAX * 4], y[DOCUMENT_LEN_MAX * 4];
	size_t x_len, y_len;

	if (a.len > sizeof x || b.len > sizeof y)
		return false;
	x_len = document_canonical(a, false, x);
	y_len = document_canonical(b, false, y);
	return x_len && text_equal((struct text){x, x_len}, (struct text){y, y_len});
}

static const char *const document_properties[] = {"passportNumber", "idNumber"};

static bool document_of(const struct entity *entity, const char *property, struct text number)
{
	const struct property *p = entity_get(entity, property);

	for (size_t i = 0; p && i < p->count; i++)
		if (number_equal(p->values[i], number))
			return true;
	return false;
}

static bool document_of_any(const struct entity *entity, struct text number)
{
	for (size_t i = 0; i < sizeof document_properties / sizeof document_properties[0]; i++)
		if (document_of(entity, document_properties[i], number))
			return true;
	return false;
}

/* Whether both name countries and none is the same. */
static bool countries_differ(const struct entity *a, const struct entity *b)
{
	static const char *const properties[] = {"nationality", "country"};
	bool compared = false;

	for (size_t i = 0; i < 4; i++) {
		const struct property *x = entity_get(a, properties[i / 2]), *y = entity_get(b, properties[i % 2]);

		for (size_t k = 0; x && y && k < x->count * y->count; k++) {
			if (text_equal_nocase(x->values[k / y->count], y->values[k % y->count]))
				return false;
			compared = true;
		}
	}
	return compared;
}

/* Dates contradict where both have one and none is the beginning of another: 1990 agrees with 1990-03-07. */
static bool dates_differ(const struct entity *a, const struct entity *b)
{
	const struct property *x = entity_get(a, "birthDate"), *y = entity_get(b, "birthDate");

	if (x == NULL || y == NULL || x->count == 0 || y->count == 0)
		return false;
	for (size_t k = 0; k < x->count * y->count; k++) {
		struct text one = x->values[k / y->count], other = y->values[k % y->count];

		if (text_starts(one, other) || text_starts(other, one))
			return false;
	}
	return true;
}

bool clearance_holds(const struct clearance *clearance, const struct entity *traveller, const struct entity *listed, int64_t now_ms)
{
	if (now_ms >= clearance->expires_ms || !text_equal(clearance->entry, listed->id) ||
	    countries_differ(&clearance->person, traveller) || dates_differ(&clearance->person, traveller))
		return false;
	for (size_t i = 0; i < sizeof document_properties / sizeof document_properties[0]; i++) {
		const struct property *p = entity_get(traveller, document_properties[i]);

		for (size_t k = 0; p && k < p->count; k++)
			if (document_of_any(listed, p->values[k]))
				return false;
	}
	for (size_t i = 0; i < sizeof document_properties / sizeof document_properties[0]; i++) {
		const struct property *p = entity_get(traveller, document_properties[i]);

		for (size_t k = 0; p && k < p->count; k++)
			if (document_of(&clearance->person, document_properties[i], p->values[k]))
				return true;
	}
	return false;
}
