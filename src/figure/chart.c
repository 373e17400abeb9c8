/* A funnel as bars from zero. What is withheld has a hatched frame and its word, no length that says something. */
#include <inttypes.h>

#include "figure/inside.h"
#include "figure/output.h"

#define WIDTH 440 /* letters can be read where this is a telephone's width */
#define ROW 52
#define TOP 8
#define ROOM 150 /* right of the longest bar, for the number */

static bool shown(const json_t *item, struct text funnel)
{
	return text_equal(member_string(item, "funnel"), funnel) && item_whole(item);
}

/* Times stand in the table: their bars beside those of counts would mean nothing. */
static bool drawn(const json_t *item, struct text funnel)
{
	return shown(item, funnel) && !text_equal(member_string(item, "counts"), TEXT("time"));
}

static void described(const json_t *items, struct text funnel, enum figure_language language, struct buffer *out)
{
	bool first = true;

	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);

		if (!drawn(item, funnel))
			continue;
		if (!first)
			buffer_add_text(out, TEXT("; "));
		first = false;
		markup_text(out, member_language(item, "name", language));
		buffer_add_text(out, TEXT(": "));
		if (json_is_integer(json_object_get(item, "value")))
			buffer_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(item, "value")));
		else
			markup_text(out, figure_word("withheld", language));
	}
}

static void bar(const json_t *item, int64_t most, int top, enum figure_language language, struct text funnel, struct buffer *out)
{
	const json_t *value = json_object_get(item, "value");
	int64_t n = json_integer_value(value);
	/* Never longer than the room; a number above zero is seen. Values are below 2^53 (figure_make). */
	int length = most > 0 ? (int)(n * (WIDTH - ROOM) / most) : 0;

	if (n > 0 && length < 2)
		length = 2;
	buffer_printf(out, "<text class=\"figure-label\" x=\"0\" y=\"%d\">", top + 16);
	markup_text(out, member_language(item, "name", language));
	buffer_add_text(out, TEXT("</text>"));
	if (json_is_integer(value)) {
		buffer_printf(out, "<rect class=\"figure-bar\" x=\"0\" y=\"%d\" width=\"%d\" height=\"18\" fill=\"#2b5c8a\"/>"
			      "<text class=\"figure-value\" x=\"%d\" y=\"%d\" font-weight=\"600\">", top + 24, length, length + 8, top + 38);
		digits_write(out, n, "tspan");
	} else {
		buffer_printf(out, "<rect class=\"figure-withheld\" x=\"0.5\" y=\"%d.5\" width=\"40\" height=\"17\" fill=\"url(#withheld-%.*s)\" stroke=\"#5b6670\"/>"
			      "<text class=\"figure-value\" x=\"50\" y=\"%d\">", top + 24, TEXT_ARG(funnel), top + 38);
		markup_text(out, figure_word("withheld", language));
	}
	buffer_add_text(out, TEXT("</text>"));
}

bool figure_chart(const json_t *document, struct text funnel, enum figure_language language, struct buffer *out)
{
	const json_t *items = json_object_get(document, "items");
	const char *word = figure_language_word(language);
	int64_t most = 0;
	int rows = 0;

	for (size_t i = 0; i < json_array_size(items); i++)
		if (drawn(json_array_get(items, i), funnel)) {
			int64_t value = json_integer_value(json_object_get(json_array_get(items, i), "value"));

			most = value > most ? value : most;
			rows++;
		}
	if (rows == 0)
		return false;
	buffer_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure-chart\" viewBox=\"0 0 %d %d\" role=\"img\" lang=\"%s\" "
		      "aria-labelledby=\"title-%.*s describes-%.*s\" font-family=\"system-ui, 'Noto Sans Khmer', 'Noto Sans KR', 'Noto Sans SC', sans-serif\" "
		      "font-size=\"15\" fill=\"currentColor\"><title id=\"title-%.*s\">", WIDTH, TOP + rows * ROW, word, TEXT_ARG(funnel),
		      TEXT_ARG(funnel), TEXT_ARG(funnel));
	markup_filled(out, figure_word("chart", language),
		      (const struct filling[]){{"funnel", figure_word_of("funnel", funnel, language)},
					       {"month", month_of(member_string(document, "from"))}}, 2);
	buffer_printf(out, "</title><desc id=\"describes-%.*s\">", TEXT_ARG(funnel));
	described(items, funnel, language, out);
	buffer_printf(out, "</desc><defs><pattern id=\"withheld-%.*s\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
		      "<path d=\"M-1 1l2-2M0 6l6-6M5 7l2-2\" stroke=\"#5b6670\" fill=\"none\"/></pattern></defs>", TEXT_ARG(funnel));
	rows = 0;
	for (size_t i = 0; i < json_array_size(items); i++)
		if (drawn(json_array_get(items, i), funnel))
			bar(json_array_get(items, i), most, TOP + ROW * rows++, language, funnel, out);
	buffer_printf(out, "<path class=\"figure-axis\" d=\"M0.5 %dV%d\" stroke=\"currentColor\" fill=\"none\"/></svg>", TOP, TOP + rows * ROW);
	return true;
}
