#include "exchange/zip.h"

#include <archive.h>
#include <archive_entry.h>

enum status zip_open(struct zip *zip, struct reader *reader, struct error *ret_error)
{
	size_t len = 1;

	buffer_init(&zip->file, ZIP_FILE_MAX);
	while (len) {
		uint8_t chunk[16 * 1024];

		TRY(reader_take(reader, chunk, sizeof chunk, &len, ret_error));
		buffer_add(&zip->file, chunk, len);
		if (buffer_status(&zip->file) == ST_LIMIT)
			return error_at(ret_error, ST_LIMIT, "zip", -1, "the file is larger than %zu MB", ZIP_FILE_MAX >> 20);
		TRY(buffer_status(&zip->file));
	}
	return ST_OK;
}

void zip_close(struct zip *zip)
{
	buffer_release(&zip->file);
}

static enum status bad_zip(struct error *ret_error)
{
	return error_at(ret_error, ST_MALFORMED, "zip", -1, "the file is damaged or cut off");
}

enum status zip_part_open(const struct zip *zip, struct text name, uint64_t limit, struct zip_part *ret,
			  struct error *ret_error)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	unsigned parts = 0;
	int result;

	*ret = (struct zip_part){.left = limit, .limit = limit};
	if (a == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	result = archive_read_support_format_zip_seekable(a);
	if (result == ARCHIVE_OK)
		result = archive_read_open_memory(a, zip->file.data, zip->file.len);
	while (result == ARCHIVE_OK) {
		const char *path;

		result = archive_read_next_header(a, &entry);
		/* A warning is about a name that is not ours. */
		if (result == ARCHIVE_WARN)
			result = ARCHIVE_OK;
		path = result == ARCHIVE_OK ? archive_entry_pathname(entry) : NULL;
		if (path && text_equal_nocase(text_of(path), name)) {
			if (archive_entry_is_encrypted(entry)) {
				archive_read_free(a);
				return error_because(ret_error, ST_MALFORMED, "file-password", "zip", "the file has a password");
			}
			ret->archive = a;
			return ST_OK;
		}
		if (++parts > ZIP_PARTS_MAX) {
			archive_read_free(a);
			return error_at(ret_error, ST_LIMIT, "zip", -1, "the file has more than %u parts", ZIP_PARTS_MAX);
		}
	}
	archive_read_free(a);
	return result == ARCHIVE_EOF ? ST_OK : bad_zip(ret_error);
}

void zip_part_close(struct zip_part *part)
{
	archive_read_free(part->archive);
	part->archive = NULL;
}

enum status zip_part_read(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct zip_part *part = context;
	la_ssize_t n = archive_read_data(part->archive, out, room);

	/* Anything else is damage: a checksum that does not agree is a warning to the library. */
	if (n < 0)
		return bad_zip(ret_error);
	if ((uint64_t)n > part->left)
		return error_at(ret_error, ST_LIMIT, "zip", -1, "a part of the file unpacks to more than %llu MB",
				(unsigned long long)(part->limit >> 20));
	part->left -= (uint64_t)n;
	*ret_len = (size_t)n;
	return ST_OK;
}
