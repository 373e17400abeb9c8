/* The columns of a submission and the words that may stand in them, in four languages.
 * Tables: data/registry/submission_columns.tsv, data/registry/submission_words.tsv. */
#ifndef EXCHANGE_SUBMISSION_TABLE_H
#define EXCHANGE_SUBMISSION_TABLE_H

#include "exchange/submission.h"

struct submission_heading {
	struct text place, name, kind, required;
	uint32_t max; /* characters in one value */
	struct text property, en, km, ko, zh;
};

/* NULL past the last. */
const struct submission_heading *submission_heading(enum submission_column column);

/* The heading to write in "en", "km", "ko" or "zh"; another language: English. */
struct text submission_heading_text(enum submission_column column, struct text language);

/* The column that a heading, a JSON name or a property of FollowTheMoney names, or SUBMISSION_COLUMNS. */
enum submission_column submission_column_of(struct text heading);

/* What a word of that kind ("gender", "measure"...) means, or empty. Case and spaces do not matter. */
struct text submission_word(const char *kind, struct text word);

/* The longest word of `kind` at the beginning of `t` (which must be lower case and without leading space): gives its meaning
 * and its length, or an empty text. */
struct text submission_word_at(const char *kind, struct text t, size_t *ret_len);

/* The i-th meaning of a kind, with the word for it in a language; false past the last. */
bool submission_word_list(const char *kind, size_t i, struct text language, struct text *ret_meaning, struct text *ret_word);

#endif
