/* Percent decoding and the two lists of fields that HTTP writes with it. Pure. */
#ifndef HTTP_DECODE_H
#define HTTP_DECODE_H

#include "http/http.h"

#define HTTP_FIELDS_MAX 4096u

/* Decodes %XX, and '+' as a space where `plus`; a '%' without two hexadecimal digits stays as it is.
 * Fails: ST_MALFORMED (the result is not UTF-8 or holds a NUL), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status http_decode(struct text in, bool plus, struct arena *arena, struct text *ret_text,
				 struct error *ret_error);

/* `name=value` pairs between `separator`s, decoded; empty ones are left out. Fails as http_decode, and with ST_LIMIT
 * beyond HTTP_FIELDS_MAX. Source: URL Standard, application/x-www-form-urlencoded parsing. */
MUST_USE enum status http_fields(struct text in, struct arena *arena, struct http_field **ret_fields,
				 size_t *ret_count, struct error *ret_error);

#endif
