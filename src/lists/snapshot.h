/* The lists in force: one immutable whole of index, catalogue and references between entities.
 *
 * Built from the files of a folder, read by any number of threads without locks, freed with its last holder.
 */
#ifndef LISTS_SNAPSHOT_H
#define LISTS_SNAPSHOT_H

#include <stdatomic.h>

#include "lists/words.h"
#include "model/ftm.h"
#include "screen/screen.h"

#define LISTS_FILES_MAX 1024u
#define LISTS_TIME_SIZE 20u /* 2023-04-20T18:00:25 */

enum lists_dataset_state {
	LISTS_CURRENT,
	LISTS_OLD,    /* its file is bad: its last good content is in force */
	LISTS_FAILED, /* its file is bad, and nothing good is kept of it */
};

struct lists_dataset {
	struct text name;
	struct text title;
	struct text file;    /* it was loaded from, without folder; empty where entities of another file name it */
	enum lists_dataset_state state;
	struct text trouble; /* a sentence, where the state is not LISTS_CURRENT */
	char updated_at[LISTS_TIME_SIZE]; /* of the file; of several, the oldest */
	char version[LISTS_TIME_SIZE];    /* digits: 20230420180025 */
	uint64_t entity_count;
	uint64_t thing_count; /* what can be listed: of schema Thing */
};

/* Values by which answers are counted and filtered: each once for all entities. */
enum lists_group { LISTS_COUNTRIES, LISTS_TOPICS, LISTS_GENDERS, LISTS_IDENTIFIERS, LISTS_GROUPS };

struct lists_value {
	struct text text;
	enum lists_group group;
};

/* What filters ask of an entity, without parsing it. */
struct lists_entry {
	const struct ftm_schema *schema; /* NULL: not in the model */
	const uint32_t *datasets;        /* numbers in the catalogue */
	const struct text *topics;
	const uint32_t *values;          /* numbers in the snapshot's values */
	uint32_t value_count;
	uint32_t size;                   /* values in all its properties */
	struct text last_change;
	uint32_t dataset_count;
	uint32_t topic_count;
	bool target;                     /* as published */
};

/* `source` names `target` in `property`. */
struct lists_reference {
	entity_ref target, source;
	const struct ftm_property *property;
};

struct lists_snapshot {
	atomic_uint holders;
	struct arena arena;
	struct buffer image;
	struct index *index;
	struct lists_dataset *datasets; /* by name */
	size_t dataset_count;
	struct lists_entry *entries; /* by entity_ref */
	struct lists_reference *references; /* by target */
	size_t reference_count;
	uint32_t troubled;  /* files that are bad: old or left out */
	bool may_pass;      /* one of them could not be read for now: to be tried again */
	struct words *words;
	struct lists_value *values;
	uint32_t value_count;
	int64_t loaded_ms; /* wall clock */
};

/* Who is told of trouble with a file: "uk.csv: row 3: ...; its last good content of 2026-02-13 stays in force". */
struct lists_told {
	void (*say)(void *context, const char *line); /* may be NULL */
	void *context;
};

/* Files of `folder` that are lists by their ending, read whole; files whose name starts with '.' are left out, files that
 * belong to another (OFAC's alt.csv) are read with it. An empty folder gives an empty snapshot. In place of a bad file its
 * last good content is taken, where it was good before; else it is left out; its dataset and `told` say so.
 * Fails: ST_NOT_FOUND, ST_UNAVAILABLE, ST_LIMIT (of the folder as a whole), ST_NO_MEMORY. */
MUST_USE enum status snapshot_load(const char *folder, unsigned threads, const struct lists_told *told,
				   struct lists_snapshot **ret_snapshot, struct error *ret_error);

void snapshot_hold(struct lists_snapshot *snapshot);
void snapshot_release(struct lists_snapshot *snapshot); /* NULL is fine */

/* The dataset's number, or dataset_count. */
size_t snapshot_dataset(const struct lists_snapshot *snapshot, struct text name);

/* The references to `target`, and how many. */
const struct lists_reference *snapshot_references(const struct lists_snapshot *snapshot, entity_ref target,
						  size_t *ret_count);

/* Wall-clock milliseconds as 2023-04-20T18:00:25 (UTC). */
void lists_time(int64_t ms, char out[LISTS_TIME_SIZE]);

#endif
