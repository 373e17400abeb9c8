#include "registry/world.h"

#include "ledger/ledger.h"
#include "registry/similar.h"

#define ID(id) DB_PARAMS(DB_V_TEXT(text_of(id)))

static int64_t listed(struct world *w, const char *id)
{
	return world_count(w, "SELECT count(*) FROM entry WHERE id = $1 AND listing_leaf IS NOT NULL", ID(id));
}

static int64_t events(struct world *w, const char *id)
{
	return world_count(w, "SELECT count(*) FROM entry_event WHERE entry_id = $1", ID(id));
}

static size_t tick(struct world *w, int64_t ms)
{
	struct error error;
	size_t done;

	w->now_ms += ms;
	assert_ok(registry_clock(w->registry, &done, &error));
	return done;
}

/* From the partner's nomination to the list, and everything that must be written with it. */
static void a_nomination_is_published(void **state)
{
	struct world w;
	struct entry e;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_APPROVED, "KR-1", id);
	assert_int_equal(listed(&w, id), 0);
	ASSERT_ACT(&w, DECIDER_2, .entry = text_of(id), .version = 4, .act = TEXT("confirm"));
	e = world_entry(&w, id);
	assert_text(e.state, "published");
	assert_int_equal(e.version, 5);
	assert_text(e.caption, "김민수");
	assert_text(e.latin, "KIM MINSOO");
	assert_text(e.document, "M12345678");
	assert_text(e.names[0].script, "Hang");
	assert_true(e.expires_ms == START + 365 * DAY && e.review_due_ms == e.expires_ms);
	assert_true(e.measures[0].expires_ms == e.expires_ms);
	assert_int_equal(listed(&w, id), 1);
	assert_int_equal(events(&w, id), 5);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_event e JOIN ledger_leaf l ON l.id = e.leaf_id"
				     " WHERE e.entry_id = $1", ID(id)), 5);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM audit WHERE thing = $1 AND outcome = 'done'", ID(id)), 5);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM outbox WHERE kind = 'entry' AND subject = $1", ID(id)), 5);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM outbox WHERE kind = 'list' AND subject = $1", ID(id)), 1);
	world_end(&w);
}

static void a_reference_is_the_owners_own(void **state)
{
	struct registry_measure measure = REFUSE_ENTRY;
	struct registry_nomination nomination;
	struct entity person;
	struct world w;
	struct error error;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_SUBMITTED, "KR-1", id);
	world_person(&w, &person, "박지훈", "1985-01-02", NULL);
	nomination = world_usual(&person, &measure, "KR-1");
	assert_int_equal(world_nominate(&w, &nomination, id, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "reference-taken");
	nomination.owner = TEXT("th");
	assert_ok(world_nominate(&w, &nomination, id, &error));
	world_end(&w);
}

/* Refused for what it is: not again under another reference; refused for what is missing: again. */
static void a_political_case_stays_out(void **state)
{
	static const struct {
		const char *reason;
		enum status again;
	} rows[] = {{"political", ST_CONFLICT}, {"family-private", ST_CONFLICT}, {"insufficient-identity", ST_OK}};
	struct registry_measure measure = REFUSE_ENTRY;
	struct registry_nomination nomination;
	struct world w;
	struct error error;

	world_begin(&w, state);
	for (size_t i = 0; i < 3; i++) {
		struct entity person;
		char id[ID_SIZE], reference[8];

		snprintf(reference, sizeof reference, "P%zu", i);
		world_person(&w, &person, "박지훈", "1985-01-02", reference);
		nomination = world_usual(&person, &measure, reference);
		assert_ok(world_nominate(&w, &nomination, id, &error));
		ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("take"));
		ASSERT_ACT(&w, LEGAL, .entry = text_of(id), .act = TEXT("refuse"), .reason = text_of(rows[i].reason));
		nomination.reference = TEXT("again");
		assert_int_equal(world_nominate(&w, &nomination, id, &error), rows[i].again);
		if (rows[i].again != ST_OK)
			assert_string_equal(error.reason, "refused-before");
	}
	world_end(&w);
}

