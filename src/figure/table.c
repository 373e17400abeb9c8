/* Releases as CSV. */
#include "figure/inside.h"
#include "figure/output.h"

static const char *const texts[] = {"name", "unit", "definition", "source", "gaps"};
static const char *const strings[] = {"from", "to", "as_of", "method", "counts", "kind", "signer"};

/* A cell that a spreadsheet would take for a formula begins with an apostrophe. */
static void field(struct buffer *out, struct text text)
{
	bool quoted = text_find(text, ',', 0) < text.len || text_find(text, '"', 0) < text.len || text_find(text, '\n', 0) < text.len ||
		      text_find(text, '\r', 0) < text.len;
	bool formula = text.len && strchr("=+-@\t\r", text.data[0]) != NULL;

	if (quoted)
		buffer_add_char(out, '"');
	if (formula)
		buffer_add_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			buffer_add_char(out, '"');
		buffer_add_char(out, text.data[i]);
	}
	if (quoted)
		buffer_add_char(out, '"');
	buffer_add_char(out, ',');
}

static void number(struct buffer *out, const json_t *value)
{
	if (json_is_integer(value))
		buffer_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	buffer_add_char(out, ',');
}

static void row(struct buffer *out, const json_t *item, struct text country, const json_t *value, bool withheld)
{
	const json_t *revises = json_object_get(item, "revises");

	field(out, member_string(item, "id"));
	field(out, member_string(item, "funnel"));
	number(out, json_object_get(item, "place"));
	field(out, country);
	number(out, value);
	buffer_add_text(out, withheld ? TEXT("true,") : TEXT("false,"));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (unsigned l = 0; l < FIGURE_LANGUAGES; l++)
			field(out, member_language(item, texts[i], (enum figure_language)l));
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
		field(out, member_string(item, strings[i]));
	field(out, member_string(item, "sides"));
	number(out, json_object_get(revises, "number"));
	number(out, country.len ? NULL : json_object_get(revises, "value"));
	field(out, member_string(json_object_get(item, "reason"), "code"));
	out->len--; /* the last comma */
	buffer_add_text(out, TEXT("\r\n"));
}

void figure_csv(const json_t *document, struct buffer *out)
{
	const json_t *items = json_object_get(document, "items");

	buffer_add_text(out, TEXT("\xEF\xBB\xBFid,funnel,place,country,value,withheld,"));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		for (unsigned l = 0; l < FIGURE_LANGUAGES; l++)
			buffer_printf(out, "%s_%s,", texts[i], figure_language_word((enum figure_language)l));
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
		buffer_printf(out, "%s,", strings[i]);
	buffer_add_text(out, TEXT("sides,revises,revised_value,reason\r\n"));
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i), *parts = json_object_get(item, "parts");

		if (!item_whole(item))
			continue;
		row(out, item, TEXT_NONE, json_object_get(item, "value"), json_is_true(json_object_get(item, "withheld")));
		for (size_t k = 0; k < json_array_size(parts); k++) {
			const json_t *part = json_array_get(parts, k);

			row(out, item, member_string(part, "country"), json_object_get(part, "value"),
			    json_is_true(json_object_get(part, "withheld")));
		}
	}
}
