/* Who is listed now, and crossed before. */
#include "border/past.h"

#include <stdio.h>
#include <time.h>

#include "border/frontier.h"
#include "border/crossing.h"
#include "border/hit.h"
#include "ident/trace.h"
#include "text/fold.h"

static const uint8_t secret[32] = {1, 2, 3};

/* An edition that says what was decided until now; what the builder would have made of the ledger. */
static void edition_make(struct frontier *c, int64_t number)
{
	char sql[512];

	assert_ok(world_sql(&c->world, "INSERT INTO edition_leaf (subject, place, leaf, put, ended) SELECT e.id, $1 * 100 + (SELECT count(*) FROM entry f"
			    " WHERE f.id < e.id), e.listing_leaf, 1, 9223372036854775807 FROM entry e WHERE e.listing_leaf IS NOT NULL"
			    " AND NOT EXISTS (SELECT 1 FROM edition_leaf l WHERE l.leaf = e.listing_leaf)", DB_PARAMS(DB_V_INT(number))));
	snprintf(sql, sizeof sql, "INSERT INTO edition (number, previous, epoch, issued_at, soft_at, hard_at, log_size, root, state, listings,"
		 " clearances, witnessed, added, changed, removed, manifest) VALUES ($1, %s, 1, 1, 2, 3, ($1 + 1) * 100, $2, $2, 1, 0, 0, 1, 0, 0, 'x')",
		 number == 1 ? "NULL" : "$1 - 1");
	assert_ok(world_sql(&c->world, sql, DB_PARAMS(DB_V_INT(number), DB_V_BLOB(((struct bytes){secret, 32})))));
}

static void key_add(struct frontier *c, int64_t number)
{
	assert_ok(world_sql(&c->world, "INSERT INTO crossing_key (number, secret, from_at) VALUES ($1, $2, $3)",
			    DB_PARAMS(DB_V_INT(number), DB_V_BLOB(((struct bytes){secret, 32})), DB_V_INT(START))));
}

static size_t search(struct frontier *c)
{
	struct error error = {0};
	size_t found = 0;

	if (past_search(&c->border, &found, &error) != ST_OK)
		fail_msg("%s", error.message);
	return found;
}

/* A crossing as a post hashes it. */
static void cross(struct frontier *c, const char *id, int64_t at_ms, const char *point, uint64_t key_number, const char *name,
		  const char *birth, const char *passport, int edition)
{
	struct trace_key key = {.number = key_number};
	char words[TRACE_TEXT_MAX], document[TRACE_SIZE] = "", identity[TRACE_SIZE] = "", json[1024];
	struct error error;
	struct text folded;
	size_t len;

	memcpy(key.secret, secret, sizeof secret);
	len = trace_document(TEXT("kr"), text_of(passport), words);
	trace_hash(&key, (struct text){words, len}, document);
	assert_ok(text_fold(text_of(name), &c->world.arena, &folded));
	len = trace_identity(folded, text_of(birth), words);
	trace_hash(&key, (struct text){words, len}, identity);
	snprintf(json, sizeof json, "{\"id\":\"b000000000000000000000000000000%s\",\"point\":\"%s\",\"result\":\"pass\",\"document\":\"%s\","
		 "\"identity\":\"%s\",\"edition\":%d,\"tookUs\":900}", id, point, document, identity, edition);
	if (frontier_tell_at(c, crossing_take, AIRPORT, at_ms, 0, json, &error) != ST_OK)
		fail_msg("%s", error.message);
}

struct loading {
	struct frontier *c;
	const char *entry;
	struct past_row *rows;
	size_t count;
	int64_t since_ms;
};

static enum status load_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct loading *l = context;

	return past_load(tx, text_of(l->entry), &l->c->world.arena, &l->rows, &l->count, &l->since_ms, ret_error);
}

static struct loading load(struct frontier *c, const char *entry)
{
	struct loading l = {.c = c, .entry = entry};
	struct error error = {0};

	assert_ok(db_transact(c->world.db, DB_READ, load_work, &l, &error));
	return l;
}

