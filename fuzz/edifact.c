/* An interchange: whatever is read can be written in the default syntax and read the same; places only go forward. */
#include <stdlib.h>

#include "base/buffer.h"
#include "edifact/edifact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Released is every character of a value, but not those that are none alone: UTF-8 goes on behind them. */
static void segment_write(const struct edifact_segment *s, struct buffer *out)
{
	buffer_add_text(out, s->tag);
	for (size_t e = 0; e < s->element_count; e++) {
		buffer_add_char(out, '+');
		for (size_t c = s->starts[e]; c < s->starts[e + 1]; c++) {
			if (c > s->starts[e])
				buffer_add_char(out, ':');
			for (size_t i = 0; i < s->values[c].len; i++) {
				if ((s->values[c].data[i] & 0xc0) != 0x80)
					buffer_add_char(out, '?');
				buffer_add_char(out, s->values[c].data[i]);
			}
		}
	}
	buffer_add_char(out, '\'');
}

static bool same(const struct edifact_segment *a, const struct edifact_segment *b)
{
	if (!text_equal(a->tag, b->tag) || a->element_count != b->element_count)
		return false;
	for (size_t e = 0; e <= a->element_count; e++)
		if (a->starts[e] != b->starts[e])
			return false;
	for (size_t c = 0; c < a->starts[a->element_count]; c++)
		if (!text_equal(a->values[c], b->values[c]))
			return false;
	return true;
}

static void refused(const struct error *e, size_t size)
{
	if (e->code != ST_NO_MEMORY && (e->reason[0] == 0 || e->position < 0 || (size_t)e->position > size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct edifact_message *messages;
	struct edifact first, second;
	struct error error = {0};
	struct arena arena;
	struct buffer out;
	size_t count;

	if (size > 65536)
		return 0;
	arena_init(&arena, (size_t)64 << 20);
	buffer_init(&out, 1 << 20);
	if (edifact_read((struct bytes){data, size}, &arena, &first, &error) != ST_OK) {
		refused(&error, size);
		goto out;
	}
	for (size_t i = 0; i < first.count; i++) {
		if (i && first.segments[i].position <= first.segments[i - 1].position)
			abort();
		segment_write(&first.segments[i], &out);
	}
	if (edifact_read(buffer_bytes(&out), &arena, &second, &error) != ST_OK || first.count != second.count)
		abort();
	for (size_t i = 0; i < first.count; i++)
		if (!same(&first.segments[i], &second.segments[i]))
			abort();
	if (edifact_messages(&first, &arena, &messages, &count, &error) != ST_OK)
		refused(&error, size);
out:
	buffer_release(&out);
	arena_release(&arena);
	return 0;
}
