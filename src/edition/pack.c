#include <limits.h>

#include <zstd.h>

#include "edition/pack.h"

#include "edition/cursor.h"

#define LEVEL 3 /* 5 takes twice as long for 3 % less */

static const char magic[8] = {'C', 'O', 'R', 'D', 'O', 'N', 'E', 'D'};

enum status edition_pack(struct bytes body, struct buffer *out, struct error *ret_error)
{
	size_t bound = ZSTD_compressBound(body.len), len;
	uint8_t *room = buffer_extend(out, bound);

	if (room == NULL)
		return error_because(ret_error, buffer_status(out), "edition-limit", NULL, "a body of %zu bytes is too long to pack",
				     body.len);
	len = ZSTD_compress(room, bound, body.data, body.len, LEVEL);
	if (ZSTD_isError(len))
		return error_set(ret_error, ST_NO_MEMORY, "packing: %s", ZSTD_getErrorName(len));
	out->len -= bound - len;
	return ST_OK;
}

enum status edition_unpack(struct bytes packed, const struct edition_part *part, uint8_t *out, struct error *ret_error)
{
	size_t len = (size_t)part->body_len, got;

	if (part->packing == EDITION_STORED) {
		if (packed.len != len)
			return error_because(ret_error, ST_MALFORMED, "edition-altered", NULL, "the body is not as long as its manifest says");
		if (len)
			memcpy(out, packed.data, len);
		return ST_OK;
	}
	if (ZSTD_getFrameContentSize(packed.data, packed.len) != part->body_len ||
	    ZSTD_findFrameCompressedSize(packed.data, packed.len) != packed.len)
		return error_because(ret_error, ST_MALFORMED, "edition-malformed", NULL, "the body is not one frame of the length given");
	got = ZSTD_decompress(out, len, packed.data, packed.len);
	if (ZSTD_isError(got) || got != len)
		return error_because(ret_error, ST_MALFORMED, "edition-malformed", NULL, "the body cannot be unpacked");
	return ST_OK;
}

void edition_file_write(struct text manifest, enum edition_packing packing, struct bytes packed, struct buffer *out)
{
	buffer_add(out, magic, sizeof magic);
	number_add(out, 1, 1);
	number_add(out, packing, 1);
	number_add(out, 0, 2);
	number_add(out, manifest.len, 4);
	number_add(out, packed.len, 8);
	buffer_add_text(out, manifest);
	buffer_add(out, packed.data, packed.len);
}

static enum status bad(struct error *ret_error, const char *reason, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, reason, NULL, "%s", what);
}

enum status edition_file_read(struct bytes in, struct edition_file *ret, struct error *ret_error)
{
	struct cursor c = {in};
	uint64_t version, packing, zero, manifest_len, packed_len;
	struct bytes manifest;
	size_t common = in.len < sizeof magic ? in.len : sizeof magic;

	if (common && memcmp(in.data, magic, common) != 0)
		return bad(ret_error, "edition-malformed", "this is no edition");
	if (!cursor_take(&c, sizeof magic, &manifest) || !cursor_number(&c, 1, &version) || !cursor_number(&c, 1, &packing) ||
	    !cursor_number(&c, 2, &zero) || !cursor_number(&c, 4, &manifest_len) || !cursor_number(&c, 8, &packed_len))
		return bad(ret_error, "edition-truncated", "the file ends within its header");
	if (version != 1 || packing > EDITION_ZSTD || zero != 0)
		return bad(ret_error, "edition-malformed", "an edition of another version");
	if (manifest_len > EDITION_MANIFEST_MAX)
		return bad(ret_error, "edition-limit", "the manifest is too long");
	if (!cursor_take(&c, (size_t)manifest_len, &manifest) || packed_len > c.rest.len)
		return bad(ret_error, "edition-truncated", "the file is shorter than it says");
	if (packed_len != c.rest.len)
		return bad(ret_error, "edition-altered", "the file is longer than it says");
	if (text_check(manifest, &ret->manifest, NULL) != ST_OK)
		return bad(ret_error, "edition-altered", "the manifest is not text");
	ret->packing = (enum edition_packing)packing;
	ret->packed = c.rest;
	return ST_OK;
}
