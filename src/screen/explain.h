/* Why: the reasons of one result, in the order in which they are to be told. */
#ifndef SCREEN_EXPLAIN_H
#define SCREEN_EXPLAIN_H

#include "screen/score.h"

/* Fills ret_result's explanations; memory from the query's arena. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status explain(struct query *query, const struct scored *scored,
			     struct screen_result *ret_result);

#endif
