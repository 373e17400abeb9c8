#include "bulletin/grant.h"

#include <sodium.h>

#include "bulletin/lines.h"
#include "merkle/base64.h"

#define SEALED_SIZE (32u + crypto_box_SEALBYTES)
#define GRANT_MAX 4096u

enum status bulletin_grant_write(const uint8_t portal[32], const struct oprf_key *keys, size_t count, struct buffer *out,
				 struct error *ret_error)
{
	if (count > BULLETIN_KEYS_MAX)
		return error_at(ret_error, ST_LIMIT, "key", -1, "a grant has at most %u keys", BULLETIN_KEYS_MAX);
	buffer_add_text(out, TEXT("cordon oprf grant v1\nportal "));
	lines_add_hex(out, portal, 32);
	buffer_add_char(out, '\n');
	for (size_t i = 0; i < count; i++) {
		uint8_t id[OPRF_KEY_ID_SIZE], sealed[SEALED_SIZE];

		if (crypto_box_seal(sealed, keys[i].secret.b, sizeof keys[i].secret.b, portal) != 0)
			return error_at(ret_error, ST_MALFORMED, "portal", -1, "this is no public key of a portal");
		oprf_key_id(&keys[i].public_key, id);
		buffer_add_text(out, TEXT("key "));
		lines_add_hex(out, id, sizeof id);
		buffer_add_char(out, ' ');
		base64_add(out, (struct bytes){sealed, sizeof sealed});
		buffer_add_char(out, '\n');
	}
	return buffer_status(out) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(out), "out of memory");
}

static enum status refused(struct error *ret_error)
{
	return error_because(ret_error, ST_DENIED, "bulletin-grant", NULL, "the grant is not for this portal, or was altered");
}

static enum status key_read(struct text line, const uint8_t portal[32], const uint8_t secret[32], struct oprf_key *ret,
			    struct error *ret_error)
{
	uint8_t id[OPRF_KEY_ID_SIZE], own[OPRF_KEY_ID_SIZE], sealed[SEALED_SIZE];
	struct oprf_scalar scalar;
	struct text word;
	enum status st;

	if (!text_split(&line, ' ', &word) || !lines_hex(word, id, sizeof id) || base64_read_exactly(line, sealed, sizeof sealed) != ST_OK)
		return lines_malformed("key", ret_error);
	if (crypto_box_seal_open(scalar.b, sealed, sizeof sealed, portal, secret) != 0)
		return refused(ret_error);
	st = oprf_key_of_secret(OPRF_VERIFIABLE, &scalar, ret, NULL);
	sodium_memzero(&scalar, sizeof scalar);
	if (st != ST_OK)
		return refused(ret_error);
	oprf_key_id(&ret->public_key, own);
	return memcmp(id, own, sizeof id) == 0 ? ST_OK : refused(ret_error);
}

enum status bulletin_grant_read(struct bytes grant, const uint8_t portal[32], const uint8_t secret[32],
				struct oprf_key ret_keys[BULLETIN_KEYS_MAX], size_t *ret_count, struct error *ret_error)
{
	struct oprf_key keys[BULLETIN_KEYS_MAX] = {{.mode = OPRF_VERIFIABLE}};
	uint8_t named[32];
	struct text rest;
	size_t count = 0;
	enum status st = ST_OK;

	if (grant.len > GRANT_MAX || text_check(grant, &rest, NULL) != ST_OK || !lines_take(&rest, TEXT("cordon oprf grant v1")) ||
	    !lines_hex(lines_value(&rest, TEXT("portal")), named, sizeof named))
		return lines_malformed("beginning", ret_error);
	if (memcmp(named, portal, sizeof named) != 0)
		return refused(ret_error);
	while (st == ST_OK && rest.len) {
		struct text line = lines_value(&rest, TEXT("key"));

		if (line.len == 0 || count == BULLETIN_KEYS_MAX)
			st = lines_malformed("key", ret_error);
		else
			st = key_read(line, portal, secret, &keys[count++], ret_error);
	}
	if (st == ST_OK) {
		memcpy(ret_keys, keys, sizeof keys);
		*ret_count = count;
	}
	sodium_memzero(keys, sizeof keys);
	return st;
}