/* Questions to and fro; the owner changes what was asked for. */
static void a_question_is_answered(void **state)
{
	struct registry_measure measure = REFUSE_ENTRY;
	struct registry_nomination better;
	struct entity person;
	struct world w;
	struct error error;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_TAKEN, "KR-1", id);
	assert_int_equal(world_act(&w, REVIEWER, &(struct registry_act){.entry = text_of(id), .act = TEXT("return"),
									.reason = TEXT("document-missing")}, &error), ST_MALFORMED);
	assert_string_equal(error.reason, "text-missing");
	ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("return"), .reason = TEXT("document-missing"),
		   .note = TEXT("which passport?"));
	world_person(&w, &person, "김민수", "1990-03-08", "M99999999");
	better = world_usual(&person, &measure, "KR-1");
	ASSERT_ACT(&w, LIAISON, .entry = text_of(id), .act = TEXT("answer"), .note = TEXT("this one"), .nomination = &better);
	assert_text(world_entry(&w, id).state, "in-review");
	assert_text(world_entry(&w, id).document, "M99999999");
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_document WHERE entry_id = $1", ID(id)), 1);
	world_end(&w);
}

static void suspension_leaves_the_list_and_comes_back(void **state)
{
	struct world w;
	struct error error;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_PUBLISHED, "KR-1", id);
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("suspend"), .reason = TEXT("court-order"));
	assert_int_equal(listed(&w, id), 0);
	assert_int_equal(world_act(&w, DECIDER, &(struct registry_act){.entry = text_of(id), .act = TEXT("resume")}, &error),
			 ST_CONFLICT);
	assert_string_equal(error.reason, "same-as-suspender");
	ASSERT_ACT(&w, DECIDER_2, .entry = text_of(id), .act = TEXT("resume"));
	assert_int_equal(listed(&w, id), 1);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM ledger_leaf WHERE body LIKE '%listing.%'", DB_NO_PARAMS), 3);
	ASSERT_ACT(&w, LIAISON, .entry = text_of(id), .act = TEXT("withdraw"), .reason = TEXT("arrested"));
	assert_int_equal(listed(&w, id), 0);
	assert_text(world_entry(&w, id).state, "removed");
	world_end(&w);
}

static int64_t reminders(struct world *w, const char *id)
{
	return world_count(w, "SELECT count(*) FROM entry_event WHERE entry_id = $1 AND act = 'remind'", ID(id));
}

/* 120, 60 and 15 days before, once each; then it is over, and no clock brings it back. */
static void time_reminds_and_ends(void **state)
{
	struct world w;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_PUBLISHED, "KR-1", id);
	assert_int_equal(tick(&w, 244 * DAY), 0);
	assert_int_equal(tick(&w, DAY), 1);
	assert_int_equal(tick(&w, DAY), 0);
	assert_int_equal(tick(&w, 59 * DAY), 1);
	assert_int_equal(tick(&w, 45 * DAY), 1);
	assert_int_equal(reminders(&w, id), 3);
	assert_int_equal(listed(&w, id), 1);
	/* set back by years: nothing is due anew, and the hours that count are those that were seen */
	w.now_ms = START - 1000 * DAY;
	assert_int_equal(tick(&w, 0), 0);
	w.now_ms = START + 365 * DAY - 1;
	assert_int_equal(tick(&w, 0), 0);
	assert_int_equal(tick(&w, 1), 1);
	assert_text(world_entry(&w, id).state, "expired");
	assert_int_equal(listed(&w, id), 0);
	w.now_ms = START;
	assert_int_equal(tick(&w, 0), 0);
	assert_text(world_entry(&w, id).state, "expired");
	world_end(&w);
}

