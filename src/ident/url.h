/* Addresses as a browser reads them. Source: WHATWG URL Standard, sections 3 (hosts), 4.4 (parsing), 4.5 (serializing); UTS #46 through
 * ICU. Pure. */
#ifndef IDENT_URL_H
#define IDENT_URL_H

#include "base/buffer.h"

#define URL_PART_MAX 65536u

enum url_host_kind { URL_HOST_NONE, URL_HOST_NAME, URL_HOST_IPV4, URL_HOST_IPV6, URL_HOST_OPAQUE };

/* All parts are ASCII, escaped as they stand in the serialised address. */
struct url {
	struct buffer scheme;             /* "https" */
	struct buffer username, password;
	struct buffer host;               /* "xn--...", "[::1]"; empty is not the same as none */
	enum url_host_kind host_kind;
	int port;                         /* -1: none, or the scheme's own */
	struct buffer path;               /* "/a/b", or what follows a scheme without '/' */
	bool opaque_path;
	struct buffer query, fragment;
	bool has_query, has_fragment;
};

void url_init(struct url *url);
void url_release(struct url *url);

/* `base` may be NULL. Fails: ST_MALFORMED where the standard has a failure, ST_LIMIT, ST_NO_MEMORY; *url is then without meaning, and
 * still to be released. Takes an initialised one. Cost: linear. */
MUST_USE enum status url_parse(struct text in, const struct url *base, struct url *url);

/* Appends the address as `href` has it. */
void url_write(const struct url *url, struct buffer *out);

bool url_is_special(struct text scheme);

/* The host parser alone: `in` is what stands between "//" and the port. Appends to *out. */
MUST_USE enum status url_host_parse(struct text in, bool special, struct buffer *out, enum url_host_kind *ret_kind);

/* Percent-encoded where its set has the character, and beyond ASCII. */
enum url_set { URL_SET_C0, URL_SET_FRAGMENT, URL_SET_QUERY, URL_SET_SPECIAL_QUERY, URL_SET_PATH, URL_SET_USERINFO };
void url_escape(struct buffer *out, struct text in, enum url_set set);

/* %41 once. */
void url_unescape(struct buffer *out, struct text in);

#endif
