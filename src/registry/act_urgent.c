/* An urgent entry: the duty officer asks, a second person confirms, checkpoints refer him for 72 hours and no longer. */
#include "registry/acts.h"

enum status settle_urgent(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.urgent_by = w->actor->id;
	w->after.urgent_ms = w->now_ms;
	return ST_OK;
}

/* The hours run from when it was asked for. */
enum status settle_urgent_confirm(struct working *w, struct error *ret_error)
{
	(void)ret_error;
	w->after.urgent_confirmed_by = w->actor->id;
	w->after.urgent_until_ms = w->after.urgent_ms + lifecycle_term_ms("urgent");
	return ST_OK;
}
