/* multipart/form-data, as browsers send forms with files. Pure. Source: RFC 7578; RFC 2046, 5.1.1. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/http.h"

#define MULTIPART_PARTS_MAX 200u

struct http_file {
	struct text name;     /* of the field */
	struct bytes content; /* within the body; what the sender calls the file is not looked at */
};

struct http_multipart {
	struct http_field *fields; /* within the body */
	size_t field_count;
	struct http_file *files; /* without those where nothing was chosen */
	size_t file_count;
};

/* Whether the Content-Type says so. */
bool http_is_multipart(struct text content_type);

/* Arrays in the arena. Fails: ST_MALFORMED (no boundary, a part without an end or a name, a field that is not UTF-8), ST_LIMIT
 * (more than MULTIPART_PARTS_MAX), ST_NO_MEMORY. Cost: O(bytes). */
MUST_USE enum status http_multipart(struct text content_type, struct bytes body, struct arena *arena, struct http_multipart *ret,
				    struct error *ret_error);

#endif
