#include "exchange/submission.h"

#include "exchange/submission_intake.h"
#include "model/entity_json.h"
#include "text/charset.h"

static bool begins(struct bytes file, const char *mark, size_t len)
{
	return file.len >= len && memcmp(file.data, mark, len) == 0;
}

static enum status text_read(struct intake *in, const struct submission_source *source, struct error *ret_error)
{
	struct charset_hint hint = {source->charset, source->language};
	struct text file, start;

	TRY(charset_decode(source->file, &hint, in->arena, &file, &in->out->charset, ret_error));
	start = text_trim((struct text){file.data, file.len < 4096 ? file.len : 4096});
	if (start.len && (start.data[0] == '{' || start.data[0] == '['))
		return submission_json_read(in, file, ret_error);
	if (start.len && start.data[0] == '<')
		return error_because(ret_error, ST_MALFORMED, "file-format", NULL, "the file is XML or HTML");
	return submission_csv_read(in, file, ret_error);
}

static enum status read_by_content(struct intake *in, const struct submission_source *source, struct error *ret_error)
{
	struct bytes file = source->file;

	if (file.len == 0)
		return error_because(ret_error, ST_MALFORMED, "file-empty", NULL, "the file is empty");
	if (file.len > SUBMISSION_FILE_MAX)
		return error_because(ret_error, ST_LIMIT, "file-size", NULL, "the file is larger than %zu MB", SUBMISSION_FILE_MAX >> 20);
	if (begins(file, "PK\x03\x04", 4)) {
		in->out->charset = "utf-8";
		return submission_xlsx_read(in, file, ret_error);
	}
	if (begins(file, "\xD0\xCF\x11\xE0", 4))
		return error_because(ret_error, ST_MALFORMED, "file-old-excel", NULL, "an old Excel file (.xls), or one with a password");
	if (begins(file, "%PDF", 4) || begins(file, "\x89PNG", 4) || begins(file, "\xFF\xD8\xFF", 3))
		return error_because(ret_error, ST_MALFORMED, "file-format", NULL, "the file is no table");
	return text_read(in, source, ret_error);
}

enum status submission_read(const struct submission_source *source, struct arena *arena, struct submission *ret_submission,
			    struct error *ret_error)
{
	struct submission out = {.format = "", .charset = ""};
	struct intake *in = ARENA_NEW(arena, struct intake, 1);
	enum status st;

	if (in == NULL)
		return arena_failure(arena, ret_error);
	TRY(intake_begin(in, source, arena, &out, ret_error));
	st = read_by_content(in, source, ret_error);
	if (st == ST_OK)
		st = intake_end(in, ret_error);
	if (st == ST_LIMIT && arena->refused)
		return error_because(ret_error, ST_LIMIT, "file-unpacked", NULL, "the file needs more memory than is allowed");
	if (st != ST_OK && ret_error && ret_error->reason[0] == '\0')
		error_because(ret_error, st, st == ST_NO_MEMORY ? "no-memory" : "file-damaged", NULL, "the file cannot be read");
	TRY(st);
	*ret_submission = out;
	return ST_OK;
}

/* ---- canonical JSON ---- */

/* Members come in the order of their names, as RFC 8785 has them (all are ASCII); empty ones are left out. */
static void member(struct buffer *out, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	buffer_printf(out, "%s\"%s\":", out->len && out->data[out->len - 1] != '{' ? "," : "", name);
	json_add_string(out, value);
}

static int by_text(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void person_write(const struct entity *person, struct buffer *out)
{
	struct text names[64];
	size_t n = 0;

	for (size_t i = 0; i < person->property_count && n < 64; i++)
		names[n++] = person->properties[i].name;
	qsort(names, n, sizeof names[0], by_text);
	buffer_printf(out, "%s\"person\":{", out->data[out->len - 1] != '{' ? "," : "");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < person->property_count; k++) {
			const struct property *p = &person->properties[k];

			if (!text_equal(p->name, names[i]))
				continue;
			buffer_printf(out, "%s\"%.*s\":[", i ? "," : "", TEXT_ARG(p->name));
			for (size_t v = 0; v < p->count; v++) {
				if (v)
					buffer_add_char(out, ',');
				json_add_string(out, p->values[v]);
			}
			buffer_add_char(out, ']');
		}
	buffer_add_char(out, '}');
}

void submission_write(const struct nomination *n, struct buffer *out)
{
	buffer_add_char(out, '{');
	member(out, "article", n->article);
	buffer_printf(out, "%s\"documents\":[", out->data[out->len - 1] != '{' ? "," : "");
	for (size_t i = 0; i < n->document_count; i++) {
		buffer_add_text(out, i ? TEXT(",{") : TEXT("{"));
		member(out, "country", text_of(n->documents[i].country));
		member(out, "kind", text_of(n->documents[i].kind));
		member(out, "number", n->documents[i].number);
		buffer_add_char(out, '}');
	}
	buffer_printf(out, "],\"handling\":%u", (unsigned)n->handling);
	member(out, "law", n->law);
	buffer_add_text(out, TEXT(",\"measures\":["));
	for (size_t i = 0; i < n->measure_count; i++)
		buffer_printf(out, "%s\"%.*s\"", i ? "," : "", TEXT_ARG(n->measures[i]));
	buffer_add_char(out, ']');
	member(out, "offence", n->offence);
	if (n->penalty_months >= 0)
		buffer_printf(out, ",\"penaltyMonths\":%lld", (long long)n->penalty_months);
	person_write(&n->person, out);
	member(out, "purpose", n->purpose);
	member(out, "reference", n->person.id);
	member(out, "warrantDate", n->warrant_date);
	member(out, "warrantExpiry", n->warrant_expiry);
	member(out, "warrantIssuer", n->warrant_issuer);
	member(out, "warrantNumber", n->warrant_number);
	buffer_add_char(out, '}');
}
