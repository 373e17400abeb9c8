/* The standard's vectors, and what strangers may send. */
#include "oprf/oprf.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/random.h"
#include "lib/test.h"

#define LINE_MAX_ 8192
#define COLUMNS 13u
enum column { SOURCE, MODE, SEED, INFO, SECRET, PUBLIC, INPUT, BLIND, BLINDED, EVALUATED, PROOF, RANDOM, OUTPUT };

/* ---- randomness of the test's own ---- */

/* Gives `scalar` to whoever wants a scalar: 64 bytes that are reduced to it. */
static void random_scalar(void *context, void *out, size_t len)
{
	assert_int_equal(len, 64);
	memset(out, 0, len);
	memcpy(out, context, 32);
}


/* ---- vectors ---- */

struct vector {
	struct text fields[COLUMNS];
};

static struct bytes from_hex(struct text hex, uint8_t *out, size_t size)
{
	size_t len = 0;

	assert_int_equal(sodium_hex2bin(out, size, hex.data, hex.len, NULL, &len, NULL), 0);
	return (struct bytes){out, len};
}

static void exactly(struct text hex, void *out, size_t size)
{
	assert_int_equal(from_hex(hex, out, size).len, size);
}

static void assert_hex(const void *got, size_t len, struct text expected)
{
	char hex[513];

	sodium_bin2hex(hex, sizeof hex, got, len);
	assert_text(text_of(hex), ((char *)memcpy((char[513]){0}, expected.data, expected.len)));
}

static size_t members(const struct vector *v, enum column column, struct text out[2])
{
	struct text rest = v->fields[column];
	size_t count = 0;

	while (count < 2 && text_split(&rest, ',', &out[count]))
		count++;
	assert_int_equal(rest.len, 0);
	return count;
}

static void vector_check(const struct vector *v)
{
	enum oprf_mode mode = text_equal(v->fields[MODE], TEXT("1")) ? OPRF_VERIFIABLE : OPRF_BASE;
	struct text inputs[2], blinds[2], blinded_hex[2], evaluated_hex[2], outputs[2];
	uint8_t seed[32], info[64], input[64], scalar[32];
	struct oprf_element blinded[2], evaluated[2];
	struct oprf_scalar blind[2];
	struct oprf_output output;
	struct oprf_proof proof;
	struct oprf_key key;
	struct env env = {.random = random_scalar, .context = scalar};
	size_t count = members(v, INPUT, inputs);

	assert_int_equal(members(v, BLIND, blinds), count);
	assert_int_equal(members(v, BLINDED, blinded_hex), count);
	assert_int_equal(members(v, EVALUATED, evaluated_hex), count);
	assert_int_equal(members(v, OUTPUT, outputs), count);
	exactly(v->fields[SEED], seed, sizeof seed);
	assert_ok(oprf_key_derive(mode, seed, from_hex(v->fields[INFO], info, sizeof info), &key, NULL));
	assert_hex(key.secret.b, 32, v->fields[SECRET]);
	for (size_t i = 0; i < count; i++) {
		exactly(blinds[i], scalar, sizeof scalar);
		assert_ok(oprf_blind(mode, &env, from_hex(inputs[i], input, sizeof input), &blind[i], &blinded[i], NULL));
		assert_hex(blinded[i].b, 32, blinded_hex[i]);
	}
	if (mode == OPRF_VERIFIABLE) {
		assert_hex(key.public_key.b, 32, v->fields[PUBLIC]);
		exactly(v->fields[RANDOM], scalar, sizeof scalar);
	}
	assert_ok(oprf_evaluate(&key, &env, blinded, count, evaluated, mode == OPRF_VERIFIABLE ? &proof : NULL, NULL));
	if (mode == OPRF_VERIFIABLE) {
		assert_hex(proof.b, sizeof proof.b, v->fields[PROOF]);
		assert_ok(oprf_verify(&key.public_key, blinded, evaluated, count, &proof, NULL));
	}
	for (size_t i = 0; i < count; i++) {
		struct bytes in = from_hex(inputs[i], input, sizeof input);

		assert_hex(evaluated[i].b, 32, evaluated_hex[i]);
		assert_ok(oprf_finalize(in, &blind[i], &evaluated[i], &output, NULL));
		assert_hex(output.b, sizeof output.b, outputs[i]);
		assert_ok(oprf_direct(&key, in, &output, NULL));
		assert_hex(output.b, sizeof output.b, outputs[i]);
	}
}

