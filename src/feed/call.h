/* One small question to a service of another party, in memory: what a witness is sent, what a log shows.
 *
 * HTTPS with checked certificates only; plain HTTP only from this machine itself (loopback). Redirections are not followed.
 */
#ifndef FEED_CALL_H
#define FEED_CALL_H

#include "base/buffer.h"

/* A connection that stays open from one call to the next, which over a bad link saves half the time of a small question. One call at a time
 * has it; another that comes meanwhile opens its own. What goes over it may be asked twice when it turns out to be dead. */
struct call_line;
MUST_USE enum status call_line_open(struct call_line **ret, struct error *ret_error);
void call_line_close(struct call_line *line); /* NULL is fine */

#define CALL_ETAG_SIZE 128u

struct call {
	const char *address;
	struct call_line *line; /* may be NULL */
	struct text body;      /* sent with POST; data NULL: GET */
	const char *type;      /* of the body */
	const char *ca_file;   /* certificates to trust instead of the system's; may be NULL */
	const char *authorization; /* of the header of that name; may be NULL */
	unsigned patience_s;   /* for the whole; 0: 10 */
	bool resume;           /* of a GET: what the buffer holds is the beginning, only the rest is asked for and put behind it */
	char *etag;            /* of CALL_ETAG_SIZE: what came first is written there, and what resumes is of that file or begins anew; may be NULL */
	uint64_t *coming;      /* told how long the answer is before its body comes, and 0 while that is not known; may be NULL */
	/* Asked several times a second; false stops it. May be NULL. */
	bool (*go_on)(void *context);
	void *context;
};

/* Any answer of the service is an answer, also a refusal: its HTTP status and its body, up to the buffer's ceiling. Of a call that
 * failed or was cut off the buffer keeps what came; one that resumes and is answered with the whole begins anew.
 * Fails: ST_DENIED (address or certificate), ST_LIMIT (body), ST_UNAVAILABLE (no way there, too slow, stopped). Blocks. */
MUST_USE enum status call_make(const struct call *call, unsigned *ret_status, struct buffer *ret_body, struct error *ret_error);

#endif
