/* The two lists the United Kingdom publishes as CSV, one row for each name, address and birth date of an entry:
 * the UK Sanctions List (FCDO; "Report Date: ...", then 58 columns from Last Updated and Unique ID on), which since
 * January 2026 is the only one kept, and OFSI's consolidated list (ConList; "Last Updated,...", then Name 6 to Group ID).
 * Rows of one entry stand anywhere in the file. Source: the header lines and format guides of both. */
#include <stdio.h>

#include "exchange/csv.h"
#include "exchange/groups.h"

#define REFERENCE_MAX 32u

static bool starts_nocase(struct text t, const char *word)
{
	struct text w = text_of(word);

	return t.len >= w.len && text_equal_nocase((struct text){t.data, w.len}, w);
}

/* "Primary Name", "Primary name", "Prime Alias" are the name; "Primary Name Variation" and all else are not. */
static const char *name_property(const struct csv *csv)
{
	struct text kind = csv_field(csv, "Name type|Alias Type"), quality = csv_field(csv, "Alias strength|Alias Quality");

	if (starts_nocase(kind, "Prim") && !starts_nocase(kind, "Primary Name Variation"))
		return "name";
	if (starts_nocase(quality, "Low"))
		return "weakAlias";
	return starts_nocase(kind, "FKA") ? "previousName" : "alias";
}

static enum status names_add(struct csv *csv, struct record *r)
{
	/* Name 6 is the family name, or all of it for what is no person. */
	const struct text parts[] = {csv_field(csv, "Name 1"), csv_field(csv, "Name 2"), csv_field(csv, "Name 3"),
				     csv_field(csv, "Name 4"), csv_field(csv, "Name 5"), csv_field(csv, "Name 6")};

	TRY(record_add_parts(r, name_property(csv), parts, sizeof parts / sizeof parts[0], " "));
	return record_add(r, "alias", csv_field(csv, "Name Non-Latin Script"));
}

/* "(1) 05/02/1969 (2) 1970" and "A|B": each value; one without numbers and bars is itself. */
static enum status several(struct record *r, struct text cell, enum status (*add)(struct record *, struct text))
{
	size_t from = 0;

	if (cell.len == 0)
		return ST_OK;
	for (size_t i = 0; i < cell.len; i++) {
		bool number = i + 2 < cell.len && cell.data[i] == '(' && cell.data[i + 1] >= '1' &&
			      cell.data[i + 1] <= '9' && cell.data[i + 2] == ')';

		if (!number && cell.data[i] != '|')
			continue;
		TRY(add(r, text_trim((struct text){cell.data + from, i - from})));
		from = i + (number ? 3 : 1);
	}
	return add(r, text_trim((struct text){cell.data + from, cell.len - from}));
}

static bool is_unknown(struct text part)
{
	return starts_nocase(part, "dd") || starts_nocase(part, "mm") || text_equal(part, TEXT("00"));
}

/* A day or month that is not known is "dd", "mm" or "00": "dd/mm/1965", "00/00/1965", "dd/05/1965". */
static enum status birth_date_add(struct record *r, struct text value)
{
	struct text rest = value, day, month;
	char known[16];
	int n;

	if (value.len != 10 || !text_split(&rest, '/', &day) || day.len != 2 || !text_split(&rest, '/', &month) ||
	    month.len != 2 || !(is_unknown(day) || is_unknown(month)))
		return record_birth_date(r, value);
	/* A day without a month says nothing. */
	n = is_unknown(month) ? snprintf(known, sizeof known, "%.*s", TEXT_ARG(rest))
			      : snprintf(known, sizeof known, "%.*s-%.*s", TEXT_ARG(rest), TEXT_ARG(month));
	return record_birth_date(r, (struct text){known, (size_t)n});
}

static enum status nationality_add(struct record *r, struct text value)
{
	return record_country(r, "nationality", value);
}

static enum status flag_add(struct record *r, struct text value)
{
	return record_country(r, "flag", value);
}

/* ConList puts numbers, countries and dates into one text: what stands before the first of them is the number. */
static enum status passport_details_add(struct record *r, struct text value)
{
	value.len = text_find(value, ',', 0);
	value.len = text_find(value, '.', 0);
	return value.len <= 40 ? record_document(r, "passportNumber", value, TEXT_NONE, TEXT_NONE)
			       : record_add(r, "notes", value);
}

static enum status passport_add(struct record *r, struct text value)
{
	return value.len <= 40 ? record_document(r, "passportNumber", value, TEXT_NONE, TEXT_NONE)
			       : record_add(r, "notes", value);
}

static enum status id_number_add(struct record *r, struct text value)
{
	return value.len <= 60 ? record_document(r, "idNumber", value, TEXT_NONE, TEXT_NONE)
			       : record_add(r, "notes", value);
}

