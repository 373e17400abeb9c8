/* The post's own copy of the list: checked as any reader checks it, durable before it is in force, never older than what it was.
 *
 *   DATA/list-a, list-b        the snapshot as it came, sealed; one of the two counts
 *   DATA/changes-a, changes-b  the deltas since, in order, sealed
 *   DATA/image                 the list ready to be asked, so that lanes need not wait when the post starts
 *   DATA/urgent                urgent entries of a later edition than the list's, sealed; gone when the list is as far
 *   DATA/trusted-a, trusted-b  the highest number, key set and signed time that were seen, in turn
 */
#ifndef POST_REPLICA_H
#define POST_REPLICA_H

#include "feed/sealed.h"
#include "post/clock.h"
#include "post/lanes.h"
#include "post/vault.h"

#define REPLICA_CHANGES_MAX 2000u /* deltas until a snapshot is wanted again */

struct replica_options {
	const struct vault *vault;
	struct post_clock *clock;
	struct watch *watch;
	struct text list;
	const struct edition_keys *keys; /* what is new must stand under these; they may change between calls of the thread that takes */
	const struct edition_keys *ever; /* what was taken before stands under these; NULL: the same */
	size_t memory_max;               /* of the list; 0: 2 GiB */
};

struct replica;

/* Reads what was trusted, and the image; where that is older than what was in force, the list (blocks while the index is made). Lanes can
 * be asked from here on. Fails: ST_NO_MEMORY. What cannot be read is as if it were not there. */
MUST_USE enum status replica_open(const struct replica_options *options, struct replica **ret, struct error *ret_error);
void replica_close(struct replica *replica); /* NULL is fine; keeps the image */

/* Reads the list itself, which later changes are applied to, unless it was read. Blocks; by the thread that takes. */
void replica_read(struct replica *replica);

/* The edition that changes would be applied to; 0: none, a snapshot is needed. *ret_snapshot: there are many changes since the last one. */
uint64_t replica_number(struct replica *replica, bool *ret_snapshot);
uint64_t replica_trusted(struct replica *replica);

/* Takes a snapshot or delta: checked, written down, looked through (a listed person of it must be found), then in force. On any failure
 * what was in force stays, and replica_now says why. Fails: as edition_take; ST_CORRUPT reason "post-canary"; ST_UNAVAILABLE "disk-full". */
MUST_USE enum status replica_take(struct replica *replica, struct bytes file, struct error *ret_error);

/* Takes the file of a later edition's urgent entries (docs/formats/feed.md): checked and looked through as a list is, then laid over the
 * one in force until that is of the same number or a later one. Nothing is screened by it alone: without a list it is refused.
 * Fails: as replica_take; ST_NOT_FOUND (there is no list). */
MUST_USE enum status replica_take_urgent(struct replica *replica, struct bytes file, struct error *ret_error);
/* The edition that urgent entries were taken of last, or of the list where that is later. By the thread that takes. */
uint64_t replica_urgent(const struct replica *replica);

/* A heartbeat that was verified. Fails: ST_CONFLICT reason "edition-older" (it would lead back). */
MUST_USE enum status replica_heard(struct replica *replica, const struct feed_heartbeat *heartbeat, struct error *ret_error);

/* A word of what is wrong with updates, or NULL: it is well again. */
void replica_trouble(struct replica *replica, const char *word);

/* The keys of the feed, kept sealed. */
void replica_feed_keys(struct replica *replica, struct feed_keys *ret);
MUST_USE enum status replica_feed_keys_set(struct replica *replica, const struct feed_keys *keys, struct error *ret_error);

/* The post was revoked: list, image and keys are overwritten; nothing is in force from then on. */
void replica_destroy(struct replica *replica);
bool replica_destroyed(struct replica *replica);

/* Fills what a lane is told of the list. Any thread. */
void replica_now(struct replica *replica, struct lanes_now *ret);

#endif
