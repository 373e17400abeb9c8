#include "post/known.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "model/entity_json.h"
#include "model/id.h"
#include "model/time.h"

struct role {
	struct text role;
	uint32_t place;
};

#include "roles.inc"

#define KEYS_KEPT 4u
#define KEY_KEEP_MS ((int64_t)60 * 86400000) /* two turns of 30 days */
#define ARENA_MAX ((size_t)32 << 20)

struct key {
	struct trace_key key;
	int64_t from_ms;
};

struct known {
	struct db *db;
	const struct keep *keep;
	pthread_mutex_t lock;
	struct officer *officers;
	size_t officer_count;
	struct settings settings;
	struct key keys[KEYS_KEPT]; /* newest first */
	size_t key_count;
};

/* ---- roles ---- */

uint64_t role_bit(struct text word)
{
	for (size_t i = 0; i < POST_ROLES_COUNT; i++)
		if (text_equal(post_roles_rows[i].role, word))
			return UINT64_C(1) << post_roles_rows[i].place;
	return 0;
}

const char *role_word(unsigned i)
{
	for (size_t k = 0; k < POST_ROLES_COUNT; k++)
		if (post_roles_rows[k].place == i)
			return post_roles_rows[k].role.data;
	return NULL;
}

/* ---- reading what was told ---- */

static bool copy(const json_t *object, const char *name, char *out, size_t room)
{
	const json_t *value = json_object_get(object, name);
	size_t len = json_string_length(value);

	if (!json_is_string(value) || len >= room || memchr(json_string_value(value), 0, len))
		return false;
	memcpy(out, json_string_value(value), len + 1);
	return true;
}

static enum status wrong(const char *kind, const char *field, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "value-invalid", field, "news of kind %s: %s", kind, field);
}

static enum status settings_read(const json_t *body, struct settings *ret, struct error *ret_error)
{
	struct settings s = {.point = "both"};

	if (!copy(body, "name", s.name, sizeof s.name))
		return wrong("settings", "name", ret_error);
	if (!copy(body, "point", s.point, sizeof s.point) ||
	    (strcmp(s.point, "entry") != 0 && strcmp(s.point, "exit") != 0 && strcmp(s.point, "both") != 0))
		return wrong("settings", "point", ret_error);
	if (!copy(body, "desk", s.desk, sizeof s.desk))
		return wrong("settings", "desk", ret_error);
	(void)copy(body, "timezone", s.timezone, sizeof s.timezone);
	*ret = s;
	return ST_OK;
}

static enum status officer_read(const json_t *person, struct officer *ret, struct error *ret_error)
{
	struct officer o = {.roles = 0};
	const json_t *role;
	size_t i;

	if (!copy(person, "id", o.id, sizeof o.id) || !id_valid(text_of(o.id)))
		return wrong("roster", "id", ret_error);
	if (!copy(person, "login", o.login, sizeof o.login) || o.login[0] == '\0')
		return wrong("roster", "login", ret_error);
	if (!copy(person, "name", o.name, sizeof o.name))
		return wrong("roster", "name", ret_error);
	(void)copy(person, "pin", o.pin, sizeof o.pin);
	json_array_foreach(json_object_get(person, "roles"), i, role)
		o.roles |= role_bit((struct text){json_string_value(role), json_string_length(role)});
	*ret = o;
	return ST_OK;
}

static enum status roster_read(const json_t *body, struct officer **ret, size_t *ret_count, struct error *ret_error)
{
	const json_t *people = json_object_get(body, "people"), *person;
	struct officer *officers;
	size_t i;

	if (!json_is_array(people) || json_array_size(people) > OFFICERS_MAX)
		return wrong("roster", "people", ret_error);
	officers = calloc(json_array_size(people) + 1, sizeof *officers);
	if (officers == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	json_array_foreach(people, i, person) {
		enum status st = officer_read(person, &officers[i], ret_error);

		if (st != ST_OK) {
			free(officers);
			return st;
		}
	}
	*ret = officers;
	*ret_count = json_array_size(people);
	return ST_OK;
}

static enum status key_take(struct known *known, struct db_tx *tx, const json_t *body, struct arena *arena, struct error *ret_error)
{
	const json_t *number = json_object_get(body, "number");
	char from[TIME_SIZE + 8], base64[64];
	uint8_t secret[TRACE_KEY_SIZE];
	struct bytes sealed;
	int64_t from_ms;
	size_t len = 0;
	enum status st;

