/* Our own list template as CSV (docs/formats/list-template.md): one person or thing a row, several values in a cell
 * divided by '|'. */
#include "exchange/csv.h"
#include "exchange/record.h"

static const struct {
	const char *column;
	const char *property;
} plain[] = {
	{"name", "name"},       {"alias", "alias"},       {"weak_alias", "weakAlias"}, {"gender", "gender"},
	{"programme", "programId"}, {"notes", "notes"},   {"phone", "phone"},          {"wallet", "publicKey"},
	{"imo_number", "imoNumber"}, {"registration_number", "registrationNumber"},
};

static enum status values_add(struct record *r, struct csv *csv, const char *column,
			      enum status (*add)(struct record *, const char *, struct text), const char *property)
{
	struct text rest = csv_field(csv, column), one;

	while (rest.len && text_split(&rest, '|', &one))
		TRY(add(r, property, text_trim(one)));
	return ST_OK;
}

static enum status birth_add(struct record *r, const char *property, struct text value)
{
	(void)property;
	return record_birth_date(r, value);
}

static enum status row_read(struct csv *csv, const char *dataset, struct error *ret_error)
{
	struct text schema = csv_field(csv, "schema"), id = csv_field(csv, "id");
	char name[32] = "Person";
	struct record r;

	if (id.len == 0) {
		reader_skip(csv->reader, "id", "missing");
		return ST_OK;
	}
	if (schema.len && schema.len < sizeof name) {
		memcpy(name, schema.data, schema.len);
		name[schema.len] = '\0';
	}
	TRY(record_begin(&r, csv->reader, dataset, id, name));
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		TRY(values_add(&r, csv, plain[i].column, record_add, plain[i].property));
	TRY(values_add(&r, csv, "birth_date", birth_add, ""));
	TRY(values_add(&r, csv, "nationality", record_country, "nationality"));
	TRY(record_document(&r, "passportNumber", csv_field(csv, "passport_number"), csv_field(csv, "passport_country"),
			    TEXT_NONE));
	TRY(record_document(&r, "idNumber", csv_field(csv, "id_number"), csv_field(csv, "id_country"), TEXT_NONE));
	return record_end(&r, ret_error);
}

static enum status bad_length(const struct csv *csv, struct error *ret_error)
{
	error_at(ret_error, ST_MALFORMED, "csv", -1,
		 csv->reader->cut && csv->count < csv->columns ? "the file is cut off: its last row has %zu of %zu fields"
							       : "%zu fields, where the header has %zu",
		 csv->count, csv->columns);
	if (ret_error)
		ret_error->row = csv->reader->row;
	return ST_MALFORMED;
}

enum status template_csv_read(struct reader *reader, struct error *ret_error)
{
	struct text file = reader->source->name;
	char dataset[64] = "list";
	size_t stem = text_find(file, '.', 0);
	struct bytes head;
	struct csv csv;
	enum status st;

	reader->report.format = "template-csv";
	if (stem && stem < sizeof dataset) {
		memcpy(dataset, file.data, stem);
		dataset[stem] = '\0';
	}
	TRY(reader_peek(reader, 512, &head, ret_error));
	st = csv_open(&csv, reader, memchr(head.data, ';', head.len) && !memchr(head.data, ',', head.len) ? ';' : ',', true,
		      ret_error);
	if (st == ST_OK)
		st = csv_next(&csv, ret_error);
	while (st == ST_OK && csv.count) {
		st = csv.count == csv.columns ? row_read(&csv, dataset, ret_error) : bad_length(&csv, ret_error);
		if (st == ST_OK)
			st = csv_next(&csv, ret_error);
	}
	csv_close(&csv);
	return st;
}
