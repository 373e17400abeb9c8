/* A name on the first line, parts on the others: whatever is marked, every letter of the name stays where it was. */
#include <stdlib.h>

#include "page/marks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* `marked` without its tags must be `plain`, escaped the same way. */
static bool keeps_letters(struct text marked, struct text plain)
{
	size_t n = 0;

	for (size_t i = 0; i < marked.len; i++) {
		if (marked.data[i] == '<') {
			i = text_find(marked, '>', i);
			continue;
		}
		if (n == plain.len || plain.data[n++] != marked.data[i])
			return false;
	}
	return n == plain.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text in, name = TEXT_NONE, part;
	struct marked_name m;
	struct arena arena;
	struct buffer marked, plain;
	struct html html = {&marked, 0, NULL}, escaped = {&plain, 0, NULL};

	if (text_check((struct bytes){data, size}, &in, NULL) != ST_OK)
		return 0;
	arena_init(&arena, 1 << 24);
	buffer_init(&marked, 1 << 24);
	buffer_init(&plain, 1 << 24);
	(void)text_split(&in, '\n', &name);
	marks_begin(&m, name, &arena);
	while (text_split(&in, '\n', &part))
		(void)marks_add(&m, part, "same");
	html_marked(&html, &m);
	html_text(&escaped, name);
	if (!keeps_letters(buffer_text(&marked), buffer_text(&plain)))
		abort();
	buffer_release(&marked);
	buffer_release(&plain);
	arena_release(&arena);
	return 0;
}
