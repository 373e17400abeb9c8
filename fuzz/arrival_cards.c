/* Electronic arrival cards, and where an interchange ends on a carrier's line. The first byte says what the file is. */
#include <stdlib.h>

#include "border/line.h"
#include "office/arrival_cards.h"

#define NOW INT64_C(1795656225678) /* 2026-11-26 */
#define MEMORY ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void cards_read(struct card_file *file, struct arena *arena)
{
	struct card card;
	bool more = true;

	while (more && card_next(file, NOW, arena, &card, &more, NULL) == ST_OK)
		for (size_t i = 0; more && i < card.problem_count; i++)
			if (card.problems[i].reason == NULL || card.problems[i].field == NULL)
				abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const media[] = {"text/csv", "application/json", "application/x-ndjson"};
	struct bytes in = {data + 1, size ? size - 1 : 0};
	struct card_file file;
	struct arena arena;
	size_t skip, len;

	if (size == 0)
		return 0;
	if (line_find(in, &skip, &len) == LINE_WHOLE && (len == 0 || skip + len > in.len))
		abort();
	arena_init(&arena, MEMORY);
	if (card_file_open(&file, in, text_of(media[data[0] % 3]), &arena, NULL) == ST_OK)
		cards_read(&file, &arena);
	card_file_release(&file);
	arena_release(&arena);
	return 0;
}
