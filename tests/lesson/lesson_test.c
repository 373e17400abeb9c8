/* What data/learn holds, and how answers are counted. */
#include "lesson/lesson.h"

#include "lib/test.h"

static const char *const tactics[] = {"authority", "urgency", "secrecy", "upfront", "private"};

static void each_channel_has_three_scams_and_three_genuine(void **state)
{
	static const char *const channels[] = {"messenger", "call", "job", "investment", "romance"};
	unsigned seen[5] = {0};

	(void)state;
	for (size_t c = 0; c < 5; c++) {
		const struct lesson_document *lesson = lesson_document(text_of(channels[c]));
		unsigned genuine = 0, alternating = 0;

		assert_non_null(lesson);
		assert_non_null(lesson->items);
		for (size_t i = 0; i < LESSON_ITEMS; i++) {
			const struct lesson_item *item = &lesson->items[i];

			genuine += item->genuine;
			alternating += i > 0 && item->genuine != lesson->items[i - 1].genuine;
			assert_int_equal(item->genuine, item->tactic.len == 0);
			for (size_t t = 0; t < 5; t++)
				seen[t] += text_equal(item->tactic, text_of(tactics[t]));
		}
		assert_int_equal(genuine, 3);
		/* Who answers by turns is not right. */
		assert_true(alternating < LESSON_ITEMS - 1);
	}
	for (size_t t = 0; t < 5; t++)
		assert_true(seen[t] >= 2);
}

static size_t letters(struct text t, uint32_t from, uint32_t to)
{
	size_t count = 0;

	for (size_t at = 0; at < t.len;) {
		uint32_t c = text_next(t, &at);

		count += c >= from && c <= to;
	}
	return count;
}

/* A text that was put into the wrong column shows by its letters. */
static void in_its_letters(const struct text texts[LESSON_LANGUAGES])
{
	assert_true(letters(texts[0], 0x1780, 0x17ff) > 2);
	assert_true(letters(texts[1], 0xac00, 0xd7a3) > 1);
	assert_true(letters(texts[2], 'a', 'z') > 5);
	assert_true(letters(texts[3], 0x4e00, 0x9fff) > 1);
	assert_int_equal(letters(texts[2], 0x1780, 0xd7a3), 0);
	assert_int_equal(letters(texts[3], 0xac00, 0xd7a3), 0);
}

static void each_text_is_in_its_language(void **state)
{
	(void)state;
	for (size_t d = 0; lesson_document_at(d); d++) {
		const struct lesson_document *document = lesson_document_at(d);

		for (size_t l = 0; l < LESSON_LANGUAGES; l++)
			assert_int_equal(document->hashes[l].len, 64);
		for (size_t i = 0; document->items && i < LESSON_ITEMS; i++) {
			in_its_letters(document->items[i].from);
			in_its_letters(document->items[i].says);
			in_its_letters(document->items[i].why);
		}
	}
	for (size_t i = 0; lesson_flag_at(i); i++) {
		in_its_letters(lesson_flag_at(i)->question);
		in_its_letters(lesson_flag_at(i)->advice);
	}
	for (size_t i = 0; lesson_register_at(i); i++) {
		in_its_letters(lesson_register_at(i)->name);
		in_its_letters(lesson_register_at(i)->look);
	}
}

/* A clipboard that lays Khmer marks over each other, a break that stands in the table: nobody would see it on the page. */
static void khmer_is_broken_between_words(void **state)
{
	size_t breaks = 0;

	(void)state;
	for (size_t i = 0; i < LESSON_ITEMS; i++)
		breaks += letters(lesson_document(TEXT("romance"))->items[i].why[0], 0x200b, 0x200b);
	assert_true(breaks > 6 * 10);
}

static void no_two_hashes_are_one(void **state)
{
	struct text all[64];
	size_t count = 0;

	(void)state;
	for (size_t d = 0; lesson_document_at(d); d++)
		for (size_t l = 0; l < LESSON_LANGUAGES; l++)
			all[count++] = lesson_document_at(d)->hashes[l];
	assert_int_equal(count, 6 * LESSON_LANGUAGES);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(text_equal(all[i], all[j]));
}

static void answers_are_counted(void **state)
{
	/* messenger: scam, genuine, scam, scam, genuine, genuine */
	static const struct {
		const char *answers;
		unsigned hits, misses, false_alarms, trusted, open;
	} rows[] = {
		{"sgssgg", 3, 0, 0, 3, 0}, {"ssssss", 3, 0, 3, 0, 0}, {"gggggg", 0, 3, 0, 3, 0},
		{"gsggss", 0, 3, 3, 0, 0}, {"s-s", 2, 0, 0, 0, 4},    {"", 0, 0, 0, 0, 6},
	};
	struct lesson_score score;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(lesson_count(lesson_document(TEXT("messenger")), text_of(rows[i].answers), &score), ST_OK);
		assert_int_equal(score.hits, rows[i].hits);
		assert_int_equal(score.misses, rows[i].misses);
		assert_int_equal(score.false_alarms, rows[i].false_alarms);
		assert_int_equal(score.rightly_trusted, rows[i].trusted);
		assert_int_equal(score.open, rows[i].open);
	}
	assert_int_equal(lesson_count(lesson_document(TEXT("messenger")), TEXT("sgx"), &score), ST_MALFORMED);
	assert_int_equal(lesson_count(lesson_document(TEXT("messenger")), TEXT("sgsgsgs"), &score), ST_MALFORMED);
	assert_null(lesson_document(TEXT("palmistry")));
}

/* The weights of the flags in their order: 3 3 3 4 2 2 4 3 4 5 3 4. */
static void job_offers_are_weighed(void **state)
{
	static const struct {
		const char *answers; /* y n u - */
		unsigned weight;
		enum job_band band;
	} rows[] = {
		{"nnnnnnnnnnnn", 0, JOB_VERIFY}, {"nnnnynnnnnnn", 2, JOB_VERIFY}, {"nnnnnnuunnnn", 2, JOB_VERIFY},
		{"ynnnnnnnnnnn", 3, JOB_WAIT},   {"yynnnnnnnnnn", 6, JOB_WAIT},   {"nnnnyunnnnnn", 3, JOB_WAIT},
		{"ynnynnnnnnnn", 7, JOB_STOP},   {"nnnnnnnnnynn", 5, JOB_STOP},   {"nnnnnnnnnunn", 1, JOB_VERIFY},
		{"yyyyyyyyyyyy", 40, JOB_STOP},  {"------------", 12, JOB_STOP},  {"", 12, JOB_STOP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum job_answer answers[12];
		unsigned weight;
		size_t count = strlen(rows[i].answers);

		for (size_t k = 0; k < count; k++)
			answers[k] = rows[i].answers[k] == 'y' ? JOB_YES : rows[i].answers[k] == 'n' ? JOB_NO : rows[i].answers[k] == 'u' ? JOB_UNSURE : JOB_OPEN;
		assert_int_equal(lesson_job_band(answers, count, &weight), rows[i].band);
		assert_int_equal(weight, rows[i].weight);
	}
	assert_non_null(lesson_flag_at(11));
	assert_null(lesson_flag_at(12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_channel_has_three_scams_and_three_genuine), cmocka_unit_test(each_text_is_in_its_language),
		cmocka_unit_test(khmer_is_broken_between_words), cmocka_unit_test(no_two_hashes_are_one), cmocka_unit_test(answers_are_counted),
		cmocka_unit_test(job_offers_are_weighed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
