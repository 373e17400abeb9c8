#include "figure/words.h"

#include <stdio.h>
#include <stdlib.h>

#include "figure_definitions.inc"
#include "figure_reasons.inc"
#include "figure_words.inc"

static const char *const languages[FIGURE_LANGUAGES] = {"en", "km", "ko", "zh"};
static const char *const funnels[] = {"suspects", "victims", "departures", "money", "sites", "service"};

const char *figure_language_word(enum figure_language language)
{
	return languages[language];
}

const char *figure_funnel_at(size_t index)
{
	return index < sizeof funnels / sizeof funnels[0] ? funnels[index] : NULL;
}

const struct figure_definition *figure_definition_at(size_t index)
{
	for (size_t f = 0; f < sizeof funnels / sizeof funnels[0]; f++) {
		size_t count = 0;

		for (size_t i = 0; i < FIGURE_DEFINITIONS_COUNT; i++)
			count += text_equal(figure_definitions_rows[i].funnel, text_of(funnels[f]));
		if (index >= count) {
			index -= count;
			continue;
		}
		for (size_t i = 0; i < FIGURE_DEFINITIONS_COUNT; i++)
			if (text_equal(figure_definitions_rows[i].funnel, text_of(funnels[f])) &&
			    figure_definitions_rows[i].place == index + 1)
				return &figure_definitions_rows[i];
	}
	return NULL;
}

void figure_text(const struct figure_definition *d, enum figure_text which, struct text ret[FIGURE_LANGUAGES])
{
	const struct text texts[][FIGURE_LANGUAGES] = {
		{d->name_en, d->name_km, d->name_ko, d->name_zh},
		{d->definition_en, d->definition_km, d->definition_ko, d->definition_zh},
		{d->gaps_en, d->gaps_km, d->gaps_ko, d->gaps_zh}};

	memcpy(ret, texts[which], sizeof texts[which]);
}

/* The table is sorted by ids. */
static int by_id(const void *id, const void *row)
{
	return text_compare(*(const struct text *)id, ((const struct figure_definition *)row)->id);
}

const struct figure_definition *figure_definition_find(struct text id)
{
	return bsearch(&id, figure_definitions_rows, FIGURE_DEFINITIONS_COUNT, sizeof figure_definitions_rows[0], by_id);
}

bool figure_entered(const struct figure_definition *d)
{
	return text_equal(d->from, TEXT("entered"));
}

static int by_key(const void *key, const void *row)
{
	return text_compare(*(const struct text *)key, ((const struct figure_words_row *)row)->key);
}

struct text figure_word(const char *key, enum figure_language language)
{
	struct text asked = text_of(key);
	const struct figure_words_row *row = bsearch(&asked, figure_words_rows, FIGURE_WORDS_COUNT, sizeof figure_words_rows[0], by_key);

	if (row == NULL)
		return TEXT_NONE;
	return language == FIGURE_KM ? row->km : language == FIGURE_KO ? row->ko : language == FIGURE_ZH ? row->zh : row->en;
}

struct text figure_word_of(const char *prefix, struct text name, enum figure_language language)
{
	char key[64];

	snprintf(key, sizeof key, "%s-%.*s", prefix, TEXT_ARG(name));
	return figure_word(key, language);
}

json_t *figure_texts(const struct text texts[FIGURE_LANGUAGES])
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < FIGURE_LANGUAGES; i++)
		if (json_object_set_new(object, languages[i], json_stringn(texts[i].data ? texts[i].data : "", texts[i].len)) != 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

json_t *figure_word_texts(const char *prefix, struct text name)
{
	struct text texts[FIGURE_LANGUAGES];

	for (unsigned i = 0; i < FIGURE_LANGUAGES; i++)
		texts[i] = figure_word_of(prefix, name, (enum figure_language)i);
	return figure_texts(texts);
}

json_t *figure_reason_texts(struct text code)
{
	for (size_t i = 0; i < FIGURE_REASONS_COUNT; i++)
		if (text_equal(figure_reasons_rows[i].reason, code)) {
			const struct figure_reasons_row *row = &figure_reasons_rows[i];
			const struct text texts[FIGURE_LANGUAGES] = {row->en, row->km, row->ko, row->zh};

			return figure_texts(texts);
		}
	return NULL;
}

const char *figure_reason_at(size_t index)
{
	return index < FIGURE_REASONS_COUNT ? figure_reasons_rows[index].reason.data : NULL;
}
