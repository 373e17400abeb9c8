/* Calls for help: two addressees, a clock of five minutes that a test moves, neither side closes alone, whoever acts has read it. */
#include "account/audit.h"
#include "awareness/publish.h"
#include "awareness/rescue.h"
#include "square.h"
#include "tally/release.h"

#define MINUTE ((int64_t)60000)
#define HELD ",\"held\":{\"name\":\"Kim Minsu\",\"nationality\":\"Korean\"}"

SQUARE_WORK(rescue_do, rescue_do(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))

static enum status open_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct square_doing *d = context;
	const struct actor actor = world_actor(d->by);
	const struct audit_event event = {.actor = &actor, .action = "rescue.open", .thing_kind = "rescue", .thing = text_of(d->what), .outcome = "done"};

	TRY(audit_add(tx, &d->s->world.env, &event, ret_error));
	return rescue_opened(&d->s->hub, tx, text_of(d->what), ret_error);
}

static void opened(struct square *s, const char *by, const char *id)
{
	struct square_doing d = {.s = s, .by = by, .what = id};
	struct error error = {.code = ST_OK};

	assert_ok(db_transact(s->world.db, DB_WRITE, open_work, &d, &error));
}

/* Gives the number of its receipt. */
static uint64_t called(struct square *s, const char *more)
{
	char json[4096];

	s->sent++;
	snprintf(json, sizeof json, "{\"language\":\"ko\",\"receipt\":\"receipt|%016llu\",\"relation\":\"self\",\"time\":\"2027-01-15T08:00:00.000Z\"%s}",
		 (unsigned long long)s->sent, more);
	square_put(s, BULLETIN_RESCUE, json);
	square_run(s);
	return s->sent;
}

/* A hundred tips came before it; the clocks of others tick between two batches. */
static void a_call_does_not_wait_for_a_flood(void **state)
{
	struct square s;
	struct error error;
	size_t taken = 0;
	bool more = false;

	square_begin(&s, state);
	for (unsigned i = 0; i < 100; i++) {
		char json[512];

		snprintf(json, sizeof json, "{\"language\":\"en\",\"receipt\":\"receipt|%016u\",\"speed\":\"tip\",\"story\":\"flood\",\"time\":\"2027-01-15T08:00:00.000Z\"}",
			 1000 + i);
		square_put(&s, BULLETIN_REPORT, json);
	}
	square_put(&s, BULLETIN_RESCUE, "{\"language\":\"ko\",\"receipt\":\"receipt|0000000000000001\",\"relation\":\"self\",\"time\":\"2027-01-15T08:00:00.000Z\"" HELD "}");
	assert_ok(inbox_run(&s.hub, &taken, &more, &error));
	assert_true(taken < 101 && more);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue"), 1);
	square_run(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report"), 100);
	square_end(&s);
}

static struct rescue_act act_of(struct square *s, const char *id, const char *act, const char *reason, const char *note)
{
	return (struct rescue_act){.id = text_of(id), .act = text_of(act), .reason = text_of(reason), .note = text_of(note),
				   .version = world_count(&s->world, "SELECT version FROM rescue WHERE id = $1", DB_PARAMS(DB_V_TEXT(text_of(id))))};
}

/* What somebody does, and the reason why it is refused; NULL: it is done. "open" reads what was said. */
struct step {
	const char *by, *act, *reason, *note, *refused;
};

static void do_steps(struct square *s, const char *id, const struct step *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct step *step = &steps[i];
		struct error error = {.code = ST_OK};
		struct rescue_act act;

		if (strcmp(step->act, "open") == 0) {
			opened(s, step->by, id);
			continue;
		}
		act = act_of(s, id, step->act, step->reason ? step->reason : "", step->note ? step->note : "");
		if ((square_rescue_do(s, step->by, &act, NULL, &error) == ST_OK) != (step->refused == NULL) ||
		    (step->refused && strcmp(error.reason, step->refused) != 0))
			fail_msg("step %zu, %s: \"%s\", not \"%s\"", i, step->act, error.reason, step->refused ? step->refused : "");
	}
}

