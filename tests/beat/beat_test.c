#include "lib/test.h"

#include <stdatomic.h>
#include <time.h>

#include "beat/beat.h"

struct work {
	struct beat *beat;
	atomic_int rounds, woken;
	struct beat_next next;
	bool until_stopped; /* a round that goes on until it is told to stop */
};

static struct beat_next one(void *context, bool woken)
{
	struct work *w = context;

	atomic_fetch_add(&w->woken, woken);
	atomic_fetch_add(&w->rounds, 1);
	while (w->until_stopped && !beat_stopping(w->beat))
		;
	return w->next;
}

static void wait_ms(long ms)
{
	struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static bool comes_to(struct work *w, int rounds)
{
	for (int i = 0; i < 2000 && atomic_load(&w->rounds) < rounds; i++)
		wait_ms(5);
	return atomic_load(&w->rounds) >= rounds;
}

static void start(struct work *w, bool last)
{
	struct error error;

	assert_int_equal(beat_start(one, w, last, &w->beat, &error), ST_OK);
}

static void test_first_round_at_once_then_when_woken(void **state)
{
	struct work w = {.next = {INT64_MAX, false}};

	(void)state;
	start(&w, false);
	assert_true(comes_to(&w, 1));
	beat_wake(w.beat);
	assert_true(comes_to(&w, 2));
	beat_stop(w.beat);
	assert_int_equal(atomic_load(&w.rounds), 2);
	assert_int_equal(atomic_load(&w.woken), 2);
}

static void test_rounds_when_their_time_comes(void **state)
{
	struct work w = {.next = {1, false}};

	(void)state;
	start(&w, false);
	assert_true(comes_to(&w, 20));
	beat_stop(w.beat);
	assert_int_equal(atomic_load(&w.woken), 1);
}

static void test_deaf_after_a_failure(void **state)
{
	struct work w = {.next = {INT64_MAX, true}};

	(void)state;
	start(&w, false);
	assert_true(comes_to(&w, 1));
	beat_wake(w.beat);
	wait_ms(50);
	assert_int_equal(atomic_load(&w.rounds), 1);
	beat_stop(w.beat);
	assert_int_equal(atomic_load(&w.rounds), 1);
}

static void test_one_round_more_for_what_was_there(void **state)
{
	struct work w = {.next = {INT64_MAX, false}};

	(void)state;
	start(&w, true);
	assert_true(comes_to(&w, 1));
	beat_stop(w.beat);
	assert_int_equal(atomic_load(&w.rounds), 2);
}

static void test_a_round_hears_that_it_is_to_stop(void **state)
{
	struct work w = {.next = {1, false}, .until_stopped = true};

	(void)state;
	start(&w, false);
	assert_true(comes_to(&w, 1));
	beat_stop(w.beat);
	assert_int_equal(atomic_load(&w.rounds), 1);
	beat_stop(NULL);
	beat_wake(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_round_at_once_then_when_woken), cmocka_unit_test(test_rounds_when_their_time_comes),
		cmocka_unit_test(test_deaf_after_a_failure), cmocka_unit_test(test_one_round_more_for_what_was_there),
		cmocka_unit_test(test_a_round_hears_that_it_is_to_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
