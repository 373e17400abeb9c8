/* Addresses that stand for somebody's account. Table: data/ident/links.tsv. Used by src/ident/asked_url.c only. */
#ifndef IDENT_ASKED_LINK_H
#define IDENT_ASKED_LINK_H

#include "base/buffer.h"
#include "ident/asked_parts.h"

/* An address taken apart: host in small letters without a full stop at its end ("tg:resolve" of tg://resolve), path as Safe Browsing
 * writes it, query as it stands, fragment as the path. */
struct link {
	struct text host, path, query, fragment;
};

/* Whether a row has addresses of this scheme, which is an app's own: "tg". */
bool asked_link_scheme(struct text scheme);

/* Whether some row fits; then *ret is filled. */
bool asked_link_read(const struct link *link, struct asked *ret);

/* The value of one field of a query, unescaped and escaped once as Safe Browsing does; appended. false: it is not there. */
bool asked_query_value(struct text query, struct text name, struct buffer *out);

/* The n-th part of a path, from 0; false behind the last. Empty ones do not count. */
bool asked_path_part(struct text path, size_t n, struct text *ret_part);

#endif
