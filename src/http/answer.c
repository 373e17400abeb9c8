#include <xxhash.h>

#include "http/server.h"
#include "model/entity_json.h"

void http_answer(struct http_response *response, unsigned status, struct text content_type, struct text body)
{
	response->status = status;
	http_set_header(response, TEXT("Content-Type"), content_type);
	buffer_add_text(&response->body, body);
}

const char *http_status_title(unsigned status)
{
	switch (status) {
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 409: return "Conflict";
	case 412: return "Precondition Failed";
	case 413: return "Content Too Large";
	case 414: return "URI Too Long";
	case 415: return "Unsupported Media Type";
	case 422: return "Unprocessable Content";
	case 428: return "Precondition Required";
	case 429: return "Too Many Requests";
	case 503: return "Service Unavailable";
	default: return "Internal Server Error";
	}
}

void http_refuse(const struct http_request *request, struct http_response *response, unsigned status,
		 struct text detail)
{
	bool problem = text_starts(request->path, TEXT("/api/")) || text_starts(request->path, TEXT("/public/"));

	response->status = status;
	http_set_header(response, TEXT("Content-Type"),
			problem ? TEXT("application/problem+json") : TEXT("application/json"));
	if (problem)
		buffer_printf(&response->body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"detail\":",
			      http_status_title(status), status);
	else
		buffer_printf(&response->body, "{\"detail\":");
	json_add_string(&response->body, detail);
	buffer_add_char(&response->body, '}');
}

bool http_etag_known(const struct http_request *request, struct text etag)
{
	struct text rest = http_header(request, "If-None-Match"), part;

	while (rest.data && text_split(&rest, ',', &part)) {
		part = text_trim(part);
		if (text_starts(part, TEXT("W/")))
			part = (struct text){part.data + 2, part.len - 2};
		if (text_equal(part, TEXT("*")) || text_equal(part, etag))
			return true;
	}
	return false;
}

void http_asset_answer(const struct http_request *request, const struct http_asset *asset,
		       struct http_response *response)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t hash = XXH3_64bits(asset->data.data, asset->data.len);
	char tag[18];
	struct text etag = TEXT_NONE;

	tag[0] = tag[17] = '"';
	for (unsigned i = 0; i < 16; i++)
		tag[1 + i] = digits[hash >> (60 - 4 * i) & 15];
	if (arena_text(request->arena, (struct text){tag, sizeof tag}, &etag) == ST_OK)
		http_set_header(response, TEXT("ETag"), etag);
	http_set_header(response, TEXT("Cache-Control"),
			asset->immutable ? TEXT("public, max-age=31536000, immutable") : TEXT("no-cache"));
	if (etag.len && http_etag_known(request, etag)) {
		response->status = 304;
		return;
	}
	response->status = 200;
	http_set_header(response, TEXT("Content-Type"), text_of(asset->content_type));
	buffer_add(&response->body, asset->data.data, asset->data.len);
}
