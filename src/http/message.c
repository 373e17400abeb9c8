#include "http/http.h"

struct text http_query_nth(const struct http_request *request, const char *name, size_t n)
{
	struct text wanted = text_of(name);

	for (size_t i = 0; i < request->query_count; i++)
		if (text_equal(request->query[i].name, wanted) && n-- == 0)
			return request->query[i].value;
	return TEXT_NONE;
}

struct text http_query(const struct http_request *request, const char *name)
{
	return http_query_nth(request, name, 0);
}

struct text http_header(const struct http_request *request, const char *name)
{
	struct text wanted = text_of(name);

	for (size_t i = 0; i < request->header_count; i++)
		if (text_equal_nocase(request->headers[i].name, wanted))
			return request->headers[i].value;
	return TEXT_NONE;
}

void http_set_header(struct http_response *response, struct text name, struct text value)
{
	size_t i = 0;

	while (i < response->header_count && !text_equal_nocase(response->headers[i].name, name))
		i++;
	if (i == sizeof response->headers / sizeof response->headers[0])
		return;
	response->headers[i] = (struct http_field){name, value};
	if (i == response->header_count)
		response->header_count++;
}
