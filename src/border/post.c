#include "border/post.h"

#include <sodium.h>

#include "model/canonical.h"
#include "model/time.h"

#define CODE_SECRET 15u /* characters of five bits; nine more say which keys */
#define CODE_KEYS 9u

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford's base32 */

static enum status wrong(struct error *ret_error, const char *field)
{
	return error_because(ret_error, ST_MALFORMED, "value-invalid", field, "a post's %s is missing or cannot be so", field);
}

static bool one_of(struct text word, const char *const *words)
{
	for (; *words; words++)
		if (text_equal(word, text_of(*words)))
			return true;
	return false;
}

static enum status about_check(const struct post_about *about, struct error *ret_error)
{
	static const char *const kinds[] = {"air", "land", "sea", "river", NULL}, *const points[] = {"entry", "exit", "both", NULL};

	if (about->name.len == 0 || about->name.len > 200)
		return wrong(ret_error, "name");
	if (!one_of(about->kind, kinds))
		return wrong(ret_error, "kind");
	if (!one_of(about->point, points))
		return wrong(ret_error, "point");
	if (about->desk.len > 60)
		return wrong(ret_error, "desk");
	if (about->placed && (about->latitude < -90000000 || about->latitude > 90000000))
		return wrong(ret_error, "latitude");
	if (about->placed && (about->longitude < -180000000 || about->longitude > 180000000))
		return wrong(ret_error, "longitude");
	return ST_OK;
}

static enum status taken(enum status st, struct error *ret_error)
{
	return st == ST_CONFLICT ? error_because(ret_error, st, "name-taken", "name", "another post has this name") : st;
}

enum status post_make(struct border *border, struct db_tx *tx, const struct actor *actor, const struct post_about *about,
		      char ret_id[ID_SIZE], struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);

	TRY(about_check(about, ret_error));
	id_make(border->env, ret_id);
	TRY(taken(db_exec(tx, "INSERT INTO post (id, version, name, kind, point, latitude, longitude, desk, state, created_at, created_by)"
			     " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'expected', $8, $9)",
			     DB_PARAMS(DB_V_TEXT(text_of(ret_id)), DB_V_TEXT(about->name), DB_V_TEXT(about->kind), DB_V_TEXT(about->point),
				       about->placed ? DB_V_INT(about->latitude) : DB_V_NULL,
				       about->placed ? DB_V_INT(about->longitude) : DB_V_NULL, DB_V_TEXT(about->desk), DB_V_INT(now_ms),
				       DB_V_TEXT(actor->id)),
			     NULL, ret_error),
		     ret_error));
	return db_tell(tx, "post", text_of(ret_id), now_ms, ret_error);
}

