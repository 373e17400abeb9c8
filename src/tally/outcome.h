/* Outcomes that officers enter: counts of a month, confirmed by a second officer; of an operation of two countries by the other side.
 * Nothing is ever changed: a correction is a new row that stands in the place of another, with its reason.
 *
 * Outbox: kind "figures".
 */
#ifndef TALLY_OUTCOME_H
#define TALLY_OUTCOME_H

#include "tally/tally.h"

#define OUTCOME_SIDE_MS ((int64_t)7 * 86400000) /* after that the other side has not confirmed */

struct outcome_new {
	struct text figure;   /* of definitions.tsv, `entered` */
	int64_t month;        /* not after the present one */
	struct text country;  /* nationality, alpha-2; "zz": not known; empty where the figure has no parts */
	int64_t number;
	int64_t people;       /* of money: cases behind it; of persons and events it is the number */
	struct text joint;    /* code of an operation, or empty */
	struct text replaces; /* id of an outcome of the same figure, month, side and operation, or empty */
	struct text reason;   /* of reasons.tsv; needed with `replaces` */
	struct text note;
};

/* An outcome of an operation that says the same as a confirmed one of the other side is confirmed by that at once.
 * Fails: ST_MALFORMED reasons "outcome-figure", "outcome-month", "outcome-country", "outcome-number", "outcome-joint", "reason-unknown",
 * "value-invalid", with the field; ST_DENIED reason "outcome-side" (another country's officer, and no operation of both); ST_CONFLICT
 * reasons "outcome-twice" (this side has said it of that operation), "outcome-replaced"; as db_exec. */
MUST_USE enum status outcome_enter(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const struct outcome_new *new,
				   char ret_id[ID_SIZE], struct error *ret_error);

enum outcome_act {
	OUTCOME_CONFIRM,  /* by another officer of the same side */
	OUTCOME_AGREE,    /* by the other side of an operation: a row of its own with the same number, confirmed */
	OUTCOME_WITHDRAW, /* entered, and not yet confirmed */
};

/* Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "outcome-state", "outcome-twice"; ST_DENIED reasons "outcome-side", "outcome-second" (who
 * entered it); as db_exec. */
MUST_USE enum status outcome_do(const struct tally *tally, struct db_tx *tx, const struct actor *actor, enum outcome_act act, struct text id,
				int64_t version, struct error *ret_error);

struct joint_new {
	struct text code;    /* 3 to 32 of A-Z, 0-9 and - */
	struct text partner; /* alpha-2 */
};

/* Fails: ST_MALFORMED reasons "joint-code", "country-unknown"; ST_CONFLICT reason "joint-taken"; ST_DENIED "outcome-side"; as db_exec. */
MUST_USE enum status joint_begin(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const struct joint_new *new,
				 char ret_id[ID_SIZE], struct error *ret_error);

#endif
