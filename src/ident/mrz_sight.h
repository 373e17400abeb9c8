/* What an eye that may err made of a machine-readable zone: two readings of each place. Put right is only what a check digit proves; what
 * stays doubtful is said. Pure. Source: ICAO Doc 9303-3, 4.9 (check digits), 9303-4 to -6 (which places hold letters, which digits). */
#ifndef IDENT_MRZ_SIGHT_H
#define IDENT_MRZ_SIGHT_H

#include "ident/mrz.h"

/* Per cent: below it a letter that no check digit covers is doubtful, and below the second one also a letter that one covers. */
#define MRZ_SURE_MIN 60u
#define MRZ_SURE_CHECKED 30u
/* Per cent of the letters: where the readings differ oftener, every place is doubtful. */
#define MRZ_DIFFER_MAX 20u

/* `first` is what is taken to stand there, 0 where nothing was made out; `second` the other reading; `sure` per cent, of the less sure. */
struct mrz_place {
	char first, second;
	uint8_t sure;
	bool doubtful; /* set by mrz_sight_settle */
};

struct mrz_sight {
	unsigned lines, width; /* 3 of 30, 2 of 36, 2 of 44 */
	struct mrz_place places[3][MRZ_LINE_MAX];
	unsigned put_right; /* fields that a check digit decided */
};

/* What may stand in a run of places that are read together. */
enum mrz_letters { MRZ_ANY, MRZ_DIGITS, MRZ_LETTERS };

struct mrz_run {
	uint8_t line, at, len;
	enum mrz_letters letters;
};

/* Every place of a zone of this size, in runs. */
#define MRZ_RUNS_MAX 12u
size_t mrz_sight_runs(unsigned lines, unsigned width, struct mrz_run out[MRZ_RUNS_MAX]);

/* Where a field's check digit fails, the other reading is tried at the places where the two differ: the one choice that makes the digit
 * hold is taken; if several do, none. Doubtful is then: a field whose digit still fails, whole; where the other reading would hold as
 * well, for no check digit tells G from 6; what no digit covers and the two readings do not agree on, or see badly. */
void mrz_sight_settle(struct mrz_sight *sight);

/* Whether something was made out at every place: less is half a zone. */
bool mrz_sight_whole(const struct mrz_sight *sight);

#endif
