#include "lesson/lesson.h"

#include "lessons.inc"

#define COUNT(array) (sizeof array / sizeof array[0])
#define WAIT_FROM 3u
#define STOP_FROM 7u
#define WEIGHT_ALONE 5u

const char *const lesson_languages[LESSON_LANGUAGES] = {"km", "ko", "en", "zh"};

size_t lesson_language(struct text language)
{
	size_t i = 0;

	while (i < LESSON_LANGUAGES && !text_equal(language, text_of(lesson_languages[i])))
		i++;
	return i;
}

const struct lesson_document *lesson_document_at(size_t i)
{
	return i < COUNT(documents) ? &documents[i] : NULL;
}

const struct lesson_document *lesson_document(struct text id)
{
	for (size_t i = 0; i < COUNT(documents); i++)
		if (text_equal(documents[i].id, id))
			return &documents[i];
	return NULL;
}

const struct lesson_flag *lesson_flag_at(size_t i)
{
	return i < COUNT(flags) ? &flags[i] : NULL;
}

const struct lesson_register *lesson_register_at(size_t i)
{
	return i < COUNT(registers) ? &registers[i] : NULL;
}

enum status lesson_count(const struct lesson_document *lesson, struct text answers, struct lesson_score *ret)
{
	struct lesson_score score = {.open = 0};

	if (answers.len > LESSON_ITEMS)
		return ST_MALFORMED;
	for (size_t i = 0; i < LESSON_ITEMS; i++) {
		char answer = i < answers.len ? answers.data[i] : '-';
		bool genuine = lesson->items[i].genuine;

		if (answer == 's')
			*(genuine ? &score.false_alarms : &score.hits) += 1;
		else if (answer == 'g')
			*(genuine ? &score.rightly_trusted : &score.misses) += 1;
		else if (answer == '-')
			score.open++;
		else
			return ST_MALFORMED;
	}
	*ret = score;
	return ST_OK;
}

enum job_band lesson_job_band(const enum job_answer *answers, size_t count, unsigned *ret_weight)
{
	unsigned weight = 0;
	bool alone = false;

	for (size_t i = 0; i < COUNT(flags); i++) {
		enum job_answer answer = i < count ? answers[i] : JOB_OPEN;

		if (answer == JOB_YES) {
			weight += flags[i].weight;
			alone = alone || flags[i].weight >= WEIGHT_ALONE;
		} else if (answer != JOB_NO) {
			weight++;
		}
	}
	*ret_weight = weight;
	return alone || weight >= STOP_FROM ? JOB_STOP : weight >= WAIT_FROM ? JOB_WAIT : JOB_VERIFY;
}
