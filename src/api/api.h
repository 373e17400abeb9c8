/* The field's screening API (the contract of yente), over the lists in force. */
#ifndef API_API_H
#define API_API_H

#include <stdatomic.h>

#include "http/server.h"
#include "lists/lists.h"

#define API_LATENCY_BOUNDS 9u

/* What /metrics tells of requests; zeroed by its owner, counted up by all threads. */
struct api_counts {
	atomic_ullong answers[6]; /* by the first digit of the status; 0: others */
	atomic_ullong latency[API_LATENCY_BOUNDS];
	atomic_ullong took_us;
};

struct api_context {
	struct lists *lists;
	struct api_counts *counts; /* may be NULL */
	/* Appends what else of the hub is not as it should be, as JSON objects with commas between; may be NULL. */
	void (*trouble)(void *context, struct buffer *out);
	void *trouble_context;
};

/* As http_server_options.observe, with a struct api_counts. */
void api_observe(void *counts, const struct http_observation *observation);

/* Handlers take `struct api_context *`. */
extern const struct http_route api_routes[];
extern const size_t api_route_count;

#endif
