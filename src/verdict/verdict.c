#include "verdict/verdict.h"

#include "ident/country.h"
#include "model/time.h"

#include "verdict_guards.inc"
#include "verdict_points.inc"

#define CHILD_YEARS 18

/* ---- how surely it is he ---- */

static bool has(const struct screen_result *result, const char *feature, const char *rule)
{
	for (size_t i = 0; i < result->explanation_count; i++)
		if (strcmp(result->explanations[i].feature, feature) == 0 && strcmp(result->explanations[i].rule, rule) == 0)
			return true;
	return false;
}

/* Every part of both names has its counterpart, and is heard the same: JUNG and JEONG are two names here, TIEN and TINH as well. */
static bool name_agrees(const struct screen_result *result)
{
	bool compared = false;

	for (size_t i = 0; i < result->explanation_count; i++) {
		const struct explanation *e = &result->explanations[i];

		if (strcmp(e->feature, "name") == 0)
			compared = strcmp(e->rule, "name-compared") == 0;
		else if (strcmp(e->feature, "namePart") == 0 && strcmp(e->rule, "name-equal") != 0 && strcmp(e->rule, "name-joined") != 0)
			return false;
	}
	return compared;
}

/* 1990-03-07: day, month and year. The placeholder of the first of January says the year alone. */
static bool date_whole(const struct screen_result *result)
{
	for (size_t i = 0; i < result->explanation_count; i++) {
		const struct explanation *e = &result->explanations[i];

		if (strcmp(e->feature, "birthDate") == 0 && strcmp(e->rule, "date-equal") == 0)
			return e->query.len == 10 && e->candidate.len == 10;
	}
	return false;
}

static enum verdict_grade grade_of(const struct verdict_found *found)
{
	const struct screen_result *result = found->result;

	if (found->cleared || !result->alert)
		return VERDICT_NOBODY;
	/* His document, unless all else speaks so much against him that the document alone is left: a listed number may be wrong. */
	if ((has(result, "document", "document-equal") && result->evidence_mbit >= result->alert_mbit) ||
	    (name_agrees(result) && date_whole(result) && has(result, "country", "country-equal")))
		return VERDICT_IDENTITY;
	return VERDICT_LIKE;
}

/* ---- what protects him ---- */

static bool stateless_or_refugee(struct text code)
{
	return text_equal(code, TEXT("XXA")) || text_equal(code, TEXT("XXB")) || text_equal(code, TEXT("XXC"));
}

static bool country_is(struct text code, struct text alpha2)
{
	char found[3];

	if (code.len == 2)
		return text_equal_nocase(code, alpha2);
	return country_from_alpha3(code, found) && text_equal(text_of(found), alpha2);
}

static bool own_national(const struct verdict_traveller *traveller, struct text host)
{
	const struct property *nationality = entity_get(traveller->person, "nationality");

	if (country_is(traveller->nationality, host))
		return true;
	for (size_t i = 0; nationality && i < nationality->count; i++)
		if (country_is(nationality->values[i], host))
			return true;
	return false;
}

static uint64_t number_of(struct text t, size_t from, size_t len)
{
	uint64_t n = 0;

	if (t.len >= from + len)
		(void)!text_to_uint((struct text){t.data + from, len}, 9999, &n);
	return n;
}

/* Whole years, of the youngest that he may be; -1: no birth year is known. */
static int age_least(const struct entity *person, int64_t now_ms)
{
	const struct property *births = entity_get(person, "birthDate");
	char today[TIME_SIZE];
	int least = -1;

	time_write(now_ms, today);
	for (size_t i = 0; births && i < births->count; i++) {
		struct text birth = births->values[i], now = text_of(today);
		uint64_t year = number_of(birth, 0, 4), month = number_of(birth, 5, 2), day = number_of(birth, 8, 2);
		uint64_t this_month = number_of(now, 5, 2);
		int age;

		if (year == 0)
			continue;
		age = (int)number_of(now, 0, 4) - (int)year;
		/* Of a date that is not whole the latest day it may be. */
		if (month == 0 || month > this_month || (month == this_month && (day == 0 || day > number_of(now, 8, 2))))
			age--;
		if (least < 0 || age < least)
			least = age < 0 ? 0 : age;
	}
	return least;
}

static void guard_add(struct verdict *v, struct text word)
{
	if (v->guard_count < VERDICT_GUARDS_MAX)
		v->guards[v->guard_count++] = word;
}

static void guards_find(const struct verdict_traveller *traveller, struct text host, int64_t now_ms, struct verdict *v)
{
	int age = age_least(traveller->person, now_ms);

	if (age >= 0 && age < CHILD_YEARS)
		guard_add(v, TEXT("child"));
	if (stateless_or_refugee(traveller->issuer) || stateless_or_refugee(traveller->nationality))
		guard_add(v, TEXT("refugee"));
	if (traveller->fears_return)
		guard_add(v, TEXT("fear"));
	if (own_national(traveller, host))
		guard_add(v, TEXT("own-national"));
	if (age < 0)
		guard_add(v, TEXT("age-unknown"));
}