/* A longer life: new reasons by one, decided by another who did not decide first. */
static void an_extension_is_a_new_decision(void **state)
{
	struct world w;
	struct error error;
	char id[ID_SIZE];
	struct registry_act extend = {.act = TEXT("extend"), .until_ms = START + 730 * DAY, .note = TEXT("still sought")};
	struct registry_act prolong = {.act = TEXT("prolong")};

	world_begin(&w, state);
	world_stage(&w, STAGE_PUBLISHED, "KR-1", id);
	extend.entry = prolong.entry = text_of(id);
	tick(&w, 300 * DAY);
	assert_int_equal(world_act(&w, DECIDER_2, &prolong, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "extension-missing");
	assert_ok(world_act(&w, LEGAL, &extend, &error));
	assert_int_equal(world_act(&w, DECIDER, &prolong, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "same-as-first-decider");
	assert_int_equal(world_act(&w, LEGAL, &prolong, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "same-as-proposer");
	assert_ok(world_act(&w, DECIDER_2, &prolong, &error));
	assert_true(world_entry(&w, id).expires_ms == START + 730 * DAY);
	assert_true(world_entry(&w, id).measures[0].expires_ms == START + 730 * DAY);
	assert_int_equal(tick(&w, 70 * DAY), 0);
	extend.until_ms = START + 1827 * DAY;
	assert_int_equal(world_act(&w, LEGAL, &extend, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "extension-too-long");
	/* a longer life has its own review, which lapses by itself */
	extend.until_ms = START + 1826 * DAY;
	assert_ok(world_act(&w, LEGAL, &extend, &error));
	assert_ok(world_act(&w, DECIDER_2, &prolong, &error));
	assert_true(world_entry(&w, id).review_due_ms == w.now_ms + 1096 * DAY);
	tick(&w, 1096 * DAY);
	assert_text(world_entry(&w, id).state, "removed");
	world_end(&w);
}

/* A warrant runs out: the entry stays, the right to detain is gone. */
static void a_warrant_expires_alone(void **state)
{
	struct registry_measure both[] = {REFUSE_ENTRY, {.kind = TEXT("detain"), .basis = TEXT("warrant"), .number = TEXT("W-1"),
							 .issuer = TEXT("Seoul court"), .expires_ms = START + 30 * DAY}};
	struct world w;
	struct entry e;
	char id[ID_SIZE];
	size_t in_force = 0;

	world_begin(&w, state);
	world_stage(&w, STAGE_TAKEN, "KR-1", id);
	ASSERT_ACT(&w, LEGAL, .entry = text_of(id), .act = TEXT("measures"), .measures = both, .measure_count = 2);
	ASSERT_ACT(&w, LEGAL, .entry = text_of(id), .act = TEXT("assess"), .assessment = &GOOD_ASSESSMENT);
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("approve"), .decision_number = TEXT("KH-1"));
	ASSERT_ACT(&w, DECIDER_2, .entry = text_of(id), .act = TEXT("confirm"));
	w.now_ms += 30 * DAY;
	e = world_entry(&w, id);
	assert_text(e.state, "published");
	for (size_t i = 0; i < e.measure_count; i++)
		if (entry_measure_in_force(&e.measures[i], w.now_ms)) {
			in_force++;
			assert_text(e.measures[i].kind, "refuse-entry");
		}
	assert_int_equal(in_force, 1);
	world_end(&w);
}

/* Referred for 72 hours by two people; the ordinary way goes on; it is over by itself, and once. */
static void an_urgent_entry_is_short(void **state)
{
	struct world w;
	struct error error;
	char id[ID_SIZE];
	struct registry_act urgent = {.act = TEXT("urgent"), .note = TEXT("on flight KE689")}, confirm = {.act = TEXT("urgent-confirm")};

	world_begin(&w, state);
	world_stage(&w, STAGE_SUBMITTED, "KR-1", id);
	urgent.entry = confirm.entry = text_of(id);
	assert_int_equal(world_act(&w, DECIDER, &confirm, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "urgent-missing");
	assert_ok(world_act(&w, DUTY, &urgent, &error));
	assert_int_equal(listed(&w, id), 0);
	assert_int_equal(world_act(&w, DUTY, &confirm, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "same-as-proposer");
	assert_ok(world_act(&w, DECIDER, &confirm, &error));
	assert_int_equal(listed(&w, id), 1);
	ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("take"));
	assert_int_equal(listed(&w, id), 1);
	assert_int_equal(tick(&w, 72 * HOUR - 1), 0);
	assert_int_equal(tick(&w, 1), 1);
	assert_int_equal(listed(&w, id), 0);
	assert_text(world_entry(&w, id).state, "in-review");
	assert_int_equal(tick(&w, HOUR), 0);
	world_end(&w);
}

/* Of an urgent entry that is refused, checkpoints are told at once. */
static void a_refused_urgent_entry_leaves(void **state)
{
	struct world w;
	char id[ID_SIZE];

	world_begin(&w, state);
	world_stage(&w, STAGE_TAKEN, "KR-1", id);
	ASSERT_ACT(&w, DUTY, .entry = text_of(id), .act = TEXT("urgent"), .note = TEXT("on his way"));
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("urgent-confirm"));
	assert_int_equal(listed(&w, id), 1);
	ASSERT_ACT(&w, LEGAL, .entry = text_of(id), .act = TEXT("refuse"), .reason = TEXT("victim"));
	assert_int_equal(listed(&w, id), 0);
	world_end(&w);
}

static void erasure_leaves_dates_and_codes(void **state)
{
	struct world w;
	struct error error;
	char id[ID_SIZE];
	struct registry_act erase = {.act = TEXT("erase"), .note = TEXT("wrong person")}, confirm = {.act = TEXT("erase-confirm")};

	world_begin(&w, state);
	world_stage(&w, STAGE_PUBLISHED, "KR-1", id);
	erase.entry = confirm.entry = text_of(id);
	assert_int_equal(world_act(&w, REDRESS, &erase, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "not-in-this-state");
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("remove"), .reason = TEXT("wrong-person"));
	assert_int_equal(world_act(&w, DECIDER, &confirm, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "erasure-missing");
	assert_ok(world_act(&w, REDRESS, &erase, &error));
	assert_int_equal(world_act(&w, REDRESS, &confirm, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "same-as-proposer");
	assert_ok(world_act(&w, DECIDER, &confirm, &error));
	assert_true(world_entry(&w, id).erased);
	assert_int_equal(world_entry(&w, id).person.len, 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_name WHERE entry_id = $1", ID(id)), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_document WHERE entry_id = $1", ID(id)), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM measure WHERE entry_id = $1", ID(id)), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_event WHERE entry_id = $1 AND note IS NOT NULL", ID(id)), 0);
	/* only the last act's own leaf still opens; the leaves all stand */
	assert_int_equal(world_count(&w, "SELECT count(*) FROM ledger_payload p JOIN entry_event e ON e.leaf_id = p.leaf"
				     " WHERE e.entry_id = $1", ID(id)), 1);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM ledger_payload p JOIN entry_event e ON e.listing_leaf = p.leaf"
				     " WHERE e.entry_id = $1", ID(id)), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM entry_event e JOIN ledger_leaf l ON l.id = e.leaf_id"
				     " WHERE e.entry_id = $1", ID(id)), events(&w, id));
	world_end(&w);
}

