#include "awareness/sketch.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#define GRAM_SHORT 3u
#define GRAM_LONG 5u

/* splitmix64's finisher: every bit of the input moves half of the output. */
static uint64_t mix(uint64_t v)
{
	v ^= v >> 30;
	v *= 0xbf58476d1ce4e5b9u;
	v ^= v >> 27;
	v *= 0x94d049bb133111ebu;
	return v ^ v >> 31;
}

/* NFKC, case folded. */
static enum status fold(struct text text, struct arena *arena, UChar32 **ret, int32_t *ret_len, struct error *ret_error)
{
	UErrorCode code = U_ZERO_ERROR;
	const UNormalizer2 *normalizer = unorm2_getNFKCCasefoldInstance(&code);
	int32_t in_len = 0, room = (int32_t)text.len * 4 + 16, len;
	UChar *in = ARENA_NEW(arena, UChar, text.len + 1), *out = ARENA_NEW(arena, UChar, (size_t)room);
	UChar32 *letters = ARENA_NEW(arena, UChar32, (size_t)room);

	if (in == NULL || out == NULL || letters == NULL)
		return arena_failure(arena, ret_error);
	u_strFromUTF8(in, (int32_t)text.len + 1, &in_len, text.data, (int32_t)text.len, &code);
	len = unorm2_normalize(normalizer, in, in_len, out, room, &code);
	u_strToUTF32(letters, room, ret_len, out, len, &code);
	if (U_FAILURE(code))
		return error_set(ret_error, ST_LIMIT, "the text cannot be folded");
	*ret = letters;
	return ST_OK;
}

static bool is_letter(UChar32 c)
{
	int8_t type = u_charType(c);

	return (type >= U_UPPERCASE_LETTER && type <= U_OTHER_LETTER) || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK;
}

static size_t gram_length(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &code);

	return script == USCRIPT_HAN || script == USCRIPT_HANGUL || script == USCRIPT_KATAKANA || script == USCRIPT_HIRAGANA ? GRAM_SHORT
															      : GRAM_LONG;
}

static void gram_add(struct sketch *sketch, const UChar32 *letters, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < len; i++)
		hash = mix(hash ^ (uint64_t)letters[i]);
	for (unsigned i = 0; i < SKETCH_NUMBERS; i++) {
		uint32_t number = (uint32_t)(mix(hash + (i + 1) * UINT64_C(0xd1342543de82ef95)) >> 32);

		if (number < sketch->numbers[i])
			sketch->numbers[i] = number;
	}
	sketch->grams++;
}

enum status sketch_make(struct text text, struct arena *arena, struct sketch *ret, struct error *ret_error)
{
	struct sketch sketch = {.grams = 0};
	UChar32 *letters = NULL;
	int32_t len = 0;
	size_t count = 0;

	memset(sketch.numbers, 0xff, sizeof sketch.numbers);
	if (text.len)
		TRY(fold(text, arena, &letters, &len, ret_error));
	for (int32_t i = 0; i < len; i++)
		if (is_letter(letters[i]))
			letters[count++] = letters[i];
	for (size_t i = 0; i < count; i++) {
		size_t gram = gram_length(letters[i]);

		if (i + gram <= count)
			gram_add(&sketch, letters + i, gram);
	}
	*ret = sketch;
	return ST_OK;
}

unsigned sketch_alike(const struct sketch *a, const struct sketch *b)
{
	unsigned equal = 0;

	if (a->grams == 0 || b->grams == 0)
		return 0;
	for (unsigned i = 0; i < SKETCH_NUMBERS; i++)
		equal += a->numbers[i] == b->numbers[i];
	return equal * 1000 / SKETCH_NUMBERS;
}

void sketch_bands(const struct sketch *sketch, int64_t ret_bands[SKETCH_BANDS])
{
	const unsigned each = SKETCH_NUMBERS / SKETCH_BANDS;

	for (unsigned band = 0; band < SKETCH_BANDS; band++) {
		uint64_t hash = band + 1;

		for (unsigned i = 0; i < each; i++)
			hash = mix(hash ^ sketch->numbers[band * each + i]);
		ret_bands[band] = (int64_t)(hash >> 1);
	}
}

void sketch_write(const struct sketch *sketch, uint8_t out[SKETCH_BYTES])
{
	for (unsigned i = 0; i < SKETCH_BYTES; i++)
		out[i] = (uint8_t)(sketch->numbers[i / 4] >> (i % 4 * 8));
}

bool sketch_read(struct bytes in, struct sketch *ret)
{
	if (in.len != SKETCH_BYTES)
		return false;
	*ret = (struct sketch){.grams = 1};
	for (unsigned i = 0; i < SKETCH_BYTES; i++)
		ret->numbers[i / 4] |= (uint32_t)in.data[i] << (i % 4 * 8);
	return true;
}
