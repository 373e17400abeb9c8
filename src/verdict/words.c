#include "verdict/verdict.h"

#include "verdict_acts.inc"

static const char *const points[] = {"entry", "exit", "carrier", "declaration", "lodging"};
static const char *const results[] = {"pass", "refer", "stop"};
static const char *const grades[] = {"nobody", "like", "identity"};

bool verdict_point_of(struct text word, enum verdict_point *ret)
{
	for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
		if (text_equal(word, text_of(points[i]))) {
			*ret = (enum verdict_point)i;
			return true;
		}
	return false;
}

const char *verdict_point_word(enum verdict_point point)
{
	return points[point];
}

const char *verdict_result_word(enum verdict_result result)
{
	return results[result];
}

const char *verdict_grade_word(enum verdict_grade grade)
{
	return grades[grade];
}

static const struct verdict_acts_row *act_find(struct text act)
{
	for (size_t i = 0; i < VERDICT_ACTS_COUNT; i++)
		if (text_equal(verdict_acts_rows[i].act, act))
			return &verdict_acts_rows[i];
	return NULL;
}

struct text verdict_act_title(struct text act, unsigned language)
{
	const struct verdict_acts_row *row = act_find(act);

	if (row == NULL)
		return TEXT_NONE;
	return language == 1 ? row->title_km : language == 2 ? row->title_ko : language == 3 ? row->title_zh : row->title_en;
}

struct text verdict_act_text(struct text act, unsigned language)
{
	const struct verdict_acts_row *row = act_find(act);

	if (row == NULL)
		return TEXT_NONE;
	return language == 1 ? row->text_km : language == 2 ? row->text_ko : language == 3 ? row->text_zh : row->text_en;
}
