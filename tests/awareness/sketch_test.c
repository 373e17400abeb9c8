#include "awareness/sketch.h"
#include "lib/test.h"

static unsigned alike(const char *a, const char *b)
{
	struct sketch x, y;
	struct arena arena;
	struct error error;

	arena_init(&arena, (size_t)4 << 20);
	assert_ok(sketch_make(text_of(a), &arena, &x, &error));
	assert_ok(sketch_make(text_of(b), &arena, &y, &error));
	arena_release(&arena);
	return sketch_alike(&x, &y);
}

/* Numbers, spaces, signs, case and width do not tell a template from itself. */
static void a_template_is_itself(void **state)
{
	(void)state;
	assert_int_equal(alike("Your parcel no. 123 waits, pay 5 USD!", "YOUR PARCEL NO 98765 WAITS: PAY ７０ ｕｓｄ"), 1000);
	assert_int_equal(alike("택배가 도착했습니다 01-234", "택배가도착했습니다"), 1000);
	assert_int_equal(alike("កញ្ចប់​របស់​អ្នក​មក​ដល់​ហើយ", "កញ្ចប់របស់អ្នកមកដល់ហើយ"), 1000);
}

static void little_changed_is_alike(void **state)
{
	(void)state;
	assert_true(alike("We are hiring customer service staff in Bavet, salary two thousand dollars, write to Anna today on Telegram",
			  "We are hiring customer service staff in Poipet, salary two thousand dollars, write to David today on Telegram") > 550);
	assert_true(alike("本公司诚聘海外线上客服人员工作地点柏威月薪两千美元无需经验机票住宿由公司承担请今天联系经理",
			  "本公司诚聘海外线上客服人员工作地点波贝月薪两千美元无需经验机票住宿由公司承担请今天联系经理") > 550);
}

static void other_words_are_not(void **state)
{
	(void)state;
	assert_true(alike("The caller said he was from the police and my account was used for a crime, I should move the money",
			  "I bought shoes in a shop on the internet, they never arrived and nobody answers my letters") < 200);
	assert_int_equal(alike("", ""), 0);
	assert_int_equal(alike("12345", "12345"), 0);
	assert_int_equal(alike("", "something that was said"), 0);
}

static void bytes_and_back(void **state)
{
	struct sketch a, b;
	struct arena arena;
	struct error error;
	uint8_t bytes[SKETCH_BYTES];

	(void)state;
	arena_init(&arena, (size_t)4 << 20);
	assert_ok(sketch_make(TEXT("a story that is long enough to have grams"), &arena, &a, &error));
	sketch_write(&a, bytes);
	assert_true(sketch_read((struct bytes){bytes, sizeof bytes}, &b));
	assert_memory_equal(a.numbers, b.numbers, sizeof a.numbers);
	assert_false(sketch_read((struct bytes){bytes, 7}, &b));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_template_is_itself),
		cmocka_unit_test(little_changed_is_alike),
		cmocka_unit_test(other_words_are_not),
		cmocka_unit_test(bytes_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
