#include "figure/inside.h"

#include <inttypes.h>
#include <stdio.h>

struct text member_string(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

struct text member_language(const json_t *object, const char *name, enum figure_language language)
{
	const json_t *texts = json_object_get(object, name);
	struct text text = member_string(texts, figure_language_word(language));

	return text.len ? text : member_string(texts, "en");
}

void markup_text(struct buffer *out, struct text text)
{
	for (size_t i = 0; i < text.len; i++)
		switch (text.data[i]) {
		case '&':
			buffer_add_text(out, TEXT("&amp;"));
			break;
		case '<':
			buffer_add_text(out, TEXT("&lt;"));
			break;
		case '>':
			buffer_add_text(out, TEXT("&gt;"));
			break;
		case '"':
			buffer_add_text(out, TEXT("&quot;"));
			break;
		case '\'':
			buffer_add_text(out, TEXT("&#39;"));
			break;
		default:
			buffer_add_char(out, text.data[i]);
		}
}

void markup_filled(struct buffer *out, struct text pattern, const struct filling *fillings, size_t count)
{
	for (size_t i = 0; i < pattern.len;) {
		size_t end = text_find(pattern, '}', i), which = 0;

		while (pattern.data[i] == '{' && end < pattern.len && which < count &&
		       !text_equal((struct text){pattern.data + i + 1, end - i - 1}, text_of(fillings[which].name)))
			which++;
		if (pattern.data[i] == '{' && end < pattern.len && which < count) {
			markup_text(out, fillings[which].text);
			i = end + 1;
		} else {
			markup_text(out, (struct text){pattern.data + i, 1});
			i++;
		}
	}
}

struct text month_of(struct text date)
{
	return (struct text){date.data, date.len < 7 ? date.len : 7};
}

bool item_whole(const json_t *item)
{
	static const char *const texts[] = {"name", "unit", "definition", "source", "gaps"};
	static const char *const strings[] = {"id", "funnel", "from", "to", "as_of", "method", "counts", "kind", "signer"};
	const json_t *value = json_object_get(item, "value"), *revises = json_object_get(item, "revises");
	const json_t *withheld = json_object_get(item, "withheld");

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (member_language(item, texts[i], FIGURE_EN).len == 0)
			return false;
	for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
		if (member_string(item, strings[i]).len == 0)
			return false;
	return (json_is_null(revises) || json_is_integer(json_object_get(revises, "number"))) && json_is_boolean(withheld) &&
	       (json_is_true(withheld) ? json_is_null(value) : json_is_integer(value));
}

void digits_write(struct buffer *out, int64_t value, const char *group)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRId64, value);
	int first = len % 3 ? len % 3 : 3;

	buffer_add(out, digits, (size_t)(len < first ? len : first));
	for (int i = first; i < len; i += 3)
		buffer_printf(out, "<%s%s>%.3s</%s>", group, group[0] == 't' ? " dx=\"3\"" : " class=\"thousand\"", digits + i, group);
}
