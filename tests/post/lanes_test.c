/* What the lanes of a post answer, over HTTP, with a real edition in force. Scenarios: reference F 6, 10, 16, 17, 18, 20. */
#include "post/world.h"

static void doors(void **state)
{
	struct world *w = world_new();
	json_t *answer;

	(void)state;
	assert_string_equal(ask_bad(w, "POST", "/post/v1/session", json_pack("{s:s, s:s}", "login", "anna", "pin", PIN), 403), "lane-missing");
	assert_string_equal(ask_bad(w, "GET", "/post/v1/roster", NULL, 403), "lane-missing");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/lane", json_pack("{s:s, s:s}", "code", "x", "name", "1"), 403), "lane-code");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/checks", json_object(), 403), "lane-missing");
	sit(w, "1", "anna");
	answer = ask_good(w, "GET", "/post/v1/state", NULL);
	assert_string_equal(member(answer, "lane"), "1");
	assert_string_equal(member(json_object_get(answer, "officer"), "name"), "anna");
	assert_int_equal(json_integer_value(json_object_get(json_object_get(answer, "list"), "listings")), PEOPLE);
	json_decref(answer);
	/* A primary officer has no second line, drill or acknowledgement. */
	assert_string_equal(ask_bad(w, "GET", "/post/v1/hits", NULL, 403), "denied");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/drills", json_object(), 403), "denied");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/acknowledgement", json_object(), 403), "denied");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/lane/code", json_object(), 403), "denied");
	assert_string_equal(ask_bad(w, "GET", "/post/v1/nothing", NULL, 404), "not-found");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/checks", json_object(), 422), "value-invalid");
	w->language = "ko";
	answer = ask(w, "GET", "/post/v1/hits", NULL, &(unsigned){0});
	assert_non_null(strstr(member(answer, "detail"), "권한"));
	json_decref(answer);
	w->language = NULL;
	json_decref(ask(w, "DELETE", "/post/v1/session", NULL, &(unsigned){0}));
	assert_string_equal(ask_bad(w, "POST", "/post/v1/checks", json_object(), 401), "sign-in");
	sit(w, "9", "chan");
	json_decref(ask_good(w, "POST", "/post/v1/acknowledgement", json_object()));
	json_decref(ask_good(w, "POST", "/post/v1/lane/code", json_object()));
	world_free(w);
}

/* 6: his passport stops him, and the second line has all to compare. */
static void a_listed_passport(void **state)
{
	struct world *w = world_new();
	json_t *check, *hit, *candidate, *record = NULL, *list;
	char path[128], *text;

	(void)state;
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(0));
	assert_string_equal(member(check, "result"), "stop");
	assert_true(strlen(member(check, "title")) > 0 && strlen(member(check, "text")) > 0);
	assert_int_equal(strlen(member(check, "hit")), 32);
	assert_true(json_integer_value(json_object_get(check, "tookUs")) < 1000000);
	snprintf(path, sizeof path, "/post/v1/hits/%s", member(check, "hit"));
	sit(w, "2", "bora");
	list = ask_good(w, "GET", "/post/v1/hits", NULL);
	assert_int_equal(json_array_size(json_object_get(list, "items")), 1);
	json_decref(list);
	hit = ask_good(w, "GET", path, NULL);
	assert_string_equal(member(hit, "state"), "open");
	assert_string_equal(member(hit, "officer"), "anna");
	assert_string_equal(member(hit, "desk"), "+855 23 000 000");
	assert_string_equal(member(json_object_get(json_object_get(hit, "traveller"), "document"), "number"), "M12345678");
	candidate = json_array_get(json_object_get(hit, "candidates"), 0);
	assert_string_equal(member(candidate, "grade"), "identity");
	assert_string_equal(member(candidate, "entry"), w->ids[0]);
	assert_string_equal(member(json_array_get(json_object_get(candidate, "names"), 0), "script"), "Hang");
	assert_string_equal(member(json_array_get(json_object_get(candidate, "measures"), 0), "number"), "2026-0");
	assert_true(json_array_size(json_object_get(candidate, "explanations")) > 0);
	assert_true(json_array_size(json_object_get(candidate, "documents")) > 0);
	json_decref(hit);
	json_decref(check);
	/* What the hub was told, in order: the check without his name, the hit with it. */
	assert_int_equal(world_heard(w, "hit", &record), 1);
	assert_non_null(json_object_get(json_object_get(json_object_get(record, "body"), "traveller"), "properties"));
	assert_int_equal(world_heard(w, "check", &record), 1);
	assert_int_equal(strncmp(member(json_object_get(record, "body"), "document"), "3:", 2), 0);
	assert_int_equal(strncmp(member(json_object_get(record, "body"), "identity"), "3:", 2), 0);
	text = json_dumps(record, 0);
	assert_null(strstr(text, "KIM"));
	free(text);
	assert_int_equal(json_integer_value(json_object_get(record, "offset")), -1200);
	/* The photograph came from the hub. */
	snprintf(path + strlen(path), sizeof path - strlen(path), "/photo");
	for (int tries = 0; tries < 100; tries++) {
		unsigned status;

		json_decref(ask(w, "GET", path, NULL, &status));
		if (status == 200)
			break;
		assert_true(tries < 99);
		usleep(20000);
	}
	world_free(w);
}

