/* The words of what is in force: every folded word, sorted, with the entities it stands in.
 *
 * A word is what text_fold makes of a text between spaces, at most WORD_MAX bytes of it; a Latin word with marks also
 * stands under its plain readings ("Müller" under muller and mueller). Names in a script without spaces are one word.
 */
#ifndef LISTS_WORDS_H
#define LISTS_WORDS_H

#include "base/arena.h"
#include "screen/screen.h"

#define WORD_MAX 64u /* bytes */

/* An entity and whether the word is in one of its names: ref << 1 | in_name. */
typedef uint32_t word_place;

struct words;
struct words_builder;

MUST_USE enum status words_builder_new(struct words_builder **ret_builder);
void words_builder_free(struct words_builder *builder); /* NULL is fine */

/* Entities come in the order of their numbers. Fails: ST_LIMIT, ST_NO_MEMORY. Cost: O(text). */
MUST_USE enum status words_builder_add(struct words_builder *builder, entity_ref ref, struct text text, bool in_name);
MUST_USE enum status words_builder_finish(struct words_builder *builder, struct words **ret_words);
void words_free(struct words *words); /* NULL is fine */

uint32_t words_count(const struct words *words);
struct text words_at(const struct words *words, uint32_t word);
/* The places of a word, by entity, each entity once. */
const word_place *words_places(const struct words *words, uint32_t word, uint32_t *ret_count);
/* The first word not before `start` in byte order, or words_count. */
uint32_t words_from(const struct words *words, struct text start);

/* The words of a text as they would stand in the list, in order; `plain` adds the readings of Latin words.
 * Fails: ST_LIMIT, ST_NO_MEMORY. */
struct word_list {
	struct text *list;
	size_t count, room;
};
MUST_USE enum status words_cut(struct text text, bool plain, struct arena *arena, struct word_list *ret_words);

#endif
