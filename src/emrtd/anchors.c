#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "emrtd/inside.h"

#define MASTER_LIST "2.23.136.1.1.2"

struct emrtd_anchors {
	X509 **certificates; /* owned */
	size_t count, room;
};

enum status emrtd_anchors_new(struct emrtd_anchors **ret, struct error *ret_error)
{
	*ret = calloc(1, sizeof **ret);
	return *ret ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

void emrtd_anchors_free(struct emrtd_anchors *anchors)
{
	if (anchors == NULL)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		X509_free(anchors->certificates[i]);
	free(anchors->certificates);
	free(anchors);
}

/* Takes the certificate over. One that is there already is passed over. */
static enum status anchor_add(struct emrtd_anchors *a, X509 *certificate, struct emrtd_anchors_report *report, struct error *ret_error)
{
	bool is_explicit, good = curve_known(certificate, &is_explicit);
	X509 **grown;

	if (good)
		report->taken++;
	else
		report->refused++;
	report->explicit_curves += good && is_explicit;
	for (size_t i = 0; good && i < a->count; i++)
		good = X509_cmp(a->certificates[i], certificate) != 0;
	if (!good) {
		X509_free(certificate);
		return ST_OK;
	}
	if (a->count == EMRTD_ANCHORS_MAX) {
		X509_free(certificate);
		return error_set(ret_error, ST_LIMIT, "more than %u certificates", EMRTD_ANCHORS_MAX);
	}
	if (a->count == a->room) {
		a->room = a->room ? a->room * 2 : 256;
		grown = realloc(a->certificates, a->room * sizeof *grown);
		if (grown == NULL) {
			X509_free(certificate);
			return error_set(ret_error, ST_NO_MEMORY, "out of memory");
		}
		a->certificates = grown;
	}
	a->certificates[a->count++] = certificate;
	return ST_OK;
}

/* Certificates in PEM, with whatever stands between them. */
static enum status pem_add(struct emrtd_anchors *a, struct bytes file, struct emrtd_anchors_report *report, struct error *ret_error)
{
	BIO *in = BIO_new_mem_buf(file.data, (int)file.len);
	X509 *certificate;
	enum status st = in ? ST_OK : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	while (st == ST_OK && (certificate = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		st = anchor_add(a, certificate, report, ret_error);
	BIO_free(in);
	ERR_clear_error();
	return st;
}

/* CscaMasterList ::= SEQUENCE { version INTEGER, certList SET OF Certificate }. Doc 9303-12, 9. */
static enum status list_add(struct emrtd_anchors *a, const unsigned char *at, long len, struct emrtd_anchors_report *report,
			    struct error *ret_error)
{
	const unsigned char *end;
	int tag, class;
	long part;
	ASN1_INTEGER *version;
	enum status st = ST_OK;

	if (ASN1_get_object(&at, &part, &tag, &class, len) & 0x80 || tag != V_ASN1_SEQUENCE)
		return error_set(ret_error, ST_MALFORMED, "this is no master list");
	end = at + part;
	version = d2i_ASN1_INTEGER(NULL, &at, part);
	ASN1_INTEGER_free(version);
	if (version == NULL || ASN1_get_object(&at, &part, &tag, &class, end - at) & 0x80 || tag != V_ASN1_SET)
		return error_set(ret_error, ST_MALFORMED, "this is no master list");
	for (end = at + part; st == ST_OK && at < end;) {
		X509 *certificate = d2i_X509(NULL, &at, end - at);

		st = certificate ? anchor_add(a, certificate, report, ret_error)
				 : error_set(ret_error, ST_MALFORMED, "a certificate of the master list cannot be read");
	}
	return st;
}

/* The list's own signature, by a certificate that one of the signers is or has issued. */
static bool signed_by(CMS_ContentInfo *cms, struct bytes signers)
{
	struct emrtd_anchors *trusted;
	struct emrtd_anchors_report report = {0};
	STACK_OF(X509) *certificates = NULL;
	BIO *content = NULL;
	bool good = false;

	if (emrtd_anchors_new(&trusted, NULL) != ST_OK)
		return false;
	if (pem_add(trusted, signers, &report, NULL) == ST_OK && (content = BIO_new(BIO_s_mem())) != NULL &&
	    CMS_verify(cms, NULL, NULL, NULL, content, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1)
		certificates = CMS_get0_signers(cms);
	for (int i = 0; certificates && i < sk_X509_num(certificates) && !good; i++) {
		X509 *signer = sk_X509_value(certificates, i), *issuer;

		for (size_t k = 0; k < trusted->count && !good; k++)
			good = X509_cmp(trusted->certificates[k], signer) == 0;
		for (size_t at = 0; !good && (issuer = anchors_next(trusted, signer, &at)) != NULL;) {
			EVP_PKEY *key = curve_key(issuer);

			good = key && X509_verify(signer, key) == 1;
			EVP_PKEY_free(key);
		}
	}
	sk_X509_free(certificates);
	BIO_free(content);
	emrtd_anchors_free(trusted);
	ERR_clear_error();
	return good;
}

enum status emrtd_anchors_add(struct emrtd_anchors *anchors, struct bytes file, struct bytes signers, struct emrtd_anchors_report *ret,
			      struct error *ret_error)
{
	const unsigned char *at = file.data;
	CMS_ContentInfo *cms;
	ASN1_OCTET_STRING **content;
	char type[64] = "";
	enum status st;

	*ret = (struct emrtd_anchors_report){0};
	if (file.len > INT32_MAX)
		return error_set(ret_error, ST_LIMIT, "the file is too large");
	if (file.len > 10 && memmem(file.data, file.len, "-----BEGIN", 10) != NULL) {
		TRY(pem_add(anchors, file, ret, ret_error));
		return ret->taken + ret->refused ? ST_OK : error_set(ret_error, ST_MALFORMED, "there is no certificate in the file");
	}
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)file.len);
	ERR_clear_error();
	if (cms == NULL)
		return error_set(ret_error, ST_MALFORMED, "this is neither a master list nor certificates in PEM");
	OBJ_obj2txt(type, sizeof type, CMS_get0_eContentType(cms), 1);
	content = CMS_get0_content(cms);
	if (strcmp(type, MASTER_LIST) != 0 || content == NULL || *content == NULL)
		st = error_set(ret_error, ST_MALFORMED, "this is no master list");
	else if (signers.len && !signed_by(cms, signers))
		st = error_set(ret_error, ST_DENIED, "none of the signers has signed the master list");
	else
		st = list_add(anchors, ASN1_STRING_get0_data(*content), ASN1_STRING_length(*content), ret, ret_error);
	CMS_ContentInfo_free(cms);
	return st;
}

X509 *anchors_next(const struct emrtd_anchors *anchors, X509 *certificate, size_t *at)
{
	const ASN1_OCTET_STRING *wanted = X509_get0_authority_key_id(certificate);

	while (*at < anchors->count) {
		X509 *one = anchors->certificates[(*at)++];
		const ASN1_OCTET_STRING *has = X509_get0_subject_key_id(one);

		/* Names change over link certificates, keys do not; without identifiers the name must do. */
		if (wanted && has ? ASN1_OCTET_STRING_cmp(wanted, has) == 0
				  : X509_NAME_cmp(X509_get_subject_name(one), X509_get_issuer_name(certificate)) == 0)
			return one;
	}
	return NULL;
}
