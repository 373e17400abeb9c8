/* What time the post holds it to be, and by whose word. */
#include "post/clock.h"

#include <time.h>

#include "lib/test.h"

#define HOUR ((int64_t)3600000)

static int64_t machine_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Within the second that the test may take. */
static void assert_about(int64_t ms, int64_t wanted)
{
	if (ms < wanted - 50 || ms > wanted + 5000)
		fail_msg("%lld ms off", (long long)(ms - wanted));
}

static void signed_time_leads(void **state)
{
	struct post_clock clock;
	int64_t own = machine_ms();

	(void)state;
	post_clock_init(&clock);
	assert_about(env_now(&clock.env), own);
	post_clock_signed(&clock, own + 3 * HOUR);
	assert_about(env_now(&clock.env), own + 3 * HOUR);
	post_clock_signed(&clock, own);
	assert_about(env_now(&clock.env), own + 3 * HOUR);
	post_clock_release(&clock);
}

/* What anybody in between may say; `off` from what was signed, which is `lead` from the machine's clock. */
static void told_time_leads_nowhere(void **state)
{
	static const struct {
		int64_t lead, off;
		bool believed;
	} rows[] = {
		{0, 0, true}, {0, 60000, true}, {0, 100000, true}, {0, HOUR, false}, {0, 1000 * HOUR, false}, {0, -10000, false},
		{-HOUR, 1000, true}, {-HOUR, HOUR, false}, {5 * HOUR, 1000, true}, {5 * HOUR, -5 * HOUR, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct post_clock clock;
		int64_t own = machine_ms(), before, offset;

		post_clock_init(&clock);
		post_clock_signed(&clock, own + rows[i].lead);
		before = env_now(&clock.env);
		assert_int_equal(post_clock_told(&clock, own + rows[i].lead + rows[i].off), rows[i].believed);
		assert_int_equal(post_clock_offset(&clock, &offset), rows[i].believed);
		/* Entries end by this: nothing that is not signed moves it ahead, and behind what was signed it never is. */
		if (env_now(&clock.env) > before + 5000 || env_now(&clock.env) < own + rows[i].lead - 50)
			fail_msg("row %zu moved time", i);
		post_clock_release(&clock);
	}
}

static void nothing_signed_yet(void **state)
{
	struct post_clock clock;
	int64_t offset;

	(void)state;
	post_clock_init(&clock);
	assert_false(post_clock_told(&clock, machine_ms()));
	assert_false(post_clock_offset(&clock, &offset));
	post_clock_release(&clock);
}

/* One that ran ahead by more than five minutes is put right by the hub, but not before what it signed. */
static void machine_ahead(void **state)
{
	struct post_clock clock;
	int64_t own = machine_ms();

	(void)state;
	post_clock_init(&clock);
	post_clock_signed(&clock, own - 2 * HOUR);
	assert_about(env_now(&clock.env), own);
	assert_true(post_clock_told(&clock, own - 2 * HOUR + 30000));
	assert_about(env_now(&clock.env), own - 2 * HOUR + 30000);
	post_clock_release(&clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signed_time_leads),
		cmocka_unit_test(told_time_leads_nowhere),
		cmocka_unit_test(nothing_signed_yet),
		cmocka_unit_test(machine_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
