/* Ways to the list other than the one there is. Each row is one attempt; each fails, says rightly why, changes nothing, and (but
 * for plain SQL, where the schema itself refuses) stands in the audit. Acceptance line 2 of the registry. */
#include "registry/world.h"

/* What stands before the attempt, and what is tried. */
struct attempt {
	const char *name;
	enum stage stage;
	const char *by;
	const char *act;
	/* NULL or what the act brings, or what was done to the world first. */
	void (*prepare)(struct world *w, const char *id, struct registry_act *act);
	const char *reason;
};

static struct registry_assessment assessment_of(struct registry_assessment change)
{
	struct registry_assessment a = GOOD_ASSESSMENT;

	if (change.penalty_months)
		a.penalty_months = change.penalty_months;
	a.refugee = change.refugee;
	a.political = change.political;
	a.possible_victim = change.possible_victim;
	a.child = change.child;
	a.own_national = change.own_national;
	a.child_decision = change.child_decision;
	return a;
}

static void assess(struct world *w, const char *id, struct registry_assessment a)
{
	ASSERT_ACT(w, LEGAL, .entry = text_of(id), .act = TEXT("assess"), .assessment = &a);
}

#define NUMBERED(act) (act)->decision_number = TEXT("KH-9")

#define PREPARE(name, ...)                                                                   \
	static void name(struct world *w, const char *id, struct registry_act *act)          \
	{                                                                                    \
		(void)w, (void)id, (void)act;                                                \
		__VA_ARGS__;                                                                 \
	}

PREPARE(numbered, NUMBERED(act))
PREPARE(forged_id, act->entry = TEXT("00000000000000000000000000000bad"))
PREPARE(stale, act->version = 2)
PREPARE(other_number, act->decision_number = TEXT("KH-2026-2"))
PREPARE(mild, struct registry_assessment a = GOOD_ASSESSMENT; a.penalty_months = 11; assess(w, id, a); NUMBERED(act))
PREPARE(invented_penalty, struct registry_assessment a = GOOD_ASSESSMENT; a.penalty_months = 241; assess(w, id, a); NUMBERED(act))
PREPARE(one_country, struct registry_assessment a = GOOD_ASSESSMENT; a.dual_criminality = false; assess(w, id, a); NUMBERED(act))
PREPARE(not_examined, struct registry_assessment a = GOOD_ASSESSMENT; a.examined = false; assess(w, id, a); NUMBERED(act))
PREPARE(no_article, struct registry_assessment a = GOOD_ASSESSMENT; a.article = TEXT_NONE; assess(w, id, a); NUMBERED(act))
PREPARE(no_reasons, struct registry_assessment a = GOOD_ASSESSMENT; a.proportionality = TEXT_NONE; assess(w, id, a); NUMBERED(act))
PREPARE(refugee, assess(w, id, assessment_of((struct registry_assessment){.refugee = true})); NUMBERED(act))
PREPARE(political, assess(w, id, assessment_of((struct registry_assessment){.political = true})); NUMBERED(act))
PREPARE(victim, assess(w, id, assessment_of((struct registry_assessment){.possible_victim = true})); NUMBERED(act))
PREPARE(child, assess(w, id, assessment_of((struct registry_assessment){.child = true})); NUMBERED(act))
PREPARE(too_long, NUMBERED(act); act->validity_days = 1097)
PREPARE(of_another_list, act->reason = TEXT("court-order"))

static void identity(struct world *w, const char *id, const char *birth, const char *passport)
{
	struct registry_measure measure = REFUSE_ENTRY;
	struct registry_nomination poorer;
	struct entity person;

	ASSERT_ACT(w, REVIEWER, .entry = text_of(id), .act = TEXT("return"), .reason = TEXT("identity-unclear"), .note = TEXT("who?"));
	world_person(w, &person, "김민수", birth, passport);
	poorer = world_usual(&person, &measure, "KR-1");
	ASSERT_ACT(w, LIAISON, .entry = text_of(id), .act = TEXT("answer"), .note = TEXT("no more"), .nomination = &poorer);
}

