/* Requests to the hub that the post has signed. docs/formats/spool.md, "Who asks". */
#ifndef POST_HUB_CALL_H
#define POST_HUB_CALL_H

#include "feed/call.h"
#include "post/clock.h"
#include "post/identity.h"

struct hub_line {
	const struct identity *identity;
	struct post_clock *clock;
	const char *ca_file; /* may be NULL */
	struct call_line *kept; /* may be NULL */
	bool (*go_on)(void *context); /* false stops a call that runs */
	void *context;
};

/* `path` behind /api/v1/posts/ID/. A body of data NULL is a GET. Any answer is an answer. Fails: as call_make. Blocks. */
MUST_USE enum status hub_call(const struct hub_line *line, const char *path, struct text body, unsigned *ret_status, struct buffer *ret_answer,
			      struct error *ret_error);

#endif
