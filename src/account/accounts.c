#include "account/post_actor.h"
#include "account/state.h"

#include <sodium.h>
#include <stdlib.h>

#include "account/oidc.h"
#include "account/passkey.h"
#include "account/policy.h"
#include "account/session.h"
#include "http/decode.h"

#define HASHES_MAX 2u
#define TOUCH_MS ((int64_t)60000) /* a session's use is noted this often */

struct text accounts_host(const struct accounts *accounts)
{
	return text_of(accounts->host);
}

struct text accounts_origin(const struct accounts *accounts)
{
	return text_of(accounts->options.origin);
}

void accounts_gate_enter(struct accounts *accounts)
{
	pthread_mutex_lock(&accounts->lock);
	while (accounts->hashing == HASHES_MAX)
		pthread_cond_wait(&accounts->free, &accounts->lock);
	accounts->hashing++;
	pthread_mutex_unlock(&accounts->lock);
}

void accounts_gate_leave(struct accounts *accounts)
{
	pthread_mutex_lock(&accounts->lock);
	accounts->hashing--;
	pthread_cond_signal(&accounts->free);
	pthread_mutex_unlock(&accounts->lock);
}

/* ---- opening ---- */

static bool is_country(const char *code)
{
	return code[0] >= 'a' && code[0] <= 'z' && code[1] >= 'a' && code[1] <= 'z' && code[2] == '\0';
}

/* The host of an origin "scheme://host[:port]", which may hold nothing else. */
static bool origin_host(struct text origin, const char *scheme, struct text *ret_host)
{
	struct text rest = origin;

	if (!text_starts(origin, text_of(scheme)))
		return false;
	rest.data += strlen(scheme);
	rest.len -= strlen(scheme);
	*ret_host = (struct text){rest.data, text_find(rest, ':', 0)};
	return ret_host->len != 0 && text_find(rest, '/', 0) == rest.len && text_find(rest, '@', 0) == rest.len;
}

static enum status read_provider(struct accounts *accounts, struct error *ret_error)
{
	struct text in = accounts->options.oidc;

	if (in.len == 0)
		return ST_OK;
	accounts->oidc = json_loadb(in.data, in.len, JSON_REJECT_DUPLICATES, NULL);
	if (!accounts->oidc)
		return error_set(ret_error, ST_MALFORMED, "the provider's description is not JSON");
	return oidc_config_check(accounts->oidc, ret_error);
}

static enum status read_options(struct accounts *accounts, struct error *ret_error)
{
	const struct accounts_options *options = &accounts->options;
	struct text host;

	if (options->host && !is_country(options->host))
		return error_set(ret_error, ST_MALFORMED, "the hub's country is two small letters, as in ISO 3166-1");
	if (!options->origin)
		return ST_OK;
	if ((!origin_host(text_of(options->origin), "https://", &host) &&
	     !(origin_host(text_of(options->origin), "http://", &host) && text_equal(host, TEXT("localhost")))) ||
	    host.len >= sizeof accounts->party_id)
		return error_set(ret_error, ST_MALFORMED, "the origin is https://HOST[:PORT], or http://localhost[:PORT]");
	memcpy(accounts->party_id, host.data, host.len);
	return ST_OK;
}

/* Finds or makes the hub's country; forgets what is over. */
static enum status prepare(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct accounts *accounts = context;
	int64_t now_ms = env_now(accounts->env);
	const char *wanted = accounts->options.host;
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(db_exec(tx, "DELETE FROM login_challenge WHERE ends_ms < $1", DB_PARAMS(DB_V_INT(now_ms)), NULL, ret_error));
	TRY_OUT(db_exec(tx, "DELETE FROM attempt WHERE last_ms < $1 AND until_ms < $2",
			DB_PARAMS(DB_V_INT(now_ms - ACCOUNTS_SHIFT_MS), DB_V_INT(now_ms)), NULL, ret_error));
	st = db_query_one(tx, "SELECT code FROM country WHERE host = 1", DB_NO_PARAMS, &arena, &row, ret_error);
	if (st == ST_NOT_FOUND) {
		snprintf(accounts->host, sizeof accounts->host, "%s", wanted ? wanted : "kh");
		st = db_exec(tx, "INSERT INTO country (code, name, host, created_ms) VALUES ($1, $1, 1, $2)",
			     DB_PARAMS(DB_V_TEXT(text_of(accounts->host)), DB_V_INT(now_ms)), NULL, ret_error);
	} else if (st == ST_OK) {
		snprintf(accounts->host, sizeof accounts->host, "%.*s", TEXT_ARG(db_text(&row, 0, 0)));
		if (wanted && strcmp(wanted, accounts->host) != 0)
			st = error_set(ret_error, ST_CONFLICT, "the database belongs to the hub of '%s'", accounts->host);
	}
out:
	arena_release(&arena);
	return st;
}

