/* What the parts of passive authentication share. */
#ifndef EMRTD_INSIDE_H
#define EMRTD_INSIDE_H

#include <openssl/cms.h>
#include <openssl/x509.h>

#include "emrtd/emrtd.h"

#define EMRTD_GROUPS_MAX 16u
#define EMRTD_ANCHORS_MAX 20000u

/* LDSSecurityObject: the hash of each data group. Doc 9303-10, 4.6.2.3. */
struct security_object {
	int digest; /* NID */
	struct {
		int number;
		uint8_t hash[64];
		size_t len;
	} groups[EMRTD_GROUPS_MAX];
	size_t count;
};

/* Reads the DER of one. */
bool security_object_read(const uint8_t *der, size_t len, struct security_object *ret);

/* Whether a certificate's key is RSA, or on a curve that is named; `ret_explicit`: it is written out, and its parameters are a named
 * curve's to the last number. Others are refused: with parameters of one's own anybody can make a key that fits. */
bool curve_known(X509 *certificate, bool *ret_explicit);

/* The verifying key of a certificate, with an explicit curve as the named one that it equals. To be freed. */
EVP_PKEY *curve_key(X509 *certificate);

/* Those of the issuer's certificates that may have signed `certificate`; by turns from *at, NULL past the last. */
X509 *anchors_next(const struct emrtd_anchors *anchors, X509 *certificate, size_t *at);

#endif
