#include "lib/lists.h"

/* Invented people. */
static const char *const people[] = {
	("{\"id\":\"kr-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"김민수\"],\"birthDate\":[\"1990-03-07\"],"
	"\"nationality\":[\"kr\"]}}"),
	"{\"id\":\"kr-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"박서연\"],\"birthDate\":[\"1990-03-07\"],"
	"\"nationality\":[\"kr\"]}}",
	("{\"id\":\"kr-3\",\"schema\":\"Person\",\"properties\":{\"name\":[\"한송이\"],\"birthDate\":[\"1984-05-11\"],"
	"\"nationality\":[\"kr\"]}}"),
	("{\"id\":\"kr-4\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Jang Hye Won\"],\"birthDate\":[\"1977-02-18\"],"
	"\"nationality\":[\"kr\"]}}"),
	"{\"id\":\"kh-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"សុខ សុភាព\"],\"birthDate\":[\"1985-11-02\"]}}",
	"{\"id\":\"kh-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Chan Dara\"],\"birthDate\":[\"1979-01-20\"]}}",
	"{\"id\":\"cn-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"陈志明\"],\"birthDate\":[\"1982-06-14\"]}}",
	("{\"id\":\"ru-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Сергей Викторович Орлов\"],"
	"\"birthDate\":[\"1971-09-30\"]}}"),
	"{\"id\":\"th-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"สมชาย ใจดี\"],\"birthDate\":[\"1988-12-24\"]}}",
	"{\"id\":\"vn-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Nguyễn Thị Lan\"],\"birthDate\":[\"1993\"]}}",
	"{\"id\":\"doc-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ly Sopheak\"]}}",
	("{\"id\":\"doc-1-passport\",\"schema\":\"Passport\",\"properties\":{\"holder\":[\"doc-1\"],"
	"\"number\":[\"N0012345\"],\"country\":[\"kh\"]}}"),
	("{\"id\":\"doc-2\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Heng Visal\"],\"birthDate\":[\"1980-04-02\"],"
	"\"passportNumber\":[\"N7654321\",\"P1111111\"],\"x-document\":[\"kh N7654321\"]}}"),
	"{\"id\":\"co-1\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Golden Lotus Trading Co Ltd\"]}}",
	("{\"id\":\"wallet-1\",\"schema\":\"CryptoWallet\",\"properties\":{\"publicKey\":[\"TXinventedWallet000000000000000001\"],"
	"\"name\":[\"Invented wallet\"]}}"),
};

static int set_up(void **state)
{
	static struct small_list list;

	small_list_build(&list, people, sizeof people / sizeof people[0]);
	*state = &list;
	return 0;
}

static int tear_down(void **state)
{
	small_list_free(*state);
	return 0;
}

