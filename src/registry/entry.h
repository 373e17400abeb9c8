/* An entry: a person of the list, nominated or deported, with what was assessed and decided of him.
 *
 * One row of the table `entry` with its names, documents and measures, read whole in one transaction. Memory belongs to the
 * arena it was loaded into. Times are milliseconds UTC, 0 where there is none.
 */
#ifndef REGISTRY_ENTRY_H
#define REGISTRY_ENTRY_H

#include "db/db.h"
#include "model/entity.h"

struct entry_name {
	struct text name;
	struct text script;   /* "Latin", "Hangul", "Han", "Khmer"... */
	struct text language; /* ISO 639, or empty */
	struct text kind;     /* the FollowTheMoney property it stands in: name, alias, weakAlias, previousName */
};

struct entry_document {
	struct text kind; /* passport, identity-card, other */
	struct text number, country;
};

struct entry_measure {
	struct text id;
	struct text kind;  /* refuse-entry, detain, refer, notify-quietly, protect */
	struct text basis; /* decision, warrant, provisional-arrest, notice */
	struct text number, issuer;
	int64_t valid_from_ms, expires_ms, ended_ms;
};

struct entry {
	struct text id;
	int64_t version;
	struct text state;
	int64_t since_ms;
	struct text owner, agency, reference, inflow, submission;
	int64_t handling;
	struct text submitted_by;
	int64_t submitted_ms;
	struct text schema, person; /* person: FollowTheMoney JSON; empty once erased */
	struct text content_hash;
	struct text caption, latin, birth_date, nationality, document;
	bool has_birth_date, has_document;
	struct text offence, purpose;
	/* assessment */
	struct text reviewed_by, assessed_by;
	int64_t assessed_ms;
	struct text law, article, proportionality, child_decision;
	int64_t penalty_months; /* -1: not given */
	bool dual_criminality, convicted, exclusions_done;
	bool own_national, refugee, child, political, possible_victim;
	/* decision */
	struct text decision_number, decision_text;
	int64_t validity_days;
	struct text first_decider, second_decider, suspended_by;
	int64_t first_decided_ms, second_decided_ms, published_ms, review_due_ms, expires_ms, reminded;
	struct text listing_leaf; /* not empty: checkpoints are told of him */
	struct text extension_by, extension_text, extension_measures;
	int64_t extension_until_ms;
	struct text urgent_by, urgent_confirmed_by;
	int64_t urgent_ms, urgent_until_ms;
	struct text erasure_by, erasure_text;
	bool erased;
	struct entry_name *names;
	size_t name_count;
	struct entry_document *documents;
	size_t document_count;
	struct entry_measure *measures;
	size_t measure_count;
};

/* Whole. Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status entry_load(struct db_tx *tx, struct text id, struct arena *arena, struct entry *ret_entry,
				struct error *ret_error);

/* In force at `now_ms`: begun, not ended, not expired. */
bool entry_measure_in_force(const struct entry_measure *measure, int64_t now_ms);

/* What a checkpoint is told of him, as canonical JSON (RFC 8785): the payload of the ledger leaf `listing.put` and, byte for
 * byte, what an edition carries. docs/formats/listing.md. A listing has no word of why: reasons stay at the hub.
 * {"documents":[{"country"?,"kind","number"}],"expires","handling","id","inflow","legal":{"article","decision","law"},
 *  "measures":[{"basis","expires","from","id","issuer"?,"kind","number"?}],"owner","person":{"properties","schema"},"reference",
 *  "urgent"}; times are RFC 3339. Fails: ST_CORRUPT, ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status entry_write_listing(const struct entry *entry, struct buffer *out, struct error *ret_error);

#endif
