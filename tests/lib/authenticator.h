/* A software authenticator: a P-256 key that answers as a passkey does, and can be told to lie. */
#ifndef TESTS_LIB_AUTHENTICATOR_H
#define TESTS_LIB_AUTHENTICATOR_H

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sodium.h>

#include "base/buffer.h"
#include "lib/test.h"

struct authenticator {
	EVP_PKEY *key;
	uint8_t handle[32];
	uint32_t counter;
	uint8_t flags; /* of presence and verification: 0x05 */
	struct buffer client_data, data, signature; /* what the last answer was made of */
};

static inline void authenticator_init(struct authenticator *a)
{
	*a = (struct authenticator){.flags = 0x05};
	a->key = EVP_EC_gen("P-256");
	assert_non_null(a->key);
	assert_int_equal(RAND_bytes(a->handle, sizeof a->handle), 1);
	buffer_init(&a->client_data, 4096);
	buffer_init(&a->data, 4096);
	buffer_init(&a->signature, 4096);
}

static inline void authenticator_release(struct authenticator *a)
{
	EVP_PKEY_free(a->key);
	buffer_release(&a->client_data);
	buffer_release(&a->data);
	buffer_release(&a->signature);
}

static inline void authenticator_client_data(struct authenticator *a, const char *type, const uint8_t challenge[32],
					     const char *origin)
{
	char text[48];

	sodium_bin2base64(text, sizeof text, challenge, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	buffer_clear(&a->client_data);
	buffer_printf(&a->client_data, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}", type, text,
		      origin);
}

static inline void authenticator_head(struct authenticator *a, struct buffer *out, const char *party, uint8_t flags)
{
	uint8_t hash[32], counter[4];

	a->counter++;
	for (int i = 0; i < 4; i++)
		counter[i] = (uint8_t)(a->counter >> (24 - 8 * i));
	crypto_hash_sha256(hash, (const uint8_t *)party, strlen(party));
	buffer_add(out, hash, sizeof hash);
	buffer_add_char(out, (char)flags);
	buffer_add(out, counter, sizeof counter);
}

/* ECDSA over the data and the hash of the client data. */
static inline void authenticator_sign(struct authenticator *a, struct bytes data)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t hash[32], signature[128];
	size_t len = sizeof signature;

	crypto_hash_sha256(hash, a->client_data.data, a->client_data.len);
	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, a->key), 1);
	assert_int_equal(EVP_DigestSignUpdate(context, data.data, data.len), 1);
	assert_int_equal(EVP_DigestSignUpdate(context, hash, sizeof hash), 1);
	assert_int_equal(EVP_DigestSignFinal(context, signature, &len), 1);
	EVP_MD_CTX_free(context);
	buffer_clear(&a->signature);
	buffer_add(&a->signature, signature, len);
}

static inline void authenticator_point(const struct authenticator *a, uint8_t x[32], uint8_t y[32])
{
	uint8_t point[65];
	size_t len = 0;

	assert_int_equal(EVP_PKEY_get_octet_string_param(a->key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &len), 1);
	assert_int_equal(len, 65);
	memcpy(x, point + 1, 32);
	memcpy(y, point + 33, 32);
}

/* The attestation object into a->data; self-signed "packed" or "none". */
static inline void authenticator_create(struct authenticator *a, const char *party, bool packed)
{
	static const uint8_t key_head[] = {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20};
	static const uint8_t key_middle[] = {0x22, 0x58, 0x20};
	uint8_t x[32], y[32], aaguid[16] = {0};
	struct buffer data;

	buffer_init(&data, 4096);
	authenticator_head(a, &data, party, a->flags | 0x40);
	buffer_add(&data, aaguid, sizeof aaguid);
	buffer_add(&data, "\0\x20", 2);
	buffer_add(&data, a->handle, sizeof a->handle);
	authenticator_point(a, x, y);
	buffer_add(&data, key_head, sizeof key_head);
	buffer_add(&data, x, sizeof x);
	buffer_add(&data, key_middle, sizeof key_middle);
	buffer_add(&data, y, sizeof y);
	authenticator_sign(a, buffer_bytes(&data));
	buffer_clear(&a->data);
	buffer_add(&a->data, "\xa3\x63" "fmt", 5);
	if (packed) {
		buffer_add(&a->data, "\x66" "packed\x67" "attStmt\xa2\x63" "alg\x26\x63" "sig\x58", 7 + 8 + 1 + 4 + 1 + 4 + 1);
		buffer_add_char(&a->data, (char)a->signature.len);
		buffer_add(&a->data, a->signature.data, a->signature.len);
	} else {
		buffer_add(&a->data, "\x64none\x67" "attStmt\xa0", 5 + 8 + 1);
	}
	buffer_add(&a->data, "\x68" "authData\x58", 10);
	buffer_add_char(&a->data, (char)data.len);
	buffer_add(&a->data, data.data, data.len);
	assert_ok(buffer_status(&a->data));
	buffer_release(&data);
}

/* Authenticator data into a->data, the signature beside it. */
static inline void authenticator_assert(struct authenticator *a, const char *party)
{
	buffer_clear(&a->data);
	authenticator_head(a, &a->data, party, a->flags);
	authenticator_sign(a, buffer_bytes(&a->data));
}

#endif
