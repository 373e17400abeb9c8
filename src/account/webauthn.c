#include "account/webauthn.h"

#include <cbor.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>

#define AUTHDATA_MIN 37u /* rpIdHash 32, flags 1, counter 4 */
#define FLAG_UP 0x01u
#define FLAG_UV 0x04u
#define FLAG_AT 0x40u
#define ATTESTATION_MAX (64u << 10)

static enum status refuse(struct error *ret_error, enum status code, const char *what)
{
	return error_because(ret_error, code, "passkey", NULL, "passkey: %s", what);
}

static struct text member(json_t *object, const char *name)
{
	json_t *value = json_object_get(object, name);

	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT_NONE;
}

enum status webauthn_client_data(const struct webauthn_party *party, struct bytes json, const char *type,
				 uint8_t ret_challenge[WEBAUTHN_CHALLENGE_SIZE], struct error *ret_error)
{
	uint8_t challenge[WEBAUTHN_CHALLENGE_SIZE];
	struct text text, sent;
	size_t len;
	json_t *root = NULL, *cross;
	enum status st;

	if (json.len > WEBAUTHN_JSON_MAX || text_check(json, &text, NULL) != ST_OK)
		return refuse(ret_error, ST_MALFORMED, "client data are not text");
	root = json_loadb(text.data ? text.data : "", text.len, JSON_REJECT_DUPLICATES, NULL);
	sent = member(root, "challenge");
	cross = json_object_get(root, "crossOrigin");
	if (!json_is_object(root))
		st = refuse(ret_error, ST_MALFORMED, "client data are not a JSON object");
	else if (!text_equal(member(root, "type"), text_of(type)))
		st = refuse(ret_error, ST_DENIED, "client data of another type");
	else if (!text_equal(member(root, "origin"), party->origin) || party->origin.len == 0)
		st = refuse(ret_error, ST_DENIED, "client data of another origin");
	else if ((cross && !json_is_false(cross)) || json_object_get(root, "topOrigin"))
		st = refuse(ret_error, ST_DENIED, "client data from a frame of another site");
	else if (sent.len == 0 || sodium_base642bin(challenge, sizeof challenge, sent.data, sent.len, NULL, &len, NULL,
						    sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || len != sizeof challenge)
		st = refuse(ret_error, ST_MALFORMED, "client data without a challenge");
	else {
		memcpy(ret_challenge, challenge, sizeof challenge);
		st = ST_OK;
	}
	json_decref(root);
	return st;
}

/* Hash of the relying party and flags, before anything is decoded. */
static enum status check_head(const struct webauthn_party *party, struct bytes data, unsigned flags, struct error *ret_error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];

	if (data.len < AUTHDATA_MIN)
		return refuse(ret_error, ST_MALFORMED, "authenticator data are too short");
	crypto_hash_sha256(hash, (const uint8_t *)party->id.data, party->id.len);
	if (sodium_memcmp(hash, data.data, sizeof hash) != 0)
		return refuse(ret_error, ST_DENIED, "made for another site");
	if ((data.data[32] & flags) != flags)
		return refuse(ret_error, ST_DENIED, "the person was not present and verified");
	return ST_OK;
}

/* ---- creation ---- */

struct statement {
	struct text format;
	struct bytes data;
	cbor_item_t *detail; /* a map; of "packed": alg, sig, x5c */
	bool certified;      /* with a certificate, not signed by the new key itself */
	int algorithm;
};

static struct text cbor_text(const cbor_item_t *item)
{
	if (!item || !cbor_isa_string(item) || !cbor_string_is_definite(item))
		return TEXT_NONE;
	return (struct text){(const char *)cbor_string_handle(item), cbor_string_length(item)};
}

static struct bytes cbor_octets(const cbor_item_t *item)
{
	if (!item || !cbor_isa_bytestring(item) || !cbor_bytestring_is_definite(item))
		return (struct bytes){NULL, 0};
	return (struct bytes){cbor_bytestring_handle(item), cbor_bytestring_length(item)};
}

static cbor_item_t *cbor_member(const cbor_item_t *map, const char *name)
{
	if (!map || !cbor_isa_map(map) || !cbor_map_is_definite(map))
		return NULL;
	for (size_t i = 0; i < cbor_map_size(map); i++)
		if (text_equal(cbor_text(cbor_map_handle(map)[i].key), text_of(name)))
			return cbor_map_handle(map)[i].value;
	return NULL;
}

