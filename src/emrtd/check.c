#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "emrtd/inside.h"
#include "ident/country.h"

#define SECURITY_OBJECT "2.23.136.1.1.1"
#define SECURITY_OBJECT_OLD "1.2.528.1.1006.1.20.1"
#define SOD_MAX ((size_t)1 << 20)

/* One chip being checked. */
struct checking {
	const struct emrtd_anchors *anchors;
	const struct emrtd_chip *chip;
	int64_t now_ms;
	struct emrtd_answer *answer;
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;
	X509 *certificate; /* the signer's, of the file */
	STACK_OF(X509) *all;
	struct security_object object;
};

static bool say(struct checking *c, enum emrtd_result result, const char *reason)
{
	c->answer->result = result;
	c->answer->reason = reason;
	return false;
}

static void warn(struct checking *c, const char *warning)
{
	c->answer->warned = true;
	c->answer->warning = warning;
}

/* ---- the files ---- */

/* Content of the outermost element if its tag is the one; lengths as in DER. */
static bool unwrap(struct bytes in, uint8_t tag, struct bytes *ret)
{
	const unsigned char *at = in.data;
	long len;
	int found, class, how;

	if (in.len < 2 || in.data[0] != tag || in.len > SOD_MAX)
		return false;
	how = ASN1_get_object(&at, &len, &found, &class, (long)in.len);
	if (how & 0x80 || len < 0)
		return false;
	*ret = (struct bytes){at, (size_t)len};
	return true;
}

/* DG1: 61 L 5F1F L zone. Doc 9303-10, 4.7.1. */
static bool zone_read(struct checking *c)
{
	struct bytes inner;
	size_t len, at = 3;

	if (!unwrap(c->chip->dg1, 0x61, &inner) || inner.len < 3 || inner.data[0] != 0x5f || inner.data[1] != 0x1f)
		return false;
	len = inner.data[2];
	if (len == 0x81 && inner.len > 3)
		len = inner.data[at++];
	if ((len != 72 && len != 88 && len != 90) || inner.len - at < len)
		return false;
	memcpy(c->answer->mrz, inner.data + at, len);
	c->answer->mrz[len] = '\0';
	return true;
}

static bool sod_read(struct checking *c)
{
	struct bytes der;
	const unsigned char *at;
	ASN1_OCTET_STRING **content;
	STACK_OF(CMS_SignerInfo) *signers;
	char type[64] = "";

	if (!unwrap(c->chip->sod, 0x77, &der))
		return say(c, EMRTD_INVALID, "malformed");
	at = der.data;
	c->cms = d2i_CMS_ContentInfo(NULL, &at, (long)der.len);
	if (c->cms == NULL || CMS_get0_type(c->cms) == NULL || OBJ_obj2nid(CMS_get0_type(c->cms)) != NID_pkcs7_signed)
		return say(c, EMRTD_INVALID, "malformed");
	OBJ_obj2txt(type, sizeof type, CMS_get0_eContentType(c->cms), 1);
	content = CMS_get0_content(c->cms);
	signers = CMS_get0_SignerInfos(c->cms);
	if ((strcmp(type, SECURITY_OBJECT) != 0 && strcmp(type, SECURITY_OBJECT_OLD) != 0) || content == NULL || *content == NULL ||
	    sk_CMS_SignerInfo_num(signers) < 1 ||
	    !security_object_read(ASN1_STRING_get0_data(*content), (size_t)ASN1_STRING_length(*content), &c->object))
		return say(c, EMRTD_INVALID, "malformed");
	c->signer = sk_CMS_SignerInfo_value(signers, 0);
	c->all = CMS_get1_certs(c->cms);
	for (int i = 0; c->all && i < sk_X509_num(c->all) && c->certificate == NULL; i++)
		if (CMS_SignerInfo_cert_cmp(c->signer, sk_X509_value(c->all, i)) == 0)
			c->certificate = sk_X509_value(c->all, i);
	return c->certificate ? true : say(c, EMRTD_INVALID, "chain");
}

/* ---- hashes ---- */

static bool group_holds(const struct security_object *object, int number, struct bytes file)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	const EVP_MD *md = EVP_get_digestbynid(object->digest);

	for (size_t i = 0; md && i < object->count; i++)
		if (object->groups[i].number == number)
			return EVP_Digest(file.data, file.len, hash, &len, md, NULL) == 1 && len == object->groups[i].len &&
			       memcmp(hash, object->groups[i].hash, len) == 0;
	return false;
}

static bool hashes_check(struct checking *c)
{
	if (EVP_get_digestbynid(c->object.digest) == NULL)
		return say(c, EMRTD_INVALID, "algorithm");
	if (!group_holds(&c->object, 1, c->chip->dg1))
		return say(c, EMRTD_INVALID, "dg1-altered");
	if (c->chip->dg2.len && !group_holds(&c->object, 2, c->chip->dg2))
		return say(c, EMRTD_INVALID, "dg2-altered");
	if (c->object.digest == NID_sha1)
		warn(c, "sha1");
	return true;
}

/* ---- the signature over the object ---- */

/* Attributes name the content's digest, and are what is signed. The algorithms are those of the signer's block, not of his certificate;
 * OpenSSL's own check refuses keys with explicit curves, so his key is put in their place first. RFC 5652, 5.4 and 5.6. */
