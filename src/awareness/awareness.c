#include "awareness/awareness.h"

#include <assert.h>
#include <stdio.h>

#include "ledger/ledger.h"

#include "awareness_authorities.inc"
#include "awareness_reasons.inc"
#include "awareness_rules.inc"
#include "awareness_states.inc"
#include "awareness_terms.inc"
#include "awareness_types.inc"

#define DAYS_TO_2020 18262
#define MONDAY_OF_EPOCH 4 /* 1 January 1970 was a Thursday */

const struct actor awareness_rules = {.id = {"rules", 5}, .strength = ACTOR_NOBODY};
const struct actor awareness_clock_actor = {.id = {"clock", 5}, .strength = ACTOR_NOBODY};
const struct actor awareness_public = {.id = {"anyone", 6}, .strength = ACTOR_NOBODY};
const struct actor awareness_portal = {.id = {"portal", 6}, .strength = ACTOR_NOBODY};

int64_t awareness_term(const char *term)
{
	size_t i = 0;

	while (i < AWARENESS_TERMS_COUNT && !text_equal(awareness_terms_rows[i].term, text_of(term)))
		i++;
	assert(i < AWARENESS_TERMS_COUNT);
	return awareness_terms_rows[i].value;
}

const struct listing_rule *awareness_rule(struct text type)
{
	const struct listing_rule *other = NULL;

	for (size_t i = 0; i < AWARENESS_RULES_COUNT; i++) {
		if (text_equal(awareness_rules_rows[i].type, type))
			return &awareness_rules_rows[i];
		if (text_equal(awareness_rules_rows[i].type, TEXT("other")))
			other = &awareness_rules_rows[i];
	}
	assert(other);
	return other;
}

int64_t awareness_state(const char *state)
{
	size_t i = 0;

	while (i < AWARENESS_STATES_COUNT && !text_equal(awareness_states_rows[i].state, text_of(state)))
		i++;
	assert(i < AWARENESS_STATES_COUNT);
	return awareness_states_rows[i].number;
}

const struct awareness_reason *awareness_reason_at(size_t i)
{
	return i < AWARENESS_REASONS_COUNT ? &awareness_reasons_rows[i] : NULL;
}

const struct awareness_reason *awareness_reason(struct text reason, const char *of)
{
	for (size_t i = 0; i < AWARENESS_REASONS_COUNT; i++)
		if (text_equal(awareness_reasons_rows[i].reason, reason) && text_equal(awareness_reasons_rows[i].of, text_of(of)))
			return &awareness_reasons_rows[i];
	return NULL;
}

const struct awareness_word *awareness_type_at(size_t i)
{
	return i < AWARENESS_TYPES_COUNT ? &awareness_types_rows[i] : NULL;
}

bool awareness_type_known(struct text type)
{
	for (size_t i = 0; i < AWARENESS_TYPES_COUNT; i++)
		if (text_equal(awareness_types_rows[i].word, type))
			return true;
	return false;
}

const struct awareness_authority *awareness_authority_at(size_t i)
{
	return i < AWARENESS_AUTHORITIES_COUNT ? &awareness_authorities_rows[i] : NULL;
}

const struct awareness_authority *awareness_authority(int64_t number)
{
	for (size_t i = 0; i < AWARENESS_AUTHORITIES_COUNT; i++)
		if (awareness_authorities_rows[i].number == number)
			return &awareness_authorities_rows[i];
	return NULL;
}

int64_t awareness_day(int64_t ms)
{
	int64_t day = ms / AWARENESS_DAY_MS - DAYS_TO_2020;

	return day < 0 ? 0 : day > 65535 ? 65535 : day;
}

int64_t awareness_working_days(int64_t from_ms, int64_t count)
{
	int64_t ms = from_ms;

	while (count > 0) {
		ms += AWARENESS_DAY_MS;
		/* 0 Monday ... 6 Sunday */
		if ((ms / AWARENESS_DAY_MS + MONDAY_OF_EPOCH - 1) % 7 < 5)
			count--;
	}
	return ms;
}

enum status desk_line_add(struct awareness *awareness, struct db_tx *tx, const struct desk_line *line, int64_t now_ms,
			  struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	(void)awareness;
	arena_init(&arena, 4096);
	TRY_OUT(db_query_one(tx, "SELECT coalesce(max(number), 0) + 1 FROM desk_act WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(line->subject)),
			     &arena, &row, ret_error));
	TRY_OUT(db_exec(tx, "INSERT INTO desk_act (subject_id, number, kind, at, officer, act, state, note, evidence, reason)"
			" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			DB_PARAMS(DB_V_TEXT(line->subject), DB_V_INT(db_int(&row, 0, 0)), DB_V_TEXT(text_of(line->kind)), DB_V_INT(now_ms),
				  DB_V_TEXT(line->actor->id), DB_V_TEXT(line->act), DB_V_TEXT(line->state), DB_V_TEXT_OR_NULL(line->note),
				  line->evidence ? DB_V_INT(line->evidence) : DB_V_NULL, DB_V_TEXT_OR_NULL(line->reason)),
			NULL, ret_error));
	st = db_tell(tx, line->kind, line->subject, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}

enum status receipt_set(struct db_tx *tx, struct text subject, const char *state, struct text country, int64_t reason, int64_t now_ms,
			struct error *ret_error)
{
	TRY(db_exec(tx, "UPDATE receipt SET state = $2, country = $3, reason = $4, day = $5, changed_at = $6 WHERE subject_id = $1",
		    DB_PARAMS(DB_V_TEXT(subject), DB_V_INT(awareness_state(state)), DB_V_TEXT_OR_NULL(country), DB_V_INT(reason),
			      DB_V_INT(awareness_day(now_ms)), DB_V_INT(now_ms)),
		    NULL, ret_error));
	return db_tell(tx, "public", subject, now_ms, ret_error);
}

enum status awareness_log(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const char *kind, struct text subject,
			  struct text payload, char ret_leaf[ID_SIZE], struct error *ret_error)
{
	const struct ledger_new leaf = {.log = LEDGER_LIST, .kind = kind, .subject = subject, .actor = actor->id, .payload = payload};

	return ledger_append(tx, awareness->env, &leaf, ret_leaf, ret_error);
}
