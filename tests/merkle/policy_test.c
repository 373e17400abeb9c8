#include "lib/test.h"

#include <stdio.h>

#include "merkle/policy.h"

/* $L, $M are keys of logs, $W, $V of witnesses. */
static void expand(const char *in, struct buffer *out)
{
	static const struct {
		char letter;
		enum note_type type;
	} keys[] = {{'L', NOTE_ED25519}, {'M', NOTE_ED25519}, {'W', NOTE_COSIGNATURE}, {'V', NOTE_COSIGNATURE}};

	for (; *in; in++) {
		if (*in != '$') {
			buffer_add_char(out, *in);
			continue;
		}
		in++;
		for (size_t i = 0; i < 4; i++) {
			struct note_signer signer;
			uint8_t seed[32] = {(uint8_t)i};
			char vkey[NOTE_VKEY_SIZE];

			if (keys[i].letter != *in)
				continue;
			assert_ok(note_signer_make(TEXT("name"), keys[i].type, seed, &signer, NULL));
			note_vkey(&signer.key, vkey);
			buffer_add_text(out, text_of(vkey));
		}
	}
}

static void policies_are_checked(void **state)
{
	static const struct {
		const char *in;
		int64_t row; /* that is refused; 0: none; -1: the whole */
	} rows[] = {
		{"quorum none", 0},
		{"# a remark\n\n  \t\nlog $L\nwitness w $W\nquorum w\n", 0},
		{"log $L https://x.example/\nlog $M\nquorum none\n", 0},
		{"witness w $W\nwitness v $V\ngroup g 1 w v\nquorum g", 0},
		{"", -1},
		{"log $L\n", -1},
		{"log $W\nquorum none\n", 1},
		{"log $L\nlog $L\nquorum none\n", 2},
		{"log $L a b\nquorum none\n", 1},
		{"witness w $L\nquorum w\n", 1},
		{"witness w $W\nwitness w $V\nquorum w\n", 2},
		{"witness w $W\nwitness v $W\nquorum w\n", 2},
		{"witness none $W\nquorum none\n", 1},
		{"witness w $W\ngroup g 2 w\nquorum g\n", 2},
		{"witness w $W\ngroup g 0 w\nquorum g\n", 2},
		{"witness w $W\ngroup g all\nquorum g\n", 2},
		{"witness w $W\ngroup g most w\nquorum g\n", 2},
		{"group g any w\nwitness w $W\nquorum g\n", 1},
		{"witness w $W\ngroup g any w\ngroup h any w\nquorum g\n", 3},
		{"witness w $W\ngroup g any w w\nquorum g\n", 2},
		{"witness w $W\ngroup g any g\nquorum g\n", 2},
		{"quorum w\nwitness w $W\n", 1},
		{"quorum none\nquorum none\n", 2},
		{"quorum none\r\n", 1},
		{"trust $L\nquorum none\n", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct tlog_policy policy;
		struct error error = {.row = 0};
		struct buffer in;
		enum status st;

		buffer_init(&in, 4096);
		expand(rows[i].in, &in);
		st = tlog_policy_parse(buffer_bytes(&in), &policy, &error);
		if (st != (rows[i].row ? ST_MALFORMED : ST_OK) || error.row != (rows[i].row < 0 ? 0 : rows[i].row))
			fail_msg("row %zu: %d at %d: %s", i, (int)st, (int)error.row, error.message);
		buffer_release(&in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(policies_are_checked)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
