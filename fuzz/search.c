#include "api/text_match.h"
#include "api/text_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned counted(const struct clause *clause, unsigned depth)
{
	unsigned n = 1;

	if (depth > 4 * CLAUSE_DEPTH_MAX)
		__builtin_trap();
	for (const struct clause *k = clause->first; k; k = k->next)
		n += counted(k, depth + 1);
	return n;
}

/* A query is read or refused, in the simple form never for its spelling; words are whole and bounded, fit themselves, and
 * are as near one way as the other. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clause *clause;
	struct word_list words;
	struct arena arena;
	struct text text, again;

	if (text_check((struct bytes){data, size}, &text, NULL) != ST_OK)
		return 0;
	arena_init(&arena, (size_t)64 << 20);
	for (unsigned form = 0; form < 4; form++) {
		struct query_options options = {form & 1, form & 2};
		struct error e = {.code = ST_OK};
		enum status st = text_query_read(text, &options, &arena, &clause, &e);

		if ((st == ST_MALFORMED && (options.simple || e.message[0] == 0)) ||
		    (st == ST_OK && counted(clause, 0) > 2 * CLAUSES_MAX))
			__builtin_trap();
	}
	if (words_cut(text, true, &arena, &words) == ST_OK)
		for (size_t i = 0; i < words.count; i++) {
			const struct pattern wild = {text, true, 0};
			struct text next = words.list[(i + 1) % words.count];

			if (words.list[i].len == 0 || words.list[i].len > WORD_MAX ||
			    text_check(text_bytes(words.list[i]), &again, NULL) != ST_OK || !words_near(words.list[i], words.list[i], 0) ||
			    words_near(words.list[i], next, 2) != words_near(next, words.list[i], 2))
				__builtin_trap();
			if (i < 16 && size < 256)
				(void)pattern_fits(&wild, words.list[i]);
		}
	arena_release(&arena);
	return 0;
}
