/* United Nations Security Council Consolidated List, XML (CONSOLIDATED_LIST). Source: sc-sanctions.xsd. */
#include "exchange/record.h"
#include "exchange/xml.h"

static enum status joined_name(struct record *r, const xmlNode *node)
{
	static const char *const parts[] = {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"};
	struct buffer name;
	enum status st;

	buffer_init(&name, 4096);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct text part = xml_text(node, parts[i]);

		if (part.len && name.len)
			buffer_add_char(&name, ' ');
		buffer_add_text(&name, part);
	}
	st = buffer_status(&name);
	if (st == ST_OK)
		st = record_add(r, "name", buffer_text(&name));
	buffer_release(&name);
	return st;
}

static enum status aliases(struct record *r, const xmlNode *node, const char *element)
{
	for (const xmlNode *a = xml_child(node, element, NULL); a; a = xml_child(node, element, a)) {
		struct text quality = xml_text(a, "QUALITY");
		const char *property = text_equal_nocase(quality, TEXT("low"))      ? "weakAlias"
				       : text_equal_nocase(quality, TEXT("f.k.a.")) ? "previousName"
										    : "alias";

		TRY(record_add(r, property, xml_text(a, "ALIAS_NAME")));
	}
	return record_add(r, "alias", xml_text(node, "NAME_ORIGINAL_SCRIPT"));
}

static enum status birth_dates(struct record *r, const xmlNode *node)
{
	static const char *const exact[] = {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"};

	for (const xmlNode *d = xml_child(node, "INDIVIDUAL_DATE_OF_BIRTH", NULL); d;
	     d = xml_child(node, "INDIVIDUAL_DATE_OF_BIRTH", d)) {
		struct text type = xml_text(d, "TYPE_OF_DATE");

		for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
			struct text value = xml_text(d, exact[i]);

			/* An approximate day is no day. */
			if (i == 0 && text_equal_nocase(type, TEXT("approximately")) && value.len > 4)
				value.len = 4;
			TRY(record_birth_date(r, value));
		}
	}
	return ST_OK;
}

static enum status documents(struct record *r, const xmlNode *node)
{
	for (const xmlNode *d = xml_child(node, "INDIVIDUAL_DOCUMENT", NULL); d;
	     d = xml_child(node, "INDIVIDUAL_DOCUMENT", d)) {
		struct text type = xml_text(d, "TYPE_OF_DOCUMENT"), country = xml_text(d, "ISSUING_COUNTRY");

		if (country.len == 0)
			country = xml_text(d, "COUNTRY_OF_ISSUE");
		TRY(record_document(r, text_equal_nocase(type, TEXT("passport")) ? "passportNumber" : "idNumber",
				    xml_text(d, "NUMBER"), country, type));
	}
	return ST_OK;
}

static enum status values(struct record *r, const xmlNode *node, const char *element, const char *property)
{
	const xmlNode *list = xml_child(node, element, NULL);

	for (const xmlNode *v = list ? xml_child(list, "VALUE", NULL) : NULL; v; v = xml_child(list, "VALUE", v)) {
		if (strcmp(property, "nationality") == 0)
			TRY(record_country(r, property, xml_content(v)));
		else
			TRY(record_add(r, property, xml_content(v)));
	}
	return ST_OK;
}

static enum status listed(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	bool person = xml_is(node, "INDIVIDUAL");
	struct text gender = xml_text(node, "GENDER");
	struct record *r = context;

	TRY(record_begin(r, reader, "un_sc_sanctions", xml_text(node, "DATAID"), person ? "Person" : "Organization"));
	TRY(joined_name(r, node));
	TRY(aliases(r, node, person ? "INDIVIDUAL_ALIAS" : "ENTITY_ALIAS"));
	TRY(birth_dates(r, node));
	TRY(documents(r, node));
	TRY(values(r, node, "NATIONALITY", "nationality"));
	TRY(values(r, node, "DESIGNATION", "position"));
	TRY(values(r, node, "TITLE", "title"));
	if (gender.len)
		TRY(record_add(r, "gender", text_equal_nocase(gender, TEXT("female")) ? TEXT("female") : TEXT("male")));
	TRY(record_add(r, "programId", xml_text(node, "UN_LIST_TYPE")));
	TRY(record_add(r, "notes", xml_text(node, "REFERENCE_NUMBER")));
	TRY(record_add(r, "notes", xml_text(node, "COMMENTS1")));
	return record_end(r, ret_error);
}

enum status un_xml_read(struct reader *reader, struct error *ret_error)
{
	static const char *const names[] = {"INDIVIDUAL", "ENTITY", NULL};
	struct record record;

	reader->report.format = "un-xml";
	return xml_records(reader, names, listed, &record, ret_error);
}
