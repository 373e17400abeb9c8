/* The hub's public side: the inbox that sealed items come into, and the bulletin that everybody may read. Three threads: one takes what came in
 * and lets time pass, one makes the bulletin, one has images and posters of alerts drawn. */
#ifndef CLI_HUB_PUBLIC_H
#define CLI_HUB_PUBLIC_H

#include "cli/hub_log.h"
#include "office/public_board.h"

struct hub_public;

/* The texts of `alerts` outlive it. Makes the keys that are missing (public, oprf, inbox, evidence); those but the first may be rotated while it runs. Puts the shipped contacts in force. Sets office->awareness. Fails: as hub_key,
 * key_ring_load, db_transact. What was not started is stopped by hub_public_stop. */
MUST_USE enum status hub_public_start(const struct hub_log_options *log, const struct alert_head *alerts, struct office *office,
				      struct hub_public **ret, struct error *ret_error);

/* Something was committed. NULL is fine. */
void hub_public_wake(struct hub_public *public_side);

struct http_table hub_public_table(struct hub_public *public_side);

/* NULL is fine. */
void hub_public_stop(struct hub_public *public_side);

#endif
