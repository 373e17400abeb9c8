/* What answers what: data/api/openapi.yaml. */
#include "office/routes.h"

#include "http/server.h"

#include "handlers.inc"
#include "routes.inc"

const size_t office_http_route_count = sizeof office_http_routes / sizeof office_http_routes[0];

void office_api_page(struct office_call *call)
{
	static const struct http_asset asset = {"text/html; charset=utf-8", {page_bytes, sizeof page_bytes}, false};

	http_asset_answer(call->request, &asset, call->response);
}

void office_api_document(struct office_call *call)
{
	static const struct http_asset asset = {"application/json", {openapi_bytes, sizeof openapi_bytes}, false};

	http_asset_answer(call->request, &asset, call->response);
}