enum status accounts_open(struct db *db, const struct env *env, const struct accounts_options *options,
			  struct accounts **ret_accounts, struct error *ret_error)
{
	struct accounts *accounts = calloc(1, sizeof *accounts);
	enum status st;

	if (!accounts || sodium_init() < 0) {
		free(accounts);
		return error_set(ret_error, ST_NO_MEMORY, "no memory for accounts");
	}
	accounts->db = db;
	accounts->env = env;
	accounts->options = *options;
	pthread_mutex_init(&accounts->lock, NULL);
	pthread_cond_init(&accounts->free, NULL);
	char nobodys[SECRET_TEXT_SIZE];
	secret_token(env, nobodys);
	TRY_OUT(read_options(accounts, ret_error));
	TRY_OUT(read_provider(accounts, ret_error));
	TRY_OUT(password_hash(text_of(nobodys), accounts->decoy, ret_error));
	TRY_OUT(db_transact(db, DB_WRITE, prepare, accounts, ret_error));
	*ret_accounts = accounts;
	return ST_OK;
out:
	accounts_close(accounts);
	return st;
}

void accounts_close(struct accounts *accounts)
{
	if (!accounts)
		return;
	pthread_cond_destroy(&accounts->free);
	pthread_mutex_destroy(&accounts->lock);
	json_decref(accounts->oidc);
	sodium_memzero(accounts->setup_code, sizeof accounts->setup_code);
	free(accounts);
}

enum status accounts_party(const struct accounts *accounts, const struct http_request *request,
			   struct webauthn_party *ret_party, struct error *ret_error)
{
	struct text host = http_header(request, "Host"), name = {host.data, text_find(host, ':', 0)};
	struct buffer origin;
	enum status st;

	if (accounts->party_id[0]) {
		*ret_party = (struct webauthn_party){text_of(accounts->party_id), text_of(accounts->options.origin), false};
		return ST_OK;
	}
	if (!text_equal(name, TEXT("localhost")))
		return error_because(ret_error, ST_DENIED, "passkey", NULL, "passkeys want a configured origin, or http://localhost");
	buffer_init(&origin, 256);
	buffer_printf(&origin, "http://%.*s", TEXT_ARG(host));
	*ret_party = (struct webauthn_party){.id = TEXT("localhost")};
	st = buffer_status(&origin);
	if (st == ST_OK)
		st = arena_text(request->arena, buffer_text(&origin), &ret_party->origin);
	buffer_release(&origin);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no memory for the origin");
}

/* ---- who acts ---- */

struct search {
	const struct http_request *request;
	struct accounts *accounts;
	int64_t now_ms, used_ms;
	struct text token;             /* of a session */
	uint8_t machine[SECRET_SIZE];  /* hash of a bearer token, or fingerprint */
	const char *machine_kind;      /* NULL: none */
	bool post;                     /* a checkpoint, by its signature */
	struct actor actor;
};

static enum status find_machine(struct db_tx *tx, struct search *search, struct error *ret_error)
{
	struct db_rows row;
	struct text roles, word;
	enum status st;

	search->actor = (struct actor){.strength = ACTOR_NOBODY};
	st = db_query_one(tx,
			  "SELECT id, name, country, roles, used_ms FROM machine"
			  " WHERE secret = $1 AND kind = $2 AND ended_ms IS NULL AND created_ms <= $3 AND ends_ms > $4",
			  DB_PARAMS(DB_V_BLOB(((struct bytes){search->machine, SECRET_SIZE})), DB_V_TEXT(text_of(search->machine_kind)),
				    DB_V_INT(search->now_ms + POLICY_SKEW_MS), DB_V_INT(search->now_ms)),
			  search->request->arena, &row, ret_error);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	search->used_ms = db_int(&row, 0, 4);
	search->actor = (struct actor){.id = db_text(&row, 0, 0), .name = db_text(&row, 0, 1), .country = db_text(&row, 0, 2),
				       .strength = ACTOR_TOKEN};
	roles = db_text(&row, 0, 3);
	while (text_split(&roles, ' ', &word)) {
		int bit = role_find(word);

		if (bit >= 0)
			search->actor.roles |= (uint64_t)1 << bit;
	}
	return ST_OK;
}

static enum status find_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct search *search = context;

	if (search->post)
		return post_actor_find(tx, search->request, text_of(search->accounts->host), search->now_ms, &search->actor, ret_error);
	if (search->machine_kind)
		return find_machine(tx, search, ret_error);
	return session_find(tx, search->token, search->now_ms, search->request->arena, &search->actor, &search->used_ms, ret_error);
}

