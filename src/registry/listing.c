#include <jansson.h>

#include "model/canonical.h"
#include "model/time.h"
#include "registry/entry.h"
#include "registry/inside.h"

static json_t *text_json(struct text t)
{
	return json_stringn(t.data ? t.data : "", t.len);
}

static json_t *time_json(int64_t ms)
{
	char text[TIME_SIZE];

	time_write(ms, text);
	return json_string(text);
}

static void set_text(json_t *object, const char *name, struct text value)
{
	if (value.len)
		json_object_set_new(object, name, text_json(value));
}

static json_t *measure_json(const struct entry_measure *m)
{
	json_t *object = json_object();

	json_object_set_new(object, "id", text_json(m->id));
	json_object_set_new(object, "kind", text_json(m->kind));
	json_object_set_new(object, "basis", text_json(m->basis));
	set_text(object, "number", m->number);
	set_text(object, "issuer", m->issuer);
	json_object_set_new(object, "from", time_json(m->valid_from_ms));
	json_object_set_new(object, "expires", time_json(m->expires_ms));
	return object;
}

/* An urgent entry bears one measure, whatever else was asked for: to be referred, until its hours are over. */
static json_t *measures_json(const struct entry *entry, bool urgent)
{
	json_t *list = json_array();

	if (urgent) {
		const struct entry_measure refer = {.id = entry->id, .kind = TEXT("refer"), .basis = TEXT("decision"),
						    .valid_from_ms = entry->urgent_ms, .expires_ms = entry->urgent_until_ms};

		json_array_append_new(list, measure_json(&refer));
		return list;
	}
	for (size_t i = 0; i < entry->measure_count; i++)
		if (entry->measures[i].ended_ms == 0)
			json_array_append_new(list, measure_json(&entry->measures[i]));
	return list;
}

static json_t *documents_json(const struct entry *entry)
{
	json_t *list = json_array();

	for (size_t i = 0; i < entry->document_count; i++) {
		json_t *object = json_object();

		json_object_set_new(object, "kind", text_json(entry->documents[i].kind));
		json_object_set_new(object, "number", text_json(entry->documents[i].number));
		set_text(object, "country", entry->documents[i].country);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *legal_json(const struct entry *entry)
{
	json_t *object = json_object();

	set_text(object, "decision", entry->decision_number);
	set_text(object, "law", entry->law);
	set_text(object, "article", entry->article);
	return object;
}

bool entry_published(const struct entry *entry)
{
	return text_equal(entry->state, TEXT("published")) || text_equal(entry->state, TEXT("under-appeal"));
}

enum status entry_write_listing(const struct entry *entry, struct buffer *out, struct error *ret_error)
{
	bool urgent = !entry_published(entry);
	json_t *person = json_loadb(entry->person.data, entry->person.len, 0, NULL);
	json_t *object = json_object();
	enum status st;

	if (!person) {
		json_decref(object);
		return error_set(ret_error, ST_CORRUPT, "an entry's person cannot be read");
	}
	json_object_set_new(object, "id", text_json(entry->id));
	json_object_set_new(object, "owner", text_json(entry->owner));
	json_object_set_new(object, "reference", text_json(entry->reference));
	json_object_set_new(object, "inflow", text_json(entry->inflow));
	json_object_set_new(object, "handling", json_integer((json_int_t)entry->handling));
	json_object_set_new(object, "urgent", json_boolean(urgent));
	json_object_set_new(object, "expires", time_json(urgent ? entry->urgent_until_ms : entry_ends(entry)));
	json_object_set_new(object, "legal", urgent ? json_object() : legal_json(entry));
	json_object_set_new(object, "measures", measures_json(entry, urgent));
	json_object_set_new(object, "documents", documents_json(entry));
	json_object_set_new(object, "person", person);
	st = canonical_write(object, out);
	json_decref(object);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "the listing cannot be written");
}