/* 10: a name that is not rare stops nobody by itself. */
static void same_names(void **state)
{
	static const char *const births[] = {"1961-01-02", "1965-12-12", "1970-05-30", "1972-02-29", "1975-07-07", "1978-10-10", "1980-04-18",
					     "1983-09-01", "1985-06-06", "1987-03-21", "1994-08-15", "1996-11-11", "1998-01-30", "2000-12-25",
					     "2002-02-02", "2003-05-17", "1958-08-08", "1967-10-31"};
	struct world *w = world_new();
	char number[16];

	(void)state;
	sit(w, "1", "anna");
	for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
		json_t *check;

		snprintf(number, sizeof number, "M9%07zu", i);
		check = check_zone(w, zone_of("KIM", "MINSU", "kr", number, births[i], 'M'));
		if (strcmp(member(check, "result"), "pass") != 0)
			fail_msg("%s: %s", births[i], member(check, "result"));
		assert_true(json_is_null(json_object_get(check, "hit")));
		json_decref(check);
	}
	/* The same day and country with another passport is looked at, not seized unseen. */
	json_decref(check_zone(w, zone_of("KIM", "MINSU", "kr", "M98765432", "1990-03-07", 'M')));
	assert_int_equal(world_heard(w, "hit", NULL), 1);
	assert_int_equal(world_heard(w, "check", NULL), 19);
	world_free(w);
}

/* 16: a ban never says detain; a warrant's end at night is its end here too. */
static void lawful_acts(void **state)
{
	struct world *w = world_new();
	json_t *check, *hit;
	char path[160];
	size_t i;
	json_t *act;

	(void)state;
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(1));
	assert_string_not_equal(member(check, "result"), "pass");
	assert_null(strstr(member(check, "act"), "detain"));
	assert_null(strstr(member(check, "act"), "custody"));
	sit(w, "2", "bora");
	snprintf(path, sizeof path, "/post/v1/hits/%s", member(check, "hit"));
	hit = ask_good(w, "GET", path, NULL);
	json_array_foreach(json_object_get(hit, "acts"), i, act)
		assert_string_not_equal(member(act, "act"), "custody");
	json_decref(hit);
	snprintf(path, sizeof path, "/post/v1/hits/%s/acts/confirm", member(check, "hit"));
	json_decref(ask_good(w, "POST", path, json_object()));
	snprintf(path, sizeof path, "/post/v1/hits/%s/acts/custody", member(check, "hit"));
	assert_string_equal(ask_bad(w, "POST", path, json_pack("{s:s}", "pin", PIN), 409), "hit-measure");
	json_decref(check);
	/* The warrant of people[2] runs for an hour. */
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(2));
	assert_string_equal(member(check, "result"), "stop");
	json_decref(check);
	pthread_mutex_lock(&w->lock);
	w->line = false;
	pthread_mutex_unlock(&w->lock);
	w->place->now_ms += 3600001;
	check = check_zone(w, zone_of_listed(2));
	assert_string_not_equal(member(check, "result"), "stop");
	json_decref(check);
	w->line = true;
	world_free(w);
}