#define STEPS(s, id, ...) do_steps(s, id, (const struct step[]){__VA_ARGS__}, sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))
#define BOTH_HAVE_IT {.by = DUTY, "open"}, {.by = LIAISON, "open"}, {.by = DUTY, "acknowledge"}, {.by = LIAISON, "acknowledge"}

/* A hub, and in it a call of which `more` is said. */
static void begin_with_call(struct square *s, void **state, const char *more, char id[64])
{
	square_begin(s, state);
	called(s, more);
	square_get(s, "SELECT id FROM rescue", id);
}

/* ---- taken ---- */

static void a_call_goes_to_two_countries(void **state)
{
	static const struct {
		const char *more, *partner;
	} rows[] = {{",\"held\":{\"nationality\":\"Korean\"}", "kr"}, {",\"held\":{\"nationality\":\"태국\"}", "th"}, {",\"held\":{\"nationality\":\"THA\"}", "th"},
		    {",\"held\":{\"nationality\":\"Cambodia\"}", "kr"}, {",\"held\":{\"nationality\":\"Atlantis\"}", "kr"}, {",\"people\":\"3\"", "kr"}};
	struct square s;

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char partner[64];

		called(&s, rows[i].more);
		square_get(&s, "SELECT partner FROM rescue ORDER BY number DESC LIMIT 1", partner);
		assert_string_equal(partner, rows[i].partner);
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE due_at = rung_at + 300000 AND acknowledged_at IS NULL"), 12);
	/* where nobody works in Thailand it goes to Korea, where somebody does */
	assert_ok(world_sql(&s.world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('" LIAISON "', 'liaison', 'x', 1)", DB_NO_PARAMS));
	called(&s, rows[1].more);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE number = 7 AND partner = 'kr'"), 1);
	square_end(&s);
}

static void what_is_said_is_read(void **state)
{
	static const struct {
		const char *more, *reason;
	} rows[] = {
		{"", "item-empty"},
		{",\"held\":{\"name\":7}", "item-member"},
		{",\"held\":[]", "item-member"},
		{",\"people\":\"2\",\"message\":{\"en\":[]}", "item-member"},
		{",\"people\":\"2\",\"missing\":[\"money\"]", "item-member"},
		{",\"people\":\"2\",\"missing\":\"name\"", "item-member"},
		{",\"people\":\"2\",\"attached\":[1]", "item-member"},
		{",\"people\":2", "item-member"},
	};
	struct square s;
	char reason[64];

	square_begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		called(&s, rows[i].more);
		square_get(&s, "SELECT reason FROM inbox_item WHERE state = 'aside'", reason);
		assert_string_equal(reason, rows[i].reason);
		assert_ok(world_sql(&s.world, "DELETE FROM inbox_item", DB_NO_PARAMS));
	}
	/* a name alone is a lead; what is missing stands beside it, how to reach him apart from it */
	called(&s, HELD ",\"contact\":{\"value\":\"@kim\",\"way\":\"telegram\",\"hours\":\"after 22:00\"},\"missing\":[\"location\",\"video\"],"
	       "\"message\":{\"en\":\"Help\"}");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE missing = 'location|video' AND content LIKE '%Kim Minsu%'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE content LIKE '%@kim%' OR content LIKE '%receipt%'"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact WHERE value = '@kim'"), 1);
	assert_int_equal(square_receipt(&s, s.sent), 1);
	square_end(&s);
}

