/* What is told of an identifier: "reported" by the rules (rules.h), "confirmed" by a named authority's word and two officers.
 *
 * Every beginning and end is a leaf of the ledger (kinds "public-listing.report", ".confirm", ".end"). Outbox: "public-listing", and "public"
 * where the bulletin changes. An official contact can be neither: the schema refuses it.
 */
#ifndef AWARENESS_LISTING_H
#define AWARENESS_LISTING_H

#include "awareness/item.h"
#include "awareness/rules.h"

struct listing_row {
	struct text id, x, type, verdict, state, basis, country, note, proposed_by, confirmed_by, ended_by, end_reason;
	int64_t version, reports, first_ms, last_ms, authority, proposed_ms, confirmed_ms, expires_ms, suppressed_until_ms, ended_ms, dead_ms;
};
/* Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status listing_load(struct db_tx *tx, struct text id, struct arena *arena, struct listing_row *ret, struct error *ret_error);
#define LISTING_COLUMNS                                                                                                                   \
	"l.id, l.version, l.x, i.type, l.verdict, l.state, l.basis, l.reports, l.first_at, l.last_at, l.authority, l.country, l.note,"        \
	" l.proposed_by, l.proposed_at, l.confirmed_by, l.confirmed_at, l.expires_at, l.suppressed_until, l.ended_by, l.ended_at,"           \
	" l.end_reason, l.dead_at"
#define LISTING_FROM "FROM listing l JOIN identifier i ON i.x = l.x"
void listing_row_take(const struct db_rows *rows, size_t i, struct listing_row *ret);

struct listing_new {
	struct item_identifier identifier; /* as typed */
	int64_t authority;                 /* of data/awareness/authorities.tsv */
	struct text note;                  /* why: for the second officer */
};
/* Proposes to confirm. Fails: ST_MALFORMED reasons of asked_read, "value-invalid" (authority, note); ST_CONFLICT reasons "listing-official" (it
 * is an official contact), "listing-there" (confirmed or proposed already); as db_exec. */
MUST_USE enum status listing_propose(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_new *new,
				     struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

struct listing_act {
	struct text id;
	int64_t version; /* that was seen */
	struct text act; /* confirm (another officer), decline (of a proposed one), end, dead (of an address: it leads nowhere) */
	struct text reason; /* of end: "mistake", "other" */
	struct text note;
};
/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state", "listing-same-person", "listing-official"; ST_MALFORMED reason
 * "reason-unknown"; ST_NOT_FOUND reason "no-such-act"; as db_exec. */
MUST_USE enum status listing_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct listing_act *act,
				struct arena *arena, struct error *ret_error);

/* ---- for rules, disputes, contacts, the clock ---- */

/* Ids of what counts now, or empty. */
struct listing_now {
	struct text reported, confirmed, proposed;
	int64_t first_ms; /* of the reported one */
};
MUST_USE enum status listing_now(struct db_tx *tx, struct text x, struct arena *arena, struct listing_now *ret, struct error *ret_error);

MUST_USE enum status listing_report(struct awareness *awareness, struct db_tx *tx, struct text x, const struct listing_rule *rule,
				    const struct rules_weight *weight, int64_t now_ms, struct error *ret_error);
/* A new report of what is listed: it lives longer, and tells of more. */
MUST_USE enum status listing_renew(struct db_tx *tx, struct text x, const struct listing_rule *rule, const struct rules_weight *weight,
				   int64_t now_ms, struct error *ret_error);
MUST_USE enum status listing_end(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct text reason,
				 int64_t now_ms, struct error *ret_error);
/* Whatever of x counts or is proposed. */
MUST_USE enum status listing_end_all(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text x,
				     struct text reason, int64_t now_ms, struct arena *arena, struct error *ret_error);
/* What has run out. Adds how many to *ret_done. */
MUST_USE enum status listing_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done,
				   struct error *ret_error);

#endif
