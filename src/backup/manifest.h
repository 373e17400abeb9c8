/* What an export says of itself: docs/formats/export.md. Written last, so that what was cut off has none. */
#ifndef BACKUP_MANIFEST_H
#define BACKUP_MANIFEST_H

#include "base/arena.h"
#include "base/buffer.h"

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_SUM_NAME "manifest.sha256" /* "<64 hexadecimal digits>  manifest.json\n", as sha256sum writes it */
#define MANIFEST_FORMAT "cordon-export"
#define MANIFEST_VERSION 1
#define SHA256_HEX_SIZE 65u

struct backup_manifest_step {
	int64_t number;
	struct text name, sha256;
};

struct backup_manifest_table {
	struct text name;
	const struct text *columns;
	size_t column_count;
	int64_t rows;
};

struct backup_manifest_member {
	struct text name, table;
	int64_t rows, bytes;
	struct text sha256;
};

struct backup_manifest_log {
	struct text name;
	int64_t size;
	struct text root; /* Base64, as in the checkpoint */
};

struct backup_manifest {
	struct text program, made; /* version; RFC 3339 */
	struct backup_manifest_step *steps;
	size_t step_count;
	struct backup_manifest_table *tables;
	size_t table_count;
	struct backup_manifest_member *members;
	size_t member_count;
	struct backup_manifest_log *logs;
	size_t log_count;
};

void backup_manifest_write(const struct backup_manifest *manifest, struct buffer *out);

/* In the arena. Fails: ST_CORRUPT (no manifest of this format), ST_CONFLICT (a newer version of the format). */
MUST_USE enum status backup_manifest_read(struct bytes in, struct arena *arena, struct backup_manifest *ret_manifest, struct error *ret_error);

void sha256_hex(struct bytes in, char out[SHA256_HEX_SIZE]);

#endif
