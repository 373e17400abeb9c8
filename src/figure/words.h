/* What is counted and how it is called: data/figures in four languages. Pure. */
#ifndef FIGURE_WORDS_H
#define FIGURE_WORDS_H

#include <jansson.h>

#include "base/slice.h"

enum figure_language { FIGURE_EN, FIGURE_KM, FIGURE_KO, FIGURE_ZH, FIGURE_LANGUAGES };

/* "en", "km", "ko", "zh". */
const char *figure_language_word(enum figure_language language);

struct figure_definition {
	struct text id;
	uint32_t place;     /* in its funnel, from 1 */
	struct text funnel; /* suspects, victims, departures, money, sites, service */
	struct text from;   /* "entered", or a count of the hub */
	struct text counts, unit, kind, method, by, body;
	struct text name_en, name_km, name_ko, name_zh;
	struct text definition_en, definition_km, definition_ko, definition_zh;
	struct text gaps_en, gaps_km, gaps_ko, gaps_zh;
};

enum figure_text { FIGURE_NAME, FIGURE_DEFINITION, FIGURE_GAPS };

/* One of its texts in the four languages. */
void figure_text(const struct figure_definition *d, enum figure_text which, struct text ret[FIGURE_LANGUAGES]);

/* As they are shown: funnels in their order, steps in theirs. NULL past the last. */
const struct figure_definition *figure_definition_at(size_t index);
const struct figure_definition *figure_definition_find(struct text id);
bool figure_entered(const struct figure_definition *d);

/* Funnels in the order in which they are shown; NULL past the last. */
const char *figure_funnel_at(size_t index);

/* A word of data/figures/words.tsv; empty where there is none. */
struct text figure_word(const char *key, enum figure_language language);
/* The word "prefix-name". */
struct text figure_word_of(const char *prefix, struct text name, enum figure_language language);

/* {"en":..,"km":..,"ko":..,"zh":..} of four texts, of a word, of a reason of data/figures/reasons.tsv (NULL: none such). To be given back
 * with json_decref; NULL without memory. */
json_t *figure_texts(const struct text texts[FIGURE_LANGUAGES]);
json_t *figure_word_texts(const char *prefix, struct text name);
json_t *figure_reason_texts(struct text code);
/* The codes of reasons; NULL past the last. */
const char *figure_reason_at(size_t index);

#endif
