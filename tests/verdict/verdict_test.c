/* What is done about whom: rows of a traveller, what the engine found, a measure, and the verdict. */
#include "lib/test.h"

#include "verdict/verdict.h"

#define DAY INT64_C(86400000)
#define NOW (INT64_C(20783) * DAY) /* 2026-11-26 */

enum found { BY_DOCUMENT, BY_DOCUMENT_AGAINST_ALL, BY_IDENTITY, BY_NAME_AND_YEAR, BY_FIRST_OF_JANUARY, BY_LIKE_NAME, BELOW };

struct row {
	const char *says;
	const char *point, *measure, *nationality, *issuer, *birth;
	enum found found;
	bool fears, cleared, ended;
	const char *result, *act;
	bool quiet;
	const char *grade; /* NULL: nobody is told of */
};

static const struct row rows[] = {
	{"a warrant and his passport", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "stop", "hold", 0, "identity"},
	{"his passport, and all else against him", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT_AGAINST_ALL, 0, 0, 0, "refer",
	 "second-line", 0, "like"},
	{"name, whole date and nationality", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_IDENTITY, 0, 0, 0, "stop", "hold", 0, "identity"},
	{"a name and a year stop nobody", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_NAME_AND_YEAR, 0, 0, 0, "refer", "second-line", 0, "like"},
	{"the first of January is a year", "entry", "detain", "KOR", "KOR", "1990-01-01", BY_FIRST_OF_JANUARY, 0, 0, 0, "refer", "second-line", 0, "like"},
	{"a name that is only like it", "entry", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_LIKE_NAME, 0, 0, 0, "refer", "second-line", 0, "like"},
	{"below the operating point", "entry", "detain", "KOR", "KOR", "1990-03-07", BELOW, 0, 0, 0, "pass", "none", 0, NULL},
	{"cleared of being him", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_IDENTITY, 0, 1, 0, "pass", "none", 0, NULL},
	{"a ban is no warrant", "entry", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "stop", "refuse", 0, "identity"},
	{"a warrant that ended", "entry", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 1, "pass", "none", 0, NULL},
	{"own nationals are let in", "entry", "refuse-entry", "KHM", "KHM", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "refer", "second-line", 0, "identity"},
	{"and held on a warrant", "entry", "detain", "KHM", "KHM", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "stop", "hold", 0, "identity"},
	{"a refugee", "entry", "refuse-entry", "XXB", "D", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "refer", "protection", 0, "identity"},
	{"a child of sixteen", "entry", "refuse-entry", "KOR", "KOR", "2010-11-25", BY_DOCUMENT, 0, 0, 0, "refer", "protection", 0, "identity"},
	{"a child until the day", "entry", "detain", "KOR", "KOR", "2008-11-27", BY_DOCUMENT, 0, 0, 0, "refer", "protection", 0, "identity"},
	{"eighteen today", "entry", "detain", "KOR", "KOR", "2008-11-26", BY_DOCUMENT, 0, 0, 0, "stop", "hold", 0, "identity"},
	{"of a year that may be either", "entry", "detain", "KOR", "KOR", "2008", BY_DOCUMENT, 0, 0, 0, "refer", "protection", 0, "identity"},
	{"of no known age", "entry", "detain", "KOR", "KOR", "", BY_DOCUMENT, 0, 0, 0, "refer", "second-line", 0, "identity"},
	{"he fears to return", "entry", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 1, 0, 0, "refer", "protection", 0, "identity"},
	{"protected, and nobody sees it", "entry", "protect", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "pass", "protect", 1, "identity"},
	{"reported quietly", "entry", "notify-quietly", "KOR", "KOR", "1990-03-07", BY_LIKE_NAME, 0, 0, 0, "pass", "notify", 1, "like"},
	{"leaving on a warrant", "exit", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "stop", "hold", 0, "identity"},
	{"leaving under a ban", "exit", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "pass", "note-departure", 1, "identity"},
	{"leaving, like somebody banned", "exit", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_LIKE_NAME, 0, 0, 0, "pass", "none", 0, NULL},
	{"not aboard", "carrier", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "stop", "no-board", 0, "identity"},
	{"aboard, and met", "carrier", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "refer", "await", 1, "identity"},
	{"aboard, being only like him", "carrier", "refuse-entry", "KOR", "KOR", "1990-03-07", BY_LIKE_NAME, 0, 0, 0, "refer", "await", 1, "like"},
	{"a guest", "lodging", "detain", "KOR", "KOR", "1990-03-07", BY_DOCUMENT, 0, 0, 0, "refer", "report", 1, "identity"},
};

