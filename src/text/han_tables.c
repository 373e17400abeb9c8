#include "text/han_tables.h"

#include "text/han.h"

#include "han_surnames.inc"
#include "japanese_names.inc"
#include "jyutping_hongkong.inc"
#include "pinyin_taiwan.inc"
#include "unihan.inc"

static const struct unihan_row *row_of(uint32_t c)
{
	size_t low = 0, high = UNIHAN_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (unihan_rows[mid].code < c)
			low = mid + 1;
		else
			high = mid;
	}
	return low < UNIHAN_COUNT && unihan_rows[low].code == c ? &unihan_rows[low] : NULL;
}

uint32_t han_fold(uint32_t c)
{
	const struct unihan_row *row = row_of(c);

	return row ? row->simplified : c;
}

bool han_character(uint32_t c, struct han_character *ret)
{
	const struct unihan_row *row = row_of(c);

	if (row == NULL)
		return false;
	*ret = (struct han_character){row->pinyin,     row->jyutping, row->hangul,
				      row->vietnamese, row->japanese, row->kun};
	return true;
}

/* First row whose key is not below `key`; rows start with the key. */
#define LOWER_BOUND(rows, n, field, key, ret)                            \
	do {                                                             \
		size_t low_ = 0, high_ = (n);                            \
		while (low_ < high_) {                                   \
			size_t mid_ = low_ + (high_ - low_) / 2;         \
			if (text_compare((rows)[mid_].field, (key)) < 0) \
				low_ = mid_ + 1;                         \
			else                                             \
				high_ = mid_;                            \
		}                                                        \
		(ret) = low_;                                            \
	} while (0)

size_t han_surname_spellings(struct text family, uint32_t systems, uint32_t cost, struct spellings *s)
{
	size_t i, n = 0;

	LOWER_BOUND(han_surnames_rows, HAN_SURNAMES_COUNT, han, family, i);
	for (; i < HAN_SURNAMES_COUNT && text_equal(han_surnames_rows[i].han, family); i++, n++)
		if (han_surnames_rows[i].systems & systems)
			spellings_add(s, han_surnames_rows[i].latin, cost, han_surnames_rows[i].systems);
	return n;
}

bool han_is_surname(struct text family)
{
	size_t i;

	LOWER_BOUND(han_surnames_rows, HAN_SURNAMES_COUNT, han, family, i);
	return i < HAN_SURNAMES_COUNT && text_equal(han_surnames_rows[i].han, family);
}

size_t han_taiwan_choices(struct text pinyin, struct choice *choices, size_t room)
{
	size_t i, n = 0;

	LOWER_BOUND(pinyin_taiwan_rows, PINYIN_TAIWAN_COUNT, pinyin, pinyin, i);
	for (; i < PINYIN_TAIWAN_COUNT && text_equal(pinyin_taiwan_rows[i].pinyin, pinyin) && n < room; i++)
		choices[n++] =
			(struct choice){pinyin_taiwan_rows[i].latin, cost_of_ppm(pinyin_taiwan_rows[i].share_ppm)};
	return n;
}

size_t han_hongkong_choices(struct text jyutping, struct choice *choices, size_t room)
{
	size_t i, n = 0;

	LOWER_BOUND(jyutping_hongkong_rows, JYUTPING_HONGKONG_COUNT, jyutping, jyutping, i);
	for (; i < JYUTPING_HONGKONG_COUNT && text_equal(jyutping_hongkong_rows[i].jyutping, jyutping) && n < room; i++)
		choices[n++] = (struct choice){jyutping_hongkong_rows[i].latin,
					       cost_of_ppm(jyutping_hongkong_rows[i].share_ppm)};
	return n;
}

size_t han_japanese_spellings(char kind, struct text name, struct spellings *s)
{
	char key[64];
	struct text key_text = {key, name.len + 1};
	size_t i, n = 0;

	if (name.len + 1 > sizeof key)
		return 0;
	key[0] = kind;
	memcpy(key + 1, name.data, name.len);
	LOWER_BOUND(japanese_names_rows, JAPANESE_NAMES_COUNT, key, key_text, i);
	for (; i < JAPANESE_NAMES_COUNT && text_equal(japanese_names_rows[i].key, key_text); i++, n++)
		spellings_add(s, japanese_names_rows[i].latin, japanese_names_rows[i].cost, READ_JAPANESE);
	return n;
}
