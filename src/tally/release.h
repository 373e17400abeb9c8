/* Releases of figures: drafted, proposed (frozen), released by another officer (signed, into the ledger), revised. A release is never
 * changed: another of the same month revises it. Outbox: kind "figures"; "public" where the next bulletin is another one. */
#ifndef TALLY_RELEASE_H
#define TALLY_RELEASE_H

#include "tally/tally.h"

/* A snapshot of the month as it stands, and what would be released of it, unsigned. `reasons`: {"figure id":{"code","text"?}} of what
 * is another number than before; with NULL a figure without one is taken for "late", so that a draft can be looked at.
 * To be given back with json_decref. Fails: ST_CONFLICT reason "figures-month-open" (it has not ended), "figures-reason" (field: the
 * figure); ST_MALFORMED reason "outcome-month"; as db_query. */
MUST_USE enum status tally_draft(const struct tally *tally, struct db_tx *tx, int64_t month, const json_t *reasons, json_t **ret_snapshot,
				 json_t **ret_document, struct error *ret_error);

/* Freezes it; `reasons` is not NULL. Fails: as tally_draft; ST_CONFLICT reason "figures-open" (another is proposed). */
MUST_USE enum status tally_propose(const struct tally *tally, struct db_tx *tx, const struct actor *actor, int64_t month, const json_t *reasons,
				   char ret_id[ID_SIZE], struct error *ret_error);

enum tally_act { TALLY_RELEASE, TALLY_DISCARD };

/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "figures-state"; ST_DENIED reason "outcome-second" (who proposed it); ST_UNAVAILABLE
 * reason "figures-key" (no key of role public, or it does not sign); as ledger_append. */
MUST_USE enum status tally_release(const struct tally *tally, struct db_tx *tx, const struct actor *actor, enum tally_act act, struct text id,
				   int64_t version, struct error *ret_error);

#endif
