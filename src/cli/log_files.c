#include "cli/log_files.h"

#include <stdio.h>

#include "cli/edition_set.h"
#include "merkle/tile.h"

/* The whole bundle if it is there (the log may have grown since), else the partial one of this width. */
static enum status bundle_open(const char *folder, uint64_t n, unsigned width, struct buffer *ret, struct error *ret_error)
{
	const unsigned widths[2] = {TILE_WIDTH, width};
	enum status st = ST_NOT_FOUND;

	for (size_t i = 0; i < 2 && st != ST_OK; i++) {
		struct tile tile = {.level = TILE_ENTRIES, .n = n, .width = widths[i]};
		struct buffer path;

		buffer_init(&path, 4096);
		buffer_printf(&path, "%s/tile/", folder);
		tile_path(&tile, &path);
		buffer_add_char(&path, '\0');
		st = buffer_status(&path) == ST_OK ? file_whole((const char *)path.data, ret, ret_error)
						   : error_set(ret_error, ST_LIMIT, "the folder's name is too long");
		buffer_release(&path);
	}
	return st;
}

static enum status bundle_fold(struct bytes rest, unsigned width, struct fold *fold, struct error *ret_error)
{
	for (unsigned i = 0; i < width; i++) {
		struct bytes entry;
		struct text body;

		TRY(tile_entry_next(&rest, &entry, ret_error));
		TRY(text_check(entry, &body, ret_error));
		TRY(fold_leaf(fold, body, false, ret_error));
	}
	return ST_OK;
}

static enum status all_fold(const char *folder, uint64_t size, struct fold *fold, struct error *ret_error)
{
	while (fold->size < size) {
		uint64_t left = size - fold->size;
		unsigned width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
		struct buffer bundle;
		enum status st;

		TRY(bundle_open(folder, fold->size / TILE_WIDTH, width, &bundle, ret_error));
		st = bundle_fold(buffer_bytes(&bundle), width, fold, ret_error);
		buffer_release(&bundle);
		TRY(st);
	}
	return ST_OK;
}

enum status log_files_compare(const char *folder, const struct edition *edition, struct fold_result *ret, struct error *ret_error)
{
	struct fold fold;
	enum status st;

	fold_init(&fold);
	st = all_fold(folder, edition_manifest(edition)->log_size, &fold, ret_error);
	if (st == ST_OK)
		st = fold_compare(&fold, edition, ret, ret_error);
	fold_release(&fold);
	return st;
}
