/* A name taken apart: parts in its own script, each with every plausible Latin reading.
 *
 * This is the one meeting place of the language modules (hangul, han, kana, khmer, thai, cyrillic, arabic, latin...)
 * and the engine. Readings are lower-case a-z only, at most READING_MAX letters, joined (no spaces): the reading of
 * the given name 민수 is "minsu", not "min su". A module gives the *distinct plausible spellings* most likely first;
 * it need not list what a sound-aware comparison finds near anyway (oo/u, ee/i, doubled letters), but must list
 * what it would not (Lee/Yi/Rhee, Choi/Choe, Chan/Tan/Chen/Trần, Heng/Xing).
 */
#ifndef TEXT_NAME_H
#define TEXT_NAME_H

#include "base/arena.h"
#include "text/script.h"

#define READING_MAX 47u        /* letters in one reading */
#define READINGS_MAX 32u       /* readings of one part */
#define NAME_PARTS_MAX 16u     /* parts of one name; what follows is joined to the last and flagged */
#define NAME_FORMS_MAX 3u      /* ways to cut one unspaced name into parts */

enum part_role {
	PART_UNKNOWN,
	PART_FAMILY,
	PART_GIVEN,
	PART_PATRONYMIC,
	PART_TITLE, /* Mr, Dr, Oknha, Samdech, 씨: counts for nothing either way */
	PART_PARTICLE, /* al-, bin, van, de: may be missing, joined or doubled */
};

/* Which habit of writing made the reading; several may apply. The engine prefers parts read by one habit. */
enum reading_system {
	READ_LATIN = 1u << 0,      /* written in Latin already */
	READ_PINYIN = 1u << 1,
	READ_WADE_GILES = 1u << 2, /* Taiwan: Wade-Giles, Tongyong, postal */
	READ_CANTONESE = 1u << 3,  /* Hong Kong, Macao */
	READ_MIN = 1u << 4,        /* Hokkien, Teochew, Hakka; Singapore, Malaysia, Cambodia, Thailand */
	READ_KOREAN = 1u << 5,
	READ_JAPANESE = 1u << 6,
	READ_VIETNAMESE = 1u << 7,
	READ_KHMER = 1u << 8,
	READ_THAI = 1u << 9,
	READ_CYRILLIC = 1u << 10,
	READ_ARABIC = 1u << 11,
	READ_OTHER = 1u << 12,     /* by a general transliteration */
	READ_FOREIGN = 1u << 13,   /* the native letters spell a foreign name by sound */
};

struct reading {
	struct text latin;   /* a-z only */
	uint32_t weight_ppm; /* how usual among the readings of this part; the best has 1,000,000 */
	uint32_t systems;    /* enum reading_system bits */
};

struct name_part {
	struct text native; /* folded, in its own script; equals the reading for Latin */
	enum script script;
	enum part_role role;
	struct reading *readings; /* most usual first */
	size_t reading_count;
};

/* One way to cut the name into parts, in written order. */
struct name_form {
	struct name_part *parts;
	size_t part_count;
	uint32_t weight_ppm;
};

struct name {
	struct name_form forms[NAME_FORMS_MAX]; /* most plausible first */
	size_t form_count;
	bool overlong; /* more than NAME_PARTS_MAX parts */
};

/* Takes one unspaced word of one script, folded by text_fold (text/fold.h); appends its parts to a form.
 * A language module exports exactly one such function (hangul_read, han_read, khmer_read...). Words written in one
 * go that hold family and given name (김민수, 陈志) become two parts. `first`: nothing of this name came before.
 * Gives *ret_part_count parts at `out` (room for `room`), all memory from `arena`.
 * Fails: ST_LIMIT, ST_NO_MEMORY. Never fails on odd input: what it cannot read gets no readings. */
struct word_context {
	bool first;             /* first word of the name */
	bool only;              /* the name is this one word */
	const char *countries;  /* known nationalities as "kr,cn" in lower case, or "" */
};
typedef enum status word_reader(struct text word, const struct word_context *context, struct arena *arena,
				struct name_part *out, size_t room, size_t *ret_part_count);

/* Folds and cuts a whole name and reads every part. Takes any checked text; `countries` as in word_context.
 * Fails: ST_LIMIT, ST_NO_MEMORY. Cost: tens of microseconds; on the list side done once, when the index is built. */
MUST_USE enum status name_read(struct text name, const char *countries, struct arena *arena,
			       struct name *ret_name);

#endif