	if (!json_is_integer(number) || json_integer_value(number) < 1)
		return wrong("crossing-key", "number", ret_error);
	if (!copy(body, "from", from, sizeof from) || time_read(text_of(from), &from_ms, NULL) != ST_OK)
		return wrong("crossing-key", "from", ret_error);
	if (!copy(body, "key", base64, sizeof base64) ||
	    sodium_base642bin(secret, sizeof secret, base64, strlen(base64), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    len != sizeof secret)
		return wrong("crossing-key", "key", ret_error);
	st = keep_seal(known->keep, TEXT("crossing-key"), (struct bytes){secret, sizeof secret}, arena, &sealed, ret_error);
	sodium_memzero(secret, sizeof secret);
	sodium_memzero(base64, sizeof base64);
	TRY(st);
	return db_exec(tx, "INSERT INTO crossing_key (number, secret, from_at) VALUES ($1, $2, $3) ON CONFLICT (number) DO NOTHING",
		       DB_PARAMS(DB_V_INT(json_integer_value(number)), DB_V_BLOB(sealed), DB_V_INT(from_ms)), NULL, ret_error);
}

static enum status body_keep(struct known *known, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
			     struct error *ret_error)
{
	struct bytes sealed;

	TRY(keep_seal_json(known->keep, kind, body, arena, &sealed, ret_error));
	return db_exec(tx, "INSERT INTO news_kept (kind, body) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET body = $2",
		       DB_PARAMS(DB_V_TEXT(kind), DB_V_BLOB(sealed)), NULL, ret_error);
}

enum status known_take(struct known *known, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
		       bool *ret_taken, struct error *ret_error)
{
	struct officer *officers = NULL;
	struct settings settings;
	size_t count;

	*ret_taken = true;
	if (text_equal(kind, TEXT("settings"))) {
		TRY(settings_read(body, &settings, ret_error));
		return body_keep(known, tx, kind, body, arena, ret_error);
	}
	if (text_equal(kind, TEXT("roster"))) {
		TRY(roster_read(body, &officers, &count, ret_error));
		free(officers);
		return body_keep(known, tx, kind, body, arena, ret_error);
	}
	if (text_equal(kind, TEXT("crossing-key")))
		return key_take(known, tx, body, arena, ret_error);
	*ret_taken = false;
	return ST_OK;
}

/* ---- memory ---- */

struct reading {
	struct known *known;
	struct arena arena;
	struct officer *officers;
	size_t officer_count;
	struct settings settings;
	struct key keys[KEYS_KEPT];
	size_t key_count;
};

static enum status kept_read(struct reading *r, struct text kind, struct bytes sealed, struct error *ret_error)
{
	json_t *body;
	enum status st;

	TRY(keep_open_json(r->known->keep, kind, sealed, &r->arena, &body, ret_error));
	if (text_equal(kind, TEXT("settings"))) {
		st = settings_read(body, &r->settings, ret_error);
	} else {
		free(r->officers);
		r->officers = NULL;
		st = roster_read(body, &r->officers, &r->officer_count, ret_error);
	}
	json_decref(body);
	return st;
}

static enum status keys_read(struct reading *r, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT number, secret, from_at FROM crossing_key ORDER BY number DESC LIMIT $1",
		     DB_PARAMS(DB_V_INT(KEYS_KEPT)), &r->arena, &rows, ret_error));
	r->key_count = 0;
	for (size_t i = 0; i < rows.rows; i++) {
		struct key *key = &r->keys[r->key_count];
		struct bytes secret = {NULL, 0};

		TRY(keep_open(r->known->keep, TEXT("crossing-key"), db_blob(&rows, i, 1), &r->arena, &secret, ret_error));
		if (secret.len != sizeof key->key.secret)
			return error_set(ret_error, ST_CORRUPT, "a crossing key is not what was kept");
		key->key.number = (uint64_t)db_int(&rows, i, 0);
		memcpy(key->key.secret, secret.data, secret.len);
		key->from_ms = db_int(&rows, i, 2);
		r->key_count++;
	}
	return ST_OK;
}

