/* The registry: the life of an entry, act by act.
 *
 * Every act is one transaction: the version is compared, data/lifecycle/entry.tsv decides, the change is made, and the timeline,
 * the ledger (log "list"), the audit and the outbox are written with it. Who may act is the caller's to ask (account/policy.h);
 * that the persons differ and the conditions hold is decided here, and once more by the schema's own checks.
 *
 * Leaves: "entry.<act>" for every act, {"act","at","by","country","entry","from","note","reason","seq","to","version"};
 * "listing.put" with what checkpoints are told (entry.h) and "listing.drop" {"at","id"} when they are told to forget. The list in
 * force is the fold of the listing leaves: entry.listing_leaf names the newest one, NULL where there is none.
 *
 * Outbox: kind "entry" with the entry's id at every act; kind "list" too when what checkpoints are told has changed.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "base/env.h"
#include "model/actor.h"
#include "model/id.h"
#include "registry/entry.h"

struct registry; /* the tables, and the engine over all entries (similar.h); one per hub, for all threads */

/* `host` is the hub's country, alpha-2 lower case; the texts must outlive it. Fails: ST_NO_MEMORY; as db_transact. */
MUST_USE enum status registry_open(struct db *db, const struct env *env, struct text host, struct registry **ret_registry,
				   struct error *ret_error);
void registry_close(struct registry *registry); /* NULL is fine */

/* ---- a nomination ---- */

struct registry_measure {
	struct text kind, basis, number, issuer;
	int64_t valid_from_ms; /* 0: now */
	int64_t expires_ms;    /* 0: with the entry (a decision's measure only) */
};

struct registry_nomination {
	struct text owner, agency; /* of whom it is */
	struct text reference;     /* the owner's own; unique with him */
	struct text inflow;        /* "nominated", "deported" */
	struct text submission;    /* id, or empty */
	int64_t handling;
	const struct entity *person; /* FollowTheMoney; its id is not used */
	struct text offence, purpose;
	struct text law, article;    /* what the owner says; the assessment decides */
	int64_t penalty_months;      /* -1: not given */
	const struct registry_measure *measures;
	size_t measure_count;
};

/* Adds an entry in state "submitted". Fails: ST_MALFORMED (reasons "name-missing", "reference-missing", "measure-...": field says
 * where); ST_CONFLICT reason "reference-taken" (field "reference"), ST_CONFLICT reason "refused-before" (the same content was
 * refused for what it is); as db_exec. */
MUST_USE enum status registry_nominate(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				       const struct registry_nomination *nomination, char ret_id[ID_SIZE], struct error *ret_error);

/* Whether registry_nominate would say "refused-before", and the keyed hash it goes by (64 hexadecimal digits and a NUL). */
#define REGISTRY_HASH_SIZE 65u
MUST_USE enum status registry_refused_before(struct registry *registry, struct db_tx *tx,
					     const struct registry_nomination *nomination, char ret_hash[REGISTRY_HASH_SIZE],
					     bool *ret_refused, struct error *ret_error);

#endif
