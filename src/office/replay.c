#include "office/replay.h"

#include <sodium.h>

#include "model/time.h"

#define ANSWER_MAX ((size_t)16 << 20)

/* ---- how an answer is written down ---- */

static const char *const kept_headers[] = {"Content-Type", "ETag", "Location"};

void replay_write(const struct http_response *response, struct buffer *out)
{
	for (size_t i = 0; i < response->header_count; i++)
		for (size_t k = 0; k < sizeof kept_headers / sizeof kept_headers[0]; k++)
			if (text_equal_nocase(response->headers[i].name, text_of(kept_headers[k])))
				buffer_printf(out, "%s: %.*s\n", kept_headers[k], TEXT_ARG(response->headers[i].value));
	buffer_add_char(out, '\n');
	buffer_add(out, response->body.data, response->body.len);
}

static enum status header_read(struct text line, struct http_response *response, struct error *ret_error)
{
	size_t colon = text_find(line, ':', 0);

	if (colon + 2 > line.len)
		return error_set(ret_error, ST_CORRUPT, "a kept answer's header has no value");
	http_set_header(response, (struct text){line.data, colon},
			(struct text){line.data + colon + 2, line.len - colon - 2});
	return ST_OK;
}

enum status replay_read(struct bytes in, struct http_response *response, struct error *ret_error)
{
	size_t at = 0;

	while (at < in.len) {
		const uint8_t *end = memchr(in.data + at, '\n', in.len - at);
		size_t len = end ? (size_t)(end - in.data) - at : 0;
		struct text line;

		if (end == NULL)
			break;
		if (len == 0) {
			buffer_add(&response->body, in.data + at + 1, in.len - at - 1);
			return ST_OK;
		}
		if (text_check((struct bytes){in.data + at, len}, &line, NULL) != ST_OK)
			break;
		TRY(header_read(line, response, ret_error));
		at += len + 1;
	}
	return error_set(ret_error, ST_CORRUPT, "a kept answer has no end of its headers");
}

/* ---- sealed with the key ---- */

static enum status seal(const struct office_call *call, const struct buffer *plain, struct bytes *ret_sealed,
			struct error *ret_error)
{
	size_t len = plain->len + crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
	uint8_t *out = arena_alloc(call->arena, len, 1);

	if (out == NULL)
		return arena_failure(call->arena, ret_error);
	env_random(call->office->env, out, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, plain->data, plain->len, out, call->replay->seal);
	*ret_sealed = (struct bytes){out, len};
	return ST_OK;
}

static enum status unseal(const struct office_call *call, struct bytes sealed, struct bytes *ret_plain, struct error *ret_error)
{
	size_t around = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
	uint8_t *out = arena_alloc(call->arena, sealed.len + 1, 1);

	if (out == NULL)
		return arena_failure(call->arena, ret_error);
	if (sealed.len < around ||
	    crypto_secretbox_open_easy(out, sealed.data + crypto_secretbox_NONCEBYTES,
				       sealed.len - crypto_secretbox_NONCEBYTES, sealed.data, call->replay->seal) != 0)
		return error_set(ret_error, ST_CORRUPT, "a kept answer is damaged");
	*ret_plain = (struct bytes){out, sealed.len - around};
	return ST_OK;
}

/* ---- the memory ---- */

static void hash_add(crypto_generichash_state *hash, struct text part)
{
	crypto_generichash_update(hash, (const uint8_t *)part.data, part.len);
	crypto_generichash_update(hash, (const uint8_t *)"", 1);
}

static enum status replay_make(struct office_call *call, struct text key, struct error *ret_error)
{
	static const char purpose[] = "cordon office replay";
	const struct http_request *request = call->request;
	struct replay *replay = ARENA_NEW(call->arena, struct replay, 1);
	uint8_t method = (uint8_t)request->method;
	crypto_generichash_state hash;

