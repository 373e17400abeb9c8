#include "page/frame.h"
#include "page/pages.h"

/* The officers' console: one document for every address under /console, which its script reads; everything comes through /api/v1/ with the
 * officer's session. */
void page_console(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	frame_application(request, response, "console");
}