static bool guarded(const json_t *check, const char *word)
{
	const json_t *guard;
	size_t i;

	json_array_foreach(json_object_get(check, "guards"), i, guard)
		if (strcmp(json_string_value(guard), word) == 0)
			return true;
	return false;
}

/* 17: whom nobody may send away. */
static void guards(void **state)
{
	struct world *w = world_new();
	json_t *check, *person;

	(void)state;
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(4));
	assert_true(guarded(check, "own-national"));
	assert_null(strstr(member(check, "act"), "refuse"));
	json_decref(check);
	check = ask_good(w, "POST", "/post/v1/checks", json_pack("{s:s, s:b}", "mrz", zone_of_listed(5), "fears", 1));
	assert_true(guarded(check, "fear"));
	assert_null(strstr(member(check, "act"), "refuse"));
	json_decref(check);
	person = json_pack("{s:{s:[s], s:[s], s:[s], s:[s]}}", "properties", "name", "NGUYEN VAN BINH", "birthDate", "2012-09-09",
			   "nationality", "vn", "passportNumber", "B66666666");
	check = ask_good(w, "POST", "/post/v1/checks", json_pack("{s:o}", "person", person));
	assert_true(guarded(check, "child"));
	assert_null(strstr(member(check, "act"), "refuse"));
	json_decref(check);
	assert_string_equal(ask_bad(w, "POST", "/post/v1/checks", json_pack("{s:{s:{}}}", "person", "properties"), 422), "required");
	/* A reader that typed into the form: nobody passes under a piece of his zone. */
	assert_string_equal(ask_bad(w, "POST", "/post/v1/checks", json_pack("{s:{s:{s:[s]}}}", "person", "properties", "name", "P<KORKIM<<MINSU"),
				    422), "value-invalid");
	world_free(w);
}

/* 18: a person to be protected is not betrayed by the screen. */
static void protection(void **state)
{
	struct world *w = world_new();
	json_t *check;

	(void)state;
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(3));
	assert_true(json_is_true(json_object_get(check, "quiet")));
	assert_string_not_equal(member(check, "result"), "stop");
	json_decref(check);
	world_free(w);
}

/* 7: a wrong check digit is read again first; the second time it is screened as it is. */
static void reading_again(void **state)
{
	struct world *w = world_new();
	char zone[128];
	json_t *check;

	(void)state;
	sit(w, "1", "anna");
	snprintf(zone, sizeof zone, "%s", zone_of_listed(0));
	zone[MRZ_PASSPORT_LINE + 1 + 5] = zone[MRZ_PASSPORT_LINE + 1 + 5] == '5' ? 'S' : '9';
	check = check_zone(w, zone);
	assert_true(json_is_null(json_object_get(check, "result")));
	assert_true(json_is_true(json_object_get(json_object_get(check, "reading"), "again")));
	json_decref(check);
	/* Another lane knows nothing of it. */
	sit(w, "2", "anna");
	check = check_zone(w, zone);
	assert_true(json_is_null(json_object_get(check, "result")));
	json_decref(check);
	check = check_zone(w, zone);
	assert_string_not_equal(member(check, "result"), "pass");
	assert_false(json_is_true(json_object_get(json_object_get(check, "reading"), "good")));
	json_decref(check);
	assert_int_equal(world_heard(w, "check", NULL), 1);
	world_free(w);
}

