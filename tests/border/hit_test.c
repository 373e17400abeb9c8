/* The life of a hit in the hub: told by a post, answered by the partner, its clocks, its end. */
#include "border/hit.h"

#include "border/frontier.h"
#include "registry/clearance.h"

#define HIT_1 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
#define HIT_2 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2"
#define HIT_3 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3"
#define MINUTE ((int64_t)60000)

struct doing {
	struct frontier *c;
	struct hit_doing act;
	struct actor actor;
};

static enum status do_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct doing *d = context;

	return hit_do(&d->c->border, tx, &d->actor, &d->act, ret_error);
}

static enum status act_do(struct frontier *c, const char *by, const char *act, const char *is, const char *note, struct error *ret_error)
{
	struct doing d = {.c = c, .act = {.hit = TEXT(HIT_1), .act = text_of(act), .is = text_of(is), .note = text_of(note)},
			  .actor = world_actor(by)};

	*ret_error = (struct error){0};
	return db_transact(c->world.db, DB_WRITE, do_work, &d, ret_error);
}

static void post_act(struct frontier *c, const char *post, const char *hit, const char *act, const char *rest)
{
	char json[1024];

	snprintf(json, sizeof json, "{\"hit\":\"%s\",\"act\":\"%s\"%s}", hit, act, rest);
	frontier_tell(c, hit_act_take, post, json);
}

static int64_t in_state(struct frontier *c, const char *state)
{
	return world_count(&c->world, "SELECT count(*) FROM hit WHERE id = $1 AND state = $2",
			   DB_PARAMS(DB_V_TEXT(TEXT(HIT_1)), DB_V_TEXT(text_of(state))));
}

static int64_t news(struct frontier *c, const char *post, const char *kind, const char *like)
{
	return world_count(&c->world, "SELECT count(*) FROM post_news WHERE post_id = $1 AND kind = $2 AND body LIKE $3",
			   DB_PARAMS(DB_V_TEXT(text_of(post)), DB_V_TEXT(text_of(kind)), DB_V_TEXT(text_of(like))));
}

static int64_t told(struct frontier *c, const char *kind, const char *subject)
{
	return world_count(&c->world, "SELECT count(*) FROM outbox WHERE kind = $1 AND subject = $2",
			   DB_PARAMS(DB_V_TEXT(text_of(kind)), DB_V_TEXT(text_of(subject))));
}

/* A listed person who may be detained: the usual one, with a warrant. */
static void wanted(struct frontier *c, char entry[ID_SIZE])
{
	world_stage(&c->world, STAGE_PUBLISHED, "KR-1", entry);
	assert_ok(world_sql(&c->world, "INSERT INTO measure (id, entry_id, own_national, child, kind, basis, number, issuer, valid_from, expires_at)"
			    " VALUES ('m', $1, 0, 0, 'detain', 'warrant', '2026-1', 'court', $2, $3)",
			    DB_PARAMS(DB_V_TEXT(text_of(entry)), DB_V_INT(START), DB_V_INT(START + 100 * DAY))));
}

/* Scenario 30: both sides know at once, the partner answers, custody has an end that is told of before it comes. */
static void from_hit_to_handing_over(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];
	struct error error;
	size_t done;

	frontier_begin(&c, state);
	wanted(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	assert_int_equal(in_state(&c, "open"), 1);
	assert_int_equal(told(&c, "hit", HIT_1), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM hit WHERE owner = 'kr' AND asked_at = $1 AND answer_due = $2 AND entry_id = $3"
				     " AND document = 'd|kr|M12345678' AND identity = 'n|kim min soo|1990-03-07'",
				     DB_PARAMS(DB_V_INT(START), DB_V_INT(START + 12 * HOUR), DB_V_TEXT(text_of(entry)))), 1);
	c.world.now_ms += 20 * MINUTE;
	assert_ok(act_do(&c, LIAISON, "answer", "same", "Yes: scar on the left hand.", &error));
	assert_int_equal(news(&c, AIRPORT, "answer", "%\"is\":\"same\",\"text\":\"Yes: scar%"), 1);
	assert_int_equal(act_do(&c, LIAISON, "answer", "other", NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "hit-answered");
	post_act(&c, AIRPORT, HIT_1, "confirm", "");
	assert_int_equal(in_state(&c, "confirmed"), 1);
	post_act(&c, AIRPORT, HIT_1, "custody", ",\"fields\":{\"basis\":\"warrant\"}");
	assert_int_equal(in_state(&c, "custody"), 1);
	assert_int_equal(told(&c, "custody", HIT_1), 1);
	assert_int_equal(act_do(&c, LIAISON, "receive", NULL, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "hit-state");
	post_act(&c, AIRPORT, HIT_1, "hand-over", ",\"note\":\"to the embassy's officers\"");
	assert_int_equal(in_state(&c, "handed-over"), 1);
	assert_ok(act_do(&c, LIAISON, "receive", NULL, "received in good health", &error));
	assert_int_equal(act_do(&c, LIAISON, "receive", NULL, NULL, &error), ST_CONFLICT);
	assert_int_equal(news(&c, AIRPORT, "hit", "%\"act\":\"receive\"%"), 1);
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act"), 5);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM audit WHERE thing_kind = 'hit' AND action = 'hit.act'"), 4);
	frontier_end(&c);
}

