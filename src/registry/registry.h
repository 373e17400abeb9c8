/* The registry: the life of an entry, act by act.
 *
 * Every act is one transaction: the version is compared, data/lifecycle/entry.tsv decides, the change is made, and the timeline,
 * the ledger (log "list"), the audit and the outbox are written with it. Who may act is the caller's to ask (account/policy.h);
 * that the persons differ and the conditions hold is decided here, and once more by the schema's own checks.
 *
 * Leaves: "entry.<act>" for every act (docs/formats/listing.md);
 * "listing.put" with what checkpoints are told (entry.h) and "listing.drop" {"at","id"} when they are told to forget. The list in
 * force is the fold of the listing leaves: entry.listing_leaf names the newest one, NULL where there is none.
 *
 * Outbox: kind "entry" with the entry's id at every act; kind "list" too when what checkpoints are told has changed.
 */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H

#include "base/env.h"
#include "lifecycle/lifecycle.h"
#include "model/actor.h"
#include "model/id.h"
#include "registry/entry.h"

struct registry; /* the tables, and the engine over all entries (similar.h); one per hub, for all threads */

/* `host` is the hub's country, alpha-2 lower case; the texts must outlive it. Fails: ST_NO_MEMORY; as db_transact. */
MUST_USE enum status registry_open(struct db *db, const struct env *env, struct text host, struct registry **ret_registry,
				   struct error *ret_error);
void registry_close(struct registry *registry); /* NULL is fine */

/* The registry's own clock: never before a moment it has seen, so that a clock set back extends nothing. */
MUST_USE enum status registry_now(struct registry *registry, struct db_tx *tx, int64_t *ret_now_ms, struct error *ret_error);

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
	const struct entry_document *documents; /* with their countries; none: passportNumber and idNumber of the person */
	size_t document_count;
	struct text offence, purpose;
	struct text law, article;    /* what the owner says; the assessment decides */
	int64_t penalty_months;      /* -1: not given */
	const struct registry_measure *measures;
	size_t measure_count;
};

/* Adds an entry in state "submitted". Fails: ST_MALFORMED (reasons "name-missing", "reference-missing", "offence-missing",
 * "measure-...", "value-invalid": field says where); ST_CONFLICT reason "reference-taken" (field "reference"), ST_CONFLICT reason
 * "refused-before" (the same content was refused for what it is); as db_exec. */
MUST_USE enum status registry_nominate(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				       const struct registry_nomination *nomination, char ret_id[ID_SIZE], struct error *ret_error);

/* Whether registry_nominate would say "refused-before", and the keyed hash it goes by (64 hexadecimal digits and a NUL). */
#define REGISTRY_HASH_SIZE 65u
MUST_USE enum status registry_refused_before(struct registry *registry, struct db_tx *tx,
					     const struct registry_nomination *nomination, char ret_hash[REGISTRY_HASH_SIZE],
					     bool *ret_refused, struct error *ret_error);

/* ---- acts ---- */

struct registry_assessment {
	struct text law, article, proportionality, child_decision;
	int64_t penalty_months;
	bool dual_criminality, convicted;
	bool examined; /* every exclusion was looked into */
	bool own_national, refugee, child, political, possible_victim;
};

/* One act of data/lifecycle/entry.tsv, with what it needs. */
struct registry_act {
	struct text entry;
	int64_t version; /* that was seen; 0: whatever it is (the clock) */
	struct text act;
	struct text reason; /* code of data/lifecycle/reasons.tsv, or empty */
	struct text note;   /* in the person's own words, or empty */
	const struct registry_nomination *nomination; /* change, answer (may be NULL there) */
	const struct registry_assessment *assessment; /* assess */
	const struct registry_measure *measures;      /* measures; extend (none: as they are) */
	size_t measure_count;
	struct text measure;         /* end-measure: its id */
	struct text decision_number; /* approve; confirm (empty: the one that was approved) */
	int64_t validity_days;       /* approve; 0: by data/lifecycle/terms.tsv */
	int64_t until_ms;            /* extend */
};

/* Does it, in the caller's transaction; gives the entry as it stands after. Who may is the caller's to have asked.
 * Fails: ST_NOT_FOUND; ST_CONFLICT reason "version"; as lifecycle_next; ST_MALFORMED reasons "text-missing", "value-invalid";
 * as db_exec. Nothing is changed then, and the transaction is to be rolled back; registry_audit_refusal writes it down. */
MUST_USE enum status registry_act(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				  const struct registry_act *act, struct arena *arena, struct entry *ret_entry,
				  struct error *ret_error);

/* In a transaction of its own, after an act was refused. `why` is the refusal. */
MUST_USE enum status registry_audit_refusal(struct registry *registry, struct db_tx *tx, const struct actor *actor,
					    const struct registry_act *act, const struct error *why, struct error *ret_error);

/* What becomes of each condition if this person did this act now, for showing it. `index` counts the arcs that lead from the
 * entry's state; false past the last. */
struct registry_choice {
	const struct lifecycle_arc *arc;
	struct text condition[12];
	const char *why[12]; /* NULL: it holds */
	size_t count;
};
bool registry_choice(const struct entry *entry, const struct actor *actor, int64_t now_ms, size_t index,
		     struct registry_choice *ret_choice);

/* ---- an error that somebody saw ---- */

struct registry_challenge {
	struct text entry, field, note; /* field: where, or empty */
	char id[ID_SIZE];               /* given */
	int64_t due_ms;                 /* given: when it must have been answered */
};
/* Answers it, once. Fails: ST_NOT_FOUND; ST_MALFORMED "text-missing"; ST_CONFLICT "challenge-answered"; as db_exec. */
MUST_USE enum status registry_challenge_answer(struct registry *registry, struct db_tx *tx, const struct actor *actor,
					       struct text challenge, struct text answer, struct error *ret_error);
/* Fails: ST_MALFORMED "text-missing"; as db_exec. */
MUST_USE enum status registry_challenge(struct registry *registry, struct db_tx *tx, const struct actor *actor,
					struct registry_challenge *challenge, struct error *ret_error);

/* ---- time ---- */

/* What time brings: reminders, lapses, expiry, ends of urgent entries. Run by the hub each minute; any number of hubs may run it
 * at once. Each entry is an act of its own with the actor "clock"; one that cannot be done now does not hold up the others.
 * Gives how many acts were done. Fails: as db_transact. */
MUST_USE enum status registry_clock(struct registry *registry, size_t *ret_done, struct error *ret_error);

#endif
