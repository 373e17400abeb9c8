/* What answers what: data/api/openapi.json. */
#include "api/match.h"
#include "api/resources.h"

static void api_openapi(void *context, const struct http_request *request, struct http_response *response);

#include "routes.inc"

const size_t api_route_count = sizeof api_routes / sizeof api_routes[0];

static void api_openapi(void *context, const struct http_request *request, struct http_response *response)
{
	static const struct http_asset asset = {"application/json", {openapi_bytes, sizeof openapi_bytes}, false};

	(void)context;
	http_asset_answer(request, &asset, response);
}
