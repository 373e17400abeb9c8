#ifndef API_MATCH_H
#define API_MATCH_H

#include "api/params.h"

extern const char *const match_algorithms[];
extern const size_t match_algorithm_count;

/* Appends scored entities, with commas between. */
void match_add_results(struct buffer *out, const struct lists_snapshot *lists, const struct screen_answer *answer);

void api_match(void *context, const struct http_request *request, struct http_response *response);

#endif