static enum status all_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct reading *r = context;
	struct db_rows rows;

	arena_clear(&r->arena);
	TRY(db_query(tx, "SELECT kind, body FROM news_kept", DB_NO_PARAMS, &r->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(kept_read(r, db_text(&rows, i, 0), db_blob(&rows, i, 1), ret_error));
	return keys_read(r, tx, ret_error);
}

enum status known_refresh(struct known *known, struct error *ret_error)
{
	struct reading r = {.known = known, .settings = {.point = "both"}};
	struct officer *old = NULL;
	enum status st;

	arena_init(&r.arena, ARENA_MAX);
	TRY_OUT(db_transact(known->db, DB_READ, all_read, &r, ret_error));
	pthread_mutex_lock(&known->lock);
	old = known->officers;
	known->officers = r.officers;
	known->officer_count = r.officer_count;
	known->settings = r.settings;
	memcpy(known->keys, r.keys, sizeof known->keys);
	known->key_count = r.key_count;
	pthread_mutex_unlock(&known->lock);
	r.officers = NULL;
out:
	free(old);
	free(r.officers);
	sodium_memzero(r.keys, sizeof r.keys);
	arena_release(&r.arena);
	return st;
}

enum status known_open(struct db *db, const struct keep *keep, struct known **ret, struct error *ret_error)
{
	struct known *known = calloc(1, sizeof *known);
	enum status st;

	if (known == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	known->db = db;
	known->keep = keep;
	pthread_mutex_init(&known->lock, NULL);
	st = known_refresh(known, ret_error);
	if (st != ST_OK) {
		known_free(known);
		return st;
	}
	*ret = known;
	return ST_OK;
}

void known_free(struct known *known)
{
	if (known == NULL)
		return;
	sodium_memzero(known->keys, sizeof known->keys);
	pthread_mutex_destroy(&known->lock);
	free(known->officers);
	free(known);
}

/* ---- asking ---- */

static bool officer_find(struct known *known, struct text id, struct text login, struct officer *ret)
{
	bool found = false;

	pthread_mutex_lock(&known->lock);
	for (size_t i = 0; i < known->officer_count && !found; i++) {
		const struct officer *o = &known->officers[i];

		found = id.len ? text_equal(text_of(o->id), id) : login.len && text_equal_nocase(text_of(o->login), login);
		if (found)
			*ret = *o;
	}
	pthread_mutex_unlock(&known->lock);
	return found;
}

bool known_officer_of_login(struct known *known, struct text login, struct officer *ret)
{
	return officer_find(known, TEXT_NONE, login, ret);
}

bool known_officer(struct known *known, struct text id, struct officer *ret)
{
	return officer_find(known, id, TEXT_NONE, ret);
}

void known_roster_write(struct known *known, struct buffer *out)
{
	uint64_t here = ROLE_PRIMARY | ROLE_SECONDARY | ROLE_SUPERVISOR;
	bool first = true;

	buffer_add_text(out, TEXT("{\"items\":["));
	pthread_mutex_lock(&known->lock);
	for (size_t i = 0; i < known->officer_count; i++) {
		const struct officer *o = &known->officers[i];

		if (o->pin[0] == '\0' || !(o->roles & here))
			continue;
		buffer_add_text(out, first ? TEXT("{\"login\":") : TEXT(",{\"login\":"));
		json_add_string(out, text_of(o->login));
		buffer_add_text(out, TEXT(",\"name\":"));
		json_add_string(out, text_of(o->name));
		buffer_add_char(out, '}');
		first = false;
	}
	pthread_mutex_unlock(&known->lock);
	buffer_add_text(out, TEXT("]}"));
}

void known_settings(struct known *known, struct settings *ret)
{
	pthread_mutex_lock(&known->lock);
	*ret = known->settings;
	pthread_mutex_unlock(&known->lock);
}

bool known_key(struct known *known, int64_t now_ms, struct trace_key *ret)
{
	bool found = false;

	pthread_mutex_lock(&known->lock);
	for (size_t i = 0; i < known->key_count && !found; i++) {
		found = known->keys[i].from_ms <= now_ms || i + 1 == known->key_count;
		if (found)
			*ret = known->keys[i].key;
	}
	pthread_mutex_unlock(&known->lock);
	return found;
}

static enum status keys_forget(struct db_tx *tx, void *context, struct error *ret_error)
{
	const int64_t *before = context;

	return db_exec(tx, "DELETE FROM crossing_key WHERE from_at < $1 AND number < (SELECT max(number) FROM crossing_key)",
		       DB_PARAMS(DB_V_INT(*before)), NULL, ret_error);
}

enum status known_forget(struct known *known, int64_t now_ms, struct error *ret_error)
{
	int64_t before = now_ms - KEY_KEEP_MS;

	return db_transact(known->db, DB_WRITE, keys_forget, &before, ret_error);
}