static void moments_are_read(void **state)
{
	/* from START, which is 2027-01-15 15:00 in Phnom Penh */
	static const struct {
		const char *said;
		int32_t east;
		int64_t after; /* minutes; 0: none */
	} rows[] = {{"19:30", 420, 270},	  {"about 19:30 or later", 420, 270}, {"19:30.", 420, 270}, {"9:05", 420, 18 * 60 + 5}, {"15:00", 420, 24 * 60}, {"19:30", 540, 150},
		    {"១៩:៣០", 420, 270},	  {"１９：３０", 420, 270},	      {"2027-01-16 01:00", 420, 600}, {"2027-01-14 19:30", 420, 0}, {"tonight", 420, 0},
		    {"", 420, 0},		  {"25:00", 420, 0},		      {"12:75", 420, 0},	 {"1234:30", 420, 0},		{"at 7", 420, 0},
		    /* another moment may be meant */
		    {"9:30 pm", 420, 0}, {"밤 9:30", 420, 0}, {"27/11 19:30", 420, 0}, {"19:30 on 27/11", 420, 0}, {"19:30-19:45", 420, 0}, {"2027/01/16 19:30", 420, 0},
		    {"12:00 noon", 420, 0}, {"13:00 daily", 420, 22 * 60}};
	const int64_t from_ms = START;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t ms = 0;
		bool there = rescue_moment_read(text_of(rows[i].said), rows[i].east, from_ms, &ms);

		if (there != (rows[i].after != 0) || (there && ms != from_ms + rows[i].after * MINUTE))
			fail_msg("%s: %d %lld minutes", rows[i].said, there, (long long)((ms - from_ms) / MINUTE));
	}
}

/* ---- the clock ---- */

static void five_minutes_and_not_before(void **state)
{
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD, id);
	STEPS(&s, id, {.by = DUTY, "open"}, {.by = DUTY, "acknowledge"});
	s.world.now_ms = square_count(&s, "SELECT received_at FROM rescue") + 5 * MINUTE - 1000; /* 4:59 */
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE escalated_at IS NOT NULL"), 0);
	s.world.now_ms += 1000; /* 5:00 */
	square_clock(&s);
	square_clock(&s);
	/* the silent country alone, once; both are told */
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE escalated_at IS NOT NULL AND country = 'kr'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE escalated_at IS NOT NULL"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'escalate' AND note = 'kr' AND officer = 'clock'"), 1);
	/* whoever comes late still acknowledges, and that he was late stays */
	STEPS(&s, id, {.by = LIAISON, "open"}, {.by = LIAISON, "acknowledge"});
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE acknowledged_at IS NOT NULL AND escalated_at IS NOT NULL"), 1);
	square_end(&s);
}

/* ---- acts ---- */

static void whoever_acts_has_read_it(void **state)
{
	struct error error;
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD, id);
	STEPS(&s, id, {.by = DUTY, "acknowledge", .refused = "rescue-not-opened"}, {.by = DUTY, "open"});
	assert_int_equal(square_receipt(&s, 1), 2);
	STEPS(&s, id, {.by = DUTY, "take", .refused = "rescue-not-acknowledged"}, {.by = DUTY, "acknowledge"},
	      {.by = DUTY, "acknowledge", .refused = "rescue-acknowledged"},
	      /* another has not, nor has he himself a day later */
	      {.by = SUPERVISOR, "note", NULL, "seen", "rescue-not-opened"});
	s.world.now_ms += DAY;
	STEPS(&s, id, {.by = DUTY, "note", NULL, "seen", "rescue-not-opened"},
	      /* of a country that is none of the two */
	      {.by = THAI, "open"});
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE country = 'th'"), 0);
	{
		const struct rescue_act act = act_of(&s, id, "note", "", "seen");

		assert_int_equal(square_rescue_do(&s, THAI, &act, NULL, &error), ST_NOT_FOUND);
	}
	/* nobody acknowledges for another country, past the program either */
	assert_int_equal(world_sql(&s.world, "UPDATE rescue_desk SET acknowledged_by = '" DUTY "', acknowledged_at = 1 WHERE country = 'kr'", DB_NO_PARAMS),
			 ST_CONFLICT);
	square_end(&s);
}

#define CLOSE_BY(proposed, pc, agreed, ac)                                                                                                      \
	"UPDATE rescue SET state = 'closed', result = 'safe', proposed_by = '" proposed "', proposed_country = '" pc "', proposed_at = 1, agreed_by = '" \
	agreed "', agreed_country = '" ac "', agreed_at = 2"

