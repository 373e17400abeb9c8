/* Addresses as Safe Browsing compares them. Source: Safe Browsing APIs (v4), "URLs and hashing": canonicalization, suffix and prefix
 * expressions. Pure. */
#ifndef IDENT_URL_SAFE_H
#define IDENT_URL_SAFE_H

#include "base/buffer.h"

/* Escaped as Safe Browsing does: %xx in small letters for controls, blanks, '#', '%' and bytes beyond ASCII, once. */
struct url_safe {
	struct buffer scheme, host, path, query;
	bool has_query;
};

void url_safe_init(struct url_safe *url);
void url_safe_release(struct url_safe *url);

/* Takes any bytes, an initialised url. An address without a scheme is one of http. Fails: ST_MALFORMED without a host, ST_LIMIT,
 * ST_NO_MEMORY. Cost: linear in the length times how often it was escaped. */
MUST_USE enum status url_safe_parse(struct bytes in, struct url_safe *url);

/* The path alone: unescaped until nothing changes, "//", "/./" and "/../" gone, escaped once. Appends. */
MUST_USE enum status url_safe_path(struct bytes in, struct buffer *out);

/* Any part: unescaped until nothing changes, escaped once. Appends. */
MUST_USE enum status url_safe_escape(struct bytes in, struct buffer *out);

/* "12.0x12.01234" -> 12.18.2.156, also with rubbish behind a blank. Appends; false: not an address. */
bool url_safe_ip(struct text host, struct buffer *out);

/* What a list may have instead of the address: each host from the whole one to two labels, with each path from the whole one with its
 * query to "/". Appends them, a line each. */
MUST_USE enum status url_safe_expressions(const struct url_safe *url, struct buffer *out);

#endif
