#include "account/passkey.h"

#include "account/session.h"
#include "account/state.h"

static const char *const kinds[] = {[PASSKEY_ASSERTION] = "assertion", [PASSKEY_CREATION] = "creation"};

/* ---- challenges ---- */

struct offering {
	struct accounts *accounts;
	const struct actor *actor;
	enum passkey_use use;
	struct arena *arena;
	struct passkey_offer *offer;
};

static enum status list_handles(struct db_tx *tx, struct offering *o, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT handle FROM passkey WHERE person = $1 ORDER BY created_ms", DB_PARAMS(DB_V_TEXT(o->actor->id)),
		     o->arena, &rows, ret_error));
	o->offer->handles = ARENA_NEW(o->arena, struct bytes, rows.rows + 1);
	if (!o->offer->handles)
		return arena_failure(o->arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		o->offer->handles[i] = db_blob(&rows, i, 0);
	o->offer->handle_count = rows.rows;
	TRY(db_query_one(tx, "SELECT login, name FROM person WHERE id = $1", DB_PARAMS(DB_V_TEXT(o->actor->id)), o->arena, &rows,
			 ret_error));
	o->offer->login = db_text(&rows, 0, 0);
	o->offer->name = db_text(&rows, 0, 1);
	return ST_OK;
}

static enum status offer_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct offering *o = context;
	int64_t now_ms = env_now(o->accounts->env);
	uint8_t hash[SECRET_SIZE];

	if (o->use == PASSKEY_CREATION)
		TRY(credential_may(o->accounts, tx, o->actor, ret_error));
	if (o->actor->session.len)
		TRY(list_handles(tx, o, ret_error));
	if (o->use == PASSKEY_CREATION && o->offer->handle_count >= PASSKEYS_MAX)
		return error_because(ret_error, ST_LIMIT, "passkeys-many", NULL, "%u passkeys are enough", PASSKEYS_MAX);
	env_random(o->accounts->env, o->offer->challenge, sizeof o->offer->challenge);
	secret_hash((struct text){(const char *)o->offer->challenge, sizeof o->offer->challenge}, hash);
	TRY(db_exec(tx, "DELETE FROM login_challenge WHERE ends_ms < $1", DB_PARAMS(DB_V_INT(now_ms)), NULL, ret_error));
	return db_exec(tx, "INSERT INTO login_challenge (secret, kind, person, ends_ms) VALUES ($1, $2, $3, $4)",
		       DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_TEXT(text_of(kinds[o->use])),
				 DB_V_TEXT_OR_NULL(o->actor->session.len ? o->actor->id : TEXT_NONE), DB_V_INT(now_ms + PASSKEY_TIME_MS)),
		       NULL, ret_error);
}

enum status passkey_offer(struct accounts *accounts, const struct actor *actor, enum passkey_use use, struct arena *arena,
			  struct passkey_offer *ret_offer, struct error *ret_error)
{
	struct passkey_offer offer = {.handles = NULL};
	struct offering o = {accounts, actor, use, arena, &offer};

	TRY(db_transact(accounts->db, DB_WRITE, offer_work, &o, ret_error));
	*ret_offer = offer;
	return ST_OK;
}

/* Takes a challenge away, so that it counts once; whether it was ours, of this use and of this person, and still lives. */
static enum status challenge_take(struct db_tx *tx, const uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE], const struct offering *o,
				  bool *ret_ours, struct error *ret_error)
{
	uint8_t hash[SECRET_SIZE];
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	secret_hash((struct text){(const char *)challenge, WEBAUTHN_CHALLENGE_SIZE}, hash);
	st = db_query_one(tx, "DELETE FROM login_challenge WHERE secret = $1 RETURNING kind, person, ends_ms",
			  DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash}))), &arena, &row, ret_error);
	*ret_ours = st == ST_OK && text_equal(db_text(&row, 0, 0), text_of(kinds[o->use])) &&
		    (db_is_null(&row, 0, 1) || text_equal(db_text(&row, 0, 1), o->actor->id)) &&
		    db_int(&row, 0, 2) > env_now(o->accounts->env) &&
		    db_int(&row, 0, 2) <= env_now(o->accounts->env) + PASSKEY_TIME_MS;
	arena_release(&arena);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status refused(struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_DENIED, "passkey", NULL, "passkey: %s", what);
}

/* ---- adding ---- */

struct adding {
	struct offering o;
	const struct passkey_new *new_key;
	struct webauthn_key key;
	uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
	struct signed_in *ret;
	bool ours;
};

static enum status add_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct adding *a = context;
	struct accounts *accounts = a->o.accounts;
	const struct actor *actor = a->o.actor;
	char id[ID_SIZE];
	enum status st;

	TRY(credential_may(accounts, tx, actor, ret_error));
	TRY(challenge_take(tx, a->challenge, &a->o, &a->ours, ret_error));
	if (!a->ours)
		return credential_audit(accounts, tx, actor, "refused", "challenge", ret_error);
	id_make(accounts->env, id);
	st = db_exec(tx,
		     "INSERT INTO passkey (id, person, handle, algorithm, public_key, counter, name, created_ms)"
		     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(actor->id), DB_V_BLOB(((struct bytes){a->key.handle, a->key.handle_len})),
			       DB_V_INT(a->key.algorithm), DB_V_BLOB(((struct bytes){a->key.key, a->key.key_len})),
			       DB_V_INT(a->key.counter), DB_V_TEXT(a->new_key->name), DB_V_INT(env_now(accounts->env))),
		     NULL, ret_error);
	if (st == ST_CONFLICT)
		return refused(ret_error, "it is registered already, or its name is not one of 1 to 100 characters");
	if (st != ST_OK)
		return st;
	TRY(credential_audit(accounts, tx, actor, "done", "passkey", ret_error));
	return sign_in_proved(accounts, tx, actor, actor->id, ACTOR_PASSKEY, a->ret, ret_error);
}

