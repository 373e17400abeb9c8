/* The file around manifest and body, and packing. docs/formats/edition.md, "File". Pure. */
#ifndef EDITION_PACK_H
#define EDITION_PACK_H

#include "edition/edition.h"

struct edition_file {
	struct text manifest;
	enum edition_packing packing;
	struct bytes packed;
};

/* Points into `in`. Fails: ST_MALFORMED with reason edition-truncated, -altered, -malformed or -limit. */
MUST_USE enum status edition_file_read(struct bytes in, struct edition_file *ret_file, struct error *ret_error);

/* Unpacks what hashes to part->packed into `out`, which has part->body_len bytes. Fails: ST_MALFORMED. */
MUST_USE enum status edition_unpack(struct bytes packed, const struct edition_part *part, uint8_t *out, struct error *ret_error);

#endif