static enum status settings_tell(struct border *border, struct db_tx *tx, struct text id, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	struct buffer body;
	json_t *settings = NULL;
	enum status st;

	arena_init(&arena, 65536);
	buffer_init(&body, 65536);
	TRY_OUT(db_query_one(tx, "SELECT name, desk, point FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), &arena, &row, ret_error));
	settings = json_pack("{s:s%, s:s%, s:s%, s:s}", "name", db_text(&row, 0, 0).data, db_text(&row, 0, 0).len, "desk",
			     db_text(&row, 0, 1).len ? db_text(&row, 0, 1).data : "", db_text(&row, 0, 1).len, "point", db_text(&row, 0, 2).data,
			     db_text(&row, 0, 2).len, "timezone", text_equal(border->host, TEXT("kr")) ? "Asia/Seoul" : "Asia/Phnom_Penh");
	st = settings ? canonical_write(settings, &body) : ST_NO_MEMORY;
	if (st != ST_OK)
		st = error_set(ret_error, st, "the settings of a post cannot be written");
	else
		st = post_news_add(tx, id, "settings", buffer_text(&body), env_now(border->env), ret_error);
out:
	json_decref(settings);
	buffer_release(&body);
	arena_release(&arena);
	return st;
}

enum status post_change(struct border *border, struct db_tx *tx, struct text id, int64_t version, const struct post_about *about,
			struct error *ret_error)
{
	uint64_t changed;

	TRY(about_check(about, ret_error));
	TRY(taken(db_exec(tx, "UPDATE post SET version = version + 1, name = $3, kind = $4, point = $5, latitude = $6, longitude = $7, desk = $8"
			  " WHERE id = $1 AND version = $2",
			  DB_PARAMS(DB_V_TEXT(id), DB_V_INT(version), DB_V_TEXT(about->name), DB_V_TEXT(about->kind), DB_V_TEXT(about->point),
				    about->placed ? DB_V_INT(about->latitude) : DB_V_NULL, about->placed ? DB_V_INT(about->longitude) : DB_V_NULL,
				    DB_V_TEXT(about->desk)),
			  &changed, ret_error),
		  ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "the post was changed meanwhile");
	TRY(settings_tell(border, tx, id, ret_error));
	return db_tell(tx, "post", id, env_now(border->env), ret_error);
}

/* ---- codes ---- */

/* The first 45 bits of SHA-256 of the keys, nine characters. */
static void keys_mark(struct text keys, char out[CODE_KEYS])
{
	uint8_t digest[crypto_hash_sha256_BYTES];
	uint64_t mark = 0;

	crypto_hash_sha256(digest, (const uint8_t *)keys.data, keys.len);
	for (size_t i = 0; i < 6; i++)
		mark = mark << 8 | digest[i];
	mark >>= 3;
	for (size_t i = 0; i < CODE_KEYS; i++)
		out[i] = digits[mark >> (5 * (CODE_KEYS - 1 - i)) & 31];
}

static void code_hash(const char *plain, size_t len, uint8_t out[32])
{
	crypto_generichash(out, 32, (const uint8_t *)plain, len, NULL, 0);
}

enum status post_code(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, struct text keys,
		      char ret_code[POST_CODE_SIZE], struct error *ret_error)
{
	uint8_t any[CODE_SECRET], hash[32];
	char plain[CODE_SECRET + CODE_KEYS];
	int64_t now_ms = env_now(border->env);
	uint64_t changed;
	size_t n = 0;

	TRY(db_exec(tx, "UPDATE post SET version = version + 1 WHERE id = $1 AND state = 'expected'", DB_PARAMS(DB_V_TEXT(id)), &changed, ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "post-enrolled", NULL, "this post is enrolled already, or was revoked");
	TRY(db_exec(tx, "UPDATE post_code SET used_at = $2 WHERE post_id = $1 AND used_at IS NULL", DB_PARAMS(DB_V_TEXT(id), DB_V_INT(now_ms)), NULL,
		    ret_error));
	env_random(border->env, any, sizeof any);
	for (size_t i = 0; i < CODE_SECRET; i++)
		plain[i] = digits[any[i] & 31];
	keys_mark(keys, plain + CODE_SECRET);
	code_hash(plain, sizeof plain, hash);
	for (size_t i = 0; i < sizeof plain; i++) {
		if (i && i % 4 == 0)
			ret_code[n++] = '-';
		ret_code[n++] = plain[i];
	}
	ret_code[n] = '\0';
	return db_exec(tx, "INSERT INTO post_code (hash, post_id, created_at, created_by, ends_at) VALUES ($1, $2, $3, $4, $5)",
		       DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_TEXT(id), DB_V_INT(now_ms), DB_V_TEXT(actor->id),
				 DB_V_INT(now_ms + POST_CODE_MS)),
		       NULL, ret_error);
}

/* Without hyphens, in capitals; what looks alike is the same. False: not 24 characters. */
static bool code_plain(struct text code, char out[CODE_SECRET + CODE_KEYS])
{
	size_t n = 0;

	for (size_t i = 0; i < code.len; i++) {
		char c = code.data[i];

		if (c == '-' || c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 32);
		c = c == 'I' || c == 'L' ? '1' : c == 'O' ? '0' : c;
		if (n == CODE_SECRET + CODE_KEYS || strchr(digits, c) == NULL)
			return false;
		out[n++] = c;
	}
	return n == CODE_SECRET + CODE_KEYS;
}

static enum status refused(struct error *ret_error)
{
	return error_because(ret_error, ST_DENIED, "post-code", "code", "the code is not good");
}

enum status post_enrol(struct border *border, struct db_tx *tx, struct text code, struct bytes public_key, struct arena *arena,
		       struct text *ret_id, struct error *ret_error)
{
	char plain[CODE_SECRET + CODE_KEYS];
	int64_t now_ms = env_now(border->env);
	uint8_t hash[32];
	struct db_rows row;
	uint64_t changed;
	enum status st;

	if (public_key.len != 32)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "key", "a key has 32 bytes");
	if (!code_plain(code, plain))
		return refused(ret_error);
	code_hash(plain, sizeof plain, hash);
	st = db_query_one(tx, "UPDATE post_code SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND ends_at > $2 RETURNING post_id",
			  DB_PARAMS(DB_V_BLOB(((struct bytes){hash, sizeof hash})), DB_V_INT(now_ms)), arena, &row, ret_error);
	if (st == ST_NOT_FOUND)
		return refused(ret_error);
	TRY(st);
	*ret_id = db_text(&row, 0, 0);
	/* A post that is enrolled anew begins anew: with another key, and a spool of its own. */
	st = db_exec(tx, "UPDATE post SET version = version + 1, state = 'enrolled', public_key = $2, enrolled_at = $3, spool_seq = 0,"
		     " spool_hash = '0000000000000000000000000000000000000000000000000000000000000000' WHERE id = $1 AND state = 'expected'",
		     DB_PARAMS(DB_V_TEXT(*ret_id), DB_V_BLOB(public_key), DB_V_INT(now_ms)), &changed, ret_error);
	if (st == ST_CONFLICT)
		return error_because(ret_error, st, "post-enrolled", "key", "this key is another post's");
	TRY(st);
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "post-enrolled", NULL, "this post is enrolled already, or was revoked");
	TRY(settings_tell(border, tx, *ret_id, ret_error));
	return db_tell(tx, "post", *ret_id, now_ms, ret_error);
}

enum status post_revoke(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, int64_t version,
			struct text reason, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	uint64_t changed;

	if (reason.len == 0 || reason.len > POST_REASON_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "reason", "a post is revoked for a reason of at most %u bytes",
				     POST_REASON_MAX);
	TRY(db_exec(tx, "UPDATE post SET version = version + 1, state = 'revoked', revoked_at = $3, revoked_by = $4, revoked_why = $5"
		    " WHERE id = $1 AND version = $2 AND state <> 'revoked'",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(version), DB_V_INT(now_ms), DB_V_TEXT(actor->id), DB_V_TEXT(reason)), &changed, ret_error));
	if (changed != 1)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "the post was changed meanwhile, or revoked already");
	TRY(border_feed_key_rotate(border, tx, ret_error));
	return db_tell(tx, "post", id, now_ms, ret_error);
}