PREPARE(name_alone, identity(w, id, NULL, NULL); NUMBERED(act))
PREPARE(year_alone, identity(w, id, "1990", NULL); NUMBERED(act))

/* The assessment says that he is the host's own, and he is to be refused entry. */
static void own_national(struct world *w, const char *id, struct registry_act *act)
{
	struct registry_assessment *a = arena_alloc(&w->arena, 1, sizeof *a);

	(void)id;
	*a = assessment_of((struct registry_assessment){.own_national = true});
	act->assessment = a;
}

static void measure_of(struct world *w, struct registry_act *act, struct registry_measure measure)
{
	struct registry_measure *m = arena_alloc(&w->arena, 1, sizeof *m);

	*m = measure;
	act->measures = m;
	act->measure_count = 1;
}

PREPARE(detain_by_decision, measure_of(w, act, (struct registry_measure){.kind = TEXT("detain"), .basis = TEXT("decision")}))
PREPARE(detain_without_number, measure_of(w, act, (struct registry_measure){.kind = TEXT("detain"), .basis = TEXT("warrant"),
									       .issuer = TEXT("court"), .expires_ms = START + DAY}))
PREPARE(detain_without_end, measure_of(w, act, (struct registry_measure){.kind = TEXT("detain"), .basis = TEXT("warrant"),
									    .number = TEXT("1"), .issuer = TEXT("court")}))
PREPARE(detain_too_late, measure_of(w, act, (struct registry_measure){.kind = TEXT("detain"), .basis = TEXT("warrant"), .number = TEXT("1"),
									 .issuer = TEXT("court"), .expires_ms = START - 1}))

/* A day's warrant, which runs out between the two decisions. */
static void warrant_of_a_day(struct world *w, const char *id)
{
	struct registry_measure warrant = {.kind = TEXT("detain"), .basis = TEXT("warrant"), .number = TEXT("W"),
					   .issuer = TEXT("court"), .expires_ms = START + DAY};

	ASSERT_ACT(w, LEGAL, .entry = text_of(id), .act = TEXT("measures"), .measures = &warrant, .measure_count = 1);
	ASSERT_ACT(w, DECIDER, .entry = text_of(id), .act = TEXT("approve"), .decision_number = TEXT("KH-1"));
	w->now_ms += DAY;
}

static void warrant_over(struct world *w, const char *id, struct registry_act *act)
{
	(void)act;
	warrant_of_a_day(w, id);
}

/* The same, and the clock of the hub is set back to when it still held. */
static void warrant_over_clock_back(struct world *w, const char *id, struct registry_act *act)
{
	struct error error;
	size_t done;

	(void)act;
	warrant_of_a_day(w, id);
	assert_ok(registry_clock(w->registry, &done, &error));
	w->now_ms = START;
}

static void suspended(struct world *w, const char *id)
{
	ASSERT_ACT(w, DECIDER, .entry = text_of(id), .act = TEXT("suspend"), .reason = TEXT("court-order"));
}

static void suspended_by_him(struct world *w, const char *id, struct registry_act *act)
{
	(void)act;
	suspended(w, id);
}

static void suspended_too_long(struct world *w, const char *id, struct registry_act *act)
{
	(void)act;
	suspended(w, id);
	w->now_ms += 365 * DAY;
}

static void expired_clock_back(struct world *w, const char *id, struct registry_act *act)
{
	struct error error;
	size_t done;

	(void)id, (void)act;
	w->now_ms += 365 * DAY;
	assert_ok(registry_clock(w->registry, &done, &error));
	assert_int_equal(done, 1);
	w->now_ms = START;
}

