#include <sodium.h>

#include "merkle/leaf.h"

bool leaf_field_valid(struct text t)
{
	if (t.len > LEAF_FIELD_MAX)
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (t.data[i] <= ' ' || t.data[i] > '~' || t.data[i] == '"' || t.data[i] == '\\')
			return false;
	return true;
}

void leaf_commit(const uint8_t salt[LEAF_SALT_SIZE], struct text payload, struct merkle_hash *ret)
{
	static const struct text domain = {"cordon/commit/v1", 16};
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)domain.data, domain.len);
	crypto_hash_sha256_update(&state, salt, LEAF_SALT_SIZE);
	crypto_hash_sha256_update(&state, (const uint8_t *)payload.data, payload.len);
	crypto_hash_sha256_final(&state, ret->b);
}

void leaf_write(const struct leaf *leaf, struct buffer *out)
{
	char hex[2 * MERKLE_HASH_SIZE + 1];

	sodium_bin2hex(hex, sizeof hex, leaf->commitment.b, MERKLE_HASH_SIZE);
	buffer_printf(out,
		      "{\"actor\":\"%.*s\",\"commitment\":\"%s\",\"id\":\"%.*s\",\"kind\":\"%.*s\",\"log\":\"%.*s\","
		      "\"subject\":\"%.*s\",\"time\":%lld,\"v\":1}",
		      TEXT_ARG(leaf->actor), hex, TEXT_ARG(leaf->id), TEXT_ARG(leaf->kind), TEXT_ARG(leaf->log),
		      TEXT_ARG(leaf->subject), (long long)leaf->time_ms);
}

/* `prefix`, then all up to the next `end`. */
static bool take(struct text *rest, struct text prefix, char end, struct text *ret)
{
	size_t at;

	if (!text_starts(*rest, prefix))
		return false;
	at = text_find(*rest, end, prefix.len);
	*ret = (struct text){rest->data + prefix.len, at - prefix.len};
	*rest = (struct text){rest->data + at, rest->len - at};
	return rest->len > 0;
}

enum status leaf_parse(struct text body, struct leaf *ret, struct error *ret_error)
{
	struct text rest = body, commitment, time;
	struct buffer again;
	size_t len;
	uint64_t ms;
	bool good;

	good = take(&rest, TEXT("{\"actor\":\""), '"', &ret->actor) && take(&rest, TEXT("\",\"commitment\":\""), '"', &commitment) &&
	       take(&rest, TEXT("\",\"id\":\""), '"', &ret->id) && take(&rest, TEXT("\",\"kind\":\""), '"', &ret->kind) &&
	       take(&rest, TEXT("\",\"log\":\""), '"', &ret->log) && take(&rest, TEXT("\",\"subject\":\""), '"', &ret->subject) &&
	       take(&rest, TEXT("\",\"time\":"), ',', &time) && text_to_uint(time, INT64_MAX, &ms) == ST_OK &&
	       commitment.len == (size_t)2 * MERKLE_HASH_SIZE &&
	       sodium_hex2bin(ret->commitment.b, MERKLE_HASH_SIZE, commitment.data, commitment.len, NULL, &len, NULL) == 0 &&
	       len == MERKLE_HASH_SIZE && leaf_field_valid(ret->actor) && leaf_field_valid(ret->kind) &&
	       leaf_field_valid(ret->log) && leaf_field_valid(ret->id) && leaf_field_valid(ret->subject);
	if (good) {
		/* There is one way to write it. */
		ret->time_ms = (int64_t)ms;
		buffer_init(&again, LEAF_BODY_MAX);
		leaf_write(ret, &again);
		good = text_equal(buffer_text(&again), body);
		buffer_release(&again);
	}
	return good ? ST_OK : error_set(ret_error, ST_MALFORMED, "this is not a leaf of version 1");
}
