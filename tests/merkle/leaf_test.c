#include "lib/test.h"

#include <sodium.h>

#include "merkle/leaf.h"

#define COMMITMENT "0000000000000000000000000000000000000000000000000000000000000000"
#define BODY(actor, kind, time)                                                                                                     \
	"{\"actor\":\"" actor "\",\"commitment\":\"" COMMITMENT "\",\"id\":\"00112233445566778899aabbccddeeff\",\"kind\":\"" kind \
	"\",\"log\":\"list\",\"subject\":\"\",\"time\":" time ",\"v\":1}"

static void leaves_go_round(void **state)
{
	static const struct {
		const char *body;
		bool good;
	} rows[] = {
		{BODY("a1", "entry.publish", "1763000000000"), true},
		{BODY("", "entry.publish", "0"), true},
		{BODY("a1", "entry.publish", "01"), false},
		{BODY("a1", "entry.publish", "-1"), false},
		{BODY("a1", "entry.publish", "1.0"), false},
		{BODY("a1", "entry.publish", "9223372036854775808"), false},
		{BODY("a 1", "entry.publish", "1"), false},
		{BODY("a\\u0031", "entry.publish", "1"), false},
		{BODY("\xC3\xA9", "entry.publish", "1"), false},
		{BODY("a1", "entry.publish", "1") " ", false},
		{" " BODY("a1", "entry.publish", "1"), false},
		{"{\"actor\":\"a\"}", false},
		{"{}", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct leaf leaf;
		struct buffer out;

		if ((leaf_parse(text_of(rows[i].body), &leaf, NULL) == ST_OK) != rows[i].good)
			fail_msg("row %zu", i);
		if (!rows[i].good)
			continue;
		buffer_init(&out, LEAF_BODY_MAX);
		leaf_write(&leaf, &out);
		assert_text(buffer_text(&out), rows[i].body);
		buffer_release(&out);
	}
}

/* Computed once with Python's hashlib. */
static void commitments_are_as_documented(void **state)
{
	uint8_t salt[LEAF_SALT_SIZE];
	struct merkle_hash commitment;
	char hex[65];

	(void)state;
	for (size_t i = 0; i < sizeof salt; i++)
		salt[i] = (uint8_t)i;
	leaf_commit(salt, TEXT("{\"a\":1}"), &commitment);
	sodium_bin2hex(hex, sizeof hex, commitment.b, sizeof commitment.b);
	assert_string_equal(hex, "9f3e72caf92d7a3c015b8ac245551a283bf79c9c3d5022aeb238fdc83e0e93dc");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_go_round),
		cmocka_unit_test(commitments_are_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
