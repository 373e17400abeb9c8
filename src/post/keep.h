/* What the lanes write down, sealed: one place that knows how. The name of a thing is bound to it, so that one blob does not pass for
 * another. */
#ifndef POST_KEEP_H
#define POST_KEEP_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"

/* The post's vault as the lanes see it. Fails: ST_CORRUPT (not what was sealed under this name), ST_LIMIT, ST_NO_MEMORY. */
struct keep {
	enum status (*seal)(void *context, struct text name, struct bytes plain, struct buffer *out, struct error *ret_error);
	enum status (*open)(void *context, struct text name, struct bytes sealed, struct buffer *out, struct error *ret_error);
	void *context;
};

#define KEEP_MAX ((size_t)8 << 20) /* of one thing */

/* All memory is the arena's. */
MUST_USE enum status keep_seal(const struct keep *keep, struct text name, struct bytes plain, struct arena *arena, struct bytes *ret,
			       struct error *ret_error);
MUST_USE enum status keep_open(const struct keep *keep, struct text name, struct bytes sealed, struct arena *arena, struct bytes *ret,
			       struct error *ret_error);

/* The same of canonical JSON; *ret_json is to be given back with json_decref. */
MUST_USE enum status keep_seal_json(const struct keep *keep, struct text name, const json_t *plain, struct arena *arena,
				    struct bytes *ret, struct error *ret_error);
MUST_USE enum status keep_open_json(const struct keep *keep, struct text name, struct bytes sealed, struct arena *arena,
				    json_t **ret_json, struct error *ret_error);

#endif
