#include "screen/compare.h"

#include "ident/document.h"
#include "screen/image.h"

#include "screen_weights.inc"

#define VERDICT(word, NAME) ((struct verdict){word, SCORE_##NAME, EVIDENCE_##NAME, 0, 0})

static bool is_close(uint32_t a, uint32_t b)
{
	uint32_t swapped = DATE_PACK(DATE_YEAR(b), DATE_DAY(b), DATE_MONTH(b));

	if (DATE_DAY(a) == 0 || DATE_DAY(b) == 0)
		return false;
	return a == b || (DATE_DAY(b) <= 12 && a == swapped) || a == b + DATE_PACK(1, 0, 0) ||
	       b == a + DATE_PACK(1, 0, 0);
}

static struct verdict date_pair(uint32_t a, uint32_t b)
{
	uint32_t ya = DATE_YEAR(a), yb = DATE_YEAR(b);
	bool a_full = DATE_DAY(a) != 0, b_full = DATE_DAY(b) != 0;

	if (a_full && b_full) {
		bool same_day = DATE_DAY(a) == DATE_DAY(b), same_month = DATE_MONTH(a) == DATE_MONTH(b);

		if (a == b)
			return DATE_DAY(a) == 1 && DATE_MONTH(a) == 1
				       ? VERDICT("date-equal-first-of-january", DATE_EQUAL_FIRST_OF_JANUARY)
				       : VERDICT("date-equal", DATE_EQUAL);
		if (ya == yb && DATE_DAY(a) == DATE_MONTH(b) && DATE_MONTH(a) == DATE_DAY(b))
			return VERDICT("date-day-month-swapped", DATE_DAY_MONTH_SWAPPED);
		if (same_day && same_month && (ya == yb + 1 || yb == ya + 1))
			return VERDICT("date-one-year-off", DATE_ONE_YEAR_OFF);
		/* 1 January may stand for "some day of that year". */
		if (ya == yb && ((DATE_DAY(a) == 1 && DATE_MONTH(a) == 1) || (DATE_DAY(b) == 1 && DATE_MONTH(b) == 1)))
			return VERDICT("date-same-year", DATE_NEAR_YEAR);
		if (ya == yb && (same_day || same_month))
			return VERDICT("date-one-part-differs", DATE_ONE_PART_DIFFERS);
		if (ya == yb)
			return VERDICT("date-same-year", DATE_SAME_YEAR);
		return VERDICT("date-differs", DATE_DIFFERS);
	}
	if (ya == yb) {
		uint32_t ma = DATE_MONTH(a), mb = DATE_MONTH(b);

		if (ma && mb && ma != mb)
			return VERDICT("date-same-year", DATE_SAME_YEAR);
		return ma && mb ? VERDICT("date-year-month-equal", DATE_YEAR_MONTH_EQUAL)
				: VERDICT("date-year-equal", DATE_YEAR_EQUAL);
	}
	/* A bare year may be one off; a year and a month are known too well for that. */
	if ((ya == yb + 1 || yb == ya + 1) && (DATE_MONTH(a) == 0 || DATE_MONTH(b) == 0))
		return VERDICT("date-near-year", DATE_NEAR_YEAR);
	return VERDICT("date-differs", DATE_DIFFERS);
}

struct date_verdict compare_dates(const struct facts *query, const struct facts *listed)
{
	struct date_verdict best = {{NULL, 0, 0, 0, 0}, false, false};

	if (query->date_count == 0 && listed->date_count == 0)
		return best;
	if (query->date_count == 0 || listed->date_count == 0) {
		best.verdict.score_ppm = SCORE_DATE_MISSING;
		return best;
	}
	for (size_t i = 0; i < query->date_count; i++)
		for (size_t k = 0; k < listed->date_count; k++) {
			uint32_t a = query->dates[i].from, b = listed->dates[k].from;
			struct verdict v = date_pair(a, b);

			best.close = best.close || is_close(a, b);
			if (best.verdict.rule == NULL || v.evidence_mbit > best.verdict.evidence_mbit) {
				best.verdict = v;
				best.verdict.query = i;
				best.verdict.listed = k;
			}
		}
	best.contradicts = best.verdict.score_ppm == SCORE_DATE_DIFFERS;
	return best;
}

