#include "screen/score.h"

#include "screen_weights.inc"

static bool name_joined(const struct joined_names *joined, uint32_t name)
{
	size_t low = 0, high = joined->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (joined->names[mid] < name)
			low = mid + 1;
		else
			high = mid;
	}
	return low < joined->count && joined->names[low] == name;
}

/* The pair of names that says most; the first of each where none has anything in common: no links. */
static void best_names(struct query *q, uint32_t slot, const struct joined_names *joined, struct scored *s)
{
	const struct index *x = q->index;

	s->name = UINT32_MAX;
	for (uint32_t n = x->slots[slot].first_name; n < x->slots[slot + 1].first_name; n++) {
		bool join = name_joined(joined, n);

		for (size_t k = 0; k < q->name_count; k++) {
			struct alignment a;

			if (!join && !name_may_link(q, &q->names[k], &x->names[n], NAME_SHARE_MIN, 0))
				continue;
			name_align(q, &q->names[k], &x->names[n], join, &a);
			if (s->name == UINT32_MAX || a.evidence_mbit > s->alignment.evidence_mbit ||
			    (a.evidence_mbit == s->alignment.evidence_mbit &&
			     a.similarity_ppm > s->alignment.similarity_ppm)) {
				s->alignment = a;
				s->name = n;
				s->query_name = (uint8_t)k;
			}
		}
	}
	if (s->name == UINT32_MAX && q->name_count && x->slots[slot].first_name < x->slots[slot + 1].first_name) {
		s->name = x->slots[slot].first_name;
		s->query_name = 0;
		s->alignment = (struct alignment){0};
	}
	if (s->name != UINT32_MAX && s->alignment.link_count == 0)
		s->alignment.evidence_mbit = EVIDENCE_NAME_DIFFERS;
}

static int64_t clamp(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

static void put_together(struct scored *s)
{
	int64_t score = 0, evidence = s->name != UINT32_MAX ? s->alignment.evidence_mbit : 0;

	if (s->name != UINT32_MAX && s->alignment.link_count) {
		score = (int64_t)s->alignment.similarity_ppm * SCORE_BEST_NAME / 1000000;
		/* Facts qualify a likeness; they do not make one. */
		if (s->alignment.similarity_ppm >= 300000)
			score += s->date.verdict.score_ppm + s->country.score_ppm + s->gender.score_ppm;
	}
	evidence += s->date.verdict.evidence_mbit + s->country.evidence_mbit + s->gender.evidence_mbit;
	if (s->identifier.rule) {
		evidence += s->identifier.evidence_mbit;
		if (s->identifier.evidence_mbit >= EVIDENCE_DOCUMENT_EQUAL)
			score = score < 850000 ? 850000 + score / 10 : score + 50000;
		else if (s->identifier.evidence_mbit >= EVIDENCE_DOCUMENT_ONE_CHARACTER)
			score = score < 700000 ? 700000 + score / 10 : score + 30000;
	}
	/* A score that counts must be one that the candidate stage cannot miss: by a key that carries half of the
	 * name, by a date that agrees beside a third of the name, or by an identifier; and never against a date that
	 * contradicts. */
	if (s->identifier.rule == NULL &&
	    (s->date.contradicts || !(s->alignment.anchored || (s->date.close && s->alignment.linked)))) {
		score = clamp(score, 0, SCORE_UNFOUND_MAX);
		evidence = clamp(evidence, INT32_MIN, POINT_ALERT_EVIDENCE_MBIT - 1);
	}
	s->score_ppm = (uint32_t)clamp(score, 0, 1000000);
	s->evidence_mbit = (int32_t)clamp(evidence, -99000, 99000);
}

uint32_t similarity_needed(const struct query *q, int32_t date_score, uint32_t floor_ppm)
{
	int64_t need = (int64_t)floor_ppm - date_score;

	need -= q->facts.country_count ? SCORE_COUNTRY_EQUAL : 0;
	need -= q->facts.gender != GENDER_UNKNOWN ? SCORE_GENDER_EQUAL : 0;
	return floor_ppm == 0 || need <= 0 ? 0 : (uint32_t)(need * 1000000 / SCORE_BEST_NAME);
}

bool slot_score(struct query *q, uint32_t slot, const struct joined_names *joined, struct scored *ret_scored)
{
	const struct index *x = q->index;
	struct fact_identifier identifiers[FACTS_IDENTIFIERS_MAX];
	struct facts listed;

	if (facts_read((struct bytes){x->facts + x->slots[slot].facts, x->facts_size - x->slots[slot].facts},
		       identifiers, &listed) == 0 ||
	    !groups_meet(q->facts.group, listed.group))
		return false;
	ret_scored->slot = slot;
	ret_scored->alignment.link_count = 0;
	ret_scored->alignment.anchored = ret_scored->alignment.linked = false;
	best_names(q, slot, joined, ret_scored);
	ret_scored->date = compare_dates(&q->facts, &listed);
	ret_scored->country = compare_countries(&q->facts, &listed);
	ret_scored->gender = compare_genders(&q->facts, &listed);
	ret_scored->identifier = compare_identifiers(&q->facts, &listed);
	put_together(ret_scored);
	return true;
}

bool scored_alert(const struct scored *s, int32_t alert_mbit)
{
	return s->evidence_mbit >= alert_mbit || document_equal(&s->identifier);
}

int32_t alert_evidence_mbit(uint64_t names)
{
	int32_t more = rarity_minus_log2_mbit(POINT_NAMES) - rarity_minus_log2_mbit(names ? names : 1);

	return POINT_ALERT_EVIDENCE_MBIT + (more > 0 ? more : 0);
}

uint32_t chance_per_billion(int32_t evidence_mbit)
{
	/* 10^9 * 2^(-k/8) for k = 0..7 */
	static const uint32_t fraction[8] = {1000000000, 917004043, 840896415, 771105413,
					     707106781,  648419777, 594603558, 545253866};
	uint32_t eighths = evidence_mbit > 0 ? (uint32_t)evidence_mbit / 125 : 0;

	return eighths / 8 > 31 ? 0 : fraction[eighths % 8] >> (eighths / 8);
}
