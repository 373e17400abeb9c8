#include "lib/test.h"

#include <openssl/cms.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "emrtd/emrtd.h"

#define ZONE "P<KORHONG<<GILDONG<<<<<<<<<<<<<<<<<<<<<<<<<<M12345678<KOR8802295M3305159<<<<<<<<<<<<<<<2"
#define LIST_SIZE 588

enum kind { RSA_PKCS1, RSA_PSS, EC_NAMED, EC_EXPLICIT, BRAINPOOL, BRAINPOOL_EXPLICIT, EC_SHA1, KINDS };

/* A state's certificate and a passport that it stands for. */
struct passport {
	EVP_PKEY *root_key, *key;
	X509 *root, *signer;
	uint8_t dg1[93], sod[8192];
	size_t sod_len;
};

static EVP_PKEY *key_of(enum kind kind)
{
	bool brainpool = kind == BRAINPOOL || kind == BRAINPOOL_EXPLICIT;
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context;

	if (kind <= RSA_PSS)
		return EVP_RSA_gen(2048);
	context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	assert_int_equal(EVP_PKEY_keygen_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, brainpool ? NID_brainpoolP256r1 : NID_X9_62_prime256v1), 1);
	assert_int_equal(EVP_PKEY_CTX_set_ec_param_enc(context, kind == EC_EXPLICIT || kind == BRAINPOOL_EXPLICIT ? OPENSSL_EC_EXPLICIT_CURVE
														   : OPENSSL_EC_NAMED_CURVE), 1);
	assert_int_equal(EVP_PKEY_keygen(context, &key), 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* Signed by `issuer`, by itself where that is NULL; in force from two days ago for `days`. */
static X509 *certify(EVP_PKEY *key, const char *country, long serial, long days, X509 *issuer, EVP_PKEY *by, bool pss)
{
	X509 *c = X509_new();
	X509_NAME *name = X509_get_subject_name(c);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context;

	X509_set_version(c, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(c), serial);
	X509_gmtime_adj(X509_getm_notBefore(c), -2 * 86400);
	X509_gmtime_adj(X509_getm_notAfter(c), (days - 2) * 86400);
	X509_NAME_add_entry_by_txt(name, "C", MBSTRING_ASC, (const unsigned char *)country, -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)(issuer ? "DS" : "CSCA"), -1, -1, 0);
	X509_set_issuer_name(c, X509_get_subject_name(issuer ? issuer : c));
	X509_set_pubkey(c, key);
	if (issuer)
		extend(c, issuer, NID_authority_key_identifier, "keyid:always");
	else
		extend(c, c, NID_subject_key_identifier, "hash");
	assert_int_equal(EVP_DigestSignInit(md, &context, EVP_sha256(), NULL, by), 1);
	if (pss)
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32);
	assert_true(X509_sign_ctx(c, md) > 0);
	EVP_MD_CTX_free(md);
	return c;
}

static size_t cms_write(const char *type, const uint8_t *content, size_t len, X509 *signer, EVP_PKEY *key, enum kind kind, uint8_t **ret)
{
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL | CMS_BINARY);
	ASN1_OBJECT *oid = OBJ_txt2obj(type, 1);
	BIO *in = BIO_new_mem_buf(content, (int)len);
	CMS_SignerInfo *info;
	int size;

	assert_int_equal(CMS_set1_eContentType(cms, oid), 1);
	info = CMS_add1_signer(cms, signer, key, kind == EC_SHA1 ? EVP_sha1() : EVP_sha256(),
			       CMS_BINARY | CMS_NOSMIMECAP | (kind == RSA_PSS ? CMS_KEY_PARAM : 0));
	assert_non_null(info);
	if (kind == RSA_PSS)
		EVP_PKEY_CTX_set_rsa_padding(CMS_SignerInfo_get0_pkey_ctx(info), RSA_PKCS1_PSS_PADDING);
	assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY), 1);
	*ret = NULL;
	size = i2d_CMS_ContentInfo(cms, ret);
	assert_true(size > 0);
	ASN1_OBJECT_free(oid), BIO_free(in), CMS_ContentInfo_free(cms);
	return (size_t)size;
}

