/* Clearances: a traveller who looks like a listed person and is not. One officer proposes, another confirms; with the traveller's
 * consent, for a time; told to checkpoints by the ledger (leaves "clearance.put" and "clearance.drop", docs/formats/edition.md).
 *
 * Consent withdrawn erases who he is, here and in the ledger. A clearance that ended for another reason keeps it, for whoever
 * examines whether it should have been given.
 */
#ifndef REGISTRY_CLEARANCE_H
#define REGISTRY_CLEARANCE_H

#include "registry/registry.h"

#define CLEARANCE_PHOTO_MAX ((size_t)2 << 20)

struct clearance_new {
	struct text entry;           /* the listed person he is not */
	const struct entity *person; /* FollowTheMoney: name, nationality, and a document that is not the listed person's */
	struct bytes photo;          /* JPEG, PNG or WebP, or empty */
	struct text note;            /* why he is not */
	bool consent;
	int64_t expires_ms;          /* 0: by data/lifecycle/terms.tsv */
};

struct clearance_record {
	struct text id, state, entry, entry_caption, person, caption, photo_type, photo_sha256, note;
	int64_t version, proposed_ms, confirmed_ms, ended_ms, expires_ms;
	struct text proposed_by, confirmed_by, ended_by, end_reason;
	bool consent;
	struct bytes photo; /* only of clearance_load */
};

/* In state "proposed". Fails: ST_MALFORMED reasons "clearance-consent", "clearance-person", "clearance-document" (none, or one of the
 * listed person's), "clearance-photo", "clearance-expiry"; ST_NOT_FOUND (no such entry); ST_CONFLICT reason "clearance-entry" (he is
 * on no list any more); as db_exec. */
MUST_USE enum status clearance_propose(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				       const struct clearance_new *clearance, char ret_id[ID_SIZE], struct error *ret_error);

struct clearance_act {
	struct text id;
	int64_t version; /* that was seen */
	struct text act; /* "confirm", "end" */
	struct text reason; /* of "end": "consent-withdrawn", "mistake", "other" */
};

/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "clearance-state", "clearance-same-person" (who proposed does not confirm),
 * "clearance-entry"; ST_MALFORMED reason "clearance-reason"; as db_exec. */
MUST_USE enum status clearance_do(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct clearance_act *act,
				  struct error *ret_error);

/* Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status clearance_load(struct db_tx *tx, struct text id, struct arena *arena, struct clearance_record *ret_record,
				    struct error *ret_error);

struct clearance_page {
	struct text state;     /* empty: all */
	struct text entry;     /* empty: all */
	int64_t before_ms;     /* newest first, from here on back; 0: from the newest */
	struct text before_id;
	uint32_t limit;
};
MUST_USE enum status clearance_list(struct db_tx *tx, const struct clearance_page *page, struct arena *arena,
				    struct clearance_record **ret_records, size_t *ret_count, int64_t *ret_total,
				    struct error *ret_error);

/* Ends those whose time is over, each in a transaction of its own. Any number of hubs may run it. Fails: as db_transact. */
MUST_USE enum status clearance_clock(struct registry *registry, size_t *ret_done, struct error *ret_error);

/* ---- alertness: somebody clears more people than he used to ---- */

/* Clearances of one officer a day, oldest first; the last is today. Whether today is more than three standard deviations above the
 * mean of the days before, and at least CLEARANCE_ALERT_LEAST. Pure. */
#define CLEARANCE_DAYS 31u
#define CLEARANCE_ALERT_LEAST 5u
bool clearance_is_rise(const uint32_t days[CLEARANCE_DAYS]);

/* Looks at an officer's days and, once a day, writes an alert into the audit (action "clearance.create", outcome "flagged") and tells
 * the outbox (kind "alert"). Fails: as db_exec. */
MUST_USE enum status clearance_watch(struct registry *registry, struct db_tx *tx, const struct actor *actor, int64_t now_ms,
				     struct error *ret_error);

#endif
