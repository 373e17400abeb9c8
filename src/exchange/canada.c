/* Consolidated Canadian Autonomous Sanctions List, XML (data-set of record). Entries have no number of their own: the
 * regulation, schedule and item make one. */
#include <stdio.h>

#include "exchange/record.h"
#include "exchange/xml.h"

static enum status aliases(struct record *r, struct text list)
{
	struct text rest = list, one;

	while (list.len && text_split(&rest, ';', &one))
		TRY(record_add(r, "alias", one));
	return ST_OK;
}

static enum status listed(struct reader *reader, void *context, xmlNode *node, struct error *ret_error)
{
	struct record *r = context;
	struct text last = xml_text(node, "LastName"), given = xml_text(node, "GivenName");
	struct text entity = xml_text(node, "EntityOrShip"), imo = xml_text(node, "ShipIMONumber");
	bool person = last.len || given.len;
	char reference[32], name[1024];
	int n = snprintf(reference, sizeof reference, "%llu", (unsigned long long)reader->report.listed + 1 +
								       (unsigned long long)reader->report.skipped);

	TRY(record_begin(r, reader, "ca_dfatd_sema_sanctions", (struct text){reference, (size_t)n},
			 person ? "Person" : imo.len ? "Vessel" : "Organization"));
	if (person) {
		n = snprintf(name, sizeof name, "%.*s%s%.*s", TEXT_ARG(given), given.len && last.len ? " " : "",
			     TEXT_ARG(last));
		TRY(record_add(r, "name", (struct text){name, n < (int)sizeof name ? (size_t)n : sizeof name - 1}));
		TRY(record_birth_date(r, xml_text(node, "DateOfBirthOrShipBuildDate")));
	}
	TRY(record_add(r, "name", entity));
	TRY(aliases(r, xml_text(node, "Aliases")));
	TRY(record_add(r, "imoNumber", imo));
	TRY(record_add(r, "position", xml_text(node, "TitleOrShip")));
	TRY(record_add(r, "programId", xml_text(node, "Country")));
	TRY(record_add(r, "notes", xml_text(node, "Schedule")));
	TRY(record_add(r, "notes", xml_text(node, "Item")));
	return record_end(r, ret_error);
}

enum status canada_xml_read(struct reader *reader, struct error *ret_error)
{
	static const char *const names[] = {"record", NULL};
	struct record record;

	reader->report.format = "canada-xml";
	return xml_records(reader, names, listed, &record, ret_error);
}
