#include <stdlib.h>

#include "border/past.h"
#include "ident/trace.h"
#include "text/fold.h"
#include "text/name.h"

#define READINGS_EACH 8u /* the most usual ones of a part */
#define COMBINATIONS_MAX 256u
#define PART_MIN 2u /* letters that a part of a parted given name has */

struct gathering {
	const struct property *births;
	struct arena *arena;
	struct text *words;
	size_t count;
	enum status st;
};

/* Beyond the ceiling nothing is added: the likelier readings came first. */
static void add(struct gathering *g, struct text *words, size_t *count, const char *word, size_t len)
{
	if (len == 0 || *count == PAST_WORDS_MAX || g->st != ST_OK)
		return;
	g->st = arena_text(g->arena, (struct text){word, len}, &words[*count]);
	*count += g->st == ST_OK;
}

/* One way of writing the whole name, with each birth date. */
static void name_add(struct gathering *g, struct text folded)
{
	char word[TRACE_TEXT_MAX];

	for (size_t i = 0; g->births && i < g->births->count; i++)
		add(g, g->words, &g->count, word, trace_identity(folded, g->births->values[i], word));
}

/* ---- one choice of readings ---- */

struct chosen {
	struct text parts[NAME_PARTS_MAX];
	bool family[NAME_PARTS_MAX];
	size_t count;
};

/* The parts joined by spaces; with a space too at `at` in part `cut`, and without the one before part `join`. */
static void chosen_add(struct gathering *g, const struct chosen *c, size_t cut, size_t at, size_t join)
{
	char out[TRACE_TEXT_MAX];
	size_t len = 0;

	for (size_t i = 0; i < c->count; i++) {
		struct text part = c->parts[i];

		if (len + part.len + 2 > sizeof out)
			return;
		if (i && i != join)
			out[len++] = ' ';
		if (i == cut) {
			memcpy(out + len, part.data, at);
			len += at;
			out[len++] = ' ';
			part.data += at;
			part.len -= at;
		}
		memcpy(out + len, part.data, part.len);
		len += part.len;
	}
	name_add(g, (struct text){out, len});
}

static void chosen_each(struct gathering *g, const struct chosen *c)
{
	chosen_add(g, c, SIZE_MAX, 0, SIZE_MAX);
	for (size_t i = 1; i < c->count; i++)
		if (!c->family[i] && !c->family[i - 1])
			chosen_add(g, c, SIZE_MAX, 0, i);
	for (size_t i = 0; i < c->count; i++)
		for (size_t at = PART_MIN; !c->family[i] && at + PART_MIN <= c->parts[i].len; at++)
			chosen_add(g, c, i, at, SIZE_MAX);
}

/* Every choice of readings, the most usual of each part first. */
static void form_add(struct gathering *g, const struct name_form *form)
{
	size_t digit[NAME_PARTS_MAX] = {0}, used[NAME_PARTS_MAX], n = 0;

	for (size_t i = 0; i < form->part_count; i++)
		if (form->parts[i].role != PART_TITLE && form->parts[i].reading_count)
			used[n++] = i;
	for (size_t k = 0; n && k < COMBINATIONS_MAX; k++) {
		struct chosen c = {.count = n};
		size_t i = n;

		for (size_t j = 0; j < n; j++) {
			c.parts[j] = form->parts[used[j]].readings[digit[j]].latin;
			c.family[j] = form->parts[used[j]].role == PART_FAMILY;
		}
		chosen_each(g, &c);
		while (i > 0) {
			size_t room = form->parts[used[i - 1]].reading_count;

			if (++digit[i - 1] < (room < READINGS_EACH ? room : READINGS_EACH))
				break;
			digit[--i] = 0;
		}
		if (i == 0)
			return;
	}
}

static void names_add(struct gathering *g, const struct entry *entry)
{
	char countries[3] = "";

	if (entry->nationality.len == 2)
		memcpy(countries, entry->nationality.data, 2);
	for (size_t i = 0; i < entry->name_count; i++) {
		struct text folded;
		struct name name;

		if (text_fold(entry->names[i].name, g->arena, &folded) == ST_OK)
			name_add(g, folded);
		if (name_read(entry->names[i].name, countries, g->arena, &name) != ST_OK)
			continue;
		for (size_t k = 0; k < name.form_count; k++)
			form_add(g, &name.forms[k]);
	}
}

/* ---- documents ---- */

static void documents_add(struct gathering *g, const struct entry *entry, const struct entity *person, struct past_words *words)
{
	const struct property *nationalities = entity_get(person, "nationality");
	char word[TRACE_TEXT_MAX];

	for (size_t i = 0; i < entry->document_count; i++) {
		const struct entry_document *d = &entry->documents[i];

		add(g, words->documents, &words->document_count, word, trace_document(d->country, d->number, word));
		for (size_t k = 0; nationalities && k < nationalities->count; k++)
			add(g, words->documents, &words->document_count, word, trace_document(nationalities->values[k], d->number, word));
	}
}

static int by_bytes(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static size_t once(struct text *words, size_t count)
{
	size_t kept = 0;

	if (count)
		qsort(words, count, sizeof *words, by_bytes);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || !text_equal(words[kept - 1], words[i]))
			words[kept++] = words[i];
	return kept;
}

enum status past_words(const struct entry *entry, struct arena *arena, struct past_words *ret, struct error *ret_error)
{
	struct gathering g = {.arena = arena};
	struct entity person;

	*ret = (struct past_words){.documents = ARENA_NEW(arena, struct text, PAST_WORDS_MAX)};
	g.words = ARENA_NEW(arena, struct text, PAST_WORDS_MAX);
	if (ret->documents == NULL || g.words == NULL)
		return arena_failure(arena, ret_error);
	if (entry->erased)
		return ST_OK;
	TRY(entity_read(entry->person, arena, &person, ret_error));
	g.births = entity_get(&person, "birthDate");
	documents_add(&g, entry, &person, ret);
	names_add(&g, entry);
	if (g.st != ST_OK)
		return arena_failure(arena, ret_error);
	ret->identities = g.words;
	ret->identity_count = once(g.words, g.count);
	ret->document_count = once(ret->documents, ret->document_count);
	return ST_OK;
}
