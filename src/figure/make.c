#include "figure/make.h"

#include <sodium.h>

#include "model/canonical.h"

static const char *const frozen[] = {"id", "funnel", "place", "name", "unit", "definition", "source", "method", "counts", "kind", "gaps"};

json_t *figure_definition_json(const struct figure_definition *d)
{
	struct text name[FIGURE_LANGUAGES], definition[FIGURE_LANGUAGES], gaps[FIGURE_LANGUAGES];

	figure_text(d, FIGURE_NAME, name);
	figure_text(d, FIGURE_DEFINITION, definition);
	figure_text(d, FIGURE_GAPS, gaps);
	return json_pack("{s:s%, s:s%, s:i, s:o, s:o, s:o, s:o, s:s%, s:s%, s:s%, s:o}", "id", d->id.data, d->id.len, "funnel", d->funnel.data,
			 d->funnel.len, "place", (int)d->place, "name", figure_texts(name), "unit", figure_word_texts("unit", d->unit),
			 "definition", figure_texts(definition), "source", figure_word_texts("body", d->body), "method", d->method.data,
			 d->method.len, "counts", d->counts.data, d->counts.len, "kind", d->kind.data, d->kind.len, "gaps",
			 figure_texts(gaps));
}

enum status figure_hash(const json_t *value, char ret[FIGURE_HASH_SIZE])
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	struct buffer bytes;
	enum status st;

	buffer_init(&bytes, 2 * FIGURE_SIZE_MAX);
	st = canonical_write(value, &bytes);
	if (st == ST_OK)
		st = buffer_status(&bytes);
	if (st == ST_OK) {
		crypto_hash_sha256(digest, bytes.data, bytes.len);
		sodium_bin2hex(ret, FIGURE_HASH_SIZE, digest, sizeof digest);
	}
	buffer_release(&bytes);
	return st;
}

/* ---- taking a snapshot apart ---- */

static enum status wrong(const char *field, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "figures-snapshot", field, "the snapshot's %s is missing or not as it must be", field);
}

static struct text string_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

static const json_t *by_id(const json_t *list, struct text id)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (text_equal(string_of(json_array_get(list, i), "id"), id))
			return json_array_get(list, i);
	return NULL;
}

static bool number_of(const json_t *object, const char *name, int64_t *ret)
{
	const json_t *value = json_object_get(object, name);

	*ret = json_integer_value(value);
	return json_is_integer(value) && *ret >= 0 && *ret <= INT64_MAX / 1024;
}

/* Of a cell: its value, the people behind it, and the parts, which must add up. */
static enum status version_read(const json_t *cell, struct arena *arena, struct withhold_version *ret, struct error *ret_error)
{
	const json_t *parts = json_object_get(cell, "parts");
	int64_t sum = 0;

	ret->total = (struct withhold_cell){.withheld = json_is_true(json_object_get(cell, "withheld"))};
	ret->part_count = json_array_size(parts);
	ret->parts = ARENA_NEW(arena, struct withhold_cell, ret->part_count + 1);
	if (ret->parts == NULL)
		return arena_failure(arena, ret_error);
	if (!number_of(cell, "value", &ret->total.value) || !number_of(cell, "people", &ret->total.people))
		return wrong("value", ret_error);
	for (size_t i = 0; i < ret->part_count; i++) {
		const json_t *part = json_array_get(parts, i);

		ret->parts[i] = (struct withhold_cell){.part = string_of(part, "country"), .withheld = json_is_true(json_object_get(part, "withheld"))};
		if (ret->parts[i].part.len != 2 || !number_of(part, "value", &ret->parts[i].value))
			return wrong("parts", ret_error);
		for (size_t k = 0; k < i; k++)
			if (text_equal(ret->parts[k].part, ret->parts[i].part))
				return wrong("parts", ret_error);
		ret->parts[i].people = ret->parts[i].value;
		sum += ret->parts[i].value;
	}
	return ret->part_count && sum != ret->total.value ? wrong("parts", ret_error) : ST_OK;
}

/* ---- one figure ---- */

struct making {
	const json_t *snapshot, *cell, *definition, *last; /* last: of the release before, or NULL */
	int64_t last_number;
	struct arena *arena;
	struct withhold_version versions[WITHHOLD_VERSIONS_MAX];
	size_t count;
};

/* All versions of this figure in this month; the last is the one that is made. */
static enum status versions_read(struct making *m, struct error *ret_error)
{
	const json_t *earlier = json_object_get(m->snapshot, "earlier");

