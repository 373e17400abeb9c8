/* Each row of data/hit/acts.tsv, and what stands against it. */
#include "hit/hit.h"

#include "lib/test.h"

#define HOUR ((int64_t)3600000)

/* Bits as data/account/roles.tsv orders them. */
#define SUPERVISOR (UINT64_C(1) << 6)
#define PRIMARY (UINT64_C(1) << 9)
#define SECONDARY (UINT64_C(1) << 10)
#define ANALYST (UINT64_C(1) << 11)

static const struct {
	const char *act, *state, *officer, *measure, *basis;
	uint64_t roles;
	bool drill;
	enum status st;
	const char *becomes; /* or the reason */
} rows[] = {
	{"confirm", "open", "b", "", "", SECONDARY, false, ST_OK, "confirmed"},
	{"confirm", "open", "b", "", "", SUPERVISOR | ANALYST, false, ST_OK, "confirmed"},
	{"confirm", "open", "a", "", "", SECONDARY, false, ST_CONFLICT, "hit-same-person"},
	{"confirm", "open", "b", "", "", PRIMARY, false, ST_DENIED, "hit-role"},
	{"confirm", "open", "b", "", "", 0, false, ST_DENIED, "hit-role"},
	{"confirm", "cleared", "b", "", "", SECONDARY, false, ST_CONFLICT, "hit-state"},
	{"confirm", "open", "b", "", "", SECONDARY, true, ST_OK, "confirmed"},
	{"clear", "confirmed", "a", "", "", SECONDARY, false, ST_OK, "cleared"},
	{"custody", "confirmed", "b", "detain", "warrant", SECONDARY, false, ST_OK, "custody"},
	{"custody", "open", "b", "detain", "warrant", SECONDARY, false, ST_CONFLICT, "hit-state"},
	{"custody", "confirmed", "b", "refuse-entry", "warrant", SECONDARY, false, ST_CONFLICT, "hit-measure"},
	{"custody", "confirmed", "b", "", "", SECONDARY, false, ST_CONFLICT, "hit-measure"},
	{"custody", "confirmed", "b", "detain", "decision", SECONDARY, false, ST_CONFLICT, "hit-measure"},
	{"custody", "confirmed", "b", "detain", "warrant", SECONDARY, true, ST_CONFLICT, "hit-drill"},
	{"custody", "confirmed", "a", "detain", "warrant", SECONDARY, false, ST_CONFLICT, "hit-same-person"},
	{"hand-over", "custody", "b", "detain", "warrant", SECONDARY, false, ST_OK, "handed-over"},
	{"hand-over", "confirmed", "b", "detain", "warrant", SECONDARY, false, ST_CONFLICT, "hit-state"},
	{"refuse", "confirmed", "b", "refuse-entry", "decision", SECONDARY, false, ST_OK, "refused-entry"},
	{"refuse", "confirmed", "b", "detain", "warrant", SECONDARY, false, ST_CONFLICT, "hit-measure"},
	{"protect", "open", "b", "", "", SECONDARY, false, ST_OK, "protected"},
	{"fear", "custody", "a", "", "", PRIMARY, false, ST_OK, "custody"},
	{"close", "released", "a", "", "", SECONDARY, false, ST_OK, "closed"},
	{"close", "custody", "a", "", "", SECONDARY, false, ST_CONFLICT, "hit-state"},
	{"note", "closed", "a", "", "", PRIMARY, false, ST_OK, "closed"},
	{"dance", "open", "a", "", "", PRIMARY, false, ST_NOT_FOUND, "no-such-act"},
};

static void each_act_goes_by_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hit_now now = {.state = text_of(rows[i].state), .primary = TEXT("a")};
		const struct hit_act act = {.act = text_of(rows[i].act), .officer = text_of(rows[i].officer), .roles = rows[i].roles,
					    .measure = text_of(rows[i].measure), .basis = text_of(rows[i].basis), .drill = rows[i].drill,
					    .at_ms = 1000};
		struct hit_now next = now;
		struct error error = {0};

		if (hit_apply(&now, &act, &next, &error) != rows[i].st)
			fail_msg("row %zu: %s", i, error.message);
		if (rows[i].st == ST_OK) {
			assert_text(next.state, rows[i].becomes);
		} else {
			assert_string_equal(error.reason, rows[i].becomes);
			assert_text(next.state, rows[i].state);
		}
	}
}

static void custody_has_an_end(void **state)
{
	const struct hit_now now = {.state = TEXT("confirmed"), .primary = TEXT("a")};
	struct hit_act act = {.act = TEXT("custody"), .officer = TEXT("b"), .roles = SECONDARY, .measure = TEXT("detain"),
			      .basis = TEXT("provisional-arrest"), .at_ms = 1000};
	struct hit_now next;
	struct error error;

	(void)state;
	assert_ok(hit_apply(&now, &act, &next, &error));
	assert_true(next.custody_from_ms == 1000 && next.custody_until_ms == 1000 + 48 * HOUR);
	assert_true(hit_custody_max(TEXT("notice")) == 24 * HOUR);
	assert_true(hit_custody_max(TEXT("decision")) == 0);
	assert_true(hit_custody_max(TEXT("")) == 0);
}

static void what_is_possible_comes_in_the_order_of_the_table(void **state)
{
	static const char *const expected[] = {"confirm", "clear", "protect", "fear", "ask", "note", NULL};
	const struct hit_now open = {.state = TEXT("open")}, closed = {.state = TEXT("closed")};

	(void)state;
	for (unsigned i = 0; expected[i]; i++)
		assert_string_equal(hit_possible(&open, SECONDARY, i), expected[i]);
	assert_null(hit_possible(&open, SECONDARY, 6));
	assert_string_equal(hit_possible(&closed, PRIMARY, 0), "note");
	assert_null(hit_possible(&closed, PRIMARY, 1));
	assert_null(hit_possible(&open, ANALYST, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_act_goes_by_its_row),
		cmocka_unit_test(custody_has_an_end),
		cmocka_unit_test(what_is_possible_comes_in_the_order_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
