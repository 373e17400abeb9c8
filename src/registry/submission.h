/* A partner's file into the registry: each good row an entry in state "submitted", all in one transaction or nothing at all.
 *
 * The same file of the same country (by SHA-256) is the same submission and gives the first result. A row whose reference is
 * there already with the same content is `known`; with other content it is taken as the answer where the entry was returned to
 * its owner with a question, and refused ("reference-taken") where it was not. What was refused for what it is (political...)
 * does not come in again ("refused-before"). Look-alikes in the registry and in the file are stored beside a row, never merged.
 */
#ifndef REGISTRY_SUBMISSION_H
#define REGISTRY_SUBMISSION_H

#include "exchange/submission.h"
#include "registry/registry.h"

struct registry_file {
	struct bytes bytes;
	struct text name;     /* of the file, for people */
	struct text charset;  /* declared, or empty */
	struct text language; /* of the sender: "en", "km", "ko", "zh" */
};

struct submission_draft; /* a file that was read and whose rows were looked up; nothing is written yet */

/* Reads the file and looks up each of its good rows. Memory is the arena's (SUBMISSION_MEMORY_MAX). Fails: as submission_read;
 * as registry_similar. */
MUST_USE enum status submission_draw_up(struct registry *registry, const struct registry_file *file, struct arena *arena,
					struct submission_draft **ret_draft, struct error *ret_error);

/* The id it has where the file came before (*ret_again), or will have. Fails: as db_query. */
MUST_USE enum status submission_find(struct db_tx *tx, const struct actor *actor, struct submission_draft *draft, struct text *ret_id,
				     bool *ret_again, struct error *ret_error);

/* Writes one that did not come before, in the caller's transaction, for the actor's country and agency. May run again after it
 * failed. Fails: as db_exec; ST_NO_MEMORY. */
MUST_USE enum status submission_take(struct registry *registry, struct db_tx *tx, const struct actor *actor,
				     struct submission_draft *draft, struct error *ret_error);

/* ---- what came in ---- */

struct submission_record {
	struct text id, owner, agency, actor, name, sha256, format, charset, language;
	int64_t received_ms, size, rows, taken, refused, known;
	int64_t similar_any, similar_own; /* rows that look like somebody, like somebody of the owner's own */
};

/* Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status submission_load(struct db_tx *tx, struct text id, struct arena *arena, struct submission_record *ret_record,
				     struct error *ret_error);

struct submission_page {
	struct text owner;     /* only of this country; empty: all */
	int64_t before_ms;     /* newest first, from here on back; 0: from the newest */
	struct text before_id;
	uint32_t limit;
};
MUST_USE enum status submission_list(struct db_tx *tx, const struct submission_page *page, struct arena *arena,
				     struct submission_record **ret_records, size_t *ret_count, int64_t *ret_total,
				     struct error *ret_error);

struct submission_row_record {
	int64_t row;
	struct text status, reference, name, entry;
	struct text problems, lookalikes; /* JSON as in the schema, or empty */
};
struct submission_rows {
	struct text id, status; /* status empty: all */
	int64_t after;          /* row */
	uint32_t limit;
};
MUST_USE enum status submission_rows_load(struct db_tx *tx, const struct submission_rows *ask, struct arena *arena,
					  struct submission_row_record **ret_rows, size_t *ret_count, int64_t *ret_total,
					  struct error *ret_error);

#endif
