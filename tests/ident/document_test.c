#include "ident/document.h"

#include <stdio.h>

#include "ident/mrz.h"
#include "lib/test.h"

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Patterns of passports: A a letter, 9 a digit. Korea, Cambodia, China, Thailand, Viet Nam, the Philippines, the United
 * States, Germany, India, Malaysia, Laos, and the ten or more characters of identity cards. */
static const char *const patterns[] = {"M99999999", "M999A9999", "N9999999",  "E99999999",  "EA9999999", "AA9999999", "C9999999",
				       "P9999999A", "999999999", "A99999999", "C99A99A9A",  "K9999999",  "A99999999", "PA0999999",
				       "AAK999999", "999999999999", "9999999999999", "A999999AA9"};

static void make(uint64_t *seed, char *out, size_t size)
{
	snprintf(out, size, "%s", patterns[next(seed) % (sizeof patterns / sizeof patterns[0])]);
	for (char *c = out; *c; c++) {
		if (*c == '9')
			*c = (char)('0' + next(seed) % 10);
		else if (*c == 'A')
			*c = (char)('A' + next(seed) % 26);
	}
}

/* The confusions that the acceptance of document look-up names, written apart from the product's table. */
static const char *const classes[] = {"0ODQ", "1IL", "5SZ", "6G", "8BS", "K<", "2Z"};

/* Exchanges one character of `number` for another of its class; gives false where none can be. */
static bool alter(uint64_t *seed, char *number)
{
	size_t len = strlen(number), from = next(seed) % len, count = sizeof classes / sizeof classes[0];

	for (size_t i = 0; i < len; i++) {
		char *c = &number[(from + i) % len];
		size_t first = next(seed) % count;

		for (size_t k = 0; k < count; k++) {
			const char *class = classes[(first + k) % count];
			size_t size = strlen(class);
			const char *in = strchr(class, *c);

			if (in == NULL)
				continue;
			*c = class[((size_t)(in - class) + 1 + next(seed) % (size - 1)) % size];
			return true;
		}
	}
	return false;
}

static bool among(const struct document_variant *v, size_t n, struct text listed)
{
	for (size_t i = 0; i < n; i++)
		if (text_equal((struct text){v[i].c, v[i].len}, listed))
			return true;
	return false;
}

static void one_confused_character_is_found_within_64_variants(void **state)
{
	uint64_t seed = 9303;
	size_t tried = 0, found = 0, most = 0;

	(void)state;
	while (tried < 10000) {
		char listed[32], seen[32], canonical[32];
		size_t here = 0;

		make(&seed, listed, sizeof listed);
		memcpy(seen, listed, sizeof seen);
		if (!alter(&seed, seen))
			continue;
		tried++;
		/* A '<' taken for a K is the one slip: that form is looked for as it is, within the same bound. */
		for (int k = 0; k <= (strchr(seen, '<') != NULL); k++) {
			struct document_variant v[DOCUMENT_VARIANTS_MAX];
			struct text c = {canonical, document_canonical(text_of(seen), k, canonical)};
			size_t n = document_variants(c, 0, v);

			n = k && n ? 1 : n;
			here += n;
			if (among(v, n, text_of(listed))) {
				found++;
				break;
			}
		}
		most = here > most ? here : most;
	}
	print_message("# %zu of %zu found, at most %zu variants\n", found, tried, most);
	assert_true(found * 1000 >= tried * 995);
	assert_in_range(most, 2, 64);
}

static void exchanges_no_check_digit_sees_are_all_tried(void **state)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
	size_t blind = 0;

	(void)state;
	for (const char *a = alphabet; *a; a++)
		for (const char *b = a + 1; *b; b++) {
			char seen[] = {*a, '1', '2', '3'}, listed[] = {*b, '1', '2', '3'};

			if (mrz_check_digit((struct text){a, 1}) != mrz_check_digit((struct text){b, 1}))
				continue;
			blind++;
			/* With the filler: at the end, where fillers stand. */
			if (*b == '<') {
				if (*a == 'K')
					assert_true(document_confusable(TEXT("123K"), TEXT("123")) &&
						    document_confusable(TEXT("123"), TEXT("123K")));
				continue;
			}
			assert_true(document_confusable((struct text){seen, 4}, (struct text){listed, 4}));
			assert_true(document_confusable((struct text){listed, 4}, (struct text){seen, 4}));
		}
	assert_int_equal(blind, 52);
}

static void strangers_are_not_confused(void **state)
{
	static const char *const rows[][2] = {
		{"M12345678", "M12345679"}, {"M12345678", "M12345687"}, {"M12345678", "M12345678"}, {"M12345678", "MI234567B"},
		{"M12345678", "M1234567"},  {"AB123456", "AX123456"},	{"", "K"},		    {"12", "1234"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_false(document_confusable(text_of(rows[i][0]), text_of(rows[i][1])));
}

static void those_the_check_digit_fits_come_first(void **state)
{
	struct document_variant v[DOCUMENT_VARIANTS_MAX];
	size_t n = document_variants(TEXT("MI2345678"), mrz_check_digit(TEXT("M12345678")), v);
	bool fits = true;

	(void)state;
	assert_in_range(n, 10, DOCUMENT_VARIANTS_MAX);
	assert_text(((struct text){v[0].c, v[0].len}), "MI2345678");
	assert_text(((struct text){v[1].c, v[1].len}), "M12345678");
	for (size_t i = 1; i < n; i++) {
		bool now = mrz_check_digit((struct text){v[i].c, v[i].len}) == mrz_check_digit(TEXT("M12345678"));

		assert_true(fits || !now);
		fits = now;
	}
	assert_false(fits);
}

static void overlong_and_empty_numbers_have_no_variants(void **state)
{
	struct document_variant v[DOCUMENT_VARIANTS_MAX];

	(void)state;
	assert_int_equal(document_variants(TEXT(""), 0, v), 0);
	assert_int_equal(document_variants(TEXT("123456789012345678901234567890123"), 0, v), 0);
	assert_int_equal(document_variants(TEXT("KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK"), 0, v), 64);
}

static void numbers_have_one_form(void **state)
{
	static const struct {
		const char *in, *out;
		bool filler_is_k;
	} rows[] = {
		{"M12345678", "M12345678", false},	 {" m 1234-5678 ", "M12345678", false}, {"№ 12/34", "1234", false},
		{"Ｍ１２３４", "M1234", false},		 {"ន០០០១២៣៤", "ន0001234", false},	{"N០០០១២៣៤", "N0001234", false},
		{"๑๒๓๔", "1234", false},		 {"МР1234567", "MP1234567", false},	{"вв 123456", "BB123456", false},
		{"Ж123", "Ж123", false},		 {"ж123", "Ж123", false},		{"K2578285<", "K2578285", false},
		{"K2578285<", "K2578285", true},	 {"<2578285<", "2578285", false},	{"<2578285<", "K2578285", true},
		{"12<34", "12K34", true},		 {"總字第123號", "總字第123號", false}, {"", "", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char out[64];
		size_t n = document_canonical(text_of(rows[i].in), rows[i].filler_is_k, out);

		assert_true(n <= strlen(rows[i].in));
		assert_text(((struct text){out, n}), rows[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_confused_character_is_found_within_64_variants),
		cmocka_unit_test(exchanges_no_check_digit_sees_are_all_tried),
		cmocka_unit_test(strangers_are_not_confused),
		cmocka_unit_test(those_the_check_digit_fits_come_first),
		cmocka_unit_test(overlong_and_empty_numbers_have_no_variants),
		cmocka_unit_test(numbers_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