static void the_standards_vectors(void **state)
{
	char path[1024], line[LINE_MAX_];
	const char *source = getenv("CORDON_SOURCE");
	size_t count = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/tests/oprf/rfc9497.tsv", source ? source : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		struct text rest = {line, strcspn(line, "\n")};
		struct vector v;
		size_t columns = 0;

		if (line[0] == '#' || text_starts(rest, TEXT("source")))
			continue;
		while (columns < COLUMNS && text_split(&rest, '\t', &v.fields[columns]))
			columns++;
		assert_int_equal(columns, COLUMNS);
		vector_check(&v);
		count++;
	}
	(void)fclose(file);
	assert_int_equal(count, 5);
}

/* ---- strangers ---- */

struct sides {
	struct oprf_key key, other;
	struct oprf_scalar blind;
	struct oprf_element blinded, evaluated;
	struct oprf_proof proof;
};

static const struct bytes input = {(const uint8_t *)"phone|85591234567", 17};

static void sides_make(struct sides *s)
{
	const uint8_t seed[32] = {7}, another[32] = {8};

	assert_ok(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &s->key, NULL));
	assert_ok(oprf_key_derive(OPRF_VERIFIABLE, another, (struct bytes){NULL, 0}, &s->other, NULL));
	assert_ok(oprf_blind(OPRF_VERIFIABLE, &random_env, input, &s->blind, &s->blinded, NULL));
	assert_ok(oprf_evaluate(&s->key, &random_env, &s->blinded, 1, &s->evaluated, &s->proof, NULL));
}

/* Encodings that RFC 9496, A.2 says are none, and the identity, which RFC 9497 forbids. */
static void elements_that_are_none(void **state)
{
	static const char *const rows[] = {
		"0000000000000000000000000000000000000000000000000000000000000000", /* the identity */
		"00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", /* not canonical */
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", /* zero, written otherwise */
		"0100000000000000000000000000000000000000000000000000000000000000", /* negative */
		"01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", /* no square */
		"3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e", /* negative xy */
	};
	struct sides s;
	struct error error;

	(void)state;
	sides_make(&s);
	assert_true(oprf_element_valid(&s.blinded));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct oprf_element batch[2] = {s.blinded}, out[2];
		struct oprf_output output;
		struct oprf_proof proof;

		exactly(text_of(rows[i]), batch[1].b, 32);
		assert_false(oprf_element_valid(&batch[1]));
		assert_int_equal(oprf_evaluate(&s.key, &random_env, batch, 2, out, &proof, &error), ST_MALFORMED);
		assert_int_equal(error.row, 2);
		assert_int_equal(oprf_verify(&s.key.public_key, &batch[1], &s.evaluated, 1, &s.proof, NULL), ST_MALFORMED);
		assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &batch[1], 1, &s.proof, NULL), ST_MALFORMED);
		assert_int_equal(oprf_verify(&batch[1], &s.blinded, &s.evaluated, 1, &s.proof, NULL), ST_MALFORMED);
		assert_int_equal(oprf_finalize(input, &s.blind, &batch[1], &output, NULL), ST_MALFORMED);
	}
}

