#include "registry/appeal_number.h"

#define NUMBER_LEN 8u /* without its check */
#define WORD_LEN 10u

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int value_of(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	for (int i = 0; i < 32; i++)
		if (alphabet[i] == c)
			return i;
	return -1;
}

/* Luhn in base 32, from the right: every second value is doubled, its two digits added. */
static uint8_t check_of(const uint8_t *values, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned value = values[count - 1 - i] * (i % 2 ? 1u : 2u);

		sum += value / 32 + value % 32;
	}
	return (uint8_t)((32 - sum % 32) % 32);
}

/* Five bits at a time. */
static void values_of(const uint8_t *random, uint8_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t bit = i * 5, byte = bit / 8, left = bit % 8;
		unsigned pair = (unsigned)random[byte] << 8 | (left > 3 ? random[byte + 1] : 0u);

		values[i] = (uint8_t)(pair >> (11 - left) & 31u);
	}
}

static void number_put(const uint8_t values[NUMBER_LEN], char out[APPEAL_NUMBER_SIZE])
{
	size_t at = 0;

	for (size_t i = 0; i < NUMBER_LEN; i++) {
		out[at++] = alphabet[values[i]];
		if (i % 4 == 3)
			out[at++] = '-';
	}
	out[at++] = alphabet[check_of(values, NUMBER_LEN)];
	out[at] = '\0';
}

static void word_put(const uint8_t values[WORD_LEN], char out[APPEAL_WORD_SIZE])
{
	size_t at = 0;

	for (size_t i = 0; i < WORD_LEN; i++) {
		if (i == 5)
			out[at++] = '-';
		out[at++] = alphabet[values[i]];
	}
	out[at] = '\0';
}

void appeal_number_write(const uint8_t random[5], char out[APPEAL_NUMBER_SIZE])
{
	uint8_t values[NUMBER_LEN];

	values_of(random, values, NUMBER_LEN);
	number_put(values, out);
}

void appeal_word_write(const uint8_t random[7], char out[APPEAL_WORD_SIZE])
{
	uint8_t values[WORD_LEN];

	values_of(random, values, WORD_LEN);
	word_put(values, out);
}

/* Exactly `count` values out of what was typed. */
static enum status typed_read(struct text typed, uint8_t *values, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < typed.len; i++) {
		int value;

		if (typed.data[i] == '-' || typed.data[i] == ' ')
			continue;
		value = value_of(typed.data[i]);
		if (value < 0 || n == count)
			return ST_MALFORMED;
		values[n++] = (uint8_t)value;
	}
	return n == count ? ST_OK : ST_MALFORMED;
}

enum status appeal_number_read(struct text typed, char out[APPEAL_NUMBER_SIZE])
{
	uint8_t values[NUMBER_LEN + 1];

	TRY(typed_read(typed, values, NUMBER_LEN + 1));
	if (check_of(values, NUMBER_LEN) != values[NUMBER_LEN])
		return ST_MALFORMED;
	number_put(values, out);
	return ST_OK;
}

enum status appeal_word_read(struct text typed, char out[APPEAL_WORD_SIZE])
{
	uint8_t values[WORD_LEN];

	TRY(typed_read(typed, values, WORD_LEN));
	word_put(values, out);
	return ST_OK;
}