	if (replay == NULL)
		return arena_failure(call->arena, ret_error);
	for (size_t i = 0; i < key.len; i++)
		if (key.data[i] <= ' ' || key.data[i] >= 0x7f)
			key.len = 0;
	if (key.len == 0 || key.len > REPLAY_KEY_MAX)
		return error_because(ret_error, ST_MALFORMED, "idempotency-key", "Idempotency-Key", "not 1 to 64 characters");
	crypto_generichash_init(&hash, NULL, 0, sizeof replay->id);
	hash_add(&hash, call->actor.id);
	crypto_generichash_update(&hash, &method, 1);
	hash_add(&hash, request->target);
	hash_add(&hash, key);
	crypto_generichash_final(&hash, replay->id, sizeof replay->id);
	crypto_generichash(replay->body_hash, sizeof replay->body_hash, request->body.data, request->body.len, NULL, 0);
	crypto_generichash(replay->seal, sizeof replay->seal, (const uint8_t *)key.data, key.len, (const uint8_t *)purpose,
			   sizeof purpose - 1);
	call->replay = replay;
	return ST_OK;
}

static enum status find(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct office_call *call = context;
	const struct replay *replay = call->replay;
	struct db_rows row;
	struct bytes plain;

	TRY(db_query_one(tx, "SELECT body_hash, status, answer FROM office_replay WHERE id = $1",
			 DB_PARAMS(DB_V_BLOB(((struct bytes){replay->id, sizeof replay->id}))), call->arena, &row, ret_error));
	if (db_blob(&row, 0, 0).len != sizeof replay->body_hash ||
	    sodium_memcmp(db_blob(&row, 0, 0).data, replay->body_hash, sizeof replay->body_hash) != 0)
		return error_because(ret_error, ST_CONFLICT, "idempotency-other", "Idempotency-Key", "the key came with another body");
	if (db_int(&row, 0, 1) == 0)
		return error_because(ret_error, ST_CONFLICT, "idempotency-done", "Idempotency-Key", "the answer was lost");
	TRY(unseal(call, db_blob(&row, 0, 2), &plain, ret_error));
	buffer_clear(&call->response->body);
	call->response->status = (unsigned)db_int(&row, 0, 1);
	return replay_read(plain, call->response, ret_error);
}

enum status replay_begin(struct office_call *call, bool *ret_answered, struct error *ret_error)
{
	struct text key = http_header(call->request, "Idempotency-Key");
	enum status st;

	*ret_answered = false;
	if (key.data == NULL || call->request->method == HTTP_GET || call->request->method == HTTP_HEAD)
		return ST_OK;
	if (call->replay == NULL)
		TRY(replay_make(call, key, ret_error));
	st = db_transact(call->office->db, DB_READ, find, call, ret_error);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK) {
		*ret_answered = true;
		http_set_header(call->response, TEXT("Idempotency-Replayed"), TEXT("true"));
	}
	return st;
}

enum status replay_keep(struct office_call *call, struct db_tx *tx, struct error *ret_error)
{
	struct replay *replay = call->replay;
	struct buffer plain;
	struct bytes sealed;
	uint64_t changed = 0;
	enum status st;

	buffer_init(&plain, ANSWER_MAX);
	replay_write(call->response, &plain);
	st = buffer_status(&plain) == ST_OK ? seal(call, &plain, &sealed, ret_error)
					    : error_set(ret_error, plain.failed, "the answer is too large to be kept");
	buffer_release(&plain);
	TRY(st);
	TRY(db_exec(tx, replay->kept ? "UPDATE office_replay SET body_hash = $2, status = $3, answer = $4, at_ms = $5 WHERE id = $1"
				     : "INSERT INTO office_replay (id, body_hash, status, answer, at_ms) VALUES ($1, $2, $3, $4, $5) "
				       "ON CONFLICT (id) DO NOTHING",
		    DB_PARAMS(DB_V_BLOB(((struct bytes){replay->id, sizeof replay->id})),
			      DB_V_BLOB(((struct bytes){replay->body_hash, sizeof replay->body_hash})),
			      DB_V_INT(call->response->status), DB_V_BLOB(sealed), DB_V_INT(call->now_ms)),
		    &changed, ret_error));
	replay->repeated = changed == 0;
	return changed ? ST_OK : error_because(ret_error, ST_CONFLICT, "conflict", "Idempotency-Key", "another request was faster");
}

static enum status forget(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office *office = context;

	return db_exec(tx, "DELETE FROM office_replay WHERE at_ms < $1", DB_PARAMS(DB_V_INT(env_now(office->env) - REPLAY_KEPT_MS)),
		       NULL, ret_error);
}

enum status office_forget(struct office *office, struct error *ret_error)
{
	return db_transact(office->db, DB_WRITE, forget, office, ret_error);
}
