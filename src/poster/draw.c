#include "poster/draw.h"

#include <cairo-pdf.h>
#include <qrencode.h>

#include "model/time.h"
#include "poster/words.h"

#define WORDS_MAX 65536u
#define A4_WIDTH 595.276 /* points, of which 72 are an inch */
#define A4_HEIGHT 841.89
#define MM (72 / 25.4)
#define QR_SIZE (30 * MM)
#define INK 0.09, 0.12, 0.17
#define SIGNAL 0.60, 0.11, 0.11
#define WHITE 1, 1, 1

struct drawing {
	cairo_t *cairo;
	const struct alerts *alerts;
	const struct alert *alert;
	enum alert_language language;
	struct error *error;
};

static void box(const struct drawing *d, double x, double y, double width, double height, double red, double green, double blue)
{
	cairo_set_source_rgb(d->cairo, red, green, blue);
	cairo_rectangle(d->cairo, x, y, width, height);
	cairo_fill(d->cairo);
}

static enum status put(const struct drawing *d, struct words_block block, double *ret_bottom)
{
	double height = 0;

	block.language = d->language;
	TRY(words_draw(d->cairo, &block, &height, d->error));
	*ret_bottom = block.y + height;
	return ST_OK;
}

/* "check.example.kh": what people have to read, without what they need not. */
static struct text domain(const struct alerts *alerts)
{
	size_t from = text_find(alerts->site, '/', 0) + 2;

	return (struct text){alerts->site.data + from, alerts->site.len - from};
}

/* An exercise and an update say so in the headline. */
static enum status headline(const struct drawing *d, struct words_block block, double *ret_bottom)
{
	struct buffer words;
	enum status st;

	buffer_init(&words, WORDS_MAX);
	alert_title(&words, d->alert, d->language);
	block.text = buffer_text(&words);
	st = buffer_status(&words);
	if (st == ST_OK)
		st = put(d, block, ret_bottom);
	buffer_release(&words);
	return st;
}

/* "Help by telephone: 117" */
static enum status hotline(const struct drawing *d, struct words_block block, double *ret_bottom)
{
	struct buffer words;
	enum status st;

	if (d->alerts->hotline.len == 0)
		return ST_OK;
	buffer_init(&words, WORDS_MAX);
	buffer_printf(&words, "%.*s: %.*s", TEXT_ARG(alert_word("hotline", d->language)), TEXT_ARG(d->alerts->hotline));
	block.text = buffer_text(&words);
	st = put(d, block, ret_bottom);
	buffer_release(&words);
	return st;
}

static struct text said(const struct alert_texts *texts, enum alert_language language)
{
	return texts->of[language].len ? texts->of[language] : TEXT("");
}

