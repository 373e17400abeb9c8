/* Downloads one address into an open file.
 *
 * HTTPS with checked certificates only; plain HTTP only from this machine itself (loopback). At most FETCH_REDIRECTS_MAX
 * redirections, each held to the same rule, and never from HTTPS down to HTTP. Stalls and sizes are bounded.
 */
#ifndef FEED_FETCH_H
#define FEED_FETCH_H

#include <stdbool.h>

#include "feed/digest.h"

#define FETCH_REDIRECTS_MAX 5u
#define FETCH_TAG_SIZE 256u

struct fetch_limits {
	uint64_t bytes_max;   /* of the content, unpacked */
	unsigned patience_s;  /* to connect, and with less than 1,000 bytes a second */
	const char *ca_file;  /* certificates to trust instead of the system's; may be NULL */
};

struct fetch_request {
	const char *address;
	const char *etag, *last_modified; /* as told with what is held already; NULL or empty: fetch in any case */
	const struct fetch_limits *limits;
	/* Asked several times a second; false stops the transfer. `total` is 0 where the server does not say. May be NULL. */
	bool (*go_on)(void *context, uint64_t done, uint64_t total);
	void *context;
};

struct fetch_answer {
	bool unchanged; /* the server says that what is held is current: nothing was written */
	uint64_t bytes;
	struct digest_pair digests;
	char etag[FETCH_TAG_SIZE];          /* verbatim, or empty */
	char last_modified[FETCH_TAG_SIZE]; /* verbatim, or empty */
	int64_t modified_s;                 /* the same as seconds since 1970, or -1 */
};

/* Error field of a failure that means there is no way to the server at all. */
#define FETCH_NO_NETWORK "network"

/* Writes to `fd` from its position. On failure the file may hold a part. Fails: ST_DENIED (address, redirection or
 * certificate), ST_LIMIT (size, redirections), ST_NOT_FOUND (404, 410), ST_UNAVAILABLE (no network, too slow, cut off,
 * server error, disk full, stopped). Cost: blocks; one call a thread. */
MUST_USE enum status fetch_file(const struct fetch_request *request, int fd, struct fetch_answer *ret_answer,
				struct error *ret_error);

/* Whether an address may be asked at all, by the rule above. Fails: ST_DENIED. */
MUST_USE enum status fetch_check_address(const char *address, struct error *ret_error);

#endif
