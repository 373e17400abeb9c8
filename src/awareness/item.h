/* What a sealed item says, once it is opened (docs/formats/inbox.md): checked member by member, nothing kept yet. Pure.
 *
 * The bytes come from strangers by way of a portal, which may itself have been taken over: nothing in them is believed beyond its form.
 */
#ifndef AWARENESS_ITEM_H
#define AWARENESS_ITEM_H

#include <jansson.h>

#include "base/arena.h"
#include "review/trial.h"

enum item_kind { ITEM_REPORT = 1, ITEM_RESCUE = 2, ITEM_DISPUTE = 3, ITEM_FOLLOW_UP = 4, ITEM_PART = 5, ITEM_COMPLAINT = 6, ITEM_TRIAL = 7, ITEM_ALARM = 8 };

#define ITEM_STORY_MAX 20000u
#define ITEM_IDENTIFIERS_MAX 50u
#define ITEM_PAYMENTS_MAX 20u
#define ITEM_EVIDENCE_MAX 10u
#define ITEM_RECEIPT_DIGITS 16u

struct item_identifier {
	struct text type, value, country, bank, service; /* as chosen and typed; type: a word of ident/asked.h, "any", "unknown" */
};

struct item_payment {
	struct text reference, json; /* json: the whole of it, as typed */
};

struct item_evidence {
	struct text upload, name, media, sha256;
	int64_t size;
};

struct item {
	struct text receipt; /* the digits */
	int64_t time_ms;
	struct text language, speed, type, story;
	bool danger;
	struct text money; /* none, day, older, or empty */
	const struct item_identifier *identifiers;
	size_t identifier_count;
	const struct item_payment *payments;
	size_t payment_count;
	const struct item_evidence *evidence;
	size_t evidence_count;
	struct text contact_way, contact_value, contact_hours;
	struct text token, network, device;
	struct text act;     /* of a follow-up */
	struct text relation, nationality, next_check, missing; /* of a call for help; missing: words with | between */
	struct text details; /* canonical JSON: everything that stands nowhere else */
};

/* Texts in the arena. Fails: ST_MALFORMED reasons "item-json" (not the canonical JSON of an object), "item-member" (its field is the member),
 * "item-empty" (nothing is said); ST_LIMIT, ST_NO_MEMORY. Of a call for help the members of `held`, `place` and `message` in the details are
 * texts, those of `missing` and `attached` words that are known. */
MUST_USE enum status item_read(enum item_kind kind, struct bytes json, struct arena *arena, struct item *ret, struct error *ret_error);

/* What a portal tells of itself (kind 8). */
#define ITEM_ALARM_CHECKS_MAX 1000000000
#define ITEM_ALARM_SPREAD_MAX 16384 /* networks or buckets */
struct item_alarm {
	struct text portal; /* its public key, 64 hexadecimal digits */
	struct text alarm;  /* "network", "sum" */
	int64_t hour_ms;    /* its first moment */
	int64_t checks;
	int64_t networks, buckets; /* 0 where the alarm is the other one */
	int64_t usual;             /* negative: not known */
};
/* Fails: as item_read. */
MUST_USE enum status item_alarm_read(struct bytes json, struct arena *arena, struct item_alarm *ret, struct error *ret_error);

/* What a measurement says (kind 7); whether it can be so trial_take finds. Fails: as item_read. */
MUST_USE enum status item_trial_read(struct bytes json, struct arena *arena, struct trial_record *ret, struct error *ret_error);

#endif
