#include "lib/test.h"

#include "account/policy.h"

#define NOW ((int64_t)1000000000)
#define KH TEXT("kh")

static const struct text released_th[] = {{"th", 2}}, released_kh[] = {{"kh", 2}};

/* Who asks, in short: roles by name, country, strength, seconds since he proved himself, purpose. */
struct asker {
	const char *roles, *country;
	enum actor_strength strength;
	int64_t proved_s;
	const char *purpose;
};

static struct actor actor_of(const struct asker *a)
{
	struct actor actor = {.id = TEXT("me"), .country = text_of(a->country), .strength = a->strength,
			      .proved_ms = NOW - a->proved_s * 1000, .purpose = text_of(a->purpose)};
	struct text rest = text_of(a->roles), word;

	while (rest.len && text_split(&rest, ' ', &word)) {
		int bit = role_find(word);

		assert_true(bit >= 0);
		actor.roles |= (uint64_t)1 << bit;
	}
	if (a->strength == ACTOR_NOBODY)
		actor.id = TEXT_NONE;
	return actor;
}

static const struct policy_thing ours = {.owner = {"kh", 2}, .author = {"other", 5}};
static const struct policy_thing korean = {.owner = {"kr", 2}, .author = {"other", 5}};
static const struct policy_thing nobodys = {.author = {"other", 5}};
static const struct policy_thing mine = {.owner = {"kr", 2}, .author = {"me", 2}};
static const struct policy_thing about_me = {.owner = {"kh", 2}, .subject = {"me", 2}};
static const struct policy_thing shared = {.owner = {"kr", 2}, .released = released_th, .released_count = 1};
static const struct policy_thing to_host = {.owner = {"kr", 2}, .handling = 3, .released = released_kh, .released_count = 1};
static const struct policy_thing closed = {.owner = {"kr", 2}, .handling = 3};
static const struct policy_thing closed_shared = {
	.owner = {"kr", 2}, .handling = 3, .released = released_th, .released_count = 1};
