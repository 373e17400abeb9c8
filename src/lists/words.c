#include "lists/words.h"

#include <stdlib.h>
#include <xxhash.h>

#include "text/fold.h"
#include "text/latin.h"

#define SCRATCH_MAX ((size_t)64 << 20)
#define TEXT_MAX ((size_t)8 << 30)
#define NO_PAIR UINT32_MAX

struct words {
	struct arena text;
	struct text *words;   /* in byte order */
	uint32_t *first;      /* count + 1 of them, into places */
	word_place *places;
	uint32_t count;
};

struct building_word {
	struct text text;
	uint32_t hash;
	uint32_t last;  /* its last pair */
	uint32_t count; /* of pairs */
};

struct pair {
	uint32_t word;
	word_place place;
};

struct words_builder {
	struct arena text, scratch;
	struct building_word *words;
	uint32_t *table; /* word + 1 by hash; a power of two */
	struct pair *pairs;
	uint32_t count, room, table_size, pair_count, pair_room;
};

/* ---- cutting ---- */

static enum status list_add(struct word_list *words, struct text word, struct arena *arena)
{
	if (word.len > WORD_MAX) {
		word.len = WORD_MAX;
		while (word.len && ((uint8_t)word.data[word.len] & 0xc0) == 0x80)
			word.len--;
	}
	if (word.len == 0)
		return ST_OK;
	if (words->count == words->room) {
		size_t room = words->room ? words->room * 2 : 16;
		struct text *grown = ARENA_NEW(arena, struct text, room);

		if (grown == NULL)
			return arena_failure(arena, NULL);
		if (words->count)
			memcpy(grown, words->list, words->count * sizeof *grown);
		words->list = grown;
		words->room = room;
	}
	words->list[words->count++] = word;
	return ST_OK;
}

/* Only where the word is Latin letters throughout: the readings hold nothing else. */
static enum status list_add_readings(struct word_list *words, struct text word, struct arena *arena)
{
	static const struct word_context context = {.countries = ""};
	struct name_part part;
	size_t count = 0, at = 0;

	while (at < word.len) {
		uint32_t c = text_next(word, &at);

		if (c < 'a' || (c > 'z' && c < 0xc0) || (c >= 0x250 && c < 0x1e00) || c >= 0x1f00)
			return ST_OK;
	}
	TRY(latin_read(word, &context, arena, &part, 1, &count));
	for (size_t i = 0; count && i < part.reading_count; i++)
		TRY(list_add(words, part.readings[i].latin, arena));
	return ST_OK;
}

static bool is_ascii(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if ((uint8_t)t.data[i] >= 0x80)
			return false;
	return true;
}

/* What text_fold does, for ASCII; most of a list is. */
static enum status ascii_fold(struct text in, struct arena *arena, struct text *ret)
{
	char *out = arena_alloc(arena, in.len ? in.len : 1, 1);
	size_t len = 0;

	if (out == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < in.len; i++) {
		char c = in.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\'' && len && out[len - 1] != ' ')
			continue;
		out[len++] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : ' ';
	}
	*ret = (struct text){out, len};
	return ST_OK;
}

/* A piece that text_fold takes: cut at a space where there is one, else between characters. */
static struct text next_piece(struct text *rest)
{
	struct text piece = *rest;

	if (piece.len > FOLD_INPUT_MAX) {
		piece.len = FOLD_INPUT_MAX;
		while (piece.len && piece.data[piece.len] != ' ')
			piece.len--;
		if (piece.len == 0)
			for (piece.len = FOLD_INPUT_MAX; ((uint8_t)piece.data[piece.len] & 0xc0) == 0x80; piece.len--)
				;
	}
	rest->data += piece.len;
	rest->len -= piece.len;
	return piece;
}

enum status words_cut(struct text text, bool plain, struct arena *arena, struct word_list *ret_words)
{
	struct word_list words = {0};

	while (text.len) {
		struct text piece = next_piece(&text), folded, word;
		bool ascii = is_ascii(piece);

		TRY(ascii ? ascii_fold(piece, arena, &folded) : text_fold(piece, arena, &folded));
		while (folded.data && text_split(&folded, ' ', &word)) {
			TRY(list_add(&words, word, arena));
			if (plain && !ascii && !is_ascii(word))
				TRY(list_add_readings(&words, word, arena));
		}
	}
	*ret_words = words;
	return ST_OK;
}

/* ---- building ---- */

enum status words_builder_new(struct words_builder **ret_builder)
{
	struct words_builder *b = calloc(1, sizeof *b);

	if (b == NULL)
		return ST_NO_MEMORY;
	arena_init(&b->text, TEXT_MAX);
	arena_init(&b->scratch, SCRATCH_MAX);
	*ret_builder = b;
	return ST_OK;
}

void words_builder_free(struct words_builder *b)
{
	if (b == NULL)
		return;
	arena_release(&b->text);
	arena_release(&b->scratch);
	free(b->words);
	free(b->table);
	free(b->pairs);
	free(b);
}

static enum status table_grow(struct words_builder *b)
{
	uint32_t size = b->table_size ? b->table_size * 2 : 1u << 12;
	uint32_t *table = size ? calloc(size, sizeof *table) : NULL;
	struct building_word *words = table ? reallocarray(b->words, size / 2, sizeof *words) : NULL;