/* The object's hashes are SHA-512, its signature's SHA-256: both occur. */
static void passport_make(struct passport *p, enum kind kind, const char *country, long days)
{
	static const uint8_t dg1[] = {0x61, 0x5b, 0x5f, 0x1f, 0x58};
	uint8_t object[128] = {0x30, 0x5b, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05,
			       0x00, 0x30, 0x47, 0x30, 0x45, 0x02, 0x01, 0x01, 0x04, 0x40};
	uint8_t *der;
	size_t len;

	assert_int_equal(strlen(ZONE), 88);
	memcpy(p->dg1, dg1, sizeof dg1), memcpy(p->dg1 + sizeof dg1, ZONE, 88);
	EVP_Digest(p->dg1, sizeof p->dg1, object + 29, NULL, EVP_sha512(), NULL);
	p->root_key = key_of(kind), p->key = key_of(kind);
	p->root = certify(p->root_key, country, 1, 3650, NULL, p->root_key, kind == RSA_PSS);
	p->signer = certify(p->key, country, 2, days, p->root, p->root_key, kind == RSA_PSS);
	len = cms_write("2.23.136.1.1.1", object, 29 + 64, p->signer, p->key, kind, &der);
	assert_true(len < 8000 && len > 255);
	p->sod[0] = 0x77, p->sod[1] = 0x82, p->sod[2] = (uint8_t)(len >> 8), p->sod[3] = (uint8_t)len;
	memcpy(p->sod + 4, der, len);
	p->sod_len = len + 4;
	OPENSSL_free(der);
}

static void passport_free(struct passport *p)
{
	EVP_PKEY_free(p->root_key), EVP_PKEY_free(p->key), X509_free(p->root), X509_free(p->signer);
}

static struct emrtd_anchors_report pem_add(struct emrtd_anchors *anchors, X509 *certificate)
{
	struct emrtd_anchors_report report;
	BIO *out = BIO_new(BIO_s_mem());
	char *data;
	long len;

	PEM_write_bio_X509(out, certificate);
	len = BIO_get_mem_data(out, &data);
	assert_int_equal(emrtd_anchors_add(anchors, (struct bytes){(uint8_t *)data, (size_t)len}, (struct bytes){0}, &report, NULL), ST_OK);
	BIO_free(out);
	return report;
}

static struct emrtd_answer check(const struct passport *p, bool known, size_t sod_len, const char *mrz)
{
	struct emrtd_anchors *anchors;
	struct emrtd_answer answer;
	struct emrtd_chip chip = {.sod = {p->sod, sod_len}, .dg1 = {p->dg1, sizeof p->dg1}, .mrz = text_of(mrz)};

	assert_int_equal(emrtd_anchors_new(&anchors, NULL), ST_OK);
	if (known)
		(void)pem_add(anchors, p->root);
	assert_int_equal(emrtd_check(anchors, &chip, (int64_t)time(NULL) * 1000, &answer, NULL), ST_OK);
	emrtd_anchors_free(anchors);
	return answer;
}

static void answers(struct emrtd_answer answer, enum emrtd_result result, const char *reason)
{
	assert_string_equal(answer.reason, reason);
	assert_int_equal(answer.result, result);
}

static void every_kind_of_key(void **state)
{
	(void)state;
	for (enum kind kind = 0; kind < KINDS; kind++) {
		struct passport p;

		passport_make(&p, kind, "KR", 90);
		answers(check(&p, true, p.sod_len, ZONE), EMRTD_VALID, "valid");
		assert_int_equal(check(&p, true, p.sod_len, ZONE).warned, kind == EC_SHA1);
		answers(check(&p, false, p.sod_len, ZONE), EMRTD_NOT_CHECKED, "no-csca");
		p.dg1[20] ^= 1;
		answers(check(&p, true, p.sod_len, ""), EMRTD_INVALID, "dg1-altered");
		passport_free(&p);
	}
}

static void what_does_not_agree(void **state)
{
	struct passport p;
	char other[] = ZONE;

	(void)state;
	passport_make(&p, EC_NAMED, "KR", 90);
	other[50] = '9';
	answers(check(&p, true, p.sod_len, other), EMRTD_INVALID, "mrz-differs");
	answers(check(&p, true, p.sod_len, "P<KOR"), EMRTD_INVALID, "mrz-differs");
	for (size_t len = 0; len < p.sod_len; len += 16)
		assert_int_not_equal(check(&p, true, len, ZONE).result, EMRTD_VALID);
	p.sod[p.sod_len - 1] ^= 1; /* in the signature */
	answers(check(&p, true, p.sod_len, ZONE), EMRTD_INVALID, "signature");
	passport_free(&p);
	passport_make(&p, EC_NAMED, "VN", 90);
	answers(check(&p, true, p.sod_len, ZONE), EMRTD_INVALID, "country");
	passport_free(&p);
	passport_make(&p, EC_NAMED, "KR", 1); /* signed today, by one that ended yesterday */
	answers(check(&p, true, p.sod_len, ZONE), EMRTD_INVALID, "expired-signer");
	passport_free(&p);
}