static void nobody_answers(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];
	struct error error;
	size_t done;

	frontier_begin(&c, state);
	wanted(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	c.world.now_ms += 6 * HOUR - 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	c.world.now_ms += 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 1);
	assert_int_equal(frontier_count(&c, "SELECT escalated FROM hit"), 1);
	assert_int_equal(news(&c, AIRPORT, "hit", "%\"act\":\"escalate\"%"), 1);
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	assert_int_equal(act_do(&c, DUTY, "escalate", NULL, NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "hit-escalated");
	/* Better late than never; and who did not know may learn. */
	assert_ok(act_do(&c, LIAISON, "answer", "unknown", NULL, &error));
	assert_ok(act_do(&c, LIAISON, "answer", "other", "Another birth mark.", &error));
	assert_int_equal(act_do(&c, LIAISON, "answer", "maybe", NULL, &error), ST_MALFORMED);
	assert_int_equal(act_do(&c, DUTY, "note", NULL, NULL, &error), ST_MALFORMED);
	assert_ok(act_do(&c, DUTY, "note", NULL, "called the embassy", &error));
	assert_int_equal(act_do(&c, DUTY, "custody", NULL, NULL, &error), ST_NOT_FOUND);
	assert_string_equal(error.reason, "no-such-act");
	frontier_end(&c);
}

static void custody_is_told_of_before_its_end(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];
	struct error error;
	int64_t whole;
	size_t done;

	frontier_begin(&c, state);
	wanted(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	assert_ok(act_do(&c, LIAISON, "answer", "same", NULL, &error));
	post_act(&c, AIRPORT, HIT_1, "confirm", "");
	post_act(&c, AIRPORT, HIT_1, "custody", "");
	whole = frontier_count(&c, "SELECT custody_until - custody_from FROM hit");
	assert_true(whole > 0);
	c.world.now_ms += whole / 4 * 3 - 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	c.world.now_ms += 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 1);
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	assert_int_equal(frontier_count(&c, "SELECT custody_told FROM hit"), 75);
	assert_int_equal(told(&c, "custody", HIT_1), 2);
	c.world.now_ms = START + whole;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 1);
	assert_int_equal(frontier_count(&c, "SELECT custody_told FROM hit"), 100);
	post_act(&c, AIRPORT, HIT_1, "release", "");
	assert_int_equal(in_state(&c, "released"), 1);
	assert_int_equal(told(&c, "custody", HIT_1), 4);
	frontier_end(&c);
}