enum status passkey_add(struct accounts *accounts, const struct actor *actor, const struct passkey_new *new_key,
			struct signed_in *ret, struct error *ret_error)
{
	struct adding a = {.o = {accounts, actor, PASSKEY_CREATION, NULL, NULL}, .new_key = new_key, .ret = ret};

	TRY(webauthn_client_data(new_key->party, new_key->creation.client_data, "webauthn.create", a.challenge, ret_error));
	TRY(webauthn_create(new_key->party, &new_key->creation, &a.key, ret_error));
	TRY(db_transact(accounts->db, DB_WRITE, add_work, &a, ret_error));
	return a.ours ? ST_OK : refused(ret_error, "the challenge is not one of ours, or was used");
}

/* ---- signing in ---- */

struct proving {
	struct offering o;
	const struct passkey_proof *proof;
	uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
	struct signed_in *ret;
	struct arena arena;
	const char *refused; /* why, for the audit; NULL: signed in */
};

/* Gives the reason of a refusal, or NULL and the person. */
static enum status prove(struct db_tx *tx, struct proving *p, struct text *ret_person, struct error *ret_error)
{
	struct webauthn_key key = {.handle_len = 0};
	const struct actor *actor = p->o.actor;
	uint32_t counter = 0;
	uint64_t changed;
	struct db_rows row;
	struct bytes public_key;
	bool ours;
	enum status st;

	TRY(challenge_take(tx, p->challenge, &p->o, &ours, ret_error));
	p->refused = "challenge";
	if (!ours)
		return ST_OK;
	st = db_query_one(tx,
			  "SELECT k.id, k.person, k.algorithm, k.public_key, k.counter, p.state FROM passkey k"
			  " JOIN person p ON p.id = k.person WHERE k.handle = $1",
			  DB_PARAMS(DB_V_BLOB(p->proof->handle)), &p->arena, &row, ret_error);
	p->refused = "unknown-passkey";
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	*ret_person = db_text(&row, 0, 1);
	p->refused = "person";
	if (!text_equal(db_text(&row, 0, 5), TEXT("active")) ||
	    (actor->session.len && !text_equal(actor->id, *ret_person)) ||
	    (p->proof->user.len && !text_equal((struct text){(const char *)p->proof->user.data, p->proof->user.len}, *ret_person)))
		return ST_OK;
	public_key = db_blob(&row, 0, 3);
	p->refused = "signature";
	if (public_key.len > sizeof key.key)
		return ST_OK;
	memcpy(key.key, public_key.data, public_key.len);
	key.key_len = public_key.len;
	key.algorithm = (int)db_int(&row, 0, 2);
	if (webauthn_assert(p->proof->party, &p->proof->assertion, &key, &counter, NULL) != ST_OK)
		return ST_OK;
	/* Compare and swap: of two answers with one counter, one counts. A counter that does not grow tells of a copied key. */
	p->refused = "counter";
	if (!webauthn_counts((uint32_t)db_int(&row, 0, 4), counter))
		return ST_OK;
	TRY(db_exec(tx, "UPDATE passkey SET counter = $3, used_ms = $4 WHERE id = $1 AND counter = $2",
		    DB_PARAMS(DB_V_TEXT(db_text(&row, 0, 0)), DB_V_INT(db_int(&row, 0, 4)), DB_V_INT(counter),
			      DB_V_INT(env_now(p->o.accounts->env))),
		    &changed, ret_error));
	if (changed == 1)
		p->refused = NULL;
	return ST_OK;
}

static enum status prove_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct proving *p = context;
	struct text person = TEXT_NONE;

	TRY(prove(tx, p, &person, ret_error));
	if (p->refused)
		return sign_in_audit(p->o.accounts, tx, p->o.actor, person, "refused", p->refused, ret_error);
	return sign_in_proved(p->o.accounts, tx, p->o.actor, person, ACTOR_PASSKEY, p->ret, ret_error);
}

enum status passkey_sign_in(struct accounts *accounts, const struct actor *actor, const struct passkey_proof *proof,
			    struct signed_in *ret, struct error *ret_error)
{
	struct proving p = {.o = {accounts, actor, PASSKEY_ASSERTION, NULL, NULL}, .proof = proof, .ret = ret};
	enum status st;

	TRY(webauthn_client_data(proof->party, proof->assertion.client_data, "webauthn.get", p.challenge, ret_error));
	arena_init(&p.arena, 1u << 18);
	st = db_transact(accounts->db, DB_WRITE, prove_work, &p, ret_error);
	arena_release(&p.arena);
	if (st == ST_OK && p.refused)
		return refused(ret_error, "it does not prove who you are");
	return st;
}