/* With a generator of his own anybody has a key that fits a certificate's. */
static void a_curve_of_ones_own(void **state)
{
	EVP_PKEY *key = key_of(EC_EXPLICIT);
	X509 *good = certify(key, "KR", 1, 90, NULL, key, false), *forged;
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EC_POINT *twice = EC_POINT_new(group);
	uint8_t one[65], two[65], *der = NULL, *at;
	const unsigned char *in;
	int len = i2d_X509(good, &der);
	struct emrtd_anchors *anchors;
	struct emrtd_anchors_report report;

	(void)state;
	EC_POINT_dbl(group, twice, EC_GROUP_get0_generator(group), NULL);
	EC_POINT_point2oct(group, EC_GROUP_get0_generator(group), POINT_CONVERSION_UNCOMPRESSED, one, sizeof one, NULL);
	EC_POINT_point2oct(group, twice, POINT_CONVERSION_UNCOMPRESSED, two, sizeof two, NULL);
	at = memmem(der, (size_t)len, one, sizeof one);
	assert_non_null(at);
	memcpy(at, two, sizeof two);
	in = der;
	forged = d2i_X509(NULL, &in, len);
	assert_non_null(forged);
	assert_int_equal(emrtd_anchors_new(&anchors, NULL), ST_OK);
	report = pem_add(anchors, forged);
	assert_int_equal(report.taken, 0), assert_int_equal(report.refused, 1);
	report = pem_add(anchors, good);
	assert_int_equal(report.taken, 1), assert_int_equal(report.explicit_curves, 1);
	emrtd_anchors_free(anchors), OPENSSL_free(der), EC_POINT_free(twice), EC_GROUP_free(group);
	X509_free(good), X509_free(forged), EVP_PKEY_free(key);
}

/* As large as Germany's of May 2026, with as many explicit curves. */
static void a_large_master_list(void **state)
{
	uint8_t *content = malloc(2 << 20), *at = content + 11, *file;
	EVP_PKEY *rsa = key_of(RSA_PKCS1), *ec = key_of(BRAINPOOL_EXPLICIT);
	X509 *last = NULL;
	size_t set, len;
	struct emrtd_anchors *anchors;
	struct emrtd_anchors_report report;
	struct timespec from, to;
	double seconds;

	(void)state;
	for (long i = 0; i < LIST_SIZE; i++) {
		EVP_PKEY *key = i < 160 ? ec : rsa;

		X509_free(last);
		last = certify(key, "DE", i + 1, 90, NULL, key, false);
		i2d_X509(last, &at);
	}
	set = (size_t)(at - content) - 11;
	assert_true(set > 65535);
	memcpy(content, ((uint8_t[]){0x30, 0x83, (uint8_t)((set + 8) >> 16), (uint8_t)((set + 8) >> 8), (uint8_t)(set + 8), 0x02, 0x01, 0x00}), 8);
	memmove(content + 13, content + 11, set);
	memcpy(content + 8, ((uint8_t[]){0x31, 0x83, (uint8_t)(set >> 16), (uint8_t)(set >> 8), (uint8_t)set}), 5);
	len = cms_write("2.23.136.1.1.2", content, set + 13, last, rsa, RSA_PKCS1, &file);
	assert_int_equal(emrtd_anchors_new(&anchors, NULL), ST_OK);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_equal(emrtd_anchors_add(anchors, (struct bytes){file, len}, (struct bytes){0}, &report, NULL), ST_OK);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("# %d certificates in %.2f s\n", LIST_SIZE, seconds);
	assert_int_equal(report.taken, LIST_SIZE), assert_int_equal(report.explicit_curves, 160);
	for (size_t cut = 0; cut < len; cut += len / 50)
		assert_int_not_equal(emrtd_anchors_add(anchors, (struct bytes){file, cut}, (struct bytes){0}, &report, NULL), ST_OK);
	emrtd_anchors_free(anchors), OPENSSL_free(file), free(content);
	X509_free(last), EVP_PKEY_free(rsa), EVP_PKEY_free(ec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key),
		cmocka_unit_test(what_does_not_agree),
		cmocka_unit_test(a_curve_of_ones_own),
		cmocka_unit_test(a_large_master_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