/* What happened at the post is kept, and somebody must look at it. */
static void what_cannot_be_is_kept(void **state)
{
	static const struct {
		const char *act, *reason;
	} rows[] = {{"hand-over", "hit-state"}, {"release", "hit-state"}, {"dance", "no-such-act"}};
	struct frontier c;
	char entry[ID_SIZE], json[256];
	struct error error;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		post_act(&c, AIRPORT, HIT_1, rows[i].act, "");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(world_count(&c.world, "SELECT count(*) FROM hit_act WHERE act = $1 AND not_possible = $2 AND state = 'open'",
					     DB_PARAMS(DB_V_TEXT(text_of(rows[i].act)), DB_V_TEXT(text_of(rows[i].reason)))), 1);
	assert_int_equal(in_state(&c, "open"), 1);
	/* No measure but a ban: nobody may be held, though somebody was. */
	post_act(&c, AIRPORT, HIT_1, "confirm", "");
	post_act(&c, AIRPORT, HIT_1, "custody", "");
	assert_int_equal(in_state(&c, "confirmed"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act WHERE act = 'custody' AND not_possible = 'hit-measure'"), 1);
	/* Who lost his role meanwhile. */
	assert_ok(world_sql(&c.world, "DELETE FROM person_role", DB_NO_PARAMS));
	post_act(&c, AIRPORT, HIT_1, "refuse", "");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act WHERE act = 'refuse' AND not_possible = 'hit-role'"), 1);
	/* Another post's hit, or none. */
	post_act(&c, BAVET, HIT_1, "clear", "");
	post_act(&c, BAVET, HIT_2, "clear", "");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_event WHERE what = 'act-without-hit' AND record LIKE '%clear%'"), 2);
	assert_int_equal(in_state(&c, "confirmed"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM audit WHERE outcome = 'flagged' AND action = 'hit.act'"), 5);
	/* What is no act at all. */
	snprintf(json, sizeof json, "{\"hit\":\"%s\",\"act\":\"note\",\"photo\":\"AAAA\"}", HIT_1);
	assert_int_equal(frontier_tell_at(&c, hit_act_take, AIRPORT, START, 0, json, &error), ST_MALFORMED);
	assert_string_equal(error.field, "photo");
	frontier_end(&c);
}

static void frontier_hit_refused(struct frontier *c, const char *post, const char *hit, const char *entry)
{
	struct error error;
	char json[512];

	snprintf(json, sizeof json, "{\"id\":\"%s\",\"check\":\"%s\",\"point\":\"entry\",\"result\":\"stop\",\"act\":\"x\",\"edition\":1,"
		 "\"traveller\":{\"properties\":{}},\"candidates\":[{\"entry\":\"%s\",\"grade\":\"like\"}]}", hit, hit, entry);
	assert_int_equal(frontier_tell_at(c, hit_take, post, START, 0, json, &error), ST_MALFORMED);
	assert_string_equal(error.field, "id");
}

static void records_told_again_change_nothing(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	wanted(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	c.seq[0] = 0;
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit"), 1);
	assert_int_equal(told(&c, "hit", HIT_1), 1);
	/* Another hit under its number, of this post or another: told of, and changes nothing. */
	frontier_hit_refused(&c, AIRPORT, HIT_1, entry);
	frontier_hit_refused(&c, BAVET, HIT_1, entry);
	c.seq[0] = 1;
	post_act(&c, AIRPORT, HIT_1, "confirm", "");
	c.seq[0] = 1;
	post_act(&c, AIRPORT, HIT_1, "confirm", "");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act"), 1);
	assert_int_equal(frontier_count(&c, "SELECT version FROM hit"), 2);
	frontier_end(&c);
}

/* Scenario 15. */
static void nobody_is_at_two_places(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	/* 153 km in five minutes, with another document: the same listed person. */
	c.world.now_ms += 5 * MINUTE;
	frontier_hit_at(&c, hit_take, BAVET, c.world.now_ms, HIT_2, entry, "identity", "X0000001");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit a JOIN hit b ON a.misuse_of = b.id AND b.misuse_of = a.id"), 2);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act WHERE act = 'misuse'"), 2);
	assert_int_equal(news(&c, AIRPORT, "hit", "%\"act\":\"misuse\"%") + news(&c, BAVET, "hit", "%\"act\":\"misuse\"%"), 2);
	assert_int_equal(told(&c, "hit", HIT_1), 2);
	/* Two who are merely like him are two honest people; the same document is not. */
	c.world.now_ms += 3 * DAY;
	frontier_hit_at(&c, hit_take, AIRPORT, c.world.now_ms, HIT_3, entry, "like", "Y0000001");
	frontier_hit_at(&c, hit_take, POIPET, c.world.now_ms, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa4", entry, "like", "Y0000002");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE misuse_of IS NOT NULL"), 2);
	frontier_hit_at(&c, hit_take, BAVET, c.world.now_ms - MINUTE, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa5", entry, "like", "Y0000001");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE misuse_of IS NOT NULL"), 4);
	frontier_end(&c);
}

struct confirming {
	struct frontier *c;
	struct text id;
};

static enum status confirm_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct actor actor = world_actor(SUPERVISOR), same = world_actor(SECONDARY);
	struct confirming *k = context;
	struct clearance_act act = {.version = 1, .act = TEXT("confirm")};
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT id FROM clearance", DB_NO_PARAMS, &k->c->world.arena, &row, ret_error));
	act.id = k->id = db_text(&row, 0, 0);
	assert_int_equal(clearance_do(k->c->world.registry, tx, &same, &act, ret_error), ST_CONFLICT);
	assert_string_equal(ret_error->reason, "clearance-same-person");
	return clearance_do(k->c->world.registry, tx, &actor, &act, ret_error);
}