static void who_crossed_before_is_found(void **state)
{
	struct frontier c;
	struct loading l;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	key_add(&c, 3);
	key_add(&c, 4);
	edition_make(&c, 1);
	/* In by his passport, under the former key; out and in again with another passport, his name as zones write it. */
	cross(&c, "1", START - 20 * DAY, "entry", 3, "KIM MINSU", "1990-03-07", "M12345678", 1);
	cross(&c, "2", START - 10 * DAY, "exit", 3, "KIM MIN SOO", "1990-03-07", "M99999999", 1);
	cross(&c, "3", START - 3 * DAY, "entry", 4, "KIM MINSOO", "1990-03-07", "M99999999", 1);
	/* Honest people: another birth date, another name, another country's number. */
	cross(&c, "4", START - 2 * DAY, "exit", 4, "KIM MINSU", "1990-03-08", "M00000001", 1);
	cross(&c, "5", START - 2 * DAY, "exit", 4, "PARK MINSU", "1990-03-07", "M00000002", 1);
	assert_int_equal(search(&c), 0);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	assert_int_equal(search(&c), 0); /* no edition says so yet */
	edition_make(&c, 2);
	assert_int_equal(search(&c), 3);
	assert_int_equal(search(&c), 0);
	l = load(&c, entry);
	assert_int_equal(l.count, 3);
	assert_true(l.rows[0].at_ms == START - 3 * DAY);
	assert_text(l.rows[0].by, "identity");
	assert_text(l.rows[2].by, "document");
	assert_text(l.rows[2].post_name, "Airport");
	assert_true(l.since_ms == START - 3 * DAY);
	assert_int_equal(world_count(&c.world, "SELECT count(*) FROM outbox WHERE kind = 'crossing' AND subject = $1",
				     DB_PARAMS(DB_V_TEXT(text_of(entry)))), 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM audit WHERE outcome = 'flagged' AND detail LIKE '%past-crossings%'"), 1);
	frontier_end(&c);
}

/* The cable was cut: what crossed meanwhile was screened with a list on which he did not stand. */
static void who_crossed_while_the_line_was_down_is_found(void **state)
{
	struct frontier c;
	char entry[ID_SIZE];

	frontier_begin(&c, state);
	key_add(&c, 3);
	edition_make(&c, 1);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", entry);
	edition_make(&c, 2);
	edition_make(&c, 3);
	assert_int_equal(search(&c), 0);
	c.world.now_ms += DAY;
	cross(&c, "1", START + DAY / 2, "exit", 3, "KIM MINSU", "1990-03-07", "M12345678", 3);
	assert_int_equal(search(&c), 0); /* the list he was compared with had him; it would have been a hit */
	cross(&c, "2", START + DAY / 2, "exit", 3, "KIM MINSU", "1990-03-07", "M12345678", 1);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing_late"), 1);
	assert_int_equal(search(&c), 2);
	assert_int_equal(frontier_count(&c, "SELECT count(*) FROM crossing_late"), 0);
	assert_true(load(&c, entry).since_ms == 0);
	frontier_end(&c);
}

static void a_former_hit_is_found(void **state)
{
	struct frontier c;
	struct loading l;
	char one[ID_SIZE], two[ID_SIZE];

	frontier_begin(&c, state);
	key_add(&c, 3);
	world_stage(&c.world, STAGE_PUBLISHED, "KR-1", one);
	edition_make(&c, 1);
	frontier_hit(&c, hit_take, AIRPORT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1", one);
	assert_int_equal(search(&c), 0); /* his own hit is no news */
	world_stage(&c.world, STAGE_PUBLISHED, "KR-2", two);
	edition_make(&c, 2);
	assert_int_equal(search(&c), 1);
	l = load(&c, two);
	assert_int_equal(l.count, 1);
	assert_text(l.rows[0].result, "stop");
	assert_true(l.since_ms == 0); /* who was stopped did not get in */
	frontier_end(&c);
}

static void names_are_asked_for_as_zones_write_them(void **state)
{
	static const struct {
		const char *name, *nationality, *zone;
		bool asked;
	} rows[] = {
		{"김민수", "kr", "KIM MINSU", true},   {"김민수", "kr", "KIM MIN SU", true},   {"김민수", "kr", "MINSOO KIM", true},
		{"KIM MIN SOO", "kr", "KIM MINSOO", true}, {"陈志", "cn", "CHEN ZHI", true},	    {"陈志", "kh", "CHAN CHI", true},
		{"សុខ ដារ៉ា", "kh", "SOK DARA", true}, {"Nguyễn Văn An", "vn", "NGUYEN VAN AN", true}, {"김민수", "kr", "PARK MINSU", false},
	};
	struct frontier c;

	frontier_begin(&c, state);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct entry_name name = {.name = text_of(rows[i].name)};
		struct entry entry = {.names = &name, .name_count = 1, .nationality = text_of(rows[i].nationality),
				      .person = TEXT("{\"schema\":\"Person\",\"properties\":{\"birthDate\":[\"1990-03-07\"]}}")};
		char wanted[TRACE_TEXT_MAX];
		struct past_words words;
		struct text folded;
		struct error error;
		bool asked = false;
		size_t len;

		assert_ok(text_fold(text_of(rows[i].zone), &c.world.arena, &folded));
		len = trace_identity(folded, TEXT("1990-03-07"), wanted);
		assert_ok(past_words(&entry, &c.world.arena, &words, &error));
		for (size_t k = 0; k < words.identity_count; k++)
			asked = asked || text_equal(words.identities[k], (struct text){wanted, len});
		if (asked != rows[i].asked)
			fail_msg("%s as %s (%zu words)", rows[i].name, rows[i].zone, words.identity_count);
	}
	frontier_end(&c);
}

/* CORDON_PAST=1000000 measures it. */
static void ten_entries_among_many_crossings(void **state)
{
	const char *asked = getenv("CORDON_PAST");
	int64_t many = asked ? strtoll(asked, NULL, 10) : 20000;
	struct timespec from, to;
	struct frontier c;
	char entry[ID_SIZE], reference[16];
	double ms;

	frontier_begin(&c, state);
	key_add(&c, 3);
	key_add(&c, 4);
	edition_make(&c, 1);
	assert_ok(world_sql(&c.world, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
			    " INSERT INTO crossing (id, post_id, seq, lane, at, point, result, document, identity, edition, took_us)"
			    " SELECT '0000000000000000000000' || CAST(1000000000 + i AS TEXT), $2, 1000 + i, '1', $3, 'entry', 'pass',"
			    " CAST(3 + i % 2 AS TEXT) || ':' || CAST(1000000000 + (i * 2654435761) % 4294967296 AS TEXT) || '000000000000000000000000000000000000000000000000000000',"
			    " CAST(3 + i % 2 AS TEXT) || ':' || CAST(1000000000 + (i * 2246822519) % 4294967296 AS TEXT) || '000000000000000000000000000000000000000000000000000000',"
			    " 1, 900 FROM n", DB_PARAMS(DB_V_INT(many), DB_V_TEXT(TEXT(AIRPORT)), DB_V_INT(START - DAY))));
	cross(&c, "1", START - DAY, "entry", 3, "KIM MINSU", "1990-03-07", "M12345678", 1);
	assert_int_equal(search(&c), 0);
	for (int i = 0; i < 10; i++) {
		snprintf(reference, sizeof reference, "KR-%d", i);
		world_stage(&c.world, STAGE_PUBLISHED, reference, entry);
	}
	edition_make(&c, 2);
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_int_equal(search(&c), 10);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ms = (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
	print_message("# 10 entries among %lld crossings: %.0f ms\n", (long long)many, ms);
	assert_true(ms < 10000);
	frontier_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(who_crossed_before_is_found),
		db_unit_test(who_crossed_while_the_line_was_down_is_found),
		db_unit_test(a_former_hit_is_found),
		db_unit_test(names_are_asked_for_as_zones_write_them),
		db_unit_test(ten_entries_among_many_crossings),
	};

	return db_run_group_tests(tests);
}
