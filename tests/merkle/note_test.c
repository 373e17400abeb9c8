#include "lib/test.h"

#include <stdio.h>

#include "merkle/note.h"

/* The example of golang.org/x/mod/sumdb/note. */
#define NEUMANN_KEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define NEUMANN_TEXT                                                                          \
	"If you think cryptography is the answer to your problem,\n"                          \
	"then you don't know what your problem is.\n"
#define NEUMANN_LINE                                                                          \
	"\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
/* Its signer. */
#define NEUMANN_SECRET "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"

static const uint8_t seed[32] = {1, 2, 3, 4, 5, 6, 7, 8};

static void keys_go_round(void **state)
{
	static const enum note_type types[] = {NOTE_ED25519, NOTE_COSIGNATURE};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct note_signer signer, again;
		struct note_key key;
		char text[NOTE_VKEY_SIZE];

		assert_ok(note_signer_make(TEXT("cordon.kh/list"), types[i], seed, &signer, NULL));
		note_vkey(&signer.key, text);
		assert_ok(note_vkey_parse(text_of(text), &key, NULL));
		assert_memory_equal(key.public_key, signer.key.public_key, sizeof key.public_key);
		assert_int_equal(key.type, types[i]);
		note_skey(&signer, text);
		assert_ok(note_skey_parse(text_of(text), &again, NULL));
		assert_memory_equal(again.secret, signer.secret, sizeof again.secret);
		assert_string_equal(again.key.name, "cordon.kh/list");
	}
}