static void neither_closes_alone(void **state)
{
	static const char *const alone[] = {
		"UPDATE rescue SET state = 'closed'",
		"UPDATE rescue SET state = 'closed', result = 'safe', proposed_by = '" DUTY "', proposed_country = 'kh', proposed_at = 1",
		CLOSE_BY(DUTY, "kh", DUTY, "kh"),
		CLOSE_BY(DUTY, "kh", SUPERVISOR, "kh"),
		CLOSE_BY(DUTY, "kh", SUPERVISOR, "kr"), /* he is not of that country */
		CLOSE_BY(DUTY, "kh", THAI, "th"),	/* that country has no part in it */
	};
	struct error error;
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD, id);
	for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++)
		if (world_sql(&s.world, alone[i], DB_NO_PARAMS) != ST_CONFLICT)
			fail_msg("%s", alone[i]);
	STEPS(&s, id, {.by = DUTY, "open"}, {.by = SUPERVISOR, "open"}, {.by = LIAISON, "open"}, {.by = DUTY, "acknowledge"}, {.by = DUTY, "take"});
	assert_int_equal(square_receipt(&s, 1), 8);
	STEPS(&s, id, {.by = DUTY, "propose", "because", NULL, "reason-unknown"}, {.by = DUTY, "propose", "safe", "he is with us"},
	      {.by = DUTY, "agree", .refused = "rescue-own-proposal"}, {.by = SUPERVISOR, "agree", .refused = "rescue-own-proposal"},
	      /* the other country has not even acknowledged */
	      {.by = LIAISON, "agree", .refused = "rescue-not-acknowledged"}, {.by = LIAISON, "acknowledge"},
	      {.by = LIAISON, "take-back", .refused = "not-in-this-state"}, {.by = LIAISON, "disagree", .refused = "text-missing"},
	      {.by = LIAISON, "disagree", NULL, "his family has not heard of him"});
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE state = 'in-hand' AND result IS NULL"), 1);
	STEPS(&s, id, {.by = LIAISON, "propose", "safe"}, {.by = LIAISON, "take-back"}, {.by = LIAISON, "propose", "safe"});
	{
		struct rescue_act stale = act_of(&s, id, "agree", "", "");

		stale.version--;
		assert_int_equal(square_rescue_do(&s, DUTY, &stale, NULL, &error), ST_CONFLICT);
		assert_string_equal(error.reason, "version");
	}
	STEPS(&s, id, {.by = DUTY, "agree"});
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE state = 'closed' AND proposed_country = 'kr' AND agreed_country = 'kh'"), 1);
	/* whoever looks at the telephone learns nothing of how it ended */
	assert_int_equal(square_receipt(&s, 1), 6);
	assert_int_equal(square_count(&s, "SELECT reason FROM receipt"), 0);
	STEPS(&s, id, {.by = DUTY, "propose", "safe", NULL, "not-in-this-state"});
	square_end(&s);
}

static void they_look_through_the_telephone(void **state)
{
	struct error error;
	struct rescue_act act;
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD ",\"next_check\":\"22:00\"", id); /* it is 15:00 in Phnom Penh */
	assert_int_equal(square_count(&s, "SELECT check_at - received_at FROM rescue"), 7 * HOUR);
	STEPS(&s, id, {.by = LIAISON, "open"}, {.by = LIAISON, "acknowledge"});
	act = act_of(&s, id, "check", "", "");
	act.at_ms = s.world.now_ms;
	assert_int_equal(square_rescue_do(&s, LIAISON, &act, NULL, &error), ST_MALFORMED);
	act.at_ms = s.world.now_ms + HOUR;
	assert_ok(square_rescue_do(&s, LIAISON, &act, NULL, &error));
	assert_int_equal(square_count(&s, "SELECT check_at - received_at FROM rescue"), HOUR);
	square_end(&s);
}

/* ---- whoever called says more ---- */

static void what_he_says_ends_nothing(void **state)
{
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD, id);
	STEPS(&s, id, BOTH_HAVE_IT);
	s.world.now_ms += HOUR;
	square_follow(&s, 1, "withdraw", ",\"story\":\"I am fine\",\"contact\":{\"value\":\"@other\",\"way\":\"line\"}");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE state = 'received' AND content LIKE '%Kim Minsu%' AND said_at > received_at"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'withdraw' AND note = 'I am fine'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact WHERE value = '@other'"), 1);
	STEPS(&s, id, {.by = DUTY, "propose", "taken-back"}, {.by = LIAISON, "agree"});
	/* closed, and he calls again: both are rung anew */
	s.world.now_ms += HOUR;
	square_follow(&s, 1, "add", ",\"story\":\"They took my telephone\"");
	assert_int_equal(square_receipt(&s, 1), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE acknowledged_at IS NULL AND escalated_at IS NULL"), 2);
	s.world.now_ms += 5 * MINUTE;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue_desk WHERE escalated_at IS NOT NULL"), 2);
	square_end(&s);
}

