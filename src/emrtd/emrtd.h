/* Passive authentication of electronic passports. ICAO Doc 9303-10, -11, -12. Pure over OpenSSL: certificates and time are parameters.
 *
 * "Not checked" is an answer of its own: without the issuing state's certificate nothing is said, good or bad.
 */
#ifndef EMRTD_EMRTD_H
#define EMRTD_EMRTD_H

#include "base/status.h"
#include "base/slice.h"

enum emrtd_result { EMRTD_VALID, EMRTD_NOT_CHECKED, EMRTD_INVALID };

struct emrtd_anchors; /* certificates of issuing states (CSCA) */

struct emrtd_anchors_report { size_t taken, refused, explicit_curves; };

/* From a master list (CMS, content 2.23.136.1.1.2), verified against `signers` (DER or PEM certificates; empty: the list's own is
 * taken as it is and the report says nothing of who signed), or from a bundle of PEM certificates. Certificates with explicit curve
 * parameters are taken when these equal a known curve's. May be called several times. Fails: ST_MALFORMED, ST_DENIED, ST_LIMIT,
 * ST_NO_MEMORY. */
MUST_USE enum status emrtd_anchors_new(struct emrtd_anchors **ret, struct error *ret_error);
void emrtd_anchors_free(struct emrtd_anchors *anchors); /* NULL is fine */
MUST_USE enum status emrtd_anchors_add(struct emrtd_anchors *anchors, struct bytes file, struct bytes signers,
				       struct emrtd_anchors_report *ret, struct error *ret_error);

struct emrtd_chip {
	struct bytes sod, dg1, dg2; /* whole files; dg2 may be empty */
	struct text mrz;            /* as read from the page, lines joined; may be empty */
};

struct emrtd_answer {
	enum emrtd_result result;
	/* a fixed word: "valid", "no-csca", "dg1-altered", "dg2-altered", "signature", "chain", "expired-signer", "country", "mrz-differs",
	 * "algorithm", "malformed", "revoked"... */
	const char *reason;
	bool warned;          /* valid, with something unusual: `warning` */
	const char *warning;  /* "no-signing-time", "sha1", or NULL */
	char issuer[4];       /* country of the signer's certificate, upper case */
	char mrz[91];         /* of DG1, without line ends */
};

/* Fails: ST_NO_MEMORY alone; a broken chip is an answer. Cost: one signature, one chain. */
MUST_USE enum status emrtd_check(const struct emrtd_anchors *anchors, const struct emrtd_chip *chip, int64_t now_ms,
				 struct emrtd_answer *ret, struct error *ret_error);

#endif
