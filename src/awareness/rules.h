/* When reports make something "reported": data/awareness/listing.tsv. Nothing else than independence counts, and money that an officer has
 * seen proof of.
 *
 * Two reports are one where anything says that one hand may have sent both: the same client token, the same network within a day, the same
 * kind of device within an hour, nearly the same story, the same payment. What hangs together is counted once. Many that hang together are a
 * flood: an analyst is told, once, and until he has seen it nothing is listed by the rules.
 */
#ifndef AWARENESS_RULES_H
#define AWARENESS_RULES_H

#include "awareness/awareness.h"

struct rules_weight {
	int64_t reports, independent;          /* of the last `days` of the rule, or since the listing began */
	int64_t hour_reports, hour_independent;
	int64_t first_ms, last_ms;             /* of the reports that count */
	bool paid;                             /* an officer has seen the proof of a payment */
};

/* Weighs the newest 1,000 reports that name x and came since. Fails: as db_query. */
MUST_USE enum status rules_weigh(struct db_tx *tx, struct text x, int64_t since_ms, int64_t now_ms, struct arena *arena,
				 struct rules_weight *ret, struct error *ret_error);

/* Lists x, brings its listings up to date, ends what stands on reports that were taken back, or tells of a flood. An official contact is left
 * alone. After every change of a report that names it. Fails: as db_exec, ledger_append. */
MUST_USE enum status rules_apply(struct awareness *awareness, struct db_tx *tx, struct text x, struct arena *arena, struct error *ret_error);

/* The analyst has seen it; x is weighed again. Fails: ST_NOT_FOUND; ST_CONFLICT reason "flood-seen". */
MUST_USE enum status flood_seen(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, struct text id, struct arena *arena,
				struct error *ret_error);

#endif
