/* People, their administrators, recovery, the first set-up, machines; on both databases. */
#include <pthread.h>

#include "account/audit.h"
#include "account/help.h"
#include "account/machine.h"
#include "account/recovery.h"

struct changing {
	struct person_change change;
	enum status st;
	char reason[ERROR_REASON_SIZE];
};

static enum status change_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct changing *c = context;

	return person_change(tx, &help_env, &c->change, ret_error);
}

static enum status change(struct db *db, struct person_change what, const char *reason)
{
	struct changing c = {.change = what};
	struct error error = {.code = ST_OK};
	enum status st = db_transact(db, DB_WRITE, change_work, &c, &error);

	if (strcmp(error.reason, reason) != 0)
		fail_msg("got \"%s\" (%s), expected \"%s\"", error.reason, error.message, reason);
	return st;
}

#define VERSION "SELECT version FROM person WHERE id = $1"

static void nobody_changes_himself_and_one_administrator_stays(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person boss, second, dara;
	const uint64_t administrator = 1, decider = (uint64_t)1 << role_find(TEXT("decider"));

	help_person(db, "kh", "boss", "administrator", &boss);
	help_person(db, "kh", "dara", "reviewer", &dara);
	const struct text him = text_of(boss.id), other = text_of(dara.id);
	/* Himself; the last one; roles that are kept apart; a state that is none; an old version; somebody unknown. */
	change(db, (struct person_change){.id = him, .by = him, .version = 1, .has_roles = true, .roles = decider}, "own-roles");
	change(db, (struct person_change){.id = him, .by = him, .version = 1, .state = TEXT("gone")}, "own-roles");
	change(db, (struct person_change){.id = him, .by = other, .version = 1, .state = TEXT("locked")}, "last-administrator");
	change(db, (struct person_change){.id = him, .by = other, .version = 1, .has_roles = true}, "last-administrator");
	change(db, (struct person_change){.id = other, .by = him, .version = 1, .has_roles = true, .roles = administrator | decider},
	       "roles-apart");
	change(db, (struct person_change){.id = other, .by = him, .version = 1, .state = TEXT("asleep")}, "malformed");
	change(db, (struct person_change){.id = other, .by = him, .version = 2, .name = TEXT("Dara")}, "version");
	change(db, (struct person_change){.id = TEXT("00000000000000000000000000000000"), .by = him, .version = 1}, "not-found");
	assert_int_equal(help_count(db, VERSION, him), 1);
	assert_int_equal(help_count(db, VERSION, other), 1);
	/* With a second one the first may go; another country's does not count. */
	help_person(db, "kr", "minsu", "administrator", &second);
	change(db, (struct person_change){.id = him, .by = other, .version = 1, .state = TEXT("gone")}, "last-administrator");
	help_person(db, "kh", "second", "administrator", &second);
	assert_ok(change(db, (struct person_change){.id = him, .by = text_of(second.id), .version = 1, .state = TEXT("gone")}, ""));
	change(db, (struct person_change){.id = him, .by = text_of(second.id), .version = 2, .state = TEXT("active")}, "person-gone");
	accounts_close(accounts);
}

static void a_change_ends_sessions_at_once(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person boss, dara;
	struct arena arena;

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "boss", "administrator", &boss);
	help_person(db, "kh", "dara", "reviewer", &dara);
	const struct text by = text_of(boss.id), id = text_of(dara.id);
	(void)help_sign_in(accounts, &dara, &arena);
	assert_ok(change(db, (struct person_change){.id = id, .by = by, .version = 1, .name = TEXT("Sok Dara")}, ""));
	assert_int_not_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	assert_ok(change(db, (struct person_change){.id = id, .by = by, .version = 2, .has_roles = true}, ""));
	assert_int_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	(void)help_sign_in(accounts, &dara, &arena);
	assert_ok(change(db, (struct person_change){.id = id, .by = by, .version = 3, .state = TEXT("locked")}, ""));
	assert_int_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	assert_int_equal(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL), ST_DENIED);
	arena_release(&arena);
	accounts_close(accounts);
}

/* ---- two administrators lock each other at once ---- */

struct fight {
	struct db *db;
	struct changing changing;
};

static void *fight(void *context)
{
	struct fight *f = context;
	struct error error = {.code = ST_OK};

	f->changing.st = db_transact(f->db, DB_WRITE, change_work, &f->changing, &error);
	memcpy(f->changing.reason, error.reason, sizeof error.reason);
	return NULL;
}