	if (words == NULL) {
		free(table);
		return size ? ST_NO_MEMORY : ST_LIMIT;
	}
	b->words = words;
	b->room = size / 2;
	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t at = words[i].hash & (size - 1);

		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = i + 1;
	}
	free(b->table);
	b->table = table;
	b->table_size = size;
	return ST_OK;
}

static enum status word_number(struct words_builder *b, struct text text, uint32_t *ret_word)
{
	uint32_t hash = (uint32_t)XXH3_64bits(text.data, text.len), at;

	if (b->count == b->room)
		TRY(table_grow(b));
	for (at = hash & (b->table_size - 1); b->table[at]; at = (at + 1) & (b->table_size - 1)) {
		const struct building_word *w = &b->words[b->table[at] - 1];

		if (w->hash == hash && text_equal(w->text, text)) {
			*ret_word = b->table[at] - 1;
			return ST_OK;
		}
	}
	b->words[b->count] = (struct building_word){.hash = hash, .last = NO_PAIR};
	TRY(arena_text(&b->text, text, &b->words[b->count].text));
	*ret_word = b->count++;
	b->table[at] = b->count;
	return ST_OK;
}

static enum status pair_add(struct words_builder *b, uint32_t word, entity_ref ref, bool in_name)
{
	uint32_t last = b->words[word].last;

	if (last != NO_PAIR && b->pairs[last].place >> 1 == ref) {
		b->pairs[last].place |= in_name;
		return ST_OK;
	}
	if (b->pair_count == b->pair_room) {
		uint32_t room = b->pair_room ? b->pair_room * 2 : 1u << 14;
		struct pair *grown = room ? reallocarray(b->pairs, room, sizeof *grown) : NULL;

		if (grown == NULL)
			return room ? ST_NO_MEMORY : ST_LIMIT;
		b->pairs = grown;
		b->pair_room = room;
	}
	b->words[word].last = b->pair_count;
	b->words[word].count++;
	b->pairs[b->pair_count++] = (struct pair){word, ref << 1 | in_name};
	return ST_OK;
}

enum status words_builder_add(struct words_builder *b, entity_ref ref, struct text text, bool in_name)
{
	struct word_list words;

	if (ref > UINT32_MAX >> 1)
		return ST_LIMIT;
	arena_clear(&b->scratch);
	TRY(words_cut(text, true, &b->scratch, &words));
	for (size_t i = 0; i < words.count; i++) {
		uint32_t word;

		TRY(word_number(b, words.list[i], &word));
		TRY(pair_add(b, word, ref, in_name));
	}
	return ST_OK;
}

static int by_text(const void *a, const void *b)
{
	const struct building_word *const *x = a, *const *y = b;

	return text_compare((*x)->text, (*y)->text);
}

/* `last` of a word becomes where its next place goes. */
static enum status words_order(struct words_builder *b, struct words *words)
{
	struct building_word **order = calloc((size_t)b->count + 1, sizeof *order);
	uint32_t at = 0;

	if (order == NULL)
		return ST_NO_MEMORY;
	for (uint32_t i = 0; i < b->count; i++)
		order[i] = &b->words[i];
	qsort(order, b->count, sizeof *order, by_text);
	for (uint32_t i = 0; i < b->count; i++) {
		words->words[i] = order[i]->text;
		words->first[i] = order[i]->last = at;
		at += order[i]->count;
	}
	words->first[b->count] = at;
	free(order);
	for (uint32_t i = 0; i < b->pair_count; i++)
		words->places[b->words[b->pairs[i].word].last++] = b->pairs[i].place;
	return ST_OK;
}

enum status words_builder_finish(struct words_builder *b, struct words **ret_words)
{
	struct words *words = calloc(1, sizeof *words);
	enum status st = ST_NO_MEMORY;

	if (words == NULL)
		return st;
	arena_init(&words->text, TEXT_MAX);
	words->words = calloc((size_t)b->count + 1, sizeof *words->words);
	words->first = calloc((size_t)b->count + 1, sizeof *words->first);
	words->places = calloc((size_t)b->pair_count + 1, sizeof *words->places);
	words->count = b->count;
	if (words->words && words->first && words->places)
		st = words_order(b, words);
	if (st != ST_OK) {
		words_free(words);
		return st;
	}
	/* The words' bytes move to their new owner. */
	words->text = b->text;
	arena_init(&b->text, TEXT_MAX);
	*ret_words = words;
	return ST_OK;
}

void words_free(struct words *words)
{
	if (words == NULL)
		return;
	arena_release(&words->text);
	free(words->words);
	free(words->first);
	free(words->places);
	free(words);
}

uint32_t words_count(const struct words *words)
{
	return words->count;
}

struct text words_at(const struct words *words, uint32_t word)
{
	return words->words[word];
}

const word_place *words_places(const struct words *words, uint32_t word, uint32_t *ret_count)
{
	*ret_count = words->first[word + 1] - words->first[word];
	return words->places + words->first[word];
}

uint32_t words_from(const struct words *words, struct text start)
{
	uint32_t low = 0, high = words->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (text_compare(words->words[middle], start) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
