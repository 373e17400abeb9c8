/* What the post tells its hub: numbered records, each bound to the one before, sealed on the disk until the hub has them.
 * Format and chain: docs/formats/spool.md. */
#ifndef POST_SPOOL_H
#define POST_SPOOL_H

#include "base/env.h"
#include "db/db.h"
#include "post/keep.h"

#define SPOOL_UPLOAD_RECORDS 500
#define SPOOL_UPLOAD_BYTES ((size_t)1 << 20)
#define SPOOL_KEEP_MS ((int64_t)30 * 86400000) /* what was sent, but for checks: those go at once */

struct spool {
	struct db *db;
	const struct env *env;
	const struct keep *keep;
	/* What the post's clock is behind the hub's, ms; false: not known. */
	bool (*offset)(void *context, int64_t *ret_ms);
	void *context;
};

struct spool_note {
	const char *kind;   /* check, hit, act, drill, event */
	struct text lane;    /* or empty */
	struct text officer; /* person id, or empty */
	const json_t *body;  /* borrowed */
	int64_t at_ms;
};

/* Writes the next record in the caller's transaction; it counts once that is committed. Fails: as db_exec; ST_LIMIT (a record that no
 * upload could carry). */
MUST_USE enum status spool_add(const struct spool *spool, struct db_tx *tx, const struct spool_note *note, struct arena *arena,
			       uint64_t *ret_seq, struct error *ret_error);

struct spool_state {
	uint64_t seq, sent;
	int64_t sent_at_ms; /* 0: never */
};
MUST_USE enum status spool_look(const struct spool *spool, struct db_tx *tx, struct arena *arena, struct spool_state *ret,
				struct error *ret_error);

/* Asks the hub: POST of `body` to its spool. Gives the HTTP status. Blocks. */
typedef enum status spool_post(void *context, struct text body, unsigned *ret_status, struct buffer *ret_answer,
			       struct error *ret_error);

/* One upload of what the hub lacks, at most SPOOL_UPLOAD_RECORDS; *ret_more tells whether there is more. Whatever the hub said it
 * has, is marked sent; when its answer is lost, the same records go again. One thread at a time. A hub that lacks what it once
 * confirmed is asked where it stands, and next gets all from there that is still kept, with the word that the rest is gone.
 * Fails: what `post` gives; ST_CONFLICT reason "spool-forked" (the hub has other records of these numbers); ST_UNAVAILABLE (an
 * answer that is none). */
MUST_USE enum status spool_send(const struct spool *spool, spool_post *post, void *context, bool *ret_more, struct error *ret_error);

/* Takes away what was sent and is older than SPOOL_KEEP_MS. */
MUST_USE enum status spool_forget(const struct spool *spool, int64_t now_ms, struct error *ret_error);

#endif
