/* Records of every kind by one door: what cannot be read is kept, and the spool goes on. */
#include "border/frontier.h"

#include <pthread.h>
#include <sys/random.h>

#include "border/hit.h"
#include "border/retention.h"

struct telling {
	struct frontier *c;
	struct border_record record;
	struct arena *arena;
};

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct telling *t = context;

	return border_take_record(&t->c->border, tx, &t->record, t->arena ? t->arena : &t->c->world.arena, ret_error);
}

static struct text lane = {"2", 1}, officer = {PRIMARY, 32};

static void take(struct frontier *c, const char *kind, const char *json)
{
	struct telling t = {.c = c, .record = {.post = TEXT(AIRPORT), .seq = ++*frontier_seq(c, AIRPORT), .at_ms = START,
					       .kind = text_of(kind), .lane = lane, .officer = officer}};
	json_t *body = json_loads(json, 0, NULL);
	struct error error = {0};

	assert_non_null(body);
	t.record.body = body;
	if (db_transact(c->world.db, DB_WRITE, take_work, &t, &error) != ST_OK)
		fail_msg("%s: %s", json, error.message);
	json_decref(body);
}

static void nothing_that_was_told_is_lost(void **state)
{
	static const struct {
		const char *kind, *json, *detail;
	} rows[] = {
		{"check", "{\"id\":\"x\"}", "check value-invalid id"},
		{"hit", "{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1\"}", "hit value-invalid check"},
		{"act", "{\"hit\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1\",\"act\":\"NO\"}", "act value-invalid act"},
		{"drill", "{}", "drill value-invalid drill"},
		{"event", "{\"what\":7}", "event value-invalid what"},
		{"prophecy", "{\"words\":\"marker-of-a-record\"}", "prophecy kind-unknown "},
	};
	struct frontier c;
	struct error error = {0};
	size_t gone;

	frontier_begin(&c, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		take(&c, rows[i].kind, rows[i].json);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(world_count(&c.world, "SELECT count(*) FROM post_event WHERE what = 'record-unreadable' AND detail = $1 AND record = $2",
					     DB_PARAMS(DB_V_TEXT(text_of(rows[i].detail)), DB_V_TEXT(text_of(rows[i].json)))), 1);
	/* Of nobody at no lane, which the format allows; and of somebody who cannot be. */
	lane = TEXT_NONE, officer = TEXT_NONE;
	take(&c, "check", "{\"id\":\"b0000000000000000000000000000002\",\"point\":\"exit\",\"result\":\"pass\",\"edition\":1,\"tookUs\":1}");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing WHERE lane = ''"), 1);
	officer = TEXT("\"; nobody");
	take(&c, "check", "{\"id\":\"b0000000000000000000000000000003\",\"point\":\"exit\",\"result\":\"pass\",\"edition\":1,\"tookUs\":1}");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 1);
	lane = (struct text){"2", 1}, officer = (struct text){PRIMARY, 32};
	take(&c, "event", "{\"what\":\"update-refused\",\"detail\":\"edition-older\"}");
	take(&c, "check", "{\"id\":\"b0000000000000000000000000000001\",\"point\":\"exit\",\"result\":\"pass\",\"edition\":1,\"tookUs\":1}");
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_event WHERE what = 'update-refused' AND detail = 'edition-older'"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 2);
	/* As it came for thirty days, that it came for a year. */
	c.world.now_ms += 31 * DAY;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_event WHERE record IS NOT NULL"), 0);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_event"), 8);
	c.world.now_ms += 366 * DAY;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM post_event"), 0);
	frontier_end(&c);
}

/* Three posts at once, each in its own order; hits of one listed person, which mark each other. */
struct post_thread {
	struct frontier *c;
	const char *post, *entry;
	char letter;
	int failed;
	pthread_t thread;
};

static void tell_one(struct post_thread *p, int i)
{
	struct telling t = {.c = p->c, .record = {.post = text_of(p->post), .seq = i, .at_ms = START, .kind = i % 5 ? TEXT("check") : TEXT("hit"),
						  .lane = TEXT("1"), .officer = TEXT(PRIMARY)}};
	struct error error = {0};
	struct arena arena;
	char json[1024];
	json_t *body;

	if (i % 5)
		snprintf(json, sizeof json, "{\"id\":\"%c%031d\",\"point\":\"entry\",\"result\":\"pass\",\"edition\":1,\"tookUs\":5}", p->letter, i);
	else
		snprintf(json, sizeof json, "{\"id\":\"%c%031d\",\"check\":\"%c%031d\",\"point\":\"entry\",\"result\":\"stop\",\"act\":\"x\",\"edition\":1,"
			 "\"traveller\":{\"schema\":\"Person\",\"properties\":{\"name\":[\"KIM\"],\"passportNumber\":[\"M1\"],\"x-issuer\":[\"kr\"]}},"
			 "\"candidates\":[{\"entry\":\"%s\",\"grade\":\"identity\"}]}", p->letter, i, p->letter, i, p->entry);
	body = json_loads(json, 0, NULL);
	t.record.body = body;
	arena_init(&arena, (size_t)8 << 20);
	t.arena = &arena;
	p->failed += db_transact(p->c->world.db, DB_WRITE, take_work, &t, &error) != ST_OK;
	arena_release(&arena);
	json_decref(body);
}

static void *tell_many(void *context)
{
	for (int i = 1; i <= 30; i++)
		tell_one(context, i);
	return NULL;
}

/* The world's own is for one thread. */
static void random_of_many(void *context, void *out, size_t len)
{
	(void)context;
	assert_int_equal(getrandom(out, len, 0), (ssize_t)len);
}

static void posts_tell_at_the_same_time(void **state)
{
	struct post_thread posts[] = {{.post = AIRPORT, .letter = 'a'}, {.post = BAVET, .letter = 'b'}, {.post = POIPET, .letter = 'c'}};
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	c.world.env.random = random_of_many;
	for (size_t i = 0; i < 3; i++) {
		posts[i].c = &c;
		posts[i].entry = entry;
		assert_int_equal(pthread_create(&posts[i].thread, NULL, tell_many, &posts[i]), 0);
	}
	for (size_t i = 0; i < 3; i++) {
		pthread_join(posts[i].thread, NULL);
		assert_int_equal(posts[i].failed, 0);
	}
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 72);
	assert_int_equal(frontier_count(&c, "SELECT sum(count) FROM crossing_count"), 72);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit"), 18);
	/* Whoever came later found the others: of one person at three places all but hits of the first post alone are marked. */
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit h JOIN hit o ON o.id = h.misuse_of WHERE o.post_id = h.post_id"), 0);
	assert_true(frontier_count(&c, "SELECT count(*) FROM hit WHERE misuse_of IS NOT NULL") >= 12);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM (SELECT post_id, number FROM post_news GROUP BY post_id, number HAVING count(*) > 1) x"), 0);
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(nothing_that_was_told_is_lost),
		db_unit_test(posts_tell_at_the_same_time),
	};

	return db_run_group_tests(tests);
}
