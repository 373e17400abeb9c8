/* An Excel workbook (.xlsx) up to its cells: which sheet, its shared strings, its number formats.
 * Source: ECMA-376 parts 1 and 2; Excel and LibreOffice write it. */
#ifndef EXCHANGE_WORKBOOK_H
#define EXCHANGE_WORKBOOK_H

#include "exchange/xml.h"
#include "exchange/zip.h"

#define WORKBOOK_PART_MAX ((uint64_t)16 << 20)     /* bytes of the workbook's own parts, each */
#define WORKBOOK_STRINGS_MAX ((uint64_t)256 << 20) /* bytes of its shared strings as XML */
#define WORKBOOK_TEXT_MAX ((size_t)128 << 20)      /* bytes of memory they may take */
#define WORKBOOK_FORMATS_MAX 65536u                /* cell formats; Excel has at most 65,490 */

struct workbook {
	struct reader *reader;
	struct zip zip;
	struct arena arena;
	struct text sheet_path, strings_path, styles_path; /* of parts in the zip */
	bool since_1904;
	struct text *strings;
	size_t string_count, string_room;
	struct number_format { /* the file's own */
		uint64_t id;
		int format;
	} *own_formats;
	size_t own_count;
	int *formats; /* by a cell's style: enum sheet_format */
	size_t format_count;
};

/* Takes the reader's whole file. Release it also after a failure. Fails: ST_MALFORMED (no workbook, no visible sheet,
 * damaged; the message names the part), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status workbook_open(struct workbook *book, struct reader *reader, struct error *ret_error);
void workbook_release(struct workbook *book);

/* Each element of one of the names in a part; failures name the part. Where the part is missing: ST_NOT_FOUND. */
MUST_USE enum status workbook_part(struct workbook *book, struct text path, uint64_t limit, const char *const *names,
				   xml_record *record, void *context, struct error *ret_error);

/* The text of a string item (si, is): its runs one after the other, without phonetic guides; _x000D_ is undone. */
MUST_USE enum status workbook_text(const xmlNode *item, struct arena *arena, struct text *ret_text);

#endif
