/* Hits: who had to be looked at, and what was done about him. Records of posts in, with the partner's answer and the clocks that run from
 * then on. docs/border.md tells the life of a hit.
 *
 * Outbox: kind "hit" whenever a hit comes or changes, "custody" too when that begins, ends or its time runs out.
 */
#ifndef BORDER_HIT_H
#define BORDER_HIT_H

#include "border/border.h"

#define HIT_KEPT_MS ((int64_t)3 * 366 * 86400000)
#define HIT_ANSWER_MS ((int64_t)12 * 3600000)   /* SIS: within 12 hours */
#define HIT_ANSWER_AIM_MS ((int64_t)30 * 60000) /* what a person who stands there may be asked to wait */
#define HIT_ESCALATE_MS ((int64_t)6 * 3600000)
#define HIT_PHOTO_MAX ((size_t)512 << 10)

struct hit_row {
	struct text id;
	int64_t version;
	struct text post, post_name, check, lane, officer, point;
	int64_t at_ms, received_ms, edition, list_age_ms;
	bool offset_known;
	int64_t offset_ms;
	struct text result, act;
	bool quiet;
	struct text traveller, candidates, mrz; /* JSON */
	struct text caption, document, identity, entry, grade, owner;
	int64_t handling;
	struct text state;
	int64_t custody_from_ms, custody_until_ms;
	struct text custody_basis;
	int64_t custody_told; /* 0, 75, 100 */
	struct text seen_by, confirmed_by;
	int64_t asked_ms, due_ms, answered_ms; /* 0: not */
	struct text answered_by, answer, answer_text;
	bool escalated;
	struct text misuse_of;
};

/* Columns of a hit_row, of `hit h JOIN post p ON p.id = h.post_id`. */
#define HIT_COLUMNS                                                                                                                  \
	"h.id, h.version, h.post_id, p.name, h.check_id, h.lane, h.officer, h.point, h.at, h.received_at, h.edition, h.list_age,"    \
	" h.clock_offset, h.result, h.act, h.quiet, h.traveller, h.candidates, h.mrz, h.caption, h.document, h.identity, h.entry_id," \
	" h.grade, h.owner, h.handling, h.state, h.custody_from, h.custody_until, h.custody_basis, h.custody_told, h.seen_by,"        \
	" h.confirmed_by, h.asked_at, h.answer_due, h.answered_at, h.answered_by, h.answer, h.answer_text, h.escalated, h.misuse_of"
#define HIT_FROM " FROM hit h JOIN post p ON p.id = h.post_id "
/* The owner of the entry was asked and has not answered. Once the second line found another person or closed the hit nobody waits any
 * more; he may still answer. */
#define HIT_WAITS "h.asked_at IS NOT NULL AND h.answered_at IS NULL AND h.state NOT IN ('cleared', 'closed')"
bool hit_waits(const struct hit_row *hit);
void hit_row_take(const struct db_rows *rows, size_t row, struct hit_row *ret);

/* Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status hit_row_load(struct db_tx *tx, struct text id, struct arena *arena, struct hit_row *ret, struct error *ret_error);

/* ---- what posts tell ---- */

/* A record `hit`: kept, the owner of the gravest entry asked, compared with other hits (misuse.h). Taking it again changes nothing.
 * Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status hit_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
			      struct error *ret_error);

/* A record `act`. What data/hit/acts.tsv does not allow is kept with the reason, and the state stays: it happened all the same, and
 * somebody must look at it. An act of a hit that this post did not tell of is kept among its events. Clearing with the traveller's
 * consent proposes clearances for another person to confirm. Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status hit_act_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
				  struct error *ret_error);

/* ---- what is done in the hub ---- */

struct hit_doing {
	struct text hit;
	int64_t version; /* that was seen; 0: whatever it is */
	struct text act;  /* answer, receive, note, escalate */
	struct text note; /* text */
	struct text is;   /* answer: "same", "other", "unknown" */
};

/* One act of the hub's: in the story, and told to the post. Who may is the caller's to have asked. Fails: ST_NOT_FOUND (no such hit, no
 * such act: reason "no-such-act"); ST_CONFLICT reasons "version", "hit-not-asked", "hit-answered" (only "unknown" may be followed by
 * another answer), "hit-state" (receive: he was not handed over; or has been received), "hit-escalated"; ST_MALFORMED reasons
 * "value-invalid", "text-missing"; as db_exec. */
MUST_USE enum status hit_do(struct border *border, struct db_tx *tx, const struct actor *actor, const struct hit_doing *doing,
			    struct error *ret_error);

/* ---- the story ---- */

struct hit_story {
	int64_t number, at_ms, received_ms;
	bool offset_known;
	int64_t offset_ms;
	struct text post, officer, act, state, not_possible, note, fields, clearance;
	bool photo;
};
/* In the order in which it was told. */
MUST_USE enum status hit_story_load(struct db_tx *tx, struct text hit, struct arena *arena, struct hit_story **ret, size_t *ret_count,
				    struct error *ret_error);
/* Fails: ST_NOT_FOUND. */
MUST_USE enum status hit_photo_load(struct db_tx *tx, struct text hit, int64_t number, struct arena *arena, struct bytes *ret,
				    struct error *ret_error);

/* ---- time ---- */

/* What time brings: questions that nobody answered are escalated, custody nears or passes its legal maximum, drills that nobody noticed
 * were missed, carriers that
 * did not acknowledge are to be called. Any number of hubs may run it. Fails: as db_transact. */
MUST_USE enum status border_clock(struct border *border, size_t *ret_done, struct error *ret_error);

#endif
