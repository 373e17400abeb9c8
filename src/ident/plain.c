#include "ident/plain.h"

#include "digits.inc"

int plain_digit(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9' ? (int)(c - '0') : -1;
	for (size_t i = 0; i < DIGITS_COUNT; i++)
		if (c >= digits_rows[i].zero && c < digits_rows[i].zero + 10)
			return (int)(c - digits_rows[i].zero);
	return -1;
}

uint32_t plain_capital(uint32_t c)
{
	/* Greek and Cyrillic capitals, then the Latin ones they are printed alike with. */
	static const uint16_t same[][2] = {
		{0x0391, 'A'}, {0x0392, 'B'}, {0x0395, 'E'}, {0x0396, 'Z'}, {0x0397, 'H'}, {0x0399, 'I'}, {0x039a, 'K'},
		{0x039c, 'M'}, {0x039d, 'N'}, {0x039f, 'O'}, {0x03a1, 'P'}, {0x03a4, 'T'}, {0x03a5, 'Y'}, {0x03a7, 'X'},
		{0x0405, 'S'}, {0x0406, 'I'}, {0x0408, 'J'}, {0x0410, 'A'}, {0x0412, 'B'}, {0x0415, 'E'}, {0x041a, 'K'},
		{0x041c, 'M'}, {0x041d, 'H'}, {0x041e, 'O'}, {0x0420, 'P'}, {0x0421, 'C'}, {0x0422, 'T'}, {0x0423, 'Y'},
		{0x0425, 'X'},
	};
	int digit = plain_digit(c);

	if (digit >= 0)
		return (uint32_t)('0' + digit);
	if (c >= 0xff21 && c <= 0xff5a)
		c -= 0xfee0;
	if (c >= 'a' && c <= 'z')
		return c - ('a' - 'A');
	if (c >= 0x03b1 && c <= 0x03c9)
		c -= 0x20;
	else if (c >= 0x0430 && c <= 0x044f)
		c -= 0x20;
	else if (c >= 0x0450 && c <= 0x045f)
		c -= 0x50;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		if (same[i][0] == c)
			return same[i][1];
	return c;
}
