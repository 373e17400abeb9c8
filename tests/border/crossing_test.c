/* Crossings: counted for ever, kept thirty days, then gone to the last byte. */
#include "border/crossing.h"

#include <stdio.h>

#include "border/frontier.h"
#include "border/hit.h"
#include "border/retention.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0"

static const char *check(const char *last, const char *result, const char *hash, int took)
{
	static char json[1024];

	snprintf(json, sizeof json, "{\"id\":\"1000000000000000000000000000000%s\",\"point\":\"entry\",\"result\":\"%s\",\"document\":\"3:%s\","
		 "\"identity\":\"3:%s\",\"edition\":1,\"tookUs\":%d}", last, result, hash, hash, took);
	return json;
}

static void crossings_are_kept_and_counted_once(void **state)
{
	struct frontier c;
	struct error error;

	frontier_begin(&c, state);
	frontier_tell(&c, crossing_take, AIRPORT, check("1", "pass", HASH_A, 900));
	frontier_tell(&c, crossing_take, AIRPORT, check("2", "pass", HASH_A, 600000));
	frontier_tell(&c, crossing_take, BAVET, check("3", "refer", HASH_B, 900));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 3);
	assert_int_equal(frontier_count(&c, "SELECT count FROM crossing_count WHERE result = 'pass'"), 2);
	assert_int_equal(frontier_count(&c, "SELECT slow FROM crossing_count WHERE result = 'pass'"), 1);
	/* The same again does no harm. */
	frontier_tell(&c, crossing_take, AIRPORT, check("1", "pass", HASH_A, 900));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 3);
	assert_int_equal(frontier_count(&c, "SELECT count FROM crossing_count WHERE result = 'pass'"), 2);
	/* Its own clock, and what it lacked; a clock that runs ahead makes nobody be kept for longer. */
	assert_ok(frontier_tell_at(&c, crossing_take, POIPET, START - 5000, 2000, check("4", "pass", HASH_A, 1), &error));
	assert_ok(frontier_tell_at(&c, crossing_take, POIPET, START + 90 * DAY, 0, check("5", "pass", HASH_A, 1), &error));
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM crossing WHERE at = $1 AND clock_offset = 2000",
				     DB_PARAMS(DB_V_INT(START - 3000))), 1);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM crossing WHERE at > $1", DB_PARAMS(DB_V_INT(START))), 0);
	/* What was before thirty days is a number and no more. */
	assert_ok(frontier_tell_at(&c, crossing_take, POIPET, START - 31 * DAY, 0, check("6", "pass", HASH_A, 1), &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 5);
	assert_int_equal(frontier_count(&c, "SELECT sum(count) FROM crossing_count"), 6);
	frontier_end(&c);
}

static void what_is_no_check_is_refused(void **state)
{
	static const struct {
		const char *json, *field;
	} rows[] = {
		{"{}", "id"},
		{"{\"id\":\"x\"}", "id"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"sideways\"}", "point"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"hit\"}", "result"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"pass\",\"document\":\"M12345678\"}", "document"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"pass\",\"identity\":\"3:" HASH_A "0\"}", "identity"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"pass\"}", "edition"},
		{"{\"id\":\"10000000000000000000000000000001\",\"point\":\"entry\",\"result\":\"pass\",\"edition\":1,\"tookUs\":-1}", "tookUs"},
	};
	struct frontier c;
	struct error error;

	frontier_begin(&c, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(frontier_tell_at(&c, crossing_take, AIRPORT, START, 0, rows[i].json, &error), ST_MALFORMED);
		assert_string_equal(error.reason, "value-invalid");
		assert_string_equal(error.field, rows[i].field);
	}
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing_count"), 0);
	frontier_end(&c);
}

/* ---- forgotten ---- */

static bool file_has(const char *path, const char *word)
{
	FILE *file = fopen(path, "rb");
	struct buffer bytes;
	uint8_t piece[65536];
	size_t len;
	bool has;

	buffer_init(&bytes, (size_t)64 << 20);
	while (file && (len = fread(piece, 1, sizeof piece, file)) > 0)
		buffer_add(&bytes, piece, len);
	if (file)
		fclose(file);
	assert_ok(buffer_status(&bytes));
	has = bytes.len && memmem(bytes.data, bytes.len, word, strlen(word)) != NULL;
	buffer_release(&bytes);
	return has;
}

/* Of SQLite every page and its log of changes; PostgreSQL's files are its own. */
static bool anywhere(void **state, const char *word)
{
	const char *url = test_db_url(state);
	char path[600];

	if (test_db_is_postgres())
		return false;
	snprintf(path, sizeof path, "%s", url + strlen("sqlite:"));
	if (file_has(path, word))
		return true;
	snprintf(path, sizeof path, "%s-wal", url + strlen("sqlite:"));
	return file_has(path, word);
}

