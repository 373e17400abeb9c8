/* The list of all releases: ours, and as a DCAT catalogue. */
#include <inttypes.h>

#include "figure/output.h"
#include "model/entity_json.h"

static void member(struct buffer *out, const char *name, struct text value)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

void figure_releases_json(const struct figure_release *releases, size_t count, struct buffer *out)
{
	buffer_add_text(out, TEXT("{\"version\":1,\"items\":["));
	for (size_t i = 0; i < count; i++) {
		const struct figure_release *r = &releases[i];

		buffer_printf(out, "%s{\"number\":%" PRId64, i ? "," : "", r->number);
		member(out, "from", r->from);
		member(out, "to", r->to);
		member(out, "time", r->time);
		member(out, "hash", r->hash);
		member(out, "file", r->file);
		member(out, "sha256", r->sha256);
		buffer_printf(out, ",\"size\":%zu", r->size);
		if (r->revises)
			buffer_printf(out, ",\"revises\":%" PRId64, r->revises);
		if (r->replaced_by)
			buffer_printf(out, ",\"replaced_by\":%" PRId64, r->replaced_by);
		buffer_add_char(out, '}');
	}
	buffer_add_text(out, TEXT("]}"));
}

/* ---- DCAT 3: W3C Recommendation of 22 August 2024 ---- */

static void title(struct buffer *out, const char *word, struct text more)
{
	buffer_add_text(out, TEXT(",\"dcterms:title\":["));
	for (unsigned l = 0; l < FIGURE_LANGUAGES; l++) {
		struct buffer whole;

		buffer_init(&whole, 4096);
		buffer_add_text(&whole, figure_word(word, (enum figure_language)l));
		buffer_add_text(&whole, more);
		buffer_printf(out, "%s{\"@language\":\"%s\",\"@value\":", l ? "," : "", figure_language_word((enum figure_language)l));
		json_add_string(out, buffer_text(&whole));
		buffer_add_char(out, '}');
		buffer_release(&whole);
	}
	buffer_add_char(out, ']');
}

static void distribution(struct buffer *out, const struct figure_release *r)
{
	buffer_add_text(out, TEXT(",\"distribution\":[{\"@type\":\"Distribution\",\"downloadURL\":{\"@id\":"));
	json_add_string(out, r->file);
	buffer_printf(out, "},\"mediaType\":{\"@id\":\"https://www.iana.org/assignments/media-types/application/json\"},"
		      "\"byteSize\":%zu,\"spdx:checksum\":{\"@type\":\"spdx:Checksum\",\"spdx:algorithm\":"
		      "{\"@id\":\"spdx:checksumAlgorithm_sha256\"},\"spdx:checksumValue\":", r->size);
	json_add_string(out, r->sha256);
	buffer_add_text(out, TEXT("}}]"));
}

static void data_set(struct buffer *out, const struct figure_release *r)
{
	buffer_printf(out, ",{\"@id\":\"#release-%" PRId64 "\",\"@type\":\"Dataset\",\"inSeries\":{\"@id\":\"#series\"},\"dcterms:identifier\":\"%" PRId64
		      "\"", r->number, r->number);
	title(out, "figures-of", (struct text){r->from.data, r->from.len < 7 ? r->from.len : 7});
	buffer_add_text(out, TEXT(",\"dcterms:issued\":{\"@type\":\"xsd:dateTime\",\"@value\":"));
	json_add_string(out, r->time);
	buffer_add_text(out, TEXT("},\"dcterms:temporal\":{\"@type\":\"dcterms:PeriodOfTime\",\"startDate\":{\"@type\":\"xsd:date\",\"@value\":"));
	json_add_string(out, r->from);
	buffer_add_text(out, TEXT("},\"endDate\":{\"@type\":\"xsd:date\",\"@value\":"));
	json_add_string(out, r->to);
	buffer_add_text(out, TEXT("}}"));
	if (r->revises)
		buffer_printf(out, ",\"previousVersion\":{\"@id\":\"#release-%" PRId64 "\"}", r->revises);
	distribution(out, r);
	buffer_add_char(out, '}');
}

void figure_dcat(struct text hub, const struct figure_release *releases, size_t count, struct buffer *out)
{
	buffer_add_text(out, TEXT("{\"@context\":{\"@vocab\":\"http://www.w3.org/ns/dcat#\",\"dcterms\":\"http://purl.org/dc/terms/\","
				  "\"foaf\":\"http://xmlns.com/foaf/0.1/\",\"spdx\":\"http://spdx.org/rdf/terms#\","
				  "\"xsd\":\"http://www.w3.org/2001/XMLSchema#\"},\"@graph\":[{\"@id\":\"#catalogue\",\"@type\":\"Catalog\""));
	title(out, "catalogue", TEXT_NONE);
	buffer_add_text(out, TEXT(",\"dcterms:publisher\":{\"@type\":\"foaf:Agent\",\"foaf:name\":"));
	json_add_string(out, hub);
	buffer_add_text(out, TEXT("},\"dcterms:language\":[\"en\",\"km\",\"ko\",\"zh\"],\"dataset\":[{\"@id\":\"#series\"}"));
	for (size_t i = 0; i < count; i++)
		buffer_printf(out, ",{\"@id\":\"#release-%" PRId64 "\"}", releases[i].number);
	buffer_add_text(out, TEXT("]},{\"@id\":\"#series\",\"@type\":\"DatasetSeries\""));
	title(out, "catalogue", TEXT_NONE);
	if (count)
		buffer_printf(out, ",\"last\":{\"@id\":\"#release-%" PRId64 "\"}", releases[0].number);
	buffer_add_char(out, '}');
	for (size_t i = 0; i < count; i++)
		data_set(out, &releases[i]);
	buffer_add_text(out, TEXT("]}"));
}
