#include "border/line.h"

#define UNA_SIZE 9u

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\r' || c == '\n' || c == '\t';
}

/* As far as it came. */
static bool may_begin(struct bytes in, const char *tag)
{
	size_t len = in.len < 3 ? in.len : 3;

	return memcmp(in.data, tag, len) == 0;
}

enum line_found line_find(struct bytes held, size_t *ret_skip, size_t *ret_len)
{
	size_t skip = 0, at = 0, start;
	uint8_t release = '?', terminator = '\'';
	struct bytes in;

	while (skip < held.len && is_space(held.data[skip]))
		skip++;
	in = (struct bytes){held.data + skip, held.len - skip};
	if (in.len == 0)
		return LINE_MORE;
	if (!may_begin(in, "UNA") && !may_begin(in, "UNB"))
		return LINE_BROKEN;
	if (may_begin(in, "UNA")) {
		if (in.len < UNA_SIZE)
			return LINE_MORE;
		release = in.data[6];
		terminator = in.data[8];
		at = UNA_SIZE;
	}
	for (start = at; at < in.len; at++) {
		if (at == start && is_space(in.data[at])) {
			start++;
		} else if (in.data[at] == release && release != ' ') {
			at++;
		} else if (in.data[at] == terminator) {
			if (at - start >= 3 && memcmp(in.data + start, "UNZ", 3) == 0) {
				*ret_skip = skip;
				*ret_len = at + 1;
				return LINE_WHOLE;
			}
			start = at + 1;
		}
	}
	return LINE_MORE;
}
