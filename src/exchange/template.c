#include "exchange/template.h"

#include "exchange/record.h"

#define REFERENCE_MAX 180u

static const struct {
	const char *column;
	const char *property;
} plain[] = {
	{"name", "name"},       {"alias", "alias"},       {"weak_alias", "weakAlias"}, {"gender", "gender"},
	{"programme", "programId"}, {"notes", "notes"},   {"phone", "phone"},          {"wallet", "publicKey"},
	{"imo_number", "imoNumber"}, {"registration_number", "registrationNumber"},
};

static const char *const others[] = {"id", "schema", "birth_date", "nationality", "passport_number", "passport_country",
				     "id_number", "id_country"};

static bool is_known(struct text column)
{
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (text_equal_nocase(column, text_of(plain[i].column)))
			return true;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (text_equal_nocase(column, text_of(others[i])))
			return true;
	return false;
}

static enum status bad_header(const struct csv *table, const char *column, const char *what, struct error *ret_error)
{
	error_at(ret_error, ST_MALFORMED, column, -1, "the header has %s %s", what, column);
	if (ret_error)
		ret_error->row = table->reader->row;
	return ST_MALFORMED;
}

enum status template_begin(struct template *t, const struct csv *table, struct error *ret_error)
{
	struct text file = table->reader->source->name;
	size_t stem = text_find(file, '.', 0);
	char name[ERROR_FIELD_SIZE];

	*t = (struct template){.table = table, .dataset = "list"};
	if (stem && stem < sizeof t->dataset) {
		memcpy(t->dataset, file.data, stem);
		t->dataset[stem] = '\0';
	}
	if (!csv_has(table, "id"))
		return bad_header(table, "id", "no column", ret_error);
	if (!csv_has(table, "name"))
		return bad_header(table, "name", "no column", ret_error);
	for (size_t i = 0; i < table->columns; i++) {
		struct text column = table->header[i];

		csv_column_name(column, name);
		for (size_t k = 0; column.len && k < i; k++)
			if (text_equal_nocase(table->header[k], column))
				return bad_header(table, name, "twice the column", ret_error);
		if (column.len && !is_known(column))
			reader_skip(table->reader, name, "no column of the template");
	}
	return ST_OK;
}

static enum status values_add(struct record *r, const struct csv *table, const char *column,
			      enum status (*add)(struct record *, const char *, struct text), const char *property)
{
	struct text rest = csv_field(table, column), one;

	while (rest.len && text_split(&rest, '|', &one))
		TRY(add(r, property, text_trim(one)));
	return ST_OK;
}

static enum status birth_add(struct record *r, const char *property, struct text value)
{
	(void)property;
	return record_birth_date(r, value);
}

enum status template_row(const struct template *t, struct error *ret_error)
{
	const struct csv *table = t->table;
	struct text schema = csv_field(table, "schema"), id = csv_field(table, "id");
	char name[32] = "Person";
	struct record r;

	if (id.len == 0 || id.len > REFERENCE_MAX) {
		reader_skip(table->reader, "id", id.len ? "too long" : "missing");
		return ST_OK;
	}
	if (schema.len && schema.len < sizeof name) {
		memcpy(name, schema.data, schema.len);
		name[schema.len] = '\0';
	}
	TRY(record_begin(&r, table->reader, t->dataset, id, name));
	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		TRY(values_add(&r, table, plain[i].column, record_add, plain[i].property));
	TRY(values_add(&r, table, "birth_date", birth_add, ""));
	TRY(values_add(&r, table, "nationality", record_country, "nationality"));
	TRY(record_document(&r, "passportNumber", csv_field(table, "passport_number"),
			    csv_field(table, "passport_country"), TEXT_NONE));
	TRY(record_document(&r, "idNumber", csv_field(table, "id_number"), csv_field(table, "id_country"), TEXT_NONE));
	return record_end(&r, ret_error);
}
