/* A submission between reading and writing, shared by its files. */
#ifndef REGISTRY_SUBMISSION_INSIDE_H
#define REGISTRY_SUBMISSION_INSIDE_H

#include "registry/submission.h"

#define DRAFT_MATCHES_MAX 5u
#define DRAFT_ALONE SIZE_MAX

/* Somebody who may be the same: an entry, or another row of the file. */
struct draft_match {
	struct text entry, owner; /* empty for a row */
	size_t row;               /* index, or DRAFT_ALONE for an entry */
	uint32_t score_ppm;
	int32_t evidence_mbit;
};

/* What is told of a row beside the problems that its reader found. */
struct draft_row {
	struct draft_match matches[2 * DRAFT_MATCHES_MAX];
	size_t match_count;
	/* of the transaction: set anew each time it is tried */
	const char *status;
	char entry[ID_SIZE];
	struct submission_problem found; /* what the registry says; reason NULL: nothing */
};

struct submission_draft {
	struct submission submission;
	struct registry_file file;
	char id[ID_SIZE], sha256[65];
	struct arena *arena;
	struct draft_row *rows; /* as many as submission.rows */
};

/* Fills the matches of every good row (submission_similar.c). */
MUST_USE enum status draft_similar(struct registry *registry, struct submission_draft *draft, struct error *ret_error);

/* JSON of a row as the schema has it; both NULL where there is nothing (submission_store.c). */
MUST_USE enum status draft_row_json(const struct submission_draft *draft, size_t row, struct text owner, struct text *ret_problems,
				    struct text *ret_lookalikes, struct error *ret_error);

#endif
