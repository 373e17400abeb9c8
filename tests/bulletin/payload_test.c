/* What a slot says comes out as it went in, and nothing else goes in or comes out. */
#include "bulletin/payload.h"

#include "lib/test.h"

static void checks(void **state)
{
	/* The bytes are the format: docs/formats/bulletin.md. */
	static const struct {
		struct bulletin_check check;
		uint8_t bytes[4];
	} rows[] = {
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_3, 0, "", 0}, {0x01, 0x00, 0x00, 0x00}},
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_3, 82, "kh", 5}, {0x41, 0x0a, 0x5a, 0x05}},
		{{BULLETIN_REPORTED, BULLETIN_FROM_100, 511, "zz", 255}, {0xf2, 0xbf, 0xd6, 0xff}},
		{{BULLETIN_OFFICIAL, BULLETIN_FROM_3, 1, "aa", 1}, {0x23, 0x40, 0x08, 0x01}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bulletin_check back;
		uint8_t bytes[4];

		assert_ok(bulletin_check_pack(&rows[i].check, bytes, NULL));
		assert_memory_equal(bytes, rows[i].bytes, 4);
		assert_ok(bulletin_check_unpack(bytes, &back, NULL));
		assert_int_equal(back.verdict, rows[i].check.verdict);
		assert_int_equal(back.band, rows[i].check.band);
		assert_int_equal(back.month, rows[i].check.month);
		assert_string_equal(back.country, rows[i].check.country);
		assert_int_equal(back.authority, rows[i].check.authority);
	}
}

static void checks_that_are_none(void **state)
{
	static const struct {
		struct bulletin_check check;
		const char *field;
	} rows[] = {
		{{(enum bulletin_verdict)0, BULLETIN_FROM_3, 0, "kh", 0}, "verdict"},
		{{(enum bulletin_verdict)4, BULLETIN_FROM_3, 0, "kh", 0}, "verdict"},
		{{BULLETIN_REPORTED, (enum bulletin_band)3, 0, "kh", 0}, "band"},
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_10, 0, "kh", 0}, "band"},
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_3, 512, "kh", 0}, "month"},
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_3, 0, "KH", 0}, "country"},
		{{BULLETIN_CONFIRMED, BULLETIN_FROM_3, 0, "k", 0}, "country"},
	};
	struct bulletin_check back;
	struct error error;
	uint8_t bytes[4];
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(bulletin_check_pack(&rows[i].check, bytes, &error), ST_MALFORMED);
		assert_string_equal(error.field, rows[i].field);
	}
	/* Whatever is read is written as it was. */
	for (uint32_t v = 0; v < 1u << 24; v++) {
		const uint8_t in[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), 7};

		if (bulletin_check_unpack(in, &back, NULL) != ST_OK)
			continue;
		assert_ok(bulletin_check_pack(&back, bytes, NULL));
		assert_memory_equal(bytes, in, 4);
		read++;
	}
	assert_int_equal(read, (1 + 3 + 1) * 512 * (1 + 26 * 26));
}

static void receipts(void **state)
{
	const struct bulletin_receipt receipt = {4, 1, "kr", 2521, 70000, 65535, 9};
	static const uint8_t expected[16] = {4, 1, 'k', 'r', 0xd9, 0x09, 0x70, 0x11, 0x01, 0x00, 0xff, 0xff, 9, 0, 0, 0};
	struct bulletin_receipt back;
	uint8_t bytes[16];

	(void)state;
	assert_ok(bulletin_receipt_pack(&receipt, bytes, NULL));
	assert_memory_equal(bytes, expected, 16);
	assert_ok(bulletin_receipt_unpack(bytes, &back, NULL));
	assert_int_equal(back.state, 4);
	assert_int_equal(back.flags, 1);
	assert_string_equal(back.country, "kr");
	assert_int_equal(back.day, 2521);
	assert_int_equal(back.campaign, 70000);
	assert_int_equal(back.others, 65535);
	assert_int_equal(back.reason, 9);
	for (size_t i = 13; i < 16; i++) {
		bytes[i] = 1;
		assert_int_equal(bulletin_receipt_unpack(bytes, &back, NULL), ST_MALFORMED);
		bytes[i] = 0;
	}
	bytes[2] = 0; /* half a country */
	assert_int_equal(bulletin_receipt_unpack(bytes, &back, NULL), ST_MALFORMED);
	bytes[3] = 0;
	assert_ok(bulletin_receipt_unpack(bytes, &back, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks),
		cmocka_unit_test(checks_that_are_none),
		cmocka_unit_test(receipts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
