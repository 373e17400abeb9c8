#include "post/spool.h"

#include <sodium.h>
#include <stdio.h>

#include "model/canonical.h"
#include "model/time.h"

#define HASH_TEXT (crypto_hash_sha256_BYTES * 2 + 1)
#define ARENA_MAX ((size_t)32 << 20)
#define ANSWER_MAX 65536u

static struct text record_name(int64_t seq, char out[32])
{
	int n = snprintf(out, 32, "spool/%lld", (long long)seq);

	return (struct text){out, n > 0 ? (size_t)n : 0};
}

static void hash_of(struct bytes record, char out[HASH_TEXT])
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(hash, record.data, record.len);
	sodium_bin2hex(out, HASH_TEXT, hash, sizeof hash);
}

/* ---- writing ---- */

static json_t *json_text(struct text t)
{
	return t.len ? json_stringn(t.data, t.len) : NULL;
}

/* The record as the hub will read it; jansson counts a NULL member as no memory, so what is missing is left out here. */
static json_t *record_make(const struct spool *spool, const struct spool_note *note, int64_t seq, struct text previous)
{
	char at[TIME_SIZE];
	int64_t offset;
	bool known = spool->offset && spool->offset(spool->context, &offset);
	json_t *record;

	time_write(note->at_ms, at);
	record = json_pack("{s:I, s:s, s:o, s:s, s:s%, s:O}", "seq", (json_int_t)seq, "at", at, "offset",
			   known ? json_integer(offset) : json_null(), "kind", note->kind, "previous", previous.data, previous.len,
			   "body", note->body);
	if (record && ((note->lane.len && json_object_set_new(record, "lane", json_text(note->lane)) != 0) ||
		       (note->officer.len && json_object_set_new(record, "officer", json_text(note->officer)) != 0))) {
		json_decref(record);
		return NULL;
	}
	return record;
}

static enum status record_write(const struct spool *spool, const struct spool_note *note, int64_t seq, struct text previous,
				struct buffer *out, struct error *ret_error)
{
	json_t *record = record_make(spool, note, seq, previous);
	enum status st;

	if (record == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = canonical_write(record, out);
	json_decref(record);
	return st == ST_OK ? ST_OK : error_set(ret_error, st, "a record of kind %s cannot be sent", note->kind);
}

enum status spool_add(const struct spool *spool, struct db_tx *tx, const struct spool_note *note, struct arena *arena,
		      uint64_t *ret_seq, struct error *ret_error)
{
	char name[32], hash[HASH_TEXT];
	struct buffer record;
	struct bytes sealed;
	struct db_rows head;
	int64_t seq;
	enum status st;

	/* Room for the brackets around it. */
	buffer_init(&record, SPOOL_UPLOAD_BYTES - 64);
	TRY_OUT(db_query_one(tx, "SELECT seq, hash FROM spool_head WHERE one = 1", DB_NO_PARAMS, arena, &head, ret_error));
	seq = db_int(&head, 0, 0) + 1;
	TRY_OUT(record_write(spool, note, seq, db_text(&head, 0, 1), &record, ret_error));
	hash_of(buffer_bytes(&record), hash);
	TRY_OUT(keep_seal(spool->keep, record_name(seq, name), buffer_bytes(&record), arena, &sealed, ret_error));
	TRY_OUT(db_exec(tx, "INSERT INTO spool_record (seq, kind, at, record) VALUES ($1, $2, $3, $4)",
			DB_PARAMS(DB_V_INT(seq), DB_V_TEXT(text_of(note->kind)), DB_V_INT(note->at_ms), DB_V_BLOB(sealed)), NULL,
			ret_error));
	TRY_OUT(db_exec(tx, "UPDATE spool_head SET seq = $1, hash = $2 WHERE one = 1",
			DB_PARAMS(DB_V_INT(seq), DB_V_TEXT(text_of(hash))), NULL, ret_error));
	if (ret_seq)
		*ret_seq = (uint64_t)seq;
out:
	buffer_release(&record);
	return st;
}

enum status spool_look(const struct spool *spool, struct db_tx *tx, struct arena *arena, struct spool_state *ret,
		       struct error *ret_error)
{
	struct db_rows row;

	(void)spool;
	TRY(db_query_one(tx, "SELECT seq, sent, sent_at FROM spool_head WHERE one = 1", DB_NO_PARAMS, arena, &row, ret_error));
	*ret = (struct spool_state){(uint64_t)db_int(&row, 0, 0), (uint64_t)db_int(&row, 0, 1), db_int(&row, 0, 2)};
	return ST_OK;
}

/* ---- sending ---- */

struct upload {
	const struct spool *spool;
	struct arena arena;
	struct buffer body;
	int64_t first, last; /* what stands in the body; last 0: nothing */
	int64_t head;        /* the last that was written */
	int64_t upto;        /* what the hub said */
	bool gone;           /* some between them were confirmed once, and are here no more */
	bool more;
};

static enum status upload_record(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct upload *u = context;
	int64_t seq = db_int(row, 0, 0);
	struct bytes plain;
	char name[32];

	if (u->more)
		return ST_OK;
	TRY(keep_open(u->spool->keep, record_name(seq, name), db_blob(row, 0, 1), &u->arena, &plain, ret_error));
	if (u->last && (u->body.len + plain.len + 16 > SPOOL_UPLOAD_BYTES || seq - u->first >= SPOOL_UPLOAD_RECORDS)) {
		u->more = true;
		return ST_OK;
	}
	if (u->last)
		buffer_add_char(&u->body, ',');
	else
		u->first = seq;
	u->gone = u->gone || seq != u->upto + 1;
	u->upto = seq;
	buffer_add(&u->body, plain.data, plain.len);
	u->last = seq;
	return ST_OK;
}

static enum status upload_read(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct upload *u = context;
	struct spool_state state;

	arena_clear(&u->arena);
	buffer_clear(&u->body);
	u->last = 0;
	u->gone = u->more = false;
	buffer_add_text(&u->body, TEXT("{\"records\":["));
	TRY(spool_look(u->spool, tx, &u->arena, &state, ret_error));
	u->head = (int64_t)state.seq;
	u->upto = (int64_t)state.sent;
	TRY(db_each(tx, "SELECT seq, record FROM spool_record WHERE seq > $1 ORDER BY seq LIMIT $2",
		    DB_PARAMS(DB_V_INT((int64_t)state.sent), DB_V_INT(SPOOL_UPLOAD_RECORDS + 1)), upload_record, u, ret_error));
	buffer_add_text(&u->body, u->gone ? TEXT("],\"gone\":true}") : TEXT("]}"));
	return buffer_status(&u->body) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(&u->body), "an upload is too large");
}

