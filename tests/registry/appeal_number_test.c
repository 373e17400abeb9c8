#include "lib/test.h"

#include "registry/appeal_number.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void typed_as_people_type(void **state)
{
	static const struct {
		const char *typed, *read; /* NULL: refused */
	} rows[] = {
		{"0000-0000-0", "0000-0000-0"}, {"000000000", "0000-0000-0"},	 {" oooo 0000 o", "0000-0000-0"},
		{"0000-0000-1", NULL},		{"0000-0000", NULL},		 {"0000-0000-00", NULL},
		{"0000-0000-U", NULL},		{"", NULL},			 {"0000-000\xed\x95\x9c-0", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[APPEAL_NUMBER_SIZE];
		enum status st = appeal_number_read(text_of(rows[i].typed), out);

		assert_int_equal(st == ST_OK, rows[i].read != NULL);
		if (rows[i].read)
			assert_string_equal(out, rows[i].read);
	}
}

/* Of every number, each single wrong character is found, and nearly every exchange of two neighbours. */
static void slips_are_found(void **state)
{
	size_t exchanged = 0, missed = 0;

	(void)state;
	for (unsigned n = 0; n < 500; n++) {
		const uint8_t random[5] = {(uint8_t)(n * 37), (uint8_t)(n * 91 + 3), (uint8_t)(n >> 3), (uint8_t)(n * 7), (uint8_t)n};
		char number[APPEAL_NUMBER_SIZE], out[APPEAL_NUMBER_SIZE];

		appeal_number_write(random, number);
		assert_ok(appeal_number_read(text_of(number), out));
		assert_string_equal(out, number);
		for (size_t at = 0; at < 11; at++) {
			char wrong[APPEAL_NUMBER_SIZE];

			if (number[at] == '-')
				continue;
			for (size_t c = 0; c < 32; c++) {
				memcpy(wrong, number, sizeof wrong);
				wrong[at] = alphabet[c];
				assert_int_equal(appeal_number_read(text_of(wrong), out) == ST_OK, wrong[at] == number[at]);
			}
			if (at == 10 || number[at + 1] == '-' || number[at] == number[at + 1])
				continue;
			memcpy(wrong, number, sizeof wrong);
			wrong[at] = number[at + 1];
			wrong[at + 1] = number[at];
			exchanged++;
			missed += appeal_number_read(text_of(wrong), out) == ST_OK;
		}
	}
	assert_true(exchanged > 2000 && missed * 100 < exchanged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(typed_as_people_type), cmocka_unit_test(slips_are_found)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
