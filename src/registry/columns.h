/* The columns of the table `entry` and where each stands in struct entry: reading, writing and hashing go by this one table. */
#ifndef REGISTRY_COLUMNS_H
#define REGISTRY_COLUMNS_H

#include "registry/entry.h"

enum column_kind {
	COLUMN_TEXT,   /* struct text; empty is NULL */
	COLUMN_NUMBER, /* int64_t */
	COLUMN_TIME,   /* int64_t; 0 is NULL */
	COLUMN_COUNT,  /* int64_t; -1 is NULL */
	COLUMN_FLAG,   /* bool */
};

struct column {
	const char *name;
	enum column_kind kind;
	size_t at; /* offset in struct entry */
};

#define COLUMNS_COUNT 64u
extern const struct column entry_columns[COLUMNS_COUNT]; /* the first is `id` */

/* "id, version, ..." with `prefix` before each. */
void columns_list(const char *prefix, struct buffer *out);

/* From a row whose columns from `first` on are these. Texts are those of the row. */
void columns_take(const struct db_rows *rows, size_t row, size_t first, struct entry *ret_entry);

struct db_value columns_value(const struct entry *entry, const struct column *column);

/* ---- writing (entry_save.c) ---- */

/* A new row. Fails: as db_exec. */
MUST_USE enum status entry_insert(struct db_tx *tx, const struct entry *entry, struct error *ret_error);
/* What differs, where the row still has the version before. Fails: ST_CONFLICT reason "version"; as db_exec. */
MUST_USE enum status entry_update(struct db_tx *tx, const struct entry *before, const struct entry *after, struct error *ret_error);
/* Names and documents anew. */
MUST_USE enum status entry_save_identity(struct db_tx *tx, const struct entry *entry, struct error *ret_error);
/* Adds new measures, and the ends of those there are. */
MUST_USE enum status entry_save_measures(struct db_tx *tx, const struct entry *entry, struct error *ret_error);

/* SHA-256, in hexadecimal digits, of the entry as canonical JSON: what a leaf "entry.<act>" commits to as "content". */
MUST_USE enum status entry_content(const struct entry *entry, char ret_hex[65], struct error *ret_error);

#endif
