#include "account/person.h"

#include "account/audit.h"
#include "account/policy.h"
#include "account/session.h"
#include "account/sign_in.h"
#include "account/state.h"

#define NAME_MAX_CHARACTERS 200u
#define FIRST_PASSWORD_GROUPS 5u

#define SELECT_PERSON                                                                                                      \
	"SELECT p.id, p.country, p.agency, a.name, p.login, p.name, p.state, p.version, coalesce(p.seen_ms, 0)"            \
	" FROM person p JOIN agency a ON a.id = p.agency"

/* ---- reading ---- */

static enum status read_roles(struct db_tx *tx, struct person *person, struct arena *arena, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT role FROM person_role WHERE person = $1", DB_PARAMS(DB_V_TEXT(person->id)), arena, &rows,
		     ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		int bit = role_find(db_text(&rows, i, 0));

		if (bit >= 0)
			person->roles |= (uint64_t)1 << bit;
	}
	return ST_OK;
}

static enum status read_person(struct db_tx *tx, const struct db_rows *rows, size_t i, struct arena *arena,
			       struct person *ret_person)
{
	*ret_person = (struct person){.id = db_text(rows, i, 0), .country = db_text(rows, i, 1), .agency = db_text(rows, i, 2),
				      .agency_name = db_text(rows, i, 3), .login = db_text(rows, i, 4), .name = db_text(rows, i, 5),
				      .state = db_text(rows, i, 6), .version = db_int(rows, i, 7), .seen_ms = db_int(rows, i, 8)};
	return read_roles(tx, ret_person, arena, NULL);
}

