#include "account/setup.h"

#include "account/attempt.h"
#include "account/audit.h"
#include "account/member.h"
#include "account/session.h"
#include "account/state.h"

#define CODE_GROUPS 6u /* 120 bits */
#define CODE_TIME_MS ((int64_t)7 * 86400000)

struct setup {
	struct accounts *accounts;
	const struct actor *actor;
	const struct setup_new *first;
	struct arena *arena;
	struct signed_in *ret;
	struct totp_offer offer;
	char hash[PASSWORD_HASH_SIZE];
	const char *refused; /* a reason, or NULL */
	bool needed;
};

static enum status needed_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct setup *s = context;
	int64_t administrators;

	TRY(person_administrators(tx, accounts_host(s->accounts), &administrators, ret_error));
	s->needed = administrators == 0;
	return ST_OK;
}

enum status setup_needed(struct accounts *accounts, bool *ret_needed, struct error *ret_error)
{
	struct setup s = {.accounts = accounts};

	TRY(db_transact(accounts->db, DB_READ, needed_work, &s, ret_error));
	*ret_needed = s.needed;
	return ST_OK;
}

static enum status code_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct setup *s = context;
	uint8_t hash[SECRET_SIZE];

	TRY(needed_work(tx, context, ret_error));
	TRY(db_exec(tx, "DELETE FROM login_challenge WHERE kind = 'setup'", DB_NO_PARAMS, NULL, ret_error));
	if (!s->needed)
		return ST_OK;
	secret_hash(text_of(s->accounts->setup_code), hash);
	return db_exec(tx, "INSERT INTO login_challenge (secret, kind, ends_ms) VALUES ($1, 'setup', $2)",
		       DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_INT(env_now(s->accounts->env) + CODE_TIME_MS)),
		       NULL, ret_error);
}

enum status accounts_setup_code(struct accounts *accounts, struct text *ret_code, struct error *ret_error)
{
	struct setup s = {.accounts = accounts};

	secret_word(accounts->env, CODE_GROUPS, accounts->setup_code);
	TRY(db_transact(accounts->db, DB_WRITE, code_work, &s, ret_error));
	*ret_code = s.needed ? text_of(accounts->setup_code) : TEXT("");
	return ST_OK;
}

/* The code counts once: taken in the transaction that makes the administrator. */
static enum status take_code(struct db_tx *tx, struct setup *s, struct error *ret_error)
{
	int64_t now_ms = env_now(s->accounts->env);
	uint8_t hash[SECRET_SIZE];
	uint64_t taken;
	enum status st;

	s->refused = NULL;
	st = attempt_count(tx, ATTEMPT_SETUP, s->actor->address, now_ms, ret_error);
	if (st == ST_LIMIT) {
		s->refused = "slow-down";
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	TRY(needed_work(tx, s, ret_error));
	if (!s->needed) {
		s->refused = "setup-done";
		return ST_OK;
	}
	secret_hash(text_trim(s->first->code), hash);
	TRY(db_exec(tx, "DELETE FROM login_challenge WHERE secret = $1 AND kind = 'setup' AND ends_ms > $2",
		    DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_INT(now_ms)), &taken, ret_error));
	if (taken != 1)
		s->refused = "setup-code";
	return ST_OK;
}

static enum status audit(struct setup *s, struct db_tx *tx, struct text person, const char *outcome, struct error *ret_error)
{
	struct audit_event event = {.actor = s->actor, .action = "setup.first", .thing_kind = "person", .thing = person,
				    .outcome = outcome};

	return audit_add(tx, s->accounts->env, &event, ret_error);
}

static enum status first_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct setup *s = context;
	const struct env *env = s->accounts->env;
	struct text host = accounts_host(s->accounts), agency = text_trim(s->first->agency);
	char id[ID_SIZE], agency_id[ID_SIZE];

	TRY(take_code(tx, s, ret_error));
	if (s->refused)
		return audit(s, tx, TEXT_NONE, "refused", ret_error);
	TRY(agency_make(tx, env, host, agency.len ? agency : TEXT("Administration"), agency_id, ret_error));
	struct person_new person = {.country = host, .agency = text_of(agency_id), .login = s->first->login, .name = s->first->name,
				    .by = TEXT("setup"), .hash = s->hash, .own_password = true};
	TRY(roles_read(TEXT("administrator"), &person.roles, ret_error));
	TRY(person_create(tx, env, &person, id, ret_error));
	TRY(totp_offer_make(tx, env, text_of(id), s->arena, &s->offer, ret_error));
	TRY(session_open(tx, env, text_of(id), ACTOR_PASSWORD, s->ret->token, ret_error));
	return audit(s, tx, text_of(id), "done", ret_error);
}

enum status setup_first(struct accounts *accounts, const struct actor *actor, const struct setup_new *first, struct arena *arena,
			struct signed_in *ret, struct totp_offer *ret_offer, struct error *ret_error)
{
	struct setup s = {.accounts = accounts, .actor = actor, .first = first, .arena = arena, .ret = ret};

	TRY(password_accept(first->password, first->login, ret_error));
	accounts_gate_enter(accounts);
	enum status st = password_hash(first->password, s.hash, ret_error);
	accounts_gate_leave(accounts);
	if (st != ST_OK)
		return st;
	TRY(db_transact(accounts->db, DB_WRITE, first_work, &s, ret_error));
	if (s.refused)
		return error_because(ret_error,
				     strcmp(s.refused, "slow-down") == 0 ? ST_LIMIT : strcmp(s.refused, "setup-done") == 0 ? ST_CONFLICT : ST_DENIED,
				     s.refused, NULL, "refused");
	ret->next = "enrol";
	*ret_offer = s.offer;
	return ST_OK;
}
