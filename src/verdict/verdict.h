/* What may lawfully be done about a traveller at a point, from what the engine found and what the listings allow.
 *
 * A name alone never stops anybody; a ban is not a warrant; the measure in force at this minute counts. The rules are the rows of
 * data/verdict/points.tsv and data/verdict/guards.tsv. Pure: the time is a parameter.
 * Sources: reference C.1 rows; SIS Regulation (EU) 2018/1861, art. 24; ICCPR art. 12(4); 1951 Convention art. 33; CRC.
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include "edition/listing.h"
#include "screen/screen.h"

enum verdict_point {
	VERDICT_ENTRY,       /* a lane, entering */
	VERDICT_EXIT,        /* a lane, leaving */
	VERDICT_CARRIER,     /* before boarding */
	VERDICT_DECLARATION, /* an electronic arrival card, days before */
	VERDICT_LODGING,     /* a host registers a guest: only reports */
};
/* "entry"...; false: no such point. */
bool verdict_point_of(struct text word, enum verdict_point *ret);
const char *verdict_point_word(enum verdict_point point);

enum verdict_result { VERDICT_PASS, VERDICT_REFER, VERDICT_STOP };
const char *verdict_result_word(enum verdict_result result); /* "pass", "refer", "stop" */

/* How surely it is the listed person. */
enum verdict_grade {
	VERDICT_NOBODY,   /* below the operating point, or cleared */
	VERDICT_LIKE,     /* referred: the second line compares */
	VERDICT_IDENTITY, /* his document, or his name with the whole birth date and the nationality */
};
const char *verdict_grade_word(enum verdict_grade grade); /* "nobody", "like", "identity" */

struct verdict_traveller {
	const struct entity *person; /* FollowTheMoney, as mrz_to_entity makes it */
	struct text document_code;   /* of the MRZ: "P"...; may be empty */
	struct text issuer;          /* as written in the MRZ: "KHM", "XXB"; may be empty */
	struct text nationality;     /* as written in the MRZ; may be empty */
	bool fears_return;           /* he said so */
	bool drill;                  /* a practice traveller */
};

/* Whom the engine found: one of its results, the listing behind it, and whether he was cleared of being that person. */
struct verdict_found {
	const struct screen_result *result;
	const struct listing *listing;
	bool cleared;
};

struct verdict_candidate {
	const struct screen_result *result;
	const struct listing *listing;
	enum verdict_grade grade;
	struct text measure; /* the one that counts, "detain"...; empty: none in force at this point */
	struct text act;     /* word of data/verdict/acts.tsv */
};

#define VERDICT_CANDIDATES_MAX 8u
#define VERDICT_GUARDS_MAX 8u

struct verdict {
	enum verdict_result result;
	bool quiet;        /* no sound, nothing on a screen that the traveller can see: `protect`, `notify-quietly` */
	struct text act;   /* what the officer does now: a word of data/verdict/acts.tsv, "none" for a pass */
	const struct verdict_candidate *candidates; /* grade LIKE or more, gravest first; in the arena */
	size_t candidate_count;
	struct text guards[VERDICT_GUARDS_MAX]; /* words of guards.tsv that applied: "own-national", "refugee", "child", "fear", "age-unknown" */
	size_t guard_count;
};

/* `host`: country of the point, alpha-2 lower case. Fails: ST_NO_MEMORY. */
MUST_USE enum status verdict_reach(enum verdict_point point, const struct verdict_traveller *traveller, struct text host,
				   const struct verdict_found *found, size_t found_count, int64_t now_ms, struct arena *arena,
				   struct verdict *ret, struct error *ret_error);

/* Words of an act for people, in a language 0 en, 1 km, 2 ko, 3 zh: title and what the officer does and may lawfully say.
 * TEXT_NONE for an unknown one. */
struct text verdict_act_title(struct text act, unsigned language);
struct text verdict_act_text(struct text act, unsigned language);

#endif
