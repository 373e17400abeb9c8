#include "poster/words.h"

#include <pango/pangocairo.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#define TEXT_SIZE_MAX 65536u

static const char *const families[ALERT_LANGUAGES] = {"Noto Sans", "Noto Sans Khmer, Noto Sans", "Noto Sans CJK KR, Noto Sans", "Noto Sans CJK SC, Noto Sans"};

static bool is_hangul(uint32_t c)
{
	return c >= 0xAC00 && c <= 0xD7A3;
}

static void korean_join(struct text text, struct buffer *out)
{
	bool before = false;

	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		bool hangul = is_hangul(text_next(text, &at));

		if (hangul && before)
			buffer_add_text(out, TEXT("\xE2\x81\xA0"));
		buffer_add(out, text.data + from, at - from);
		before = hangul;
	}
}

static enum status khmer_break(struct text text, struct buffer *out, struct error *ret_error)
{
	UErrorCode code = U_ZERO_ERROR;
	UBreakIterator *lines;
	UText *utext;
	int32_t from = 0, to;

	utext = utext_openUTF8(NULL, text.data, (int64_t)text.len, &code);
	lines = ubrk_open(UBRK_LINE, "km", NULL, 0, &code);
	ubrk_setUText(lines, utext, &code);
	while (U_SUCCESS(code) && (to = ubrk_next(lines)) != UBRK_DONE) {
		buffer_add(out, text.data + from, (size_t)(to - from));
		if ((size_t)to < text.len)
			buffer_add_text(out, TEXT("\xE2\x80\x8B"));
		from = to;
	}
	if (lines)
		ubrk_close(lines);
	utext_close(utext);
	if (U_FAILURE(code))
		return error_set(ret_error, ST_UNAVAILABLE, "Khmer lines cannot be broken: %s", u_errorName(code));
	return buffer_status(out);
}

enum status words_break(struct text text, enum alert_language language, struct buffer *out, struct error *ret_error)
{
	if (language == ALERT_KM)
		return khmer_break(text, out, ret_error);
	if (language == ALERT_KO)
		korean_join(text, out);
	else
		buffer_add_text(out, text);
	return buffer_status(out);
}

static void size_set(PangoLayout *layout, const struct words_block *b, double size)
{
	PangoFontDescription *font = pango_font_description_from_string(families[b->language]);

	pango_font_description_set_weight(font, b->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
}

static double height_of(PangoLayout *layout)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.height / PANGO_SCALE;
}

enum status words_draw(struct _cairo *cairo, const struct words_block *b, double *ret_height, struct error *ret_error)
{
	static const char *const tags[ALERT_LANGUAGES] = {"en", "km", "ko", "zh-cn"};
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	struct buffer text;
	enum status st;

	buffer_init(&text, TEXT_SIZE_MAX);
	TRY_OUT(words_break(b->text, b->language, &text, ret_error));
	pango_context_set_language(pango_layout_get_context(layout), pango_language_from_string(tags[b->language]));
	pango_context_set_base_dir(pango_layout_get_context(layout), PANGO_DIRECTION_LTR);
	pango_layout_set_text(layout, text.len ? (const char *)text.data : "", (int)text.len);
	pango_layout_set_width(layout, (int)(b->width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	for (double size = b->size;; size *= 0.94) {
		size_set(layout, b, size > b->size_min ? size : b->size_min);
		if (size <= b->size_min || height_of(layout) <= b->height)
			break;
	}
	if (height_of(layout) > b->height) {
		pango_layout_set_height(layout, (int)(b->height * PANGO_SCALE));
		pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	}
	if (pango_layout_get_unknown_glyphs_count(layout)) {
		st = error_set(ret_error, ST_UNAVAILABLE, "letters of %s are missing on this machine", tags[b->language]);
		goto out;
	}
	cairo_set_source_rgb(cairo, b->red, b->green, b->blue);
	cairo_move_to(cairo, b->x, b->y);
	pango_cairo_show_layout(cairo, layout);
	*ret_height = height_of(layout);
	st = ST_OK;
out:
	buffer_release(&text);
	g_object_unref(layout);
	return st;
}
