/* Files as sources for the list readers, with the files beside them that belong to them. */
#ifndef LISTS_FILE_H
#define LISTS_FILE_H

#include "exchange/exchange.h"

#define LIST_COMPANIONS 3u /* OFAC's alt, add and sdn_comments */

struct file_source {
	struct exchange_source source;
	int fd;
	uint64_t size;      /* bytes, 0 if not known */
	uint64_t done;      /* bytes read */
	int64_t changed_ns; /* when it or one of its companions changed last; 0 if not known */
	uint64_t fingerprint; /* of size, times and place of it and its companions */
	struct file_source *companions; /* owned: files beside it that belong to it */
	struct exchange_source companion_sources[LIST_COMPANIONS];
};

/* "-" is standard input. Fails: ST_NOT_FOUND, ST_UNAVAILABLE; the message names the file. */
MUST_USE enum status file_source_open(const char *path, struct file_source *ret, struct error *ret_error);
void file_source_close(struct file_source *file);

/* Points the source at itself, once it is where it will stay. */
void file_source_settle(struct file_source *file);

/* Whether the file or a companion was written to since it was opened: what was read may be half old, half new. */
bool file_source_moved(const struct file_source *file);

/* Whether a file of this name is taken for a list: .jsonl, .json, .csv, .xml, .xlsx, not hidden. */
bool lists_is_file(const char *name);

/* Whether the name is that of a companion: "alt.csv", "add_2025-02-27.csv", "SDN_COMMENTS.CSV". */
bool lists_is_companion(const char *name);

/* Whether companions belong to a file of this name: "sdn.csv", "SDN_2024.csv". */
bool lists_has_companions(const char *name);

#endif
