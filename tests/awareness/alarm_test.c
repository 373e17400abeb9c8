/* What a portal tells of itself, as it makes it and the intake opens it: counted by one row for each portal, alarm and day, which only rises. */
#include "awareness/alarm.h"
#include "awareness/portal.h"
#include "portal/alarm.h"
#include "square.h"

#define KEY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define KEY_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

#define NETWORK(more) "{\"alarm\":\"network\",\"hour\":\"2027-01-15T08:00:00.000Z\",\"portal\":\"" KEY_A "\"" more "}"
#define SUM(more) "{\"alarm\":\"sum\",\"hour\":\"2027-01-15T08:00:00.000Z\",\"portal\":\"" KEY_A "\"" more "}"

SQUARE_WORK(add, portal_add(&d->s->world.env, tx, actor.id, text_of(d->what), text_of("Phnom Penh 1"), d->id, ret_error))
SQUARE_WORK(end_portal, portal_end(&d->s->world.env, tx, actor.id, text_of(d->what), ret_error))
SQUARE_WORK(seen, alarm_seen(&d->s->hub, tx, &actor, d->what, &d->s->world.arena, ret_error))

static void begin(struct square *s, void **state)
{
	struct error error;

	square_begin(s, state);
	assert_ok(square_add(s, DUTY, KEY_A, NULL, &error));
}

/* Written, sealed and put in as hand_in does, and taken. */
static void put(struct square *s, json_t *content)
{
	char *json = json_dumps(content, JSON_COMPACT | JSON_SORT_KEYS);

	assert_non_null(json);
	square_put(s, BULLETIN_ALARM, json);
	assert_int_equal(square_run(s), 1);
	json_decref(content);
	free(json);
}

static void put_sum(struct square *s, const char *portal, uint64_t checks)
{
	put(s, alarm_of_sum(portal, s->world.now_ms, &(struct surge_seen){.asked = checks, .usual = 3000, .known = true, .buckets = 16001}));
}

static void put_networks(struct square *s, const char *portal, unsigned networks)
{
	put(s, alarm_of_networks(portal, s->world.now_ms, networks));
}

static enum status look(struct square *s, int64_t version, const char *note, struct error *ret_error)
{
	char id[64];

	square_get(s, "SELECT id FROM portal_alarm ORDER BY raised_at LIMIT 1", id);
	return square_seen(s, DUTY, &(struct alarm_act){.id = text_of(id), .version = version, .note = text_of(note)}, NULL, ret_error);
}