static void read_statement(const cbor_item_t *root, struct statement *out)
{
	cbor_item_t *detail = cbor_member(root, "attStmt");
	const cbor_item_t *algorithm = cbor_member(detail, "alg");

	*out = (struct statement){.format = cbor_text(cbor_member(root, "fmt")), .data = cbor_octets(cbor_member(root, "authData")),
				  .detail = detail, .certified = cbor_member(detail, "x5c") != NULL};
	if (algorithm && cbor_isa_negint(algorithm) && cbor_get_int(algorithm) < 1000)
		out->algorithm = -1 - (int)cbor_get_int(algorithm);
}

/* libfido2 wants to know the algorithm before it decodes the key. */
static fido_cred_t *decode_key(const struct webauthn_party *party, const struct statement *statement, struct bytes client_hash,
			       int algorithm)
{
	char id[256];
	fido_cred_t *cred = fido_cred_new();

	if (!cred || party->id.len >= sizeof id)
		goto fail;
	memcpy(id, party->id.data, party->id.len);
	id[party->id.len] = '\0';
	if (fido_cred_set_type(cred, algorithm) != FIDO_OK || fido_cred_set_rp(cred, id, NULL) != FIDO_OK ||
	    fido_cred_set_clientdata_hash(cred, client_hash.data, client_hash.len) != FIDO_OK ||
	    fido_cred_set_authdata_raw(cred, statement->data.data, statement->data.len) != FIDO_OK)
		goto fail;
	return cred;
fail:
	fido_cred_free(&cred);
	return NULL;
}

/* Clause 8.2. */
static enum status check_packed(fido_cred_t *cred, const struct statement *statement, int algorithm, struct error *ret_error)
{
	unsigned char *bytes = NULL;
	size_t room = 0, len = cbor_serialize_alloc(statement->detail, &bytes, &room);
	bool read = len && fido_cred_set_fmt(cred, "packed") == FIDO_OK && fido_cred_set_attstmt(cred, bytes, len) == FIDO_OK;

	free(bytes);
	if (!read || (!statement->certified && statement->algorithm != algorithm))
		return refuse(ret_error, ST_MALFORMED, "an attestation that is not read");
	fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	if ((statement->certified ? fido_cred_verify(cred) : fido_cred_verify_self(cred)) != FIDO_OK)
		return refuse(ret_error, ST_DENIED, "attestation that does not verify");
	return ST_OK;
}

static enum status check_statement(const struct webauthn_party *party, fido_cred_t *cred, const struct statement *statement,
				   int algorithm, struct error *ret_error)
{
	if (!statement->detail || !cbor_isa_map(statement->detail))
		return refuse(ret_error, ST_MALFORMED, "no attestation statement");
	if (party->attested && !statement->certified)
		return refuse(ret_error, ST_DENIED, "no statement of its maker");
	if (text_equal(statement->format, TEXT("none")))
		return cbor_map_size(statement->detail) == 0 ? ST_OK
							      : refuse(ret_error, ST_MALFORMED, "an empty statement that is not");
	if (text_equal(statement->format, TEXT("packed")))
		return check_packed(cred, statement, algorithm, ret_error);
	return refuse(ret_error, ST_DENIED, "attestation format not accepted");
}

static enum status take_key(const fido_cred_t *cred, int algorithm, struct webauthn_key *ret_key, struct error *ret_error)
{
	struct webauthn_key key = {.algorithm = algorithm, .handle_len = fido_cred_id_len(cred),
				   .key_len = fido_cred_pubkey_len(cred), .counter = fido_cred_sigcount(cred)};

	if (key.handle_len < WEBAUTHN_HANDLE_MIN || key.handle_len > sizeof key.handle || key.key_len == 0 ||
	    key.key_len > sizeof key.key)
		return refuse(ret_error, ST_MALFORMED, "a key or its name of an impossible size");
	memcpy(key.handle, fido_cred_id_ptr(cred), key.handle_len);
	memcpy(key.key, fido_cred_pubkey_ptr(cred), key.key_len);
	*ret_key = key;
	return ST_OK;
}

