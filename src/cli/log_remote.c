#include "cli/log_remote.h"

#include <stdio.h>

#include "feed/call.h"
#include "merkle/checkpoint.h"
#include "merkle/tile.h"

#define BUNDLE_MAX ((size_t)TILE_WIDTH * (TILE_ENTRY_MAX + 2))
#define ADDRESS_SIZE 600

struct remote {
	const char *url, *ca_file;
	const struct trusted *trusted;
	struct buffer note, answer;
	struct signed_checkpoint opened;
	struct merkle_hash grown[TILE_LEVEL_MAX + 1][TILE_WIDTH]; /* the tile at the end of each level, as computed */
	uint64_t findings, tiles, entries;
	unsigned status; /* of the last answer */
};

static void found(struct remote *r, const char *what, const char *path)
{
	printf("%s: %s\n", what, path);
	r->findings++;
}

static enum status ask(struct remote *r, const char *path, struct buffer *answer, struct error *ret_error)
{
	char address[ADDRESS_SIZE];
	size_t len = strlen(r->url);
	struct call call = {.address = address, .ca_file = r->ca_file};

	if (snprintf(address, sizeof address, "%s%s%s", r->url, len && r->url[len - 1] == '/' ? "" : "/", path) >= (int)sizeof address)
		return error_set(ret_error, ST_MALFORMED, "the log's address is too long");
	return call_make(&call, &r->status, answer, ret_error);
}

/* The tile's path with "tile/" before, as a C string in `out`. */
static void path_of(const struct tile *tile, char out[ADDRESS_SIZE])
{
	struct buffer path;

	buffer_init(&path, ADDRESS_SIZE);
	buffer_printf(&path, "tile/");
	tile_path(tile, &path);
	snprintf(out, ADDRESS_SIZE, "%.*s", TEXT_ARG(buffer_text(&path)));
	buffer_release(&path);
}

/* ---- tiles as they are computed, compared with what is served ---- */

static enum status compare(struct remote *r, const struct tile *tile, struct error *ret_error)
{
	char path[ADDRESS_SIZE];

	path_of(tile, path);
	TRY(ask(r, path, &r->answer, ret_error));
	r->tiles++;
	if (r->status != 200)
		found(r, "tile-deleted", path);
	else if (r->answer.len != tile->width * MERKLE_HASH_SIZE || memcmp(r->answer.data, r->grown[tile->level], r->answer.len) != 0)
		found(r, "tile-edited", path);
	return ST_OK;
}

static enum status grown_read(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	const struct remote *r = context;

	(void)ret_error;
	memcpy(out, r->grown[tile->level], tile->width * sizeof *out);
	return ST_OK;
}

static enum status grown_write(void *context, const struct tile *tile, const struct merkle_hash *hashes, struct error *ret_error)
{
	struct remote *r = context;

	memcpy(r->grown[tile->level], hashes, tile->width * sizeof *hashes);
	if (tile->width == tile_width((unsigned)tile->level, tile->n, r->opened.checkpoint.size))
		return compare(r, tile, ret_error);
	return ST_OK;
}

/* Leaf hashes of one bundle of entries; where entries are not shown, the hashes that the log serves instead. */
static enum status leaves_of(struct remote *r, struct tile tile, struct merkle_hash *out, struct error *ret_error)
{
	char path[ADDRESS_SIZE];
	struct bytes rest, entry;
	unsigned count = 0;

	tile.level = TILE_ENTRIES;
	path_of(&tile, path);
	TRY(ask(r, path, &r->answer, ret_error));
	if (r->status == 404) {
		tile.level = 0;
		path_of(&tile, path);
		TRY(ask(r, path, &r->answer, ret_error));
		if (r->status != 200 || r->answer.len != tile.width * sizeof *out)
			return error_set(ret_error, ST_UNAVAILABLE, "%s is neither shown as entries nor as hashes", path);
		memcpy(out, r->answer.data, r->answer.len);
		return ST_OK;
	}
	if (r->status != 200)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: status %u", path, r->status);
	rest = buffer_bytes(&r->answer);
	while (rest.len && count < tile.width) {
		TRY(tile_entry_next(&rest, &entry, ret_error));
		merkle_hash_leaf(entry, &out[count++]);
	}
	if (rest.len || count != tile.width)
		return error_set(ret_error, ST_MALFORMED, "%s holds another number of entries", path);
	r->entries += count;
	return ST_OK;
}

