/* The checked view of an image, inside the engine. */
#ifndef SCREEN_INDEX_H
#define SCREEN_INDEX_H

#include "screen/facts.h"
#include "screen/image.h"
#include "screen/screen.h"

struct index {
	const struct image_header *header;
	const struct slot_record *slots; /* slot_count + 1 of them */
	const struct name_record *names;
	const struct part_record *parts;
	const struct token_record *tokens;
	const uint8_t *readings;
	const uint32_t *postings;
	const struct token_key *keys;
	const struct join_key *joins;
	const uint32_t *key_starts, *join_starts;
	const struct date_entry *dates;
	const struct year_entry *years;
	const struct identifier_entry *identifiers;
	const struct id_entry *ids;
	const uint8_t *facts;
	const char *text;
	const char *entities;
	size_t slot_count, person_count, name_count, part_count, token_count, key_count, join_count, key_start_count,
		join_start_count, date_count,
		year_count, identifier_size, id_size, posting_count, readings_size, facts_size, text_size, entities_size;
};

/* Entries of a key in the table of tokens or of joins: first and end. */
void token_keys(const struct index *index, uint32_t key, size_t *ret_first, size_t *ret_end);
void join_keys(const struct index *index, uint32_t key, size_t *ret_first, size_t *ret_end);

/* Slots of one year: first and end (equal if there are none). Year 0: without a date, or with several. */
void year_slots(const struct index *index, uint32_t year, uint32_t *ret_first, uint32_t *ret_end);

/* Slots whose only date is the one given (packed): first and end. */
void date_slots(const struct index *index, uint32_t date, uint32_t *ret_first, uint32_t *ret_end);

#define READING_HEAD 10u /* bytes before a reading's units */

struct reading_view {
	struct text units;
	uint64_t bigrams;
	uint32_t penalty_mbit;
};

/* Reads the reading at *at and moves past it; the image was checked when it was opened. */
static inline struct reading_view reading_next(const uint8_t **at)
{
	struct reading_view view = {{(const char *)*at + READING_HEAD, (*at)[1]}, 0, (*at)[0] * READING_PENALTY_MBIT};

	memcpy(&view.bigrams, *at + 2, sizeof view.bigrams);
	*at += READING_HEAD + view.units.len;
	return view;
}

/* The sound of a token's n-th reading; TEXT_NONE if there are fewer. */
struct text token_sound(const struct index *index, uint32_t token, size_t reading);

static inline struct text token_native(const struct index *index, const struct token_record *token)
{
	return (struct text){index->text + token->native, token->native_len};
}

#endif
