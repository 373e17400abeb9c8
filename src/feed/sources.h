/* Where published lists can be had: the rows of data/list_sources.tsv, or of another table of the same form. */
#ifndef FEED_SOURCES_H
#define FEED_SOURCES_H

#include "base/arena.h"
#include "base/buffer.h"

#define SOURCE_FILES_MAX 4u
#define SOURCE_NAME_MAX 64u
#define SOURCES_MAX 1024u
#define SOURCE_CATALOGUE "ftm-catalogue" /* the format of the row that is a catalogue, not a list */
#define SOURCE_DATASET_PREFIX "ftm:"      /* before the name of a dataset in that catalogue */

struct list_source {
	const char *name; /* lower-case letters, digits, - and _ (datasets of the catalogue: "ftm:NAME") */
	const char *title, *publisher, *terms;
	const char *format; /* exchange_report.format must be this */
	bool standard;      /* fetched where a folder holds nothing yet */
	size_t file_count;  /* the first is the list, the others belong to it */
	const char *files[SOURCE_FILES_MAX];     /* names in the folder */
	const char *addresses[SOURCE_FILES_MAX];
	uint64_t size;      /* bytes its publisher announces; 0 if none */
	const char *sha1;   /* the checksum its publisher announces; empty if none */
};

/* All text belongs to the arena. Ordered by name. */
struct list_sources {
	struct arena arena;
	struct list_source *rows;
	size_t count;
};

/* The table built in. Fails: ST_NO_MEMORY. */
MUST_USE enum status list_sources_standard(struct list_sources *ret_sources, struct error *ret_error);

/* A table as text. Fails: ST_MALFORMED and ST_DENIED with row and field, ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status list_sources_parse(struct text table, struct list_sources *ret_sources, struct error *ret_error);

void list_sources_release(struct list_sources *sources); /* a zeroed one is fine */

/* The row of that name, or NULL. */
const struct list_source *list_sources_find(const struct list_sources *sources, const char *name);

/* The row that is the catalogue, or NULL. */
const struct list_source *list_sources_catalogue(const struct list_sources *sources);

/* The title of the built-in list whose main file has this name up to its first dot, or `name` itself. */
struct text list_sources_title(struct text name);

/* Whether it can name a list or dataset: 1 to SOURCE_NAME_MAX lower-case letters, digits, - and _. */
bool source_name_good(struct text name);

#endif