/* Scenarios 11 and 12: he who was cleared is proposed for a clearance by the officer who saw him; another confirms. */
static void clearing_proposes_a_clearance(void **state)
{
	struct frontier c;
	struct confirming confirming = {.c = &c};
	char entry[ID_SIZE];
	struct error error;
	size_t done;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	frontier_hit_at(&c, hit_take, AIRPORT, START, HIT_1, entry, "like", "K55555555");
	post_act(&c, AIRPORT, HIT_1, "clear", ",\"note\":\"another face\",\"fields\":{\"consent\":true},\"photo\":\"/9j/4AA=\"");
	assert_int_equal(in_state(&c, "cleared"), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM clearance c JOIN hit_act a ON a.clearance_id = c.id WHERE c.state = 'proposed'"
				     " AND c.proposed_by = $1 AND c.entry_id = $2 AND c.note = 'another face' AND c.photo_type = 'image/jpeg'"
				     " AND c.person LIKE '%K55555555%'",
				     DB_PARAMS(DB_V_TEXT(TEXT(SECONDARY)), DB_V_TEXT(text_of(entry)))), 1);
	/* Not the officer who cleared him; once another did, checkpoints are told by the list. */
	assert_ok(db_transact(c.world.db, DB_WRITE, confirm_work, &confirming, NULL));
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM clearance c JOIN ledger_payload p ON p.leaf = c.put_leaf WHERE c.state = 'in-force'"
				     " AND p.payload LIKE '%\"entry\":\"' || $1 || '\"%'", DB_PARAMS(DB_V_TEXT(text_of(entry)))), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM outbox WHERE kind = 'list' AND subject = $1",
				     DB_PARAMS(DB_V_TEXT(confirming.id))), 1);
	/* Without consent none; with the listed person's own document none, and why. */
	frontier_hit_at(&c, hit_take, AIRPORT, START, HIT_2, entry, "like", "K55555556");
	post_act(&c, AIRPORT, HIT_2, "clear", ",\"fields\":{\"consent\":false}");
	frontier_hit_at(&c, hit_take, AIRPORT, START, HIT_3, entry, "identity", "M12345678");
	post_act(&c, AIRPORT, HIT_3, "clear", ",\"fields\":{\"consent\":true}");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM clearance"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE state = 'cleared'"), 3);
	/* Nobody waits for an answer about one who is another; it may still come. */
	c.world.now_ms += 30 * HOUR;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE escalated = 1"), 0);
	assert_int_equal(act_do(&c, DUTY, "escalate", NULL, NULL, &error), ST_CONFLICT);
	assert_ok(act_do(&c, LIAISON, "answer", "other", NULL, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act WHERE fields LIKE '%\"clearanceRefused\":\"clearance-document\"%'"), 1);
	frontier_end(&c);
}

/* The second line says that he is another of those he was like. */
static void he_is_another_of_them(void **state)
{
	struct frontier c;
	char one[ID_SIZE], two[ID_SIZE], json[2048], fields[128];
	struct error error;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", one);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-2", two);
	assert_ok(world_sql(&c.world, "UPDATE entry SET owner = 'th' WHERE id = $1", DB_PARAMS(DB_V_TEXT(text_of(two)))));
	snprintf(json, sizeof json, "{\"id\":\"" HIT_1 "\",\"check\":\"" HIT_2 "\",\"point\":\"exit\",\"result\":\"refer\",\"act\":\"second-line\","
		 "\"edition\":1,\"traveller\":{\"properties\":{\"name\":[\"KIM MINSOO\"]}},\"candidates\":["
		 "{\"entry\":\"%s\",\"grade\":\"identity\"},{\"entry\":\"%s\",\"grade\":\"like\"}]}", one, two);
	frontier_tell(&c, hit_take, AIRPORT, json);
	assert_ok(act_do(&c, LIAISON, "answer", "other", NULL, &error));
	c.world.now_ms += MINUTE;
	snprintf(fields, sizeof fields, ",\"fields\":{\"entry\":\"%s\"}", two);
	post_act(&c, AIRPORT, HIT_1, "confirm", fields);
	assert_int_equal(in_state(&c, "confirmed"), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM hit WHERE owner = 'th' AND grade = 'like' AND entry_id = $1 AND asked_at = $2"
				     " AND answer IS NULL", DB_PARAMS(DB_V_TEXT(text_of(two)), DB_V_INT(START + MINUTE))), 1);
	frontier_end(&c);
}

