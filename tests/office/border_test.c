/* The border in the officers' interface: hits and what each side sees of them, answers, custody, drills, today. */
#include "border/frontier.h"

#include "border/crossing.h"
#include "border/drill.h"
#include "border/hit.h"
#include "office/world_call.h"

void office_border_today(struct office_call *call);
void office_custody_list(struct office_call *call);
void office_drill_act(struct office_call *call);
void office_drill_list(struct office_call *call);
void office_drill_order(struct office_call *call);
void office_drill_results(struct office_call *call);
void office_entry_crossings(struct office_call *call);
void office_hit_act(struct office_call *call);
void office_hit_get(struct office_call *call);
void office_hit_list(struct office_call *call);
void office_hit_photo(struct office_call *call);
void office_post_roster(struct office_call *call);
void office_today_get(struct office_call *call);

#define HIT_1 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"
#define HIT_2 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2"

struct asking {
	struct test_call t;
	struct http_field match;
};

/* Asks and keeps the answer until `again` or `over`. `second`: the act or number of the path, or NULL. */
static void ask(struct asking *a, struct frontier *c, office_handler *handler, const char *person, const char *role, const char *query,
		const char *id, const char *second, const char *body, const char *version)
{
	const struct actor actor = test_officer(&c->world, person, role);

	if (a->t.arena.ceiling)
		test_call_free(&a->t);
	test_call_make(&a->t, &c->world, &actor, query, id);
	a->t.office.border = &c->border;
	a->t.captures[1] = text_of(second);
	a->t.request.capture_count = second ? 2 : id != NULL;
	if (body)
		test_call_body(&a->t, body, strlen(body));
	a->match = (struct http_field){TEXT("If-Match"), text_of(version)};
	a->t.request.headers = &a->match;
	a->t.request.header_count = version != NULL;
	handler(&a->t.call);
}

#define says(a, words) assert_true(test_call_says(&(a).t, (words)))
#define says_not(a, words) assert_false(test_call_says(&(a).t, (words)))

static void listed(struct frontier *c, char entry[ID_SIZE])
{
	world_stage(&c->world, STAGE_PUBLISHED, "KR-1", entry);
	assert_ok(world_sql(&c->world, "INSERT INTO measure (id, entry_id, own_national, child, kind, basis, number, issuer, valid_from, expires_at)"
			    " VALUES ('m', $1, 0, 0, 'detain', 'warrant', '2026-1', 'court', $2, $3)",
			    DB_PARAMS(DB_V_TEXT(text_of(entry)), DB_V_INT(START), DB_V_INT(START + 100 * DAY))));
}

