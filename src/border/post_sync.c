/* The regular talk with a post: how it is, and what it is told. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "account/audit.h"
#include "border/member.h"
#include "border/post.h"
#include "ident/trace.h"
#include "model/canonical.h"
#include "model/time.h"

#define NEWS_MAX 200u
#define SINCE_MAX INT64_C(1000000000000)
#define TROUBLE_MAX 32u
#define LIST_DIFFERS "list-differs"
#define WORD "abcdefghijklmnopqrstuvwxyz0123456789-"
#define CROSSING_KEY_MS ((int64_t)30 * 86400000)
#define ROSTER_MAX ((size_t)4 << 20)

/* ---- how it is ---- */

static enum status moment_take(const json_t *said, const char *name, int64_t *ret_ms, struct error *ret_error)
{
	struct text word;

	TRY(member_text_take(said, name, 40, false, &word, ret_error));
	if (word.len && time_read(word, ret_ms, NULL) != ST_OK)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "this is no moment");
	return ST_OK;
}

struct health {
	int64_t since, edition, urgent, queue, lanes, applied_ms, issued_ms, offset;
	bool offset_known;
	struct text version, state;
	char *trouble;
	bool differs; /* its list is not what the edition of that number is */
};

/* Words as docs/post.md has them, not many: officers read them on the board. */
static bool trouble_good(const json_t *trouble)
{
	const json_t *one;
	size_t i;

	if (!json_is_array(trouble) || json_array_size(trouble) > TROUBLE_MAX)
		return false;
	json_array_foreach((json_t *)(uintptr_t)trouble, i, one) {
		const char *word = json_string_value(one);

		if (word == NULL || *word == '\0' || json_string_length(one) > 64 || word[strspn(word, WORD)] != '\0' ||
		    strlen(word) != json_string_length(one))
			return false;
	}
	return true;
}

static enum status health_take(const json_t *said, struct health *h, struct error *ret_error)
{
	const json_t *trouble = json_object_get(said, "trouble");

	TRY(member_number_take(said, "since", 0, SINCE_MAX, &h->since, ret_error));
	TRY(member_number_take(said, "edition", 0, INT64_MAX, &h->edition, ret_error));
	if (json_object_get(said, "urgent"))
		TRY(member_number_take(said, "urgent", 0, INT64_MAX, &h->urgent, ret_error));
	TRY(member_number_take(said, "queue", 0, INT64_MAX, &h->queue, ret_error));
	TRY(member_number_take(said, "lanes", 0, 100000, &h->lanes, ret_error));
	TRY(moment_take(said, "applied", &h->applied_ms, ret_error));
	TRY(moment_take(said, "issued", &h->issued_ms, ret_error));
	TRY(member_text_take(said, "version", 40, false, &h->version, ret_error));
	TRY(member_text_take(said, "state", 64, false, &h->state, ret_error));
	h->offset_known = json_is_integer(json_object_get(said, "offset"));
	if (h->offset_known)
		TRY(member_number_take(said, "offset", -INT64_C(1000000000000), INT64_C(1000000000000), &h->offset, ret_error));
	if (trouble && !trouble_good(trouble))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "trouble", "trouble is a list of words");
	h->trouble = trouble ? json_dumps(trouble, JSON_COMPACT) : NULL;
	return ST_OK;
}

/* Whether the list that it has in force is the edition that it says it is. One that this hub does not know says nothing: the hub may have
 * been put back from an older copy. */
static enum status list_compare(struct db_tx *tx, struct health *h, struct arena *arena, struct error *ret_error)
{
	char hex[65];
	struct db_rows row;
	enum status st;

	if (h->edition == 0 || h->state.len == 0)
		return ST_OK;
	st = db_query_one(tx, "SELECT state FROM edition WHERE number = $1", DB_PARAMS(DB_V_INT(h->edition)), arena, &row, ret_error);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	TRY(st);
	if (db_blob(&row, 0, 0).len != 32)
		return error_set(ret_error, ST_CORRUPT, "an edition has no state");
	sodium_bin2hex(hex, sizeof hex, db_blob(&row, 0, 0).data, 32);
	h->differs = !text_equal(text_of(hex), h->state);
	return ST_OK;
}

