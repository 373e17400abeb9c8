#include "http/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PEM_MAX ((off_t)1 << 20)

static enum status file_read(const char *path, bool secret, char **ret_text, struct error *ret_error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum status st = ST_OK;
	struct stat about;
	size_t got = 0;
	char *text;

	if (fd < 0 || fstat(fd, &about) != 0) {
		st = error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	} else if (secret && (about.st_mode & S_IRWXO)) {
		st = error_set(ret_error, ST_DENIED, "%s: everybody may read this key; chmod o-rwx it", path);
	} else if (about.st_size <= 0 || about.st_size > PEM_MAX) {
		st = error_set(ret_error, ST_MALFORMED, "%s: empty, or too large for PEM", path);
	} else {
		text = calloc(1, (size_t)about.st_size + 1);
		*ret_text = text;
		for (ssize_t n = 1; text && n > 0 && got < (size_t)about.st_size; got += n > 0 ? (size_t)n : 0)
			n = read(fd, text + got, (size_t)about.st_size - got);
		if (text == NULL)
			st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
		else if (got < (size_t)about.st_size)
			st = error_set(ret_error, ST_UNAVAILABLE, "%s: cannot be read whole", path);
	}
	if (fd >= 0)
		close(fd);
	return st;
}

static gnutls_datum_t datum_of(const char *text)
{
	/* The library reads only. */
	return (gnutls_datum_t){(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};
}

/* What the server would only say with silence, later. */
static enum status pair_check(const struct http_tls *tls, const char *path, struct error *ret_error)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_datum_t certificate = datum_of(tls->certificate), key = datum_of(tls->key), clients;
	int result = gnutls_certificate_allocate_credentials(&credentials);

	if (result != GNUTLS_E_SUCCESS)
		return error_set(ret_error, ST_NO_MEMORY, "TLS: %s", gnutls_strerror(result));
	result = gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key, GNUTLS_X509_FMT_PEM);
	if (result >= 0 && tls->clients) {
		clients = datum_of(tls->clients);
		result = gnutls_certificate_set_x509_trust_mem(credentials, &clients, GNUTLS_X509_FMT_PEM);
		result = result == 0 ? GNUTLS_E_NO_CERTIFICATE_FOUND : result;
	}
	gnutls_certificate_free_credentials(credentials);
	return result >= 0 ? ST_OK : error_set(ret_error, ST_MALFORMED, "%s: %s", path, gnutls_strerror(result));
}

enum status http_tls_read(const char *certificate, const char *key, const char *clients, struct http_tls *ret,
			  struct error *ret_error)
{
	*ret = (struct http_tls){NULL, NULL, NULL};
	TRY(file_read(certificate, false, &ret->certificate, ret_error));
	TRY(file_read(key, true, &ret->key, ret_error));
	if (clients)
		TRY(file_read(clients, false, &ret->clients, ret_error));
	return pair_check(ret, certificate, ret_error);
}

void http_tls_release(struct http_tls *tls)
{
	if (tls->key)
		explicit_bzero(tls->key, strlen(tls->key));
	free(tls->certificate);
	free(tls->key);
	free(tls->clients);
	*tls = (struct http_tls){NULL, NULL, NULL};
}

void http_tls_fingerprint(struct MHD_Connection *connection, char out[TLS_FINGERPRINT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)(uintptr_t)GNUTLS_KP_TLS_WWW_CLIENT, 0};
	gnutls_session_t session = info ? info->tls_session : NULL;
	unsigned problems = 0, count = 0;
	const gnutls_datum_t *chain = session ? gnutls_certificate_get_peers(session, &count) : NULL;
	unsigned char hash[32];
	size_t len = sizeof hash;

	out[0] = '\0';
	if (chain == NULL || count == 0 || gnutls_certificate_verify_peers(session, &purpose, 1, &problems) != GNUTLS_E_SUCCESS ||
	    problems != 0 || gnutls_fingerprint(GNUTLS_DIG_SHA256, &chain[0], hash, &len) != GNUTLS_E_SUCCESS)
		return;
	for (size_t i = 0; i < sizeof hash; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * sizeof hash] = '\0';
}
