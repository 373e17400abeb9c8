#include "api/match.h"
#include "api/resources.h"

const struct http_route api_routes[] = {
	{HTTP_GET, "/healthz", api_healthz},
	{HTTP_GET, "/readyz", api_readyz},
	{HTTP_GET, "/catalog", api_catalog},
	{HTTP_GET, "/manifest", api_catalog},
	{HTTP_GET, "/algorithms", api_algorithms},
	{HTTP_POST, "/updatez", api_updatez},
	{HTTP_POST, "/match/{dataset}", api_match},
	{HTTP_GET, "/search/{dataset}", api_search},
	{HTTP_GET, "/entities/{id}", api_entity},
	{HTTP_GET, "/entities/{id}/adjacent", api_adjacent},
	{HTTP_GET, "/entities/{id}/adjacent/{property}", api_adjacent},
	{HTTP_GET, "/metrics", api_metrics},
};
const size_t api_route_count = sizeof api_routes / sizeof api_routes[0];