/* Among what troubles it, for whoever looks at the board; when it begins, in the audit too. */
static enum status list_differs(struct border *border, struct db_tx *tx, struct text id, struct health *h, struct arena *arena,
				struct error *ret_error)
{
	const struct actor actor = {.id = id, .country = border->host};
	struct audit_event event = {.actor = &actor, .action = "post.sync", .thing_kind = "post", .thing = id, .outcome = "flagged"};
	json_t *words = h->trouble ? json_loads(h->trouble, 0, NULL) : json_array();
	char detail[160];
	struct db_rows row;
	char *all;

	json_array_append_new(words, json_string(LIST_DIFFERS));
	all = json_dumps(words, JSON_COMPACT);
	json_decref(words);
	if (all == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	free(h->trouble);
	h->trouble = all;
	TRY(db_query_one(tx, "SELECT coalesce(trouble, '') FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	if (text_has(db_text(&row, 0, 0), TEXT("\"" LIST_DIFFERS "\"")))
		return ST_OK;
	snprintf(detail, sizeof detail, "{\"edition\":%lld,\"state\":\"%.*s\"}", (long long)h->edition,
		 strspn(h->state.data, "0123456789abcdef") >= h->state.len ? (int)h->state.len : 0, h->state.data);
	event.detail = text_of(detail);
	return audit_add(tx, border->env, &event, ret_error);
}

/* Whether anything that people are shown of a post becomes another by this: not that it was heard once more, which each screen counts by
 * itself. */
static enum status health_news(struct border *border, struct db_tx *tx, struct text id, const struct health *h, struct arena *arena,
			       bool *ret_news, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT seen_at, coalesce(edition, 0), coalesce(lanes, 0), coalesce(queue, 0), coalesce(trouble, '[]'),"
			 " edition_issued_at, coalesce(urgent, 0) FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), arena, &row, ret_error));
	*ret_news = !post_online(db_int(&row, 0, 0), now_ms) || db_int(&row, 0, 1) != h->edition || db_int(&row, 0, 6) != h->urgent || db_int(&row, 0, 2) != h->lanes ||
		    (db_int(&row, 0, 3) == 0) != (h->queue == 0) || !text_equal(db_text(&row, 0, 4), text_of(h->trouble ? h->trouble : "[]")) ||
		    strcmp(post_colour(db_int(&row, 0, 5), now_ms), post_colour(h->issued_ms, now_ms)) != 0;
	return ST_OK;
}

static enum status health_keep(struct border *border, struct db_tx *tx, struct text id, const struct health *h, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);

	TRY(db_exec(tx, "UPDATE post SET seen_at = $2, edition = $3, edition_applied_at = $4, edition_issued_at = $5, queue = $6, lanes = $7,"
		    " clock_offset = $8, program = $9, trouble = $10, state_hash = $11, urgent = $12 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_INT(now_ms), h->edition ? DB_V_INT(h->edition) : DB_V_NULL,
			      h->applied_ms ? DB_V_INT(h->applied_ms) : DB_V_NULL, h->issued_ms ? DB_V_INT(h->issued_ms) : DB_V_NULL,
			      DB_V_INT(h->queue), DB_V_INT(h->lanes), h->offset_known ? DB_V_INT(h->offset) : DB_V_NULL,
			      DB_V_TEXT_OR_NULL(h->version), DB_V_TEXT_OR_NULL(h->trouble ? text_of(h->trouble) : TEXT_NONE),
			      DB_V_TEXT_OR_NULL(h->state), h->urgent ? DB_V_INT(h->urgent) : DB_V_NULL),
		    NULL, ret_error));
	if (h->edition == 0)
		return ST_OK;
	/* When it came into force by the hub's clock: the post's own, put right by what it knows of the two. */
	return db_exec(tx, "INSERT INTO post_edition (post_id, edition, applied_at, told_at, state_hash) VALUES ($1, $2, $3, $4, $5)"
		       " ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(id), DB_V_INT(h->edition),
				 DB_V_INT(h->applied_ms ? h->applied_ms + (h->offset_known ? h->offset : 0) : now_ms), DB_V_INT(now_ms),
				 DB_V_TEXT(h->state.len ? h->state : TEXT("-"))),
		       NULL, ret_error);
}

/* ---- who may work there, and the keys of crossings: told when they are others than those it was told last ---- */

static enum status roles_of(struct db_tx *tx, struct text person, struct arena *arena, json_t *ret_roles, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT role FROM person_role WHERE person = $1 ORDER BY role", DB_PARAMS(DB_V_TEXT(person)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		json_array_append_new(ret_roles, json_stringn(db_text(&rows, i, 0).data, db_text(&rows, i, 0).len));
	return ST_OK;
}

