#include <sodium.h>
#include <stdio.h>

#include "merkle/base64.h"
#include "merkle/note.h"

static const struct text private_prefix = {"PRIVATE+KEY+", 12};

/* White_Space of Unicode, beyond ASCII. */
static bool is_space(uint32_t c)
{
	return c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x205F || c == 0x3000;
}

bool note_name_valid(struct text name)
{
	size_t at = 0;

	if (name.len == 0 || name.len >= NOTE_NAME_SIZE)
		return false;
	while (at < name.len) {
		uint32_t c = text_next(name, &at);

		if (c < 0x20 || c == '+' || is_space(c))
			return false;
	}
	return true;
}

static bool type_known(unsigned type)
{
	return type == NOTE_ED25519 || type == NOTE_COSIGNATURE;
}

/* SHA-256(name || 0x0A || type || public key)[:4] */
static void set_id(struct note_key *key)
{
	crypto_hash_sha256_state state;
	uint8_t digest[crypto_hash_sha256_BYTES];
	uint8_t middle[2] = {'\n', (uint8_t)key->type};

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)key->name, strlen(key->name));
	crypto_hash_sha256_update(&state, middle, sizeof middle);
	crypto_hash_sha256_update(&state, key->public_key, NOTE_PUBLIC_SIZE);
	crypto_hash_sha256_final(&state, digest);
	memcpy(key->id, digest, NOTE_ID_SIZE);
}

enum status note_signer_make(struct text name, enum note_type type, const uint8_t seed[32], struct note_signer *ret,
			     struct error *ret_error)
{
	if (!note_name_valid(name))
		return error_at(ret_error, ST_MALFORMED, "name", -1, "this cannot name a key");
	*ret = (struct note_signer){.key = {.type = type}};
	memcpy(ret->key.name, name.data, name.len);
	crypto_sign_seed_keypair(ret->key.public_key, ret->secret, seed);
	set_id(&ret->key);
	return ST_OK;
}

void note_key_as(const struct note_key *key, enum note_type type, struct note_key *ret)
{
	*ret = *key;
	ret->type = type;
	set_id(ret);
}

enum status note_signer_of_token(struct text name, enum note_type type, const uint8_t public_key[NOTE_PUBLIC_SIZE],
				 struct note_token *token, struct note_signer *ret, struct error *ret_error)
{
	if (!note_name_valid(name)) {
		token->close(token);
		return error_at(ret_error, ST_MALFORMED, "name", -1, "this cannot name a key");
	}
	*ret = (struct note_signer){.key = {.type = type}, .token = token};
	memcpy(ret->key.name, name.data, name.len);
	memcpy(ret->key.public_key, public_key, NOTE_PUBLIC_SIZE);
	set_id(&ret->key);
	return ST_OK;
}

void note_signer_as(const struct note_signer *signer, enum note_type type, struct note_signer *ret)
{
	*ret = *signer;
	ret->lent = true;
	note_key_as(&signer->key, type, &ret->key);
}

void note_signer_clear(struct note_signer *signer)
{
	if (signer->token && !signer->lent)
		signer->token->close(signer->token);
	sodium_memzero(signer, sizeof *signer);
}

/* "name+hex id+base64(type || raw)" */
static void write_key(const struct note_key *key, const uint8_t raw[32], char out[NOTE_VKEY_SIZE])
{
	uint8_t typed[33];
	char base64[sodium_base64_ENCODED_LEN(sizeof typed, sodium_base64_VARIANT_ORIGINAL)];

	typed[0] = (uint8_t)key->type;
	memcpy(typed + 1, raw, 32);
	sodium_bin2base64(base64, sizeof base64, typed, sizeof typed, sodium_base64_VARIANT_ORIGINAL);
	sodium_memzero(typed, sizeof typed);
	snprintf(out, NOTE_VKEY_SIZE, "%s+%02x%02x%02x%02x+%s", key->name, key->id[0], key->id[1], key->id[2], key->id[3], base64);
	sodium_memzero(base64, sizeof base64);
}

void note_vkey(const struct note_key *key, char out[NOTE_VKEY_SIZE])
{
	write_key(key, key->public_key, out);
}

void note_skey(const struct note_signer *signer, char out[NOTE_VKEY_SIZE])
{
	char rest[NOTE_VKEY_SIZE];

	/* The first half of libsodium's secret key is the seed. */
	write_key(&signer->key, signer->secret, rest);
	snprintf(out, NOTE_VKEY_SIZE, "%.*s%.*s", TEXT_ARG(private_prefix), (int)(NOTE_VKEY_SIZE - private_prefix.len - 1), rest);
	sodium_memzero(rest, sizeof rest);
}

static enum status bad_key(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "this is not a key in the form name+id+base64");
}

struct key_parts {
	struct text name;
	uint8_t id[NOTE_ID_SIZE];
	uint8_t typed[33];
};

static enum status split_key(struct text in, struct key_parts *ret, struct error *ret_error)
{
	struct text rest = in, id, base64;
	size_t len;

	if (in.len == 0 || in.len >= NOTE_VKEY_SIZE || !text_split(&rest, '+', &ret->name) || !text_split(&rest, '+', &id))
		return bad_key(ret_error);
	/* Base64 has plus signs of its own: what is left is all of it. */
	base64 = rest;
	if (!note_name_valid(ret->name) || id.len != 8 ||
	    sodium_hex2bin(ret->id, sizeof ret->id, id.data, id.len, NULL, &len, NULL) != 0 || len != sizeof ret->id ||
	    base64_read_exactly(base64, ret->typed, sizeof ret->typed) != ST_OK || !type_known(ret->typed[0]))
		return bad_key(ret_error);
	return ST_OK;
}

static enum status check_id(const struct note_key *key, const struct key_parts *parts, struct error *ret_error)
{
	if (memcmp(key->id, parts->id, NOTE_ID_SIZE) != 0)
		return error_set(ret_error, ST_MALFORMED, "the id of this key is not the one that its name and key make");
	return ST_OK;
}

enum status note_vkey_parse(struct text vkey, struct note_key *ret, struct error *ret_error)
{
	struct key_parts parts;
	struct note_key key = {.name = ""};

	TRY(split_key(vkey, &parts, ret_error));
	memcpy(key.name, parts.name.data, parts.name.len);
	key.type = (enum note_type)parts.typed[0];
	memcpy(key.public_key, parts.typed + 1, NOTE_PUBLIC_SIZE);
	set_id(&key);
	TRY(check_id(&key, &parts, ret_error));
	*ret = key;
	return ST_OK;
}

enum status note_skey_parse(struct text skey, struct note_signer *ret, struct error *ret_error)
{
	struct key_parts parts = {.name = TEXT_NONE};
	struct note_signer signer;
	enum status st;

	if (!text_starts(skey, private_prefix))
		return bad_key(ret_error);
	skey = (struct text){skey.data + private_prefix.len, skey.len - private_prefix.len};
	TRY_OUT(split_key(skey, &parts, ret_error));
	TRY_OUT(note_signer_make(parts.name, (enum note_type)parts.typed[0], parts.typed + 1, &signer, ret_error));
	TRY_OUT(check_id(&signer.key, &parts, ret_error));
	*ret = signer;
out:
	sodium_memzero(&parts, sizeof parts);
	return st;
}