static void a_person_is_found_across_scripts(void **state)
{
	static const struct {
		const char *query, *expected;
	} rows[] = {
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"김민수\"]}}", "kr-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"]}}", "kr-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"Min-soo Kim\"]}}", "kr-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"GIM MIN SU\"],\"birthDate\":[\"1990-03-07\"]}}", "kr-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"金民秀\"],\"birthDate\":[\"1990-03-07\"]}}", "kr-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"Ким Мин Су\"],\"birthDate\":[\"1990-03-07\"]}}", "kr-1"},
		/* run together: ng before a vowel, and a second syllable that begins with a faint sound */
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"Han Song-i\"]}}", "kr-3"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"장혜원\"]}}", "kr-4"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"Пак Со Ён\"],\"birthDate\":[\"1990-03-07\"]}}", "kr-2"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"SOK SOPHEAP\"]}}", "kh-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"ចាន់ ដារ៉ា\"],\"birthDate\":[\"1979-01-20\"]}}", "kh-2"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"CHEN ZHIMING\"]}}", "cn-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"CHAN CHI MING\"],\"birthDate\":[\"1982-06-14\"]}}", "cn-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"陳志明\"]}}", "cn-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"ORLOV SERGEI\"]}}", "ru-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"SOMCHAI JAIDEE\"]}}", "th-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"NGUYEN THI LAN\"],\"birthDate\":[\"1993-05-05\"]}}", "vn-1"},
		{"{\"schema\":\"Company\",\"properties\":{\"name\":[\"GOLDEN LOTUS TRADING\"]}}", "co-1"},
		{"{\"schema\":\"Person\",\"properties\":{\"name\":[\"LY SOPHEAK\"],\"passportNumber\":[\"N0012345\"]}}", "doc-1"},
		/* O read for 0: one confusable character */
		{"{\"schema\":\"Person\",\"properties\":{\"passportNumber\":[\"NO012345\"]}}", "doc-1"},
		{"{\"schema\":\"CryptoWallet\",\"properties\":{\"publicKey\":[\"TXinventedWallet000000000000000001\"]}}",
		 "wallet-1"},
	};
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct small_list *list = *state;
		struct screen_answer a = small_list_ask(list, rows[i].query, &arena);

		if (a.count == 0)
			fail_msg("%s: nothing found", rows[i].query);
		assert_text(index_entity_id(list->index, a.results[0].ref), rows[i].expected);
		if (!a.results[0].match)
			fail_msg("%s: score %u", rows[i].query, a.results[0].score_ppm);
		assert_false(a.bounded);
	}
	arena_release(&arena);
}

static void a_name_alone_refers_nobody_and_a_rare_whole_does(void **state)
{
	struct arena arena;
	struct screen_answer a;

	arena_init(&arena, (size_t)64 << 20);
	a = small_list_ask(*state, "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"]}}", &arena);
	assert_true(a.results[0].match);
	assert_false(a.results[0].alert);
	a = small_list_ask(*state,
			   "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"],\"birthDate\":[\"1990-03-07\"]}}",
			   &arena);
	assert_true(a.results[0].alert);
	/* Another year: the same name is another man. */
	a = small_list_ask(*state,
			   "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"],\"birthDate\":[\"1961-08-19\"]}}",
			   &arena);
	assert_true(a.count == 0 || (!a.results[0].match && !a.results[0].alert));
	arena_release(&arena);
}

/* The number and its issuer, both known, are a hit of themselves; the reasons add up to what is said to be the evidence. */
static void a_listed_document_alerts_against_name_and_date(void **state)
{
	static const struct {
		const char *number, *issuer;
		bool alert;
		const char *rule;
	} rows[] = {
		{"N7654321", "\"kh\"", true, "document-equal"},
		{"N 765 4321", "\"KH\"", true, "document-equal"},
		{"N7654321", "\"vn\"", false, "document-country-differs"},
		{"N7654321", "", false, "document-issuer-unknown"},
		{"N765432I", "\"kh\"", false, "document-one-character"},
		{"P1111111", "\"kh\"", false, "document-issuer-unknown"},
	};
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct small_list *list = *state;
		struct screen_answer a;
		int32_t sum = 0;
		bool named = false;
		char query[300];

		snprintf(query, sizeof query,
			 "{\"schema\":\"Person\",\"properties\":{\"name\":[\"Kovacs Zoltan\"],\"birthDate\":[\"1961-08-19\"],"
			 "\"passportNumber\":[\"%s\"],\"x-issuer\":[%s]}}", rows[i].number, rows[i].issuer);
		a = small_list_ask(list, query, &arena);
		if (a.count == 0)
			fail_msg("%s: nothing found", query);
		assert_text(index_entity_id(list->index, a.results[0].ref), "doc-2");
		for (size_t k = 0; k < a.results[0].explanation_count; k++) {
			const struct explanation *e = &a.results[0].explanations[k];

			sum += strcmp(e->feature, "namePart") == 0 ? 0 : e->evidence_mbit;
			named = named || strcmp(e->rule, "name-differs") == 0;
			if (strcmp(e->feature, "document") == 0)
				assert_string_equal(e->rule, rows[i].rule);
		}
		assert_true(named);
		assert_int_equal(sum, a.results[0].evidence_mbit);
		if (a.results[0].alert != rows[i].alert)
			fail_msg("%s %s: %d", rows[i].number, rows[i].issuer, a.results[0].evidence_mbit);
	}
	arena_release(&arena);
}

