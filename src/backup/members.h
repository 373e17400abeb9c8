/* A set of named members, as a folder of files or as one file (a tar archive, compressed with gzip). */
#ifndef BACKUP_MEMBERS_H
#define BACKUP_MEMBERS_H

#include "base/buffer.h"

#define MEMBER_NAME_SIZE 128u
#define MEMBER_SIZE_MAX ((size_t)1 << 30)
#define MEMBERS_FOLDER "tables"

/* ---- writing ---- */

struct members_out;

/* A folder must not be there yet, or be empty; a file is replaced when all is written. For the owner's eyes only.
 * Fails: ST_CONFLICT (a folder that is not empty), ST_UNAVAILABLE. */
MUST_USE enum status members_create(const char *path, bool folder, struct members_out **ret_out, struct error *ret_error);

/* `name` is "x" or "tables/x". Fails: ST_UNAVAILABLE (disk full). */
MUST_USE enum status members_add(struct members_out *out, const char *name, struct bytes data, struct error *ret_error);

/* Synced, then under its name. */
MUST_USE enum status members_finish(struct members_out *out, struct error *ret_error);

/* Closes; what was not finished is taken away. NULL is fine. */
void members_out_free(struct members_out *out);

/* ---- reading ---- */

struct members_in;

/* Knows a folder from a file. Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_MALFORMED (no archive). */
MUST_USE enum status members_open(const char *path, struct members_in **ret_in, struct error *ret_error);

/* The next one, in no order that matters; name and bytes live until the next call. ST_NOT_FOUND at the end, without an error.
 * Fails: ST_CORRUPT (cut off, damaged, not a plain file, named twice or strangely), ST_LIMIT. */
MUST_USE enum status members_next(struct members_in *in, struct text *ret_name, struct bytes *ret_data, struct error *ret_error);

void members_in_free(struct members_in *in); /* NULL is fine */

#endif
