/* "He has been in the country since the 3rd": when an entry comes into an edition, its documents and its names with the whole birth date
 * are hashed with every crossing key still held, and looked for among crossings; in plain among hits. Without a list of honest people.
 *
 * A crossing that was screened with an older edition than there was, because its post was cut off, has whoever was added since looked for
 * once more. Outbox: kind "crossing" with the entry's id where something was found. Found rows are kept as long as hits.
 */
#ifndef BORDER_PAST_H
#define BORDER_PAST_H

#include "border/border.h"

/* Looks for those who came into editions since the last time. Any number of hubs may run it. Gives how many crossings were found anew.
 * Fails: as db_transact. Cost: per entry some thousand look-ups in indexes. */
MUST_USE enum status past_search(struct border *border, size_t *ret_found, struct error *ret_error);

struct past_row {
	int64_t at_ms;
	struct text point, result, post, post_name, by; /* by: "document", "identity" */
};
/* Newest first. *ret_since_ms: his last entry that no exit followed and that was not stopped; 0: none is known. */
MUST_USE enum status past_load(struct db_tx *tx, struct text entry, struct arena *arena, struct past_row **ret_rows, size_t *ret_count,
			       int64_t *ret_since_ms, struct error *ret_error);

/* ---- what he may be called at a lane (past_words.c) ---- */

struct past_words {
	struct text *documents, *identities; /* as trace_document and trace_identity make them, each once */
	size_t document_count, identity_count;
};
/* Each document with its country, or with each nationality. Each name with each birth date: as it is written, and as the readings of its
 * parts in Latin, for that is what zones have; given names joined and parted, for passports do both. In the arena. Fails: ST_NO_MEMORY. */
#define PAST_WORDS_MAX 4096u
MUST_USE enum status past_words(const struct entry *entry, struct arena *arena, struct past_words *ret, struct error *ret_error);

#endif