	m->count = 0;
	m->last = NULL;
	for (size_t i = 0; i < json_array_size(earlier); i++) {
		const json_t *release = json_array_get(earlier, i), *item = by_id(json_object_get(release, "items"), string_of(m->cell, "id"));

		if (item == NULL)
			continue;
		if (m->count + 1 == WITHHOLD_VERSIONS_MAX)
			return error_because(ret_error, ST_LIMIT, "figures-revisions", NULL, "this month was revised too often");
		m->last = item;
		if (!number_of(release, "number", &m->last_number))
			return wrong("earlier", ret_error);
		TRY(version_read(item, m->arena, &m->versions[m->count++], ret_error));
	}
	TRY(version_read(m->cell, m->arena, &m->versions[m->count++], ret_error));
	return withhold(m->versions, m->count, m->arena) == ST_OK
		       ? ST_OK
		       : error_because(ret_error, ST_LIMIT, "figures-revisions", NULL, "what is to be withheld cannot be found");
}

static bool shown_alike(const struct withhold_cell *a, const struct withhold_cell *b)
{
	return a->withheld == b->withheld && (a->withheld || a->value == b->value);
}

/* Whether the public sees the same as in the release before. */
static bool unchanged(const struct making *m)
{
	const struct withhold_version *now = &m->versions[m->count - 1], *last = &m->versions[m->count - 2];

	if (!shown_alike(&now->total, &last->total) || now->part_count != last->part_count ||
	    !text_equal(string_of(m->cell, "sides"), string_of(m->last, "sides")))
		return false;
	for (size_t i = 0; i < now->part_count; i++)
		if (!text_equal(now->parts[i].part, last->parts[i].part) || !shown_alike(&now->parts[i], &last->parts[i]))
			return false;
	return true;
}

static json_t *value_json(const struct withhold_cell *cell)
{
	return cell->withheld ? json_null() : json_integer(cell->value);
}

static enum status put(json_t *object, const char *name, json_t *value)
{
	return value && json_object_set_new(object, name, value) == 0 ? ST_OK : ST_NO_MEMORY;
}

/* What it revises, and why. */
static enum status revision_put(const struct making *m, json_t *item, struct error *ret_error)
{
	const json_t *reason = json_object_get(json_object_get(m->snapshot, "reasons"), string_of(m->cell, "id").data);
	json_t *texts;

	if (m->last == NULL)
		return put(item, "revises", json_null());
	if (unchanged(m)) {
		const json_t *revises = json_object_get(m->last, "revises");

		TRY(put(item, "revises", revises ? json_deep_copy(revises) : json_null()));
		reason = json_object_get(m->last, "reason");
		return reason ? put(item, "reason", json_deep_copy(reason)) : ST_OK;
	}
	texts = figure_reason_texts(string_of(reason, "code"));
	if (texts == NULL)
		return error_because(ret_error, ST_CONFLICT, "figures-reason", string_of(m->cell, "id").data,
				     "another number than before, and no reason for it");
	TRY(put(item, "reason", texts));
	TRY(put(texts, "code", json_incref(json_object_get(reason, "code"))));
	if (string_of(reason, "text").len)
		TRY(put(texts, "text", json_incref(json_object_get(reason, "text"))));
	return put(item, "revises", json_pack("{s:I, s:o}", "number", (json_int_t)m->last_number, "value",
					      value_json(&m->versions[m->count - 2].total)));
}

static enum status parts_put(const struct withhold_version *v, json_t *item)
{
	json_t *parts = json_array();

	TRY(put(item, "parts", parts));
	for (size_t i = 0; i < v->part_count; i++)
		if (json_array_append_new(parts, json_pack("{s:s%, s:o, s:b}", "country", v->parts[i].part.data, v->parts[i].part.len, "value",
							   value_json(&v->parts[i]), "withheld", (int)v->parts[i].withheld)) != 0)
			return ST_NO_MEMORY;
	return ST_OK;
}

static enum status item_make(struct making *m, json_t *item, struct error *ret_error)
{
	static const char *const whole[] = {"from", "to", "as_of", "signer"};
	const struct withhold_version *now;

	TRY(versions_read(m, ret_error));
	now = &m->versions[m->count - 1];
	for (size_t i = 0; i < sizeof frozen / sizeof frozen[0]; i++) {
		json_t *value = json_object_get(m->definition, frozen[i]);

		if (value == NULL)
			return wrong(frozen[i], ret_error);
		TRY(put(item, frozen[i], json_incref(value)));
	}
	for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
		if (string_of(m->snapshot, whole[i]).len == 0)
			return wrong(whole[i], ret_error);
		TRY(put(item, whole[i], json_incref(json_object_get(m->snapshot, whole[i]))));
	}
	TRY(put(item, "value", value_json(&now->total)));
	TRY(put(item, "withheld", json_boolean(now->total.withheld)));
	if (string_of(m->cell, "sides").len)
		TRY(put(item, "sides", json_incref(json_object_get(m->cell, "sides"))));
	if (now->part_count)
		TRY(parts_put(now, item));
	return revision_put(m, item, ret_error);
}

