/* The document of a checkpoint's lanes, which their script fills; the program `cordon-post` serves it. */
#ifndef PAGE_LANE_H
#define PAGE_LANE_H

#include "http/http.h"

/* /lane/ and what is under it, /assets/{file}; / leads to /lane/. No context. */
extern const struct http_route page_lane_routes[];
extern const size_t page_lane_route_count;

#endif
