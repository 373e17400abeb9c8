#include "account/oidc.h"

#include <curl/curl.h>
#include <sodium.h>

#include "account/oidc_token.h"
#include "account/session.h"
#include "account/state.h"

#define ANSWER_MAX 65536u
#define WAIT_S 10L

static struct text member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT("");
}

static bool address_good(struct text address)
{
	return text_starts(address, TEXT("https://")) || text_starts(address, TEXT("http://127.0.0.1:")) ||
	       text_starts(address, TEXT("http://localhost:"));
}

enum status oidc_config_check(const json_t *config, struct error *ret_error)
{
	static const char *const texts[] = {"issuer", "authorize", "token", "client", "secret"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (member(config, texts[i]).len == 0)
			return error_set(ret_error, ST_MALFORMED, "the provider's \"%s\" is missing", texts[i]);
	if (!address_good(member(config, "authorize")) || !address_good(member(config, "token")))
		return error_set(ret_error, ST_MALFORMED, "the provider's addresses must be https");
	if (json_array_size(json_object_get(config, "keys")) == 0)
		return error_set(ret_error, ST_MALFORMED, "the provider's \"keys\" are missing");
	return ST_OK;
}

bool oidc_there(const struct accounts *accounts)
{
	return accounts->oidc != NULL;
}

/* ---- going ---- */

/* name=value with everything but letters and digits as %XX. */
static void put_field(struct buffer *out, char separator, const char *name, struct text value)
{
	if (separator)
		buffer_add_char(out, separator);
	buffer_printf(out, "%s=", name);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.data[i];

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-._~", c))
			buffer_add_char(out, (char)c);
		else
			buffer_printf(out, "%%%02X", c);
	}
}

struct going {
	struct accounts *accounts;
	uint8_t key[SECRET_SIZE]; /* of the state */
	struct text detail;       /* nonce and verifier */
};

static enum status remember(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct going *g = context;
	int64_t now_ms = env_now(g->accounts->env);

	TRY(db_exec(tx, "DELETE FROM login_challenge WHERE ends_ms < $1", DB_PARAMS(DB_V_INT(now_ms)), NULL, ret_error));
	return db_exec(tx, "INSERT INTO login_challenge (secret, kind, detail, ends_ms) VALUES ($1, 'oidc', $2, $3)",
		       DB_PARAMS(DB_V_BLOB(((struct bytes){g->key, sizeof g->key})), DB_V_TEXT(g->detail),
				 DB_V_INT(now_ms + OIDC_TIME_MS)),
		       NULL, ret_error);
}

/* RFC 7636, 4.2: S256. */
static void challenge_of(const char *verifier, char out[SECRET_TEXT_SIZE])
{
	uint8_t hash[SECRET_SIZE];

	secret_hash(text_of(verifier), hash);
	sodium_bin2base64(out, SECRET_TEXT_SIZE, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum status oidc_start(struct accounts *accounts, struct text back, struct arena *arena, struct oidc_start *ret,
		       struct error *ret_error)
{
	const json_t *config = accounts->oidc;
	char nonce[SECRET_TEXT_SIZE], verifier[SECRET_TEXT_SIZE], challenge[SECRET_TEXT_SIZE], detail[2 * SECRET_TEXT_SIZE];
	struct going g = {.accounts = accounts};
	struct buffer out;
	enum status st;

	if (!config)
		return error_because(ret_error, ST_NOT_FOUND, "oidc-off", NULL, "no provider");
	secret_token(accounts->env, ret->state);
	secret_token(accounts->env, nonce);
	secret_token(accounts->env, verifier);
	challenge_of(verifier, challenge);
	snprintf(detail, sizeof detail, "%s %s", nonce, verifier);
	secret_hash(text_of(ret->state), g.key);
	g.detail = text_of(detail);
	TRY(db_transact(accounts->db, DB_WRITE, remember, &g, ret_error));
	buffer_init(&out, 8192);
	buffer_add_text(&out, member(config, "authorize"));
	put_field(&out, text_has(member(config, "authorize"), TEXT("?")) ? '&' : '?', "response_type", TEXT("code"));
	put_field(&out, '&', "scope", TEXT("openid"));
	put_field(&out, '&', "client_id", member(config, "client"));
	put_field(&out, '&', "redirect_uri", back);
	put_field(&out, '&', "state", text_of(ret->state));
	put_field(&out, '&', "nonce", text_of(nonce));
	put_field(&out, '&', "code_challenge", text_of(challenge));
	put_field(&out, '&', "code_challenge_method", TEXT("S256"));
	st = buffer_status(&out);
	if (st == ST_OK)
		st = arena_text(arena, buffer_text(&out), &ret->address);
	buffer_release(&out);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "no memory for an address");
}

/* ---- coming back ---- */

struct coming {
	struct accounts *accounts;
	const struct actor *actor;
	struct arena *arena;
	uint8_t key[SECRET_SIZE];
	struct text detail, issuer, subject;
	struct signed_in *ret;
	const char *refused;
};

/* The state counts once, in the browser that began. */
static enum status recall(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct coming *c = context;
	int64_t now_ms = env_now(c->accounts->env);
	struct db_rows row;
	enum status st = db_query_one(tx, "DELETE FROM login_challenge WHERE secret = $1 AND kind = 'oidc' RETURNING detail, ends_ms",
				      DB_PARAMS(DB_V_BLOB(((struct bytes){c->key, sizeof c->key}))), c->arena, &row, ret_error);

	c->detail = TEXT_NONE;
	if (st == ST_OK && db_int(&row, 0, 1) > now_ms && db_int(&row, 0, 1) <= now_ms + OIDC_TIME_MS)
		c->detail = db_text(&row, 0, 0);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
	struct buffer *out = context;

	buffer_add(out, data, size * count);
	return buffer_status(out) == ST_OK ? count : 0;
}

/* RFC 6749, 4.1.3, with RFC 7636, 4.5. */
static enum status exchange(const json_t *config, const struct oidc_return *came, struct text verifier, struct buffer *answer,
			    struct error *ret_error)
{
	CURL *curl = curl_easy_init();
	struct buffer form, address;
	long status = 0;
	enum status st = ST_UNAVAILABLE;

	buffer_init(&form, 16384);
	buffer_init(&address, 4096);
	put_field(&form, 0, "grant_type", TEXT("authorization_code"));
	put_field(&form, '&', "code", came->code);
	put_field(&form, '&', "redirect_uri", came->back);
	put_field(&form, '&', "client_id", member(config, "client"));
	put_field(&form, '&', "client_secret", member(config, "secret"));
	put_field(&form, '&', "code_verifier", verifier);
	buffer_add_text(&address, member(config, "token"));
	buffer_add_char(&address, '\0');
	if (curl && buffer_status(&form) == ST_OK && buffer_status(&address) == ST_OK &&
	    curl_easy_setopt(curl, CURLOPT_URL, (const char *)address.data) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)form.len) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, (const char *)form.data) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT, WAIT_S) == CURLE_OK && curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
	    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer) == CURLE_OK && curl_easy_perform(curl) == CURLE_OK &&
	    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		st = ST_OK;
	curl_easy_cleanup(curl);
	sodium_memzero(form.data, form.len);
	buffer_release(&form);
	buffer_release(&address);
	if (st != ST_OK)
		return error_because(ret_error, st, "oidc-unreachable", NULL, "the provider does not answer");
	return status == 200 ? ST_OK : error_because(ret_error, ST_DENIED, "oidc-failed", NULL, "the provider refused the code");
}

