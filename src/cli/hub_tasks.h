/* What a hub does by itself over its blacklist: takes changes into the index of look-alikes, lets time do its acts (expiry,
 * reminders), forgets answers that were kept for repeated requests.
 */
#ifndef CLI_HUB_TASKS_H
#define CLI_HUB_TASKS_H

#include "office/office.h"

struct hub_tasks;

/* A thread of its own. `say` gets a line when a task fails, and when it works again. `office` must outlive it.
 * Fails: ST_NO_MEMORY, ST_UNAVAILABLE (thread). */
MUST_USE enum status hub_tasks_start(struct office *office, void (*say)(void *context, const char *line),
				     struct hub_tasks **ret_tasks, struct error *ret_error);
void hub_tasks_wake(struct hub_tasks *tasks); /* something was committed; any thread; NULL is fine */
void hub_tasks_stop(struct hub_tasks *tasks); /* NULL is fine */

#endif
