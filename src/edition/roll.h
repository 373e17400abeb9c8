/* The key roll: how the keys that readers believe are changed, link by link. docs/formats/edition.md, "Key roll". Pure.
 *
 * Each link is a signed note that tells a whole key set. It counts for a reader where a key of editions and a key of the log that he
 * believes so far have both signed it, and keys of the new set too: whoever stole one of the two keys can introduce nobody.
 */
#ifndef EDITION_ROLL_H
#define EDITION_ROLL_H

#include "edition/manifest.h"

#define ROLL_MAX ((size_t)1 << 20)  /* of all links */
#define ROLL_MARK_SIZE 25u          /* XXXX-XXXX-XXXX-XXXX-XXXX and its end: 100 bits of the newest link's hash, to be read out by telephone */

struct roll_link {
	struct text note, text; /* the whole; what is signed */
	struct text list;
	uint32_t epoch;
	struct merkle_hash before; /* of the link before; zeros: the first */
	int64_t time_ms;
	struct text lines;         /* of the keys */
	struct edition_keys keys;
	struct merkle_hash hash;   /* of `text` */
};

/* Appends the text that is to be signed: of `link`, list, epoch, before, time_ms and `lines` (as roll_lines_add writes them). */
void roll_text_add(struct buffer *out, const struct roll_link *link);
/* Keys that sign now, keys that have ended (size_max: of the log; nothing larger), and which of all were revoked. */
void roll_lines_add(struct buffer *out, const struct edition_keys *keys);

/* The next link of a roll, and moves behind it. The form only. Fails: ST_NOT_FOUND (its end); ST_MALFORMED "feed-malformed"; ST_LIMIT. */
MUST_USE enum status roll_next(struct text *roll, struct arena *arena, struct roll_link *ret, struct error *ret_error);

/* What a reader believes and where he stands. */
struct roll_place {
	struct text list;
	const struct edition_keys *keys;
	uint32_t epoch;          /* of the link that they come from; 0: they were given to him, not by a roll */
	struct merkle_hash hash; /* of that link */
};

/* How far a reader comes who stands there: appends the links that he may follow to `ret_followed`, and gives the last of them; where
 * there is nothing new, ST_OK with ret_last->epoch 0. Memory is `roll`'s and the arena's. Fails: ST_DENIED "keys-unfollowed" (another
 * list; newer links, and none that his keys lead to; or another history than his own); ST_MALFORMED "feed-malformed". */
MUST_USE enum status roll_follow(struct text roll, const struct roll_place *place, struct arena *arena, struct buffer *ret_followed,
				 struct roll_link *ret_last, struct error *ret_error);

/* The newest link of a roll, if its mark is that one: what an operator takes who was told it by the hub's people. Hyphens, case and
 * spaces of `mark` do not matter. Fails: ST_DENIED "keys-mark"; ST_MALFORMED "feed-malformed"; ST_NOT_FOUND (an empty roll). */
MUST_USE enum status roll_accept(struct text roll, struct text list, struct text mark, struct arena *arena, struct roll_link *ret,
				 struct error *ret_error);

void roll_mark(const struct merkle_hash *hash, char out[ROLL_MARK_SIZE]);

#endif
