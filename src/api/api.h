/* The field's screening API (the contract of yente), over the lists in force. */
#ifndef API_API_H
#define API_API_H

#include "http/http.h"
#include "lists/lists.h"

struct api_context {
	struct lists *lists;
};

/* Handlers take `struct api_context *`. */
extern const struct http_route api_routes[];
extern const size_t api_route_count;

#endif
