/* What a hub does by itself for those who are announced: takes each new edition up, screens them again, tells carriers' lines. */
#ifndef CLI_HUB_ARRIVALS_H
#define CLI_HUB_ARRIVALS_H

#include "office/office.h"

struct hub_arrivals;

struct hub_arrivals_options {
	struct office *office;                           /* with border->list */
	void (*turned)(void *context);                   /* told when results have changed; may be NULL */
	void (*say)(void *context, const char *line);    /* trouble, and its end; may be NULL */
	void *context;                                   /* of both */
};

/* A thread of its own, for the first edition may take seconds. Fails: ST_NO_MEMORY, ST_UNAVAILABLE (thread). */
MUST_USE enum status hub_arrivals_start(const struct hub_arrivals_options *options, struct hub_arrivals **ret, struct error *ret_error);
void hub_arrivals_wake(struct hub_arrivals *arrivals); /* something was committed; any thread; NULL is fine */
void hub_arrivals_stop(struct hub_arrivals *arrivals); /* NULL is fine */

#endif
