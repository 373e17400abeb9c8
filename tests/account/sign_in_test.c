/* Sessions and signing in, on both databases. */
#include "account/help.h"

#define REFUSED "SELECT count(*) FROM audit WHERE action = 'session.open' AND outcome = 'refused' AND detail = $1"

static void a_person_signs_in(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;
	char before[SECRET_TEXT_SIZE];
	struct signed_in in;
	char code[7];

	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer legal", &dara);
	assert_ok(help_password(accounts, " DARA ", HELP_PASSWORD, dara.token, NULL));
	memcpy(before, dara.token, sizeof before);
	struct actor actor = help_actor(accounts, dara.token, &arena);
	assert_text(actor.id, dara.id);
	assert_int_equal(actor.strength, ACTOR_PASSWORD);
	assert_text(actor.address, "192.0.2.1");
	help_code(&dara, code);
	assert_ok(sign_in_code(accounts, &actor, text_of(code), &in, NULL));
	assert_string_equal(in.next, "done");
	/* A new token with each rise in strength; the old one is nobody's. */
	assert_string_not_equal(in.token, before);
	assert_int_equal(help_actor(accounts, before, &arena).id.len, 0);
	actor = help_actor(accounts, in.token, &arena);
	assert_int_equal(actor.strength, ACTOR_TOTP);
	assert_text(actor.country, "kh");
	assert_true(actor.roles == (1u << role_find(TEXT("reviewer")) | 1u << role_find(TEXT("legal"))));
	assert_int_equal(actor.proved_ms, help_now(NULL));
	/* The same code again. */
	struct error error = {.code = ST_OK};
	assert_int_equal(sign_in_code(accounts, &actor, text_of(code), &in, &error), ST_DENIED);
	assert_string_equal(error.reason, "code-wrong");
	assert_int_equal(help_count(db, REFUSED, TEXT("{\"why\":\"code\"}")), 1);
	arena_release(&arena);
	accounts_close(accounts);
}

static void a_code_counts_once_even_when_the_clock_goes_back(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;
	struct signed_in in;
	char old[7];

	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	help_later(3600);
	help_code(&dara, old);
	(void)help_sign_in(accounts, &dara, &arena);
	help_later(-3600);
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, dara.token, NULL));
	struct actor half = help_actor(accounts, dara.token, &arena);
	char code[7];
	help_code(&dara, code);
	assert_int_equal(sign_in_code(accounts, &half, text_of(code), &in, NULL), ST_DENIED);
	assert_int_equal(sign_in_code(accounts, &half, text_of(old), &in, NULL), ST_DENIED);
	arena_release(&arena);
	accounts_close(accounts);
}

static void sessions_end(void **state)
{
	static const struct {
		int64_t wait_s, used_every_s; /* 0: not used meanwhile */
		bool alive;
	} rows[] = {
		{14 * 60, 0, true},	  {15 * 60, 0, false},	      {9 * 3600, 600, true}, {10 * 3600, 600, false},
		{-3, 0, true}, /* two hubs */ {-60, 0, false}, /* set back */ {86400, 0, false},
	};
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;

	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		help_later(30 * 86400);
		assert_int_equal(help_sign_in(accounts, &dara, &arena).strength, ACTOR_TOTP);
		for (int64_t waited = 0; rows[i].used_every_s && waited < rows[i].wait_s; waited += rows[i].used_every_s) {
			help_later(rows[i].used_every_s);
			(void)help_actor(accounts, dara.token, &arena);
		}
		if (rows[i].used_every_s == 0)
			help_later(rows[i].wait_s);
		if ((help_actor(accounts, dara.token, &arena).id.len != 0) != rows[i].alive)
			fail_msg("row %zu: expected %s", i, rows[i].alive ? "alive" : "ended");
		arena_clear(&arena);
	}
	/* With a password alone there are ten minutes. */
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, dara.token, NULL));
	help_later(11 * 60);
	assert_int_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	arena_release(&arena);
	accounts_close(accounts);
}

