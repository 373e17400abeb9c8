/* The inbox: sealed items come in, are durable, and are then opened and taken, each once. docs/formats/inbox.md.
 *
 * One that cannot be taken is kept as it came, with the reason, for people to look at and to try again: nothing is lost. Kinds that nobody takes
 * yet wait. Outbox: "inbox" where something went aside.
 */
#ifndef AWARENESS_INTAKE_H
#define AWARENESS_INTAKE_H

#include "awareness/awareness.h"

/* Durable from here on. One that came before changes nothing. Fails: as bulletin_item_head_read; as db_transact. */
MUST_USE enum status inbox_put(struct awareness *awareness, struct bytes item, struct error *ret_error);

/* Takes some of what waits, calls for help first, each in a transaction of its own. Gives how many were taken or set aside, and whether more may
 * wait. Any number of hubs may do it at once. Fails: as db_transact (the database is away; what was not taken waits). */
MUST_USE enum status inbox_run(struct awareness *awareness, size_t *ret_done, bool *ret_more, struct error *ret_error);

/* One that is aside waits again. Fails: ST_NOT_FOUND; as db_exec. */
MUST_USE enum status inbox_retry(struct awareness *awareness, struct db_tx *tx, struct text id, struct error *ret_error);

#endif
