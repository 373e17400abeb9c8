#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "exchange/exchange.h"
#include "exchange/sheet_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM ((size_t)1 << 20)

struct bytes_source {
	const uint8_t *data;
	size_t size, at;
};

static enum status read_some(void *context, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error)
{
	struct bytes_source *s = context;
	size_t n = s->size - s->at < room ? s->size - s->at : room;

	(void)ret_error;
	if (n)
		memcpy(out, s->data + s->at, n);
	s->at += n;
	*ret_len = n;
	return ST_OK;
}

static enum status take(void *context, const struct entity *entity, struct error *ret_error)
{
	size_t *count = context;

	(void)ret_error;
	if (entity->id.len == 0 || entity->schema.len == 0)
		__builtin_trap();
	++*count;
	return ST_OK;
}

static void skipped(void *context, int64_t row, const char *field, const char *reason)
{
	(void)context;
	if (row < 0 || field[0] == '\0' || reason[0] == '\0')
		__builtin_trap();
}

static void put(struct archive *zip, const char *name, const void *data, size_t size)
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
 * relations. A zip is made of them here, with the checksums that a changed zip would not have. */
static size_t pack(const uint8_t *data, size_t size, uint8_t *out)
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
	    archive_write_open_memory(zip, out, ROOM, &used) != ARCHIVE_OK)
		__builtin_trap();
	put(zip, "_rels/.rels", root, sizeof root - 1);
	for (size_t i = 0; i < sizeof names / sizeof names[0] && size; i++) {
		const uint8_t *end = memchr(data, 0, size);
		size_t len = end ? (size_t)(end - data) : size;

		put(zip, names[i], data, len);
		len += end != NULL;
		data += len;
		size -= len;
	}
	if (archive_write_close(zip) != ARCHIVE_OK)
		__builtin_trap();
	archive_write_free(zip);
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes_source bytes = {0};
	struct exchange_source source = {.read = read_some, .context = &bytes, .name = TEXT("list")};
	struct exchange_report report;
	struct error e = {.code = ST_OK};
	size_t count = 0;
	struct exchange_sink sink = {take, skipped, &count};
	char value[SHEET_TEXT_SIZE];
	struct text t;
	uint8_t *zip;

	if (size > ROOM / 2)
		return 0;
	if (text_check((struct bytes){data, size}, &t, NULL) == ST_OK && size) {
		const char *why = sheet_number(t, data[0] % 24, data[0] & 1, value);

		(void)sheet_format_of(t);
		if (why == NULL && memchr(value, '\0', sizeof value) == NULL)
			__builtin_trap();
	}
	zip = malloc(ROOM);
	if (zip == NULL)
		return 0;
	bytes = (struct bytes_source){zip, pack(data, size, zip), 0};
	if (exchange_read(&source, &sink, &report, &e) != ST_OK) {
		if (e.message[0] == '\0')
			__builtin_trap();
	} else if (report.entities != count) {
		__builtin_trap();
	}
	free(zip);
	return 0;
}
