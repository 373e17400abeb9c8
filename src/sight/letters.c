#include "sight/letters.h"

#include <stdlib.h>
#include <tesseract/capi.h>

#include "sight/shapes.h"

#define EDGE_PX 20          /* ground around a run */
#define ALONE 3
#define AGREED_SURE 80

struct letters {
	struct shapes *shapes;
	TessBaseAPI *tess;
};

static const char *const allowed[] = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<", "0123456789<", "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"};

enum status letters_open(struct letters **ret, struct error *ret_error)
{
	struct letters *l = calloc(1, sizeof *l);

	enum status st;

	if (l == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = shapes_open(&l->shapes, ret_error);
	if (st != ST_OK) {
		letters_close(l);
		return st;
	}
	l->tess = TessBaseAPICreate();
	if (l->tess == NULL || TessBaseAPIInit2(l->tess, NULL, "eng", OEM_LSTM_ONLY) != 0) {
		letters_close(l);
		return error_because(ret_error, ST_UNAVAILABLE, "reading-none", NULL, "Tesseract has no model (tesseract-ocr-eng)");
	}
	/* Names and numbers are in no dictionary. */
	(void)TessBaseAPISetVariable(l->tess, "load_system_dawg", "0");
	(void)TessBaseAPISetVariable(l->tess, "load_freq_dawg", "0");
	TessBaseAPISetPageSegMode(l->tess, PSM_RAW_LINE);
	*ret = l;
	return ST_OK;
}

void letters_close(struct letters *l)
{
	if (l == NULL)
		return;
	if (l->tess) {
		TessBaseAPIEnd(l->tess);
		TessBaseAPIDelete(l->tess);
	}
	shapes_close(l->shapes);
	free(l);
}

/* ---- by Tesseract ---- */

/* Places k..k+n-1 with ground around them. A letter alone is set ALONE times in a row: the model was taught lines, not letters. */
static PIX *run_cut(PIX *line, unsigned k, unsigned n)
{
	l_int32 across = (l_int32)n * PLACE_PX, times = n == 1 ? ALONE : 1;
	PIX *cut = pixCreate(across * times + 2 * EDGE_PX, LINE_HIGH_PX + 2 * EDGE_PX, 8);

	if (cut && pixSetAllArbitrary(cut, 230) == 0)
		for (l_int32 i = 0; i < times; i++)
			(void)pixRasterop(cut, EDGE_PX + i * across, EDGE_PX, across, LINE_HIGH_PX, PIX_SRC, line,
					  LINE_EDGE_PX + (l_int32)k * PLACE_PX, 0);
	return cut;
}

/* What Tesseract reads in places k..k+n-1: how many letters it saw, at most `room`. */
static size_t run_recognise(struct letters *l, PIX *line, unsigned k, unsigned n, struct shape_seen *out, size_t room)
{
	PIX *wide = run_cut(line, k, n);
	TessResultIterator *at = NULL;
	size_t count = 0;

	if (wide) {
		TessBaseAPISetImage2(l->tess, wide);
		if (TessBaseAPIRecognize(l->tess, NULL) == 0)
			at = TessBaseAPIGetIterator(l->tess);
	}
	if (at)
		do {
			char *text = TessResultIteratorGetUTF8Text(at, RIL_SYMBOL);

			if (text && text[0] && text[0] != ' ') {
				if (count < room)
					out[count] = (struct shape_seen){text[1] ? 0 : text[0], (unsigned)TessResultIteratorConfidence(at, RIL_SYMBOL)};
				count++;
			}
			TessDeleteText(text);
		} while (TessResultIteratorNext(at, RIL_SYMBOL));
	if (at)
		TessResultIteratorDelete(at);
	pixDestroy(&wide);
	return count;
}

/* What a letter set ALONE times was read as: each time the same, or not surely. */
static struct shape_seen alone(const struct shape_seen *seen, size_t count)
{
	struct shape_seen best = {0};
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		size_t same = 0;

		for (size_t j = 0; j < count; j++)
			same += seen[j].c == seen[i].c;
		if (same > most) {
			most = same;
			best = seen[i];
		}
	}
	if (most < (size_t)ALONE || count != (size_t)ALONE)
		best.sure = 0;
	return best;
}

/* A run in which it saw too many or too few letters is read in halves, down to single places. */
static void run_read(struct letters *l, PIX *line, unsigned k, unsigned n, struct shape_seen *out)
{
	struct shape_seen seen[MRZ_LINE_MAX];
	size_t count = run_recognise(l, line, k, n, seen, MRZ_LINE_MAX);

	if (n == 1)
		out[k] = alone(seen, count < MRZ_LINE_MAX ? count : MRZ_LINE_MAX);
	else if (count == n)
		memcpy(out + k, seen, n * sizeof *seen);
	else {
		run_read(l, line, k, n / 2, out);
		run_read(l, line, k + n / 2, n - n / 2, out);
	}
}

/* The places of a run between its fillers; those stand already. */
static void words_read(struct letters *l, PIX *line, const struct mrz_run *run, struct shape_seen *out)
{
	unsigned end = run->at + run->len, k = run->at;

	(void)TessBaseAPISetVariable(l->tess, "tessedit_char_whitelist", allowed[run->letters]);
	while (k < end) {
		unsigned n = 0;

		while (k + n < end && out[k + n].c != '<')
			n++;
		if (n)
			run_read(l, line, k, n, out);
		k += n + 1;
	}
}

/* ---- both ---- */

/* Where both see the same it is surer than either; where they do not, the shape goes before, as sure as it is. */
static struct mrz_place agreed(struct shape_seen shape, struct shape_seen word)
{
	unsigned sure = shape.c == word.c && shape.sure < AGREED_SURE ? AGREED_SURE : shape.sure;

	if (shape.c == 0)
		return (struct mrz_place){word.c, 0, 0, false};
	return (struct mrz_place){shape.c, word.c, (uint8_t)sure, false};
}

static bool line_read(struct letters *l, PIX *line, const struct mrz_run *run, struct mrz_place *out)
{
	struct shape_seen shapes[MRZ_LINE_MAX] = {{0}}, words[MRZ_LINE_MAX];
	PIX *half = pixScaleAreaMap2(line);

	if (half == NULL)
		return false;
	shapes_see(l->shapes, half, run, shapes + run->at);
	pixDestroy(&half);
	memcpy(words, shapes, sizeof words);
	words_read(l, line, run, words);
	for (unsigned k = run->at; k < run->at + run->len; k++)
		out[k] = agreed(shapes[k], words[k]);
	return true;
}

enum status letters_read(struct letters *l, const struct zone_picture *zone, struct mrz_sight *ret, struct error *ret_error)
{
	struct mrz_run runs[MRZ_RUNS_MAX];
	size_t count = mrz_sight_runs(zone->lines, zone->width, runs);
	struct mrz_sight sight = {.lines = zone->lines, .width = zone->width};

	for (size_t r = 0; r < count; r++)
		if (!line_read(l, zone->line[runs[r].line], &runs[r], sight.places[runs[r].line]))
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret = sight;
	return ST_OK;
}