static enum status touch_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct search *search = context;

	if (search->machine_kind)
		return db_exec(tx, "UPDATE machine SET used_ms = $2 WHERE id = $1",
			       DB_PARAMS(DB_V_TEXT(search->actor.id), DB_V_INT(search->now_ms)), NULL, ret_error);
	return db_exec(tx, "UPDATE session SET used_ms = $2 WHERE id = $1 AND used_ms < $2",
		       DB_PARAMS(DB_V_TEXT(search->actor.session), DB_V_INT(search->now_ms)), NULL, ret_error);
}

/* What the request brings to prove itself; false: nothing. */
static bool read_proof(struct search *search)
{
	const struct http_request *request = search->request;
	struct text bearer = http_header(request, "Authorization");
	size_t len = 0;

	search->post = post_actor_asks(request);
	if (search->post)
		return true;
	if (bearer.len > 7 && text_equal_nocase((struct text){bearer.data, 7}, TEXT("Bearer "))) {
		search->machine_kind = "bearer";
		secret_hash(text_trim((struct text){bearer.data + 7, bearer.len - 7}), search->machine);
		return true;
	}
	if (request->certificate.len) {
		search->machine_kind = "certificate";
		return sodium_hex2bin(search->machine, SECRET_SIZE, request->certificate.data, request->certificate.len, NULL, &len,
				      NULL) == 0 &&
		       len == SECRET_SIZE;
	}
	search->token = session_token(request->secure, http_header(request, "Cookie"));
	return search->token.len != 0;
}

enum status accounts_actor(struct accounts *accounts, const struct http_request *request, bool used,
			   struct actor *ret_actor, struct error *ret_error)
{
	struct search search = {.request = request, .accounts = accounts, .now_ms = env_now(accounts->env)};

	if (read_proof(&search)) {
		TRY(db_transact(accounts->db, DB_READ, find_work, &search, ret_error));
		if (used && !search.post && search.actor.id.len && search.now_ms - search.used_ms >= TOUCH_MS)
			TRY(db_transact(accounts->db, DB_WRITE, touch_work, &search, ret_error));
	}
	*ret_actor = search.actor;
	ret_actor->address = request->address;
	/* Percent-encoded, since a header's value bears no Khmer. */
	TRY(http_decode(text_trim(http_header(request, "X-Purpose")), false, request->arena, &ret_actor->purpose, ret_error));
	return ST_OK;
}

enum status accounts_token(struct accounts *accounts, struct text token, struct arena *arena, struct actor *ret_actor,
			   struct error *ret_error)
{
	const struct http_request request = {.arena = arena};
	struct search search = {.request = &request, .accounts = accounts, .now_ms = env_now(accounts->env), .machine_kind = "bearer"};

	secret_hash(token, search.machine);
	TRY(db_transact(accounts->db, DB_READ, find_work, &search, ret_error));
	if (search.actor.id.len && search.now_ms - search.used_ms >= TOUCH_MS)
		TRY(db_transact(accounts->db, DB_WRITE, touch_work, &search, ret_error));
	*ret_actor = search.actor;
	return ST_OK;
}

enum status accounts_count(struct accounts *accounts, const struct actor *actor, unsigned cost, int64_t now_ms,
			   struct error *ret_error)
{
	/* Requests a second, and at once: officers' pages and machines ask much, whoever has no account little. */
	uint64_t rate = actor->id.len ? 200 : 20, most_milli = (actor->id.len ? 2000 : 400) * (uint64_t)1000;
	struct text key = actor->id.len ? actor->id : actor->address;
	uint8_t hash[SECRET_SIZE];
	bool enough;

	secret_hash(key, hash);
	struct bucket *bucket = &accounts->buckets[(hash[0] | (unsigned)hash[1] << 8) % BUCKET_COUNT];
	pthread_mutex_lock(&accounts->lock);
	if (bucket->filled_ms == 0 || now_ms < bucket->filled_ms || now_ms - bucket->filled_ms > 60000)
		bucket->left_milli = most_milli;
	else
		bucket->left_milli += (uint64_t)(now_ms - bucket->filled_ms) * rate;
	if (bucket->left_milli > most_milli)
		bucket->left_milli = most_milli;
	bucket->filled_ms = now_ms;
	enough = bucket->left_milli >= cost * (uint64_t)1000;
	if (enough)
		bucket->left_milli -= cost * (uint64_t)1000;
	pthread_mutex_unlock(&accounts->lock);
	return enough ? ST_OK : error_because(ret_error, ST_LIMIT, "slow-down", NULL, "too many requests");
}