static enum status check_tree(struct remote *r, struct error *ret_error)
{
	struct tile_store store = {grown_read, grown_write, r};
	uint64_t size = r->opened.checkpoint.size;
	struct merkle_hash leaves[TILE_WIDTH], root;

	for (uint64_t n = 0; n * TILE_WIDTH < size; n++) {
		struct tile tile = {0, n, tile_width(0, n, size)};

		TRY(leaves_of(r, tile, leaves, ret_error));
		TRY(tiles_extend(&store, n * TILE_WIDTH, leaves, tile.width, ret_error));
	}
	TRY(tiles_root(&store, size, &root, ret_error));
	if (!merkle_hash_equal(&root, &r->opened.checkpoint.root))
		found(r, "log-rewritten", "the entries do not lead to the root that was signed");
	return ST_OK;
}

/* ---- signatures ---- */

static enum status check_signatures(struct remote *r, uint64_t *ret_cosigned, struct error *ret_error)
{
	enum status st = ST_NOT_FOUND;

	for (size_t i = 0; i < r->trusted->log_count && st == ST_NOT_FOUND; i++) {
		const struct ledger_log_key *key = &r->trusted->logs[i];

		if (text_equal(text_of(key->key.name), r->opened.checkpoint.origin) && r->opened.checkpoint.size <= key->to_size)
			st = note_verify(&r->opened.note, &key->key, NULL, ret_error);
	}
	if (st == ST_NOT_FOUND)
		return error_set(ret_error, ST_NOT_FOUND, "the checkpoint is not signed by a key that is trusted");
	if (st != ST_OK)
		found(r, "checkpoint-forged", "the log's signature does not verify");
	*ret_cosigned = 0;
	for (size_t i = 0; i < r->trusted->witness_count; i++) {
		st = note_verify(&r->opened.note, &r->trusted->witnesses[i], NULL, NULL);
		if (st == ST_OK)
			++*ret_cosigned;
		else if (st == ST_DENIED)
			found(r, "cosignature-edited", r->trusted->witnesses[i].name);
	}
	return ST_OK;
}

static enum status verify(struct remote *r, struct error *ret_error)
{
	uint64_t cosigned = 0;

	TRY(ask(r, "checkpoint", &r->note, ret_error));
	if (r->status != 200)
		return error_set(ret_error, ST_UNAVAILABLE, "%.200s/checkpoint: status %u", r->url, r->status);
	TRY(signed_checkpoint_parse(buffer_bytes(&r->note), &r->opened, ret_error));
	TRY(check_signatures(r, &cosigned, ret_error));
	TRY(check_tree(r, ret_error));
	printf("%.*s: %llu leaves (%llu shown), %llu tiles, %llu known witnesses: %s\n", TEXT_ARG(r->opened.checkpoint.origin),
	       (unsigned long long)r->opened.checkpoint.size, (unsigned long long)r->entries, (unsigned long long)r->tiles,
	       (unsigned long long)cosigned, r->findings ? "IT DOES NOT HOLD" : "it holds");
	return ST_OK;
}

enum status log_remote_verify(const char *url, const struct trusted *trusted, const char *ca_file, uint64_t *ret_findings,
			      struct error *ret_error)
{
	struct remote r = {.url = url, .ca_file = ca_file, .trusted = trusted};
	enum status st;

	buffer_init(&r.note, 2 * NOTE_SIZE_MAX);
	buffer_init(&r.answer, BUNDLE_MAX);
	st = verify(&r, ret_error);
	*ret_findings = r.findings;
	buffer_release(&r.note);
	buffer_release(&r.answer);
	return st;
}
