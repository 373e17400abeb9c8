/* One query line in, one answer line out: the contract of `cordon screen`, whatever reads and writes the lines. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "screen/screen.h"

/* What a list knows of its persons beside the index: called once a result, before it is written. May take its alert away, and
 * appends members, each with a comma before it. */
struct answer_extra {
	void (*add)(void *context, const struct entity *query, struct screen_result *result, struct buffer *out);
	void *context;
};

struct answering {
	const struct index *index;
	const struct screen_options *options;
	const struct answer_extra *extra; /* may be NULL */
};

/* Appends the answer to `line` with its line end to `out`: results, or an error object for this line.
 * Gives false if it was an error. `arena` is used and may be cleared afterwards. */
bool answer_line(const struct answering *how, struct text line, struct arena *arena, struct buffer *out);

/* Appends {"error":{...}} for a line that cannot even be parsed as a query; `id` is JSON text or empty. */
void answer_error(struct text id, const struct error *error, struct buffer *out);

#endif
