#include "ident/mrz_sight.h"

#include "lib/test.h"

static const char *const passport[] = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};
static const char *const card[] = {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};

/* Both readings alike and sure. */
static struct mrz_sight seen(const char *const *lines, unsigned count)
{
	struct mrz_sight s = {.lines = count, .width = (unsigned)strlen(lines[0])};

	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < s.width; k++)
			s.places[i][k] = (struct mrz_place){lines[i][k], lines[i][k], 90, false};
	return s;
}

static unsigned doubts(const struct mrz_sight *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->lines; i++)
		for (unsigned k = 0; k < s->width; k++)
			n += s->places[i][k].doubtful;
	return n;
}

static void what_is_sure_stays(void **state)
{
	struct mrz_sight a = seen(passport, 2), b = seen(card, 3);

	(void)state;
	mrz_sight_settle(&a);
	mrz_sight_settle(&b);
	assert_int_equal(doubts(&a), 0);
	assert_int_equal(doubts(&b), 0);
	assert_true(mrz_sight_whole(&a));
	a.places[0][10].first = 0;
	assert_false(mrz_sight_whole(&a));
}

/* One reading differs, and the check digit says which. */
static void a_digit_decides(void **state)
{
	static const struct { unsigned line, at; char wrong; } rows[] = {{1, 0, 'I'}, {1, 3, '6'}, {1, 13, '1'}, {1, 21, '7'}, {1, 28, '2'}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mrz_sight s = seen(passport, 2);
		struct mrz_place *p = &s.places[rows[i].line][rows[i].at];

		p->second = p->first;
		p->first = rows[i].wrong;
		p->sure = 40;
		mrz_sight_settle(&s);
		assert_int_equal(s.places[rows[i].line][rows[i].at].first, passport[rows[i].line][rows[i].at]);
		assert_int_equal(s.put_right, 1);
		assert_int_equal(doubts(&s), 0);
	}
}

/* No check digit tells G from 6, L from 1, a name from another; a field whose digit fails is doubtful whole. */
static void what_no_digit_proves_is_doubtful(void **state)
{
	struct mrz_sight s = seen(passport, 2);

	(void)state;
	s.places[1][0] = (struct mrz_place){'L', '1', 40, false};
	mrz_sight_settle(&s);
	assert_true(s.places[1][0].doubtful);
	assert_int_equal(doubts(&s), 1);
	s = seen(passport, 2);
	s.places[0][8] = (struct mrz_place){'K', 'H', 40, false};
	mrz_sight_settle(&s);
	assert_true(s.places[0][8].doubtful);
	assert_int_equal(doubts(&s), 1);
	s = seen(passport, 2);
	s.places[1][14] = (struct mrz_place){'9', '9', 90, false};
	mrz_sight_settle(&s);
	assert_true(doubts(&s) >= 7);
	assert_int_equal(s.places[1][14].first, '9');
	assert_int_equal(s.put_right, 0);
}

/* Several choices that hold are none. */
static void a_digit_does_not_guess(void **state)
{
	struct mrz_sight s = seen(passport, 2);

	(void)state;
	for (unsigned k = 1; k < 6; k++)
		s.places[1][k] = (struct mrz_place){(char)(passport[1][k] == '9' ? '1' : passport[1][k] + 1), passport[1][k], 40, false};
	mrz_sight_settle(&s);
	for (unsigned k = 1; k < 6; k++)
		assert_true(s.places[1][k].doubtful);
}

/* A print that neither reading knows: digits that happen to hold prove nothing. */
static void strange_print(void **state)
{
	struct mrz_sight s = seen(passport, 2);

	(void)state;
	for (unsigned k = 0; k < 20; k++)
		s.places[0][k].second = 'W';
	mrz_sight_settle(&s);
	assert_int_equal(doubts(&s), 88);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sure_stays), cmocka_unit_test(a_digit_decides), cmocka_unit_test(what_no_digit_proves_is_doubtful),
		cmocka_unit_test(a_digit_does_not_guess), cmocka_unit_test(strange_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
