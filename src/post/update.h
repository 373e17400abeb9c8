/* Keeps the list fresh: hears the bell, looks by its own clock, fetches what is lacking, and syncs with the hub. */
#ifndef POST_UPDATE_H
#define POST_UPDATE_H

#include "post/hub_call.h"
#include "post/keyring.h"
#include "post/replica.h"

struct update_options {
	struct replica *replica;
	const struct identity *identity;
	struct keyring *keyring;
	struct post_clock *clock;
	const char *bell;    /* address; NULL: the hub's own */
	const char *nats;    /* a second bell, that is believed nothing (docs/decisions/nats.md); may be NULL */
	const char *ca_file; /* may be NULL */
	struct call_line *kept; /* to the hub; may be NULL */
	/* Run after each look at the hub, and when the bell says that there is news for this post. false: the hub could not be asked. */
	bool (*sync)(void *context);
	void (*changed)(void *context); /* the list or the line changed */
	void (*say)(void *context, const char *line); /* trouble, and its end; never a name */
	void *context;
};

struct update;

MUST_USE enum status update_start(const struct update_options *options, struct update **ret, struct error *ret_error);
bool update_online(struct update *update);
void update_stop(struct update *update); /* NULL is fine */

/* The key roll of a hub or a folder, appended. Fails: as source_get. */
MUST_USE enum status update_roll(const struct update_options *options, const char *folder, struct buffer *out, struct error *ret_error);

/* Once, from a folder that has the feed's files under their names (a stick). Fails: as replica_take; ST_NOT_FOUND. */
MUST_USE enum status update_from(const struct update_options *options, const char *folder, struct error *ret_error);

#endif
