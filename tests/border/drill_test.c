/* Alertness drills: a practice traveller like a listed person, noticed or not, in no figure. */
#include "border/drill.h"

#include "border/frontier.h"
#include "border/hit.h"
#include "ident/mrz.h"

#define MINUTE ((int64_t)60000)

struct ordering {
	struct frontier *c;
	struct drill_order order;
	char id[ID_SIZE];
	int64_t version;
};

static enum status begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct actor actor = world_actor(SUPERVISOR);
	struct ordering *o = context;

	return drill_begin(&o->c->border, tx, &actor, &o->order, o->id, ret_error);
}

static enum status end_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct actor actor = world_actor(SUPERVISOR);
	struct ordering *o = context;

	return drill_end(&o->c->border, tx, &actor, text_of(o->id), o->version, ret_error);
}

static enum status order(struct frontier *c, const char *post, const char *entry, struct ordering *ret, struct error *ret_error)
{
	*ret = (struct ordering){.c = c, .order = {.post = text_of(post), .entry = text_of(entry)}};
	*ret_error = (struct error){0};
	return db_transact(c->world.db, DB_WRITE, begin_work, ret, ret_error);
}

static int64_t state_count(struct frontier *c, const char *id, const char *state)
{
	return world_count(&c->world, "SELECT count(*) FROM drill WHERE id = $1 AND state = $2",
			   DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(text_of(state))));
}

static void told(struct frontier *c, const char *post, const char *id, const char *rest)
{
	char json[256];

	snprintf(json, sizeof json, "{\"drill\":\"%s\",\"check\":\"cccccccccccccccccccccccccccccccc\",%s}", id, rest);
	frontier_tell(c, drill_take, post, json);
}

static void a_practice_traveller_is_noticed(void **state)
{
	struct frontier c;
	struct ordering o, other;
	char entry[ID_SIZE];
	struct error error;

	frontier_begin(&c, state);
	assert_int_equal(order(&c, AIRPORT, NULL, &o, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "drill-traveller");
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	assert_ok(order(&c, AIRPORT, NULL, &o, &error));
	/* The likeliest reading of 김민수, and his own passport; whole, with its check digits. */
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM post_news WHERE post_id = $1 AND kind = 'drill' AND body LIKE $2"
				     " AND body LIKE '%\"traveller\":{\"mrz\":[\"P<KORKIM<<MINS%\",\"M123456788KOR9003071<%'",
				     DB_PARAMS(DB_V_TEXT(TEXT(AIRPORT)), DB_V_TEXT(TEXT("%\"until\":\"2027-01-15T08:30:00.000Z\"%")))), 1);
	assert_int_equal(order(&c, AIRPORT, NULL, &other, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "drill-running");
	assert_ok(order(&c, BAVET, entry, &other, &error));
	told(&c, AIRPORT, o.id, "\"noticed\":true,\"answerMs\":2300");
	assert_int_equal(state_count(&c, o.id, "noticed"), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM drill WHERE answer_ms = 2300 AND officer = $1 AND lane = '2'"
				     " AND traveller IS NULL", DB_PARAMS(DB_V_TEXT(TEXT(SECONDARY)))), 1);
	/* Who noticed has noticed, whatever comes after; another post cannot say so. */
	told(&c, AIRPORT, o.id, "\"noticed\":false");
	assert_int_equal(state_count(&c, o.id, "noticed"), 1);
	told(&c, AIRPORT, other.id, "\"noticed\":true,\"answerMs\":1");
	assert_int_equal(state_count(&c, other.id, "ordered"), 1);
	told(&c, BAVET, other.id, "\"noticed\":false");
	assert_int_equal(state_count(&c, other.id, "missed"), 1);
	/* In no figure. */
	assert_int_equal(frontier_count(&c, "SELECT (SELECT count(*) FROM hit) + (SELECT count(*) FROM crossing)"
					  " + (SELECT count(*) FROM crossing_count)"), 0);
	/* One that the post's own supervisor made. */
	told(&c, POIPET, "dddddddddddddddddddddddddddddddd", "\"noticed\":true,\"answerMs\":900");
	assert_int_equal(state_count(&c, "dddddddddddddddddddddddddddddddd", "noticed"), 1);
	frontier_end(&c);
}

