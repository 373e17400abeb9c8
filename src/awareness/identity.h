/* Identifiers as the database keeps them: one row for each x, whoever named it. */
#ifndef AWARENESS_IDENTITY_H
#define AWARENESS_IDENTITY_H

#include "awareness/awareness.h"
#include "awareness/item.h"

struct identified {
	struct text x, type; /* type: what rules go by ("phone", "url", "bank", "handle", "wallet") */
};

/* What somebody typed in its one form, in the arena. `language` names the country where a number without a country's code is dialled, if the
 * identifier names none ("km": kh). Fails: as asked_read; ST_NO_MEMORY. */
MUST_USE enum status identify(const struct item_identifier *typed, struct text host, struct arena *arena, struct identified *ret,
			      struct error *ret_error);

/* The row is there from here on. */
MUST_USE enum status identifier_need(struct db_tx *tx, const struct identified *identified, struct error *ret_error);

struct identifier_row {
	struct text type, cluster;
	int64_t counts_from_ms;
	bool safe;
};
/* Fails: ST_NOT_FOUND (nobody named it); as db_query. */
MUST_USE enum status identifier_load(struct db_tx *tx, struct text x, struct arena *arena, struct identifier_row *ret, struct error *ret_error);

#endif
