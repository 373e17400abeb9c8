/* Envelopes: messages with and without theirs, well and badly counted, cut short. */
#include "edifact/edifact.h"

#include <stdio.h>

#include "lib/test.h"

#define UNB "UNB+UNOA:4+ZZ9:ZZ+KHMPIU:XX+260301:0410+71++IAPI'"
#define ONE "UNH+1+PAXLST:D:05B:UN:IATA+A1+01:F'BGM+745'UNT+3+1'"
#define TWO "UNH+2+PAXLST:D:05B:UN:IATA'BGM+250'RFF+TN:1'UNT+4+2'"

struct fixture {
	struct arena arena;
	struct edifact edifact;
	const struct edifact_message *messages;
	size_t count;
	struct error error;
};

static enum status take(struct fixture *f, const char *in)
{
	memset(&f->error, 0, sizeof f->error);
	arena_clear(&f->arena);
	assert_ok(edifact_read(text_bytes(text_of(in)), &f->arena, &f->edifact, &f->error));
	return edifact_messages(&f->edifact, &f->arena, &f->messages, &f->count, &f->error);
}

static int setup(void **state)
{
	static struct fixture fixture;

	arena_init(&fixture.arena, 1 << 20);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	arena_release(&((struct fixture *)*state)->arena);
	return 0;
}

static void an_envelope_is_each_message_s(void **state)
{
	struct fixture *f = *state;

	assert_ok(take(f, UNB "UNG+PAXLST+ZZ9+KHMPIU+260301:0410+7+UN+D:05B'" ONE TWO "UNE+2+7'UNZ+1+71'"));
	assert_int_equal(f->count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct edifact_message *m = &f->messages[i];

		assert_text(m->syntax, "UNOA");
		assert_text(m->sender, "ZZ9");
		assert_text(m->sender_kind, "ZZ");
		assert_text(m->recipient, "KHMPIU");
		assert_text(m->recipient_kind, "XX");
		assert_text(m->control, "71");
		assert_text(m->application, "IAPI");
		assert_text(m->type, "PAXLST");
		assert_false(m->miscounted);
		assert_int_equal(m->count, 1 + i);
		assert_text(m->segments[0].tag, "BGM");
	}
	assert_text(f->messages[0].reference, "1");
	assert_text(f->messages[0].access, "A1");
	assert_text(f->messages[1].reference, "2");
	assert_text(f->messages[1].access, "");
}

static void a_message_may_stand_alone(void **state)
{
	struct fixture *f = *state;

	assert_ok(take(f, ONE));
	assert_int_equal(f->count, 1);
	assert_text(f->messages[0].sender, "");
	/* A group's end without its beginning, as some systems send. */
	assert_ok(take(f, TWO "UNE+1+1'"));
	assert_int_equal(f->count, 1);
	assert_false(f->messages[0].miscounted);
	assert_ok(take(f, "UNB+UNOA:4+A+B+260301:0410+1'" ONE "UNZ+1+1'" "UNB+UNOA:4+C+D+260301:0410+2'" TWO "UNZ+1+2'"));
	assert_int_equal(f->count, 2);
	assert_text(f->messages[1].sender, "C");
	assert_ok(take(f, "UNB+UNOA:4+A+B+260301:0410+1'UNZ+0+1'"));
	assert_int_equal(f->count, 0);
}

static void parts_are_told(void **state)
{
	static const struct {
		const char *part;
		uint32_t number;
		bool more;
	} rows[] = {
		{"+A+01:F", 1, false}, {"+A+01:C", 1, true}, {"+A+02", 2, true}, {"+A+03:F", 3, false}, {"", 1, false}, {"+A", 1, false}, {"++x:F", 1, false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char in[128];

		snprintf(in, sizeof in, "UNH+1+PAXLST:D:05B:UN:IATA%s'UNT+2+1'", rows[i].part);
		assert_ok(take(f, in));
		assert_int_equal(f->messages[0].part, rows[i].number);
		assert_int_equal(f->messages[0].more, rows[i].more);
	}
}

static void wrong_counts_are_noted(void **state)
{
	static const char *const rows[] = {
		"UNH+1+PAXLST'BGM+745'UNT+4+1'",
		"UNH+1+PAXLST'BGM+745'UNT+3+2'",
		"UNH+11+PAXLST'BGM+745'UNT+3+1 1'",
		"UNH+1+PAXLST'BGM+745'UNT'",
		"UNH+1+PAXLST'BGM+745'UNT+-3+1'",
		UNB ONE "UNZ+2+71'",
		UNB ONE "UNZ+1+72'",
		UNB "UNG+PAXLST+A+B+260301:0410+7+UN+D:05B'" ONE "UNE+2+7'UNZ+1+71'",
		UNB "UNG+PAXLST+A+B+260301:0410+7+UN+D:05B'" ONE "UNE+1+8'UNZ+1+71'",
		UNB "UNG+PAXLST+A+B+260301:0410+7+UN+D:05B'" ONE "UNZ+1+71'",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_ok(take(f, rows[i]));
		assert_int_equal(f->count, 1);
		if (!f->messages[0].miscounted)
			fail_msg("%s", rows[i]);
	}
	assert_ok(take(f, "UNH+1+PAXLST'BGM+745'UNT + 3 + 1 '"));
	assert_false(f->messages[0].miscounted);
}

static void what_has_no_end_is_cut_short(void **state)
{
	static const struct {
		const char *in;
		int position;
	} rows[] = {
		{"UNH+1+PAXLST'BGM+745'", 0},
		{"UNH+1+PAXLST'BGM+745'" TWO, 0},
		{ONE "UNH+1+PAXLST'", (int)sizeof ONE - 1},
		{UNB ONE, 0},
		{UNB ONE UNB ONE "UNZ+1+71'", 0},
		{UNB "UNH+1+PAXLST'BGM+745'UNZ+1+71'", (int)sizeof UNB - 1},
		{"UNH+1+PAXLST'BGM+745'UNE+1+1'", 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(take(f, rows[i].in), ST_MALFORMED);
		assert_string_equal(f->error.reason, "edifact-truncated");
		assert_int_equal(f->error.position, rows[i].position);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_envelope_is_each_message_s, setup, teardown),
		cmocka_unit_test_setup_teardown(a_message_may_stand_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(parts_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_counts_are_noted, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_no_end_is_cut_short, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