PREPARE(withdrawn, ASSERT_ACT(w, LIAISON, .entry = text_of(id), .act = TEXT("withdraw"), .reason = TEXT("other")))
PREPARE(refused, ASSERT_ACT(w, LEGAL, .entry = text_of(id), .act = TEXT("refuse"), .reason = TEXT("political")))
PREPARE(declined, ASSERT_ACT(w, DECIDER_2, .entry = text_of(id), .act = TEXT("decline"), .reason = TEXT("other")))
PREPARE(asked_urgently, ASSERT_ACT(w, DUTY, .entry = text_of(id), .act = TEXT("urgent"), .note = TEXT("now")))
PREPARE(noted, act->note = TEXT("again"))
static void urgent_again(struct world *w, const char *id, struct registry_act *act)
{
	asked_urgently(w, id, act);
	ASSERT_ACT(w, DECIDER, .entry = text_of(id), .act = TEXT("urgent-confirm"));
	w->now_ms += 72 * HOUR;
	act->note = TEXT("72 more");
}

static const struct attempt attempts[] = {
	{"an act that there is not", STAGE_APPROVED, DECIDER_2, "publish", NULL, "no-such-act"},
	{"confirmed without approval", STAGE_ASSESSED, DECIDER_2, "confirm", NULL, "not-in-this-state"},
	{"confirmed as submitted", STAGE_SUBMITTED, DECIDER_2, "confirm", NULL, "not-in-this-state"},
	{"approved as submitted", STAGE_SUBMITTED, DECIDER, "approve", numbered, "not-in-this-state"},
	{"taken by its author", STAGE_SUBMITTED, LIAISON, "take", NULL, "same-as-author"},
	{"approved by its author", STAGE_ASSESSED, LIAISON, "approve", numbered, "same-as-author"},
	{"confirmed by its author", STAGE_APPROVED, LIAISON, "confirm", NULL, "same-as-author"},
	{"the same person twice", STAGE_APPROVED, DECIDER, "confirm", NULL, "same-as-first-decider"},
	{"an id that was made up", STAGE_APPROVED, DECIDER_2, "confirm", forged_id, "not-found"},
	{"an old version", STAGE_APPROVED, DECIDER_2, "confirm", stale, "version"},
	{"another decision's number", STAGE_APPROVED, DECIDER_2, "confirm", other_number, "other-decision"},
	{"replayed approval", STAGE_APPROVED, DECIDER, "approve", numbered, "not-in-this-state"},
	{"without assessment", STAGE_TAKEN, DECIDER, "approve", numbered, "not-assessed"},
	{"without an article", STAGE_TAKEN, DECIDER, "approve", no_article, "not-assessed"},
	{"without proportionality", STAGE_TAKEN, DECIDER, "approve", no_reasons, "not-assessed"},
	{"without a decision's number", STAGE_ASSESSED, DECIDER, "approve", NULL, "decision-number-missing"},
	{"for longer than a review allows", STAGE_ASSESSED, DECIDER, "approve", too_long, "value-invalid"},
	{"below the threshold", STAGE_TAKEN, DECIDER, "approve", mild, "below-threshold"},
	{"a penalty the law has not", STAGE_TAKEN, DECIDER, "approve", invented_penalty, "penalty-over-law"},
	{"no offence in both countries", STAGE_TAKEN, DECIDER, "approve", one_country, "no-dual-criminality"},
	{"exclusions not examined", STAGE_TAKEN, DECIDER, "approve", not_examined, "exclusions-open"},
	{"a refugee", STAGE_TAKEN, DECIDER, "approve", refugee, "refugee"},
	{"a political case", STAGE_TAKEN, DECIDER, "approve", political, "political"},
	{"a possible victim", STAGE_TAKEN, DECIDER, "approve", victim, "possible-victim"},
	{"a child without its authority", STAGE_TAKEN, DECIDER, "approve", child, "child-decision-missing"},
	{"an own national refused entry", STAGE_TAKEN, LEGAL, "assess", own_national, "measure-own-national"},
	{"a name alone", STAGE_ASSESSED, DECIDER, "approve", name_alone, "identity-minimum"},
	{"a name and a year", STAGE_ASSESSED, DECIDER, "approve", year_alone, "identity-minimum"},
	{"detention by mere decision", STAGE_TAKEN, LEGAL, "measures", detain_by_decision, "measure-basis"},
	{"a warrant without number", STAGE_TAKEN, LEGAL, "measures", detain_without_number, "measure-number-missing"},
	{"a warrant without end", STAGE_TAKEN, LEGAL, "measures", detain_without_end, "measure-expiry-missing"},
	{"a warrant that is over", STAGE_TAKEN, LEGAL, "measures", detain_too_late, "measure-expired"},
	{"a warrant over between decisions", STAGE_ASSESSED, DECIDER_2, "confirm", warrant_over, "measure-expired"},
	{"the clock set back for a warrant", STAGE_ASSESSED, DECIDER_2, "confirm", warrant_over_clock_back, "measure-expired"},
	{"resumed by who suspended", STAGE_PUBLISHED, DECIDER, "resume", suspended_by_him, "same-as-suspender"},
	{"resumed after its time", STAGE_PUBLISHED, DECIDER_2, "resume", suspended_too_long, "past-review"},
	{"expired, and the clock set back", STAGE_PUBLISHED, DECIDER_2, "resume", expired_clock_back, "not-in-this-state"},
	{"withdrawn and confirmed", STAGE_APPROVED, DECIDER_2, "confirm", withdrawn, "not-in-this-state"},
	{"refused and confirmed", STAGE_APPROVED, DECIDER_2, "confirm", refused, "not-in-this-state"},
	{"declined and confirmed", STAGE_APPROVED, DECIDER_2, "confirm", declined, "not-in-this-state"},
	{"dismissing an appeal that is not", STAGE_APPROVED, REDRESS, "dismiss", NULL, "not-in-this-state"},
	{"answered by the host for the partner", STAGE_SUBMITTED, REVIEWER, "answer", noted, "not-in-this-state"},
	{"changed by the host", STAGE_SUBMITTED, REVIEWER, "change", NULL, "value-invalid"},
	{"a reason of another list", STAGE_APPROVED, DECIDER_2, "decline", of_another_list, "reason-unknown"},
	{"urgent without a second person", STAGE_SUBMITTED, DUTY, "urgent-confirm", asked_urgently, "same-as-proposer"},
	{"urgent that nobody asked for", STAGE_SUBMITTED, DECIDER, "urgent-confirm", NULL, "urgent-missing"},
	{"urgent once more", STAGE_SUBMITTED, DUTY, "urgent", urgent_again, "urgent-already"},
	{"time's own act by hand", STAGE_PUBLISHED, DECIDER, "expire", NULL, "not-due"},
};

