/* The handlers behind page_routes. */
#ifndef PAGE_PAGES_H
#define PAGE_PAGES_H

#include "http/http.h"

void page_screening(void *context, const struct http_request *request, struct http_response *response);
void page_entity(void *context, const struct http_request *request, struct http_response *response);
void page_lists(void *context, const struct http_request *request, struct http_response *response);
void page_console(void *context, const struct http_request *request, struct http_response *response);
void page_asset(void *context, const struct http_request *request, struct http_response *response);

#endif
