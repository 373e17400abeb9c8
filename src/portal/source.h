/* Where the courier has the hub's public files from: its address, or a folder (a stick, a mirror) with the same names. */
#ifndef PORTAL_SOURCE_H
#define PORTAL_SOURCE_H

#include "base/buffer.h"

struct source {
	const char *hub;     /* "https://HUB", "http://" to this machine, "file:FOLDER" */
	const char *ca_file; /* or NULL */
};

/* The folder of "file:FOLDER", or NULL. */
const char *source_folder(const struct source *source);

/* The port of an address; 0: it is none. */
uint16_t source_port(const struct source *source);

/* Appends what stands under `name` ("bulletin", "files/..."), up to the buffer's ceiling. Blocks.
 * Fails: ST_NOT_FOUND, ST_LIMIT, ST_DENIED (certificate), ST_UNAVAILABLE. */
MUST_USE enum status source_get(const struct source *source, const char *name, struct buffer *out, struct error *ret_error);

/* Hands a sealed item in; a folder takes it where it has a folder `inbox`. ST_OK: it is there durably.
 * Fails: ST_MALFORMED (refused for good), ST_LIMIT (later), ST_NOT_FOUND (nobody takes items here), ST_DENIED, ST_UNAVAILABLE. */
MUST_USE enum status source_put(const struct source *source, const char *item_name, struct bytes item, struct error *ret_error);

#endif
