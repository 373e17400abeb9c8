/* The regular talk with the hub: how this post is, and what it is to be told. docs/formats/spool.md, "Sync". */
#ifndef POST_SYNC_H
#define POST_SYNC_H

#include "post/hub_call.h"
#include "post/lanes.h"

struct sync {
	struct hub_line line;
	struct lanes *lanes;
	struct watch *watch;
	const char *version;
	void (*now)(void *context, struct lanes_now *ret); /* as struct lanes_options' */
	void *context;
	/* Its own. */
	uint64_t number; /* of the list that the hub was told of last, */
	int64_t applied_ms; /* and since when it is in force */
};

/* Fails: as hub_call; ST_DENIED (the hub refuses), ST_MALFORMED (its answer). */
MUST_USE enum status sync_run(struct sync *sync, struct error *ret_error);

#endif
