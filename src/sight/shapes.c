#include "sight/shapes.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>

/* FreeType's own list of the C library names functions that are banned here; its headers need no more of it than this. */
#define FT_CONFIG_STANDARD_LIBRARY_H <limits.h>
#define ft_ptrdiff_t ptrdiff_t
#define FT_CHAR_BIT CHAR_BIT
#define FT_INT_MAX INT_MAX
#define FT_INT_MIN INT_MIN
#define FT_UINT_MAX UINT_MAX
#define FT_LONG_MAX LONG_MAX
#define FT_ULONG_MAX ULONG_MAX
#include <ft2build.h>
#include FT_FREETYPE_H

#define FONT "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
#define CELL (PLACE_PX / 2) /* of a place at half size */
#define CELL_HIGH 22        /* a capital and its ground */
#define SHIFT_X 3
#define SHIFT_Y 4
#define LIKE_MIN 0.6        /* of the correlation; below it a place is like no letter */
#define LIKE_FULL 0.8       /* from here on it is that letter if no other is near */
#define AHEAD 0.10          /* so far ahead of the next is 100 per cent */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
#define LETTERS (sizeof alphabet - 1)

/* Deviations from the mean, of length 1. */
struct shapes {
	float letter[LETTERS][CELL_HIGH][CELL];
};

/* ---- drawing ---- */

/* Draws at twice the size and takes the mean of nine points each, as a lens would. */
static void letter_lay(struct shapes *s, size_t i, const FT_GlyphSlot glyph, int capital)
{
	float big[2 * CELL_HIGH + 2][2 * CELL + 2] = {{0}}, sum = 0, length = 0;
	int top = CELL_HIGH + capital / 2 - glyph->bitmap_top;

	for (int y = 0; y < (int)glyph->bitmap.rows; y++)
		for (int x = 0; x < (int)glyph->bitmap.width; x++)
			if (top + y >= 0 && top + y < 2 * CELL_HIGH && glyph->bitmap_left + x >= 0 && glyph->bitmap_left + x < 2 * CELL)
				big[top + y + 1][glyph->bitmap_left + x + 1] = glyph->bitmap.buffer[y * glyph->bitmap.pitch + x];
	for (int y = 0; y < CELL_HIGH; y++)
		for (int x = 0; x < CELL; x++) {
			float *at = &s->letter[i][y][x];

			*at = 0;
			for (int dy = 0; dy < 4; dy++)
				for (int dx = 0; dx < 4; dx++)
					if (2 * y + dy < 2 * CELL_HIGH + 2 && 2 * x + dx < 2 * CELL + 2)
						*at -= big[2 * y + dy][2 * x + dx];
			sum += *at;
		}
	for (int n = 0; n < CELL_HIGH * CELL; n++) {
		float *at = &s->letter[i][0][0] + n;

		*at -= sum / (CELL_HIGH * CELL);
		length += *at * *at;
	}
	for (int n = 0; n < CELL_HIGH * CELL; n++)
		*(&s->letter[i][0][0] + n) /= sqrtf(length);
}

static bool letters_draw(struct shapes *s, FT_Face face)
{
	int capital;

	if (FT_Load_Char(face, '0', FT_LOAD_NO_SCALE) != 0 || face->glyph->advance.x <= 0 ||
	    FT_Set_Char_Size(face, 0, (FT_F26Dot6)(PLACE_PX * 64) * face->units_per_EM / face->glyph->advance.x, 72, 72) != 0 ||
	    FT_Load_Char(face, 'H', FT_LOAD_RENDER | FT_LOAD_NO_HINTING) != 0)
		return false;
	capital = face->glyph->bitmap_top;
	for (size_t i = 0; i < LETTERS; i++) {
		if (FT_Load_Char(face, (FT_ULong)alphabet[i], FT_LOAD_RENDER | FT_LOAD_NO_HINTING) != 0)
			return false;
		letter_lay(s, i, face->glyph, capital);
	}
	return true;
}

