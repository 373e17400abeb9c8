#include "post/keep.h"

#include <sodium.h>

#include "model/canonical.h"

typedef enum status transform(void *context, struct text name, struct bytes in, struct buffer *out, struct error *ret_error);

/* Through a buffer, which is wiped: what was opened does not lie about in freed memory. */
static enum status through(const struct keep *keep, transform *how, struct text name, struct bytes in, struct arena *arena,
			   struct bytes *ret, struct error *ret_error)
{
	struct buffer buffer;
	struct text copy;
	enum status st;

	buffer_init(&buffer, KEEP_MAX);
	TRY_OUT(how(keep->context, name, in, &buffer, ret_error));
	TRY_OUT(buffer_status(&buffer) == ST_OK ? ST_OK : error_set(ret_error, buffer_status(&buffer), "too much to keep"));
	st = arena_text(arena, buffer_text(&buffer), &copy);
	if (st != ST_OK)
		st = arena_failure(arena, ret_error);
	else
		*ret = text_bytes(copy);
out:
	if (buffer.data)
		sodium_memzero(buffer.data, buffer.len);
	buffer_release(&buffer);
	return st;
}

enum status keep_seal(const struct keep *keep, struct text name, struct bytes plain, struct arena *arena, struct bytes *ret,
		      struct error *ret_error)
{
	return through(keep, keep->seal, name, plain, arena, ret, ret_error);
}

enum status keep_open(const struct keep *keep, struct text name, struct bytes sealed, struct arena *arena, struct bytes *ret,
		      struct error *ret_error)
{
	return through(keep, keep->open, name, sealed, arena, ret, ret_error);
}

enum status keep_seal_json(const struct keep *keep, struct text name, const json_t *plain, struct arena *arena, struct bytes *ret,
			   struct error *ret_error)
{
	struct buffer text;
	enum status st;

	buffer_init(&text, KEEP_MAX);
	st = canonical_write(plain, &text);
	st = st == ST_OK ? keep_seal(keep, name, buffer_bytes(&text), arena, ret, ret_error)
			 : error_set(ret_error, st, "%.*s cannot be written as canonical JSON", TEXT_ARG(name));
	buffer_release(&text);
	return st;
}

enum status keep_open_json(const struct keep *keep, struct text name, struct bytes sealed, struct arena *arena, json_t **ret_json,
			   struct error *ret_error)
{
	struct bytes plain = {NULL, 0};
	json_t *json;

	TRY(keep_open(keep, name, sealed, arena, &plain, ret_error));
	json = json_loadb((const char *)plain.data, plain.len, JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		return error_set(ret_error, ST_CORRUPT, "%.*s is not what was sealed", TEXT_ARG(name));
	*ret_json = json;
	return ST_OK;
}
