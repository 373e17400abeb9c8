/* Passkeys of people, by a software authenticator; what the schema itself refuses. On both databases. */
#include "account/help.h"
#include "account/passkey.h"
#include "lib/authenticator.h"

#define ORIGIN "https://cordon.example"
#define PARTY_ID "cordon.example"

static const struct webauthn_party party = {{PARTY_ID, sizeof PARTY_ID - 1}, {ORIGIN, sizeof ORIGIN - 1}, false};
static const struct actor nobody = {.address = {"192.0.2.1", 9}};

static enum status add(struct accounts *accounts, const struct actor *actor, struct authenticator *a, const uint8_t challenge[32],
		       struct signed_in *in, struct error *error)
{
	struct passkey_new key = {.party = &party, .name = TEXT("key")};

	authenticator_client_data(a, "webauthn.create", challenge, ORIGIN);
	authenticator_create(a, PARTY_ID, false);
	key.creation = (struct webauthn_creation){buffer_bytes(&a->client_data), buffer_bytes(&a->data)};
	return passkey_add(accounts, actor, &key, in, error);
}

/* Signs in again with what the authenticator answered last. */
static enum status send_again(struct accounts *accounts, const struct actor *actor, struct authenticator *a, struct text user,
			      struct signed_in *in)
{
	struct passkey_proof proof = {.party = &party, .handle = {a->handle, sizeof a->handle}, .user = text_bytes(user)};

	proof.assertion = (struct webauthn_assertion){buffer_bytes(&a->client_data), buffer_bytes(&a->data), buffer_bytes(&a->signature)};
	return passkey_sign_in(accounts, actor, &proof, in, NULL);
}

static enum status prove(struct accounts *accounts, const struct actor *actor, struct authenticator *a, struct arena *arena,
			 struct signed_in *in)
{
	struct passkey_offer offer;

	assert_ok(passkey_offer(accounts, actor, PASSKEY_ASSERTION, arena, &offer, NULL));
	authenticator_client_data(a, "webauthn.get", offer.challenge, ORIGIN);
	authenticator_assert(a, PARTY_ID);
	return send_again(accounts, actor, a, TEXT_NONE, in);
}

static void register_key(struct accounts *accounts, const struct actor *actor, struct authenticator *a, struct arena *arena,
			 struct signed_in *in)
{
	struct passkey_offer offer;
	struct error error = {.code = ST_OK};

