/* Who it is: from a nomination's FollowTheMoney entity to what the registry keeps and shows of him. */
#include <jansson.h>
#include <sodium.h>

#include "ident/document.h"
#include "model/canonical.h"
#include "model/ftm.h"
#include "registry/inside.h"
#include "screen/facts.h"
#include "text/name.h"
#include "text/script.h"

#define PERSON_MAX ((size_t)1 << 20)
#define NAMES_MAX 256u
#define LATIN_MAX 512u
#define REFERENCE_MAX 100u

static const char *const name_kinds[] = {"name", "alias", "weakAlias", "previousName"};

static json_t *text_json(struct text t)
{
	return json_stringn(t.data ? t.data : "", t.len);
}

static json_t *person_json(const struct entity *person)
{
	json_t *properties = json_object(), *root = json_object();

	for (size_t i = 0; i < person->property_count; i++) {
		const struct property *property = &person->properties[i];
		json_t *values = json_array();

		for (size_t k = 0; k < property->count; k++)
			json_array_append_new(values, text_json(property->values[k]));
		json_object_setn_new(properties, property->name.data, property->name.len, values);
	}
	json_object_set_new(root, "schema", text_json(person->schema.len ? person->schema : TEXT("Person")));
	json_object_set_new(root, "properties", properties);
	return root;
}

/* ---- the content's hash ---- */

enum status entry_hash(struct registry *registry, const struct registry_nomination *n, char ret_hash[REGISTRY_HASH_SIZE],
		       struct error *ret_error)
{
	unsigned char digest[crypto_generichash_BYTES];
	json_t *content = json_object();
	struct buffer out;
	enum status st;

	/* neither the reference nor the paper it came on: to change those is not to change the nomination */
	json_object_set_new(content, "person", person_json(n->person));
	json_object_set_new(content, "offence", text_json(n->offence));
	buffer_init(&out, PERSON_MAX);
	st = canonical_write(content, &out);
	if (st != ST_OK) {
		error_because(ret_error, st, "value-invalid", "person", "the person cannot be written");
		goto out;
	}
	crypto_generichash(digest, sizeof digest, out.data, out.len, registry->content_key, sizeof registry->content_key);
	sodium_bin2hex(ret_hash, REGISTRY_HASH_SIZE, digest, sizeof digest);
out:
	json_decref(content);
	buffer_release(&out);
	return st;
}

/* ---- names ---- */

static struct text language_of(enum script script)
{
	switch ((int)script) {
	case SCRIPT_HANGUL:
		return TEXT("ko");
	case SCRIPT_HAN:
		return TEXT("zh");
	case SCRIPT_KANA:
		return TEXT("ja");
	case SCRIPT_KHMER:
		return TEXT("km");
	case SCRIPT_THAI:
		return TEXT("th");
	default:
		return TEXT_NONE;
	}
}

enum status entry_take_names(const struct entity *person, struct arena *arena, struct entry *entry, struct error *ret_error)
{
	entry->names = ARENA_NEW(arena, struct entry_name, NAMES_MAX);
	entry->name_count = 0;
	if (!entry->names)
		return arena_failure(arena, ret_error);
	for (size_t k = 0; k < sizeof name_kinds / sizeof name_kinds[0]; k++) {
		const struct property *property = entity_get(person, name_kinds[k]);

		for (size_t i = 0; property && i < property->count && entry->name_count < NAMES_MAX; i++) {
			struct entry_name *name = &entry->names[entry->name_count++];
			enum script script = script_main(property->values[i]);

			name->name = property->values[i];
			name->script = text_of(script_code(script));
			name->language = language_of(script);
			name->kind = text_of(name_kinds[k]);
		}
	}
	return ST_OK;
}

/* The likeliest reading of each part, one after the other, as a passport would have it. */
static enum status latin_reading(struct text name, struct text nationality, struct arena *arena, struct text *ret_latin)
{
	char countries[8] = "";
	struct buffer out;
	struct name read;
	enum status st;

	if (nationality.len == 2)
		snprintf(countries, sizeof countries, "%.*s", TEXT_ARG(nationality));
	buffer_init(&out, LATIN_MAX);
	TRY_OUT(name_read(name, countries, arena, &read));
	for (size_t i = 0; read.form_count && i < read.forms[0].part_count; i++) {
		const struct name_part *part = &read.forms[0].parts[i];

		if (part->reading_count == 0)
			continue;
		if (out.len)
			buffer_add_char(&out, ' ');
		for (size_t c = 0; c < part->readings[0].latin.len; c++) {
			char letter = part->readings[0].latin.data[c];

			buffer_add_char(&out, (char)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter));
		}
	}
	TRY_OUT(buffer_status(&out));
	st = arena_text(arena, buffer_text(&out), ret_latin);
out:
	buffer_release(&out);
	return st;
}

static enum status take_latin(struct arena *arena, struct entry *entry)
{
	entry->latin = TEXT_NONE;
	for (size_t i = 0; i < entry->name_count; i++)
		if (script_main(entry->names[i].name) == SCRIPT_LATIN) {
			entry->latin = entry->names[i].name;
			return ST_OK;
		}
	return latin_reading(entry->names[0].name, entry->nationality, arena, &entry->latin);
}