static void whoever_guesses_waits(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct error error;

	help_later(86400);
	help_person(db, "kh", "dara", "reviewer", &dara);
	/* Known and unknown logins answer alike, to the last attempt. */
	for (int who = 0; who < 2; who++)
		for (int attempt = 0; attempt < 8; attempt++) {
			error = (struct error){.code = ST_OK};
			enum status st = help_password(accounts, who ? "dara" : "nobody", "wrong horse battery", NULL, &error);

			assert_int_equal(st, attempt < 5 ? ST_DENIED : ST_LIMIT);
			assert_string_equal(error.reason, attempt < 5 ? "sign-in-failed" : "slow-down");
		}
	/* Blocked with the right password too; free after a while. */
	assert_int_equal(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL), ST_LIMIT);
	help_later(16 * 60);
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL));
	assert_int_equal(help_count(db, REFUSED, TEXT("{\"why\":\"password\"}")), 10);
	/* A block does not grow when the clock is set back by a year. */
	for (int attempt = 0; attempt < 6; attempt++)
		(void)!help_password(accounts, "dara", "wrong horse battery", NULL, NULL);
	help_later(-365 * 86400);
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL));
	accounts_close(accounts);
}

static void codes_are_not_guessed(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;
	struct signed_in in;
	char right[7];

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, dara.token, NULL));
	struct actor half = help_actor(accounts, dara.token, &arena);
	help_code(&dara, right);
	for (int attempt = 0; attempt < 7; attempt++) {
		struct error error = {.code = ST_OK};
		enum status st = sign_in_code(accounts, &half, TEXT("000000"), &in, &error);

		if (strcmp(right, "000000") != 0)
			assert_int_equal(st, attempt < 5 ? ST_DENIED : ST_LIMIT);
	}
	assert_int_equal(sign_in_code(accounts, &half, text_of(right), &in, NULL), ST_LIMIT);
	/* Signing in with the password again does not give new guesses. */
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, dara.token, NULL));
	half = help_actor(accounts, dara.token, &arena);
	assert_int_equal(sign_in_code(accounts, &half, text_of(right), &in, NULL), ST_LIMIT);
	arena_release(&arena);
	accounts_close(accounts);
}

static void half_a_session_adds_no_second_factor(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;
	struct totp_offer offer;
	struct error error = {.code = ST_OK};

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	assert_ok(help_password(accounts, "dara", HELP_PASSWORD, dara.token, NULL));
	struct actor half = help_actor(accounts, dara.token, &arena);
	assert_int_equal(totp_begin(accounts, &half, &arena, &offer, &error), ST_DENIED);
	assert_string_equal(error.reason, "sign-in");
	/* Nor an old proof. */
	struct actor whole = help_sign_in(accounts, &dara, &arena);
	assert_ok(totp_begin(accounts, &whole, &arena, &offer, NULL));
	help_later(301);
	whole = help_actor(accounts, dara.token, &arena);
	assert_int_equal(whole.strength, ACTOR_TOTP);
	assert_int_equal(totp_begin(accounts, &whole, &arena, &offer, &error), ST_DENIED);
	assert_string_equal(error.reason, "prove-anew");
	/* A password alone changes nothing either. */
	assert_int_equal(password_change(accounts, &half, TEXT(HELP_PASSWORD), TEXT("another long one"), NULL), ST_DENIED);
	arena_release(&arena);
	accounts_close(accounts);
}

static void a_password_is_changed(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;
	struct error error = {.code = ST_OK};
	char other[SECRET_TEXT_SIZE];

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	(void)help_sign_in(accounts, &dara, &arena);
	memcpy(other, dara.token, sizeof other);
	struct actor actor = help_sign_in(accounts, &dara, &arena);
	assert_int_equal(password_change(accounts, &actor, TEXT("wrong"), TEXT("another long one"), &error), ST_DENIED);
	assert_string_equal(error.reason, "password-wrong");
	assert_int_equal(password_change(accounts, &actor, TEXT(HELP_PASSWORD), TEXT("short"), &error), ST_MALFORMED);
	assert_ok(password_change(accounts, &actor, TEXT(HELP_PASSWORD), TEXT("another long one"), NULL));
	assert_int_equal(help_actor(accounts, other, &arena).id.len, 0);
	assert_int_not_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	assert_int_equal(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL), ST_DENIED);
	assert_ok(help_password(accounts, "dara", "another long one", NULL, NULL));
	arena_release(&arena);
	accounts_close(accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_person_signs_in),
		db_unit_test(a_code_counts_once_even_when_the_clock_goes_back),
		db_unit_test(sessions_end),
		db_unit_test(whoever_guesses_waits),
		db_unit_test(codes_are_not_guessed),
		db_unit_test(half_a_session_adds_no_second_factor),
		db_unit_test(a_password_is_changed),
	};

	return db_run_group_tests(tests);
}
