#include "http/multipart.h"

#define BOUNDARY_MAX 70u
#define HEADS_MAX 2000u /* bytes */

static enum status wrong(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "the form cannot be read");
}

bool http_is_multipart(struct text content_type)
{
	const struct text word = TEXT("multipart/form-data");

	return content_type.len >= word.len && text_equal_nocase((struct text){content_type.data, word.len}, word);
}

/* The value of NAME=value or NAME="value" among what stands after the first semicolon. Browsers write a quote within as %22. */
static bool parameter(struct text header, struct text name, struct text *ret)
{
	struct text part;
	bool first = true;

	while (header.data && text_split(&header, ';', &part)) {
		size_t equals = text_find(part, '=', 0);

		if (!first && equals < part.len && text_equal_nocase(text_trim((struct text){part.data, equals}), name)) {
			part = text_trim((struct text){part.data + equals + 1, part.len - equals - 1});
			if (part.len >= 2 && part.data[0] == '"' && part.data[part.len - 1] == '"')
				part = (struct text){part.data + 1, part.len - 2};
			*ret = part;
			return true;
		}
		first = false;
	}
	return false;
}

/* Name of the field, and whether it is a file, from the heads of a part. */
static bool heads_read(struct text heads, struct text *ret_name, bool *ret_file)
{
	const struct text wanted = TEXT("content-disposition:");
	struct text line, file;

	while (heads.data && text_split(&heads, '\n', &line))
		if (line.len > wanted.len && text_equal_nocase((struct text){line.data, wanted.len}, wanted)) {
			*ret_file = parameter(line, TEXT("filename"), &file) || parameter(line, TEXT("filename*"), &file);
			return parameter(line, TEXT("name"), ret_name) && ret_name->len > 0;
		}
	return false;
}

static enum status part_take(struct bytes part, struct http_multipart *ret, struct error *ret_error)
{
	const uint8_t *gap = memmem(part.data, part.len < HEADS_MAX ? part.len : HEADS_MAX, "\r\n\r\n", 4);
	struct bytes content;
	struct text heads, name;
	bool file;

	if (gap == NULL || text_check((struct bytes){part.data, (size_t)(gap - part.data)}, &heads, NULL) != ST_OK || !heads_read(heads, &name, &file))
		return wrong(ret_error);
	content = (struct bytes){gap + 4, part.len - (size_t)(gap + 4 - part.data)};
	if (file) {
		if (content.len)
			ret->files[ret->file_count++] = (struct http_file){name, content};
		return ST_OK;
	}
	ret->fields[ret->field_count].name = name;
	if (text_check(content, &ret->fields[ret->field_count].value, NULL) != ST_OK)
		return wrong(ret_error);
	ret->field_count++;
	return ST_OK;
}

enum status http_multipart(struct text content_type, struct bytes body, struct arena *arena, struct http_multipart *ret, struct error *ret_error)
{
	char line[BOUNDARY_MAX + 5];
	struct text boundary;
	size_t size, at;

	*ret = (struct http_multipart){.fields = ARENA_NEW(arena, struct http_field, MULTIPART_PARTS_MAX), .files = ARENA_NEW(arena, struct http_file, MULTIPART_PARTS_MAX)};
	if (ret->fields == NULL || ret->files == NULL)
		return arena_failure(arena, ret_error);
	if (!parameter(content_type, TEXT("boundary"), &boundary) || boundary.len == 0 || boundary.len > BOUNDARY_MAX)
		return wrong(ret_error);
	memcpy(line, "\r\n--", 4);
	memcpy(line + 4, boundary.data, boundary.len);
	size = boundary.len + 4;
	/* The first stands at the beginning, without the end of a line before it. */
	if (body.len < size || memcmp(body.data, line + 2, size - 2) != 0)
		return wrong(ret_error);
	for (at = size - 2; body.len >= at + 2 && memcmp(body.data + at, "\r\n", 2) == 0;) {
		const uint8_t *from = body.data + at + 2, *end = memmem(from, body.len - at - 2, line, size);

		if (end == NULL)
			return wrong(ret_error);
		if (ret->field_count + ret->file_count == MULTIPART_PARTS_MAX)
			return error_set(ret_error, ST_LIMIT, "the form has more than %u parts", MULTIPART_PARTS_MAX);
		TRY(part_take((struct bytes){from, (size_t)(end - from)}, ret, ret_error));
		at = (size_t)(end - body.data) + size;
	}
	return body.len >= at + 2 && memcmp(body.data + at, "--", 2) == 0 ? ST_OK : wrong(ret_error);
}
