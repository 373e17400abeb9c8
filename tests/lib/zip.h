/* Zip files made in tests. */
#ifndef TESTS_LIB_ZIP_H
#define TESTS_LIB_ZIP_H

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "lib/test.h"

struct zip_made {
	struct archive *archive;
	uint8_t *data;
	size_t size, used;
};

/* `password` may be NULL. */
static inline void zip_make_with(struct zip_made *zip, size_t room, const char *password)
{
	zip->data = malloc(room);
	zip->size = room;
	zip->used = 0;
	zip->archive = archive_write_new();
	assert_non_null(zip->data);
	assert_int_equal(archive_write_set_format_zip(zip->archive), ARCHIVE_OK);
	if (password) {
		assert_int_equal(archive_write_set_options(zip->archive, "zip:encryption=zipcrypt"), ARCHIVE_OK);
		assert_int_equal(archive_write_set_passphrase(zip->archive, password), ARCHIVE_OK);
	}
	/* A constant tail: no block to be padded to. */
	assert_int_equal(archive_write_set_bytes_in_last_block(zip->archive, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(zip->archive, zip->data, room, &zip->used), ARCHIVE_OK);
}

static inline void zip_make(struct zip_made *zip, size_t room)
{
	zip_make_with(zip, room, NULL);
}

static inline void zip_begin(struct zip_made *zip, const char *name)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	assert_int_equal(archive_write_header(zip->archive, entry), ARCHIVE_OK);
	archive_entry_free(entry);
}

static inline void zip_add(struct zip_made *zip, const char *text)
{
	assert_int_equal(archive_write_data(zip->archive, text, strlen(text)), strlen(text));
}

static inline void zip_put(struct zip_made *zip, const char *name, const char *text)
{
	zip_begin(zip, name);
	zip_add(zip, text);
}

static inline void zip_finish(struct zip_made *zip)
{
	assert_int_equal(archive_write_close(zip->archive), ARCHIVE_OK);
	archive_write_free(zip->archive);
	zip->archive = NULL;
}

#endif
