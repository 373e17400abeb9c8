/* Share images and posters of released alerts: drawn one after another by cordon-poster, kept in the database, carried by the bulletin. A hub
 * without the program gives alerts out without them, and says so once. */
#ifndef CLI_HUB_POSTERS_H
#define CLI_HUB_POSTERS_H

#include "awareness/alert.h"
#include "office/office.h"

struct hub_posters;

/* What could not be drawn before is tried again (letters may have been installed). The texts of `head` outlive it. Fails: as db_transact,
 * beat_start. */
MUST_USE enum status hub_posters_start(struct office *office, const struct alert_head *head, void (*say)(void *context, const char *line),
				       void *say_context, struct hub_posters **ret, struct error *ret_error);
void hub_posters_wake(struct hub_posters *posters); /* NULL is fine */
void hub_posters_stop(struct hub_posters *posters); /* NULL is fine */

#endif
