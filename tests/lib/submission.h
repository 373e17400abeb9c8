/* Submissions read in tests: the problems as "row field reason", one a line. */
#ifndef TESTS_LIB_SUBMISSION_H
#define TESTS_LIB_SUBMISSION_H

#include "exchange/submission.h"
#include "lib/test.h"

#define SUBMISSION_TODAY_MS INT64_C(1795651200000) /* 2026-11-26T00:00:00Z */

struct submission_told {
	struct arena arena;
	struct submission submission;
	struct error error;
	enum status status;
	struct buffer told;
};

/* Free with submission_told_free. */
static inline void submission_tell(struct submission_told *t, const void *data, size_t size, const char *charset, const char *language)
{
	struct submission_source source = {.file = {data, size},
					   .charset = text_of(charset),
					   .language = text_of(language),
					   .now_ms = SUBMISSION_TODAY_MS};

	memset(t, 0, sizeof *t);
	arena_init(&t->arena, SUBMISSION_MEMORY_MAX);
	buffer_init(&t->told, (size_t)16 << 20);
	t->status = submission_read(&source, &t->arena, &t->submission, &t->error);
	if (t->status != ST_OK) {
		buffer_printf(&t->told, "!%s %lld %s", t->error.reason, (long long)t->error.row, t->error.field);
		return;
	}
	for (size_t i = 0; i < t->submission.count; i++) {
		const struct submission_row *r = &t->submission.rows[i];

		for (size_t k = 0; k < r->problem_count; k++)
			buffer_printf(&t->told, "%lld %.*s %s\n", (long long)r->row, TEXT_ARG(r->problems[k].field), r->problems[k].reason);
	}
}

static inline void submission_told_free(struct submission_told *t)
{
	buffer_release(&t->told);
	arena_release(&t->arena);
}

#endif
