/* Where the feed's files come from: the hub, or a folder (a stick). docs/formats/feed.md */
#ifndef POST_SOURCE_H
#define POST_SOURCE_H

#include <stdatomic.h>

#include "feed/call.h"

struct source {
	const char *hub;     /* address of the hub; NULL: a folder */
	const char *ca_file; /* may be NULL */
	struct call_line *kept; /* to the hub; may be NULL */
	const char *folder;
	const atomic_bool *stop; /* of a hub: whoever waits for a file gives up; may be NULL */
	atomic_bool *rung;       /* of a hub: the bell told of urgent entries; may be NULL */
	/* Of a hub: a large file is let go for as long as this takes, and goes on where it was: at its beginning, when `rung`, and once
	 * in a while (data/post/terms.tsv), and soon again when it gives false. It may ask the source for small files. May be NULL. */
	bool (*between)(void *context);
	void *context;
};

/* Appends a file by its name ("editions/42/from-41") to an empty buffer. A line that breaks is tried again while it brings something.
 * Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_LIMIT, ST_DENIED (certificate). Blocks. */
MUST_USE enum status source_get(const struct source *source, const char *name, struct buffer *out, struct error *ret_error);

#endif