enum status webauthn_create(const struct webauthn_party *party, const struct webauthn_creation *creation,
			    struct webauthn_key *ret_key, struct error *ret_error)
{
	static const int algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256};
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct cbor_load_result result;
	struct statement statement;
	cbor_item_t *root = NULL;
	fido_cred_t *cred = NULL;
	int algorithm = 0;
	enum status st;

	if (creation->attestation.len == 0 || creation->attestation.len > ATTESTATION_MAX)
		return refuse(ret_error, ST_MALFORMED, "attestation of an impossible size");
	root = cbor_load(creation->attestation.data, creation->attestation.len, &result);
	if (!root || result.read != creation->attestation.len) {
		st = refuse(ret_error, ST_MALFORMED, "attestation is not CBOR");
		goto out;
	}
	read_statement(root, &statement);
	TRY_OUT(check_head(party, statement.data, FLAG_UP | FLAG_UV | FLAG_AT, ret_error));
	crypto_hash_sha256(hash, creation->client_data.data, creation->client_data.len);
	for (size_t i = 0; !cred && i < sizeof algorithms / sizeof algorithms[0]; i++) {
		algorithm = algorithms[i];
		cred = decode_key(party, &statement, (struct bytes){hash, sizeof hash}, algorithm);
	}
	if (!cred) {
		st = refuse(ret_error, ST_MALFORMED, "a key that is not read");
		goto out;
	}
	TRY_OUT(check_statement(party, cred, &statement, algorithm, ret_error));
	st = take_key(cred, algorithm, ret_key, ret_error);
out:
	fido_cred_free(&cred);
	if (root)
		cbor_decref(&root);
	return st;
}

/* ---- assertion ---- */

/* The key in the shape that fido_assert_verify takes. */
union public_key {
	es256_pk_t *es256;
	eddsa_pk_t *eddsa;
	rs256_pk_t *rs256;
};

static int verify_with(const fido_assert_t *assert, const struct webauthn_key *key)
{
	union public_key pk = {NULL};
	int result = FIDO_ERR_INVALID_ARGUMENT;

	switch (key->algorithm) {
	case COSE_ES256:
		pk.es256 = es256_pk_new();
		if (pk.es256 && es256_pk_from_ptr(pk.es256, key->key, key->key_len) == FIDO_OK)
			result = fido_assert_verify(assert, 0, COSE_ES256, pk.es256);
		es256_pk_free(&pk.es256);
		break;
	case COSE_EDDSA:
		pk.eddsa = eddsa_pk_new();
		if (pk.eddsa && eddsa_pk_from_ptr(pk.eddsa, key->key, key->key_len) == FIDO_OK)
			result = fido_assert_verify(assert, 0, COSE_EDDSA, pk.eddsa);
		eddsa_pk_free(&pk.eddsa);
		break;
	case COSE_RS256:
		pk.rs256 = rs256_pk_new();
		if (pk.rs256 && rs256_pk_from_ptr(pk.rs256, key->key, key->key_len) == FIDO_OK)
			result = fido_assert_verify(assert, 0, COSE_RS256, pk.rs256);
		rs256_pk_free(&pk.rs256);
		break;
	default:
		break;
	}
	return result;
}

enum status webauthn_assert(const struct webauthn_party *party, const struct webauthn_assertion *assertion,
			    const struct webauthn_key *key, uint32_t *ret_counter, struct error *ret_error)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char id[256];
	fido_assert_t *assert = NULL;
	enum status st;

	TRY(check_head(party, assertion->authenticator_data, FLAG_UP | FLAG_UV, ret_error));
	if (party->id.len >= sizeof id)
		return refuse(ret_error, ST_MALFORMED, "the site's name is too long");
	memcpy(id, party->id.data, party->id.len);
	id[party->id.len] = '\0';
	crypto_hash_sha256(hash, assertion->client_data.data, assertion->client_data.len);
	assert = fido_assert_new();
	if (!assert)
		return error_set(ret_error, ST_NO_MEMORY, "no memory for an assertion");
	if (fido_assert_set_rp(assert, id) != FIDO_OK || fido_assert_set_clientdata_hash(assert, hash, sizeof hash) != FIDO_OK ||
	    fido_assert_set_count(assert, 1) != FIDO_OK || fido_assert_set_up(assert, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_assert_set_uv(assert, FIDO_OPT_TRUE) != FIDO_OK ||
	    fido_assert_set_authdata_raw(assert, 0, assertion->authenticator_data.data, assertion->authenticator_data.len) !=
		    FIDO_OK ||
	    fido_assert_set_sig(assert, 0, assertion->signature.data, assertion->signature.len) != FIDO_OK)
		st = refuse(ret_error, ST_MALFORMED, "an assertion that is not read");
	else if (verify_with(assert, key) != FIDO_OK)
		st = refuse(ret_error, ST_DENIED, "a signature that does not verify");
	else {
		*ret_counter = fido_assert_sigcount(assert, 0);
		st = ST_OK;
	}
	fido_assert_free(&assert);
	return st;
}
