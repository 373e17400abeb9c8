/* cmocka with its includes in the right order, and the assertions we use on our own types. */
#ifndef TESTS_LIB_TEST_H
#define TESTS_LIB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/slice.h"

#define assert_ok(call) assert_int_equal((call), ST_OK)

#define assert_text(got, expected)                                                                     \
	do {                                                                                           \
		struct text got_ = (got), expected_ = text_of(expected);                               \
		if (!text_equal(got_, expected_))                                                      \
			fail_msg("got \"%.*s\", expected \"%s\"", TEXT_ARG(got_), (expected)); \
	} while (0)

#endif