	assert_ok(passkey_offer(accounts, actor, PASSKEY_CREATION, arena, &offer, NULL));
	if (add(accounts, actor, a, offer.challenge, in, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static void a_passkey_is_both_factors(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct authenticator a;
	struct arena arena;
	struct signed_in in;

	help_later(86400);
	authenticator_init(&a);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	struct actor actor = help_sign_in(accounts, &dara, &arena);
	register_key(accounts, &actor, &a, &arena, &in);
	actor = help_actor(accounts, in.token, &arena);
	assert_int_equal(actor.strength, ACTOR_PASSKEY);
	assert_ok(prove(accounts, &nobody, &a, &arena, &in));
	actor = help_actor(accounts, in.token, &arena);
	assert_text(actor.id, dara.id);
	assert_int_equal(actor.strength, ACTOR_PASSKEY);
	/* The same answer again: its challenge was used. */
	assert_int_equal(send_again(accounts, &nobody, &a, TEXT_NONE, &in), ST_DENIED);
	/* As the fresh proof of a session, which gets a new token. */
	help_later(600);
	struct actor old = actor;
	assert_ok(prove(accounts, &actor, &a, &arena, &in));
	actor = help_actor(accounts, in.token, &arena);
	assert_true(text_equal(actor.session, old.session));
	assert_int_equal(actor.proved_ms, help_now(NULL));
	arena_release(&arena);
	authenticator_release(&a);
	accounts_close(accounts);
}

static void what_proves_nothing_is_refused(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara, minsu;
	struct authenticator a, stranger;
	struct arena arena;
	struct signed_in in;
	struct passkey_offer offer;

	help_later(86400);
	authenticator_init(&a);
	authenticator_init(&stranger);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	help_person(db, "kr", "minsu", "liaison", &minsu);
	struct actor actor = help_sign_in(accounts, &dara, &arena);
	register_key(accounts, &actor, &a, &arena, &in);
	actor = help_actor(accounts, in.token, &arena);
	/* An unknown key; another's session; another's user handle; a counter that stands still. */
	assert_int_equal(prove(accounts, &nobody, &stranger, &arena, &in), ST_DENIED);
	struct actor other = help_sign_in(accounts, &minsu, &arena);
	assert_int_equal(prove(accounts, &other, &a, &arena, &in), ST_DENIED);
	assert_ok(passkey_offer(accounts, &nobody, PASSKEY_ASSERTION, &arena, &offer, NULL));
	authenticator_client_data(&a, "webauthn.get", offer.challenge, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	assert_int_equal(send_again(accounts, &nobody, &a, text_of(minsu.id), &in), ST_DENIED);
	assert_ok(prove(accounts, &nobody, &a, &arena, &in));
	a.counter -= 1;
	assert_int_equal(prove(accounts, &nobody, &a, &arena, &in), ST_DENIED);
	/* A challenge of another use, of another person, too old, never given. */
	assert_ok(passkey_offer(accounts, &actor, PASSKEY_CREATION, &arena, &offer, NULL));
	authenticator_client_data(&a, "webauthn.get", offer.challenge, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	assert_int_equal(send_again(accounts, &actor, &a, TEXT_NONE, &in), ST_DENIED);
	assert_ok(passkey_offer(accounts, &other, PASSKEY_ASSERTION, &arena, &offer, NULL));
	authenticator_client_data(&a, "webauthn.get", offer.challenge, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	assert_int_equal(send_again(accounts, &actor, &a, TEXT_NONE, &in), ST_DENIED);
	assert_ok(passkey_offer(accounts, &nobody, PASSKEY_ASSERTION, &arena, &offer, NULL));
	help_later(300);
	authenticator_client_data(&a, "webauthn.get", offer.challenge, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	assert_int_equal(send_again(accounts, &nobody, &a, TEXT_NONE, &in), ST_DENIED);
	authenticator_client_data(&a, "webauthn.get", stranger.handle, ORIGIN);
	authenticator_assert(&a, PARTY_ID);
	assert_int_equal(send_again(accounts, &nobody, &a, TEXT_NONE, &in), ST_DENIED);
	/* Everything of it is in the audit. */
	assert_int_equal(help_count(db, "SELECT count(*) FROM audit WHERE action = $1 AND outcome = 'refused'", TEXT("session.open")), 8);
	arena_release(&arena);
	authenticator_release(&a);
	authenticator_release(&stranger);
	accounts_close(accounts);
}

static void a_key_is_added_by_its_person_and_one_stays(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara, minsu;
	struct authenticator a;
	struct arena arena;
	struct signed_in in;
	struct passkey_offer offer;
	struct error error = {.code = ST_OK};

	help_later(86400);
	authenticator_init(&a);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	help_person(db, "kr", "minsu", "liaison", &minsu);
	struct actor actor = help_sign_in(accounts, &dara, &arena), other = help_sign_in(accounts, &minsu, &arena);
	assert_int_equal(passkey_offer(accounts, &nobody, PASSKEY_CREATION, &arena, &offer, &error), ST_DENIED);
	assert_ok(passkey_offer(accounts, &other, PASSKEY_CREATION, &arena, &offer, NULL));
	assert_int_equal(add(accounts, &actor, &a, offer.challenge, &in, &error), ST_DENIED);
	register_key(accounts, &actor, &a, &arena, &in);
	actor = help_actor(accounts, in.token, &arena);
	/* The same key again, for him or for another. */
	assert_ok(passkey_offer(accounts, &other, PASSKEY_CREATION, &arena, &offer, NULL));
	assert_int_equal(add(accounts, &other, &a, offer.challenge, &in, &error), ST_DENIED);
	/* Codes may go now that there is a passkey; the passkey then stays. */
	assert_int_equal(credential_remove(accounts, &other, text_of(dara.id), &error), ST_NOT_FOUND);
	assert_ok(credential_remove(accounts, &actor, text_of(dara.id), NULL)); /* the id that the test gave to his codes */
	struct help_counting c = {"SELECT count(*) FROM passkey WHERE person = $1", text_of(dara.id), 0};
	assert_ok(db_transact(db, DB_READ, help_count_work, &c, NULL));
	assert_int_equal(c.count, 1);
	assert_int_equal(credential_remove(accounts, &actor, TEXT("00000000000000000000000000000000"), &error), ST_NOT_FOUND);
	arena_release(&arena);
	authenticator_release(&a);
	accounts_close(accounts);
}

/* ---- what no program may store ---- */

struct storing {
	const char *sql;
	struct text person;
};

static enum status store_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct storing *s = context;

	return db_exec(tx, s->sql, DB_PARAMS(DB_V_TEXT(s->person)), NULL, ret_error);
}

static void the_schema_refuses_nonsense(void **state)
{
	static const char *const rows[] = {
		"INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, 'decider', $1, 1)",
		"UPDATE person_role SET granted_by = $1 WHERE person = $1",
		"INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('nobody' || $1, 'decider', 'x', 1)",
		"UPDATE person SET state = 'king' WHERE id = $1",
		"UPDATE person SET country = 'kr' WHERE id = $1",
		"UPDATE person SET created_by = id WHERE id = $1",
		"UPDATE person SET login = 'DARA' WHERE id = $1",
		"UPDATE password SET hash = 'plain' WHERE person = $1",
		"UPDATE totp SET secret = NULL WHERE person = $1",
		"INSERT INTO country (code, name, host, created_ms) VALUES ('th', $1, 1, 1)",
		"INSERT INTO country (code, name, host, created_ms) VALUES ('TH', $1, 0, 1)",
		"INSERT INTO recovery (id, person, proposed_by, proposed_ms, half) VALUES ($1, $1, $1, 1, 'x')",
		"INSERT INTO recovery (id, person, proposed_by, proposed_ms, half, confirmed_by, confirmed_ms)"
		" VALUES ($1, $1, 'a', 1, 'x', 'a', 2)",
		"INSERT INTO recovery (id, person, proposed_by, proposed_ms, half, confirmed_by, confirmed_ms)"
		" VALUES ($1, $1, 'a', 1, 'x', $1, 2)",
		"DELETE FROM person WHERE id = $1",
		"UPDATE session SET strength = 2 WHERE person = $1",
		"UPDATE session SET used_ms = 0 WHERE person = $1",
		"UPDATE audit SET outcome = 'fine' WHERE thing = $1",
	};
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara;
	struct arena arena;

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "dara", "reviewer", &dara);
	(void)help_sign_in(accounts, &dara, &arena);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct storing s = {rows[i], text_of(dara.id)};
		enum status st = db_transact(db, DB_WRITE, store_work, &s, NULL);

		if (st != ST_CONFLICT)
			fail_msg("%s: %s", rows[i], status_word(st));
	}
	arena_release(&arena);
	accounts_close(accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(a_passkey_is_both_factors),
		db_unit_test(what_proves_nothing_is_refused),
		db_unit_test(a_key_is_added_by_its_person_and_one_stays),
		db_unit_test(the_schema_refuses_nonsense),
	};

	return db_run_group_tests(tests);
}
