/* The feed as any cache may carry it, without a session: docs/formats/feed.md. What is in it is sealed for the posts that are enrolled. */
#ifndef OFFICE_PUBLIC_FEED_H
#define OFFICE_PUBLIC_FEED_H

#include "border/border.h"
#include "feed/bell_nats.h"
#include "http/router.h"
#include "merkle/note.h"

struct public_feed;

struct public_feed_options {
	struct db *db;
	const struct env *env;
	struct border *border;
	struct text list;
	const struct note_signer *signer; /* of role edition */
	uint32_t epoch;                   /* of the key set */
	struct bell_nats *nats;           /* told of editions too; may be NULL */
};

/* Texts and pointers of the options must outlive it. Fails: ST_NO_MEMORY. */
MUST_USE enum status public_feed_new(const struct public_feed_options *options, struct public_feed **ret_feed, struct error *ret_error);
void public_feed_free(struct public_feed *feed); /* NULL is fine; the server must have stopped */

struct http_table public_feed_table(struct public_feed *feed);

/* Something was committed: looks whom the bell must ring for. Before the server's streams are woken; by one thread. */
void public_feed_look(struct public_feed *feed);

#endif
