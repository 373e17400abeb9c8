/* The numbers of a month: what the hub's own tables say, and what officers entered and had confirmed. */
#ifndef TALLY_COUNT_H
#define TALLY_COUNT_H

#include "tally/tally.h"

/* *ret_cells: [{"id","value","people","sides"?,"parts"?}] in the order of definitions, of those whose source exists: its table, or
 * an outcome that was entered. *ret_joint: [{"id","host","partner","sides"}] of the month's operations of two countries.
 *
 * An outcome of an operation counts once: when both sides have said the same ("both"), or OUTCOME_SIDE_MS after one side had it
 * confirmed ("one": the other has not, or says another number); then the number that was confirmed first. Until then it does not count.
 * Both lists are to be given back with json_decref. Fails: as db_query; ST_NO_MEMORY. */
MUST_USE enum status tally_count(const struct tally *tally, struct db_tx *tx, int64_t month, struct arena *arena, json_t **ret_cells,
				 json_t **ret_joint, struct error *ret_error);

#endif