static const struct policy_thing consented = {.owner = {"kr", 2}, .handling = 3, .consented = true};
static const struct policy_thing h2 = {.owner = {"kr", 2}, .handling = 2};
static const struct {
	struct asker who;
	const char *action;
	const struct policy_thing *thing;
	enum policy_answer answer;
} rows[] = {
	/* words and roles */
	{{"decider", "kh", ACTOR_PASSKEY, 0, ""}, "entry.fly", &ours, POLICY_DENIED},
	{{"decider", "kh", ACTOR_PASSKEY, 0, ""}, "", NULL, POLICY_DENIED},
	{{"decider", "kh", ACTOR_PASSKEY, 0, ""}, "entry", NULL, POLICY_DENIED},
	{{"", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &ours, POLICY_DENIED},
	{{"primary", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &ours, POLICY_DENIED},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &ours, POLICY_ALLOWED},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.approve", &ours, POLICY_DENIED},
	{{"administrator", "kh", ACTOR_PASSKEY, 0, "why"}, "entry.read", &ours, POLICY_DENIED},
	/* no session, half a session, a machine */
	{{"", "", ACTOR_NOBODY, 0, ""}, "entry.read", NULL, POLICY_SIGN_IN},
	{{"", "", ACTOR_NOBODY, 0, ""}, "session.open", NULL, POLICY_ALLOWED},
	{{"", "", ACTOR_NOBODY, 0, ""}, "appeal.create", NULL, POLICY_ALLOWED},
	{{"reviewer", "kh", ACTOR_PASSWORD, 0, ""}, "entry.read", &ours, POLICY_SIGN_IN},
	{{"reviewer", "kh", ACTOR_PASSWORD, 0, ""}, "country.read", NULL, POLICY_SIGN_IN},
	{{"reviewer", "kh", ACTOR_PASSWORD, 0, ""}, "session.close", NULL, POLICY_ALLOWED},
	{{"machine", "kr", ACTOR_TOKEN, 0, ""}, "submission.create", NULL, POLICY_ALLOWED},
	{{"machine", "kr", ACTOR_TOKEN, 0, ""}, "country.read", NULL, POLICY_ALLOWED},
	{{"machine", "kr", ACTOR_TOKEN, 0, ""}, "today.read", NULL, POLICY_SIGN_IN},
	{{"reviewer", "kh", ACTOR_TOKEN, 0, ""}, "entry.read", &ours, POLICY_SIGN_IN},
	/* whose it is */
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_ALLOWED},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &nobodys, POLICY_ALLOWED},
	{{"reviewer", "kr", ACTOR_TOTP, 0, ""}, "entry.read", NULL, POLICY_DENIED},
	{{"reviewer", "kr", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_NOT_FOUND},
	{{"reviewer", "", ACTOR_TOTP, 0, ""}, "entry.read", &nobodys, POLICY_NOT_FOUND},
	{{"liaison", "kr", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_ALLOWED},
	{{"liaison", "kr", ACTOR_TOTP, 0, ""}, "entry.read", &ours, POLICY_NOT_FOUND},
	{{"liaison", "kr", ACTOR_TOTP, 0, ""}, "entry.read", &nobodys, POLICY_NOT_FOUND},
	{{"liaison", "th", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_NOT_FOUND},
	{{"liaison", "kr", ACTOR_TOTP, 0, ""}, "entry.read", NULL, POLICY_ALLOWED},
	{{"liaison reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.withdraw", &korean, POLICY_DENIED},
	{{"liaison", "kh", ACTOR_TOTP, 0, ""}, "entry.withdraw", &korean, POLICY_NOT_FOUND},
	{{"administrator", "kr", ACTOR_TOTP, 0, ""}, "person.change", &ours, POLICY_NOT_FOUND},
	{{"administrator", "kh", ACTOR_TOTP, 0, ""}, "person.change", &korean, POLICY_NOT_FOUND},
	/* release list, handling code, consent */
	{{"liaison", "th", ACTOR_TOTP, 0, ""}, "entry.read", &shared, POLICY_ALLOWED},
	{{"liaison", "th", ACTOR_TOTP, 0, ""}, "entry.answer", &shared, POLICY_DENIED},
	{{"liaison", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &to_host, POLICY_NOT_FOUND},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &to_host, POLICY_ALLOWED},
	{{"liaison", "vn", ACTOR_TOTP, 0, ""}, "entry.read", &shared, POLICY_NOT_FOUND},
	{{"liaison", "th", ACTOR_TOTP, 0, ""}, "entry.read", &closed_shared, POLICY_ALLOWED},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &h2, POLICY_ALLOWED},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &closed, POLICY_NOT_FOUND},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &closed_shared, POLICY_NOT_FOUND},
	{{"reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &consented, POLICY_ALLOWED},
	{{"liaison", "kr", ACTOR_TOTP, 0, ""}, "entry.read", &closed, POLICY_ALLOWED},
	/* oneself */
	{{"", "kr", ACTOR_TOTP, 0, ""}, "credential.read", NULL, POLICY_ALLOWED},
	{{"", "kr", ACTOR_TOTP, 0, ""}, "credential.read", &about_me, POLICY_ALLOWED},
	{{"", "kr", ACTOR_TOTP, 0, ""}, "credential.read", &ours, POLICY_NOT_FOUND},
	{{"administrator", "kh", ACTOR_PASSKEY, 0, ""}, "person.change", &about_me, POLICY_DENIED},
	/* a second person, a fresh proof, a reason */
	{{"decider", "kh", ACTOR_TOTP, 299, ""}, "entry.approve", &korean, POLICY_ALLOWED},
	{{"decider", "kh", ACTOR_TOTP, 301, ""}, "entry.approve", &korean, POLICY_PROVE_ANEW},
	{{"decider", "kh", ACTOR_TOTP, -4, ""}, "entry.approve", &korean, POLICY_ALLOWED},
	{{"decider", "kh", ACTOR_TOTP, -6, ""}, "entry.approve", &korean, POLICY_PROVE_ANEW},
	{{"decider", "kh", ACTOR_TOTP, 0, ""}, "entry.approve", &mine, POLICY_DENIED},
	{{"decider", "kh", ACTOR_TOTP, 900, ""}, "entry.decline", &mine, POLICY_ALLOWED},
	{{"auditor", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_REASON},
	{{"auditor", "kh", ACTOR_TOTP, 0, "  "}, "entry.read", &korean, POLICY_REASON},
	{{"auditor", "kh", ACTOR_TOTP, 0, "audit 7/2026"}, "entry.read", &korean, POLICY_ALLOWED},
	{{"auditor reviewer", "kh", ACTOR_TOTP, 0, ""}, "entry.read", &korean, POLICY_ALLOWED},
};

static void the_table_is_obeyed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct actor actor = actor_of(&rows[i].who);
		enum policy_answer answer = may(&actor, text_of(rows[i].action), rows[i].thing, KH, NOW);

		if (answer != rows[i].answer)
			fail_msg("row %zu (%s by %s of %s): %d, expected %d", i, rows[i].action, rows[i].who.roles,
				 rows[i].who.country, (int)answer, (int)rows[i].answer);
	}
}

static void roles_have_words_and_bits(void **state)
{
	(void)state;
	assert_string_equal(role_word(0), "administrator");
	assert_int_equal(role_find(TEXT("liaison")), 1);
	assert_int_equal(role_find(TEXT("king")), -1);
	assert_int_equal(role_find(TEXT_NONE), -1);
	unsigned count = 0;
	while (role_word(count)) {
		assert_int_equal(role_find(text_of(role_word(count))), count);
		count++;
	}
	assert_true(count >= 16 && count <= 64);
}

static uint64_t bits(const char *words)
{
	struct asker asker = {words, "kh", ACTOR_TOTP, 0, ""};

	return actor_of(&asker).roles;
}

static void roles_are_kept_apart(void **state)
{
	(void)state;
	assert_true(roles_fit(0, false));
	assert_true(roles_fit(bits("administrator"), false));
	assert_true(roles_fit(bits("administrator operator"), false));
	assert_true(roles_fit(bits("reviewer legal decider supervisor"), false));
	assert_true(roles_fit(bits("machine liaison"), true));
	assert_false(roles_fit(bits("administrator decider"), false));
	assert_false(roles_fit(bits("auditor reviewer"), false));
	assert_false(roles_fit(bits("machine"), false));
	assert_false(roles_fit(bits("decider"), true));
	assert_false(roles_fit((uint64_t)1 << 63, false));
}

static void actions_come_once_and_sorted(void **state)
{
	size_t i = 1;

	(void)state;
	for (; policy_action(i); i++)
		assert_true(text_compare(text_of(policy_action(i - 1)), text_of(policy_action(i))) < 0);
	assert_true(i > 50);
	assert_null(policy_action(i + 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_obeyed),
		cmocka_unit_test(roles_have_words_and_bits),
		cmocka_unit_test(roles_are_kept_apart),
		cmocka_unit_test(actions_come_once_and_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
