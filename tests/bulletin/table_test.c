/* Tables: what was put in is found, nothing else is, and the file shows neither. */
#include "bulletin/table.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/random.h"
#include "lib/test.h"

#define ROWS 300u
#define TIME_MS INT64_C(1795656225678)

struct made {
	struct oprf_key key;
	struct bulletin_table_head head;
	struct bulletin_row rows[ROWS];
	struct buffer file;
};

static struct text x_of(size_t i, char out[32])
{
	int n = snprintf(out, 32, "phone|855%08zu", i);

	return (struct text){out, (size_t)n};
}

static void made_rows(struct made *m)
{
	const uint8_t seed[32] = {1};
	char x[32];

	assert_ok(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &m->key, NULL));
	m->head = (struct bulletin_table_head){.payload_size = BULLETIN_CHECK_SIZE, .time_ms = TIME_MS};
	oprf_key_id(&m->key.public_key, m->head.key_id);
	for (size_t i = 0; i < ROWS; i++) {
		m->rows[i] = (struct bulletin_row){.bucket = bulletin_bucket(x_of(i, x)), .payload = {(uint8_t)i, (uint8_t)(i >> 8), 3, 4}};
		assert_ok(oprf_direct(&m->key, text_bytes(x_of(i, x)), &m->rows[i].output, NULL));
	}
	buffer_init(&m->file, BULLETIN_TABLE_MAX);
}

static int make(void **state)
{
	struct made *m = calloc(1, sizeof *m);

	*state = m;
	made_rows(m);
	assert_ok(bulletin_table_build(&m->head, m->rows, ROWS, &random_env, &m->file, NULL));
	return 0;
}

static int unmake(void **state)
{
	struct made *m = *state;

	buffer_release(&m->file);
	free(m);
	return 0;
}

/* Other implementations have to find the same bucket. */
static void buckets_are_the_formats(void **state)
{
	(void)state;
	/* SHA-256("cordon bucket v1|phone|85591234567") begins 70 4b. */
	assert_int_equal(bulletin_bucket(TEXT("phone|85591234567")), 7186);
	assert_int_equal(bulletin_bucket(TEXT("")), 8394);
}

static void what_is_in_is_found(void **state)
{
	struct made *m = *state;
	struct bulletin_table table;
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
	size_t hits = 0;

	assert_ok(bulletin_table_open(buffer_bytes(&m->file), &table, NULL));
	assert_int_equal(table.slots, 4);
	assert_int_equal(table.head.time_ms, TIME_MS);
	assert_memory_equal(table.head.key_id, m->head.key_id, sizeof m->head.key_id);
	for (size_t i = 0; i < ROWS; i++) {
		struct oprf_output other = m->rows[i].output;

		assert_ok(bulletin_bucket_find(&table.head, bulletin_table_bucket(&table, m->rows[i].bucket), &m->rows[i].output, payload));
		assert_memory_equal(payload, m->rows[i].payload, BULLETIN_PAYLOAD_MAX);
		other.b[63] ^= 1;
		assert_int_equal(bulletin_bucket_find(&table.head, bulletin_table_bucket(&table, m->rows[i].bucket), &other, payload), ST_NOT_FOUND);
	}
	for (uint16_t b = 0; b < BULLETIN_BUCKETS; b++)
		hits += bulletin_bucket_find(&table.head, bulletin_table_bucket(&table, b), &m->rows[7].output, payload) == ST_OK;
	assert_int_equal(hits, 1);
}

/* Built again a moment later: no slot is as it was, neither the full ones nor the empty. */
static void two_tables_have_nothing_in_common(void **state)
{
	struct made *m = *state;
	struct bulletin_table_head later = m->head;
	struct bulletin_table a, b;
	struct buffer file;
	size_t same = 0;

	buffer_init(&file, BULLETIN_TABLE_MAX);
	later.time_ms++;
	assert_ok(bulletin_table_build(&later, m->rows, ROWS, &random_env, &file, NULL));
	assert_ok(bulletin_table_open(buffer_bytes(&m->file), &a, NULL));
	assert_ok(bulletin_table_open(buffer_bytes(&file), &b, NULL));
	for (uint16_t bucket = 0; bucket < BULLETIN_BUCKETS; bucket++)
		for (size_t i = 0; i < 16; i++)
			same += memcmp(bulletin_table_bucket(&a, bucket).data + i / 4 * 12, bulletin_table_bucket(&b, bucket).data + i % 4 * 12,
				       BULLETIN_TAG_SIZE) == 0;
	assert_int_equal(same, 0);
	buffer_release(&file);
}

