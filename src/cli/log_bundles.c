#include "cli/log_bundles.h"

#include "cli/edition_set.h"
#include "feed/call.h"
#include "merkle/tile.h"

#define BUNDLE_MAX ((size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2))

static enum status bundle_fetch(const struct log_place *log, const char *address, struct buffer *ret, struct error *ret_error)
{
	const struct call call = {.address = address, .ca_file = log->ca_file};
	unsigned status;

	buffer_init(ret, BUNDLE_MAX);
	TRY(call_make(&call, &status, ret, ret_error));
	return status == 200   ? ST_OK
	       : status == 404 ? error_set(ret_error, ST_NOT_FOUND, "the log does not show %.200s", address)
			       : error_set(ret_error, ST_UNAVAILABLE, "the log answers %u", status);
}

static bool place_remote(const struct log_place *log)
{
	return text_starts(text_of(log->place), TEXT("https://")) || text_starts(text_of(log->place), TEXT("http://"));
}

/* The whole bundle if it is there (the log may have grown since), else the partial one of this width. */
static enum status bundle_open(const struct log_place *log, uint64_t n, unsigned width, struct buffer *ret, struct error *ret_error)
{
	const unsigned widths[2] = {TILE_WIDTH, width};
	enum status st = ST_NOT_FOUND;

	for (size_t i = 0; i < 2 && st == ST_NOT_FOUND; i++) {
		struct tile tile = {.level = TILE_ENTRIES, .n = n, .width = widths[i]};
		struct buffer path;

		buffer_init(&path, 4096);
		buffer_printf(&path, "%s/tile/", log->place);
		tile_path(&tile, &path);
		buffer_add_char(&path, '\0');
		if (buffer_status(&path) != ST_OK)
			st = error_set(ret_error, ST_LIMIT, "the log's place has too long a name");
		else
			st = place_remote(log) ? bundle_fetch(log, (const char *)path.data, ret, ret_error)
				    : file_whole((const char *)path.data, ret, ret_error);
		if (st != ST_OK)
			buffer_release(ret);
		buffer_release(&path);
	}
	return st;
}

static enum status bundle_each(struct bytes rest, unsigned width, log_leaf *leaf, void *context, struct error *ret_error)
{
	for (unsigned i = 0; i < width; i++) {
		struct bytes entry;
		struct text body;

		TRY(tile_entry_next(&rest, &entry, ret_error));
		TRY(text_check(entry, &body, ret_error));
		TRY(leaf(context, body, ret_error));
	}
	return ST_OK;
}

enum status log_bundles_each(const struct log_place *log, uint64_t size, log_leaf *leaf, void *context, struct error *ret_error)
{
	for (uint64_t at = 0; at < size;) {
		unsigned width = size - at < TILE_WIDTH ? (unsigned)(size - at) : TILE_WIDTH;
		struct buffer bundle;
		enum status st;

		TRY(bundle_open(log, at / TILE_WIDTH, width, &bundle, ret_error));
		st = bundle_each(buffer_bytes(&bundle), width, leaf, context, ret_error);
		buffer_release(&bundle);
		TRY(st);
		at += width;
	}
	return ST_OK;
}

enum status log_bundles_checkpoint(const struct log_place *log, struct buffer *ret, struct error *ret_error)
{
	struct buffer path;
	enum status st;

	buffer_init(&path, 4096);
	buffer_printf(&path, "%s/checkpoint", log->place);
	buffer_add_char(&path, '\0');
	if (buffer_status(&path) != ST_OK)
		st = error_set(ret_error, ST_LIMIT, "the log's place has too long a name");
	else
		st = place_remote(log) ? bundle_fetch(log, (const char *)path.data, ret, ret_error) : file_whole((const char *)path.data, ret, ret_error);
	buffer_release(&path);
	return st;
}

static enum status leaf_fold(void *context, struct text body, struct error *ret_error)
{
	return fold_leaf(context, body, false, ret_error);
}

enum status log_bundles_compare(const struct log_place *log, const struct edition *edition, struct fold_result *ret, struct error *ret_error)
{
	struct fold fold;
	enum status st;

	fold_init(&fold);
	st = log_bundles_each(log, edition_manifest(edition)->log_size, leaf_fold, &fold, ret_error);
	if (st == ST_OK)
		st = fold_compare(&fold, edition, ret, ret_error);
	fold_release(&fold);
	return st;
}