static enum status identify(struct coming *c, const struct oidc_return *came, struct error *ret_error)
{
	const json_t *config = c->accounts->oidc;
	size_t gap = text_find(c->detail, ' ', 0);
	struct oidc_expected expected = {.keys = json_object_get(config, "keys"), .issuer = member(config, "issuer"),
					 .client = member(config, "client"), .nonce = {c->detail.data, gap},
					 .now_ms = env_now(c->accounts->env)};
	struct text verifier = {c->detail.data + gap + 1, c->detail.len - gap - 1};
	struct buffer answer;
	json_t *root = NULL;
	enum status st;

	buffer_init(&answer, ANSWER_MAX);
	st = exchange(config, came, verifier, &answer, ret_error);
	if (st == ST_OK) {
		root = json_loadb((const char *)answer.data, answer.len, JSON_REJECT_DUPLICATES, NULL);
		st = oidc_token_check(member(root, "id_token"), &expected, c->arena, &c->subject, ret_error);
	}
	json_decref(root);
	buffer_release(&answer);
	return st;
}

static enum status open_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct coming *c = context;
	struct db_rows row;
	enum status st = ST_NOT_FOUND;

	if (!c->refused) {
		st = db_query_one(tx,
				  "SELECT p.id FROM oidc_identity o JOIN person p ON p.id = o.person"
				  " WHERE o.issuer = $1 AND o.subject = $2 AND p.state = 'active'",
				  DB_PARAMS(DB_V_TEXT(c->issuer), DB_V_TEXT(c->subject)), c->arena, &row, ret_error);
		if (st == ST_NOT_FOUND)
			c->refused = "oidc-subject";
	}
	if (c->refused)
		return sign_in_audit(c->accounts, tx, c->actor, TEXT_NONE, "refused", c->refused, ret_error);
	if (st != ST_OK)
		return st;
	c->ret->next = "done";
	TRY(session_open(tx, c->accounts->env, db_text(&row, 0, 0), ACTOR_TOTP, c->ret->token, ret_error));
	return sign_in_audit(c->accounts, tx, c->actor, db_text(&row, 0, 0), "done", "oidc", ret_error);
}

enum status oidc_finish(struct accounts *accounts, const struct actor *actor, const struct oidc_return *came, struct arena *arena,
			struct signed_in *ret, struct error *ret_error)
{
	struct coming c = {.accounts = accounts, .actor = actor, .arena = arena, .ret = ret};

	if (!accounts->oidc)
		return error_because(ret_error, ST_NOT_FOUND, "oidc-off", NULL, "no provider");
	c.issuer = member(accounts->oidc, "issuer");
	secret_hash(came->state, c.key);
	if (came->state.len == 0 || came->code.len == 0 || !text_equal(came->state, came->cookie)) {
		c.refused = "oidc-state";
	} else {
		TRY(db_transact(accounts->db, DB_WRITE, recall, &c, ret_error));
		if (c.detail.len == 0) {
			c.refused = "oidc-state";
		} else {
			enum status st = identify(&c, came, ret_error);

			if (st != ST_OK && st != ST_DENIED)
				return st;
			if (st == ST_DENIED)
				c.refused = "oidc-token";
		}
	}
	TRY(db_transact(accounts->db, DB_WRITE, open_work, &c, ret_error));
	return c.refused ? error_because(ret_error, ST_DENIED, "oidc-failed", NULL, "%s", c.refused) : ST_OK;
}

enum status oidc_tie(struct db_tx *tx, struct text issuer, struct text subject, struct text person, struct error *ret_error)
{
	return db_exec(tx, "INSERT INTO oidc_identity (issuer, subject, person) VALUES ($1, $2, $3)",
		       DB_PARAMS(DB_V_TEXT(issuer), DB_V_TEXT(subject), DB_V_TEXT(person)), NULL, ret_error);
}