static void a_full_bucket_doubles_all(void **state)
{
	static struct bulletin_row rows[5];
	struct made *m = *state;
	struct bulletin_table table;
	struct buffer file;
	uint8_t payload[BULLETIN_PAYLOAD_MAX];

	buffer_init(&file, BULLETIN_TABLE_MAX);
	for (size_t i = 0; i < 5; i++) {
		rows[i] = m->rows[i];
		rows[i].bucket = BULLETIN_BUCKETS - 1;
	}
	assert_ok(bulletin_table_build(&m->head, rows, 5, &random_env, &file, NULL));
	assert_int_equal(file.len, BULLETIN_TABLE_HEAD_SIZE + BULLETIN_BUCKETS * 8 * 12);
	assert_ok(bulletin_table_open(buffer_bytes(&file), &table, NULL));
	for (size_t i = 0; i < 5; i++)
		assert_ok(bulletin_bucket_find(&table.head, bulletin_table_bucket(&table, BULLETIN_BUCKETS - 1), &rows[i].output, payload));
	buffer_release(&file);
}

static void rows_that_cannot_be(void **state)
{
	struct made *m = *state;
	struct bulletin_table_head head = m->head;
	struct bulletin_row *many = calloc(BULLETIN_SLOTS_MAX + 1, sizeof *many);
	struct buffer file;

	buffer_init(&file, BULLETIN_TABLE_MAX);
	many[0] = many[1] = m->rows[0];
	assert_int_equal(bulletin_table_build(&m->head, many, 2, &random_env, &file, NULL), ST_CONFLICT);
	many[1].bucket = BULLETIN_BUCKETS;
	assert_int_equal(bulletin_table_build(&m->head, many, 2, &random_env, &file, NULL), ST_MALFORMED);
	for (size_t i = 0; i <= BULLETIN_SLOTS_MAX; i++)
		many[i].bucket = 5;
	assert_int_equal(bulletin_table_build(&m->head, many, BULLETIN_SLOTS_MAX + 1, &random_env, &file, NULL), ST_LIMIT);
	head.payload_size = 5;
	assert_int_equal(bulletin_table_build(&head, m->rows, 1, &random_env, &file, NULL), ST_MALFORMED);
	head = m->head, head.time_ms = -1;
	assert_int_equal(bulletin_table_build(&head, m->rows, 1, &random_env, &file, NULL), ST_MALFORMED);
	assert_int_equal(file.len, 0);
	buffer_release(&file);
	buffer_init(&file, 1000);
	assert_int_equal(bulletin_table_build(&m->head, m->rows, 1, &random_env, &file, NULL), ST_LIMIT);
	buffer_release(&file);
	free(many);
}

static void an_empty_table_is_one(void **state)
{
	struct made *m = *state;
	struct bulletin_table_head head = m->head;
	struct bulletin_table table;
	struct buffer file;

	head.payload_size = BULLETIN_RECEIPT_SIZE;
	buffer_init(&file, BULLETIN_TABLE_MAX);
	assert_ok(bulletin_table_build(&head, NULL, 0, &random_env, &file, NULL));
	assert_int_equal(file.len, BULLETIN_TABLE_HEAD_SIZE + BULLETIN_BUCKETS * 4 * 24);
	assert_ok(bulletin_table_open(buffer_bytes(&file), &table, NULL));
	buffer_release(&file);
}

static void files_that_are_no_table(void **state)
{
	/* One byte of the head put to another value. */
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {{0, 'X'}, {8, 2}, {9, 13}, {10, 5}, {10, 16}, {11, 1}, {12, 2}, {12, 3}, {12, 8}, {13, 1}, {15, 0x80}, {31, 0x80}};
	struct made *m = *state;
	struct bulletin_table table;
	struct error error;
	uint8_t *file = m->file.data, swap[12];
	size_t len = m->file.len;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t before = file[rows[i].at];

		file[rows[i].at] = rows[i].value;
		assert_int_equal(bulletin_table_open(buffer_bytes(&m->file), &table, &error), ST_MALFORMED);
		assert_string_equal(error.reason, "bulletin-malformed");
		file[rows[i].at] = before;
	}
	assert_int_equal(bulletin_table_open((struct bytes){file, len - 1}, &table, NULL), ST_MALFORMED);
	for (size_t n = 0; n <= BULLETIN_TABLE_HEAD_SIZE; n++)
		assert_int_equal(bulletin_table_open((struct bytes){file, n}, &table, NULL), ST_MALFORMED);
	/* Two slots of one bucket change places. */
	memcpy(swap, file + len - 12, 12);
	memcpy(file + len - 12, file + len - 24, 12);
	memcpy(file + len - 24, swap, 12);
	assert_int_equal(bulletin_table_open(buffer_bytes(&m->file), &table, NULL), ST_MALFORMED);
}

#define WITH_TABLE(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_the_formats),
		WITH_TABLE(what_is_in_is_found),
		WITH_TABLE(two_tables_have_nothing_in_common),
		WITH_TABLE(a_full_bucket_doubles_all),
		WITH_TABLE(rows_that_cannot_be),
		WITH_TABLE(an_empty_table_is_one),
		WITH_TABLE(files_that_are_no_table),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