static void bad_keys_are_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"PeterNeumann",
		"PeterNeumann+c74f20a3",
		"PeterNeumann+c74f20a3+",
		"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA==",
		"Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
	};
	struct note_key key;
	struct note_signer signer;

	(void)state;
	assert_ok(note_vkey_parse(TEXT(NEUMANN_KEY), &key, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (note_vkey_parse(text_of(rows[i]), &key, NULL) != ST_MALFORMED)
			fail_msg("taken: %s", rows[i]);
	assert_int_equal(note_skey_parse(TEXT(NEUMANN_KEY), &signer, NULL), ST_MALFORMED);
	assert_int_equal(note_signer_make(TEXT("a b"), NOTE_ED25519, seed, &signer, NULL), ST_MALFORMED);
	assert_int_equal(note_signer_make(TEXT("a\xE3\x80\x80" "b"), NOTE_ED25519, seed, &signer, NULL), ST_MALFORMED);
	assert_int_equal(note_signer_make(TEXT("a+b"), NOTE_ED25519, seed, &signer, NULL), ST_MALFORMED);
	assert_int_equal(note_signer_make(TEXT(""), NOTE_ED25519, seed, &signer, NULL), ST_MALFORMED);
}

static void the_note_of_the_field_verifies(void **state)
{
	struct note_key key;
	struct note note;

	(void)state;
	assert_ok(note_vkey_parse(TEXT(NEUMANN_KEY), &key, NULL));
	assert_ok(note_parse(text_bytes(TEXT(NEUMANN_TEXT "\n" NEUMANN_LINE)), &note, NULL));
	assert_text(note.text, NEUMANN_TEXT);
	assert_int_equal(note.count, 1);
	assert_ok(note_verify(&note, &key, NULL, NULL));
	assert_ok(note_parse(text_bytes(TEXT("If " NEUMANN_TEXT "\n" NEUMANN_LINE)), &note, NULL));
	assert_int_equal(note_verify(&note, &key, NULL, NULL), ST_DENIED);
}

static void the_signer_of_the_field_signs_the_same(void **state)
{
	struct note_signer signer;
	struct buffer out;

	(void)state;
	buffer_init(&out, 1024);
	assert_ok(note_skey_parse(TEXT(NEUMANN_SECRET), &signer, NULL));
	assert_ok(note_sign(&signer, TEXT(NEUMANN_TEXT), 0, &out, NULL));
	assert_text(buffer_text(&out), NEUMANN_LINE);
	buffer_release(&out);
}

static void a_signed_note_verifies_and_a_changed_one_not(void **state)
{
	struct note_signer log, witness, other;
	struct buffer out;
	struct note note;
	uint64_t time = 0;
	struct text text = TEXT("cordon.kh/list\n1\nAAAA\n\nafter a blank line\n");

	(void)state;
	assert_ok(note_signer_make(TEXT("cordon.kh/list"), NOTE_ED25519, seed, &log, NULL));
	assert_ok(note_signer_make(TEXT("witness.kr/w1"), NOTE_COSIGNATURE, seed, &witness, NULL));
	assert_ok(note_signer_make(TEXT("witness.kr/w2"), NOTE_COSIGNATURE, seed, &other, NULL));
	buffer_init(&out, 4096);
	buffer_add_text(&out, text);
	buffer_add_char(&out, '\n');
	assert_ok(note_sign(&log, text, 0, &out, NULL));
	assert_ok(note_sign(&witness, text, 1763000000, &out, NULL));
	assert_ok(note_parse(buffer_bytes(&out), &note, NULL));
	assert_true(text_equal(note.text, text));
	assert_ok(note_verify(&note, &log.key, NULL, NULL));
	assert_ok(note_verify(&note, &witness.key, &time, NULL));
	assert_true(time == 1763000000);
	assert_int_equal(note_verify(&note, &other.key, NULL, NULL), ST_NOT_FOUND);
	/* Any bit of text or signatures. */
	for (size_t i = 0; i < out.len; i++) {
		enum status a, b;

		out.data[i] ^= 1;
		if (note_parse(buffer_bytes(&out), &note, NULL) == ST_OK) {
			a = note_verify(&note, &log.key, NULL, NULL);
			b = note_verify(&note, &witness.key, NULL, NULL);
			assert_false(a == ST_OK && b == ST_OK);
		}
		out.data[i] ^= 1;
	}
	buffer_release(&out);
}

#define LINE "\xE2\x80\x94 a AAAAAAAA\n"

static void the_form_is_checked(void **state)
{
	static const struct {
		const char *in;
		enum status st;
	} rows[] = {
		{"text\n\n" LINE, ST_OK},
		{"text\n\n" LINE LINE, ST_OK},
		{"text\n\nmore\n\n" LINE, ST_OK},
		{"text\n" LINE, ST_MALFORMED},
		{"\n\n" LINE, ST_OK},
		{"\n" LINE, ST_MALFORMED},
		{LINE, ST_MALFORMED},
		{"", ST_MALFORMED},
		{"text\n\n", ST_MALFORMED},
		{"text\n\n" LINE "\n", ST_MALFORMED},
		{"text\n\n" LINE "more\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 a AAAAAAAA", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 a AAAA\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 a AAAAAAA\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94  AAAAAAAA\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 AAAAAAAA\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 a+b AAAAAAAA\n", ST_MALFORMED},
		{"text\n\n\xE2\x80\x94 a AAAAAAAA \n", ST_MALFORMED},
		{"te\txt\n\n" LINE, ST_MALFORMED},
		{"te\rxt\n\n" LINE, ST_MALFORMED},
		{"te\xFFxt\n\n" LINE, ST_MALFORMED},
		{"text\n\n- a AAAAAAAA\n", ST_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct note note;
		enum status st = note_parse(text_bytes(text_of(rows[i].in)), &note, NULL);

		if (st != rows[i].st)
			fail_msg("row %zu: %d", i, (int)st);
	}
}

static void many_signatures_are_taken_up_to_a_limit(void **state)
{
	struct buffer out;
	struct note note;

	(void)state;
	buffer_init(&out, 1 << 16);
	buffer_printf(&out, "text\n\n");
	for (unsigned i = 0; i < NOTE_SIGNATURES_MAX; i++)
		buffer_printf(&out, LINE);
	assert_ok(note_parse(buffer_bytes(&out), &note, NULL));
	assert_int_equal(note.count, NOTE_SIGNATURES_MAX);
	buffer_printf(&out, LINE);
	assert_int_equal(note_parse(buffer_bytes(&out), &note, NULL), ST_LIMIT);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_go_round),
		cmocka_unit_test(bad_keys_are_refused),
		cmocka_unit_test(the_note_of_the_field_verifies),
		cmocka_unit_test(the_signer_of_the_field_signs_the_same),
		cmocka_unit_test(a_signed_note_verifies_and_a_changed_one_not),
		cmocka_unit_test(the_form_is_checked),
		cmocka_unit_test(many_signatures_are_taken_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