static void what_is_no_hit_is_refused(void **state)
{
#define HEAD "{\"id\":\"" HIT_1 "\",\"check\":\"" HIT_2 "\",\"point\":\"entry\",\"result\":\"stop\",\"act\":\"second-line\",\"edition\":1"
	static const struct {
		const char *json, *field;
	} rows[] = {
		{"{}", "id"},
		{"{\"id\":\"" HIT_1 "\",\"check\":\"" HIT_2 "\",\"point\":\"entry\",\"result\":\"pass\"}", "result"},
		{HEAD "}", "candidates"},
		{HEAD ",\"candidates\":[]}", "candidates"},
		{HEAD ",\"candidates\":[{\"entry\":\"x\"}]}", "entry"},
		{HEAD ",\"candidates\":[{\"entry\":\"" HIT_1 "\",\"grade\":\"nobody\"}]}", "grade"},
		{HEAD ",\"candidates\":[{\"entry\":\"" HIT_1 "\",\"grade\":\"like\"}]}", "traveller"},
	};
	struct frontier c;
	struct error error;

	frontier_begin(&c, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(frontier_tell_at(&c, hit_take, AIRPORT, START, 0, rows[i].json, &error), ST_MALFORMED);
		assert_string_equal(error.field, rows[i].field);
	}
	/* An entry that the hub does not know (any more): the hit stands, as the host's own, and nobody is asked. */
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, "ffffffffffffffffffffffffffffffff");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE owner = 'kh' AND asked_at IS NULL"), 1);
	assert_int_equal(act_do(&c, LIAISON, "answer", "same", NULL, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "hit-not-asked");
	frontier_end(&c);
}

/* Whoever holds the connection. */
static void the_schema_refuses_by_itself(void **state)
{
	static const char *const tries[] = {
		"UPDATE hit SET state = 'custody'",
		"UPDATE hit SET state = 'custody', custody_from = 2, custody_until = 1, custody_basis = 'warrant', confirmed_by = 'x'",
		"UPDATE hit SET state = 'custody', custody_from = 1, custody_until = 2, custody_basis = 'warrant'",
		"UPDATE hit SET state = 'vanished'",
		"UPDATE hit SET answer = 'same'",
		"UPDATE hit SET answer = 'perhaps', answered_at = 1, answered_by = 'x'",
		"UPDATE hit SET answer_due = NULL",
		"UPDATE hit SET answer_due = asked_at",
		"UPDATE hit SET misuse_of = id",
		"UPDATE hit SET misuse_of = 'nobody'",
		"UPDATE hit SET delete_at = delete_at + 1",
		"UPDATE hit SET owner = 'kor'",
		"UPDATE hit SET escalated = 2",
		"DELETE FROM post",
	};
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++)
		if (world_sql(&c.world, tries[i], DB_NO_PARAMS) != ST_CONFLICT)
			fail_msg("%s", tries[i]);
	assert_int_equal(in_state(&c, "open"), 1);
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(from_hit_to_handing_over),
		db_unit_test(nobody_answers),
		db_unit_test(custody_is_told_of_before_its_end),
		db_unit_test(what_cannot_be_is_kept),
		db_unit_test(records_told_again_change_nothing),
		db_unit_test(nobody_is_at_two_places),
		db_unit_test(clearing_proposes_a_clearance),
		db_unit_test(he_is_another_of_them),
		db_unit_test(what_is_no_hit_is_refused),
		db_unit_test(the_schema_refuses_by_itself),
	};

	return db_run_group_tests(tests);
}
