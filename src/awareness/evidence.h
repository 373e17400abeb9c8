/* Files that came with a report or dispute: their sealed parts joined, looked at once, and given to officers.
 *
 * The original stays as it was sent, in parts sealed to the key of evidence (keys.h). Of a picture a copy is made by another program (picture.h), on which
 * nothing is left but what is seen; it is sealed to the same key. Nothing else is ever shown. Outbox: "report" or "dispute" where an upload was looked at.
 */
#ifndef AWARENESS_EVIDENCE_H
#define AWARENESS_EVIDENCE_H

#include "awareness/awareness.h"

/* Looks at one upload that is whole and was not looked at yet; *ret_done is false where there is none. `program`: of picture.h; NULL: there is
 * none, then pictures are only kept (reason "evidence-no-reader"). Any number of hubs may do it at once. Fails: as db_transact. Cost: of a
 * picture a second or so. */
MUST_USE enum status evidence_run(struct awareness *awareness, const char *program, bool *ret_done, struct error *ret_error);

/* Seals one part or copy anew that is not under the newest key of evidence; *ret_done is false where there is none. What no key opens is left as it
 * is, and not tried again. Fails: as db_transact. */
MUST_USE enum status evidence_reseal(struct awareness *awareness, bool *ret_done, struct error *ret_error);

struct evidence {
	struct text state, reason; /* as in the schema */
	struct text media;         /* of the original or the copy, whichever is asked for */
	struct text sha256;        /* of the original */
	int64_t size;              /* of the original */
};

/* Which file is asked for, and how: what is restricted (restriction.h) is given to nobody who did not ask for it as such, and nothing else is given
 * to whoever did. */
struct evidence_asked {
	struct text subject;
	int64_t number;
	bool restricted;
};

/* The copy that officers may see. Appends it. Fails: ST_DENIED reason "evidence-restricted"; ST_CONFLICT reason "evidence-not-restricted";
 * ST_NOT_FOUND (no such evidence, or it has no copy), ST_CORRUPT (cannot be opened); as db_query. */
MUST_USE enum status evidence_copy(struct awareness *awareness, struct db_tx *tx, const struct evidence_asked *asked, struct arena *arena,
				   struct evidence *ret, struct buffer *out, struct error *ret_error);

/* What was sent, byte for byte. Fails: ST_DENIED reason "evidence-restricted"; ST_CONFLICT reason "evidence-not-restricted"; ST_NOT_FOUND (no such
 * evidence, or it is not whole); ST_CORRUPT reason "evidence-differs" (it is not what the sender said it is), ST_DENIED reason "inbox-key"; as
 * db_query. */
MUST_USE enum status evidence_original(struct awareness *awareness, struct db_tx *tx, const struct evidence_asked *asked, struct arena *arena,
				       struct evidence *ret, struct buffer *out, struct error *ret_error);

#endif
