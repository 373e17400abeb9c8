#include "account/oidc_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "account/secret.h"

#define TOKEN_MAX 16384u
#define PART_MAX 12288u
#define SKEW_S 60
#define AGE_MAX_S 600 /* a token is for now */
#define RSA_BITS_MIN 2048
#define SUBJECT_MAX 255u

static enum status refuse(struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_DENIED, "oidc-failed", NULL, "identity token: %s", what);
}

static struct text member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT("");
}

/* A part of the token as a JSON object; NULL where it is none. */
static json_t *part_read(struct text part, struct arena *arena)
{
	struct bytes raw;

	if (base64url_read(part, PART_MAX, arena, &raw) != ST_OK || raw.len == 0)
		return NULL;
	json_t *root = json_loadb((const char *)raw.data, raw.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return NULL;
	}
	return root;
}

/* ---- keys ---- */

static EVP_PKEY *key_from(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (!params || !context || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *rsa_key(const json_t *jwk, struct arena *arena)
{
	struct bytes n, e;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = NULL, *exponent = NULL;
	EVP_PKEY *key = NULL;

	if (build && base64url_read(member(jwk, "n"), 1024, arena, &n) == ST_OK &&
	    base64url_read(member(jwk, "e"), 8, arena, &e) == ST_OK) {
		modulus = BN_bin2bn(n.data, (int)n.len, NULL);
		exponent = BN_bin2bn(e.data, (int)e.len, NULL);
		if (modulus && exponent && BN_num_bits(modulus) >= RSA_BITS_MIN &&
		    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
		    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
			key = key_from("RSA", build);
	}
	BN_free(modulus);
	BN_free(exponent);
	OSSL_PARAM_BLD_free(build);
	return key;
}

static EVP_PKEY *ec_key(const json_t *jwk, struct arena *arena)
{
	struct bytes x, y;
	uint8_t point[65] = {4};
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (build && text_equal(member(jwk, "crv"), TEXT("P-256")) && base64url_read(member(jwk, "x"), 32, arena, &x) == ST_OK &&
	    base64url_read(member(jwk, "y"), 32, arena, &y) == ST_OK && x.len == 32 && y.len == 32) {
		memcpy(point + 1, x.data, 32);
		memcpy(point + 33, y.data, 32);
		if (OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
		    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point) == 1)
			key = key_from("EC", build);
	}
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* The one key of that name; a key says itself what it is for, and the algorithm must be one of its kind. */
static EVP_PKEY *find_key(const json_t *keys, struct text id, struct text algorithm, struct arena *arena)
{
	bool elliptic = text_equal(algorithm, TEXT("ES256"));

	for (size_t i = 0; i < json_array_size(keys); i++) {
		const json_t *jwk = json_array_get(keys, i);
		struct text use = member(jwk, "use"), own = member(jwk, "alg");

		if (!text_equal(member(jwk, "kid"), id) || (use.len && !text_equal(use, TEXT("sig"))) ||
		    (own.len && !text_equal(own, algorithm)))
			continue;
		if (elliptic && text_equal(member(jwk, "kty"), TEXT("EC")))
			return ec_key(jwk, arena);
		if (!elliptic && text_equal(member(jwk, "kty"), TEXT("RSA")))
			return rsa_key(jwk, arena);
	}
	return NULL;
}

/* ---- the signature ---- */

/* RFC 7518, 3.4: two numbers of 32 bytes, which OpenSSL wants in DER. */
static bool to_der(struct bytes raw, unsigned char **ret_der, size_t *ret_len)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *r = raw.len == 64 ? BN_bin2bn(raw.data, 32, NULL) : NULL, *s = raw.len == 64 ? BN_bin2bn(raw.data + 32, 32, NULL) : NULL;
	int len = -1;

	if (sig && r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL;
		len = i2d_ECDSA_SIG(sig, ret_der);
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(sig);
	*ret_len = len > 0 ? (size_t)len : 0;
	return len > 0;
}

static bool signature_fits(EVP_PKEY *key, struct text algorithm, struct text input, struct bytes signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = NULL;
	unsigned char *der = NULL;
	size_t der_len = 0;
	bool fits = context && EVP_DigestVerifyInit(context, &pkey, EVP_sha256(), NULL, key) == 1;

	if (fits && text_equal(algorithm, TEXT("PS256")))
		fits = EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) == 1;
	if (fits && text_equal(algorithm, TEXT("ES256"))) {
		fits = to_der(signature, &der, &der_len);
		signature = (struct bytes){der, der_len};
	}
	fits = fits && EVP_DigestVerify(context, signature.data, signature.len, (const unsigned char *)input.data, input.len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(context);
	return fits;
}

static enum status check_signature(const json_t *header, struct text input, struct text signature,
				   const struct oidc_expected *expected, struct arena *arena, struct error *ret_error)
{
	struct text algorithm = member(header, "alg");
	struct bytes raw;
	EVP_PKEY *key;
	bool fits;

	if (!text_equal(algorithm, TEXT("RS256")) && !text_equal(algorithm, TEXT("PS256")) && !text_equal(algorithm, TEXT("ES256")))
		return refuse(ret_error, "an algorithm that is not taken");
	if (json_object_get(header, "crit"))
		return refuse(ret_error, "a critical header that is not known");
	key = find_key(expected->keys, member(header, "kid"), algorithm, arena);
	if (!key)
		return refuse(ret_error, "signed by a key that was not given");
	fits = base64url_read(signature, 1024, arena, &raw) == ST_OK && signature_fits(key, algorithm, input, raw);
	EVP_PKEY_free(key);
	return fits ? ST_OK : refuse(ret_error, "a signature that does not verify");
}

/* ---- the claims ---- */

static bool for_us(const json_t *claims, struct text client)
{
	const json_t *audience = json_object_get(claims, "aud");
	struct text party = member(claims, "azp");
	bool named = text_equal(member(claims, "aud"), client);

	for (size_t i = 0; i < json_array_size(audience); i++) {
		const json_t *one = json_array_get(audience, i);

		named = named || (json_is_string(one) && text_equal(text_of(json_string_value(one)), client));
	}
	/* For several, the token must say that it was given to us. */
	return named && (party.len ? text_equal(party, client) : json_array_size(audience) < 2);
}

static enum status check_claims(const json_t *claims, const struct oidc_expected *expected, struct error *ret_error)
{
	const json_t *ends = json_object_get(claims, "exp"), *made = json_object_get(claims, "iat");
	int64_t now = expected->now_ms / 1000;

	if (expected->issuer.len == 0 || !text_equal(member(claims, "iss"), expected->issuer))
		return refuse(ret_error, "of another issuer");
	if (expected->client.len == 0 || !for_us(claims, expected->client))
		return refuse(ret_error, "for somebody else");
	if (expected->nonce.len == 0 || !text_equal(member(claims, "nonce"), expected->nonce))
		return refuse(ret_error, "of another sign-in");
	if (!json_is_integer(ends) || json_integer_value(ends) <= now - SKEW_S)
		return refuse(ret_error, "over");
	if (!json_is_integer(made) || json_integer_value(made) > now + SKEW_S || json_integer_value(made) < now - AGE_MAX_S)
		return refuse(ret_error, "not of now");
	if (member(claims, "sub").len == 0 || member(claims, "sub").len > SUBJECT_MAX)
		return refuse(ret_error, "without a subject");
	return ST_OK;
}

enum status oidc_token_check(struct text token, const struct oidc_expected *expected, struct arena *arena, struct text *ret_subject,
			     struct error *ret_error)
{
	struct text rest = token, header_part = TEXT_NONE, claims_part = TEXT_NONE, signature = TEXT_NONE, more;
	json_t *header = NULL, *claims = NULL;
	enum status st;

	if (token.len == 0 || token.len > TOKEN_MAX || !text_split(&rest, '.', &header_part) || !text_split(&rest, '.', &claims_part) ||
	    !text_split(&rest, '.', &signature) || text_split(&rest, '.', &more))
		return refuse(ret_error, "not three parts");
	header = part_read(header_part, arena);
	claims = part_read(claims_part, arena);
	if (!header || !claims) {
		st = refuse(ret_error, "parts that are not read");
		goto out;
	}
	TRY_OUT(check_signature(header, (struct text){token.data, header_part.len + 1 + claims_part.len}, signature, expected, arena,
				ret_error));
	TRY_OUT(check_claims(claims, expected, ret_error));
	st = arena_text(arena, member(claims, "sub"), ret_subject);
out:
	json_decref(header);
	json_decref(claims);
	return st;
}