static int64_t refusals(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM audit WHERE outcome = 'refused'", DB_NO_PARAMS);
}

static int64_t acts_done(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM ledger_leaf WHERE log = 'list'", DB_NO_PARAMS);
}

static void one_attempt(struct world *w, const struct attempt *a, const char *reference)
{
	struct registry_act act = {0};
	struct error error;
	char id[ID_SIZE];
	int64_t before, leaves;

	world_stage(w, a->stage, reference, id);
	act = (struct registry_act){.entry = text_of(id), .act = text_of(a->act)};
	if (a->prepare)
		a->prepare(w, id, &act);
	before = refusals(w);
	leaves = acts_done(w);
	if (world_act(w, a->by, &act, &error) == ST_OK)
		fail_msg("%s: succeeded", a->name);
	if (strcmp(error.reason[0] ? error.reason : status_word(error.code), a->reason) != 0)
		fail_msg("%s: \"%s\" (%s), expected \"%s\"", a->name, error.reason, error.message, a->reason);
	if (refusals(w) != before + 1)
		fail_msg("%s: not in the audit", a->name);
	if (acts_done(w) != leaves)
		fail_msg("%s: left something in the ledger", a->name);
}

/* Each in a database of its own time: an attempt that moves the clock moves it for good. */
static void no_other_way_leads_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
		struct world w;
		void *own = NULL;

		assert_int_equal(test_db_setup(&own), 0);
		world_begin(&w, &own);
		one_attempt(&w, &attempts[i], "KR-1");
		world_end(&w);
		test_db_teardown(&own);
	}
}