const char *post_colour(int64_t issued_ms, int64_t now_ms)
{
	int64_t age_ms = now_ms - issued_ms;

	return issued_ms == 0 ? "none" : age_ms >= 7 * TIME_DAY_MS ? "red" : age_ms >= TIME_DAY_MS ? "amber" : "green";
}

bool post_online(int64_t seen_ms, int64_t now_ms)
{
	return seen_ms > 0 && now_ms - seen_ms <= POST_SEEN_MS;
}

/* ---- keys of the feed ---- */

enum status border_feed_key_rotate(struct border *border, struct db_tx *tx, struct error *ret_error)
{
	struct border_feed_key key;
	char id[17];
	enum status st;

	env_random(border->env, &key, sizeof key);
	sodium_bin2hex(id, sizeof id, key.id, sizeof key.id);
	st = db_exec(tx, "INSERT INTO feed_key (id, number, secret, created_at)"
		     " VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM feed_key), $2, $3)",
		     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_BLOB(((struct bytes){key.secret, sizeof key.secret})),
			       DB_V_INT(env_now(border->env))),
		     NULL, ret_error);
	sodium_memzero(&key, sizeof key);
	return st;
}

enum status border_feed_keys(struct border *border, struct db_tx *tx, bool make, struct arena *arena,
			     struct border_feed_key ret_keys[BORDER_FEED_KEYS], size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id, secret FROM feed_key ORDER BY number DESC LIMIT 4", DB_NO_PARAMS, arena, &rows, ret_error));
	if (rows.rows == 0 && make) {
		TRY(border_feed_key_rotate(border, tx, ret_error));
		return border_feed_keys(border, tx, false, arena, ret_keys, ret_count, ret_error);
	}
	for (size_t i = 0; i < rows.rows; i++) {
		struct text id = db_text(&rows, i, 0);
		struct bytes secret = db_blob(&rows, i, 1);

		if (sodium_hex2bin(ret_keys[i].id, 8, id.data, id.len, NULL, NULL, NULL) != 0 || secret.len != 32)
			return error_set(ret_error, ST_CORRUPT, "a key of the feed cannot be read");
		memcpy(ret_keys[i].secret, secret.data, 32);
	}
	*ret_count = rows.rows;
	return ST_OK;
}