static size_t reasons(enum found found, struct explanation *out)
{
	size_t n = 0;

	out[n++] = (struct explanation){.feature = "name", .rule = "name-compared"};
	out[n++] = (struct explanation){.feature = "namePart", .rule = found == BY_LIKE_NAME ? "name-similar" : "name-equal"};
	if (found == BY_DOCUMENT || found == BY_DOCUMENT_AGAINST_ALL)
		out[n++] = (struct explanation){.feature = "document", .rule = "document-equal"};
	else
		out[n++] = (struct explanation){.feature = "birthDate",
						.rule = found == BY_NAME_AND_YEAR      ? "date-same-year"
							: found == BY_FIRST_OF_JANUARY ? "date-equal-first-of-january"
										       : "date-equal",
						.query = TEXT("1990-03-07"), .candidate = TEXT("1990-03-07")};
	out[n++] = (struct explanation){.feature = "country", .rule = "country-equal"};
	return n;
}

static void every_row(void **state)
{
	struct arena arena;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		struct explanation list[8];
		struct listing_measure measure = {.kind = text_of(row->measure), .from_ms = 0, .expires_ms = row->ended ? NOW : NOW + DAY};
		struct listing listing = {.expires_ms = NOW + DAY, .measures = &measure, .measure_count = 1};
		struct screen_result result = {.alert = row->found != BELOW, .explanations = list, .explanation_count = reasons(row->found, list),
					       .alert_mbit = 21500, .evidence_mbit = 21500 - (row->found == BY_DOCUMENT_AGAINST_ALL || row->found == BELOW)};
		struct verdict_found found = {&result, &listing, row->cleared};
		struct entity person;
		struct verdict_traveller traveller = {.person = &person, .issuer = text_of(row->issuer), .nationality = text_of(row->nationality),
						      .fears_return = row->fears};
		enum verdict_point point;
		struct verdict v;

		arena_init(&arena, 1 << 20);
		assert_ok(entity_begin(&person, &arena, TEXT("t"), "Person", TEXT_NONE));
		if (row->birth[0])
			assert_ok(entity_add(&person, "birthDate", text_of(row->birth)));
		assert_true(verdict_point_of(text_of(row->point), &point));
		assert_ok(verdict_reach(point, &traveller, TEXT("kh"), &found, 1, NOW, &arena, &v, NULL));
		if (strcmp(verdict_result_word(v.result), row->result) != 0 || !text_equal(v.act, text_of(row->act)) || v.quiet != row->quiet ||
		    (v.candidate_count == 1) != (row->grade != NULL) ||
		    (row->grade && strcmp(verdict_grade_word(v.candidates[0].grade), row->grade) != 0))
			fail_msg("%s: %s, %.*s%s, %zu candidates", row->says, verdict_result_word(v.result), TEXT_ARG(v.act),
				 v.quiet ? ", quiet" : "", v.candidate_count);
		for (unsigned language = 0; language < 4; language++)
			assert_true(verdict_act_title(v.act, language).len > 0 && verdict_act_text(v.act, language).len > 0);
		arena_release(&arena);
	}
}

static void the_gravest_comes_first(void **state)
{
	struct explanation sure[8], like[8];
	struct listing_measure measures[] = {{.kind = TEXT("refer"), .expires_ms = NOW + 1}, {.kind = TEXT("detain"), .expires_ms = NOW + 1},
					     {.kind = TEXT("protect"), .expires_ms = NOW + 1}};
	struct listing listings[12];
	struct screen_result results[] = {{.alert = true, .evidence_mbit = 40000, .explanations = sure, .explanation_count = reasons(BY_DOCUMENT, sure)},
					  {.alert = true, .explanations = like, .explanation_count = reasons(BY_LIKE_NAME, like)}};
	struct verdict_found found[12];
	struct entity person;
	struct verdict_traveller traveller = {.person = &person, .nationality = TEXT("KOR")};
	struct arena arena;
	struct verdict v;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(entity_begin(&person, &arena, TEXT("t"), "Person", TEXT_NONE));
	assert_ok(entity_add(&person, "birthDate", TEXT("1990-03-07")));
	for (size_t i = 0; i < 12; i++) {
		listings[i] = (struct listing){.expires_ms = NOW + 1, .measures = measures, .measure_count = i == 7 ? 3 : 1};
		found[i] = (struct verdict_found){&results[i == 7 ? 0 : 1], &listings[i], false};
	}
	assert_ok(verdict_reach(VERDICT_ENTRY, &traveller, TEXT("kh"), found, 12, NOW, &arena, &v, NULL));
	assert_int_equal(v.candidate_count, VERDICT_CANDIDATES_MAX);
	assert_ptr_equal(v.candidates[0].listing, &listings[7]);
	assert_true(text_equal(v.candidates[0].measure, TEXT("detain")));
	assert_true(text_equal(v.candidates[1].act, TEXT("second-line")));
	assert_int_equal(v.result, VERDICT_STOP);
	/* A minute later the warrant has ended, and nothing holds him. */
	assert_ok(verdict_reach(VERDICT_ENTRY, &traveller, TEXT("kh"), found, 12, NOW + 1, &arena, &v, NULL));
	assert_int_equal(v.result, VERDICT_PASS);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(the_gravest_comes_first)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