static void of_two_administrators_at_once_one_stays(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person a, b;

	help_person(db, "kh", "first", "administrator", &a);
	help_person(db, "kh", "second", "administrator", &b);
	for (int round = 0; round < 20; round++) {
		struct fight fights[2] = {{.db = db}, {.db = db}};
		pthread_t threads[2];

		for (int i = 0; i < 2; i++) {
			struct text him = text_of(i ? a.id : b.id), by = text_of(i ? b.id : a.id);

			fights[i].changing.change = (struct person_change){
				.id = him, .by = by, .version = help_count(db, VERSION, him), .state = TEXT("locked")};
			assert_int_equal(pthread_create(&threads[i], NULL, fight, &fights[i]), 0);
		}
		for (int i = 0; i < 2; i++)
			pthread_join(threads[i], NULL);
		assert_int_equal((fights[0].changing.st == ST_OK) + (fights[1].changing.st == ST_OK), 1);
		int loser = fights[0].changing.st == ST_OK;
		assert_string_equal(fights[loser].changing.reason, "last-administrator");
		struct text locked = fights[!loser].changing.change.id;
		assert_ok(change(db, (struct person_change){.id = locked, .by = fights[loser].changing.change.id,
							     .version = help_count(db, VERSION, locked), .state = TEXT("active")}, ""));
	}
	accounts_close(accounts);
}

/* ---- recovery ---- */

static struct actor acting(const struct help_person *person)
{
	return (struct actor){.id = text_of(person->id), .country = TEXT("kh"), .roles = 1, .strength = ACTOR_TOTP};
}