static void each_side_sees_what_is_its_own(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE], other[ID_SIZE], json[2048];

	frontier_begin(&c, state);
	listed(&c, entry);
	world_stage(&c.world, STAGE_PUBLISHED, "TH-1", other);
	assert_ok(world_sql(&c.world, "UPDATE entry SET owner = 'th', caption = 'Somebody of Thailand' WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(text_of(other)))));
	snprintf(json, sizeof json, "{\"id\":\"" HIT_1 "\",\"check\":\"" HIT_2 "\",\"point\":\"entry\",\"result\":\"stop\",\"act\":\"second-line\","
		 "\"edition\":1,\"traveller\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSOO\"],\"passportNumber\":[\"M12345678\"]}},"
		 "\"candidates\":[{\"entry\":\"%s\",\"grade\":\"identity\",\"score\":980000,\"evidence\":31500,\"explanations\":[{\"score\":500000,"
		 "\"bits\":12345}]},{\"entry\":\"%s\",\"grade\":\"like\"}]}", entry, other);
	frontier_tell(&c, hit_take, AIRPORT, json);
	frontier_tell(&c, hit_act_take, AIRPORT, "{\"hit\":\"" HIT_1 "\",\"act\":\"confirm\",\"note\":\"the officer's own words\",\"photo\":\"/9j/4AA=\"}");
	/* Whoever is on duty sees all. */
	ask(&a, &c, office_hit_get, DUTY, "duty", "", HIT_1, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"state\":\"confirmed\"");
	says(a, "\"postName\":\"Airport\"");
	says(a, "\"traveller\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM MINSOO\"]");
	says(a, "\"evidence\":31.5");
	says(a, "\"bits\":12.345");
	says(a, "\"name\":\"Somebody of Thailand\"");
	says(a, "\"note\":\"the officer's own words\"");
	says(a, "\"photo\":true");
	says(a, "\"acts\":[{\"act\":\"note\"},{\"act\":\"escalate\"}]");
	/* Its owner: not who else he was like, nor the officer's words. */
	ask(&a, &c, office_hit_get, LIAISON, "liaison", "", HIT_1, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"state\":\"confirmed\"");
	says(a, "\"traveller\":{");
	says(a, "\"act\":\"confirm\"");
	says(a, "\"acts\":[{\"act\":\"answer\"}]");
	says_not(a, "Somebody of Thailand");
	says_not(a, other);
	says_not(a, "own words");
	/* A third country: there is no such hit, to be read, answered or looked at. */
	ask(&a, &c, office_hit_get, THAI, "liaison", "", HIT_1, NULL, NULL, NULL);
	assert_answer(&a.t, 404, "\"reason\":\"not-found\"");
	ask(&a, &c, office_hit_act, THAI, "liaison", "", HIT_1, "answer", "{\"is\":\"same\"}", "\"2\"");
	assert_answer(&a.t, 404, "\"reason\":\"not-found\"");
	ask(&a, &c, office_hit_photo, THAI, "liaison", "", HIT_1, "1", NULL, NULL);
	assert_answer(&a.t, 404, "\"reason\":\"not-found\"");
	ask(&a, &c, office_hit_photo, LIAISON, "liaison", "", HIT_1, "1", NULL, NULL);
	assert_int_equal(a.t.response.status, 200);
	ask(&a, &c, office_hit_photo, LIAISON, "liaison", "", HIT_1, "7", NULL, NULL);
	assert_int_equal(a.t.response.status, 404);
	/* Lists go by the same rules. */
	ask(&a, &c, office_hit_list, DUTY, "duty", "open=1", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"total\":1}");
	ask(&a, &c, office_hit_list, LIAISON, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"total\":1}");
	ask(&a, &c, office_hit_list, THAI, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"items\":[],\"next\":null,\"total\":0}");
	ask(&a, &c, office_hit_list, DUTY, "duty", "state=cleared", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"total\":0}");
	/* Who has no business with them; and who has to say why. */
	ask(&a, &c, office_hit_get, DECIDER, "decider", "", HIT_1, NULL, NULL, NULL);
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_hit_get, DECIDER, "analyst", "", HIT_1, NULL, NULL, NULL);
	assert_answer(&a.t, 422, "\"reason\":\"purpose-missing\"");
	test_call_free(&a.t);
	frontier_end(&c);
}

static void the_partner_answers(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	listed(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	ask(&a, &c, office_today_get, LIAISON, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"kind\":\"answer\",\"id\":\"" HIT_1 "\",\"name\":\"KIM MIN SOO\",\"endsAt\":\"2027-01-15T20:00:00.000Z\"");
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "answer", "{\"is\":\"same\"}", NULL);
	assert_answer(&a.t, 428, "\"reason\":\"if-match-missing\"");
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "answer", "{\"is\":\"same\"}", "\"9\"");
	assert_answer(&a.t, 412, "\"reason\":\"version\"");
	/* Not the host in the owner's place, nor the owner in that of the officer on duty. */
	ask(&a, &c, office_hit_act, DUTY, "duty", "", HIT_1, "answer", "{\"is\":\"same\"}", "\"1\"");
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "note", "{\"text\":\"x\"}", "\"1\"");
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "dance", "{}", "\"1\"");
	assert_answer(&a.t, 404, "\"reason\":\"no-such-act\"");
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "answer", "{\"is\":\"other\",\"text\":\"Not his scar.\"}", "\"1\"");
	assert_answer(&a.t, 200, "\"answer\":\"other\",\"answerText\":\"Not his scar.\"");
	says(a, "\"answeredByName\":");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_news WHERE kind = 'answer'"), 1);
	ask(&a, &c, office_hit_act, LIAISON, "liaison", "", HIT_1, "answer", "{\"is\":\"same\"}", "\"2\"");
	assert_answer(&a.t, 409, "\"reason\":\"hit-answered\"");
	ask(&a, &c, office_hit_act, DUTY, "duty", "", HIT_1, "note", "{\"text\":\"released at once\"}", "\"2\"");
	assert_answer(&a.t, 200, "\"note\":\"released at once\"");
	ask(&a, &c, office_today_get, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"alerts\":[{\"kind\":\"answer-other\",\"id\":\"" HIT_1 "\",\"name\":\"KIM MIN SOO\"");
	/* Each answered with a row in the audit, those that were refused too. */
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM audit WHERE action = 'hit.answer' AND outcome = 'denied'"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM audit WHERE action = 'hit.answer' AND outcome = 'done'"), 1);
	test_call_free(&a.t);
	frontier_end(&c);
}

