#include "office/problem.h"
#include "office/routes.h"

/* The first of ours that the client names; weights are not weighed, for clients name in the order of their wish. */
static enum office_language language_of(const struct http_request *request)
{
	struct text asked = http_query(request, "lang"), rest = http_header(request, "Accept-Language"), part;
	enum office_language language;

	if (asked.data && office_language_find(asked, &language))
		return language;
	while (rest.data && text_split(&rest, ',', &part)) {
		part = text_trim(part);
		if (part.len >= 2 && office_language_find((struct text){part.data, 2}, &language))
			return language;
	}
	return OFFICE_EN;
}

/* What http/ refuses by itself, in our form and language. */
static void office_refuse(void *context, const struct http_request *request, struct http_response *response, unsigned status,
			  struct text detail)
{
	struct office *office = context;
	struct office_call call = {.office = office, .request = request, .response = response, .arena = request->arena,
				   .language = language_of(request)};
	const char *reason = status == 404 ? "not-found" : status == 405 ? "method" : status == 413 ? "body-too-large"
			     : status == 414 ? "target-too-long" : status == 400 ? "malformed" : "unavailable";
	struct error error;

	(void)error_because(&error, ST_MALFORMED, reason, NULL, "%.*s", TEXT_ARG(detail));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	office_problem(&call, &error);
}

struct http_table office_table(struct office *office)
{
	return (struct http_table){.routes = office_http_routes, .count = office_http_route_count, .context = office,
				   .prefix = "/api/v1/", .refuse = office_refuse, .same_origin = true};
}

void office_answer(void *context, const struct http_request *request, struct http_response *response)
{
	struct office *office = context;
	const struct office_route *route = &office_routes[request->route - office_http_routes];
	struct office_call call = {.office = office, .request = request, .response = response, .arena = request->arena,
				   .action = route->action, .language = language_of(request),
				   .now_ms = env_now(office->env)};

	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	route->handler(&call);
}
