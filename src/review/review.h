/* Texts that the public is shown (lesson/lesson.h), and who approved them: a document is good in a language once two people have approved
 * exactly the text that this program has, by its hash. Where a text changes its hash does, and both are asked again. docs/learn.md.
 *
 * Outbox: "public" where what is good may have changed.
 */
#ifndef REVIEW_REVIEW_H
#define REVIEW_REVIEW_H

#include "base/buffer.h"
#include "db/db.h"
#include "lesson/lesson.h"
#include "model/actor.h"

#define REVIEW_NEEDED 2u

struct review_approval {
	struct text person;
	int64_t at_ms;
};

/* Of the text as it is now, the earliest first, in the arena. Fails: as db_query. */
MUST_USE enum status review_load(struct db_tx *tx, const struct lesson_document *document, size_t language, struct arena *arena,
				 struct review_approval **ret, size_t *ret_count, struct error *ret_error);

/* The actor approves, or takes it back; a second time changes nothing. `hash` is that of the text that he read.
 * Fails: ST_CONFLICT reason "review-other-text" (it is no longer this one); as db_exec. */
MUST_USE enum status review_approve(struct db_tx *tx, const struct actor *actor, const struct lesson_document *document, size_t language,
				    struct text hash, int64_t now_ms, struct error *ret_error);
MUST_USE enum status review_withdraw(struct db_tx *tx, const struct actor *actor, const struct lesson_document *document, size_t language,
				     struct text hash, int64_t now_ms, struct error *ret_error);

/* The bulletin's lessons.json after its time: ,"items":[{"document","hash","language"}] of what is good, and the effect where one may be
 * told (trial.h). Appends. Fails: as db_query. */
MUST_USE enum status published_lessons(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error);

#endif
