/* What the engine found in the registry, as the officers' interface tells it. */
#ifndef OFFICE_MATCHES_H
#define OFFICE_MATCHES_H

#include "office/entry.h"
#include "registry/similar.h"

/* {"items":[{"entry":EntrySummary,"score","evidence","alert","chancePerBillion","explanations":[{"property","rule","query",
 * "candidate","detail","score","bits"}]}],"bounded","next":null,"total"} */
MUST_USE enum status matches_write(struct office_call *call, struct db_tx *tx, const struct registry_matches *matches,
				   struct error *ret_error);

#endif