enum status shapes_open(struct shapes **ret, struct error *ret_error)
{
	struct shapes *s = calloc(1, sizeof *s);
	FT_Library library = NULL;
	FT_Face face = NULL;
	bool drawn = false;

	if (s == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (FT_Init_FreeType(&library) == 0 && FT_New_Face(library, FONT, 0, &face) == 0)
		drawn = letters_draw(s, face);
	if (face)
		FT_Done_Face(face);
	if (library)
		FT_Done_FreeType(library);
	if (!drawn) {
		free(s);
		return error_because(ret_error, ST_UNAVAILABLE, "reading-none", NULL, "%s is missing (fonts-ocr-b)", FONT);
	}
	*ret = s;
	return ST_OK;
}

void shapes_close(struct shapes *s)
{
	free(s);
}

/* ---- comparing ---- */

/* A window of the line, as the letters are: false where it is all of one grey. */
static bool window_take(PIX *half, int left, int top, float out[CELL_HIGH][CELL])
{
	int wide = pixGetWidth(half), high = pixGetHeight(half), words = pixGetWpl(half);
	const l_uint32 *data = pixGetData(half);
	float sum = 0, length = 0;

	for (int y = 0; y < CELL_HIGH; y++) {
		int row = top + y < 0 ? 0 : top + y >= high ? high - 1 : top + y;

		for (int x = 0; x < CELL; x++) {
			int column = left + x < 0 ? 0 : left + x >= wide ? wide - 1 : left + x;

			out[y][x] = (float)GET_DATA_BYTE(data + row * words, column);
			sum += out[y][x];
		}
	}
	for (int n = 0; n < CELL_HIGH * CELL; n++) {
		float *at = &out[0][0] + n;

		*at -= sum / (CELL_HIGH * CELL);
		length += *at * *at;
	}
	if (length < 1)
		return false;
	for (int n = 0; n < CELL_HIGH * CELL; n++)
		*(&out[0][0] + n) /= sqrtf(length);
	return true;
}

static bool may_stand(char c, enum mrz_letters letters)
{
	return letters == MRZ_ANY || c == '<' || (letters == MRZ_DIGITS) == (c <= '9');
}

static struct shape_seen place_see(const struct shapes *s, PIX *half, int left, enum mrz_letters letters)
{
	float like[LETTERS] = {0}, window[CELL_HIGH][CELL];
	int top = pixGetHeight(half) / 2 - CELL_HIGH / 2;
	size_t best = 0;
	float next = 0;
	double ahead;

	for (int dy = -SHIFT_Y; dy <= SHIFT_Y; dy++)
		for (int dx = -SHIFT_X; dx <= SHIFT_X; dx++) {
			if (!window_take(half, left + dx, top + dy, window))
				continue;
			for (size_t i = 0; i < LETTERS; i++) {
				float dot = 0;

				if (!may_stand(alphabet[i], letters))
					continue;
				for (int n = 0; n < CELL_HIGH * CELL; n++)
					dot += *(&window[0][0] + n) * *(&s->letter[i][0][0] + n);
				like[i] = dot > like[i] ? dot : like[i];
			}
		}
	for (size_t i = 1; i < LETTERS; i++)
		best = like[i] > like[best] ? i : best;
	for (size_t i = 0; i < LETTERS; i++)
		next = i != best && like[i] > next ? like[i] : next;
	if (like[best] < LIKE_MIN)
		return (struct shape_seen){0, 0};
	ahead = fmin(1, (double)(like[best] - next) / AHEAD);
	return (struct shape_seen){alphabet[best], (unsigned)(100 * ahead * fmin(1, (like[best] - LIKE_MIN) / (LIKE_FULL - LIKE_MIN)))};
}

void shapes_see(const struct shapes *s, PIX *half, const struct mrz_run *run, struct shape_seen *out)
{
	for (unsigned k = 0; k < run->len; k++)
		out[k] = place_see(s, half, (LINE_EDGE_PX + (int)(run->at + k) * PLACE_PX) / 2, run->letters);
}
