/* Appeals: who was stopped, or thinks that he is listed, asks; somebody who had no part in the listing decides.
 *
 * No account: a number and a secret word are given at once, and by both he sees how it stands. Two clocks run, for access and for
 * a decision (data/lifecycle/terms.tsv). Every act is a leaf of the ledger (kind "appeal.<act>"), which says that and when, never
 * what. Outbox: kind "appeal" with its id.
 */
#ifndef REGISTRY_APPEAL_H
#define REGISTRY_APPEAL_H

#include "registry/appeal_number.h"
#include "registry/registry.h"

struct appeal_request {
	struct text kind; /* access, correction, deletion, mistaken-identity */
	struct text name, birth_date, document, contact, request;
	struct text language; /* en, km, ko, zh */
};

struct appeal {
	struct text id, number;
	int64_t version;
	struct text state; /* received, taken, answered, dismissed, upheld */
	struct text kind, name, birth_date, document, contact, request, language;
	int64_t received_ms, due_access_ms, due_decision_ms;
	struct text officer, entry, answer, reason, decided_by;
	int64_t decided_ms;
};

struct appeal_receipt {
	char id[ID_SIZE], number[APPEAL_NUMBER_SIZE], word[APPEAL_WORD_SIZE];
	int64_t received_ms, due_access_ms, due_decision_ms;
};

/* Fails: ST_MALFORMED reason "value-invalid" (field: kind, name, birthDate, document, contact, text, language); as db_exec. */
MUST_USE enum status appeal_receive(struct registry *registry, struct db_tx *tx, const struct appeal_request *request,
				    struct appeal_receipt *ret_receipt, struct error *ret_error);

/* By number and word. A wrong number and a wrong word are not told apart: ST_NOT_FOUND reason "appeal-unknown". */
MUST_USE enum status appeal_follow(struct registry *registry, struct db_tx *tx, struct text number, struct text word,
				   struct arena *arena, struct appeal *ret_appeal, struct error *ret_error);

/* The state as he is told it: how it was decided the answer alone says, for it may have to be one that neither confirms nor
 * denies. */
struct text appeal_state_told(const struct appeal *appeal);

/* Fails: ST_NOT_FOUND. */
MUST_USE enum status appeal_load(struct db_tx *tx, struct text id, struct arena *arena, struct appeal *ret_appeal,
				 struct error *ret_error);

struct appeal_act {
	struct text appeal;
	int64_t version;
	struct text act;      /* take, link, answer, dismiss, uphold */
	struct text entry;    /* link */
	struct text reason;   /* uphold of a deletion: code of the list "removal" */
	struct text standard; /* answer, dismiss, uphold: a ready answer (data/lifecycle/answers.tsv), or empty */
	struct text text;     /* the same: words of one's own, or empty */
};

/* In the caller's transaction; who may is the caller's to have asked. A decision that touches an entry is an act of that entry too.
 * Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state", "appeal-not-yours" (another officer took it),
 * "decided-the-listing", "appeal-unlinked" (nothing to remove); ST_MALFORMED reasons "no-such-act", "text-missing",
 * "value-invalid", "reason-unknown"; as registry_act. */
MUST_USE enum status appeal_do(struct registry *registry, struct db_tx *tx, const struct actor *actor, const struct appeal_act *act,
			       struct arena *arena, struct appeal *ret_appeal, struct error *ret_error);

/* ---- ready answers ---- */

struct appeal_answer {
	struct text answer, kinds, en, km, ko, zh;
};
size_t appeal_answer_count(void);
const struct appeal_answer *appeal_answer_at(size_t i);

#endif
