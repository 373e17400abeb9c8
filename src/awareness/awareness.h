/* What the hub knows of the public: what was reported, what is told of it, what is disputed. docs/awareness.md.
 *
 * What the public hands in comes sealed (docs/formats/inbox.md) and is taken once; what the public is told goes out as a bulletin
 * (docs/formats/bulletin.md). A report by itself lists nothing: rules (rules.h) or two officers (listing.h) do.
 *
 * Outbox: kinds "report", "referral", "rescue", "campaign", "public-listing", "dispute", "contact", "flood", "portal", "portal-alarm", each with its id; and "public"
 * where the next bulletin is another one.
 */
#ifndef AWARENESS_AWARENESS_H
#define AWARENESS_AWARENESS_H

#include "awareness/keys.h"
#include "base/env.h"
#include "db/db.h"
#include "model/actor.h"
#include "model/id.h"
#include "registry/registry.h"

#define AWARENESS_HOUR_MS ((int64_t)3600000)
#define AWARENESS_DAY_MS ((int64_t)86400000)
#define AWARENESS_NOTE_MAX 10000u

/* One hub's, for all threads. */
struct awareness {
	struct db *db;
	const struct env *env;
	struct text host; /* country of the hub, alpha-2 lower case */
	struct registry *registry; /* for its clock, which never goes back */
	struct awareness_keys *keys; /* with at least one of each kind */
};

/* Who acts where nobody does: the rules, the clock, the inbox, a portal of itself. */
extern const struct actor awareness_rules, awareness_clock_actor, awareness_public, awareness_portal;

/* ---- tables of data/awareness ---- */

/* A number of terms.tsv. Asserts that the word is there. */
int64_t awareness_term(const char *term);

struct listing_rule {
	struct text type;
	uint32_t reports, days, expires, dead; /* days; 0: never */
};
/* Of the type, or of "other". */
const struct listing_rule *awareness_rule(struct text type);

/* The number of a state of receipts; asserts that the word is there. */
int64_t awareness_state(const char *state);

struct awareness_reason {
	struct text reason;
	uint32_t number;
	struct text of, en, km, ko, zh;
};
/* NULL: no such reason for this ("close", "dispute-upheld", "dispute-dismissed", "end"). */
const struct awareness_reason *awareness_reason(struct text reason, const char *of);
const struct awareness_reason *awareness_reason_at(size_t i); /* NULL past the last */

struct awareness_word {
	struct text word, en, km, ko, zh;
};
bool awareness_type_known(struct text type);
const struct awareness_word *awareness_type_at(size_t i); /* kinds of fraud; NULL past the last */

struct awareness_authority {
	uint32_t number;
	struct text country, en, km, ko, zh;
};
const struct awareness_authority *awareness_authority(int64_t number); /* NULL: none has it */
const struct awareness_authority *awareness_authority_at(size_t i);

/* ---- shared by the files of this module ---- */

/* Days since 1 January 2020, within 16 bits. */
int64_t awareness_day(int64_t ms);

/* `count` working days (Monday to Friday) after the moment, at the same hour. No holidays: the clock is not longer for them. */
int64_t awareness_working_days(int64_t from_ms, int64_t count);

/* A row of the story; numbers follow each other. Tells the outbox of `kind` with the subject. */
struct desk_line {
	const char *kind; /* "report", "dispute", "public-listing", "contact", "campaign", "portal-alarm" */
	struct text subject;
	const struct actor *actor;
	struct text act, state, note;
	int64_t evidence;   /* number of the one file that it is about, and why; 0 and empty: none */
	struct text reason;
};
MUST_USE enum status desk_line_add(struct awareness *awareness, struct db_tx *tx, const struct desk_line *line, int64_t now_ms,
				   struct error *ret_error);

/* What the receipt of a subject tells from now on; `reason` 0 and `country` empty where there is none. A subject without a receipt is left
 * alone. Outbox: "public". */
MUST_USE enum status receipt_set(struct db_tx *tx, struct text subject, const char *state, struct text country, int64_t reason,
				 int64_t now_ms, struct error *ret_error);

/* A leaf of the log "list", kind "public-listing.<act>" and so on; in the caller's transaction. `payload` is canonical JSON. */
MUST_USE enum status awareness_log(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const char *kind,
				   struct text subject, struct text payload, char ret_leaf[ID_SIZE], struct error *ret_error);

/* ---- time ---- */

/* Listings end, suppressions end, disputes and acknowledgements of partners become late, contacts of reporters and parts that nothing refers to go. Gives how much was
 * done. Run by the hub every few seconds. Fails: as db_transact. */
MUST_USE enum status awareness_clock(struct awareness *awareness, size_t *ret_done, struct error *ret_error);

#endif
