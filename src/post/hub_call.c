#include "post/hub_call.h"

#include <sodium.h>
#include <stdio.h>

#include "feed/call.h"

#define MESSAGE_MAX 2048

/* "cordon post v1\nMETHOD\nTARGET\nTIME\nSHA256(body)\n" */
static void sign(const struct identity *identity, const char *method, const char *target, int64_t time_ms, struct text body, char *out,
		 size_t room)
{
	char message[MESSAGE_MAX], hex[65], base64[sodium_base64_ENCODED_LEN(64, sodium_base64_VARIANT_ORIGINAL)];
	uint8_t digest[32], signature[64];
	int len;

	crypto_hash_sha256(digest, (const uint8_t *)body.data, body.len);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	len = snprintf(message, sizeof message, "cordon post v1\n%s\n%s\n%lld\n%s\n", method, target, (long long)time_ms, hex);
	crypto_sign_detached(signature, NULL, (const uint8_t *)message, (unsigned long long)len, identity->secret_key);
	sodium_bin2base64(base64, sizeof base64, signature, sizeof signature, sodium_base64_VARIANT_ORIGINAL);
	snprintf(out, room, "Cordon-Post %s:%lld:%s", identity->id, (long long)time_ms, base64);
}

enum status hub_call(const struct hub_line *line, const char *path, struct text body, unsigned *ret_status, struct buffer *ret_answer,
		     struct error *ret_error)
{
	char address[1400], target[256], authorization[400];
	struct call call = {.address = address, .body = body, .type = body.data ? "application/json" : NULL, .authorization = authorization,
			    .line = line->kept,
			    .ca_file = line->ca_file, .patience_s = 60, .go_on = line->go_on, .context = line->context};

	if (snprintf(target, sizeof target, "/api/v1/posts/%s/%s", line->identity->id, path) >= (int)sizeof target ||
	    snprintf(address, sizeof address, "%s%s", line->identity->hub, target) >= (int)sizeof address)
		return error_set(ret_error, ST_LIMIT, "the address is too long");
	sign(line->identity, body.data ? "POST" : "GET", target, post_clock_hub_ms(line->clock), body, authorization, sizeof authorization);
	return call_make(&call, ret_status, ret_answer, ret_error);
}
