#include "exchange/csv.h"

enum status csv_split(struct text line, char separator, struct arena *arena, struct text *ret_fields, size_t room,
		      size_t *ret_count)
{
	char *out = arena_alloc(arena, line.len + 1, 1);
	size_t at = 0, n = 0;

	if (out == NULL)
		return arena_failure(arena, NULL);
	for (;;) {
		char *start = out;
		bool quoted = at < line.len && line.data[at] == '"';

		if (n == room)
			return ST_LIMIT;
		at += quoted;
		for (;; at++) {
			char c = at < line.len ? line.data[at] : separator;

			if (quoted && at == line.len)
				return ST_MALFORMED;
			if (quoted && c == '"') {
				if (at + 1 >= line.len || line.data[at + 1] != '"') {
					quoted = false;
					continue;
				}
				at++;
			} else if (!quoted && c == separator) {
				break;
			}
			*out++ = c;
		}
		ret_fields[n++] = (struct text){start, (size_t)(out - start)};
		if (at >= line.len)
			break;
		at++;
	}
	*ret_count = n;
	return ST_OK;
}