static bool signature_check(struct checking *c)
{
	EVP_PKEY *key = curve_key(c->certificate);
	X509 *twin = X509_dup(c->certificate);
	X509_ALGOR *digest = NULL;
	ASN1_OCTET_STRING **content = CMS_get0_content(c->cms);
	BIO *data = BIO_new_mem_buf(ASN1_STRING_get0_data(*content), ASN1_STRING_length(*content)), *chain = NULL;
	bool good = false;

	if (key && twin && data && X509_set_pubkey(twin, key) == 1) {
		CMS_SignerInfo_set1_signer_cert(c->signer, twin);
		chain = CMS_dataInit(c->cms, data);
		if (chain) {
			uint8_t bytes[4096];

			while (BIO_read(chain, bytes, sizeof bytes) > 0)
				;
			good = CMS_signed_get_attr_count(c->signer) > 0
				       ? CMS_SignerInfo_verify(c->signer) == 1 && CMS_SignerInfo_verify_content(c->signer, chain) == 1
				       : CMS_SignerInfo_verify_content(c->signer, chain) == 1;
			while (chain && chain != data) { /* one for each digest that the file names */
				BIO *next = BIO_pop(chain);

				BIO_free(chain);
				chain = next;
			}
		}
	}
	BIO_free(data);
	X509_free(twin);
	EVP_PKEY_free(key);
	CMS_SignerInfo_get0_algs(c->signer, NULL, NULL, &digest, NULL);
	if (digest && OBJ_obj2nid(digest->algorithm) == NID_sha1)
		warn(c, "sha1");
	return good ? true : say(c, EMRTD_INVALID, "signature");
}

/* ---- who signed it ---- */

/* When it was signed, or now where that is not told. */
static time_t signing_time(struct checking *c)
{
	ASN1_TYPE *value = NULL;
	int at = CMS_signed_get_attr_by_NID(c->signer, NID_pkcs9_signingTime, -1);
	struct tm t;

	if (at >= 0)
		value = X509_ATTRIBUTE_get0_type(CMS_signed_get_attr(c->signer, at), 0);
	if (value && (value->type == V_ASN1_UTCTIME || value->type == V_ASN1_GENERALIZEDTIME) && ASN1_TIME_to_tm(value->value.asn1_string, &t) == 1)
		return timegm(&t);
	warn(c, "no-signing-time");
	return (time_t)(c->now_ms / 1000);
}

static bool in_time(X509 *certificate, time_t at)
{
	return X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0 && X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

static void country_of(X509 *certificate, char ret[4])
{
	char text[8] = "";

	(void)X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_countryName, text, sizeof text);
	for (size_t i = 0; i < 3; i++)
		ret[i] = (char)(text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i]);
	ret[3] = '\0';
}

static bool issuer_check(struct checking *c)
{
	time_t at = signing_time(c);
	X509 *issuer;
	bool any = false, is_explicit;

	country_of(c->certificate, c->answer->issuer);
	if (!curve_known(c->certificate, &is_explicit))
		return say(c, EMRTD_INVALID, "algorithm");
	if (c->anchors == NULL)
		return say(c, EMRTD_NOT_CHECKED, "no-csca");
	for (size_t i = 0; (issuer = anchors_next(c->anchors, c->certificate, &i)) != NULL;) {
		EVP_PKEY *key = curve_key(issuer);
		bool good = key && X509_verify(c->certificate, key) == 1;
		char country[4];

		EVP_PKEY_free(key);
		any = true;
		if (!good)
			continue;
		country_of(issuer, country);
		if (strcmp(country, c->answer->issuer) != 0)
			return say(c, EMRTD_INVALID, "country");
		return in_time(c->certificate, at) ? true : say(c, EMRTD_INVALID, "expired-signer");
	}
	return any ? say(c, EMRTD_INVALID, "chain") : say(c, EMRTD_NOT_CHECKED, "no-csca");
}

/* ---- whose passport it says it is ---- */

/* "D<<" and "KOR" of the zone against "DE" and "KR" of the certificate; codes of no country, as UNO, by their first letters. Without it a
 * state could make passports of another. */
static bool country_agrees(const char *zone, const char *issuer)
{
	char alpha2[3];
	size_t len = 3;

	while (len && zone[2 + len - 1] == '<')
		len--;
	if (!country_from_alpha3((struct text){zone + 2, len}, alpha2))
		return len >= 2 && strncmp(zone + 2, issuer, 2) == 0;
	return text_equal_nocase(text_of(alpha2), text_of(issuer));
}

static bool zone_check(struct checking *c)
{
	const char *zone = c->answer->mrz;
	size_t n = 0;

	for (size_t i = 0; i < c->chip->mrz.len; i++) {
		char letter = c->chip->mrz.data[i];

		if (letter == '\n' || letter == '\r' || letter == ' ')
			continue;
		if (zone[n] == '\0' || zone[n++] != letter)
			return say(c, EMRTD_INVALID, "mrz-differs");
	}
	if (n && zone[n] != '\0')
		return say(c, EMRTD_INVALID, "mrz-differs");
	return country_agrees(zone, c->answer->issuer) ? true : say(c, EMRTD_INVALID, "country");
}

enum status emrtd_check(const struct emrtd_anchors *anchors, const struct emrtd_chip *chip, int64_t now_ms, struct emrtd_answer *ret,
			struct error *ret_error)
{
	struct checking c = {.anchors = anchors, .chip = chip, .now_ms = now_ms, .answer = ret};

	(void)ret_error;
	*ret = (struct emrtd_answer){.result = EMRTD_INVALID, .reason = "malformed"};
	if (zone_read(&c) && sod_read(&c) && hashes_check(&c) && signature_check(&c) && issuer_check(&c) && zone_check(&c))
		(void)say(&c, EMRTD_VALID, "valid");
	sk_X509_pop_free(c.all, X509_free);
	CMS_ContentInfo_free(c.cms);
	ERR_clear_error();
	return ST_OK;
}
