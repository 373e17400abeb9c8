/* Files of the courier: read whole, written whole or not at all. */
#ifndef PORTAL_KEEP_H
#define PORTAL_KEEP_H

#include "base/buffer.h"

#define KEEP_PATH 4400u

/* Appends the file, up to the buffer's ceiling. Fails: ST_NOT_FOUND, ST_LIMIT, ST_NO_MEMORY, ST_UNAVAILABLE. */
MUST_USE enum status keep_read(const char *path, struct buffer *out, struct error *ret_error);

/* FOLDER/NAME holds `content` durably, or what it held before. Fails: ST_UNAVAILABLE (also a full disk). */
MUST_USE enum status keep_write(const char *folder, const char *name, struct bytes content, struct error *ret_error);

#endif
