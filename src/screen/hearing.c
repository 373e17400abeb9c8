#include "screen/hearing.h"

#include "screen/hash.h"
#include "screen/image.h"

/* Coarse sounds shorter than this are not looked up with a letter left out: everything would be near. */
#define DELETE_FROM 4u

#define COVERED_COST 700u

static uint32_t key_of(const uint8_t *coarse, size_t n)
{
	uint32_t key = (uint32_t)hash_bytes(coarse, n);

	return key ? key : 1;
}

uint32_t sound_key(struct text units)
{
	uint8_t coarse[SOUND_MAX];
	size_t n = sound_coarse(units, coarse);

	return n ? key_of(coarse, n) : 0;
}

size_t sound_keys(struct text units, uint32_t keys[KEYS_PER_SOUND_MAX])
{
	uint8_t coarse[SOUND_MAX], less[SOUND_MAX];
	size_t n = sound_coarse(units, coarse), count = 0;

	if (n == 0)
		return 0;
	keys[count++] = key_of(coarse, n);
	for (size_t skip = 0; n >= DELETE_FROM && skip < n; skip++) {
		size_t kept = 0;

		/* Leaving out either of two neighbours that are then equal gives the same string. */
		for (size_t i = 0; i < n; i++)
			if (i != skip)
				less[kept++] = coarse[i];
		keys[count++] = key_of(less, kept);
	}
	return count;
}

bool coarse_share_key(struct text a, struct text b)
{
	size_t same = 0, tail = 0, core;

	if (a.len < b.len) {
		struct text longer = b;

		b = a;
		a = longer;
	}
	while (same < b.len && a.data[same] == b.data[same])
		same++;
	if (same == a.len)
		return a.len > 0;
	if (a.len < DELETE_FROM || a.len > b.len + 1)
		return false;
	while (tail < b.len - same && a.data[a.len - 1 - tail] == b.data[b.len - 1 - tail])
		tail++;
	if (a.len == b.len + 1)
		return same + tail == b.len;
	core = a.len - same - tail;
	return memcmp(a.data + same + 1, b.data + same, core - 1) == 0 ||
	       memcmp(a.data + same, b.data + same + 1, core - 1) == 0;
}

/* Minus log2 of a weight in parts per million, in steps of READING_PENALTY_MBIT, by halving. */
static uint8_t penalty_of(uint32_t weight_ppm)
{
	static const uint16_t eighth_root[] = {1000, 917, 841, 771, 707, 648, 595, 545}; /* 2^(-k/8), thousandths */
	uint32_t steps = 0;

	if (weight_ppm < 1000)
		return 80;
	while (weight_ppm <= 500000) {
		weight_ppm *= 2;
		steps += 8;
	}
	for (size_t k = 0; k < 7 && weight_ppm / 1000 < eighth_root[k]; k++)
		steps++;
	return (uint8_t)steps;
}

/* A reading that a likelier one stands in for at hardly any cost is not kept: fewer readings, same answers. */
static bool is_covered(const struct heard_reading *readings, size_t count, const struct heard_reading *heard)
{
	for (size_t k = 0; k < count; k++) {
		uint32_t spare = (uint32_t)(heard->penalty - readings[k].penalty) * READING_PENALTY_MBIT + COVERED_COST;

		if (sound_distance(sound_text(&readings[k].sound), sound_text(&heard->sound), spare) <= spare)
			return true;
	}
	return false;
}

static enum status hear_part(const struct name_part *in, struct arena *arena, struct heard_part *out)
{
	struct heard_reading *readings = ARENA_NEW(arena, struct heard_reading, HEARD_READINGS_MAX);
	size_t n = 0;

	if (readings == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < in->reading_count && n < HEARD_READINGS_MAX; i++) {
		struct heard_reading heard = {.penalty = penalty_of(in->readings[i].weight_ppm)};

		sound_hear(in->readings[i].latin, &heard.sound);
		if (heard.sound.len && !is_covered(readings, n, &heard))
			readings[n++] = heard;
	}
	*out = (struct heard_part){in->native, in->script, in->role, readings, n};
	return ST_OK;
}

enum status hear_name(struct text name, const char *countries, struct arena *arena, struct heard_name *ret_forms,
		      size_t *ret_form_count)
{
	struct name read;
	size_t forms = 0;

	TRY(name_read(name, countries, arena, &read));
	for (size_t f = 0; f < read.form_count; f++) {
		const struct name_form *form = &read.forms[f];
		struct heard_name *heard = &ret_forms[forms];
		bool only_titles = true;

		for (size_t i = 0; i < form->part_count; i++)
			only_titles = only_titles && form->parts[i].role == PART_TITLE;
		heard->part_count = 0;
		for (size_t i = 0; i < form->part_count && heard->part_count < HEARD_PARTS_MAX; i++) {
			struct heard_part *part = &heard->parts[heard->part_count];

			if (form->parts[i].role == PART_TITLE && !only_titles)
				continue;
			TRY(hear_part(&form->parts[i], arena, part));
			if (part->reading_count || part->native.len)
				heard->part_count++;
		}
		if (heard->part_count)
			forms++;
	}
	*ret_form_count = forms;
	return ST_OK;
}
