/* Acts about one file of a report or dispute, on the same route as its other acts: evidence-restrict {"evidence","reason","note"?} and
 * evidence-lift {"evidence","note"}; If-Match is of the report or dispute. What they do: awareness/restriction.h. Whose file it is stands in the
 * audit with its number.
 */
#ifndef OFFICE_EVIDENCE_H
#define OFFICE_EVIDENCE_H

#include "office/desk.h"

struct evidence_owner {
	const char *thing, *read;                               /* "report", "report.read" */
	const char *(*visible)(const struct office_call *call); /* SQL: one row of $1 where the caller sees it */
	enum status (*answer)(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error); /* the whole of it, as it is then */
};

/* Whether the {act} of the path is one of these. */
bool evidence_act_asked(const struct office_call *call);
/* The whole of the handler then. */
void evidence_act_run(struct office_call *call, const struct evidence_owner *owner);

/* Rows of the audit name the file from here on. */
MUST_USE enum status evidence_detail(struct office_call *call, int64_t number, struct error *ret_error);

#endif