static void nothing_he_says_is_cut(void **state)
{
	char story[SQUARE_LONG_LETTERS * 3 + 32];
	struct square s;

	square_begin(&s, state);
	called(&s, HELD);
	square_long_story(story);
	square_follow(&s, 1, "add", story);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside'"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'add' AND length(note) > 0"), 2);
	assert_int_equal(square_count(&s, "SELECT CAST(sum(length(note)) AS BIGINT) FROM desk_act WHERE act = 'add'"), SQUARE_LONG_LETTERS);
	square_end(&s);
}

static void what_was_said_goes_after_a_year(void **state)
{
	char id[64];
	struct square s;

	begin_with_call(&s, state, HELD ",\"contact\":{\"value\":\"@kim\",\"way\":\"telegram\"}", id);
	STEPS(&s, id, BOTH_HAVE_IT, {.by = LIAISON, "propose", "safe", "at the embassy"}, {.by = DUTY, "agree"});
	s.world.now_ms += 364 * DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE content IS NOT NULL"), 1);
	s.world.now_ms += 2 * DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE content IS NULL AND result = 'safe'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE note IS NOT NULL"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM reporter_contact"), 0);
	square_end(&s);
}

/* ---- what the public is told ---- */

struct telling {
	struct square *s;
	struct buffer out;
};

static enum status tell_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct telling *t = context;

	buffer_clear(&t->out);
	return published_calls(tx, t->s->world.now_ms, &t->s->world.arena, &t->out, ret_error);
}

/* How many authorities stand in calls.json. */
static size_t told(struct square *s)
{
	struct telling t = {.s = s};
	struct error error = {.code = ST_OK};
	size_t count = 0;

	buffer_init(&t.out, 65536);
	assert_ok(db_transact(s->world.db, DB_READ, tell_work, &t, &error));
	for (size_t at = 0; (at = text_find(buffer_text(&t.out), '{', at)) < t.out.len; at++)
		count++; /* each and its name */
	buffer_release(&t.out);
	return count / 2;
}

static void role(struct square *s, const char *person, const char *word)
{
	assert_ok(world_sql(&s->world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, $2, 'x', 1)",
			    DB_PARAMS(DB_V_TEXT(text_of(person)), DB_V_TEXT(text_of(word)))));
}

static void a_portal_sends_only_where_two_may_acknowledge(void **state)
{
	struct square s;

	square_begin(&s, state);
	assert_int_equal(told(&s), 0);
	role(&s, LIAISON, "liaison");
	role(&s, THAI, "liaison");
	assert_int_equal(told(&s), 0); /* nobody in the hub's own country */
	role(&s, SUPERVISOR, "supervisor");
	assert_int_equal(told(&s), 0); /* the second tier is not the desk */
	role(&s, DUTY, "duty");
	assert_int_equal(told(&s), 3);
	assert_ok(world_sql(&s.world, "UPDATE person SET state = 'locked' WHERE id = '" THAI "'", DB_NO_PARAMS));
	assert_int_equal(told(&s), 2);
	assert_ok(world_sql(&s.world, "UPDATE person SET state = 'gone' WHERE id = '" LIAISON "'", DB_NO_PARAMS));
	assert_int_equal(told(&s), 1);
	square_end(&s);
}

/* ---- in the figures ---- */

struct counted {
	struct tally tally;
	int64_t month;
	json_t *snapshot, *document;
};

static enum status draft_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct counted *c = context;

	return tally_draft(&c->tally, tx, c->month, NULL, &c->snapshot, &c->document, ret_error);
}

