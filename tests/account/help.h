/* Accounts on a test database: a clock that the test moves, people who sign in, requests with their cookies. */
#ifndef TESTS_ACCOUNT_HELP_H
#define TESTS_ACCOUNT_HELP_H

#include <sodium.h>
#include <stdatomic.h>

#include "account/accounts.h"
#include "account/credential.h"
#include "account/member.h"
#include "account/person.h"
#include "account/policy.h"
#include "account/session.h"
#include "account/setup.h"
#include "account/totp.h"
#include "lib/db.h"

static _Atomic int64_t help_now_ms = 1763000000000;

static inline int64_t help_now(void *context)
{
	(void)context;
	return atomic_load(&help_now_ms);
}

static inline void help_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env help_env = {help_now, help_random, NULL};

static inline void help_later(int64_t seconds)
{
	atomic_fetch_add(&help_now_ms, seconds * 1000);
}

static inline struct accounts *help_accounts(struct db *db)
{
	static const struct accounts_options options = {.host = "kh"};
	struct accounts *accounts = NULL;
	struct error error = {.code = ST_OK};

	if (accounts_open(db, &help_env, &options, &accounts, &error) != ST_OK)
		fail_msg("%s", error.message);
	return accounts;
}

/* A person as the test knows him. */
struct help_person {
	char id[ID_SIZE], token[SECRET_TEXT_SIZE];
	uint8_t secret[TOTP_SECRET_SIZE];
	const char *login, *password;
};

#define HELP_PASSWORD "correct horse battery"

struct help_making {
	const char *country, *login, *roles, *by;
	const char *hash;
	struct help_person *person;
};

static inline enum status help_make_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct help_making *m = context;
	struct person_new person = {.country = text_of(m->country), .login = text_of(m->login), .name = text_of(m->login),
				    .by = text_of(m->by), .hash = m->hash};
	char agency[ID_SIZE];

	TRY(db_exec(tx, "INSERT INTO country (code, name, host, created_ms) VALUES ($1, $1, 0, 1) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(text_of(m->country))), NULL, ret_error));
	TRY(agency_make(tx, &help_env, text_of(m->country), TEXT("Police"), agency, ret_error));
	person.agency = text_of(agency);
	TRY(roles_read(text_of(m->roles), &person.roles, ret_error));
	TRY(person_create(tx, &help_env, &person, m->person->id, ret_error));
	randombytes_buf(m->person->secret, sizeof m->person->secret);
	return db_exec(tx, "INSERT INTO totp (person, id, secret, last_step, created_ms) VALUES ($1, $1, $2, 0, 1)",
		       DB_PARAMS(DB_V_TEXT(text_of(m->person->id)),
				 DB_V_BLOB(((struct bytes){m->person->secret, sizeof m->person->secret}))),
		       NULL, ret_error);
}

/* With HELP_PASSWORD and a secret for codes; the hash is made once. */
static inline void help_person(struct db *db, const char *country, const char *login, const char *roles, struct help_person *ret)
{
	static char hash[PASSWORD_HASH_SIZE];
	struct help_making m = {country, login, roles, "test", hash, ret};
	struct error error = {.code = ST_OK};

	if (hash[0] == '\0')
		assert_ok(password_hash(TEXT(HELP_PASSWORD), hash, NULL));
	ret->login = login;
	ret->password = HELP_PASSWORD;
	if (db_transact(db, DB_WRITE, help_make_work, &m, &error) != ST_OK)
		fail_msg("%s: %s", login, error.message);
}

static inline void help_code(const struct help_person *person, char out[7])
{
	snprintf(out, 7, "%06u", totp_code((struct bytes){person->secret, sizeof person->secret}, (uint64_t)(help_now(NULL) / 30000)));
}

/* Who stands behind a cookie; lives as long as the arena. */
static inline struct actor help_actor(struct accounts *accounts, const char *token, struct arena *arena)
{
	char *cookie = arena_alloc(arena, 128, 1);
	struct http_field *header = ARENA_NEW(arena, struct http_field, 1);
	struct http_request request = {.headers = header, .header_count = 1, .arena = arena, .address = TEXT("192.0.2.1")};
	struct error error = {.code = ST_OK};
	struct actor actor;

	snprintf(cookie, 128, "other=1; sid=%s", token);
	*header = (struct http_field){TEXT("Cookie"), text_of(cookie)};
	if (accounts_actor(accounts, &request, true, &actor, &error) != ST_OK)
		fail_msg("%s", error.message);
	return actor;
}

static inline enum status help_password(struct accounts *accounts, const char *login, const char *password, char token[SECRET_TEXT_SIZE],
					struct error *ret_error)
{
	const struct actor nobody = {.address = TEXT("192.0.2.1")};
	struct signed_in in;
	enum status st = sign_in_password(accounts, &nobody, text_of(login), text_of(password), &in, ret_error);

	if (st == ST_OK && token)
		memcpy(token, in.token, SECRET_TEXT_SIZE);
	return st;
}

/* Signs in wholly; the clock goes on by a step, so that the next code is a new one. */
static inline struct actor help_sign_in(struct accounts *accounts, struct help_person *person, struct arena *arena)
{
	struct error error = {.code = ST_OK};
	struct signed_in in;
	char code[7];

	help_later(30);
	if (help_password(accounts, person->login, person->password, person->token, &error) != ST_OK)
		fail_msg("%s: %s", person->login, error.reason);
	struct actor half = help_actor(accounts, person->token, arena);
	assert_int_equal(half.strength, ACTOR_PASSWORD);
	help_code(person, code);
	if (sign_in_code(accounts, &half, text_of(code), &in, &error) != ST_OK)
		fail_msg("%s: %s", person->login, error.reason);
	memcpy(person->token, in.token, SECRET_TEXT_SIZE);
	return help_actor(accounts, person->token, arena);
}

struct help_counting {
	const char *sql;
	struct text value;
	int64_t count;
};

static inline enum status help_count_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct help_counting *c = context;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx, c->sql, DB_PARAMS(DB_V_TEXT(c->value)), &arena, &row, ret_error);
	if (st == ST_OK)
		c->count = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

static inline int64_t help_count(struct db *db, const char *sql, struct text value)
{
	struct help_counting c = {sql, value, -1};

	assert_ok(db_transact(db, DB_READ, help_count_work, &c, NULL));
	return c.count;
}

#endif
