/* Whatever the bytes are, a submission gives rows that are either nominations or told what is wrong, or one clear error. */
#ifndef FUZZ_SUBMISSION_H
#define FUZZ_SUBMISSION_H

#include "exchange/submission.h"

static inline void submission_fuzz(const uint8_t *data, size_t size)
{
	struct submission_source source = {.file = {data, size}, .now_ms = INT64_C(1795651200000)};
	struct submission s;
	struct error e = {.code = ST_OK};
	struct arena arena;
	struct buffer out;
	size_t refused = 0;

	arena_init(&arena, (size_t)256 << 20);
	buffer_init(&out, (size_t)64 << 20);
	if (submission_read(&source, &arena, &s, &e) != ST_OK) {
		if (e.message[0] == '\0' || e.reason[0] == '\0')
			__builtin_trap();
	} else {
		for (size_t i = 0; i < s.count; i++) {
			const struct submission_row *r = &s.rows[i];

			refused += r->nomination == NULL;
			if ((r->nomination == NULL) != (r->problem_count != 0) || (i && r->row <= s.rows[i - 1].row))
				__builtin_trap();
			for (size_t k = 0; k < r->problem_count; k++)
				if (r->problems[k].reason == NULL || r->problems[k].reason[0] == '\0')
					__builtin_trap();
			if (r->nomination)
				submission_write(r->nomination, &out);
			buffer_clear(&out);
		}
		if (refused != s.refused)
			__builtin_trap();
	}
	buffer_release(&out);
	arena_release(&arena);
}

#endif
