/* Reading by pieces: a word is cut in every way into pieces that a table knows, each with its Latin spellings and their
 * costs; the cheapest whole spellings are the readings. Khmer, Thai, Cyrillic and Arabic share it, each with its tables.
 */
#ifndef TEXT_PIECES_H
#define TEXT_PIECES_H

#include "text/readings.h"

#define PIECE_POINTS_MAX 7u
#define PIECES_WORD_MAX 40u /* code points; what is longer is cut */

struct piece {
	struct text piece;
	struct text latin;
	uint32_t cost;
};

struct whole_name {
	struct text native;
	struct text latin;
	uint32_t share_ppm;
};

/* Both tables are sorted by their first column's bytes. */
struct pieces {
	const struct piece *pieces;
	size_t piece_count;
	const struct whole_name *names;
	size_t name_count;
	uint32_t systems; /* enum reading_system bits */
};

/* Adds the readings of the code points: those of the whole word where the table of names has it, and those made of
 * pieces. Cost: about length x beam x spellings a piece; allocates nothing. */
void pieces_read(const struct pieces *tables, const uint32_t *points, size_t count, struct spellings *ret);

/* Whether the table of names has the whole word. */
bool pieces_has_name(const struct pieces *tables, struct text word);

#endif
