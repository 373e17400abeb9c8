#include "screen/compare.h"

#include <stdio.h>

#include "lib/test.h"

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* Patterns of national passports: A a letter, 9 a digit. */
static const char *const patterns[] = {"M99999999", "N0999999", "E99999999", "AA9999999", "C9999999", "999999999",
				       "A99999999", "K9999999", "M999A9999"};

static void make(uint64_t *seed, char *out, size_t size)
{
	const char *p = patterns[next(seed) % (sizeof patterns / sizeof patterns[0])];

	snprintf(out, size, "%s", p);
	for (char *c = out; *c; c++) {
		if (*c == '9')
			*c = (char)('0' + next(seed) % 10);
		else if (*c == 'A')
			*c = (char)('A' + next(seed) % 26);
	}
}

/* What a reader takes for what; the sum of Doc 9303 sees none of those in the second half. */
static const char *const pairs[] = {"0O", "1I", "2Z", "5S", "8B", "0D", "6G", "1L", "5Z", "8S", "4O", "BV", "DN", "PF", "VL",
				    "CM"};

static bool alter(uint64_t *seed, char *number)
{
	size_t len = strlen(number), from = next(seed) % len;

	for (size_t i = 0; i < len; i++) {
		char *c = &number[(from + i) % len];

		for (size_t k = 0; k < 2 * sizeof pairs / sizeof pairs[0]; k++) {
			const char *pair = pairs[(k + next(seed)) % (sizeof pairs / sizeof pairs[0])];

			if (*c == pair[0] || *c == pair[1]) {
				*c = *c == pair[0] ? pair[1] : pair[0];
				return true;
			}
		}
	}
	return false;
}

static void one_confused_character_is_found_within_64_variants(void **state)
{
	uint64_t seed = 9303;
	size_t tried = 0, found = 0;

	(void)state;
	while (tried < 10000) {
		char listed[32], seen[32], variants[DOCUMENT_VARIANTS_MAX][DOCUMENT_LEN_MAX];
		size_t n, len;

		make(&seed, listed, sizeof listed);
		memcpy(seen, listed, sizeof seen);
		if (!alter(&seed, seen))
			continue;
		tried++;
		len = strlen(seen);
		n = document_variants_of(text_of(seen), variants);
		assert_in_range(n, 1, DOCUMENT_VARIANTS_MAX);
		for (size_t i = 0; i < n; i++)
			if (memcmp(variants[i], listed, len) == 0) {
				found++;
				break;
			}
	}
	if (found * 1000 < tried * 995)
		fail_msg("%zu of %zu found", found, tried);
}

static void overlong_and_empty_numbers_have_no_variants(void **state)
{
	char variants[DOCUMENT_VARIANTS_MAX][DOCUMENT_LEN_MAX];

	(void)state;
	assert_int_equal(document_variants_of(TEXT(""), variants), 0);
	assert_int_equal(document_variants_of(TEXT("123456789012345678901234567890123"), variants), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_confused_character_is_found_within_64_variants),
		cmocka_unit_test(overlong_and_empty_numbers_have_no_variants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
