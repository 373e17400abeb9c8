#include <assert.h>

#include "lifecycle/lifecycle.h"

#include "lifecycle_arcs.inc"
#include "lifecycle_exclusions.inc"
#include "lifecycle_laws.inc"
#include "lifecycle_measures.inc"
#include "lifecycle_reasons.inc"
#include "lifecycle_terms.inc"

/* Each table: how many, and one by its place. */
#define TABLE(name, type, rows, number)                    \
	size_t lifecycle_##name##_count(void)              \
	{                                                  \
		return number;                             \
	}                                                  \
	const struct type *lifecycle_##name##_at(size_t i) \
	{                                                  \
		assert(i < number);                        \
		return &rows[i];                           \
	}

TABLE(arc, lifecycle_arc, arc_rows, ARC_COUNT)
TABLE(reason, lifecycle_reason, reason_rows, REASON_COUNT)
TABLE(measure, lifecycle_measure_rule, measure_rows, MEASURE_COUNT)
TABLE(exclusion, lifecycle_exclusion, exclusion_rows, EXCLUSION_COUNT)
TABLE(law, lifecycle_law, law_rows, LAW_COUNT)
TABLE(term, lifecycle_term, term_rows, TERM_COUNT)

bool lifecycle_word(struct text list, char separator, size_t i, struct text *ret_word)
{
	struct text rest = list, word;

	if (list.len == 0)
		return false;
	while (text_split(&rest, separator, &word))
		if (i-- == 0) {
			*ret_word = word;
			return true;
		}
	return false;
}

static bool list_has(struct text list, char separator, struct text word)
{
	struct text one;

	for (size_t i = 0; lifecycle_word(list, separator, i, &one); i++)
		if (text_equal(one, word))
			return true;
	return false;
}

const struct lifecycle_arc *lifecycle_arc(struct text act, struct text state)
{
	for (size_t i = 0; i < ARC_COUNT; i++)
		if (text_equal(arc_rows[i].act, act) && list_has(arc_rows[i].from, '|', state))
			return &arc_rows[i];
	return NULL;
}

bool lifecycle_act_known(struct text act)
{
	for (size_t i = 0; i < ARC_COUNT; i++)
		if (text_equal(arc_rows[i].act, act))
			return true;
	return false;
}

const struct lifecycle_reason *lifecycle_reason(struct text list, struct text code)
{
	for (size_t i = 0; i < REASON_COUNT; i++)
		if (text_equal(reason_rows[i].list, list) && text_equal(reason_rows[i].code, code))
			return &reason_rows[i];
	return NULL;
}

const struct lifecycle_measure_rule *lifecycle_measure(struct text measure)
{
	for (size_t i = 0; i < MEASURE_COUNT; i++)
		if (text_equal(measure_rows[i].measure, measure))
			return &measure_rows[i];
	return NULL;
}

uint32_t lifecycle_law_most(struct text law, struct text article)
{
	for (size_t i = 0; i < LAW_COUNT; i++)
		if (text_equal_nocase(law_rows[i].law, law) && text_equal_nocase(law_rows[i].article, article))
			return law_rows[i].most_months;
	return 0;
}

static const struct lifecycle_term *term_find(struct text term)
{
	for (size_t i = 0; i < TERM_COUNT; i++)
		if (text_equal(term_rows[i].term, term))
			return &term_rows[i];
	return NULL;
}

uint32_t lifecycle_term(const char *term)
{
	const struct lifecycle_term *row = term_find(text_of(term));

	assert(row);
	return row->value;
}

int64_t lifecycle_term_ms(const char *term)
{
	const struct lifecycle_term *row = term_find(text_of(term));
	int64_t hour = 3600000;

	assert(row);
	return (int64_t)row->value * (text_equal(row->unit, TEXT("hours")) ? hour : 24 * hour);
}
