/* The edition in force, ready to be asked: an index with what changed since laid over it, its listings and clearances.
 *
 * One thread takes editions, any number ask; whoever asks holds one whole state and never waits for a change. Used by posts and, for
 * what comes before arrival, by the hub.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "edition/edition.h"
#include "verdict/verdict.h"

struct watch;
struct watch_list; /* one state: immutable */

struct watch_options {
	unsigned threads;    /* for building, but beside, which has one; 0: 2 */
	size_t memory_max;   /* of one index; 0: 4 GiB */
	uint32_t overlay_max; /* changed entries until the index is built anew, beside; 0: 2,000 */
	uint32_t fresh_max;   /* entries that are built anew with each change, until they are settled; 0: 200 */
};

/* `options` may be NULL. Fails: ST_NO_MEMORY. */
MUST_USE enum status watch_new(const struct watch_options *options, struct watch **ret_watch, struct error *ret_error);
void watch_free(struct watch *watch); /* NULL is fine; those who hold a state keep it */

/* Puts what `edition` says into force (and `urgent`, which may be NULL: a list of urgent entries that came before its edition; of the
 * same entry the one of the higher number counts). What changed is found by comparing with the state in force. Nothing of the
 * editions is needed afterwards. On failure the state stays. Fails: ST_MALFORMED (a record that is no listing), ST_LIMIT,
 * ST_NO_MEMORY. Cost: O(records) to compare, then O(changes), and when they are many an index of them. Past `overlay_max` since the
 * index was built a copy of the records, of which a thread builds another, used when it is done; past four times as many the caller
 * waits for that one, or builds it. */
MUST_USE enum status watch_take(struct watch *watch, const struct edition *edition, const struct edition *urgent,
				struct error *ret_error);

/* The same without putting it into force, for who wants to look it through first; to be put or released. By the thread that takes. */
MUST_USE enum status watch_make(struct watch *watch, const struct edition *edition, const struct edition *urgent,
				struct watch_list **ret_list, struct error *ret_error);
/* Into force; NULL: nothing is from here on, nor is anything of it kept (waits for what is being built). Takes the state over. By the
 * thread that takes. */
void watch_put(struct watch *watch, struct watch_list *list);

/* The state in force, or NULL before the first. Give back with watch_release. Never waits. */
struct watch_list *watch_hold(struct watch *watch);
void watch_release(struct watch_list *list); /* NULL is fine */

uint64_t watch_number(const struct watch_list *list); /* of the edition */
size_t watch_listings(const struct watch_list *list);
size_t watch_clearances(const struct watch_list *list);

/* What a state is made of, so that a program that starts again need not build it: an image that watch_load takes. It is not a
 * published format; whoever stores it seals it. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status watch_save(const struct watch_list *list, struct buffer *out, struct error *ret_error);
/* `image` is copied or taken over: it need not live on. Fails: ST_CORRUPT, ST_CONFLICT (another version), ST_NO_MEMORY. */
MUST_USE enum status watch_load(struct watch *watch, struct bytes image, struct error *ret_error);

struct watch_answer {
	struct verdict verdict;
	struct screen_answer found; /* what the engine found, also below the operating point */
	uint64_t number;
	bool bounded;
};

/* Screens one traveller. All memory is the arena's, but texts that the engine shows of the listed, which live as long as the state. Thread-safe with an arena per
 * thread. Fails: as screen_run. Cost: the engine's, p99 <= 2 ms at 100,000 entries. */
MUST_USE enum status watch_ask(const struct watch_list *list, enum verdict_point point, const struct verdict_traveller *traveller,
			       struct text host, int64_t now_ms, struct arena *arena, struct watch_answer *ret, struct error *ret_error);

/* The listing of an entry (32 hexadecimal digits). Fails: ST_NOT_FOUND; as listing_read. */
MUST_USE enum status watch_listing(const struct watch_list *list, struct text id, struct arena *arena, struct listing *ret,
				   struct error *ret_error);

#endif
