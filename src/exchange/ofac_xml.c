/* OFAC SDN and consolidated lists, XML (sdnList of sdnEntry). Source: OFAC's published schema, sdn.xsd. */
#include <stdio.h>

#include "exchange/ofac_identifiers.h"
#include "exchange/xml.h"

struct ofac {
	const char *dataset;
	struct record record;
};

static const char *schema_of(struct text type)
{
	if (text_equal_nocase(type, TEXT("individual")))
		return "Person";
	if (text_equal_nocase(type, TEXT("vessel")))
		return "Vessel";
	return text_equal_nocase(type, TEXT("aircraft")) ? "Airplane" : "Organization";
}

/* "LAST, First" as OFAC prints it; one part alone as it is. */
static enum status name_add(struct record *r, const xmlNode *node, const char *property)
{
	struct text last = xml_text(node, "lastName"), first = xml_text(node, "firstName");
	char name[1024];
	int n;

	if (first.len == 0)
		return record_add(r, property, last);
	n = snprintf(name, sizeof name, "%.*s, %.*s", TEXT_ARG(last), TEXT_ARG(first));
	return record_add(r, property, (struct text){name, n < (int)sizeof name ? (size_t)n : sizeof name - 1});
}

static enum status akas(struct record *r, const xmlNode *node)
{
	const xmlNode *list = xml_child(node, "akaList", NULL);

	for (const xmlNode *a = list ? xml_child(list, "aka", NULL) : NULL; a; a = xml_child(list, "aka", a)) {
		bool weak = text_equal_nocase(xml_text(a, "category"), TEXT("weak"));
		bool former = text_starts(xml_text(a, "type"), TEXT("f.k.a"));

		TRY(name_add(r, a, weak ? "weakAlias" : former ? "previousName" : "alias"));
	}
	return ST_OK;
}

static enum status id_add(struct record *r, const xmlNode *id)
{
	struct text type = xml_text(id, "idType"), number = xml_text(id, "idNumber");
	const char *property;

	if (text_starts(type, TEXT("Digital Currency Address")))
		return record_add(r, "publicKey", number);
	if (text_equal(type, TEXT("Gender")))
		return record_add(r, "gender", text_equal_nocase(number, TEXT("Female")) ? TEXT("female") : TEXT("male"));
	property = ofac_identifier_property(type);
	if (property)
		return ofac_identifier_add(r, property, number, xml_text(id, "idCountry"), type);
	return record_add(r, "notes", number);
}

static enum status lists(struct record *r, const xmlNode *node)
{
	static const struct {
		const char *list, *item, *text, *property;
	} all[] = {
		{"dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "birthDate"},
		{"placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "birthPlace"},
		{"nationalityList", "nationality", "country", "nationality"},
		{"citizenshipList", "citizenship", "country", "citizenship"},
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		const xmlNode *list = xml_child(node, all[i].list, NULL);

		for (const xmlNode *n = list ? xml_child(list, all[i].item, NULL) : NULL; n;
		     n = xml_child(list, all[i].item, n)) {
			struct text value = xml_text(n, all[i].text);

			if (i == 0)
				TRY(record_birth_date(r, value));
			else if (i == 1)
				TRY(record_add(r, all[i].property, value));
			else
				TRY(record_country(r, all[i].property, value));
		}
	}
	return ST_OK;
}

static enum status listed(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct ofac *o = context;
	struct record *r = &o->record;
	const xmlNode *ids = xml_child(node, "idList", NULL), *programs = xml_child(node, "programList", NULL);

	TRY(record_begin(r, reader, o->dataset, xml_text(node, "uid"), schema_of(xml_text(node, "sdnType"))));
	TRY(name_add(r, node, "name"));
	TRY(akas(r, node));
	TRY(lists(r, node));
	for (const xmlNode *id = ids ? xml_child(ids, "id", NULL) : NULL; id; id = xml_child(ids, "id", id))
		TRY(id_add(r, id));
	for (const xmlNode *p = programs ? xml_child(programs, "program", NULL) : NULL; p;
	     p = xml_child(programs, "program", p))
		TRY(record_add(r, "programId", xml_content(p)));
	TRY(record_add(r, "position", xml_text(node, "title")));
	TRY(record_add(r, "notes", xml_text(node, "remarks")));
	return record_end(r, ret_error);
}

enum status ofac_xml_read(struct reader *reader, struct error *ret_error)
{
	static const char *const names[] = {"sdnEntry", NULL};
	struct text file = reader->source->name;
	bool consolidated = text_has(file, TEXT("cons"));
	struct ofac ofac = {.dataset = consolidated ? "us_ofac_cons" : "us_ofac_sdn"};

	reader->report.format = "ofac-xml";
	return xml_records(reader, names, listed, &ofac, ret_error);
}
