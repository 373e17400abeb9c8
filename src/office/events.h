/* What changed, told to those who listen: the outbox read once for the whole hub, each listener told what he may see. */
#ifndef OFFICE_EVENTS_H
#define OFFICE_EVENTS_H

#include "office/office.h"

struct events;

/* Starts the thread that looks at the outbox: whenever it is asked to, and every second (another hub may have written).
 * `office` must outlive it. Fails: as db_transact; ST_NO_MEMORY. */
MUST_USE enum status events_start(struct office *office, struct events **ret_events, struct error *ret_error);
void events_stop(struct events *events); /* NULL is fine; the server that it wakes must still be there, or was never named */

/* Something was committed: look now. From any thread. */
void events_look(struct events *events);

/* Why the database could not be asked the last time; false: it could. */
bool events_trouble(struct events *events, struct error *ret_error);

/* Whom to wake when there is news; NULL: nobody. */
void events_wakes(struct events *events, struct http_server *server);

#endif