/* -1: it is not there, -2: withheld. */
static int64_t figure(struct square *s, int64_t month, const char *id)
{
	struct counted c = {.tally = {.env = &s->world.env, .host = TEXT("kh"), .hub = TEXT("cordon.kh")}, .month = month};
	struct note_signer signer;
	struct error error = {.code = ST_OK};
	int64_t value = -1;
	json_t *item;
	size_t i;

	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, (const uint8_t[32]){7}, &signer, NULL));
	c.tally.signer = &signer;
	assert_ok(db_transact(s->world.db, DB_READ, draft_work, &c, &error));
	json_array_foreach(json_object_get(c.document, "items"), i, item)
		if (strcmp(json_string_value(json_object_get(item, "id")), id) == 0)
			value = json_is_null(json_object_get(item, "value")) ? -2 : json_integer_value(json_object_get(item, "value"));
	json_decref(c.snapshot);
	json_decref(c.document);
	note_signer_clear(&signer);
	return value;
}

/* Both acknowledge, the second `late_ms` after it came; both agree to close where they shall. */
static void handled(struct square *s, const char *id, int64_t late_ms, bool close)
{
	STEPS(s, id, {.by = DUTY, "open"}, {.by = DUTY, "acknowledge"}, {.by = LIAISON, "open"});
	s->world.now_ms += late_ms;
	STEPS(s, id, {.by = LIAISON, "acknowledge"});
	if (close)
		STEPS(s, id, {.by = DUTY, "propose", "safe"}, {.by = LIAISON, "agree"});
}

static void calls_are_counted_and_few_are_withheld(void **state)
{
	struct square s;
	char id[64], sql[128];

	square_begin(&s, state);
	for (int i = 0; i < 7; i++) {
		called(&s, HELD);
		snprintf(sql, sizeof sql, "SELECT id FROM rescue WHERE number = %d", i + 1);
		square_get(&s, sql, id);
		/* six in time, the fourth of them at the last moment; one too late; five are closed */
		handled(&s, id, i == 3 ? 5 * MINUTE - s.world.now_ms + square_count(&s, "SELECT max(received_at) FROM rescue") : i == 6 ? 6 * MINUTE : MINUTE,
			i < 5);
		if (i == 3 || i == 6)
			square_clock(&s);
	}
	/* words about a closed call ring it anew: that it was acknowledged and closed stays counted, once */
	square_put(&s, BULLETIN_FOLLOW_UP, "{\"act\":\"add\",\"language\":\"ko\",\"receipt\":\"receipt|0000000000000001\",\"story\":\"again\",\"time\":\"2027-01-15T09:00:00.000Z\"}");
	square_run(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM rescue WHERE number = 1 AND state = 'received'"), 1);
	s.world.now_ms = START + 18 * DAY;
	assert_int_equal(figure(&s, 202701, "service.calls"), 7);
	assert_int_equal(figure(&s, 202701, "service.calls-answered"), 6);
	assert_int_equal(figure(&s, 202701, "service.calls-closed"), 5);
	square_get(&s, "SELECT id FROM rescue WHERE number = 1", id);
	handled(&s, id, MINUTE, true);
	called(&s, HELD);
	s.world.now_ms += 30 * DAY;
	/* of February there is one */
	assert_int_equal(figure(&s, 202702, "service.calls"), -2);
	assert_int_equal(figure(&s, 202702, "service.calls-closed"), -2);
	assert_int_equal(figure(&s, 202701, "service.calls"), 7);
	assert_int_equal(figure(&s, 202701, "service.calls-closed"), 5);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_call_goes_to_two_countries),
		db_unit_test(a_call_does_not_wait_for_a_flood),
		db_unit_test(what_is_said_is_read),
		cmocka_unit_test(moments_are_read),
		db_unit_test(five_minutes_and_not_before),
		db_unit_test(whoever_acts_has_read_it),
		db_unit_test(neither_closes_alone),
		db_unit_test(they_look_through_the_telephone),
		db_unit_test(what_he_says_ends_nothing),
		db_unit_test(nothing_he_says_is_cut),
		db_unit_test(what_was_said_goes_after_a_year),
		db_unit_test(a_portal_sends_only_where_two_may_acknowledge),
		db_unit_test(calls_are_counted_and_few_are_withheld),
	};

	return db_run_group_tests(tests);
}
