/* A workbook made of changed parts, with the checksums that a changed zip would not have. */
#ifndef TESTS_LIB_WORKBOOK_PARTS_H
#define TESTS_LIB_WORKBOOK_PARTS_H

#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <string.h>

#define WORKBOOK_ROOM ((size_t)1 << 20)

static inline void workbook_put(struct archive *zip, const char *name, const void *data, size_t size)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)size);
	if (archive_write_header(zip, entry) != ARCHIVE_OK || archive_write_data(zip, data, size) != (la_ssize_t)size)
		__builtin_trap();
	archive_entry_free(entry);
}

/* The input is the parts of a workbook, divided by NULs, which no XML holds: sheet, shared strings, styles, workbook,
 * relations. Gives the bytes used of `out`, which has WORKBOOK_ROOM. */
static inline size_t workbook_pack(const uint8_t *data, size_t size, uint8_t *out)
{
	static const char *const names[] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
					    "xl/workbook.xml", "xl/_rels/workbook.xml.rels"};
	static const char root[] = "<Relationships><Relationship Id=\"1\" Type=\"/officeDocument\" Target=\"xl/workbook.xml\"/>"
				   "</Relationships>";
	struct archive *zip = archive_write_new();
	size_t used = 0;

	if (zip == NULL || archive_write_set_format_zip(zip) != ARCHIVE_OK ||
	    archive_write_set_options(zip, "zip:compression=store") != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(zip, 1) != ARCHIVE_OK ||
	    archive_write_open_memory(zip, out, WORKBOOK_ROOM, &used) != ARCHIVE_OK)
		__builtin_trap();
	workbook_put(zip, "_rels/.rels", root, sizeof root - 1);
	for (size_t i = 0; i < sizeof names / sizeof names[0] && size; i++) {
		const uint8_t *end = memchr(data, 0, size);
		size_t len = end ? (size_t)(end - data) : size;

		workbook_put(zip, names[i], data, len);
		len += end != NULL;
		data += len;
		size -= len;
	}
	if (archive_write_close(zip) != ARCHIVE_OK)
		__builtin_trap();
	archive_write_free(zip);
	return used;
}

#endif