/* The budget of false referrals holds for a longer list too, and a short one is no reason to refer on less. */
static void a_longer_list_asks_for_more(void **state)
{
	int32_t least = alert_evidence_mbit(0);

	(void)state;
	assert_int_equal(alert_evidence_mbit(1), least);
	assert_int_equal(alert_evidence_mbit(60000), least);
	assert_in_range(alert_evidence_mbit(4 * 63698) - least, 1990, 2010);
	assert_in_range(alert_evidence_mbit(64 * 63698) - least, 5990, 6010);
}

static void the_same_question_has_the_same_answer(void **state)
{
	static const char query[] =
		"{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MIN SOO\"],\"birthDate\":[\"1990-07-03\"]}}";
	struct arena one, two;
	struct screen_answer a, b;

	arena_init(&one, (size_t)64 << 20);
	arena_init(&two, (size_t)64 << 20);
	a = small_list_ask(*state, query, &one);
	b = small_list_ask(*state, query, &two);
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++) {
		assert_int_equal(a.results[i].ref, b.results[i].ref);
		assert_int_equal(a.results[i].score_ppm, b.results[i].score_ppm);
		assert_int_equal(a.results[i].evidence_mbit, b.results[i].evidence_mbit);
		assert_int_equal(a.results[i].explanation_count, b.results[i].explanation_count);
	}
	arena_release(&one);
	arena_release(&two);
}

static void the_reasons_say_which_dates_were_compared(void **state)
{
	struct arena arena;
	struct screen_answer a;
	bool told = false;

	arena_init(&arena, (size_t)64 << 20);
	a = small_list_ask(*state,
			   "{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSU\"],\"birthDate\":[\"1990-07-03\"]}}",
			   &arena);
	for (size_t i = 0; i < a.results[0].explanation_count; i++) {
		const struct explanation *e = &a.results[0].explanations[i];

		if (strcmp(e->feature, "birthDate") == 0) {
			assert_string_equal(e->rule, "date-day-month-swapped");
			assert_text(e->query, "1990-07-03");
			assert_text(e->candidate, "1990-03-07");
			told = true;
		}
	}
	assert_true(told);
	arena_release(&arena);
}

static void what_cannot_be_asked_is_refused_with_its_field(void **state)
{
	static const struct {
		const char *query, *field;
	} rows[] = {
		{"{\"schema\":\"Banana\",\"properties\":{\"name\":[\"x\"]}}", "schema"},
		{"{\"schema\":\"Person\",\"properties\":{\"birthDate\":[\"7 March\"]}}", "birthDate"},
		{"{\"schema\":\"Person\",\"properties\":{\"birthDate\":[\"1990-13-01\"]}}", "birthDate"},
	};
	struct screen_options options = {.limit = 5, .threshold_ppm = 700000};
	const struct small_list *list = *state;
	struct arena arena;

	arena_init(&arena, (size_t)64 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct screen_answer answer;
		struct entity entity;
		struct error e = {.code = ST_OK};

		arena_clear(&arena);
		assert_ok(entity_read(text_of(rows[i].query), &arena, &entity, &e));
		assert_int_equal(screen_run(list->index, &entity, &options, &arena, &answer, &e), ST_MALFORMED);
		assert_string_equal(e.field, rows[i].field);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_is_found_across_scripts),
		cmocka_unit_test(a_name_alone_refers_nobody_and_a_rare_whole_does),
		cmocka_unit_test(a_listed_document_alerts_against_name_and_date),
		cmocka_unit_test(a_longer_list_asks_for_more),
		cmocka_unit_test(the_same_question_has_the_same_answer),
		cmocka_unit_test(the_reasons_say_which_dates_were_compared),
		cmocka_unit_test(what_cannot_be_asked_is_refused_with_its_field),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