static enum status upload_mark(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct upload *u = context;

	TRY(db_exec(tx, "UPDATE spool_head SET sent = $1, sent_at = $2 WHERE one = 1 AND sent < $1",
		    DB_PARAMS(DB_V_INT(u->upto), DB_V_INT(env_now(u->spool->env))), NULL, ret_error));
	/* A check is remembered nowhere but in the hub, and there without a name. */
	return db_exec(tx, "DELETE FROM spool_record WHERE seq <= $1 AND kind = 'check'", DB_PARAMS(DB_V_INT(u->upto)), NULL,
		       ret_error);
}

/* {"upto":n}, at least `least`; beyond what was ever written it is no answer. */
static enum status answer_read(struct upload *u, const struct buffer *answer, int64_t least, struct error *ret_error)
{
	json_t *root = json_loadb((const char *)answer->data, answer->len, 0, NULL);
	const json_t *upto = json_object_get(root, "upto");
	bool good = json_is_integer(upto) && json_integer_value(upto) >= least && json_integer_value(upto) <= u->head;

	if (good)
		u->upto = json_integer_value(upto);
	json_decref(root);
	return good ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "the hub's answer to an upload is none");
}

static enum status refused(unsigned status, const struct buffer *answer, struct error *ret_error)
{
	if (status == 409 && text_has(buffer_text(answer), TEXT("spool-forked")))
		return error_because(ret_error, ST_CONFLICT, "spool-forked", NULL,
				     "the hub has other records of these numbers: a copy of this post is at work");
	return error_set(ret_error, ST_UNAVAILABLE, "the hub answered an upload with %u", status);
}

static enum status step_back(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct upload *u = context;

	return db_exec(tx, "UPDATE spool_head SET sent = $1 WHERE one = 1 AND sent > $1", DB_PARAMS(DB_V_INT(u->upto)), NULL, ret_error);
}

/* The hub lacks what it once confirmed: it was put back from an older copy. It is asked where it stands, and gets from there what is still
 * here. */
static enum status look_back(struct upload *u, spool_post *post, void *context, struct error *ret_error)
{
	struct buffer answer;
	unsigned status = 0;
	enum status st;

	buffer_init(&answer, ANSWER_MAX);
	st = post(context, TEXT("{\"records\":[]}"), &status, &answer, ret_error);
	if (st == ST_OK)
		st = status == 200 ? answer_read(u, &answer, 0, ret_error) : refused(status, &answer, ret_error);
	if (st == ST_OK)
		st = db_transact(u->spool->db, DB_WRITE, step_back, u, ret_error);
	buffer_release(&answer);
	return st;
}

static bool is_gap(unsigned status, const struct buffer *answer)
{
	return status == 422 && text_has(buffer_text(answer), TEXT("spool-gap"));
}

enum status spool_send(const struct spool *spool, spool_post *post, void *context, bool *ret_more, struct error *ret_error)
{
	struct upload u = {.spool = spool};
	struct buffer answer;
	unsigned status = 0;
	enum status st;

	arena_init(&u.arena, ARENA_MAX);
	buffer_init(&u.body, SPOOL_UPLOAD_BYTES + 64);
	buffer_init(&answer, ANSWER_MAX);
	TRY_OUT(db_transact(spool->db, DB_READ, upload_read, &u, ret_error));
	*ret_more = false;
	if (u.last == 0)
		goto out;
	TRY_OUT(post(context, buffer_text(&u.body), &status, &answer, ret_error));
	if (is_gap(status, &answer) && !u.gone) {
		TRY_OUT(look_back(&u, post, context, ret_error));
		*ret_more = true;
		goto out;
	}
	TRY_OUT(status == 200 ? answer_read(&u, &answer, u.first - 1, ret_error) : refused(status, &answer, ret_error));
	TRY_OUT(db_transact(spool->db, DB_WRITE, upload_mark, &u, ret_error));
	*ret_more = u.more;
out:
	buffer_release(&answer);
	buffer_release(&u.body);
	arena_release(&u.arena);
	return st;
}

static enum status forget(struct db_tx *tx, void *context, struct error *ret_error)
{
	const int64_t *before = context;

	return db_exec(tx, "DELETE FROM spool_record WHERE at < $1 AND seq <= (SELECT sent FROM spool_head WHERE one = 1)",
		       DB_PARAMS(DB_V_INT(*before)), NULL, ret_error);
}

enum status spool_forget(const struct spool *spool, int64_t now_ms, struct error *ret_error)
{
	int64_t before = now_ms - SPOOL_KEEP_MS;

	return db_transact(spool->db, DB_WRITE, forget, &before, ret_error);
}
