/* A submission as comma-separated values: separator found by its header, a record is a row as spreadsheets count. */
#include "exchange/csv.h"
#include "exchange/submission_intake.h"

/* Where the record that begins at `from` ends (at its line end, or the end of the text). Gives false where a quote is open. */
static bool record_end(struct text t, char separator, size_t from, size_t *ret_end)
{
	bool start = true, quoted = false;
	size_t i = from;

	for (; i < t.len; i++) {
		char c = t.data[i];

		if (quoted) {
			if (c == '"' && i + 1 < t.len && t.data[i + 1] == '"')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if (c == '\n' || c == '\r')
			break;
		quoted = c == '"' && start;
		start = c == separator;
	}
	*ret_end = i;
	return !quoted;
}

/* The sign that divides the first line that has any. Excel writes tabs as "Unicode text", semicolons where commas are decimal. */
static char separator_find(struct text t)
{
	static const char signs[] = {',', ';', '\t'};
	size_t counts[3] = {0}, best = 0, any = 0;

	for (size_t i = 0; i < t.len && (t.data[i] != '\n' || any == 0); i++)
		for (size_t k = 0; k < 3; k++) {
			counts[k] += t.data[i] == signs[k];
			any += t.data[i] == signs[k];
		}
	for (size_t k = 1; k < 3; k++)
		best = counts[k] > counts[best] ? k : best;
	return signs[best];
}

static enum status bad_record(const char *reason, enum status code, int64_t row, struct error *ret_error)
{
	error_because(ret_error, code, reason, NULL, "row %lld: %s", (long long)row, reason);
	if (ret_error)
		ret_error->row = row;
	return code;
}

enum status submission_csv_read(struct intake *in, struct text file, struct error *ret_error)
{
	char separator = separator_find(file);
	struct text fields[CSV_FIELDS_MAX];
	struct intake_cell cells[CSV_FIELDS_MAX];
	size_t at = 0;

	in->out->format = "csv";
	for (int64_t row = 1; at < file.len; row++) {
		size_t end, count = 0;
		enum status st;

		if (!record_end(file, separator, at, &end))
			return bad_record("file-quote", ST_MALFORMED, row, ret_error);
		st = csv_split((struct text){file.data + at, end - at}, separator, in->arena, fields, CSV_FIELDS_MAX, &count);
		if (st == ST_LIMIT && !in->arena->refused)
			return bad_record("file-columns", ST_LIMIT, row, ret_error);
		if (st == ST_MALFORMED)
			return bad_record("file-quote", st, row, ret_error);
		TRY(st);
		for (size_t i = 0; i < count; i++)
			cells[i] = (struct intake_cell){.text = text_trim(fields[i])};
		TRY(intake_table_row(in, row, cells, count, ret_error));
		at = end + (end + 1 < file.len && file.data[end] == '\r' && file.data[end + 1] == '\n' ? 2 : 1);
	}
	return ST_OK;
}
