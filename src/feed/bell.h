/* The bell: something is new. Never the record: whoever hears nothing looks by his own clock. docs/formats/feed.md, "bell".
 *
 * Server-sent events of a hub, or NATS (docs/decisions/nats.md).
 */
#ifndef FEED_BELL_H
#define FEED_BELL_H

#include "base/slice.h"
#include "base/status.h"

enum bell_kind { BELL_EDITION, BELL_URGENT, BELL_POST };

struct bell_options {
	const char *address; /* https://HUB/feed/bell, or http:// on loopback; nats://HOST:PORT, several with commas between */
	const char *list;    /* "cordon.kh" */
	const char *ca_file; /* may be NULL */
	/* By a thread of the listener's. `what`: a number or a post's id. May be called for what is long known. */
	void (*ring)(void *context, enum bell_kind kind, struct text what);
	void *context;
};

/* Listens from a thread of its own, and comes again for ever when the line is lost (1 s, doubling to 30 s). */
struct bell;
/* Fails: ST_DENIED (address), ST_UNAVAILABLE (thread), ST_NO_MEMORY. */
MUST_USE enum status bell_listen(const struct bell_options *options, struct bell **ret_bell, struct error *ret_error);
bool bell_heard(const struct bell *bell); /* the line stands */
void bell_stop(struct bell *bell);        /* NULL is fine */

#endif