static void two_administrators_give_a_new_start(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person first, second, dara;
	struct recovery_given one, two;
	struct arena arena;
	struct error error = {.code = ST_OK};
	char whole[2 * SECRET_WORD_SIZE];

	help_later(86400);
	arena_init(&arena, 1u << 20);
	help_person(db, "kh", "first", "administrator", &first);
	help_person(db, "kh", "second", "administrator", &second);
	help_person(db, "kh", "dara", "reviewer", &dara);
	(void)help_sign_in(accounts, &dara, &arena);
	const struct actor a = acting(&first), b = acting(&second);
	assert_ok(recovery_ask(accounts, &a, text_of(dara.id), &one, NULL));
	assert_false(one.confirmed);
	/* A proposal changes nothing, and its maker does not confirm it. */
	assert_int_not_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	assert_int_equal(recovery_ask(accounts, &a, text_of(dara.id), &two, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "recovery-open");
	assert_int_equal(recovery_ask(accounts, &a, a.id, &two, &error), ST_DENIED);
	assert_ok(recovery_ask(accounts, &b, text_of(dara.id), &two, NULL));
	assert_true(two.confirmed);
	assert_int_equal(help_actor(accounts, dara.token, &arena).id.len, 0);
	assert_int_equal(help_password(accounts, "dara", HELP_PASSWORD, NULL, NULL), ST_DENIED);
	/* Neither half is enough; the whole leads to a new second factor only. */
	assert_int_equal(help_password(accounts, "dara", one.half, NULL, NULL), ST_DENIED);
	assert_int_equal(help_password(accounts, "dara", two.half, NULL, NULL), ST_DENIED);
	snprintf(whole, sizeof whole, "%s-%s", one.half, two.half);
	const struct actor nobody = {.address = TEXT("192.0.2.1")};
	struct signed_in in;
	assert_ok(sign_in_password(accounts, &nobody, TEXT("dara"), text_of(whole), &in, NULL));
	assert_string_equal(in.next, "enrol");
	/* A proposal that nobody confirms is over after a day. */
	assert_ok(recovery_ask(accounts, &a, text_of(dara.id), &one, NULL));
	help_later(24 * 3600);
	assert_ok(recovery_ask(accounts, &b, text_of(dara.id), &two, NULL));
	assert_false(two.confirmed);
	arena_release(&arena);
	accounts_close(accounts);
}

/* ---- the first set-up ---- */

static void the_first_administrator_needs_the_code(void **state)
{
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	const struct actor nobody = {.address = TEXT("192.0.2.1")};
	struct setup_new first = {.name = TEXT("Sok Dara"), .login = TEXT("dara"), .password = TEXT(HELP_PASSWORD)};
	struct error error = {.code = ST_OK};
	struct signed_in in;
	struct totp_offer offer;
	struct arena arena;
	struct text code;
	bool needed = false;
	char old[SECRET_WORD_SIZE];

	arena_init(&arena, 1u << 20);
	assert_ok(setup_needed(accounts, &needed, NULL));
	assert_true(needed);
	assert_ok(accounts_setup_code(accounts, &code, NULL));
	assert_int_equal(code.len, 29);
	snprintf(old, sizeof old, "%.*s", TEXT_ARG(code));
	assert_ok(accounts_setup_code(accounts, &code, NULL)); /* a new start makes a new one */
	first.code = text_of(old);
	assert_int_equal(setup_first(accounts, &nobody, &first, &arena, &in, &offer, &error), ST_DENIED);
	assert_string_equal(error.reason, "setup-code");
	first.code = TEXT("");
	assert_int_equal(setup_first(accounts, &nobody, &first, &arena, &in, &offer, &error), ST_DENIED);
	/* A bad name leaves the code unused. */
	first.code = code;
	first.name = TEXT("");
	assert_int_equal(setup_first(accounts, &nobody, &first, &arena, &in, &offer, &error), ST_MALFORMED);
	first.name = TEXT("Sok Dara");
	assert_ok(setup_first(accounts, &nobody, &first, &arena, &in, &offer, &error));
	/* He is nobody before the second factor. */
	struct actor actor = help_actor(accounts, in.token, &arena);
	assert_int_equal(actor.strength, ACTOR_PASSWORD);
	assert_int_equal(may(&actor, TEXT("person.read"), NULL, TEXT("kh"), help_now(NULL)), POLICY_SIGN_IN);
	assert_int_equal(offer.secret.len, 32);
	assert_int_equal(setup_first(accounts, &nobody, &first, &arena, &in, &offer, &error), ST_CONFLICT);
	assert_string_equal(error.reason, "setup-done");
	assert_ok(accounts_setup_code(accounts, &code, NULL));
	assert_int_equal(code.len, 0);
	arena_release(&arena);
	accounts_close(accounts);
}

static void a_hub_keeps_its_country(void **state)
{
	static const struct accounts_options kh = {.host = "kh"}, kr = {.host = "kr"}, any = {.host = NULL}, bad = {.host = "KHM"},
					     plain = {.origin = "http://cordon.example"}, path = {.origin = "https://a.b/c"},
					     good = {.origin = "https://cordon.example:8443"};
	static const struct {
		const struct accounts_options *options;
		enum status st;
	} rows[] = {{&kh, ST_OK}, {&kr, ST_CONFLICT}, {&any, ST_OK},	 {&bad, ST_MALFORMED},
		    {&plain, ST_MALFORMED}, {&path, ST_MALFORMED}, {&good, ST_OK}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct accounts *accounts = NULL;

		assert_int_equal(accounts_open(test_db(state), &help_env, rows[i].options, &accounts, NULL), rows[i].st);
		if (accounts)
			assert_text(accounts_host(accounts), "kh");
		accounts_close(accounts);
	}
}

/* ---- machines ---- */

struct machining {
	struct machine_new machine;
	char id[ID_SIZE], token[MACHINE_TOKEN_SIZE];
};

static enum status machine_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct machining *m = context;

	return machine_make(tx, &help_env, &m->machine, m->id, m->token, ret_error);
}

static enum status machine_over(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct machining *m = context;

	return machine_end(tx, &help_env, text_of(m->id), m->machine.country, ret_error);
}

static struct actor machine_actor(struct accounts *accounts, const char *token, const char *certificate, struct arena *arena)
{
	char value[128];
	struct http_field header = {TEXT("Authorization"), TEXT_NONE};
	struct http_request request = {.headers = &header, .header_count = 1, .arena = arena, .certificate = text_of(certificate)};
	struct actor actor;

	snprintf(value, sizeof value, "Bearer %s", token);
	header.value = text_of(value);
	request.header_count = token[0] ? 1 : 0;
	assert_ok(accounts_actor(accounts, &request, true, &actor, NULL));
	return actor;
}

