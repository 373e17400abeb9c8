#include "account/secret.h"

#include <sodium.h>

#define ARGON_PASSES 3u
#define ARGON_BYTES (64u << 20)
#define DIFFERENT_MIN 5u

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "libsodium's size of a hash string");

static size_t characters(struct text t)
{
	size_t count = 0;

	for (size_t at = 0; at < t.len; count++)
		text_next(t, &at);
	return count;
}

static size_t different_bytes(struct text t)
{
	bool seen[256] = {false};
	size_t count = 0;

	for (size_t i = 0; i < t.len; i++) {
		count += !seen[(unsigned char)t.data[i]];
		seen[(unsigned char)t.data[i]] = true;
	}
	return count;
}

static bool has_nocase(struct text t, struct text part)
{
	for (size_t i = 0; part.len && i + part.len <= t.len; i++)
		if (text_equal_nocase((struct text){t.data + i, part.len}, part))
			return true;
	return false;
}

enum status password_accept(struct text password, struct text login, struct error *ret_error)
{
	if (password.len > PASSWORD_MAX)
		return error_because(ret_error, ST_MALFORMED, "password-long", "password", "over %u bytes", PASSWORD_MAX);
	if (characters(password) < PASSWORD_MIN)
		return error_because(ret_error, ST_MALFORMED, "password-short", "password", "under %u characters", PASSWORD_MIN);
	if (different_bytes(password) < DIFFERENT_MIN || has_nocase(password, login))
		return error_because(ret_error, ST_MALFORMED, "password-plain", "password", "too easy to guess");
	return ST_OK;
}

enum status password_hash(struct text password, char out[PASSWORD_HASH_SIZE], struct error *ret_error)
{
	if (crypto_pwhash_str_alg(out, password.data, password.len, ARGON_PASSES, ARGON_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return error_set(ret_error, ST_NO_MEMORY, "no memory to hash a password");
	return ST_OK;
}

bool password_fits(struct text password, struct text hash)
{
	char stored[PASSWORD_HASH_SIZE] = {0};

	if (hash.len >= sizeof stored || password.len > PASSWORD_MAX)
		return false;
	memcpy(stored, hash.data, hash.len);
	return crypto_pwhash_str_verify(stored, password.data, password.len) == 0;
}

bool password_outdated(struct text hash)
{
	char stored[PASSWORD_HASH_SIZE] = {0};

	if (hash.len >= sizeof stored)
		return true;
	memcpy(stored, hash.data, hash.len);
	return crypto_pwhash_str_needs_rehash(stored, ARGON_PASSES, ARGON_BYTES) != 0;
}

void secret_word(const struct env *env, unsigned groups, char out[SECRET_WORD_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz023456789"; /* without i, l, o, 1 and with 32 of them */
	uint8_t raw[8 * 4];
	size_t at = 0;

	_Static_assert(sizeof letters == 33, "five bits each");
	env_random(env, raw, sizeof raw);
	for (unsigned i = 0; i < groups * 4 && i < sizeof raw; i++) {
		if (i && i % 4 == 0)
			out[at++] = '-';
		out[at++] = letters[raw[i] & 31];
	}
	out[at] = '\0';
	sodium_memzero(raw, sizeof raw);
}

void secret_token(const struct env *env, char out[SECRET_TEXT_SIZE])
{
	uint8_t raw[SECRET_SIZE];

	env_random(env, raw, sizeof raw);
	sodium_bin2base64(out, SECRET_TEXT_SIZE, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(raw, sizeof raw);
}

void secret_hash(struct text token, uint8_t out[SECRET_SIZE])
{
	crypto_hash_sha256(out, (const uint8_t *)token.data, token.len);
}

enum status base64url_read(struct text in, size_t max, struct arena *arena, struct bytes *ret_bytes)
{
	size_t room = in.len / 4 * 3 + 3, len;
	uint8_t *out;

	if (room > max + 3)
		return ST_MALFORMED;
	out = arena_alloc(arena, room, 1);
	if (!out)
		return arena_failure(arena, NULL);
	if (sodium_base642bin(out, room, in.len ? in.data : "", in.len, NULL, &len, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || len > max)
		return ST_MALFORMED;
	*ret_bytes = (struct bytes){out, len};
	return ST_OK;
}

enum status base64url_write(struct bytes in, struct arena *arena, struct text *ret_text)
{
	size_t room = sodium_base64_ENCODED_LEN(in.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(arena, room, 1);

	if (!out)
		return arena_failure(arena, NULL);
	sodium_bin2base64(out, room, in.data, in.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	*ret_text = text_of(out);
	return ST_OK;
}

void base32_write(struct bytes in, char *out)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t held = 0;
	unsigned bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < in.len; i++) {
		held = (held << 8 | in.data[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			out[at++] = letters[held >> (bits - 5) & 31];
	}
	if (bits)
		out[at++] = letters[held << (5 - bits) & 31];
	out[at] = '\0';
}