static void custody_and_alerts_stand_in_today(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE];
	struct error error;
	size_t done;

	frontier_begin(&c, state);
	listed(&c, entry);
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	frontier_tell(&c, hit_act_take, AIRPORT, "{\"hit\":\"" HIT_1 "\",\"act\":\"confirm\"}");
	frontier_tell(&c, hit_act_take, AIRPORT, "{\"hit\":\"" HIT_1 "\",\"act\":\"custody\"}");
	frontier_hit(&c, hit_take, POIPET, HIT_2, entry);
	frontier_tell(&c, hit_act_take, POIPET, "{\"hit\":\"" HIT_2 "\",\"act\":\"hand-over\"}");
	c.world.now_ms = frontier_count(&c, "SELECT max(custody_until) FROM hit");
	assert_ok(border_clock(&c.border, &done, &error));
	ask(&a, &c, office_custody_list, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"total\":1}");
	says(a, "\"custodyTold\":100");
	ask(&a, &c, office_custody_list, LIAISON, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"custodyUntil\":");
	ask(&a, &c, office_custody_list, THAI, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"items\":[],");
	ask(&a, &c, office_today_get, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	says(a, "{\"kind\":\"custody\",\"id\":\"" HIT_1 "\"");
	says(a, "{\"kind\":\"custody-time\",\"id\":\"" HIT_1 "\"");
	says(a, "{\"kind\":\"escalated\",\"id\":\"" HIT_1 "\"");
	says(a, "{\"kind\":\"misuse\",\"id\":\"" HIT_2 "\"");
	says(a, "{\"kind\":\"act-not-possible\",\"id\":\"" HIT_2 "\"");
	ask(&a, &c, office_today_get, THAI, "liaison", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"alerts\":[]");
	test_call_free(&a.t);
	frontier_end(&c);
}

/* Scenario 43, seen where somebody looks. */
static void an_officer_who_clears_many_stands_in_today(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE], hit[ID_SIZE], passport[16], json[160];

	frontier_begin(&c, state);
	listed(&c, entry);
	for (int i = 0; i < 6; i++) {
		snprintf(hit, sizeof hit, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%d", i);
		snprintf(passport, sizeof passport, "K5555555%d", i);
		frontier_hit_at(&c, hit_take, AIRPORT, START, hit, entry, "like", passport);
		snprintf(json, sizeof json, "{\"hit\":\"%s\",\"act\":\"clear\",\"fields\":{\"consent\":true}}", hit);
		frontier_tell(&c, hit_act_take, AIRPORT, json);
	}
	ask(&a, &c, office_today_get, SUPERVISOR, "supervisor", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"kind\":\"clearances-rise\",\"id\":\"" SECONDARY "\"");
	ask(&a, &c, office_today_get, SECONDARY, "secondary", "", NULL, NULL, NULL, NULL);
	says_not(a, "clearances-rise");
	test_call_free(&a.t);
	frontier_end(&c);
}

