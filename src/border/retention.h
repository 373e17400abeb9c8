/* What is kept how long, and forgotten by the clock: docs/border.md has the table. */
#ifndef BORDER_RETENTION_H
#define BORDER_RETENTION_H

#include "border/border.h"

#define EVENT_KEPT_MS ((int64_t)366 * 86400000)

/* Forgets what has been kept long enough: crossings after 30 days and the keys that hashed them, hits with their stories after 3 years
 * (nobody who is in custody), those who
 * were announced once they have arrived, what an erased entry left in hits and among past crossings, drills and crossings found in the past as long, what posts told of themselves after a year. In small
 * transactions, so that posts need not wait. Once an hour; any number of hubs may run it. Gives how many rows went; then no page of a
 * SQLite database holds them. Fails: as db_transact, db_forget. */
MUST_USE enum status border_forget(struct border *border, size_t *ret_gone, struct error *ret_error);

#endif
