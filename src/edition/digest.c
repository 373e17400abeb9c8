#include "edition/digest.h"

#include <openssl/evp.h>

/* The library's own object; the type hides it from the header. */
struct edition_digest *edition_digest_new(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1)
		return (struct edition_digest *)context;
	EVP_MD_CTX_free(context);
	return NULL;
}

void edition_digest_add(struct edition_digest *digest, const void *data, size_t len)
{
	if (digest && len)
		(void)EVP_DigestUpdate((EVP_MD_CTX *)digest, data, len);
}

enum status edition_digest_end(struct edition_digest *digest, struct merkle_hash *ret)
{
	enum status st = digest && EVP_DigestFinal_ex((EVP_MD_CTX *)digest, ret->b, NULL) == 1 ? ST_OK : ST_NO_MEMORY;

	EVP_MD_CTX_free((EVP_MD_CTX *)digest);
	return st;
}

enum status edition_digest_of(struct bytes in, struct merkle_hash *ret)
{
	struct edition_digest *digest = edition_digest_new();

	edition_digest_add(digest, in.data, in.len);
	return edition_digest_end(digest, ret);
}
