#include "screen/sound.h"

#include "sound_spellings.inc"
#include "sound_tables.inc"

static bool is_vowel_letter(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static bool is_vowel_unit(uint8_t u)
{
	return memchr("aeiouEUAO", u, 9) != NULL;
}

/* The table row for the longest spelling at `at`, or NULL. Rows are few; each is tried. */
static const struct sound_spellings_row *spelling_at(struct text latin, size_t at, size_t *ret_used)
{
	const struct sound_spellings_row *best = NULL;
	size_t best_len = 0;

	for (size_t i = 0; i < SOUND_SPELLINGS_COUNT; i++) {
		const struct sound_spellings_row *row = &sound_spellings_rows[i];
		size_t len = row->spelling.len;
		bool before_vowel = row->spelling.data[len - 1] == '_';

		len -= before_vowel;
		if (row->spelling.data[0] != latin.data[at] || len + before_vowel <= best_len || latin.len - at < len ||
		    memcmp(row->spelling.data, latin.data + at, len) != 0)
			continue;
		if (before_vowel && (at == 0 || at + len >= latin.len || !is_vowel_letter(latin.data[at + len])))
			continue;
		best = row;
		best_len = len + before_vowel;
		*ret_used = len;
	}
	return best;
}

/* i and u beside another vowel are glides; y away from vowels is a vowel. */
static void settle_glides(struct sound *s)
{
	for (size_t i = 0; i < s->len; i++) {
		bool before = i > 0 && is_vowel_unit(s->units[i - 1]);
		bool after = i + 1u < s->len && is_vowel_unit(s->units[i + 1]);

		if (s->units[i] == 'y' && !before && !after)
			s->units[i] = 'i';
		else if (s->units[i] == 'i' && (before || after))
			s->units[i] = 'y';
		else if (s->units[i] == 'u' && (after || (before && s->units[i - 1] != 'w')))
			s->units[i] = 'w';
	}
}

void sound_hear(struct text latin, struct sound *ret_sound)
{
	struct sound s = {0};
	size_t at = 0;

	while (at < latin.len && s.len < SOUND_MAX) {
		size_t used = 1;
		const struct sound_spellings_row *row;
		const char *units = &latin.data[at];
		size_t count = 1;

		if (latin.data[at] < 'a' || latin.data[at] > 'z') {
			at++;
			continue;
		}
		row = spelling_at(latin, at, &used);
		if (row) {
			units = row->units.data;
			count = row->units.len;
		}
		for (size_t i = 0; i < count && s.len < SOUND_MAX; i++)
			if (s.len == 0 || s.units[s.len - 1] != (uint8_t)units[i])
				s.units[s.len++] = (uint8_t)units[i];
		at += used;
	}
	settle_glides(&s);
	*ret_sound = s;
}

bool sound_append(struct sound *sound, struct text units)
{
	bool seam = sound->len && units.len && sound->units[sound->len - 1] == 'N' && is_vowel_unit((uint8_t)units.data[0]);

	if (sound->len + seam + units.len > SOUND_MAX)
		return false;
	if (seam) {
		sound->units[sound->len - 1] = 'n';
		sound->units[sound->len++] = 'g';
	}
	memcpy(sound->units + sound->len, units.data, units.len);
	sound->len = (uint8_t)(sound->len + units.len);
	return true;
}

/* ---- costs ---- */

static uint32_t cell_of(uint8_t unit)
{
	return (uint32_t)(unit - 'A') & 63u;
}

uint32_t sound_distance(struct text a, struct text b, uint32_t limit_mbit)
{
	uint32_t rows[3][SOUND_MAX + 1];
	uint32_t *before = rows[0], *last = rows[1], *now = rows[2];
	uint32_t last_low = 0;

	if (a.len > SOUND_MAX || b.len > SOUND_MAX)
		return SOUND_COST_MAX;
	if (a.len == b.len && memcmp(a.data, b.data, a.len) == 0)
		return 0;
	last[0] = 0;
	for (size_t j = 0; j < b.len; j++)
		last[j + 1] = last[j] + sound_omit[cell_of((uint8_t)b.data[j])];
	for (size_t i = 0; i < a.len; i++) {
		uint8_t x = (uint8_t)a.data[i];
		const uint16_t *instead = sound_square[cell_of(x)];
		uint32_t x_omit = sound_omit[cell_of(x)], low, *spare;

		now[0] = last[0] + x_omit;
		low = now[0];
		for (size_t j = 0; j < b.len; j++) {
			uint8_t y = (uint8_t)b.data[j];
			uint32_t c = last[j] + instead[cell_of(y)];
			uint32_t left_out = last[j + 1] + x_omit, put_in = now[j] + sound_omit[cell_of(y)];

			c = left_out < c ? left_out : c;
			c = put_in < c ? put_in : c;
			if (i && j && x == (uint8_t)b.data[j - 1] && y == (uint8_t)a.data[i - 1] &&
			    before[j - 1] + SOUND_SWAP < c)
				c = before[j - 1] + SOUND_SWAP;
			now[j + 1] = c;
			low = c < low ? c : low;
		}
		/* A swap reaches back two rows, so both must be over the limit. */
		if (low > limit_mbit && last_low > limit_mbit)
			return SOUND_COST_MAX;
		last_low = low;
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len] < SOUND_COST_MAX ? last[b.len] : SOUND_COST_MAX;
}

/* ---- coarse sounds ---- */

size_t sound_coarse(struct text units, uint8_t out[SOUND_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < units.len && n < SOUND_MAX; i++) {
		uint8_t unit = (uint8_t)units.data[i];
		uint8_t c = i == 0 && unit == 'w' ? 'p' : sound_coarse_class[cell_of(unit)];

		if (c && (n == 0 || out[n - 1] != c))
			out[n++] = c;
	}
	return n;
}

uint64_t sound_bigrams(struct text units)
{
	static const char classes[] = "ptkTlnm";
	uint8_t coarse[SOUND_MAX];
	size_t n = sound_coarse(units, coarse), before = 0;
	uint64_t bigrams = 0;

	for (size_t i = 0; i < n; i++) {
		const char *at = memchr(classes, coarse[i], sizeof classes - 1);
		size_t now = at ? (size_t)(at - classes) + 1 : 0;

		if (now == 0)
			continue;
		bigrams |= (uint64_t)1 << (before * 8 + now);
		before = now;
	}
	return bigrams | (uint64_t)1 << (before * 8);
}