/* ---- SQL with the application's own rights ---- */

struct statement {
	const char *name;
	enum stage stage;
	const char *sql; /* $1 is the entry */
};

#define PUBLISH "UPDATE entry SET state = 'published', second_decided_at = 1800000000001, published_at = 1800000000001," \
		" review_due_at = 1800100000000, expires_at = 1800100000000, "
#define LEAF "listing_leaf = (SELECT max(leaf_id) FROM entry_event WHERE entry_id = $1) "

static const struct statement statements[] = {
	{"the state alone", STAGE_SUBMITTED, "UPDATE entry SET state = 'published' WHERE id = $1"},
	{"the state of an approved one", STAGE_APPROVED, "UPDATE entry SET state = 'published' WHERE id = $1"},
	{"approved without a decider", STAGE_ASSESSED, "UPDATE entry SET state = 'approved' WHERE id = $1"},
	{"no leaf of the ledger", STAGE_APPROVED, PUBLISH "second_decider = '" DECIDER_2 "' WHERE id = $1"},
	{"a leaf that was made up", STAGE_APPROVED,
	 PUBLISH "second_decider = '" DECIDER_2 "', listing_leaf = '00000000000000000000000000000bad' WHERE id = $1"},
	{"one decider twice", STAGE_APPROVED, PUBLISH "second_decider = '" DECIDER "', " LEAF "WHERE id = $1"},
	{"the author decides", STAGE_APPROVED, PUBLISH "second_decider = '" LIAISON "', " LEAF "WHERE id = $1"},
	{"nobody decides", STAGE_APPROVED, PUBLISH LEAF "WHERE id = $1"},
	{"a decider who is nobody", STAGE_APPROVED,
	 PUBLISH "second_decider = '00000000000000000000000000000bad', " LEAF "WHERE id = $1"},
	{"without the decision's number", STAGE_APPROVED,
	 PUBLISH "second_decider = '" DECIDER_2 "', decision_number = NULL, " LEAF "WHERE id = $1"},
	{"without law", STAGE_APPROVED, PUBLISH "second_decider = '" DECIDER_2 "', law = '', " LEAF "WHERE id = $1"},
	{"without an end", STAGE_PUBLISHED, "UPDATE entry SET expires_at = NULL WHERE id = $1"},
	{"for more than five years", STAGE_PUBLISHED, "UPDATE entry SET expires_at = published_at + 157766400001 WHERE id = $1"},
	{"a review after the end", STAGE_PUBLISHED, "UPDATE entry SET review_due_at = expires_at + 1 WHERE id = $1"},
	{"a political one stays", STAGE_PUBLISHED, "UPDATE entry SET political = 1 WHERE id = $1"},
	{"a refugee stays", STAGE_PUBLISHED, "UPDATE entry SET refugee = 1 WHERE id = $1"},
	{"a victim stays", STAGE_PUBLISHED, "UPDATE entry SET possible_victim = 1 WHERE id = $1"},
	{"a child without its authority", STAGE_PUBLISHED, "UPDATE entry SET child = 1 WHERE id = $1"},
	{"exclusions not examined", STAGE_PUBLISHED, "UPDATE entry SET exclusions_done = 0 WHERE id = $1"},
	{"below the threshold", STAGE_PUBLISHED, "UPDATE entry SET penalty_months = 11 WHERE id = $1"},
	{"no penalty", STAGE_PUBLISHED, "UPDATE entry SET penalty_months = NULL WHERE id = $1"},
	{"no offence in both countries", STAGE_PUBLISHED, "UPDATE entry SET dual_criminality = 0 WHERE id = $1"},
	{"a name alone", STAGE_PUBLISHED, "UPDATE entry SET has_birth_date = 0, has_document = 0 WHERE id = $1"},
	{"told of, though only submitted", STAGE_SUBMITTED, "UPDATE entry SET " LEAF "WHERE id = $1"},
	{"an own national refused entry", STAGE_PUBLISHED, "UPDATE entry SET own_national = 1 WHERE id = $1"},
	{"detained without a warrant", STAGE_PUBLISHED, "UPDATE measure SET kind = 'detain' WHERE entry_id = $1"},
	{"detained on a number alone", STAGE_PUBLISHED,
	 "UPDATE measure SET kind = 'detain', basis = 'warrant', number = 'W' WHERE entry_id = $1"},
	{"a measure without end", STAGE_PUBLISHED, "UPDATE measure SET expires_at = NULL WHERE entry_id = $1"},
	{"a measure that ends before it begins", STAGE_PUBLISHED, "UPDATE measure SET expires_at = valid_from WHERE entry_id = $1"},
	{"a measure that there is not", STAGE_PUBLISHED, "UPDATE measure SET kind = 'shoot' WHERE entry_id = $1"},
	{"a measure under other flags", STAGE_PUBLISHED, "UPDATE measure SET child = 1 WHERE entry_id = $1"},
	{"urgent by one person", STAGE_SUBMITTED,
	 "UPDATE entry SET urgent_by = '" DUTY "', urgent_confirmed_by = '" DUTY "', urgent_at = 1, urgent_until = 2 WHERE id = $1"},
	{"urgent for a week", STAGE_SUBMITTED,
	 "UPDATE entry SET urgent_by = '" DUTY "', urgent_confirmed_by = '" DECIDER "', urgent_at = 1, urgent_until = 604800001 WHERE id = $1"},
	{"erased, and still listed", STAGE_PUBLISHED, "UPDATE entry SET erased = 1 WHERE id = $1"},
	{"deleted", STAGE_PUBLISHED, "DELETE FROM entry WHERE id = $1"},
	{"an event without a leaf", STAGE_PUBLISHED, "UPDATE entry_event SET leaf_id = 'none' WHERE entry_id = $1"},
	{"a state that there is not", STAGE_PUBLISHED, "UPDATE entry SET state = 'listed' WHERE id = $1"},
	{"a copy under another id", STAGE_PUBLISHED,
	 "INSERT INTO entry (id, version, state, state_since, owner, reference, inflow, handling, submitted_by, submitted_at,"
	 " schema_name, person, content_hash, caption, has_birth_date, has_document) SELECT 'x', 1, 'published', 1, owner, 'copy',"
	 " inflow, 0, submitted_by, 1, schema_name, person, content_hash, caption, 1, 1 FROM entry WHERE id = $1"},
};

static void the_schema_refuses(void **state)
{
	struct world w;
	char id[ID_SIZE], reference[8];

	world_begin(&w, state);
	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++) {
		struct entry before, after;
		enum status st;

		snprintf(reference, sizeof reference, "S%zu", i);
		world_stage(&w, statements[i].stage, reference, id);
		before = world_entry(&w, id);
		st = world_sql(&w, statements[i].sql, DB_PARAMS(DB_V_TEXT(text_of(id))));
		if (st != ST_CONFLICT)
			fail_msg("%s: %s", statements[i].name, status_word(st));
		after = world_entry(&w, id);
		assert_true(text_equal(after.state, before.state));
		assert_true(text_equal(after.listing_leaf, before.listing_leaf));
	}
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_other_way_leads_there),
		db_unit_test(the_schema_refuses),
	};

	return db_run_group_tests(tests);
}