/* From the lane to custody, and what stands in the way. */
static void custody(void **state)
{
	struct world *w = world_new();
	json_t *check, *hit, *record = NULL;
	char acts[160], path[200];

	(void)state;
	sit(w, "1", "anna");
	check = check_zone(w, zone_of_listed(0));
	snprintf(acts, sizeof acts, "/post/v1/hits/%s/acts/", member(check, "hit"));
	sit(w, "2", "bora");
	snprintf(path, sizeof path, "%scustody", acts);
	assert_string_equal(ask_bad(w, "POST", path, json_pack("{s:s}", "pin", PIN), 409), "hit-state");
	snprintf(path, sizeof path, "%sconfirm", acts);
	assert_string_equal(ask_bad(w, "POST", path, json_pack("{s:{s:s}}", "fields", "entry", w->ids[3]), 422), "value-invalid");
	json_decref(ask_good(w, "POST", path, json_pack("{s:s}", "note", "same scar")));
	snprintf(path, sizeof path, "%scustody", acts);
	assert_string_equal(ask_bad(w, "POST", path, json_object(), 403), "pin-wrong");
	assert_string_equal(ask_bad(w, "POST", path, json_pack("{s:s}", "pin", "999999"), 403), "pin-wrong");
	hit = ask_good(w, "POST", path, json_pack("{s:s}", "pin", PIN));
	assert_string_equal(member(hit, "state"), "custody");
	assert_true(strlen(member(json_object_get(hit, "custody"), "until")) > 0);
	assert_string_equal(member(json_object_get(hit, "custody"), "basis"), "warrant");
	json_decref(hit);
	/* The partner answers, by the way of all news. */
	world_news(w, 4, "answer", json_pack("{s:s, s:s, s:s, s:s, s:s}", "hit", member(check, "hit"), "is", "same", "text", "It is he.", "by",
					     "kr", "at", "2026-11-26T02:00:00.000Z"));
	snprintf(path, sizeof path, "/post/v1/hits/%s", member(check, "hit"));
	hit = ask_good(w, "GET", path, NULL);
	assert_string_equal(member(json_object_get(hit, "partner"), "is"), "same");
	assert_string_equal(member(json_array_get(json_object_get(hit, "story"), 1), "note"), "same scar");
	json_decref(hit);
	snprintf(path, sizeof path, "%srelease", acts);
	assert_string_equal(ask_bad(w, "POST", path, json_object(), 422), "required");
	json_decref(ask_good(w, "POST", path, json_pack("{s:s}", "note", "court let him go")));
	assert_int_equal(world_heard(w, "act", &record), 3);
	assert_string_equal(member(json_object_get(record, "body"), "act"), "release");
	assert_string_equal(ask_bad(w, "GET", "/post/v1/hits/00000000000000000000000000000000", NULL, 404), "not-found");
	json_decref(check);
	world_free(w);
}

static void news_drill(struct world *w, int number, char id, const char *zone, int64_t until_ms)
{
	char text[ID_SIZE], until[TIME_SIZE], first[MRZ_PASSPORT_LINE + 1];

	memset(text, id, ID_SIZE - 1);
	text[ID_SIZE - 1] = 0;
	time_write(until_ms, until);
	snprintf(first, sizeof first, "%.44s", zone);
	world_news(w, number, "drill", json_pack("{s:s, s:s, s:s, s:{s:[s, s]}, s:s}", "drill", text, "lane", "1", "until", until, "traveller",
						 "mrz", first, zone + MRZ_PASSPORT_LINE + 1, "by", "x"));
}