static void what_a_portal_makes_is_taken(void **state)
{
	struct square s;

	begin(&s, state);
	s.world.now_ms += 42 * 60000;
	put_sum(&s, KEY_A, 14000);
	put_networks(&s, KEY_A, 1);
	put(&s, alarm_of_sum(KEY_A, s.world.now_ms + DAY - 9 * HOUR, &(struct surge_seen){.asked = 14000, .buckets = 12}));
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'taken' AND sealed IS NULL"), 2);
	/* that of this evening cannot be yet */
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside' AND reason = 'item-member' AND detail = 'hour'"), 1);
	assert_int_equal(world_count(&s.world, "SELECT count(*) FROM portal_alarm WHERE alarm = 'sum' AND hour_at = $1 AND day = $1 / 86400000"
				     " AND checks = 14000 AND usual = 3000 AND buckets = 16001 AND networks IS NULL AND seen_at IS NULL",
				     DB_PARAMS(DB_V_INT(START))), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm WHERE alarm = 'network' AND checks = 10000 AND networks = 1"
				      " AND usual IS NULL AND buckets IS NULL"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE kind = 'portal-alarm' AND act = 'raise' AND officer = 'portal'"), 2);
	assert_int_equal(square_count(&s, "SELECT count(DISTINCT subject) FROM outbox WHERE kind = 'portal-alarm'"), 2);
	square_end(&s);
}

static void sent_again_it_is_one(void **state)
{
	const uint8_t id[16] = {7};
	struct error error;
	struct square s;

	begin(&s, state);
	for (unsigned turn = 0; turn < 3; turn++) {
		square_put_as(&s, BULLETIN_ALARM, id, text_bytes(TEXT(NETWORK(",\"checks\":10000,\"networks\":1"))));
		assert_int_equal(square_run(&s), turn == 0);
		if (turn == 0)
			assert_ok(look(&s, 1, "", &error));
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm WHERE seen_at IS NOT NULL"), 1);
	square_end(&s);
}

/* Whoever has the portal seals what he likes: one row of a kind and day, raised by what has doubled alone. */
static void it_only_rises_and_within_bounds(void **state)
{
	static const struct {
		uint64_t checks;
		int64_t kept, version;
	} rows[] = {{14000, 14000, 1}, {27999, 14000, 1}, {100, 14000, 1}, {28000, 28000, 2}, {28001, 28000, 2}, {14000, 28000, 2}, {60000, 60000, 3}};
	struct square s;
	int64_t before;

	begin(&s, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		s.world.now_ms += 60000;
		put_sum(&s, KEY_A, rows[i].checks);
		assert_int_equal(square_count(&s, "SELECT checks FROM portal_alarm"), rows[i].kept);
		assert_int_equal(square_count(&s, "SELECT version FROM portal_alarm"), rows[i].version);
	}
	/* every figure that there is, upwards, fills no desk */
	for (uint64_t checks = 1; checks <= ITEM_ALARM_CHECKS_MAX; checks = checks * 3 / 2 + 1)
		put_sum(&s, KEY_A, checks);
	for (unsigned networks = 1; networks <= ITEM_ALARM_SPREAD_MAX; networks = networks * 3 / 2 + 1)
		put_networks(&s, KEY_A, networks);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm"), 2);
	assert_in_range(square_count(&s, "SELECT count(*) FROM desk_act"), 2, 30 + 15);
	/* nor do all days that it may name */
	for (int64_t back = -40; back <= 3; back++)
		put(&s, alarm_of_networks(KEY_A, START + back * DAY, 1));
	before = square_count(&s, "SELECT count(*) FROM portal_alarm");
	assert_int_equal(before, 2 + 30);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside'"), 40 - 30 + 3);
	square_end(&s);
}

static void somebody_has_seen_it(void **state)
{
	static char much[AWARENESS_NOTE_MAX + 2];
	struct error error;
	struct square s;

	begin(&s, state);
	put_networks(&s, KEY_A, 1);
	memset(much, 'x', sizeof much - 1);
	assert_int_equal(look(&s, 2, "", &error), ST_CONFLICT);
	assert_string_equal(error.reason, "version");
	assert_int_equal(look(&s, 1, much, &error), ST_MALFORMED);
	assert_ok(look(&s, 1, "a telephone company's proxy", &error));
	assert_int_equal(look(&s, 2, "", &error), ST_CONFLICT);
	assert_string_equal(error.reason, "not-in-this-state");
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm WHERE seen_by = '" DUTY "' AND seen_at = raised_at"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'seen' AND officer = '" DUTY "' AND note LIKE 'a telephone%'"), 1);
	/* what doubles waits again; what he saw stays in the story */
	put_networks(&s, KEY_A, 2);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm WHERE seen_at IS NULL AND networks = 2 AND version = 3"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE kind = 'portal-alarm'"), 3);
	square_end(&s);
}

static void only_of_portals_that_are_known(void **state)
{
	struct error error;
	char id[64];
	struct square s;

	begin(&s, state);
	put_networks(&s, KEY_B, 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside' AND detail = 'portal'"), 1);
	assert_ok(square_add(&s, DUTY, KEY_B, NULL, &error));
	square_get(&s, "SELECT id FROM portal WHERE key = '" KEY_A "'", id);
	assert_ok(square_end_portal(&s, DUTY, id, NULL, &error));
	put_networks(&s, KEY_A, 1);
	put_networks(&s, KEY_B, 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm a JOIN portal p ON p.id = a.portal_id WHERE p.key = '" KEY_B "'"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm"), 1);
	square_end(&s);
}

