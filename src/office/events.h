/* What changed, told to those who listen: the outbox read once for the whole hub, each listener told what he may see. */
#ifndef OFFICE_EVENTS_H
#define OFFICE_EVENTS_H

#include "office/office.h"

struct events;

/* What is new is what comes from now on. `office` must outlive it. Fails: as db_transact; ST_NO_MEMORY. */
MUST_USE enum status events_new(struct office *office, struct events **ret_events, struct error *ret_error);
void events_free(struct events *events); /* halts it first; NULL is fine */

/* Begins the thread that looks at the outbox: whenever it is asked to, and every second (another hub may have written). Whom it
 * tells must be there by now, and until events_halt, which waits for the thread's end; events_look may still be called after
 * that. Fails: ST_UNAVAILABLE (thread). */
MUST_USE enum status events_start(struct events *events, struct error *ret_error);
void events_halt(struct events *events); /* NULL is fine */

/* Something was committed: look now. From any thread. */
void events_look(struct events *events);

/* Why the database could not be asked the last time; false: it could. */
bool events_trouble(struct events *events, struct error *ret_error);

/* The number of the newest event that is known of: whoever looks at something now and listens from it on misses nothing. */
int64_t events_newest(struct events *events);

/* Whom to wake when there is news; NULL: nobody. */
void events_wakes(struct events *events, struct http_server *server);

#endif
