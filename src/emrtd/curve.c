#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include "emrtd/inside.h"

#define POINT_MAX 160u

/* The named curve whose field, coefficients, generator, order and cofactor are those of `group`; 0: none. */
static int named(const EC_GROUP *group)
{
	EC_builtin_curve curves[128];
	size_t count = EC_get_builtin_curves(curves, sizeof curves / sizeof curves[0]);

	for (size_t i = 0; i < count; i++) {
		EC_GROUP *known = EC_GROUP_new_by_curve_name(curves[i].nid);
		int differs = known ? EC_GROUP_cmp(known, group, NULL) : 1;

		if (differs == 0)
			differs = BN_cmp(EC_GROUP_get0_order(known), EC_GROUP_get0_order(group)) != 0 ||
				  BN_cmp(EC_GROUP_get0_cofactor(known), EC_GROUP_get0_cofactor(group)) != 0;
		EC_GROUP_free(known);
		if (differs == 0)
			return curves[i].nid;
	}
	return 0;
}

/* The group as it is written in the certificate, and whether that is by numbers. Source: RFC 3279, 2.3.5; BSI TR-03111. */
static EC_GROUP *group_of(X509 *certificate, bool *ret_explicit)
{
	X509_ALGOR *algorithm = NULL;
	const void *value = NULL;
	int type = 0;
	EC_GROUP *group;

	if (!X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, X509_get_X509_PUBKEY(certificate)))
		return NULL;
	X509_ALGOR_get0(NULL, &type, &value, algorithm);
	*ret_explicit = type == V_ASN1_SEQUENCE;
	if (type == V_ASN1_OBJECT)
		return EC_GROUP_new_by_curve_name(OBJ_obj2nid(value));
	if (type == V_ASN1_SEQUENCE) {
		const ASN1_STRING *der = value;
		const unsigned char *at = ASN1_STRING_get0_data(der);

		group = d2i_ECPKParameters(NULL, &at, ASN1_STRING_length(der));
		return group;
	}
	return NULL;
}

static bool is_ec(X509 *certificate)
{
	ASN1_OBJECT *algorithm = NULL;

	return X509_PUBKEY_get0_param(&algorithm, NULL, NULL, NULL, X509_get_X509_PUBKEY(certificate)) &&
	       OBJ_obj2nid(algorithm) == NID_X9_62_id_ecPublicKey;
}

static int curve_of(X509 *certificate, bool *ret_explicit)
{
	EC_GROUP *group = group_of(certificate, ret_explicit);
	int nid = group ? named(group) : 0;

	EC_GROUP_free(group);
	return nid;
}

bool curve_known(X509 *certificate, bool *ret_explicit)
{
	*ret_explicit = false;
	return !is_ec(certificate) || curve_of(certificate, ret_explicit) != 0;
}

/* The point anew on the named curve. */
static EVP_PKEY *key_on(int nid, X509 *certificate)
{
	const unsigned char *point = NULL;
	int len = 0;
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM params[3];

	if (context == NULL || !X509_PUBKEY_get0_param(NULL, &point, &len, NULL, X509_get_X509_PUBKEY(certificate)) || len <= 0 ||
	    (size_t)len > POINT_MAX) {
		EVP_PKEY_CTX_free(context);
		return NULL;
	}
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)OBJ_nid2sn(nid), 0);
	params[1] = OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)point, (size_t)len);
	params[2] = OSSL_PARAM_construct_end();
	if (EVP_PKEY_fromdata_init(context) != 1 || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

EVP_PKEY *curve_key(X509 *certificate)
{
	bool is_explicit;
	int nid;

	if (!is_ec(certificate))
		return X509_get_pubkey(certificate);
	nid = curve_of(certificate, &is_explicit);
	return nid ? key_on(nid, certificate) : NULL;
}
