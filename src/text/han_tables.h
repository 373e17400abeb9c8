/* Looking characters and names up in the tables behind han.h. */
#ifndef TEXT_HAN_TABLES_H
#define TEXT_HAN_TABLES_H

#include "text/readings.h"

struct han_character {
	struct text pinyin, jyutping, hangul, vietnamese, japanese, kun; /* several separated by spaces */
};

/* Gives false if the character has no readings. */
bool han_character(uint32_t c, struct han_character *ret);

/* Adds the spellings of a family name, in simplified characters, that were made by one of `systems`, each dearer by
 * `cost`; returns how many the table has. */
size_t han_surname_spellings(struct text family, uint32_t systems, uint32_t cost, struct spellings *s);

/* Whether the table of family names has it. */
bool han_is_surname(struct text family);

/* How a Pinyin or Jyutping syllable is written in names: fills choices, returns their number (0: not in the table). */
size_t han_taiwan_choices(struct text pinyin, struct choice *choices, size_t room);
size_t han_hongkong_choices(struct text jyutping, struct choice *choices, size_t room);

/* Adds the readings of a Japanese family ('s') or given ('g') name; returns how many. */
size_t han_japanese_spellings(char kind, struct text name, struct spellings *s);

#endif