/* ---- the document ---- */

static enum status head_put(const json_t *snapshot, json_t *document, struct error *ret_error)
{
	static const char *const members[] = {"hub", "time", "from", "to"};
	const json_t *earlier = json_object_get(snapshot, "earlier");
	size_t count = json_array_size(earlier);
	char hash[FIGURE_HASH_SIZE];
	int64_t number;

	if (!text_equal(string_of(snapshot, "format"), TEXT(FIGURE_SNAPSHOT_FORMAT)))
		return wrong("format", ret_error);
	if (string_of(snapshot, "salt").len != 64)
		return wrong("salt", ret_error);
	if (!number_of(snapshot, "number", &number) || number == 0)
		return wrong("number", ret_error);
	TRY(put(document, "format", json_string(FIGURE_FORMAT)));
	TRY(put(document, "version", json_integer(1)));
	TRY(put(document, "number", json_integer(number)));
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		if (string_of(snapshot, members[i]).len == 0)
			return wrong(members[i], ret_error);
		TRY(put(document, members[i], json_incref(json_object_get(snapshot, members[i]))));
	}
	TRY(put(document, "revises", count ? json_incref(json_object_get(json_array_get(earlier, count - 1), "number")) : json_null()));
	TRY(put(document, "joint", json_is_array(json_object_get(snapshot, "joint")) ? json_deep_copy(json_object_get(snapshot, "joint")) : json_array()));
	if (figure_hash(snapshot, hash) != ST_OK)
		return wrong("cells", ret_error);
	return put(document, "snapshot", json_string(hash));
}

static enum status items_put(struct making *m, json_t *document, struct error *ret_error)
{
	const json_t *cells = json_object_get(m->snapshot, "cells"), *definitions = json_object_get(m->snapshot, "definitions");
	json_t *items = json_array();

	TRY(put(document, "items", items));
	for (size_t i = 0; i < json_array_size(cells); i++) {
		json_t *item = json_object();

		if (item == NULL || json_array_append_new(items, item) != 0)
			return ST_NO_MEMORY;
		m->cell = json_array_get(cells, i);
		m->definition = by_id(definitions, string_of(m->cell, "id"));
		if (m->definition == NULL || by_id(cells, string_of(m->cell, "id")) != m->cell)
			return wrong("cells", ret_error);
		arena_clear(m->arena);
		TRY(item_make(m, item, ret_error));
	}
	return ST_OK;
}

enum status figure_make(const json_t *snapshot, json_t **ret, struct error *ret_error)
{
	struct arena arena;
	struct making m = {.snapshot = snapshot, .arena = &arena};
	json_t *document = json_object();
	enum status st = ST_NO_MEMORY;

	arena_init(&arena, (size_t)64 << 20);
	if (document)
		st = head_put(snapshot, document, ret_error);
	if (st == ST_OK)
		st = items_put(&m, document, ret_error);
	arena_release(&arena);
	if (st == ST_OK) {
		*ret = document;
		return ST_OK;
	}
	json_decref(document);
	return st == ST_NO_MEMORY ? error_set(ret_error, ST_NO_MEMORY, "out of memory") : st;
}

/* ---- for the next one ---- */

static enum status earlier_item(const json_t *cell, const json_t *item, json_t *out)
{
	const json_t *parts = json_object_get(cell, "parts"), *shown = json_object_get(item, "parts");
	json_t *copy = json_deep_copy(cell);

	if (copy == NULL || json_array_append_new(out, copy) != 0)
		return ST_NO_MEMORY;
	TRY(put(copy, "withheld", json_incref(json_object_get(item, "withheld"))));
	TRY(put(copy, "revises", json_deep_copy(json_object_get(item, "revises"))));
	if (json_object_get(item, "reason"))
		TRY(put(copy, "reason", json_deep_copy(json_object_get(item, "reason"))));
	for (size_t i = 0; i < json_array_size(parts); i++)
		TRY(put(json_array_get(json_object_get(copy, "parts"), i), "withheld",
			json_incref(json_object_get(json_array_get(shown, i), "withheld"))));
	return ST_OK;
}

json_t *figure_earlier(const json_t *snapshot, const json_t *document)
{
	const json_t *cells = json_object_get(snapshot, "cells"), *shown = json_object_get(document, "items");
	json_t *items = json_array(), *earlier = json_pack("{s:O, s:o}", "number", json_object_get(snapshot, "number"), "items", items);

	for (size_t i = 0; earlier && i < json_array_size(cells); i++)
		if (earlier_item(json_array_get(cells, i), json_array_get(shown, i), items) != ST_OK) {
			json_decref(earlier);
			return NULL;
		}
	return earlier;
}