static void proofs_that_do_not_hold(void **state)
{
	struct oprf_element changed;
	struct oprf_proof proof;
	struct sides s, more;

	(void)state;
	sides_make(&s), sides_make(&more);
	assert_ok(oprf_verify(&s.key.public_key, &s.blinded, &s.evaluated, 1, &s.proof, NULL));
	for (size_t bit = 0; bit < 8 * sizeof proof.b; bit++) {
		proof = s.proof;
		proof.b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &s.evaluated, 1, &proof, NULL), ST_DENIED);
	}
	/* A key made for this asker alone, honestly proved for itself. */
	assert_ok(oprf_evaluate(&s.other, &random_env, &s.blinded, 1, &changed, &proof, NULL));
	assert_ok(oprf_verify(&s.other.public_key, &s.blinded, &changed, 1, &proof, NULL));
	assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &changed, 1, &proof, NULL), ST_DENIED);
	assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &changed, 1, &s.proof, NULL), ST_DENIED);
	/* Another question's answer and proof. */
	assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &more.evaluated, 1, &more.proof, NULL), ST_DENIED);
	/* The order of the group added to s: the same number, written otherwise. */
	proof = s.proof;
	{
		static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
						  0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
		sodium_add(proof.b + 32, order, 32);
	}
	assert_int_equal(oprf_verify(&s.key.public_key, &s.blinded, &s.evaluated, 1, &proof, NULL), ST_DENIED);
}

static void bounds(void **state)
{
	static uint8_t zeros[65536];
	struct oprf_element many[OPRF_BATCH_MAX + 1], out[OPRF_BATCH_MAX + 1];
	struct oprf_scalar none = {{0}}, large;
	struct oprf_output output;
	struct oprf_proof proof;
	struct oprf_key key;
	struct sides s;

	(void)state;
	sides_make(&s);
	for (size_t i = 0; i <= OPRF_BATCH_MAX; i++)
		many[i] = s.blinded;
	assert_int_equal(oprf_evaluate(&s.key, &random_env, many, 0, out, &proof, NULL), ST_MALFORMED);
	assert_int_equal(oprf_evaluate(&s.key, &random_env, many, OPRF_BATCH_MAX + 1, out, &proof, NULL), ST_LIMIT);
	assert_ok(oprf_evaluate(&s.key, &random_env, many, OPRF_BATCH_MAX, out, &proof, NULL));
	assert_ok(oprf_verify(&s.key.public_key, many, out, OPRF_BATCH_MAX, &proof, NULL));
	assert_int_equal(oprf_verify(&s.key.public_key, many, out, OPRF_BATCH_MAX - 1, &proof, NULL), ST_DENIED);
	assert_int_equal(oprf_verify(&s.key.public_key, many, out, 0, &proof, NULL), ST_MALFORMED);
	assert_int_equal(oprf_direct(&s.key, (struct bytes){zeros, sizeof zeros}, &output, NULL), ST_LIMIT);
	assert_ok(oprf_direct(&s.key, (struct bytes){zeros, OPRF_INPUT_MAX}, &output, NULL));
	assert_ok(oprf_direct(&s.key, (struct bytes){NULL, 0}, &output, NULL));
	memset(large.b, 0xff, sizeof large.b);
	assert_int_equal(oprf_key_of_secret(OPRF_VERIFIABLE, &none, &key, NULL), ST_MALFORMED);
	assert_int_equal(oprf_key_of_secret(OPRF_VERIFIABLE, &large, &key, NULL), ST_MALFORMED);
	assert_int_equal(oprf_finalize(input, &none, &s.evaluated, &output, NULL), ST_MALFORMED);
	assert_int_equal(oprf_finalize(input, &large, &s.evaluated, &output, NULL), ST_MALFORMED);
	assert_ok(oprf_key_of_secret(OPRF_VERIFIABLE, &s.key.secret, &key, NULL));
	assert_memory_equal(&key.public_key, &s.key.public_key, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_standards_vectors),
		cmocka_unit_test(elements_that_are_none),
		cmocka_unit_test(proofs_that_do_not_hold),
		cmocka_unit_test(bounds),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
