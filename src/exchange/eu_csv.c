/* EU Financial Sanctions Files, CSV version 1.1: semicolons, 118 columns from fileGenerationDate on; each row repeats the
 * entity and adds a name, an address, a birth date, an identification or a citizenship of it.
 * Source: the header line of the file as the European Commission publishes it; the fields are those of XML 1.1. */
#include "exchange/csv.h"
#include "exchange/eu.h"
#include "exchange/groups.h"

#define REFERENCE_MAX 64u

static const char *schema_of(const struct csv *csv)
{
	struct text type = csv_field(csv, "Entity_SubjectType_ClassificationCode|Entity_SubjectType");

	return text_equal_nocase(type, TEXT("person")) || text_equal_nocase(type, TEXT("P")) ? "Person" : "Organization";
}

static enum status name_add(const struct csv *csv, struct record *r)
{
	const struct eu_name name = {
		csv_field(csv, "NameAlias_WholeName"),
		{csv_field(csv, "NameAlias_FirstName"), csv_field(csv, "NameAlias_MiddleName"),
		 csv_field(csv, "NameAlias_LastName")},
		csv_field(csv, "NameAlias_Strong"),   csv_field(csv, "NameAlias_Remark"), csv_field(csv, "NameAlias_Gender"),
		csv_field(csv, "NameAlias_Function"), csv_field(csv, "NameAlias_Title"),
	};

	return eu_name_add(r, &name);
}

static enum status birth_add(const struct csv *csv, struct record *r)
{
	const struct eu_birth birth = {
		csv_field(csv, "BirthDate_BirthDate"),     csv_field(csv, "BirthDate_Year"),
		csv_field(csv, "BirthDate_Month"),         csv_field(csv, "BirthDate_Day"),
		csv_field(csv, "BirthDate_YearRangeFrom"), csv_field(csv, "BirthDate_YearRangeTo"),
		csv_field(csv, "BirthDate_Circa"),
		{csv_field(csv, "BirthDate_Place"), csv_field(csv, "BirthDate_City"),
		 csv_field(csv, "BirthDate_CountryDescription")},
	};

	return eu_birth_add(r, &birth);
}

static enum status row_read(struct csv *csv, struct groups *groups, struct error *ret_error)
{
	struct text id = csv_field(csv, "Entity_LogicalId"), number;
	struct record *r;
	bool is_short;

	TRY(csv_check_row(csv, &is_short, ret_error));
	if (is_short)
		return ST_OK;
	if (id.len == 0 || id.len > REFERENCE_MAX) {
		reader_skip(csv->reader, "Entity_LogicalId", id.len ? "too long" : "missing");
		return ST_OK;
	}
	TRY(groups_find(groups, id, schema_of(csv), &r, ret_error));
	TRY(name_add(csv, r));
	TRY(birth_add(csv, r));
	number = csv_field(csv, "Identification_Number");
	if (number.len == 0)
		number = csv_field(csv, "Identification_LatinNumber");
	TRY(eu_identification_add(r, csv_field(csv, "Identification_TypeCode"), number,
				  csv_field(csv, "Identification_CountryIso2Code")));
	TRY(eu_citizenship_add(r, csv_field(csv, "Citizenship_CountryIso2Code")));
	TRY(record_add(r, "programId", csv_field(csv, "Entity_Regulation_Programme")));
	return record_add(r, "notes", csv_field(csv, "Entity_Remark"));
}

static enum status rows_read(struct csv *csv, struct error *ret_error)
{
	if (!csv_has(csv, "Entity_LogicalId"))
		return error_at(ret_error, ST_MALFORMED, "Entity_LogicalId", -1, "the header has no Entity_LogicalId");
	return groups_read(csv, "eu_fsf", row_read, ret_error);
}

enum status eu_csv_read(struct reader *reader, struct error *ret_error)
{
	struct csv csv;
	enum status st;

	reader->report.format = "eu-csv-1.1";
	reader->windows_1252 = true;
	st = csv_open(&csv, reader, ';', true, ret_error);
	if (st == ST_OK)
		st = rows_read(&csv, ret_error);
	csv_close(&csv);
	return st;
}