static void what_is_no_alarm_is_set_aside(void **state)
{
	static const struct {
		const char *json, *field; /* "": it is one */
	} items[] = {
		{NETWORK(",\"checks\":10000,\"networks\":1,\"later\":\"what a reader does not know\""), ""},
		{SUM(",\"buckets\":1,\"checks\":1,\"usual\":0"), ""},
		{"{}", "portal"},
		{"{\"portal\":\"" KEY_A "\"}", "alarm"},
		{"{\"alarm\":\"sum\",\"portal\":\"AAAA\"}", "portal"},
		{"{\"alarm\":\"other\",\"portal\":\"" KEY_A "\"}", "alarm"},
		{"{\"alarm\":\"sum\",\"hour\":\"2027-01-15T08:30:00.000Z\",\"portal\":\"" KEY_A "\"}", "hour"},
		{"{\"alarm\":\"sum\",\"hour\":\"1960-01-15T08:00:00.000Z\",\"portal\":\"" KEY_A "\"}", "hour"},
		{"{\"alarm\":\"sum\",\"hour\":7,\"portal\":\"" KEY_A "\"}", "hour"},
		{NETWORK(""), "checks"},
		{NETWORK(",\"checks\":0,\"networks\":1"), "checks"},
		{NETWORK(",\"checks\":1000000001,\"networks\":1"), "checks"},
		{NETWORK(",\"checks\":9223372036854775807,\"networks\":1"), "checks"},
		{NETWORK(",\"checks\":\"10000\",\"networks\":1"), "checks"},
		{NETWORK(",\"checks\":10000.5,\"networks\":1"), "checks"},
		{NETWORK(",\"checks\":10000"), "networks"},
		{NETWORK(",\"checks\":10000,\"networks\":16385"), "networks"},
		{NETWORK(",\"buckets\":1,\"checks\":10000,\"networks\":1"), "buckets"},
		{NETWORK(",\"checks\":10000,\"networks\":1,\"usual\":1"), "usual"},
		{SUM(",\"checks\":14000"), "buckets"},
		{SUM(",\"buckets\":0,\"checks\":14000"), "buckets"},
		{SUM(",\"buckets\":[1],\"checks\":14000"), "buckets"},
		{SUM(",\"buckets\":1,\"checks\":14000,\"networks\":1"), "networks"},
		{SUM(",\"buckets\":1,\"checks\":14000,\"usual\":-1"), "usual"},
	};
	struct square s;

	begin(&s, state);
	for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
		char field[64] = "";

		square_put(&s, BULLETIN_ALARM, items[i].json);
		assert_int_equal(square_run(&s), 1);
		if (square_count(&s, "SELECT count(*) FROM inbox_item WHERE state = 'aside'"))
			square_get(&s, "SELECT detail FROM inbox_item WHERE state = 'aside' AND reason = 'item-member' AND length(sealed) > 0", field);
		if (strcmp(field, items[i].field) != 0)
			fail_msg("%s: %s", items[i].json, field);
		assert_ok(world_sql(&s.world, "DELETE FROM inbox_item", DB_NO_PARAMS));
	}
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm"), 2);
	square_end(&s);
}

static void after_a_year_it_goes(void **state)
{
	struct square s;

	begin(&s, state);
	put_networks(&s, KEY_A, 1);
	s.world.now_ms += 365 * DAY;
	put_networks(&s, KEY_A, 1);
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm"), 2);
	s.world.now_ms += DAY;
	square_clock(&s);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM portal_alarm"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE kind = 'portal-alarm'"), 1);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(what_a_portal_makes_is_taken),
		db_unit_test(sent_again_it_is_one),
		db_unit_test(it_only_rises_and_within_bounds),
		db_unit_test(somebody_has_seen_it),
		db_unit_test(only_of_portals_that_are_known),
		db_unit_test(what_is_no_alarm_is_set_aside),
		db_unit_test(after_a_year_it_goes),
	};

	return db_run_group_tests(tests);
}
