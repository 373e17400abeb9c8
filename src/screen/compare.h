/* Facts compared: dates, countries, gender, identifiers. Each gives a verdict with its rule and weight. */
#ifndef SCREEN_COMPARE_H
#define SCREEN_COMPARE_H

#include "screen/facts.h"

struct verdict {
	const char *rule; /* a word of data/screen/weights.tsv; NULL: nothing to say */
	int32_t score_ppm;
	int32_t evidence_mbit;
	size_t query, listed; /* which of the values were compared */
};

/* The kindest comparison among all pairs of dates. `close` is set when the days agree as the index looks them up:
 * equal, day and month swapped, or one year off; `contradicts` when no year is near. */
struct date_verdict {
	struct verdict verdict;
	bool close;
	bool contradicts;
};

struct date_verdict compare_dates(const struct facts *query, const struct facts *listed);
/* The most that compare_dates can give for a slot whose packed date (image.h) is `listed`. */
int32_t dates_score_most(const struct facts *query, uint32_t listed);

/* The most that two full dates give that are not close. */
int32_t date_score_not_close(void);

struct verdict compare_countries(const struct facts *query, const struct facts *listed);
struct verdict compare_genders(const struct facts *query, const struct facts *listed);

/* The best agreement of any two identifiers of one kind: equal, or a document one confusable character away. */
struct verdict compare_identifiers(const struct facts *query, const struct facts *listed);

/* Whether `v` says that the number and its issuer, both known, are the same. */
bool document_equal(const struct verdict *v);

/* Whether two groups of schemata can be one thing: a person is never a vessel. */
bool groups_meet(enum schema_group a, enum schema_group b);

#endif
