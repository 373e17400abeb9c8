#include "base/arena.h"

#include "lib/test.h"

static void arena_gives_zeroed_aligned_memory(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 20);
	for (size_t n = 1; n < 5000; n = n * 2 + 1) {
		uint8_t *p = arena_alloc(&a, n, 1);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	arena_clear(&a);
	assert_int_equal(*(uint8_t *)arena_alloc(&a, 1, 1), 0);
	arena_release(&a);
}

static void arena_keeps_its_ceiling(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 100000);
	for (int i = 0; i < 1000; i++)
		if (arena_alloc(&a, 1000, 1) == NULL)
			break;
	assert_true(a.total <= 100000);
	assert_int_equal(arena_failure(&a, NULL), ST_LIMIT);
	assert_null(arena_alloc(&a, SIZE_MAX, 2));
	assert_null(arena_alloc(&a, SIZE_MAX, 1));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_keeps_its_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
