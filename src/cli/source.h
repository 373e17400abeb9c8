/* Lists loaded into an index, for the commands that do it once. */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

#include "lists/file.h"
#include "screen/screen.h"

/* Told after each file that was read. */
typedef void loaded_list(void *context, const char *path, const struct exchange_report *report);

struct loading {
	unsigned threads;
	bool progress;   /* a line on standard error while it lasts */
	bool say_skipped; /* each row passed over, on standard error */
	loaded_list *loaded; /* may be NULL */
	void *context;
	/* May be NULL: adds entities of its own after those of the lists. */
	enum status (*more)(void *more_context, struct index_builder *builder, struct error *ret_error);
	void *more_context;
};

/* Reads lists and builds one index image. Fails as the readers do; nothing is given on failure. */
MUST_USE enum status lists_load(char *const *paths, size_t count, const struct loading *loading,
				struct buffer *ret_image, struct error *ret_error);

/* An error as one line on standard error: "cordon screen: FILE: row 3: name: too long". */
void say_error(const char *who, const char *path, const struct error *error);

#endif