static enum status registration_add(struct record *r, struct text value)
{
	return record_add(r, "registrationNumber", value);
}

/* "IMO9826902", "IMO 9826902", "9826902". */
static enum status imo_add(struct record *r, struct text value)
{
	if (starts_nocase(value, "IMO"))
		value = text_trim((struct text){value.data + 3, value.len - 3});
	return record_add(r, "imoNumber", value);
}

static enum status phone_add(struct record *r, struct text value)
{
	return record_add(r, "phone", value);
}

static enum status position_add(struct record *r, struct text value)
{
	return record_add(r, "position", value);
}

static const struct {
	const char *columns;
	enum status (*add)(struct record *r, struct text value);
} facts[] = {
	{"D.O.B|DOB", birth_date_add},
	{"Nationality(/ies)|Nationality", nationality_add},
	{"National Identifier number|National Identification Number|NI Number", id_number_add},
	{"Business registration number (s)", registration_add},
	{"IMO number", imo_add},
	{"Current believed flag of ship", flag_add},
	{"Phone number", phone_add},
	{"Position", position_add},
};

static const struct {
	const char *columns, *property;
} plain[] = {
	{"Title", "title"},           {"Regime Name|Regime", "programId"}, {"Email address", "email"},
	{"Type of ship", "type"},     {"Other Information", "notes"},      {"UK Statement of Reasons", "notes"},
	{"Passport additional information", "notes"},
	{"National Identifier additional information|National Identification Details", "notes"},
};

static enum status facts_add(struct csv *csv, struct record *r)
{
	const struct text birth_place[] = {csv_field(csv, "Town of Birth"), csv_field(csv, "Country of Birth")};
	struct text gender = csv_field(csv, "Gender");

	for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
		TRY(several(r, csv_field(csv, facts[i].columns), facts[i].add));
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		TRY(record_add(r, plain[i].property, csv_field(csv, plain[i].columns)));
	/* OFSI's older form has the details only. */
	if (csv_has(csv, "Passport number")) {
		TRY(several(r, csv_field(csv, "Passport number"), passport_add));
		TRY(record_add(r, "notes", csv_field(csv, "Passport Details")));
	} else {
		TRY(several(r, csv_field(csv, "Passport Details"), passport_details_add));
	}
	if (starts_nocase(gender, "f") || starts_nocase(gender, "m"))
		TRY(record_add(r, "gender", starts_nocase(gender, "f") ? TEXT("female") : TEXT("male")));
	return record_add_parts(r, "birthPlace", birth_place, 2, ", ");
}

static const char *schema_of(const struct csv *csv)
{
	struct text type = csv_field(csv, "Designation Type|Group Type|Individual, Entity, Ship");

	return starts_nocase(type, "Individual") ? "Person" : starts_nocase(type, "Ship") ? "Vessel" : "Organization";
}

static enum status row_read(struct csv *csv, struct groups *groups, struct error *ret_error)
{
	struct text id = csv_field(csv, "Unique ID|Group ID");
	struct record *r;
	bool is_short;

	TRY(csv_check_row(csv, &is_short, ret_error));
	if (is_short)
		return ST_OK;
	if (id.len == 0 || id.len > REFERENCE_MAX) {
		reader_skip(csv->reader, "Unique ID", id.len ? "too long" : "missing");
		return ST_OK;
	}
	TRY(groups_find(groups, id, schema_of(csv), &r, ret_error));
	TRY(names_add(csv, r));
	return facts_add(csv, r);
}

static enum status table_read(struct csv *csv, struct error *ret_error)
{
	bool new_form = csv_has(csv, "Unique ID");

	if (!new_form && !csv_has(csv, "Group ID"))
		return error_at(ret_error, ST_MALFORMED, "Unique ID", -1, "the header has neither Unique ID nor Group ID");
	csv->reader->report.format = new_form ? "uk-sanctions-csv" : "uk-csv";
	return groups_read(csv, new_form ? "gb_fcdo_sanctions" : "gb_hmt_sanctions", row_read, ret_error);
}

enum status uk_csv_read(struct reader *reader, struct error *ret_error)
{
	struct bytes head;
	struct text first;
	struct csv csv;
	enum status st;

	reader->report.format = "uk-csv";
	reader->windows_1252 = true;
	/* The line with the date stands before the header, except where somebody took it away. */
	TRY(reader_peek(reader, 4096, &head, ret_error));
	first = (struct text){(const char *)head.data, head.len < 4096 ? head.len : 4096};
	first.len = text_find(first, '\n', 0);
	if (!text_has(first, TEXT("Name 6")))
		TRY(reader_line(reader, &first, ret_error));
	st = csv_open(&csv, reader, ',', true, ret_error);
	if (st == ST_OK)
		st = table_read(&csv, ret_error);
	csv_close(&csv);
	return st;
}
