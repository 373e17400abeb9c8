/* Annexes of EU sanctions acts as CSV: one designation a row, columns named by FollowTheMoney's properties, several values
 * in a cell divided by ';' (quoted inside the cell where they hold one). */
#include <stdio.h>

#include "exchange/csv.h"
#include "exchange/record.h"

#define VALUES_MAX 64u

/* What the columns become: countries and dates are read, documents are neighbours, the rest is taken as it is. */
static enum status value_add(struct record *r, struct text column, struct text value)
{
	char name[64];

	if (column.len >= sizeof name)
		return ST_OK;
	memcpy(name, column.data, column.len);
	name[column.len] = '\0';
	if (text_equal(column, TEXT("birthDate")))
		return record_birth_date(r, value);
	if (text_equal(column, TEXT("nationality")) || text_equal(column, TEXT("country")) ||
	    text_equal(column, TEXT("jurisdiction")) || text_equal(column, TEXT("flag")))
		return record_country(r, name, value);
	if (text_equal(column, TEXT("passportNumber")) || text_equal(column, TEXT("idNumber")))
		return record_document(r, name, value, TEXT_NONE, TEXT_NONE);
	return record_add(r, name, value);
}

static enum status cell_add(struct csv *csv, struct record *r, size_t i)
{
	static const char *const not_properties[] = {"celex", "amendedCelex", "amendmentCelex", "recordId", "programKey",
						     "annex", "measure", "startDate", "reason", "schema"};
	struct text column = csv->header[i], cell = text_trim(csv->fields[i]), values[VALUES_MAX];
	size_t count;

	for (size_t k = 0; k < sizeof not_properties / sizeof not_properties[0]; k++)
		if (text_equal(column, text_of(not_properties[k])))
			return ST_OK;
	if (cell.len == 0)
		return ST_OK;
	if (text_equal(column, TEXT("name")))
		return record_add(r, "name", cell);
	for (size_t k = 0; k + 1 < cell.len; k++) /* csv_split wants quotes right after the separator */
		if (cell.data[k] == ';' && cell.data[k + 1] == ' ' && k + 2 < cell.len && cell.data[k + 2] == '"') {
			char *c = arena_alloc(&csv->row_arena, cell.len, 1);

			if (c == NULL)
				return arena_failure(&csv->row_arena, NULL);
			memcpy(c, cell.data, k + 1);
			memcpy(c + k + 1, cell.data + k + 2, cell.len - k - 2);
			cell = (struct text){c, cell.len - 1};
		}
	if (csv_split(cell, ';', &csv->row_arena, values, VALUES_MAX, &count) != ST_OK)
		return value_add(r, column, cell);
	for (size_t k = 0; k < count; k++)
		TRY(value_add(r, column, text_trim(values[k])));
	return ST_OK;
}

static enum status row_read(struct csv *csv, struct error *ret_error)
{
	struct text celex = csv_field(csv, "celex|amendmentCelex"), schema = csv_field(csv, "schema");
	char reference[80], schema_name[32];
	struct record r;
	int n;

	if (celex.len == 0 || schema.len == 0 || schema.len >= sizeof schema_name) {
		reader_skip(csv->reader, "schema", "missing");
		return ST_OK;
	}
	memcpy(schema_name, schema.data, schema.len);
	schema_name[schema.len] = '\0';
	n = snprintf(reference, sizeof reference, "%.*s-%lld", TEXT_ARG(celex), (long long)csv->reader->row);
	if (n < 0 || n >= (int)sizeof reference)
		n = 0;
	TRY(record_begin(&r, csv->reader, "eu_journal_sanctions", (struct text){reference, (size_t)n}, schema_name));
	for (size_t i = 0; i < csv->columns && i < csv->count; i++)
		TRY(cell_add(csv, &r, i));
	TRY(record_add(&r, "programId", csv_field(csv, "programKey")));
	return record_end(&r, ret_error);
}

enum status eu_journal_read(struct reader *reader, struct error *ret_error)
{
	struct csv csv;
	enum status st;

	reader->report.format = "eu-journal-csv";
	st = csv_open(&csv, reader, ',', true, ret_error);
	if (st == ST_OK)
		st = csv_next(&csv, ret_error);
	while (st == ST_OK && csv.count) {
		st = row_read(&csv, ret_error);
		if (st == ST_OK)
			st = csv_next(&csv, ret_error);
	}
	csv_close(&csv);
	return st;
}
