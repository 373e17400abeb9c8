/* The index image as a file: written whole or not at all, mapped read-only and shared by all who map it. */
#ifndef LISTS_IMAGE_FILE_H
#define LISTS_IMAGE_FILE_H

#include "screen/screen.h"

struct image_file {
	struct bytes image; /* mapped */
	struct index *index;
};

/* Writes beside `path`, makes it durable and moves it there; on failure the old file stays. Fails: ST_UNAVAILABLE. */
MUST_USE enum status image_file_save(struct bytes image, const char *path, struct error *ret_error);

/* Maps and checks. The file must not be written to while it is mapped; image_file_save replaces it instead.
 * Fails: ST_NOT_FOUND, ST_UNAVAILABLE, and as index_open. */
MUST_USE enum status image_file_map(const char *path, struct image_file *ret, struct error *ret_error);
void image_file_unmap(struct image_file *file);

#endif