static void drills_are_ordered_and_counted_apart(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE], id[ID_SIZE], json[160];
	struct text body;

	frontier_begin(&c, state);
	listed(&c, entry);
	frontier_tell(&c, crossing_take, AIRPORT, "{\"id\":\"b0000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"pass\",\"edition\":1,"
		      "\"tookUs\":700000}");
	frontier_hit(&c, hit_take, AIRPORT, HIT_1, entry);
	ask(&a, &c, office_drill_order, DUTY, "duty", "", NULL, NULL, "{\"post\":\"" AIRPORT "\"}", NULL);
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_drill_order, SUPERVISOR, "supervisor", "", NULL, NULL, "{\"post\":\"" AIRPORT "\",\"lane\":\"2\",\"minutes\":5}", NULL);
	assert_answer(&a.t, 201, "\"state\":\"ordered\"");
	says(a, "\"name\":\"kim ");
	says(a, "\"acts\":[{\"act\":\"end\"}]");
	body = buffer_text(&a.t.response.body);
	memcpy(id, body.data + strlen("{\"id\":\""), ID_SIZE - 1);
	id[ID_SIZE - 1] = '\0';
	ask(&a, &c, office_border_today, DECIDER, "decider", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"drills\":{\"ordered\":1}");
	says(a, "{\"hour\":\"2027-01-15T08:00:00.000Z\",\"pass\":1,\"refer\":0,\"stop\":0,\"slow\":1}");
	says(a, "\"hits\":{\"open\":1}");
	says(a, "\"name\":\"Airport\",\"state\":\"enrolled\",\"online\":false,\"colour\":\"none\",\"queue\":0,\"checks\":1,\"refer\":0,\"stop\":0,\"hits\":1,\"slow\":1,"
		"\"drills\":{\"noticed\":0,\"missed\":0}}");
	says_not(a, "KIM");
	says_not(a, "kim");
	ask(&a, &c, office_border_today, LIAISON, "liaison", "", NULL, NULL, NULL, NULL);
	assert_int_equal(a.t.response.status == 200, 0);
	ask(&a, &c, office_drill_act, SUPERVISOR, "supervisor", "", id, "end", NULL, "\"1\"");
	assert_answer(&a.t, 200, "\"state\":\"ended\"");
	says_not(a, "\"name\":\"kim ");
	ask(&a, &c, office_drill_act, SUPERVISOR, "supervisor", "", id, "end", NULL, "\"2\"");
	assert_answer(&a.t, 409, "\"reason\":\"drill-over\"");
	ask(&a, &c, office_drill_act, SUPERVISOR, "supervisor", "", HIT_2, "end", NULL, "\"2\"");
	assert_answer(&a.t, 404, "\"reason\":\"not-found\"");
	snprintf(json, sizeof json, "{\"drill\":\"%s\",\"check\":\"" HIT_2 "\",\"noticed\":true,\"answerMs\":1500}", id);
	frontier_tell(&c, drill_take, AIRPORT, json);
	ask(&a, &c, office_drill_list, SUPERVISOR, "supervisor", "post=" AIRPORT, NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"state\":\"noticed\",\"answeredAt\":\"2027-01-15T08:00:00.000Z\",\"answerMs\":1500");
	ask(&a, &c, office_border_today, DECIDER, "decider", "", NULL, NULL, NULL, NULL);
	says(a, "\"drills\":{\"noticed\":1,\"missed\":0}}");
	ask(&a, &c, office_border_today, DECIDER, "decider", "post=" BAVET, NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"hours\":[],");
	says(a, "\"hits\":{},\"drills\":{}}");
	says(a, "\"name\":\"Bavet\"");
	says_not(a, "Airport");
	ask(&a, &c, office_drill_results, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_drill_results, SUPERVISOR, "supervisor", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"weeks\":[{\"week\":\"2026-10-26T00:00:00.000Z\",\"noticed\":0,\"missed\":0},");
	says(a, "{\"week\":\"2027-01-11T00:00:00.000Z\",\"noticed\":1,\"missed\":0}],\"posts\":[");
	says(a, "\"name\":\"Airport\",\"noticed\":1,\"missed\":0,\"answerMs\":1500,\"lastAt\":\"2027-01-15T08:00:00.000Z\"}");
	says(a, "\"name\":\"Bavet\",\"noticed\":0,\"missed\":0}");
	ask(&a, &c, office_drill_list, SUPERVISOR, "supervisor", "post=" BAVET, NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"total\":0}");
	test_call_free(&a.t);
	frontier_end(&c);
}

