#include "bulletin/upload.h"

static bool has_at(struct bytes b, size_t at, const char *mark, size_t len)
{
	return b.len >= at + len && memcmp(b.data + at, mark, len) == 0;
}

/* Pictures in the box of a film, which no reader here knows. Source: ISO/IEC 23008-12, 10.2; AVIF 1.1, 6.3. */
static bool is_boxed_picture(struct bytes content)
{
	static const char brands[][5] = {"heic", "heix", "hevc", "heim", "mif1", "msf1", "avif", "avis"};
	bool found = false;

	for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++)
		found = found || has_at(content, 8, brands[i], 4);
	return found;
}

const char *upload_media(struct bytes content)
{
	if (has_at(content, 0, "\xFF\xD8\xFF", 3))
		return "image/jpeg";
	if (has_at(content, 0, "\x89PNG\r\n\x1A\n", 8))
		return "image/png";
	if (has_at(content, 0, "RIFF", 4) && has_at(content, 8, "WEBP", 4))
		return "image/webp";
	if (has_at(content, 0, "%PDF-", 5))
		return "application/pdf";
	if (has_at(content, 4, "ftyp", 4) && !is_boxed_picture(content))
		return "video/mp4";
	/* The first page of a stream holds its head alone, after 27 bytes and one of the table of segments. Source: RFC 7845, 3. */
	if (has_at(content, 0, "OggS", 4) && has_at(content, 28, "OpusHead", 8))
		return "audio/ogg";
	return NULL;
}

bool upload_is_picture(const char *media)
{
	return strncmp(media, "image/", 6) == 0;
}

enum status upload_part_write(const uint8_t upload[UPLOAD_ID_SIZE], uint64_t place, struct bytes content, struct buffer *out)
{
	buffer_add(out, upload, UPLOAD_ID_SIZE);
	for (unsigned i = 0; i < 8; i++)
		buffer_add_char(out, (char)(uint8_t)(place >> 8 * i));
	buffer_add(out, content.data, content.len);
	return buffer_status(out);
}

enum status upload_part_read(struct bytes in, struct upload_part *ret, struct error *ret_error)
{
	uint64_t place = 0;

	for (unsigned i = 8; in.len > UPLOAD_PART_HEAD && i-- > 0;)
		place = place << 8 | in.data[UPLOAD_ID_SIZE + i];
	if (in.len <= UPLOAD_PART_HEAD || place > UPLOAD_SIZE_MAX || in.len - UPLOAD_PART_HEAD > UPLOAD_SIZE_MAX - place)
		return error_because(ret_error, ST_MALFORMED, "item-member", "upload", "no part of an upload");
	memcpy(ret->upload, in.data, UPLOAD_ID_SIZE);
	ret->place = place;
	ret->content = (struct bytes){in.data + UPLOAD_PART_HEAD, in.len - UPLOAD_PART_HEAD};
	return ST_OK;
}