static void machines_have_few_roles_and_an_end(void **state)
{
	static const char print[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	const uint64_t machine = (uint64_t)1 << role_find(TEXT("machine"));
	const int64_t day = help_now(NULL) + 86400000;
	struct machining m = {.machine = {.country = TEXT("kh"), .name = TEXT("post 7"), .by = TEXT("boss"), .roles = machine,
					  .ends_ms = day}};
	struct arena arena;

	arena_init(&arena, 1u << 20);
	m.machine.roles = 1;
	assert_int_equal(db_transact(db, DB_WRITE, machine_work, &m, NULL), ST_MALFORMED);
	m.machine.roles = 0;
	assert_int_equal(db_transact(db, DB_WRITE, machine_work, &m, NULL), ST_MALFORMED);
	m.machine.roles = machine;
	m.machine.ends_ms = help_now(NULL);
	assert_int_equal(db_transact(db, DB_WRITE, machine_work, &m, NULL), ST_MALFORMED);
	m.machine.ends_ms = help_now(NULL) + 400 * (int64_t)86400000;
	assert_int_equal(db_transact(db, DB_WRITE, machine_work, &m, NULL), ST_MALFORMED);
	m.machine.ends_ms = day;
	assert_ok(db_transact(db, DB_WRITE, machine_work, &m, NULL));
	struct actor actor = machine_actor(accounts, m.token, "", &arena);
	assert_text(actor.id, m.id);
	assert_int_equal(actor.strength, ACTOR_TOKEN);
	assert_true(actor.roles == machine);
	assert_int_equal(machine_actor(accounts, "cordon_x", "", &arena).id.len, 0);
	assert_int_equal(machine_actor(accounts, "", print, &arena).id.len, 0);
	help_later(86400);
	assert_int_equal(machine_actor(accounts, m.token, "", &arena).id.len, 0);
	help_later(-86400);
	/* A certificate, by its fingerprint; ended by its own country alone. */
	struct machining c = {.machine = m.machine};
	c.machine.fingerprint = TEXT("00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF");
	assert_ok(db_transact(db, DB_WRITE, machine_work, &c, NULL));
	assert_string_equal(c.token, "");
	assert_text(machine_actor(accounts, "", print, &arena).id, c.id);
	assert_int_equal(db_transact(db, DB_WRITE, machine_work, &c, NULL), ST_CONFLICT);
	c.machine.country = TEXT("kr");
	assert_int_equal(db_transact(db, DB_WRITE, machine_over, &c, NULL), ST_NOT_FOUND);
	c.machine.country = TEXT("kh");
	assert_ok(db_transact(db, DB_WRITE, machine_over, &c, NULL));
	assert_int_equal(machine_actor(accounts, "", print, &arena).id.len, 0);
	arena_release(&arena);
	accounts_close(accounts);
}

/* ---- look-ups of oneself and of colleagues ---- */

struct looking {
	struct actor actor;
	const char *name;
};

static enum status look_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct audit_event event = {.actor = &l->actor, .action = "search.run", .outcome = "shown"};

	return audit_flag_lookup(tx, &help_env, &event, text_of(l->name), ret_error);
}

static void look_ups_of_officers_are_flagged(void **state)
{
	static const struct {
		const char *name;
		int64_t flagged; /* altogether, after it */
	} rows[] = {{"Chan Sophea", 0}, {"sok DARA", 1}, {"Dara, Sok", 2}, {"Sok Dara Chan", 2}, {"", 2}, {"Kim Minsu", 3}};
	struct db *db = test_db(state);
	struct accounts *accounts = help_accounts(db);
	struct help_person dara, kim;

	help_person(db, "kh", "sok-dara", "reviewer", &dara);
	help_person(db, "kr", "kim-minsu", "liaison", &kim);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct looking l = {{.id = text_of(dara.id), .country = TEXT("kh")}, rows[i].name};

		assert_ok(db_transact(db, DB_WRITE, look_work, &l, NULL));
		assert_int_equal(help_count(db, "SELECT count(*) FROM audit WHERE outcome = $1", TEXT("flagged")), rows[i].flagged);
	}
	assert_int_equal(help_count(db, "SELECT count(*) FROM audit WHERE detail LIKE $1", TEXT("%\"self\"%")), 2);
	accounts_close(accounts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(nobody_changes_himself_and_one_administrator_stays),
		db_unit_test(a_change_ends_sessions_at_once),
		db_unit_test(of_two_administrators_at_once_one_stays),
		db_unit_test(two_administrators_give_a_new_start),
		db_unit_test(the_first_administrator_needs_the_code),
		db_unit_test(a_hub_keeps_its_country),
		db_unit_test(machines_have_few_roles_and_an_end),
		db_unit_test(look_ups_of_officers_are_flagged),
	};

	return db_run_group_tests(tests);
}