int32_t date_score_not_close(void)
{
	/* 1 January against another day of its year; a day or a month that differs gives less. */
	return SCORE_DATE_NEAR_YEAR > SCORE_DATE_ONE_PART_DIFFERS ? SCORE_DATE_NEAR_YEAR : SCORE_DATE_ONE_PART_DIFFERS;
}

int32_t dates_score_most(const struct facts *query, uint32_t listed)
{
	int32_t most = INT32_MIN;

	if (listed == 0)
		return query->date_count ? SCORE_DATE_EQUAL : SCORE_DATE_MISSING;
	for (size_t i = 0; i < query->date_count; i++) {
		int32_t score = date_pair(query->dates[i].from, listed).score_ppm;

		most = score > most ? score : most;
	}
	return query->date_count ? most : SCORE_DATE_MISSING;
}

struct verdict compare_countries(const struct facts *query, const struct facts *listed)
{
	if (query->country_count == 0 || listed->country_count == 0)
		return (struct verdict){NULL, 0, 0, 0, 0};
	for (size_t i = 0; i < query->country_count; i++)
		for (size_t k = 0; k < listed->country_count; k++)
			if (query->countries[i] == listed->countries[k]) {
				struct verdict v = VERDICT("country-equal", COUNTRY_EQUAL);

				v.query = i;
				v.listed = k;
				return v;
			}
	return VERDICT("country-differs", COUNTRY_DIFFERS);
}

struct verdict compare_genders(const struct facts *query, const struct facts *listed)
{
	if (query->gender == GENDER_UNKNOWN || listed->gender == GENDER_UNKNOWN || query->gender == GENDER_OTHER ||
	    listed->gender == GENDER_OTHER)
		return (struct verdict){NULL, 0, 0, 0, 0};
	return query->gender == listed->gender ? VERDICT("gender-equal", GENDER_EQUAL)
					       : VERDICT("gender-differs", GENDER_DIFFERS);
}

static struct verdict identifier_pair(const struct fact_identifier *a, const struct fact_identifier *b)
{
	struct verdict v = {NULL, 0, 0, 0, 0};

	if ((a->kind == ID_PHONE) != (b->kind == ID_PHONE) || (a->kind == ID_WALLET) != (b->kind == ID_WALLET))
		return v;
	if (text_equal(a->value, b->value) && !a->guessed)
		v = VERDICT(a->country && b->country ? "document-equal" : "document-issuer-unknown", DOCUMENT_EQUAL);
	else if (a->kind == ID_DOCUMENT && b->kind == ID_DOCUMENT &&
		 (a->guessed ? text_equal(a->value, b->value) : document_confusable(a->value, b->value)))
		v = VERDICT("document-one-character", DOCUMENT_ONE_CHARACTER);
	else
		return v;
	if (a->kind != ID_DOCUMENT)
		v.rule = "identifier-equal";
	if (a->country && b->country && a->country != b->country) {
		v.rule = "document-country-differs";
		v.evidence_mbit += EVIDENCE_DOCUMENT_COUNTRY_DIFFERS;
	}
	return v;
}

bool document_equal(const struct verdict *v)
{
	return v->rule && strcmp(v->rule, "document-equal") == 0;
}

struct verdict compare_identifiers(const struct facts *query, const struct facts *listed)
{
	struct verdict best = {NULL, 0, 0, 0, 0};

	for (size_t i = 0; i < query->identifier_count; i++)
		for (size_t k = 0; k < listed->identifier_count; k++) {
			struct verdict v = identifier_pair(&query->identifiers[i], &listed->identifiers[k]);

			if (v.rule && (best.rule == NULL || v.evidence_mbit > best.evidence_mbit ||
				       (v.evidence_mbit == best.evidence_mbit && document_equal(&v) > document_equal(&best)))) {
				best = v;
				best.query = i;
				best.listed = k;
			}
		}
	return best;
}

bool groups_meet(enum schema_group a, enum schema_group b)
{
	if (a == GROUP_OTHER || b == GROUP_OTHER)
		return false;
	return a == b || a == GROUP_ANY || b == GROUP_ANY;
}
