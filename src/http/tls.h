/* TLS of the server: its certificate, and those that clients show. By GnuTLS, through libmicrohttpd. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <microhttpd.h>

#include "base/slice.h"

#define TLS_FINGERPRINT_SIZE 65u /* with the ending NUL */
#define TLS_PRIORITIES                                                                                               \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:" \
	"%SERVER_PRECEDENCE"

/* PEM texts, owned; all NULL: plain HTTP. */
struct http_tls {
	char *certificate, *key, *clients;
};

/* Reads the files (`clients` may be NULL) and tries them. Fails: ST_UNAVAILABLE (a file), ST_DENIED (a key that everybody may
 * read), ST_MALFORMED (no certificate, or a key of another). `ret` is to be released also then. */
MUST_USE enum status http_tls_read(const char *certificate, const char *key, const char *clients, struct http_tls *ret,
				   struct error *ret_error);
void http_tls_release(struct http_tls *tls);

/* SHA-256 of the certificate that the client of this connection showed, where it verifies; else "". */
void http_tls_fingerprint(struct MHD_Connection *connection, char out[TLS_FINGERPRINT_SIZE]);

#endif
