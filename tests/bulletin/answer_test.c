/* A question asked and answered: by whom it should be, in the same length whatever the answer is. */
#include "bulletin/answer.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/random.h"
#include "lib/test.h"

#define LISTED TEXT("phone|85591234567")
#define UNLISTED TEXT("phone|85591234568")

struct portal {
	struct oprf_key key, other;
	struct buffer file;
	struct bulletin_table table;
};

static int make(void **state)
{
	const uint8_t seed[32] = {1}, another[32] = {2};
	struct portal *p = calloc(1, sizeof *p);
	struct bulletin_table_head head = {.payload_size = BULLETIN_CHECK_SIZE, .time_ms = 1795656225678};
	struct bulletin_check check = {BULLETIN_CONFIRMED, BULLETIN_FROM_3, 82, "kh", 5};
	struct bulletin_row row = {.bucket = bulletin_bucket(LISTED)};

	*state = p;
	assert_ok(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &p->key, NULL));
	assert_ok(oprf_key_derive(OPRF_VERIFIABLE, another, (struct bytes){NULL, 0}, &p->other, NULL));
	oprf_key_id(&p->key.public_key, head.key_id);
	assert_ok(bulletin_check_pack(&check, row.payload, NULL));
	assert_ok(oprf_direct(&p->key, text_bytes(LISTED), &row.output, NULL));
	buffer_init(&p->file, BULLETIN_TABLE_MAX);
	assert_ok(bulletin_table_build(&head, &row, 1, &random_env, &p->file, NULL));
	assert_ok(bulletin_table_open(buffer_bytes(&p->file), &p->table, NULL));
	return 0;
}

static int unmake(void **state)
{
	struct portal *p = *state;

	buffer_release(&p->file);
	free(p);
	return 0;
}

static void answer(const struct portal *p, const struct oprf_key *key, const uint8_t question[BULLETIN_QUESTION_SIZE], struct buffer *out)
{
	struct oprf_element blinded, evaluated;
	struct oprf_proof proof;
	uint16_t bucket;

	assert_ok(bulletin_question_read((struct bytes){question, BULLETIN_QUESTION_SIZE}, &bucket, &blinded, NULL));
	assert_ok(oprf_evaluate(key, &random_env, &blinded, 1, &evaluated, &proof, NULL));
	assert_ok(bulletin_answer(&p->table, bucket, &evaluated, &proof, out, NULL));
}

static void hit_and_miss(void **state)
{
	struct portal *p = *state;
	struct bulletin_found found;
	struct bulletin_asked asked;
	struct bulletin_check check;
	struct buffer hit, miss;
	uint8_t question[BULLETIN_QUESTION_SIZE];

	buffer_init(&hit, 4096), buffer_init(&miss, 4096);
	assert_ok(bulletin_ask(&random_env, LISTED, &asked, question, NULL));
	answer(p, &p->key, question, &hit);
	assert_ok(bulletin_answer_read(&asked, buffer_bytes(&hit), &p->key.public_key, 1, &found, NULL));
	assert_int_equal(found.head.time_ms, 1795656225678);
	assert_ok(bulletin_check_unpack(found.payload, &check, NULL));
	assert_int_equal(check.verdict, BULLETIN_CONFIRMED);
	assert_string_equal(check.country, "kh");
	assert_ok(bulletin_ask(&random_env, UNLISTED, &asked, question, NULL));
	answer(p, &p->key, question, &miss);
	assert_int_equal(bulletin_answer_read(&asked, buffer_bytes(&miss), &p->key.public_key, 1, &found, NULL), ST_NOT_FOUND);
	assert_int_equal(hit.len, miss.len);
	assert_int_equal(hit.len, bulletin_answer_size(&p->table));
	assert_int_equal(hit.len, 32 + 64 + 24 + 4 * 12);
	buffer_release(&hit), buffer_release(&miss);
}

static void a_key_that_is_not_published(void **state)
{
	struct portal *p = *state;
	struct bulletin_found found;
	struct bulletin_asked asked;
	struct buffer out;
	uint8_t question[BULLETIN_QUESTION_SIZE];

	buffer_init(&out, 4096);
	assert_ok(bulletin_ask(&random_env, LISTED, &asked, question, NULL));
	/* The portal answers this one asker with a key of his own, under the id of the published one, */
	answer(p, &p->other, question, &out);
	assert_int_equal(bulletin_answer_read(&asked, buffer_bytes(&out), &p->key.public_key, 1, &found, NULL), ST_DENIED);
	/* or under its own id, which no bulletin names. */
	oprf_key_id(&p->other.public_key, out.data + 96);
	assert_int_equal(bulletin_answer_read(&asked, buffer_bytes(&out), &p->key.public_key, 1, &found, NULL), ST_DENIED);
	buffer_release(&out);
}

static void altered_answers(void **state)
{
	struct portal *p = *state;
	struct bulletin_found found;
	struct bulletin_asked asked;
	struct buffer out;
	uint8_t question[BULLETIN_QUESTION_SIZE];

	buffer_init(&out, 4096);
	assert_ok(bulletin_ask(&random_env, LISTED, &asked, question, NULL));
	answer(p, &p->key, question, &out);
	for (size_t i = 0; i < BULLETIN_ANSWER_HEAD_SIZE; i++) {
		out.data[i] ^= 1;
		assert_int_not_equal(bulletin_answer_read(&asked, buffer_bytes(&out), &p->key.public_key, 1, &found, NULL), ST_OK);
		out.data[i] ^= 1;
	}
	for (size_t n = 0; n < out.len; n++)
		assert_int_equal(bulletin_answer_read(&asked, (struct bytes){out.data, n}, &p->key.public_key, 1, &found, NULL), ST_MALFORMED);
	assert_int_equal(bulletin_answer_read(&asked, buffer_bytes(&out), &p->key.public_key, 0, &found, NULL), ST_DENIED);
	assert_ok(bulletin_answer_read(&asked, buffer_bytes(&out), &p->key.public_key, 1, &found, NULL));
	buffer_release(&out);
}

static void questions_that_are_none(void **state)
{
	uint8_t question[BULLETIN_QUESTION_SIZE + 1] = {0xff, 0x3f};
	struct oprf_element blinded;
	struct error error;
	uint16_t bucket;

	(void)state;
	assert_ok(bulletin_question_read((struct bytes){question, BULLETIN_QUESTION_SIZE}, &bucket, &blinded, NULL));
	assert_int_equal(bucket, BULLETIN_BUCKETS - 1);
	assert_int_equal(bulletin_question_read((struct bytes){question, BULLETIN_QUESTION_SIZE + 1}, &bucket, &blinded, &error), ST_MALFORMED);
	assert_string_equal(error.field, "length");
	assert_int_equal(bulletin_question_read((struct bytes){question, 0}, &bucket, &blinded, NULL), ST_MALFORMED);
	question[1] = 0x40;
	assert_int_equal(bulletin_question_read((struct bytes){question, BULLETIN_QUESTION_SIZE}, &bucket, &blinded, &error), ST_MALFORMED);
	assert_string_equal(error.field, "bucket");
}

#define WITH_PORTAL(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PORTAL(hit_and_miss),
		WITH_PORTAL(a_key_that_is_not_published),
		WITH_PORTAL(altered_answers),
		cmocka_unit_test(questions_that_are_none),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