static cairo_status_t taken(void *context, const unsigned char *data, unsigned length)
{
	struct buffer *out = context;

	buffer_add(out, data, length);
	return buffer_status(out) == ST_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

/* ---- the share image ---- */

static enum status card_draw(const struct drawing *d)
{
	struct text advice = said(&d->alert->advice, d->language), text = advice.len ? advice : said(&d->alert->text, d->language);
	double bottom;

	box(d, 0, 0, 1200, 630, WHITE);
	box(d, 0, 0, 1200, 96, SIGNAL);
	box(d, 0, 510, 1200, 120, INK);
	TRY(put(d, (struct words_block){.text = alert_say(&d->alerts->authority, d->language).len ? alert_say(&d->alerts->authority, d->language) : alert_word("feed", d->language),
					.x = 56, .y = 22, .width = 1088, .height = 60, .size = 38, .size_min = 24, .bold = true, .red = 1, .green = 1, .blue = 1}, &bottom));
	TRY(headline(d, (struct words_block){.x = 56, .y = 124, .width = 1088, .height = 210, .size = 68, .size_min = 34, .bold = true, .red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	TRY(put(d, (struct words_block){.text = text, .x = 56, .y = bottom + 18, .width = 1088, .height = 490 - bottom - 18, .size = 40, .size_min = 26,
					.red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	TRY(put(d, (struct words_block){.text = domain(d->alerts), .x = 56, .y = 540, .width = 620, .height = 70, .size = 44, .size_min = 20, .bold = true,
					.red = 1, .green = 1, .blue = 1}, &bottom));
	return hotline(d, (struct words_block){.x = 700, .y = 546, .width = 444, .height = 70, .size = 36, .size_min = 20, .red = 1, .green = 1, .blue = 1}, &bottom);
}

enum status poster_card(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out,
			struct error *ret_error)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1200, 630);
	struct drawing d = {cairo_create(surface), alerts, alert, language, ret_error};
	struct buffer file;
	enum status st;

	buffer_init(&file, POSTER_CARD_MAX);
	st = card_draw(&d);
	if (st == ST_OK && cairo_surface_write_to_png_stream(surface, taken, &file) != CAIRO_STATUS_SUCCESS)
		st = error_set(ret_error, ST_LIMIT, "the picture is larger than %zu bytes", POSTER_CARD_MAX);
	if (st == ST_OK) {
		buffer_add(out, file.data, file.len);
		st = buffer_status(out);
	}
	cairo_destroy(d.cairo);
	cairo_surface_destroy(surface);
	buffer_release(&file);
	return st;
}

/* ---- the poster ---- */

/* The site's address, for whoever has a camera; printed beside it for whoever reads what he scans. */
static enum status code_draw(const struct drawing *d, double x, double y)
{
	char site[256] = "";
	double module;
	QRcode *code;

	memcpy(site, d->alerts->site.data, d->alerts->site.len < sizeof site - 1 ? d->alerts->site.len : sizeof site - 1);
	code = QRcode_encodeString8bit(site, 0, QR_ECLEVEL_Q);
	if (code == NULL)
		return error_set(d->error, ST_NO_MEMORY, "the address cannot be made a QR code");
	module = QR_SIZE / code->width;
	/* ISO/IEC 18004: four modules of light around it. */
	box(d, x - 4 * module, y - 4 * module, QR_SIZE + 8 * module, QR_SIZE + 8 * module, WHITE);
	cairo_set_source_rgb(d->cairo, 0, 0, 0);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			if (code->data[row * code->width + column] & 1)
				cairo_rectangle(d->cairo, x + column * module, y + row * module, module, module);
	/* All at once, so that no seams show between modules. */
	cairo_fill(d->cairo);
	QRcode_free(code);
	return ST_OK;
}

static enum status foot_draw(const struct drawing *d)
{
	const double top = 650, left = 48 + QR_SIZE + 34, width = A4_WIDTH - left - 48;
	double bottom;

	box(d, 0, top, A4_WIDTH, A4_HEIGHT - top, 0.94, 0.95, 0.96);
	TRY(code_draw(d, 48, top + 44));
	TRY(put(d, (struct words_block){.text = domain(d->alerts), .x = left, .y = top + 30, .width = width, .height = 40, .size = 26, .size_min = 10, .bold = true,
					.red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	TRY(put(d, (struct words_block){.text = alert_word("domain", d->language), .x = left, .y = bottom + 4, .width = width, .height = 48, .size = 12.5, .size_min = 9,
					.red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	TRY(hotline(d, (struct words_block){.x = left, .y = bottom + 8, .width = width, .height = 34, .size = 22, .size_min = 12, .bold = true, .red = 0.60, .green = 0.11, .blue = 0.11},
		    &bottom));
	return put(d, (struct words_block){.text = alert_say(&d->alerts->authority, d->language), .x = left, .y = A4_HEIGHT - 40, .width = width, .height = 20, .size = 11, .size_min = 8,
					   .red = 0.3, .green = 0.33, .blue = 0.38}, &bottom);
}

static enum status page_draw(const struct drawing *d)
{
	struct text advice = said(&d->alert->advice, d->language);
	double bottom, top;

	box(d, 0, 0, A4_WIDTH, 62, SIGNAL);
	TRY(put(d, (struct words_block){.text = alert_word("feed", d->language), .x = 48, .y = 15, .width = A4_WIDTH - 96, .height = 40, .size = 24, .size_min = 14, .bold = true,
					.red = 1, .green = 1, .blue = 1}, &bottom));
	TRY(headline(d, (struct words_block){.x = 48, .y = 86, .width = A4_WIDTH - 96, .height = 190, .size = 44, .size_min = 20, .bold = true,
					     .red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	TRY(put(d, (struct words_block){.text = said(&d->alert->text, d->language), .x = 48, .y = bottom + 16, .width = A4_WIDTH - 96, .height = (advice.len ? 460 : 620) - bottom - 16,
					.size = 20, .size_min = 9, .red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	if (advice.len) {
		top = bottom + 20;
		box(d, 48, top, A4_WIDTH - 96, 632 - top, 0.99, 0.95, 0.88);
		box(d, 48, top, 6, 632 - top, SIGNAL);
		TRY(put(d, (struct words_block){.text = alert_word("advice", d->language), .x = 70, .y = top + 10, .width = A4_WIDTH - 140, .height = 30, .size = 18, .size_min = 12,
						.bold = true, .red = 0.60, .green = 0.11, .blue = 0.11}, &bottom));
		TRY(put(d, (struct words_block){.text = advice, .x = 70, .y = bottom + 4, .width = A4_WIDTH - 140, .height = 622 - bottom - 4, .size = 38, .size_min = 10, .bold = true,
						.red = 0.09, .green = 0.12, .blue = 0.17}, &bottom));
	}
	return foot_draw(d);
}

enum status poster_page(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out,
			struct error *ret_error)
{
	struct buffer file;
	cairo_surface_t *surface;
	struct drawing d;
	enum status st;

	buffer_init(&file, POSTER_PAGE_MAX);
	surface = cairo_pdf_surface_create_for_stream(taken, &file, A4_WIDTH, A4_HEIGHT);
	/* The same alert is the same file, whenever it is made. */
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2026-01-01T00:00:00");
	d = (struct drawing){cairo_create(surface), alerts, alert, language, ret_error};
	st = page_draw(&d);
	cairo_show_page(d.cairo);
	cairo_destroy(d.cairo);
	cairo_surface_finish(surface);
	if (st == ST_OK && cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		st = error_set(ret_error, ST_LIMIT, "the poster is larger than %zu bytes", POSTER_PAGE_MAX);
	if (st == ST_OK) {
		buffer_add(out, file.data, file.len);
		st = buffer_status(out);
	}
	cairo_surface_destroy(surface);
	buffer_release(&file);
	return st;
}