static void a_drill_ends(void **state)
{
	struct frontier c;
	struct ordering o;
	char entry[ID_SIZE];
	struct error error;
	size_t done;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	assert_ok(order(&c, AIRPORT, entry, &o, &error));
	o.version = 2;
	assert_int_equal(db_transact(c.world.db, DB_WRITE, end_work, &o, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "version");
	o.version = 1;
	assert_ok(db_transact(c.world.db, DB_WRITE, end_work, &o, &error));
	assert_int_equal(state_count(&c, o.id, "ended"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_news WHERE kind = 'drill-end'"), 1);
	o.version = 2;
	assert_int_equal(db_transact(c.world.db, DB_WRITE, end_work, &o, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "drill-over");
	/* The post is silent. */
	assert_ok(order(&c, AIRPORT, entry, &o, &error));
	c.world.now_ms += 90 * MINUTE - 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 0);
	c.world.now_ms += 1;
	assert_ok(border_clock(&c.border, &done, &error));
	assert_int_equal(done, 1);
	assert_int_equal(state_count(&c, o.id, "ended"), 1);
	/* It was cut off, and tells late. */
	told(&c, AIRPORT, o.id, "\"noticed\":true,\"answerMs\":4000");
	assert_int_equal(state_count(&c, o.id, "noticed"), 1);
	frontier_end(&c);
}

static void what_cannot_be_ordered(void **state)
{
	struct frontier c;
	struct ordering o;
	char entry[ID_SIZE];
	struct error error;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_APPROVED, "KR-1", entry);
	assert_int_equal(order(&c, AIRPORT, entry, &o, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "drill-traveller");
	assert_int_equal(order(&c, AIRPORT, "ffffffffffffffffffffffffffffffff", &o, &error), ST_NOT_FOUND);
	assert_string_equal(error.field, "entry");
	assert_int_equal(order(&c, "ffffffffffffffffffffffffffffffff", NULL, &o, &error), ST_NOT_FOUND);
	assert_string_equal(error.field, "post");
	assert_ok(world_sql(&c.world, "UPDATE post SET state = 'revoked', revoked_at = 1", DB_NO_PARAMS));
	assert_int_equal(order(&c, AIRPORT, NULL, &o, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "drill-post");
	frontier_end(&c);
}

/* Of names in every script a zone that reads again, without a fault. */
static void zones_are_whole(void **state)
{
	static const struct {
		const char *name, *nationality, *passport;
	} rows[] = {{"김민수", "kr", "M12345678"}, {"陈志", "cn", "E12345678"}, {"សុខ ដារ៉ា", "kh", NULL}, {"สมชาย ใจดี", "th", "AA1234567"},
		    {"Nguyễn Văn An", "vn", "C1234567"}, {"Jean-Luc O'Brien", "de", "TOO-LONG-123456"}};
	struct frontier c;

	frontier_begin(&c, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct entry_name name = {.name = text_of(rows[i].name)};
		struct entry_document document = {.kind = TEXT("passport"), .number = text_of(rows[i].passport)};
		struct entry entry = {.names = &name, .name_count = 1, .documents = &document, .document_count = rows[i].passport != NULL,
				      .nationality = text_of(rows[i].nationality), .birth_date = TEXT("1990-03-07"), .person = TEXT("{}")};
		struct practice p;
		struct error error;
		struct mrz mrz;
		char zone[96];

		assert_true(practice_make(&entry, &c.world.env, &c.world.arena, &p));
		snprintf(zone, sizeof zone, "%s\n%s", p.mrz[0], p.mrz[1]);
		assert_ok(mrz_parse(text_of(zone), 2027, &mrz, &error));
		assert_null(mrz_bad_field(&mrz));
		assert_true(strlen(mrz.family) > 0);
		if (rows[i].passport && strlen(rows[i].passport) <= 9)
			assert_string_equal(mrz.number, rows[i].passport);
		entry.birth_date = TEXT("1990");
		assert_false(practice_make(&entry, &c.world.env, &c.world.arena, &p));
	}
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_practice_traveller_is_noticed),
		db_unit_test(a_drill_ends),
		db_unit_test(what_cannot_be_ordered),
		db_unit_test(zones_are_whole),
	};

	return db_run_group_tests(tests);
}
