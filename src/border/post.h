/* Checkpoints as the hub keeps them: made, given a code, enrolled, revoked; what they say of themselves and what they are told.
 * docs/formats/spool.md, docs/formats/feed.md. In the caller's transaction, after the decision point allowed it. */
#ifndef BORDER_POST_H
#define BORDER_POST_H

#include "border/border.h"
#include "model/actor.h"
#include "model/id.h"

#define POST_CODE_SIZE 30u /* six groups of four, and a NUL */
#define POST_CODE_MS ((int64_t)24 * 3600 * 1000)
#define POST_SEEN_MS ((int64_t)120000) /* not heard for so long: its line is down; a post that found no hub looks again within a minute */
#define POST_REASON_MAX 500u

/* Who may work at the posts of host $1, and what number he has set (n.hash), or none: without one nobody can sign in there. */
#define POST_OFFICERS                                                                                                              \
	" FROM person p LEFT JOIN post_pin n ON n.person = p.id WHERE p.country = $1 AND p.state = 'active'"                       \
	" AND EXISTS (SELECT 1 FROM person_role r WHERE r.person = p.id"                                                            \
	" AND r.role IN ('primary', 'secondary', 'supervisor', 'duty', 'protection'))"

struct post_about {
	struct text name, kind, point, desk;
	int64_t latitude, longitude; /* millionths of a degree */
	bool placed;
};

/* In state "expected". Fails: ST_MALFORMED reason "value-invalid" with the field; ST_CONFLICT reason "name-taken". */
MUST_USE enum status post_make(struct border *border, struct db_tx *tx, const struct actor *actor, const struct post_about *about,
			       char ret_id[ID_SIZE], struct error *ret_error);
/* Fails: the same; ST_NOT_FOUND; ST_CONFLICT reason "version". */
MUST_USE enum status post_change(struct border *border, struct db_tx *tx, struct text id, int64_t version, const struct post_about *about,
				 struct error *ret_error);

/* A new code; those of before count no more. `keys`: what verifiers believe, as the post will be given it. Fails: ST_CONFLICT reason
 * "post-enrolled" (no code would count any more). */
MUST_USE enum status post_code(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, struct text keys,
			       char ret_code[POST_CODE_SIZE], struct error *ret_error);

/* The post whose code it is, enrolled with the key; whatever it knew before is told it anew. Fails: ST_DENIED reason "post-code" (unknown,
 * used, too old); ST_MALFORMED (the key); ST_CONFLICT (the key is another's). */
MUST_USE enum status post_enrol(struct border *border, struct db_tx *tx, struct text code, struct bytes public_key, struct arena *arena,
				struct text *ret_id, struct error *ret_error);

/* For a reason that stays with it. Fails: ST_MALFORMED reason "value-invalid" field "reason"; ST_NOT_FOUND, ST_CONFLICT reasons "version",
 * "post-revoked". The feed is sealed with another key from now on. */
MUST_USE enum status post_revoke(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, int64_t version,
				 struct text reason, struct error *ret_error);

/* By the age of the list that a post last said it has: "green", "amber" from a day on, "red" from a week on, "none" (`issued_ms` 0). */
const char *post_colour(int64_t issued_ms, int64_t now_ms);
/* Whether its line is up, by when it was heard last (0: never). */
bool post_online(int64_t seen_ms, int64_t now_ms);

/* ---- sync ---- */

/* Takes what the post says of itself and appends the answer. Outbox: kind "post", where what people are shown is another than before;
 * not for each time that it is heard. Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status post_sync(struct border *border, struct db_tx *tx, struct text id, const json_t *said, struct arena *arena,
			       struct buffer *out, struct error *ret_error);

/* ---- spool ---- */

#define POST_RECORDS_MAX 500u

/* Takes the records of an upload in their order, those that are new; none: only tells in *ret_upto where this hub stands. Where the upload
 * says that the post has some no more ("gone"), the gap is audited, kept among the post's events, and passed over.
 * Fails: ST_MALFORMED reasons "value-invalid", "spool-gap" (numbers do not follow);
 * ST_CONFLICT reason "spool-forked" (another content under a known number, or of another chain); as db_exec. */
MUST_USE enum status post_spool(struct border *border, struct db_tx *tx, struct text id, const json_t *upload, struct arena *arena,
				int64_t *ret_upto, struct error *ret_error);

/* ---- keys of the feed ---- */

#define BORDER_FEED_KEYS 4u
struct border_feed_key {
	uint8_t id[8], secret[32];
};
/* Newest first; the first is made where there is none and `tx` writes. */
MUST_USE enum status border_feed_keys(struct border *border, struct db_tx *tx, bool make, struct arena *arena,
				      struct border_feed_key ret_keys[BORDER_FEED_KEYS], size_t *ret_count, struct error *ret_error);
MUST_USE enum status border_feed_key_rotate(struct border *border, struct db_tx *tx, struct error *ret_error);

#endif