/* Whoever works at posts, those without a number first; who has no business there is not among them. */
static void who_may_work_at_posts_is_told(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;

	frontier_begin(&c, state);
	assert_ok(world_sql(&c.world, "INSERT INTO post_pin (person, hash, changed_at) VALUES ($1, '$argon2id$v=19$m=65536,t=2,p=1$0123456789012345678901$01234567890', 1)",
			    DB_PARAMS(DB_V_TEXT(text_of(PRIMARY)))));
	ask(&a, &c, office_post_roster, DECIDER, "decider", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 403, "\"reason\":\"denied\"");
	ask(&a, &c, office_post_roster, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"items\":[{\"id\":\"" SECONDARY "\"");
	says(a, "\"pin\":false,\"roles\":[\"secondary\"]}");
	says(a, "{\"id\":\"" PRIMARY "\",\"name\":\"" PRIMARY "\",\"login\":\"" PRIMARY "\",\"pin\":true,\"roles\":[\"primary\"]}],\"next\":null");
	says_not(a, "argon2");
	says_not(a, DECIDER);
	ask(&a, &c, office_post_roster, DUTY, "duty", "limit=1", NULL, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "\"pin\":false");
	says_not(a, PRIMARY);
	says_not(a, "\"next\":null");
	test_call_free(&a.t);
	frontier_end(&c);
}

static void past_crossings_are_shown_with_the_entry(void **state)
{
	struct asking a = {.match = {{NULL, 0}, {NULL, 0}}};
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	listed(&c, entry);
	assert_ok(world_sql(&c.world, "INSERT INTO past_crossing (entry_id, crossing_id, by_what, point, result, at, post_id, found_at)"
			    " VALUES ($1, '" HIT_1 "', 'document', 'entry', 'pass', $2, '" AIRPORT "', $2)",
			    DB_PARAMS(DB_V_TEXT(text_of(entry)), DB_V_INT(START))));
	ask(&a, &c, office_entry_crossings, DUTY, "duty", "", entry, NULL, NULL, NULL);
	assert_answer(&a.t, 200, "{\"items\":[{\"at\":\"2027-01-15T08:00:00.000Z\",\"point\":\"entry\",\"result\":\"pass\",\"post\":\"" AIRPORT
		      "\",\"postName\":\"Airport\",\"by\":\"document\"}],\"inCountrySince\":\"2027-01-15T08:00:00.000Z\",");
	ask(&a, &c, office_entry_crossings, THAI, "liaison", "", entry, NULL, NULL, NULL);
	assert_answer(&a.t, 404, "\"reason\":\"not-found\"");
	ask(&a, &c, office_today_get, DUTY, "duty", "", NULL, NULL, NULL, NULL);
	says(a, "{\"kind\":\"past-crossing\",\"id\":\"");
	/* Who would have to say why is told that there is something, and not of whom. */
	ask(&a, &c, office_today_get, SUPERVISOR, "supervisor", "", NULL, NULL, NULL, NULL);
	says(a, "{\"kind\":\"past-crossing\",\"id\":\"");
	says_not(a, "김민수");
	test_call_free(&a.t);
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(each_side_sees_what_is_its_own),
		db_unit_test(the_partner_answers),
		db_unit_test(who_may_work_at_posts_is_told),
		db_unit_test(custody_and_alerts_stand_in_today),
		db_unit_test(an_officer_who_clears_many_stands_in_today),
		db_unit_test(drills_are_ordered_and_counted_apart),
		db_unit_test(past_crossings_are_shown_with_the_entry),
	};

	return db_run_group_tests(tests);
}
