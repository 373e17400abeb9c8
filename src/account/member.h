/* Countries and their agencies. In the caller's transaction, after may() allowed it; no audit of its own. */
#ifndef ACCOUNT_MEMBER_H
#define ACCOUNT_MEMBER_H

#include "base/env.h"
#include "db/db.h"
#include "model/id.h"

struct country_row {
	struct text code, name;
	bool host;
	int64_t administrators; /* active ones */
};
MUST_USE enum status country_list(struct db_tx *tx, struct arena *arena, struct country_row **ret_list, size_t *ret_count,
				  struct error *ret_error);

/* Fails: ST_MALFORMED, reason "country-malformed" or "name-malformed"; ST_CONFLICT, reason "country-known". */
MUST_USE enum status country_make(struct db_tx *tx, const struct env *env, struct text code, struct text name,
				  struct error *ret_error);

struct agency_row {
	struct text id, country, name;
};
/* Of one country, or of all (empty). */
MUST_USE enum status agency_list(struct db_tx *tx, struct text country, struct arena *arena, struct agency_row **ret_list,
				 size_t *ret_count, struct error *ret_error);

/* Gives the agency of that name, made where it is missing. Fails: ST_MALFORMED, reason "name-malformed" or "country-unknown". */
MUST_USE enum status agency_make(struct db_tx *tx, const struct env *env, struct text country, struct text name,
				 char ret_id[ID_SIZE], struct error *ret_error);

#endif
