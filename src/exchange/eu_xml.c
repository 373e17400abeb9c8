/* EU Financial Sanctions Files, XML: version 1.0 (WHOLE of ENTITY, upper case elements) and version 1.1
 * (export of sanctionEntity, attributes). Source: the schemata the European Commission publishes with the files. */
#include "exchange/eu.h"
#include "exchange/xml.h"

/* ---- version 1.0 ---- */

static enum status old_names(struct record *r, const xmlNode *node)
{
	for (const xmlNode *n = xml_child(node, "NAME", NULL); n; n = xml_child(node, "NAME", n)) {
		bool first = entity_get(&r->entity, "name") == NULL;
		struct text gender = xml_text(n, "GENDER");

		TRY(record_add(r, first ? "name" : "alias", xml_text(n, "WHOLENAME")));
		TRY(record_add(r, "position", xml_text(n, "FUNCTION")));
		if (gender.len)
			TRY(record_add(r, "gender", gender.data[0] == 'F' ? TEXT("female") : TEXT("male")));
	}
	return ST_OK;
}

static enum status old_listed(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct record *r = context;
	struct text type = xml_attribute(node, "Type");

	TRY(record_begin(r, reader, "eu_fsf", xml_attribute(node, "Id"),
			 text_equal(type, TEXT("P")) ? "Person" : "Organization"));
	TRY(old_names(r, node));
	for (const xmlNode *b = xml_child(node, "BIRTH", NULL); b; b = xml_child(node, "BIRTH", b)) {
		TRY(record_birth_date(r, xml_text(b, "DATE")));
		TRY(record_add(r, "birthPlace", xml_text(b, "PLACE")));
	}
	for (const xmlNode *p = xml_child(node, "PASSPORT", NULL); p; p = xml_child(node, "PASSPORT", p)) {
		struct text number = xml_text(p, "NUMBER");

		/* "AD001095 (passport-National passport)": what stands in brackets says what it is. */
		number.len = text_find(number, '(', 0);
		TRY(record_document(r, "passportNumber", number, xml_text(p, "COUNTRY"), TEXT_NONE));
	}
	for (const xmlNode *c = xml_child(node, "CITIZEN", NULL); c; c = xml_child(node, "CITIZEN", c))
		TRY(record_country(r, "nationality", xml_text(c, "COUNTRY")));
	TRY(record_add(r, "programId", xml_attribute(node, "programme")));
	TRY(record_add(r, "notes", xml_attribute(node, "remark")));
	return record_end(r, ret_error);
}

/* ---- version 1.1 ---- */

static enum status new_names(struct record *r, const xmlNode *node)
{
	for (const xmlNode *n = xml_child(node, "nameAlias", NULL); n; n = xml_child(node, "nameAlias", n)) {
		const struct eu_name name = {
			xml_attribute(n, "wholeName"),
			{xml_attribute(n, "firstName"), xml_attribute(n, "middleName"), xml_attribute(n, "lastName")},
			xml_attribute(n, "strong"),   xml_text(n, "remark"),     xml_attribute(n, "gender"),
			xml_attribute(n, "function"), xml_attribute(n, "title"),
		};

		TRY(eu_name_add(r, &name));
	}
	return ST_OK;
}

static enum status new_birth(struct record *r, const xmlNode *b)
{
	const struct eu_birth birth = {
		xml_attribute(b, "birthdate"),   xml_attribute(b, "year"),
		xml_attribute(b, "monthOfYear"), xml_attribute(b, "dayOfMonth"),
		xml_attribute(b, "yearRangeFrom"), xml_attribute(b, "yearRangeTo"), xml_attribute(b, "circa"),
		{xml_attribute(b, "place"), xml_attribute(b, "city"), xml_attribute(b, "countryDescription")},
	};

	return eu_birth_add(r, &birth);
}

static enum status new_listed(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct record *r = context;
	const xmlNode *type = xml_child(node, "subjectType", NULL), *regulation = xml_child(node, "regulation", NULL);

	TRY(record_begin(r, reader, "eu_fsf", xml_attribute(node, "logicalId"),
			 type && text_equal(xml_attribute(type, "code"), TEXT("person")) ? "Person" : "Organization"));
	TRY(new_names(r, node));
	for (const xmlNode *b = xml_child(node, "birthdate", NULL); b; b = xml_child(node, "birthdate", b))
		TRY(new_birth(r, b));
	for (const xmlNode *i = xml_child(node, "identification", NULL); i; i = xml_child(node, "identification", i)) {
		TRY(eu_identification_add(r, xml_attribute(i, "identificationTypeCode"), xml_attribute(i, "number"),
					  xml_attribute(i, "countryIso2Code")));
	}
	for (const xmlNode *c = xml_child(node, "citizenship", NULL); c; c = xml_child(node, "citizenship", c))
		TRY(eu_citizenship_add(r, xml_attribute(c, "countryIso2Code")));
	if (regulation)
		TRY(record_add(r, "programId", xml_attribute(regulation, "programme")));
	TRY(record_add(r, "notes", xml_text(node, "remark")));
	return record_end(r, ret_error);
}

enum status eu_xml_read(struct reader *reader, struct error *ret_error)
{
	static const char *const old_names_wanted[] = {"ENTITY", NULL};
	static const char *const new_names_wanted[] = {"sanctionEntity", NULL};
	struct record record;
	struct bytes head;
	bool old;

	TRY(reader_peek(reader, 4096, &head, ret_error));
	old = text_has((struct text){(const char *)head.data, head.len}, TEXT("<WHOLE"));
	reader->report.format = old ? "eu-xml-1.0" : "eu-xml-1.1";
	return xml_records(reader, old ? old_names_wanted : new_names_wanted, old ? old_listed : new_listed, &record,
			   ret_error);
}