/* A practice traveller looks like a real one, and leaves nothing but what he was for. */
static void drills(void **state)
{
	struct world *w = world_new();
	json_t *check, *answer, *record = NULL;
	char path[160];

	(void)state;
	sit(w, "1", "anna");
	news_drill(w, 4, '1', zone_of_listed(0), w->place->now_ms + 60000);
	check = check_zone(w, zone_of_listed(0));
	assert_string_equal(member(check, "result"), "stop");
	assert_int_equal(strlen(member(check, "hit")), 32);
	snprintf(path, sizeof path, "/post/v1/hits/%s", member(check, "hit"));
	w->place->now_ms += 1500;
	sit(w, "2", "bora");
	assert_string_equal(ask_bad(w, "GET", path, NULL, 404), "not-found");
	snprintf(path, sizeof path, "/post/v1/hits/%s/acts/custody", member(check, "hit"));
	assert_string_equal(ask_bad(w, "POST", path, json_pack("{s:s}", "pin", PIN), 404), "not-found");
	sit(w, "1", "anna");
	snprintf(path, sizeof path, "/post/v1/checks/%s/answer", member(check, "id"));
	answer = ask_good(w, "POST", path, json_pack("{s:s}", "key", "noted"));
	assert_true(json_is_true(json_object_get(answer, "drill")));
	json_decref(answer);
	json_decref(check);
	assert_int_equal(world_heard(w, "drill", &record), 1);
	assert_true(json_is_true(json_object_get(json_object_get(record, "body"), "noticed")));
	assert_int_equal(json_integer_value(json_object_get(json_object_get(record, "body"), "answerMs")), 1500);
	/* It is over: the same zone is now a real traveller. */
	check = check_zone(w, zone_of_listed(0));
	snprintf(path, sizeof path, "/post/v1/checks/%s/answer", member(check, "id"));
	answer = ask_good(w, "POST", path, json_pack("{s:s}", "key", "noted"));
	assert_false(json_is_true(json_object_get(answer, "drill")));
	json_decref(answer);
	json_decref(check);
	/* Nobody notices the next one, who is like nobody on the list, and who was shown but not answered. */
	news_drill(w, 5, '2', zone_of("HAN", "SOMI", "kr", "M70000001", "1991-02-03", 'F'), w->place->now_ms + 60000);
	check = check_zone(w, zone_of("HAN", "SOMI", "kr", "M70000001", "1991-02-03", 'F'));
	assert_string_equal(member(check, "result"), "refer");
	json_decref(check);
	w->place->now_ms += 60001;
	for (int tries = 0; tries < 200 && world_heard(w, "drill", &record) < 2; tries++)
		usleep(20000);
	assert_int_equal(world_heard(w, "drill", &record), 2);
	assert_false(json_is_true(json_object_get(json_object_get(record, "body"), "noticed")));
	assert_int_equal(world_heard(w, "check", NULL), 1);
	assert_int_equal(world_heard(w, "hit", NULL), 1);
	/* One that a supervisor orders here. */
	sit(w, "3", "chan");
	assert_string_equal(ask_bad(w, "POST", "/post/v1/drills", json_pack("{s:s}", "lane", "3"), 403), "pin-wrong");
	json_decref(ask_good(w, "POST", "/post/v1/drills", json_pack("{s:s, s:s, s:s}", "lane", "3", "pin", PIN, "entry", w->ids[0])));
	/* The listed person himself is no practice traveller, even now. */
	check = check_zone(w, zone_of_listed(0));
	assert_string_equal(member(check, "result"), "stop");
	snprintf(path, sizeof path, "/post/v1/checks/%s/answer", member(check, "id"));
	answer = ask_good(w, "POST", path, json_pack("{s:s}", "key", "noted"));
	assert_false(json_is_true(json_object_get(answer, "drill")));
	json_decref(answer);
	json_decref(check);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doors),
		cmocka_unit_test(a_listed_passport),
		cmocka_unit_test(same_names),
		cmocka_unit_test(lawful_acts),
		cmocka_unit_test(guards),
		cmocka_unit_test(protection),
		cmocka_unit_test(reading_again),
		cmocka_unit_test(custody),
		cmocka_unit_test(drills),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
