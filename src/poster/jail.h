/* What the process may do while it draws texts that somebody wrote: read fonts, compute, write its answer. */
#ifndef POSTER_JAIL_H
#define POSTER_JAIL_H

#include "base/status.h"

/* Bounds on memory and time, no new privileges, and a filter: files may be opened for reading alone; no sockets, no processes. Not to be undone.
 * Fails: ST_UNAVAILABLE. */
MUST_USE enum status poster_jail_shut(struct error *ret_error);

#endif
