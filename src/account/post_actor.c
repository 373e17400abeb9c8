#include "account/post_actor.h"

#include <sodium.h>

#include "account/policy.h"
#include "model/id.h"

#define MESSAGE_MAX 4096u

static const struct text scheme = {"Cordon-Post ", 12};

bool post_actor_asks(const struct http_request *request)
{
	return text_starts(http_header(request, "Authorization"), scheme);
}

static enum status refuse(struct error *ret_error, const char *reason, const char *message)
{
	return error_because(ret_error, ST_DENIED, reason, NULL, "%s", message);
}

/* "cordon post v1\nMETHOD\nTARGET\nTIME\nSHA256(body)\n" */
static enum status signature_check(const struct http_request *request, struct text time, struct text signature, struct bytes public_key,
				   struct error *ret_error)
{
	uint8_t digest[32], raw[crypto_sign_BYTES];
	struct buffer message;
	char hex[65];
	size_t len;
	bool good;

	crypto_hash_sha256(digest, request->body.data, request->body.len);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	buffer_init(&message, MESSAGE_MAX);
	buffer_printf(&message, "cordon post v1\n%s\n%.*s\n%.*s\n%s\n", request->method == HTTP_GET ? "GET" : "POST", TEXT_ARG(request->target),
		      TEXT_ARG(time), hex);
	good = buffer_status(&message) == ST_OK && public_key.len == crypto_sign_PUBLICKEYBYTES &&
	       sodium_base642bin(raw, sizeof raw, signature.data, signature.len, NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       len == sizeof raw && crypto_sign_verify_detached(raw, message.data, message.len, public_key.data) == 0;
	buffer_release(&message);
	return good ? ST_OK : refuse(ret_error, "post-signature", "the signature does not fit the request");
}

enum status post_actor_find(struct db_tx *tx, const struct http_request *request, struct text host, int64_t now_ms, struct actor *ret_actor,
			    struct error *ret_error)
{
	struct text proof = http_header(request, "Authorization"), id, time;
	struct db_rows row;
	uint64_t at;
	enum status st;

	proof = (struct text){proof.data + scheme.len, proof.len - scheme.len};
	if (!text_split(&proof, ':', &id) || !text_split(&proof, ':', &time) || !id_valid(id) || text_to_uint(time, INT64_MAX, &at) != ST_OK)
		return refuse(ret_error, "post-signature", "a post says ID:TIME:SIGNATURE");
	st = db_query_one(tx, "SELECT name, state, public_key FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), request->arena, &row, ret_error);
	if (st == ST_NOT_FOUND || (st == ST_OK && db_blob(&row, 0, 2).len == 0))
		return refuse(ret_error, "post-unknown", "there is no such post");
	TRY(st);
	TRY(signature_check(request, time, text_trim(proof), db_blob(&row, 0, 2), ret_error));
	if (text_equal(db_text(&row, 0, 1), TEXT("revoked")))
		return refuse(ret_error, "post-revoked", "this post was revoked");
	if ((int64_t)at < now_ms - POST_SKEW_MS || (int64_t)at > now_ms + POST_SKEW_MS)
		return refuse(ret_error, "post-clock", "the post's clock is more than five minutes from the hub's");
	*ret_actor = (struct actor){.id = id, .name = db_text(&row, 0, 0), .country = host, .strength = ACTOR_TOKEN,
				    .roles = (uint64_t)1 << role_find(TEXT("post"))};
	return ST_OK;
}
