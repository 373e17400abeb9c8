/* Reports that were given to an authority of a partner country, and what it must hear afterwards: that the reporter has taken his back.
 *
 * A referral has no words of its own: the partner reads the report, as long as it says anything. When it is withdrawn a clock of a day runs
 * until the partner's country acknowledges. Outbox: "referral". docs/awareness.md.
 */
#ifndef AWARENESS_REFERRAL_H
#define AWARENESS_REFERRAL_H

#include "awareness/awareness.h"

/* Gives a report to an authority of another country; one that has it already keeps it. Fails: ST_CONFLICT reasons "referral-consent" (the
 * reporter did not agree that partners are given it), "referral-no-desk" (no liaison officer or machine of that country could hear that it was
 * withdrawn); as db_exec. */
MUST_USE enum status referral_send(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text report,
				   const struct awareness_authority *authority, int64_t now_ms, struct arena *arena, struct error *ret_error);

/* The reporter has taken it back: whoever was given it has a day (`referral-hours`) to acknowledge. Fails: as db_exec. */
MUST_USE enum status referral_withdraw(struct awareness *awareness, struct db_tx *tx, struct text report, int64_t now_ms, struct arena *arena,
				       struct error *ret_error);

/* His country has heard that it was withdrawn. Said again it changes nothing: the first who said so stays. Fails: ST_NOT_FOUND; ST_CONFLICT
 * reason "not-in-this-state" (it was not withdrawn); ST_MALFORMED reason "value-invalid" (note too long); as db_exec. */
MUST_USE enum status referral_acknowledge(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id,
					  struct text note, struct arena *arena, struct error *ret_error);

/* Marks those that nobody acknowledged in time, once. Adds how many to `done`. Fails: as db_exec. */
MUST_USE enum status referral_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *done,
				    struct error *ret_error);

#endif
