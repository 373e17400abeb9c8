/* UK consolidated list, CSV ("ConList": a line with the date, then a header; one row for each name of a group). Rows of
 * one Group ID that stand together are one entity. Source: OFSI's format guide. */
#include <stdio.h>

#include "exchange/csv.h"
#include "exchange/record.h"

static enum status name_add(struct csv *csv, struct record *r)
{
	static const char *const columns[] = {"Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6"};
	struct text kind = csv_field(csv, "Alias Type"), quality = csv_field(csv, "Alias Quality");
	const char *property = "alias";
	struct buffer name;
	enum status st;

	buffer_init(&name, 8192);
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		struct text part = csv_field(csv, columns[i]);

		if (part.len && name.len)
			buffer_add_char(&name, ' ');
		buffer_add_text(&name, part);
	}
	if (text_starts(kind, TEXT("Prim")))
		property = "name";
	else if (text_equal_nocase(quality, TEXT("Low quality")))
		property = "weakAlias";
	else if (text_equal_nocase(kind, TEXT("FKA")))
		property = "previousName";
	st = buffer_status(&name);
	if (st == ST_OK)
		st = record_add(r, property, buffer_text(&name));
	buffer_release(&name);
	if (st == ST_OK)
		st = record_add(r, "alias", csv_field(csv, "Name Non-Latin Script"));
	return st;
}

/* "(1) 05/02/1969 (2) 1970": each numbered value; one without numbers is itself. */
static enum status numbered(struct record *r, struct text cell, enum status (*add)(struct record *, struct text))
{
	size_t from = 0;

	for (size_t i = 0; i + 2 < cell.len; i++) {
		if (cell.data[i] != '(' || cell.data[i + 1] < '1' || cell.data[i + 1] > '9' || cell.data[i + 2] != ')')
			continue;
		TRY(add(r, text_trim((struct text){cell.data + from, i - from})));
		from = i + 3;
	}
	return add(r, text_trim((struct text){cell.data + from, cell.len - from}));
}

static enum status nationality_add(struct record *r, struct text value)
{
	return record_country(r, "nationality", value);
}

static enum status passport_add(struct record *r, struct text value)
{
	value.len = text_find(value, ',', 0);
	value.len = text_find(value, '.', 0);
	return value.len <= 40 ? record_document(r, "passportNumber", value, TEXT_NONE, TEXT_NONE)
			       : record_add(r, "notes", value);
}

static enum status facts_add(struct csv *csv, struct record *r)
{
	struct text dob = csv_field(csv, "DOB");

	if (dob.len > 6 && memcmp(dob.data, "00/00/", 6) == 0)
		dob = (struct text){dob.data + 6, dob.len - 6};
	TRY(numbered(r, dob, record_birth_date));
	TRY(numbered(r, csv_field(csv, "Nationality"), nationality_add));
	TRY(numbered(r, csv_field(csv, "Passport Details|Passport Number"), passport_add));
	TRY(record_document(r, "idNumber", csv_field(csv, "NI Number|National Identification Number"), TEXT_NONE, TEXT_NONE));
	TRY(record_add(r, "position", csv_field(csv, "Position")));
	TRY(record_add(r, "programId", csv_field(csv, "Regime")));
	return record_add(r, "notes", csv_field(csv, "Other Information"));
}

static const char *schema_of(struct text type)
{
	return text_equal_nocase(type, TEXT("Individual")) ? "Person"
	       : text_equal_nocase(type, TEXT("Ship"))     ? "Vessel"
							   : "Organization";
}

static enum status rows_read(struct csv *csv, struct error *ret_error)
{
	char group[32] = "";
	bool open = false;
	struct record r;

	for (;;) {
		struct text id;

		TRY(csv_next(csv, ret_error));
		id = csv_field(csv, "Group ID");
		if (csv->count && (id.len == 0 || id.len >= sizeof group)) {
			reader_skip(csv->reader, "Group ID", "missing");
			continue;
		}
		if (open && (csv->count == 0 || !text_equal(id, text_of(group)))) {
			/* Aliases may come first; an entity without a primary name is known by its first alias. */
			TRY(record_end(&r, ret_error));
			open = false;
		}
		if (csv->count == 0)
			return ST_OK;
		if (!open) {
			snprintf(group, sizeof group, "%.*s", TEXT_ARG(id));
			TRY(record_begin(&r, csv->reader, "gb_hmt_sanctions", id, schema_of(csv_field(csv, "Group Type"))));
			open = true;
		}
		TRY(name_add(csv, &r));
		TRY(facts_add(csv, &r));
	}
}

enum status uk_csv_read(struct reader *reader, struct error *ret_error)
{
	struct text first;
	struct csv csv;
	enum status st;

	reader->report.format = "uk-csv";
	reader->windows_1252 = true;
	TRY(reader_line(reader, &first, ret_error)); /* Last Updated,12/02/2016 */
	st = csv_open(&csv, reader, ',', true, ret_error);
	if (st == ST_OK)
		st = rows_read(&csv, ret_error);
	csv_close(&csv);
	return st;
}
