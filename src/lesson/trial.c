#include "lesson/trial.h"

#include "trial.inc"

#define PPM ((int64_t)1000000)

const struct lesson_item *trial_item(enum trial_set set, size_t i)
{
	const struct trial_place *place = &trial_places[set][i];

	return &lesson_document(text_of(place->document))->items[place->item];
}

const struct lesson_document *trial_document_at(size_t i)
{
	return i < sizeof trial_documents / sizeof trial_documents[0] ? lesson_document(text_of(trial_documents[i])) : NULL;
}

struct text trial_edition(size_t language)
{
	return trial_editions[language];
}

enum status trial_count(enum trial_set set, struct text answers, struct trial_score *ret)
{
	struct trial_score score = {0, 0};

	if (answers.len != LESSON_ITEMS)
		return ST_MALFORMED;
	for (size_t i = 0; i < LESSON_ITEMS; i++) {
		if (answers.data[i] != 's' && answers.data[i] != 'g')
			return ST_MALFORMED;
		if (answers.data[i] == 's')
			*(trial_item(set, i)->genuine ? &score.alarms : &score.hits) += 1;
	}
	*ret = score;
	return ST_OK;
}

/* ---- what many did ---- */

void trial_add(struct trial_sum *sum, struct trial_score score, int64_t people)
{
	int64_t d = (int64_t)score.hits - (int64_t)score.alarms, alarms = (int64_t)score.alarms;

	sum->people += people;
	sum->d += d * people;
	sum->d_squares += d * d * people;
	sum->alarms += alarms * people;
	sum->alarms_squares += alarms * alarms * people;
}

static int64_t root(int64_t of)
{
	int64_t low = 0, high = (int64_t)3037000499;

	while (low < high) {
		int64_t middle = low + (high - low + 1) / 2;

		if (middle * middle <= of)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Variance of the people, ppm: at most 9e6. With a million people the product is below 9e18. */
static int64_t variance(int64_t people, int64_t sum, int64_t squares)
{
	return (squares * people - sum * sum) * PPM / (people * (people - 1));
}

/* 1.96 standard errors. */
static int64_t half(int64_t error_squared)
{
	return root(error_squared) * 196 / 100;
}

enum status trial_compare(const struct trial_sum *t, const struct trial_sum *c, struct trial_effect *ret)
{
	struct trial_effect effect = {.known = false};
	int64_t vt, vc, deviation, width;

	*ret = effect;
	if (t->people > TRIAL_PEOPLE_MAX || c->people > TRIAL_PEOPLE_MAX)
		return ST_LIMIT;
	if (t->people < 2 || c->people < 2)
		return ST_OK;
	vt = variance(t->people, t->d, t->d_squares);
	vc = variance(c->people, c->d, c->d_squares);
	deviation = root(((t->people - 1) * vt + (c->people - 1) * vc) / (t->people + c->people - 2) * PPM);
	if (deviation == 0)
		return ST_OK;
	effect.known = true;
	effect.d = (t->d * PPM / t->people - c->d * PPM / c->people) * PPM / deviation;
	width = half(PPM * PPM / t->people + PPM * PPM / c->people + effect.d / 2 * effect.d / (t->people + c->people));
	effect.d_low = effect.d - width;
	effect.d_high = effect.d + width;
	/* Each person has three genuine things: shares are a third, their variances a ninth. */
	effect.alarms = (t->alarms * PPM / t->people - c->alarms * PPM / c->people) / 3;
	vt = variance(t->people, t->alarms, t->alarms_squares) / 9;
	vc = variance(c->people, c->alarms, c->alarms_squares) / 9;
	width = half(vt * PPM / t->people + vc * PPM / c->people);
	effect.alarms_low = effect.alarms - width;
	effect.alarms_high = effect.alarms + width;
	*ret = effect;
	return ST_OK;
}

enum trial_claim trial_claim_of(const struct trial_sums *sums)
{
	struct trial_effect now, later;

	for (unsigned arm = 0; arm < TRIAL_ARMS; arm++)
		if (sums->of[TRIAL_LATER][arm].people < TRIAL_CLAIM_MIN || sums->of[TRIAL_AFTER][arm].people < TRIAL_CLAIM_MIN)
			return TRIAL_NO_CLAIM;
	if (trial_compare(&sums->of[TRIAL_AFTER][TRIAL_TAUGHT], &sums->of[TRIAL_AFTER][TRIAL_CONTROL], &now) != ST_OK ||
	    trial_compare(&sums->of[TRIAL_LATER][TRIAL_TAUGHT], &sums->of[TRIAL_LATER][TRIAL_CONTROL], &later) != ST_OK || !now.known || !later.known)
		return TRIAL_NO_CLAIM;
	return now.d >= TRIAL_NOW_PPM && later.d >= TRIAL_LATER_PPM && later.alarms <= TRIAL_ALARMS_PPM ? TRIAL_REACHED : TRIAL_NOT_REACHED;
}
