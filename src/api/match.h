#ifndef API_MATCH_H
#define API_MATCH_H

#include <jansson.h>

#include "api/params.h"

extern const char *const match_algorithms[];
extern const size_t match_algorithm_count;

/* Appends scored entities, with commas between. */
void match_add_results(struct buffer *out, const struct lists_snapshot *lists, const struct screen_answer *answer);

/* The name as the engine has it for "best", "logic-v2"... in any case, or NULL. */
const char *match_algorithm(struct text name);

/* Keys that `config` may have, for documentation; they are read and change nothing (docs/decisions/yente.md). */
struct match_setting {
	const char *name, *type, *preset, *description;
};
extern const struct match_setting match_settings[];
extern const size_t match_setting_count;

/* Checks the schema's name as a query's and reads the query, cleaned: countries as codes, dates as ISO has them, one word
 * for a gender; what is no property or no value of its type is left out; a name is made of its parts where there is
 * none. Gives false after answering 400, with `prefix` in front of the reason. */
bool match_query_read(json_t *json, const char *prefix, struct arena *arena, struct entity *ret,
		      struct http_response *response);

void api_match(void *context, const struct http_request *request, struct http_response *response);

#endif