static enum verdict_result result_of(struct text word)
{
	return text_equal(word, TEXT("stop")) ? VERDICT_STOP : text_equal(word, TEXT("refer")) ? VERDICT_REFER : VERDICT_PASS;
}

/* What the act is turned into for whom a guard protects; *result with it. */
static struct text guarded(const struct verdict *v, struct text act, enum verdict_result *result)
{
	for (size_t i = 0; i < v->guard_count; i++)
		for (size_t k = 0; k < VERDICT_GUARDS_COUNT; k++) {
			const struct verdict_guards_row *row = &verdict_guards_rows[k];

			if (!text_equal(row->guard, v->guards[i]) || !text_equal(row->act, act))
				continue;
			*result = result_of(row->result);
			return row->instead;
		}
	return act;
}

/* ---- what counts of a listing ---- */

/* The gravest row of a measure in force; NULL: nothing is done at this point. */
static const struct verdict_points_row *row_find(enum verdict_point point, const struct verdict_candidate *c, int64_t now_ms)
{
	const struct verdict_points_row *best = NULL;

	if (now_ms >= c->listing->expires_ms)
		return NULL;
	for (size_t m = 0; m < c->listing->measure_count; m++) {
		if (!listing_measure_in_force(&c->listing->measures[m], now_ms))
			continue;
		for (size_t i = 0; i < VERDICT_POINTS_COUNT; i++) {
			const struct verdict_points_row *row = &verdict_points_rows[i];

			if (text_equal(row->point, text_of(verdict_point_word(point))) &&
			    text_equal(row->measure, c->listing->measures[m].kind) &&
			    text_equal(row->grade, text_of(verdict_grade_word(c->grade))) && (best == NULL || row->rank > best->rank))
				best = row;
		}
	}
	return best;
}

/* A candidate with what he leads to. */
struct reached {
	struct verdict_candidate candidate;
	enum verdict_result result;
	uint32_t rank;
	bool quiet;
};

static bool graver(const struct reached *a, const struct reached *b)
{
	if (a->result != b->result)
		return a->result > b->result;
	if (a->rank != b->rank)
		return a->rank > b->rank;
	if (a->candidate.grade != b->candidate.grade)
		return a->candidate.grade > b->candidate.grade;
	return a->candidate.result->evidence_mbit > b->candidate.result->evidence_mbit;
}

/* In their order; of more than there is room for, the least grave goes. */
static void reached_put(struct reached *list, size_t *count, const struct reached *one)
{
	size_t at = *count;

	if (at == VERDICT_CANDIDATES_MAX) {
		if (!graver(one, &list[at - 1]))
			return;
		at--;
	} else {
		(*count)++;
	}
	for (; at > 0 && graver(one, &list[at - 1]); at--)
		list[at] = list[at - 1];
	list[at] = *one;
}

enum status verdict_reach(enum verdict_point point, const struct verdict_traveller *traveller, struct text host,
			  const struct verdict_found *found, size_t found_count, int64_t now_ms, struct arena *arena, struct verdict *ret,
			  struct error *ret_error)
{
	struct reached list[VERDICT_CANDIDATES_MAX];
	struct verdict_candidate *candidates;
	struct verdict v = {.result = VERDICT_PASS, .act = TEXT("none")};
	size_t count = 0;

	guards_find(traveller, host, now_ms, &v);
	for (size_t i = 0; i < found_count; i++) {
		struct reached one = {.candidate = {.result = found[i].result, .listing = found[i].listing, .grade = grade_of(&found[i])}};
		const struct verdict_points_row *row;

		if (one.candidate.grade == VERDICT_NOBODY)
			continue;
		row = row_find(point, &one.candidate, now_ms);
		if (row == NULL)
			continue;
		one.candidate.measure = row->measure;
		one.result = result_of(row->result);
		one.rank = row->rank;
		one.quiet = text_equal(row->quiet, TEXT("y"));
		one.candidate.act = guarded(&v, row->act, &one.result);
		reached_put(list, &count, &one);
	}
	candidates = ARENA_NEW(arena, struct verdict_candidate, count ? count : 1);
	if (candidates == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < count; i++)
		candidates[i] = list[i].candidate;
	v.candidates = candidates;
	v.candidate_count = count;
	if (count) {
		v.result = list[0].result;
		v.act = list[0].candidate.act;
		v.quiet = list[0].quiet;
	}
	if (count == 0)
		v.guard_count = 0; /* whom nothing is done to needs no guard */
	*ret = v;
	return ST_OK;
}
