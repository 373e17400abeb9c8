/* Files as sources for the list readers, and lists loaded into an index. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "exchange/exchange.h"
#include "screen/screen.h"

struct file_source {
	struct exchange_source source;
	int fd;
	uint64_t size; /* bytes, 0 if not known */
	uint64_t done; /* bytes read */
	struct file_source *companions; /* owned: files beside it that belong to it */
	struct exchange_source companion_sources[2];
};

/* "-" is standard input. Fails: ST_NOT_FOUND, ST_UNAVAILABLE; the message names the file. */
MUST_USE enum status file_source_open(const char *path, struct file_source *ret, struct error *ret_error);
void file_source_close(struct file_source *file);

/* Points the source at itself, once it is where it will stay. */
void file_source_settle(struct file_source *file);

/* Told after each file that was read. */
typedef void loaded_list(void *context, const char *path, const struct exchange_report *report);

struct loading {
	unsigned threads;
	bool progress;   /* a line on standard error while it lasts */
	bool say_skipped; /* each row passed over, on standard error */
	loaded_list *loaded; /* may be NULL */
	void *context;
};

/* Reads lists and builds one index image. Fails as the readers do; nothing is given on failure. */
MUST_USE enum status lists_load(char *const *paths, size_t count, const struct loading *loading,
				struct buffer *ret_image, struct error *ret_error);

/* An error as one line on standard error: "cordon screen: FILE: row 3: name: too long". */
void say_error(const char *who, const char *path, const struct error *error);

#endif
