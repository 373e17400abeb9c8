#include "feed/digest.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/evp.h>

enum status digest_init(struct digest *d, struct error *ret_error)
{
	*d = (struct digest){EVP_MD_CTX_new(), EVP_MD_CTX_new()};
	if (d->sha256 && d->sha1 && EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL) == 1 &&
	    EVP_DigestInit_ex(d->sha1, EVP_sha1(), NULL) == 1)
		return ST_OK;
	digest_release(d);
	return error_set(ret_error, ST_NO_MEMORY, "a checksum cannot be begun");
}

void digest_add(struct digest *d, struct bytes bytes)
{
	EVP_DigestUpdate(d->sha256, bytes.data, bytes.len);
	EVP_DigestUpdate(d->sha1, bytes.data, bytes.len);
}

static void finish(EVP_MD_CTX *context, char *out)
{
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	EVP_DigestFinal_ex(context, raw, &len);
	for (unsigned i = 0; i < len; i++)
		snprintf(out + 2 * i, 3, "%02x", raw[i]);
}

void digest_finish(struct digest *d, struct digest_pair *ret_pair)
{
	*ret_pair = (struct digest_pair){0};
	finish(d->sha256, ret_pair->sha256);
	finish(d->sha1, ret_pair->sha1);
}

void digest_release(struct digest *d)
{
	EVP_MD_CTX_free(d->sha256);
	EVP_MD_CTX_free(d->sha1);
	*d = (struct digest){NULL, NULL};
}

enum status digest_file(int fd, struct digest_pair *ret_pair, struct error *ret_error)
{
	uint8_t chunk[32768];
	struct digest d;
	ssize_t n;

	TRY(digest_init(&d, ret_error));
	n = lseek(fd, 0, SEEK_SET) < 0 ? -1 : 1;
	while (n > 0) {
		do {
			n = read(fd, chunk, sizeof chunk);
		} while (n < 0 && errno == EINTR);
		if (n > 0)
			digest_add(&d, (struct bytes){chunk, (size_t)n});
	}
	if (n == 0)
		digest_finish(&d, ret_pair);
	digest_release(&d);
	return n == 0 ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "cannot be read: %s", strerror(errno));
}