enum status person_get(struct db_tx *tx, struct text id, struct arena *arena, struct person *ret_person, struct error *ret_error)
{
	struct db_rows rows;
	enum status st = db_query_one(tx, SELECT_PERSON " WHERE p.id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &rows, ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "no such person");
	if (st != ST_OK)
		return st;
	return read_person(tx, &rows, 0, arena, ret_person);
}

enum status person_list(struct db_tx *tx, const struct person_filter *filter, struct arena *arena, struct person **ret_list,
			size_t *ret_count, int64_t *ret_total, struct error *ret_error)
{
	struct db_rows rows, total;
	struct person *list;

	TRY(db_query_one(tx, "SELECT count(*) FROM person WHERE country = $1", DB_PARAMS(DB_V_TEXT(filter->country)), arena, &total,
			 ret_error));
	TRY(db_query(tx, SELECT_PERSON " WHERE p.country = $1 AND p.login > $2 ORDER BY p.login LIMIT $3",
		     DB_PARAMS(DB_V_TEXT(filter->country), DB_V_TEXT(filter->after.len ? filter->after : TEXT("")),
			       DB_V_INT(filter->limit)),
		     arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct person, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		TRY(read_person(tx, &rows, i, arena, &list[i]));
	*ret_list = list;
	*ret_count = rows.rows;
	*ret_total = db_int(&total, 0, 0);
	return ST_OK;
}

enum status person_administrators(struct db_tx *tx, struct text country, int64_t *ret_count, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	st = db_query_one(tx,
			  "SELECT count(*) FROM person p JOIN person_role r ON r.person = p.id"
			  " WHERE p.country = $1 AND p.state = 'active' AND r.role = 'administrator'",
			  DB_PARAMS(DB_V_TEXT(country)), &arena, &row, ret_error);
	if (st == ST_OK)
		*ret_count = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

enum status roles_read(struct text words, uint64_t *ret_roles, struct error *ret_error)
{
	struct text rest = words, word;
	uint64_t roles = 0;

	while (rest.data && text_split(&rest, ' ', &word)) {
		int bit = role_find(word);

		if (word.len && bit < 0)
			return error_because(ret_error, ST_MALFORMED, "role-unknown", "roles", "no such role");
		if (word.len)
			roles |= (uint64_t)1 << bit;
	}
	*ret_roles = roles;
	return ST_OK;
}

/* ---- making ---- */

static enum status check_name(struct text name, struct error *ret_error)
{
	size_t count = 0;

	for (size_t at = 0; at < name.len; count++)
		if (text_next(name, &at) < 0x20)
			count = NAME_MAX_CHARACTERS;
	if (count == 0 || count > NAME_MAX_CHARACTERS)
		return error_because(ret_error, ST_MALFORMED, "name-malformed", "name", "1 to %u characters", NAME_MAX_CHARACTERS);
	return ST_OK;
}

static enum status check_roles(uint64_t roles, struct error *ret_error)
{
	if (!roles_fit(roles, false))
		return error_because(ret_error, ST_MALFORMED, "roles-apart", "roles", "roles that one person may not bear together");
	return ST_OK;
}

static enum status grant(struct db_tx *tx, struct text person, uint64_t roles, struct text by, int64_t now_ms,
			 struct error *ret_error)
{
	for (unsigned i = 0; role_word(i); i++)
		if (roles >> i & 1)
			TRY(db_exec(tx, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ($1, $2, $3, $4)",
				    DB_PARAMS(DB_V_TEXT(person), DB_V_TEXT(text_of(role_word(i))), DB_V_TEXT(by), DB_V_INT(now_ms)), NULL,
				    ret_error));
	return ST_OK;
}

static enum status check_agency(struct db_tx *tx, struct text agency, struct text country, struct arena *arena,
				struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(tx, "SELECT id FROM agency WHERE id = $1 AND country = $2",
				      DB_PARAMS(DB_V_TEXT(agency), DB_V_TEXT(country)), arena, &row, ret_error);

	return st == ST_NOT_FOUND ? error_because(ret_error, ST_MALFORMED, "agency-unknown", "agency", "no such agency of the country")
				  : st;
}

static enum status insert_person(struct db_tx *tx, const struct env *env, const struct person_new *new_person, struct arena *arena,
				 char id[ID_SIZE], struct error *ret_error)
{
	int64_t now_ms = env_now(env);
	struct text login, key, name = text_trim(new_person->name);
	struct db_rows row;
	enum status st;

	TRY(login_normal(new_person->login, arena, &login, ret_error));
	TRY(check_name(name, ret_error));
	TRY(check_roles(new_person->roles, ret_error));
	TRY(check_agency(tx, new_person->agency, new_person->country, arena, ret_error));
	TRY(audit_name_key(name, arena, &key));
	st = db_query_one(tx, "SELECT id FROM person WHERE login = $1", DB_PARAMS(DB_V_TEXT(login)), arena, &row, ret_error);
	if (st == ST_OK)
		return error_because(ret_error, ST_CONFLICT, "login-taken", "login", "the login is taken");
	if (st != ST_NOT_FOUND)
		return st;
	id_make(env, id);
	TRY(db_exec(tx,
		    "INSERT INTO person (id, country, agency, login, name, name_key, state, version, created_ms, created_by)"
		    " VALUES ($1, $2, $3, $4, $5, $6, 'active', 1, $7, $8)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(new_person->country), DB_V_TEXT(new_person->agency), DB_V_TEXT(login),
			      DB_V_TEXT(name), DB_V_TEXT(key), DB_V_INT(now_ms), DB_V_TEXT(new_person->by)),
		    NULL, ret_error));
	TRY(db_exec(tx, "INSERT INTO password (person, hash, first, changed_ms) VALUES ($1, $2, $3, $4)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(text_of(new_person->hash)), DB_V_INT(!new_person->own_password),
			      DB_V_INT(now_ms)),
		    NULL, ret_error));
	return grant(tx, text_of(id), new_person->roles, new_person->by, now_ms, ret_error);
}

enum status person_create(struct db_tx *tx, const struct env *env, const struct person_new *new_person, char ret_id[ID_SIZE],
			  struct error *ret_error)
{
	struct arena arena;
	char id[ID_SIZE];
	enum status st;

	arena_init(&arena, 1u << 18);
	st = insert_person(tx, env, new_person, &arena, id, ret_error);
	arena_release(&arena);
	if (st == ST_OK)
		memcpy(ret_id, id, ID_SIZE);
	return st;
}

enum status person_first_password(struct accounts *accounts, char ret_word[SECRET_WORD_SIZE], char ret_hash[PASSWORD_HASH_SIZE],
				  struct error *ret_error)
{
	enum status st;

	secret_word(accounts->env, FIRST_PASSWORD_GROUPS, ret_word);
	accounts_gate_enter(accounts);
	st = password_hash(text_of(ret_word), ret_hash, ret_error);
	accounts_gate_leave(accounts);
	return st;
}

/* ---- changing ---- */

static bool known_state(struct text state)
{
	return text_equal(state, TEXT("active")) || text_equal(state, TEXT("locked")) || text_equal(state, TEXT("gone"));
}

static enum status check_change(struct db_tx *tx, const struct person_change *change, const struct person *was,
				struct arena *arena, struct error *ret_error)
{
	bool himself = text_equal(change->by, change->id);

	if (was->version != change->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "version %lld is not the newest",
				     (long long)change->version);
	if (text_equal(was->state, TEXT("gone")))
		return error_because(ret_error, ST_CONFLICT, "person-gone", NULL, "the person is gone");
	if (himself && (change->has_roles || change->state.len))
		return error_because(ret_error, ST_DENIED, "own-roles", NULL, "nobody changes his own roles or state");
	if (change->state.len && !known_state(change->state))
		return error_because(ret_error, ST_MALFORMED, "malformed", "state", "active, locked or gone");
	if (change->name.len)
		TRY(check_name(text_trim(change->name), ret_error));
	if (change->has_roles)
		TRY(check_roles(change->roles, ret_error));
	if (change->agency.len)
		TRY(check_agency(tx, change->agency, was->country, arena, ret_error));
	return ST_OK;
}

static enum status apply_change(struct db_tx *tx, const struct env *env, const struct person_change *change, struct arena *arena,
				struct error *ret_error)
{
	struct person was;
	int64_t administrators;
	uint64_t changed;
	struct text name, key;

	TRY(person_get(tx, change->id, arena, &was, ret_error));
	TRY(check_change(tx, change, &was, arena, ret_error));
	name = change->name.len ? text_trim(change->name) : was.name;
	TRY(audit_name_key(name, arena, &key));
	TRY(db_exec(tx,
		    "UPDATE person SET name = $3, name_key = $4, agency = $5, state = $6, version = version + 1"
		    " WHERE id = $1 AND version = $2",
		    DB_PARAMS(DB_V_TEXT(change->id), DB_V_INT(change->version), DB_V_TEXT(name), DB_V_TEXT(key),
			      DB_V_TEXT(change->agency.len ? change->agency : was.agency),
			      DB_V_TEXT(change->state.len ? change->state : was.state)),
		    &changed, ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "somebody else changed it meanwhile");
	if (change->has_roles && change->roles != was.roles) {
		TRY(db_exec(tx, "DELETE FROM person_role WHERE person = $1", DB_PARAMS(DB_V_TEXT(change->id)), NULL, ret_error));
		TRY(grant(tx, change->id, change->roles, change->by, env_now(env), ret_error));
	}
	if ((change->has_roles && change->roles != was.roles) || (change->state.len && !text_equal(change->state, was.state)))
		TRY(session_end_all(tx, change->id, TEXT_NONE, ret_error));
	if (!(was.roles >> role_find(TEXT("administrator")) & 1))
		return ST_OK;
	TRY(person_administrators(tx, was.country, &administrators, ret_error));
	return administrators ? ST_OK
			      : error_because(ret_error, ST_CONFLICT, "last-administrator", NULL,
					      "the last administrator of the country stays");
}

enum status person_change(struct db_tx *tx, const struct env *env, const struct person_change *change, struct error *ret_error)
{
	struct arena arena;
	enum status st;

	arena_init(&arena, 1u << 18);
	st = apply_change(tx, env, change, &arena, ret_error);
	arena_release(&arena);
	return st;
}

enum status person_reset(struct db_tx *tx, const struct env *env, struct text id, const char *hash, struct error *ret_error)
{
	static const char *const tables[] = {"DELETE FROM passkey WHERE person = $1", "DELETE FROM totp WHERE person = $1",
					     "DELETE FROM oidc_identity WHERE person = $1"};

	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		TRY(db_exec(tx, tables[i], DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error));
	TRY(session_end_all(tx, id, TEXT_NONE, ret_error));
	return db_exec(tx,
		       "INSERT INTO password (person, hash, first, changed_ms) VALUES ($1, $2, 1, $3)"
		       " ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, first = 1, changed_ms = excluded.changed_ms",
		       DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(text_of(hash)), DB_V_INT(env_now(env))), NULL, ret_error);
}
