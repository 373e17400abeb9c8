#include "screen/candidates.h"
#include "screen/explain.h"

#define LIMIT_MAX 500u

/* The best so far, best first. */
struct ranking {
	const struct index *index;
	struct scored *best;
	size_t count, limit;
};

bool screen_ranks_before(const struct screen_result *a, struct text id_a, const struct screen_result *b, struct text id_b)
{
	if (a->alert != b->alert)
		return a->alert;
	if (a->evidence_mbit != b->evidence_mbit)
		return a->evidence_mbit > b->evidence_mbit;
	if (a->score_ppm != b->score_ppm)
		return a->score_ppm > b->score_ppm;
	return text_compare(id_a, id_b) < 0;
}

static bool ranks_before(const struct index *x, const struct scored *a, const struct scored *b)
{
	struct screen_result first = {.score_ppm = a->score_ppm, .evidence_mbit = a->evidence_mbit, .alert = a->alert};
	struct screen_result second = {.score_ppm = b->score_ppm, .evidence_mbit = b->evidence_mbit, .alert = b->alert};

	return screen_ranks_before(&first, index_entity_id(x, a->slot), &second, index_entity_id(x, b->slot));
}

static void ranking_add(struct ranking *r, const struct scored *s)
{
	size_t at = r->count;

	if (r->count == r->limit && !ranks_before(r->index, s, &r->best[r->count - 1]))
		return;
	while (at && ranks_before(r->index, s, &r->best[at - 1]))
		at--;
	if (r->count < r->limit)
		r->count++;
	memmove(&r->best[at + 1], &r->best[at], (r->count - 1 - at) * sizeof *r->best);
	r->best[at] = *s;
}

static enum status answer_fill(struct query *q, const struct ranking *r, uint32_t threshold_ppm, int32_t alert_mbit,
			       struct screen_answer *answer)
{
	struct screen_result *results = ARENA_NEW(q->arena, struct screen_result, r->count);

	if (results == NULL)
		return arena_failure(q->arena, NULL);
	for (size_t i = 0; i < r->count; i++) {
		const struct scored *s = &r->best[i];

		results[i].ref = s->slot;
		results[i].score_ppm = s->score_ppm;
		results[i].evidence_mbit = s->evidence_mbit;
		results[i].match = s->score_ppm >= threshold_ppm;
		results[i].alert_mbit = alert_mbit;
		results[i].alert = s->alert;
		results[i].chance_per_billion = chance_per_billion(s->evidence_mbit);
		TRY(explain(q, s, &results[i]));
	}
	answer->results = results;
	answer->count = r->count;
	return ST_OK;
}

enum status screen_run(const struct index *index, const struct entity *query, const struct screen_options *options,
		       struct arena *arena, struct screen_answer *ret_answer, struct error *ret_error)
{
	struct query *q = ARENA_NEW(arena, struct query, 1);
	struct screen_answer answer = {0};
	struct candidate_set set;
	struct ranking ranking = {.index = index, .limit = options->limit};
	int32_t alert_mbit = options->alert_mbit ? options->alert_mbit : alert_evidence_mbit(index->name_count);

	if (options->limit == 0 || options->limit > LIMIT_MAX)
		return error_at(ret_error, ST_LIMIT, "limit", -1, "limit is 1 to %u", LIMIT_MAX);
	ranking.best = ARENA_NEW(arena, struct scored, options->limit);
	if (q == NULL || ranking.best == NULL)
		return arena_failure(arena, ret_error);
	TRY(query_prepare(index, query, arena, q, ret_error));
	if (candidates_find(q, options->cutoff_ppm < options->threshold_ppm ? options->cutoff_ppm : options->threshold_ppm,
			    &set) != ST_OK)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < set.count; i++) {
		struct scored s;

		if (!slot_score(q, set.slots[i], &set.joined, &s))
			continue;
		answer.candidates++;
		if (options->keep && !options->keep(options->keep_context, s.slot))
			continue;
		answer.matches += s.score_ppm >= options->threshold_ppm;
		s.alert = scored_alert(&s, alert_mbit);
		if (s.score_ppm >= options->cutoff_ppm)
			ranking_add(&ranking, &s);
	}
	answer.bounded = set.bounded;
	if (answer_fill(q, &ranking, options->threshold_ppm, alert_mbit, &answer) != ST_OK)
		return arena_failure(arena, ret_error);
	*ret_answer = answer;
	return ST_OK;
}