static enum status roster_make(struct border *border, struct db_tx *tx, struct arena *arena, json_t *people, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx,
		     "SELECT p.id, p.name, p.login, n.hash" POST_OFFICERS " AND n.hash IS NOT NULL ORDER BY p.id",
		     DB_PARAMS(DB_V_TEXT(border->host)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		static const char *const names[] = {"id", "name", "login", "pin"};
		json_t *one = json_object(), *roles = json_array();

		for (size_t k = 0; k < 4; k++)
			json_object_set_new(one, names[k], json_stringn(db_text(&rows, i, k).data, db_text(&rows, i, k).len));
		TRY(roles_of(tx, db_text(&rows, i, 0), arena, roles, ret_error));
		json_object_set_new(one, "roles", roles);
		json_array_append_new(people, one);
	}
	return ST_OK;
}

/* As news if its content is another than what this post was told last under `kind`. */
static enum status told_once(struct border *border, struct db_tx *tx, struct text id, const char *kind, const json_t *body,
			     struct arena *arena, struct error *ret_error)
{
	char hash[65];
	uint8_t digest[32];
	struct buffer text;
	struct db_rows row;
	enum status st;

	buffer_init(&text, ROSTER_MAX);
	st = canonical_write(body, &text);
	if (st != ST_OK) {
		buffer_release(&text);
		return error_set(ret_error, st, "news for a post cannot be written");
	}
	crypto_hash_sha256(digest, text.data, text.len);
	sodium_bin2hex(hash, sizeof hash, digest, sizeof digest);
	st = db_query_one(tx, "SELECT 1 FROM post_told WHERE post_id = $1 AND kind = $2 AND hash = $3",
			  DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(text_of(kind)), DB_V_TEXT(text_of(hash))), arena, &row, ret_error);
	if (st == ST_NOT_FOUND) {
		st = post_news_add(tx, id, kind, buffer_text(&text), env_now(border->env), ret_error);
		if (st == ST_OK)
			st = db_exec(tx, "INSERT INTO post_told (post_id, kind, hash) VALUES ($1, $2, $3)"
				     " ON CONFLICT (post_id, kind) DO UPDATE SET hash = $3",
				     DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(text_of(kind)), DB_V_TEXT(text_of(hash))), NULL, ret_error);
	}
	buffer_release(&text);
	return st;
}

static enum status roster_tell(struct border *border, struct db_tx *tx, struct text id, struct arena *arena, struct error *ret_error)
{
	json_t *people = json_array(), *body = json_pack("{s:o}", "people", people);
	enum status st = body ? roster_make(border, tx, arena, people, ret_error) : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	if (st == ST_OK)
		st = told_once(border, tx, id, "roster", body, arena, ret_error);
	json_decref(body);
	return st;
}

/* The key of now; made when the last one has served its time. */
static enum status crossing_key(struct border *border, struct db_tx *tx, struct arena *arena, struct db_rows *ret, struct error *ret_error)
{
	int64_t now_ms = env_now(border->env);
	uint8_t secret[TRACE_KEY_SIZE];
	enum status st = db_query_one(tx, "SELECT number, secret, from_at FROM crossing_key ORDER BY number DESC LIMIT 1", DB_NO_PARAMS, arena, ret,
				      ret_error);

	if (st != ST_NOT_FOUND && (st != ST_OK || now_ms - db_int(ret, 0, 2) < CROSSING_KEY_MS))
		return st;
	env_random(border->env, secret, sizeof secret);
	TRY(db_exec(tx, "INSERT INTO crossing_key (number, secret, from_at) VALUES ($1, $2, $3)",
		    DB_PARAMS(DB_V_INT(st == ST_OK ? db_int(ret, 0, 0) + 1 : 1), DB_V_BLOB(((struct bytes){secret, sizeof secret})),
			      DB_V_INT(now_ms)),
		    NULL, ret_error));
	return db_query_one(tx, "SELECT number, secret, from_at FROM crossing_key ORDER BY number DESC LIMIT 1", DB_NO_PARAMS, arena, ret, ret_error);
}

static enum status crossing_key_tell(struct border *border, struct db_tx *tx, struct text id, struct arena *arena, struct error *ret_error)
{
	char base64[sodium_base64_ENCODED_LEN(TRACE_KEY_SIZE, sodium_base64_VARIANT_ORIGINAL)], from[TIME_SIZE];
	struct db_rows key;
	json_t *body;
	enum status st;