/* ---- documents ---- */

static enum status take_documents(const struct registry_nomination *n, struct arena *arena, struct entry *entry,
				  struct error *ret_error)
{
	const struct property *passports = entity_get(n->person, "passportNumber"), *cards = entity_get(n->person, "idNumber");
	size_t passport_count = passports ? passports->count : 0, card_count = cards ? cards->count : 0;

	entry->documents = ARENA_NEW(arena, struct entry_document, n->document_count + passport_count + card_count + 1);
	entry->document_count = 0;
	if (!entry->documents)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < n->document_count; i++)
		entry->documents[entry->document_count++] = n->documents[i];
	for (size_t i = 0; n->document_count == 0 && i < passport_count + card_count; i++)
		entry->documents[entry->document_count++] = (struct entry_document){
			.kind = i < passport_count ? TEXT("passport") : TEXT("identity-card"),
			.number = i < passport_count ? passports->values[i] : cards->values[i - passport_count],
			.country = entry->nationality};
	entry->has_document = entry->document_count != 0;
	entry->document = entry->has_document ? entry->documents[0].number : TEXT_NONE;
	return ST_OK;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool date_good(struct text t)
{
	static const char form[] = "0000-00-00";

	if (t.len != 4 && t.len != 7 && t.len != 10)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (form[i] == '-' ? t.data[i] != '-' : t.data[i] < '0' || t.data[i] > '9')
			return false;
	return true;
}

/* Of the model's, these belong to things that a person holds; they stand with him, where the engine finds them. */
static bool is_held(struct text name)
{
	static const char *const held[] = {"accountNumber", "iban", "publicKey"};

	for (size_t i = 0; i < sizeof held / sizeof held[0]; i++)
		if (text_equal(name, text_of(held[i])))
			return true;
	return false;
}

static enum status check_properties(const struct entity *person, const struct ftm_schema *schema, struct error *ret_error)
{
	const struct property *dates = entity_get(person, "birthDate"), *nations = entity_get(person, "nationality");

	for (size_t i = 0; i < person->property_count; i++)
		if (!ftm_property(schema, person->properties[i].name) && !is_held(person->properties[i].name))
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "person", "a property that no %.*s has",
					     TEXT_ARG(schema->name));
	for (size_t i = 0; dates && i < dates->count; i++)
		if (!date_good(dates->values[i]))
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "birthDate", "not a date");
	for (size_t i = 0; nations && i < nations->count; i++)
		if (country_code(nations->values[i]) == 0)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "nationality", "not a country's two letters");
	return ST_OK;
}

static enum status check(const struct registry_nomination *n, struct error *ret_error)
{
	const struct ftm_schema *schema = ftm_schema(n->person->schema.len ? n->person->schema : TEXT("Person"));

	if (!schema || !ftm_is_a(schema, TEXT("LegalEntity")))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "schema", "only persons and organisations are listed");
	if (entity_first(n->person, "name").len == 0)
		return error_because(ret_error, ST_MALFORMED, "name-missing", "name", "a person has a name");
	if (n->reference.len == 0 || n->reference.len > REFERENCE_MAX)
		return error_because(ret_error, ST_MALFORMED, "reference-missing", "reference", "the owner's reference, at most %u bytes",
				     REFERENCE_MAX);
	if (n->offence.len == 0)
		return error_because(ret_error, ST_MALFORMED, "offence-missing", "offence", "an offence is named");
	if (n->handling < 0 || n->handling > 3)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "handling", "a handling code is 0 to 3");
	return check_properties(n->person, schema, ret_error);
}

enum status entry_identify(struct registry *registry, const struct registry_nomination *n, struct arena *arena,
			   struct entry *entry, struct error *ret_error)
{
	char hash[REGISTRY_HASH_SIZE];
	struct buffer out;
	json_t *person;
	enum status st;

	TRY(check(n, ret_error));
	person = person_json(n->person);
	buffer_init(&out, PERSON_MAX);
	st = canonical_write(person, &out);
	if (st != ST_OK) {
		error_because(ret_error, st, "value-invalid", "person", "the person cannot be written");
		goto out;
	}
	TRY_OUT(keep(arena, buffer_text(&out), &entry->person, ret_error));
	TRY_OUT(entry_hash(registry, n, hash, ret_error));
	TRY_OUT(keep(arena, text_of(hash), &entry->content_hash, ret_error));
	entry->schema = n->person->schema.len ? n->person->schema : TEXT("Person");
	entry->caption = entity_first(n->person, "name");
	entry->birth_date = entity_first(n->person, "birthDate");
	entry->has_birth_date = entry->birth_date.len == 10; /* a whole one; a year alone is not enough to be listed */
	entry->nationality = entity_first(n->person, "nationality");
	TRY_OUT(entry_take_names(n->person, arena, entry, ret_error));
	TRY_OUT(take_latin(arena, entry));
	TRY_OUT(take_documents(n, arena, entry, ret_error));
	entry->reference = n->reference;
	entry->handling = n->handling;
	entry->offence = n->offence;
	entry->purpose = n->purpose;
	entry->law = n->law;
	entry->article = n->article;
	entry->penalty_months = n->penalty_months;
out:
	json_decref(person);
	buffer_release(&out);
	return st;
}
