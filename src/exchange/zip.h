/* A zip file held in memory, its parts streamed by name. Only stored and deflated parts, by the central directory. */
#ifndef EXCHANGE_ZIP_H
#define EXCHANGE_ZIP_H

#include "exchange/reader.h"

#define ZIP_FILE_MAX ((size_t)64 << 20) /* bytes packed; all of it is held */
#define ZIP_PARTS_MAX 10000u

struct zip {
	struct buffer file;
};

/* Takes the reader's whole file. Fails: ST_LIMIT, what read() gives. */
MUST_USE enum status zip_open(struct zip *zip, struct reader *reader, struct error *ret_error);
void zip_close(struct zip *zip);

struct archive;

/* A part being read. */
struct zip_part {
	struct archive *archive; /* NULL: there is no such part */
	uint64_t left;           /* bytes it may still have unpacked */
	uint64_t limit;
};

/* Starts a part of at most `limit` bytes unpacked; its name's case does not matter. Where there is none, part->archive is
 * NULL. Fails: ST_MALFORMED (no zip, cut off, a password), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status zip_part_open(const struct zip *zip, struct text name, uint64_t limit, struct zip_part *ret_part,
				   struct error *ret_error);
void zip_part_close(struct zip_part *part);

/* As exchange_source.read, with the part as context. Fails: ST_LIMIT beyond its limit, ST_MALFORMED (damaged). */
enum status zip_part_read(void *part, uint8_t *out, size_t room, size_t *ret_len, struct error *ret_error);

#endif