	TRY(crossing_key(border, tx, arena, &key, ret_error));
	sodium_bin2base64(base64, sizeof base64, db_blob(&key, 0, 1).data, db_blob(&key, 0, 1).len, sodium_base64_VARIANT_ORIGINAL);
	time_write(db_int(&key, 0, 2), from);
	body = json_pack("{s:I, s:s, s:s}", "number", (json_int_t)db_int(&key, 0, 0), "key", base64, "from", from);
	st = body ? told_once(border, tx, id, "crossing-key", body, arena, ret_error) : error_set(ret_error, ST_NO_MEMORY, "out of memory");
	json_decref(body);
	sodium_memzero(base64, sizeof base64);
	return st;
}

/* ---- what it is told ---- */

/* A post that has kept more than was ever told here: this hub was put back from an older copy. What waits gets numbers that the post does
 * not take for known, and what is told whole is told anew; else it would hear nothing until the numbers meet. */
static enum status numbers_mend(struct db_tx *tx, struct text id, int64_t since, struct error *ret_error)
{
	uint64_t behind;

	TRY(db_exec(tx, "UPDATE post SET news_number = news_number + $2 WHERE id = $1 AND news_number < $2", DB_PARAMS(DB_V_TEXT(id), DB_V_INT(since)),
		    &behind, ret_error));
	if (behind == 0)
		return ST_OK;
	TRY(db_exec(tx, "UPDATE post_news SET number = number + $2 WHERE post_id = $1", DB_PARAMS(DB_V_TEXT(id), DB_V_INT(since)), NULL, ret_error));
	return db_exec(tx, "DELETE FROM post_told WHERE post_id = $1", DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error);
}

static enum status news_write(struct db_tx *tx, struct text id, int64_t since, int64_t now_ms, struct arena *arena, struct buffer *out,
			      struct error *ret_error)
{
	struct db_rows rows;
	char now[TIME_SIZE];
	int64_t upto = since;

	/* What it has need not be kept. */
	TRY(db_exec(tx, "DELETE FROM post_news WHERE post_id = $1 AND number <= $2", DB_PARAMS(DB_V_TEXT(id), DB_V_INT(since)), NULL, ret_error));
	TRY(db_query(tx, "SELECT number, kind, body FROM post_news WHERE post_id = $1 ORDER BY number LIMIT $2",
		     DB_PARAMS(DB_V_TEXT(id), DB_V_INT(NEWS_MAX + 1)), arena, &rows, ret_error));
	time_write(now_ms, now);
	buffer_printf(out, "{\"time\":\"%s\",\"news\":[", now);
	for (size_t i = 0; i < rows.rows && i < NEWS_MAX; i++) {
		upto = db_int(&rows, i, 0);
		buffer_printf(out, "%s{\"number\":%lld,\"kind\":\"%.*s\",\"body\":", i ? "," : "", (long long)upto, TEXT_ARG(db_text(&rows, i, 1)));
		buffer_add_text(out, db_text(&rows, i, 2));
		buffer_add_char(out, '}');
	}
	buffer_printf(out, "],\"upto\":%lld,\"more\":%s}", (long long)upto, rows.rows > NEWS_MAX ? "true" : "false");
	return buffer_status(out);
}

enum status post_sync(struct border *border, struct db_tx *tx, struct text id, const json_t *said, struct arena *arena, struct buffer *out,
		      struct error *ret_error)
{
	struct health health = {.trouble = NULL};
	enum status st = health_take(said, &health, ret_error);
	bool news = false;

	if (st == ST_OK)
		st = list_compare(tx, &health, arena, ret_error);
	if (st == ST_OK && health.differs)
		st = list_differs(border, tx, id, &health, arena, ret_error);
	if (st == ST_OK)
		st = health_news(border, tx, id, &health, arena, &news, ret_error);
	if (st == ST_OK)
		st = health_keep(border, tx, id, &health, ret_error);
	free(health.trouble);
	TRY(st);
	if (news)
		TRY(db_tell(tx, "post", id, env_now(border->env), ret_error));
	TRY(numbers_mend(tx, id, health.since, ret_error));
	TRY(roster_tell(border, tx, id, arena, ret_error));
	TRY(crossing_key_tell(border, tx, id, arena, ret_error));
	return news_write(tx, id, health.since, env_now(border->env), arena, out, ret_error);
}
