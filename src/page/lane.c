#include "page/lane.h"

#include "page/frame.h"
#include "page/pages.h"

/* One document for every address under /lane; everything comes through /post/v1/. */
static void page_lane(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	frame_application(request, response, "lane");
}

static void page_root(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	response->status = 303;
	http_set_header(response, TEXT("Location"), TEXT("/lane/"));
}

const struct http_route page_lane_routes[] = {
	{HTTP_GET, "/", page_root, 0},
	{HTTP_GET, "/lane", page_lane, 0},
	{HTTP_GET, "/lane/", page_lane, 0},
	{HTTP_GET, "/lane/{screen}", page_lane, 0},
	{HTTP_GET, "/lane/{screen}/{id}", page_lane, 0},
	{HTTP_GET, "/assets/{file}", page_asset, 0},
};
const size_t page_lane_route_count = sizeof page_lane_routes / sizeof page_lane_routes[0];
