/* The list in force as the hub itself asks it of those who are announced: the newest edition, held ready. */
#ifndef BORDER_LIST_H
#define BORDER_LIST_H

#include "border/border.h"
#include "watch/watch.h"

/* Nothing is in force before the first border_list_renew. `keys`: what verifiers believe, as keys/trusted has them; `name`: "cordon.kh";
 * both must outlive it. Fails: ST_MALFORMED (the keys), ST_NO_MEMORY. */
MUST_USE enum status border_list_new(const struct border *border, struct text keys, struct text name, struct border_list **ret_list,
				     struct error *ret_error);
void border_list_free(struct border_list *list); /* NULL is fine */

/* Puts the newest edition into force where another is, by its delta where there is one. By one thread. What was in force stays on failure.
 * Fails: as edition_take, watch_take, db_transact. Cost: O(records), seconds for the first of a long list. */
MUST_USE enum status border_list_renew(struct border_list *list, struct error *ret_error);

/* The state in force; any thread; give back with watch_release. NULL: there is none yet, or `list` is NULL. */
struct watch_list *border_list_hold(struct border_list *list);

#endif
