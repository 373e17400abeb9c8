/* Hearing a name: from text to parts whose readings are sounds, as both the builder and a query need them. */
#ifndef SCREEN_HEARING_H
#define SCREEN_HEARING_H

#include "screen/rarity.h"
#include "screen/sound.h"
#include "text/name.h"

#define HEARD_READINGS_MAX 32u
#define HEARD_PARTS_MAX 12u

struct heard_reading {
	uint8_t penalty; /* how unusual the reading is, in steps of READING_PENALTY_MBIT */
	struct sound sound;
};

struct heard_part {
	struct text native;
	enum script script;
	enum part_role role;
	struct heard_reading *readings; /* distinct sounds, likeliest first */
	size_t reading_count;
};

struct heard_name {
	struct heard_part parts[HEARD_PARTS_MAX];
	size_t part_count;
};

/* Reads the name (text/name.h) and hears every form of it; up to NAME_FORMS_MAX. Titles are left out unless the
 * name has nothing else. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status hear_name(struct text name, const char *countries, struct arena *arena,
			       struct heard_name *ret_forms, size_t *ret_form_count);

/* The keys under which a part is found: its coarse sounds, and each with one letter left out.
 * Writes at most `room` distinct keys; returns their number. */
#define KEYS_PER_SOUND_MAX (SOUND_MAX + 1u)
size_t sound_keys(struct text units, uint32_t keys[KEYS_PER_SOUND_MAX]);

/* Whether the keys of two coarse sounds (sound_coarse) meet: they are equal, or equal once each lost at most one letter. */
bool coarse_share_key(struct text a, struct text b);

/* The one key of a sound as it is (no letter left out); 0 if the coarse sound is empty. */
uint32_t sound_key(struct text units);

#endif