static void look_alikes_are_found(void **state)
{
	const struct registry_ask all = {.limit = 10}, thai = {.limit = 10, .owner = TEXT("th")};
	struct registry_matches matches;
	struct entity query;
	struct world w;
	struct error error;
	char id[ID_SIZE];

	world_begin(&w, state);
	assert_ok(registry_refresh(w.registry, &error));
	world_stage(&w, STAGE_PUBLISHED, "KR-1", id);
	world_person(&w, &query, "金民秀", "1990-03-07", NULL);
	assert_ok(registry_similar(w.registry, &query, &all, &w.arena, &matches, &error));
	assert_int_equal(matches.count, 0);
	assert_ok(registry_refresh(w.registry, &error));
	assert_ok(registry_similar(w.registry, &query, &all, &w.arena, &matches, &error));
	assert_int_equal(matches.count, 1);
	assert_text(matches.items[0].entry, id);
	assert_text(matches.items[0].state, "published");
	assert_true(matches.items[0].explanation_count > 0);
	assert_ok(registry_similar(w.registry, &query, &thai, &w.arena, &matches, &error));
	assert_int_equal(matches.count, 0);
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("remove"), .reason = TEXT("wrong-person"));
	ASSERT_ACT(&w, REDRESS, .entry = text_of(id), .act = TEXT("erase"), .note = TEXT("x"));
	ASSERT_ACT(&w, DECIDER, .entry = text_of(id), .act = TEXT("erase-confirm"));
	assert_ok(registry_refresh(w.registry, &error));
	assert_ok(registry_similar(w.registry, &query, &all, &w.arena, &matches, &error));
	assert_int_equal(matches.count, 0);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_nomination_is_published),
		db_unit_test(a_reference_is_the_owners_own),
		db_unit_test(a_political_case_stays_out),
		db_unit_test(a_question_is_answered),
		db_unit_test(suspension_leaves_the_list_and_comes_back),
		db_unit_test(time_reminds_and_ends),
		db_unit_test(an_extension_is_a_new_decision),
		db_unit_test(a_warrant_expires_alone),
		db_unit_test(an_urgent_entry_is_short),
		db_unit_test(a_refused_urgent_entry_leaves),
		db_unit_test(erasure_leaves_dates_and_codes),
		db_unit_test(look_alikes_are_found),
	};

	return db_run_group_tests(tests);
}