static void crossings_are_forgotten_after_thirty_days(void **state)
{
	struct frontier c;
	struct error error = {0};
	size_t gone;

	frontier_begin(&c, state);
	for (int i = 1; i <= 3; i++)
		assert_ok(world_sql(&c.world, "INSERT INTO crossing_key (number, secret, from_at) VALUES ($1, $2, $3)",
				    DB_PARAMS(DB_V_INT(i + 1), DB_V_BLOB(((struct bytes){(const uint8_t *)HASH_A, 32})),
					      DB_V_INT(START - (3 - i) * 30 * DAY))));
	frontier_tell(&c, crossing_take, AIRPORT, check("1", "pass", HASH_B, 900));
	assert_true(test_db_is_postgres() || anywhere(state, HASH_B));
	c.world.now_ms += 30 * DAY - 1;
	assert_ok(frontier_tell_at(&c, crossing_take, AIRPORT, c.world.now_ms, 0, check("2", "pass", HASH_A, 900), &error));
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 2);
	/* Key 2 keyed nothing that is left, and others followed it long ago; 3 still does. */
	assert_int_equal(gone, 1);
	assert_int_equal(frontier_count(&c, "SELECT min(number) FROM crossing_key"), 3);
	c.world.now_ms += 1;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(gone, 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 1);
	assert_int_equal(frontier_count(&c, "SELECT sum(count) FROM crossing_count"), 2);
	assert_false(anywhere(state, HASH_B));
	assert_false(anywhere(state, "10000000000000000000000000000001"));
	assert_true(test_db_is_postgres() || anywhere(state, HASH_A));
	c.world.now_ms += 30 * DAY;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(gone, 2);
	assert_int_equal(frontier_count(&c, "SELECT min(number) FROM crossing_key"), 4);
	frontier_end(&c);
}

static void many_are_forgotten_in_pieces(void **state)
{
	struct frontier c;
	struct error error = {0};
	size_t gone;

	frontier_begin(&c, state);
	for (int i = 0; i < 5; i++)
		assert_ok(world_sql(&c.world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
				    " INSERT INTO crossing (id, post_id, seq, lane, at, point, result, edition, took_us)"
				    " SELECT '0000000000000000000000000000' || CAST(1000 + i + $1 AS TEXT), $2, i + $1, '1', $3, 'exit', 'pass', 1, 1 FROM n",
				    DB_PARAMS(DB_V_INT(i * 1000), DB_V_TEXT(TEXT(AIRPORT)), DB_V_INT(START - 31 * DAY)))
			  );
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(gone, 5000);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing"), 0);
	frontier_end(&c);
}

static void hits_are_forgotten_after_three_years(void **state)
{
	struct frontier c;
	struct error error = {0};
	char entry[ID_SIZE];
	size_t gone;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	frontier_hit(&c, hit_take, POIPET, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", entry);
	frontier_hit(&c, hit_take, BAVET, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", entry);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act"), 2);
	c.world.now_ms += HIT_KEPT_MS - 1;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit"), 2);
	/* Nobody who is held is forgotten. */
	assert_ok(world_sql(&c.world, "UPDATE hit SET state = 'custody', custody_from = 1, custody_until = 2, custody_basis = 'warrant',"
			    " confirmed_by = 'x' WHERE id LIKE 'b%'", DB_NO_PARAMS));
	c.world.now_ms += 1;
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit_act"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE misuse_of IS NOT NULL"), 0);
	assert_ok(world_sql(&c.world, "UPDATE hit SET state = 'released'", DB_NO_PARAMS));
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit"), 0);
	assert_false(anywhere(state, "KIM MIN SOO"));
	frontier_end(&c);
}

static void an_erased_entry_leaves_no_word_in_hits(void **state)
{
	struct frontier c;
	struct error error = {0};
	char one[ID_SIZE], two[ID_SIZE], json[2048];
	size_t gone;

	frontier_begin(&c, state);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", one);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-2", two);
	snprintf(json, sizeof json, "{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1\",\"check\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2\",\"point\":\"exit\","
		 "\"result\":\"refer\",\"act\":\"second-line\",\"edition\":1,\"traveller\":{\"properties\":{\"name\":[\"KIM MINSOO\"]}},\"candidates\":["
		 "{\"entry\":\"%s\",\"grade\":\"like\",\"explanations\":[{\"candidate\":\"ONE\"}]},"
		 "{\"entry\":\"%s\",\"grade\":\"like\",\"explanations\":[{\"candidate\":\"TWO\"}]}]}", one, two);
	frontier_tell(&c, hit_take, AIRPORT, json);
	assert_ok(world_sql(&c.world, "INSERT INTO past_crossing (entry_id, crossing_id, by_what, point, result, at, post_id, found_at)"
			    " VALUES ($1, $2, 'document', 'entry', 'pass', 1, '" AIRPORT "', $3)",
			    DB_PARAMS(DB_V_TEXT(text_of(two)), DB_V_TEXT(text_of(one)), DB_V_INT(START))));
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(gone, 0);
	ASSERT_ACT(&c.world, DECIDER, .entry = text_of(two), .act = TEXT("remove"), .reason = TEXT("purpose-achieved"), .note = TEXT("x"));
	ASSERT_ACT(&c.world, REDRESS, .entry = text_of(two), .act = TEXT("erase"), .note = TEXT("x"));
	ASSERT_ACT(&c.world, DECIDER, .entry = text_of(two), .act = TEXT("erase-confirm"));
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM hit WHERE candidates LIKE '%ONE%' AND candidates NOT LIKE '%TWO%'"), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM past_crossing"), 0);
	assert_false(anywhere(state, "TWO"));
	assert_ok(border_forget(&c.border, &gone, &error));
	assert_int_equal(gone, 0);
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(crossings_are_kept_and_counted_once),
		db_unit_test(what_is_no_check_is_refused),
		db_unit_test(crossings_are_forgotten_after_thirty_days),
		db_unit_test(many_are_forgotten_in_pieces),
		db_unit_test(hits_are_forgotten_after_three_years),
		db_unit_test(an_erased_entry_leaves_no_word_in_hits),
	};

	return db_run_group_tests(tests);
}
