/* Assertions on folding and readings that the tests of several languages share. */
#ifndef TESTS_TEXT_READINGS_TEST_H
#define TESTS_TEXT_READINGS_TEST_H

#include <stdio.h>

#include "lib/test.h"
#include "text/fold.h"
#include "text/name.h"

/* A word and spellings that must be among its first `within` readings. */
struct expected {
	const char *native;
	size_t within;
	const char *latin[4];
};

static inline void assert_folds(const char *in, const char *expected)
{
	struct arena arena;
	struct text folded, again;

	arena_init(&arena, 1 << 20);
	assert_ok(text_fold(text_of(in), &arena, &folded));
	assert_text(folded, expected);
	assert_ok(text_fold(folded, &arena, &again));
	assert_text(again, expected);
	arena_release(&arena);
}

static inline void assert_folds_apart(const char *one, const char *other)
{
	struct arena arena;
	struct text a, b;

	arena_init(&arena, 1 << 20);
	assert_ok(text_fold(text_of(one), &arena, &a));
	assert_ok(text_fold(text_of(other), &arena, &b));
	if (text_equal(a, b))
		fail_msg("%s and %s fold to one", one, other);
	arena_release(&arena);
}

/* Folds every row of `length` of the signs behind the first sign, twice: the second time changes nothing. */
static inline void assert_all_settle(const uint32_t *signs, size_t count, size_t length)
{
	size_t rows = 1;

	for (size_t i = 0; i < length; i++)
		rows *= count;
	for (size_t row = 0; row < rows; row++) {
		char line[64];
		size_t n = text_encode(signs[0], line), rest = row;
		struct arena arena;
		struct text once, twice;

		for (size_t i = 0; i < length; i++, rest /= count)
			n += text_encode(signs[rest % count], line + n);
		arena_init(&arena, 1 << 16);
		assert_ok(text_fold((struct text){line, n}, &arena, &once));
		assert_ok(text_fold(once, &arena, &twice));
		if (!text_equal(once, twice))
			fail_msg("row %zu does not settle", row);
		arena_release(&arena);
	}
}

static inline void assert_readings(const struct expected *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct arena arena;
		struct name name;
		const struct name_part *part;

		arena_init(&arena, 1 << 22);
		assert_ok(name_read(text_of(rows[i].native), "", &arena, &name));
		assert_int_equal(name.form_count, 1);
		assert_int_equal(name.forms[0].part_count, 1);
		part = &name.forms[0].parts[0];
		for (size_t k = 0; k < 4 && rows[i].latin[k]; k++) {
			bool found = false;

			for (size_t r = 0; r < part->reading_count && r < rows[i].within; r++)
				found = found || text_equal(part->readings[r].latin, text_of(rows[i].latin[k]));
			if (!found)
				fail_msg("%s: no %s among the first %zu readings", rows[i].native, rows[i].latin[k], rows[i].within);
		}
		arena_release(&arena);
	}
}

/* `expected`: "reading/role ..." of each part by its first reading, F G P T L or - for the role; of titles a star. */
static inline void assert_parts(const char *native, const char *expected)
{
	static const char roles[] = "-FGPTL";
	char got[256] = "";
	struct arena arena;
	struct name name;
	size_t n = 0;

	arena_init(&arena, 1 << 22);
	assert_ok(name_read(text_of(native), "", &arena, &name));
	for (size_t i = 0; name.form_count && i < name.forms[0].part_count; i++) {
		const struct name_part *p = &name.forms[0].parts[i];
		struct text first = p->role == PART_TITLE  ? TEXT("*")
				    : p->reading_count > 0 ? p->readings[0].latin
							   : TEXT("?");

		n += (size_t)snprintf(got + n, sizeof got - n, "%s%.*s/%c", i ? " " : "", TEXT_ARG(first), roles[p->role]);
	}
	assert_string_equal(got, expected);
	arena_release(&arena);
}

#endif
