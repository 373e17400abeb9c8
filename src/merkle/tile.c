#include <assert.h>

#include "merkle/tile.h"

#define TILE_BITS 8u
#define TILE_N_MAX (MERKLE_SIZE_MAX >> TILE_BITS)

void tile_path(const struct tile *tile, struct buffer *out)
{
	uint64_t groups[8];
	size_t count = 0;

	if (tile->level == TILE_ENTRIES)
		buffer_printf(out, "entries/");
	else
		buffer_printf(out, "%d/", tile->level);
	for (uint64_t n = tile->n; count == 0 || n; n /= 1000)
		groups[count++] = n % 1000;
	while (--count)
		buffer_printf(out, "x%03u/", (unsigned)groups[count]);
	buffer_printf(out, "%03u", (unsigned)groups[0]);
	if (tile->width < TILE_WIDTH)
		buffer_printf(out, ".p/%u", tile->width);
}

static enum status bad_path(struct error *ret_error)
{
	return error_set(ret_error, ST_MALFORMED, "this is not the path of a tile");
}

/* One group of three digits onto *n. */
static bool take_group(struct text digits, uint64_t *n)
{
	uint64_t value;

	if (digits.len != 3 || text_to_uint(digits, 999, &value) != ST_OK || *n > (TILE_N_MAX - value) / 1000)
		return false;
	*n = *n * 1000 + value;
	return true;
}

/* A decimal number as it would be written: no leading zero. */
static bool take_number(struct text t, uint64_t max, uint64_t *ret)
{
	return text_to_uint(t, max, ret) == ST_OK && (t.len == 1 || t.data[0] != '0');
}

enum status tile_path_parse(struct text path, struct tile *ret_tile, struct error *ret_error)
{
	static const struct text partial = {".p", 2};
	struct tile tile = {.width = TILE_WIDTH};
	struct text rest = path, part;
	bool first = true;
	uint64_t number;

	if (path.len == 0 || !text_split(&rest, '/', &part))
		return bad_path(ret_error);
	if (text_equal(part, TEXT("entries")))
		tile.level = TILE_ENTRIES;
	else if (take_number(part, TILE_LEVEL_MAX, &number))
		tile.level = (int)number;
	else
		return bad_path(ret_error);
	for (;; first = false) {
		if (!text_split(&rest, '/', &part) || part.len < 3)
			return bad_path(ret_error);
		if (part.data[0] != 'x')
			break;
		/* "x000/" in front would be a second name of the same tile. */
		if (!take_group((struct text){part.data + 1, part.len - 1}, &tile.n) || (first && tile.n == 0))
			return bad_path(ret_error);
	}
	if (part.len == 5 && text_equal((struct text){part.data + 3, 2}, partial)) {
		struct text width;

		part.len = 3;
		if (!text_split(&rest, '/', &width) || !take_number(width, TILE_WIDTH - 1, &number) || number == 0)
			return bad_path(ret_error);
		tile.width = (unsigned)number;
	}
	if (!take_group(part, &tile.n) || text_split(&rest, '/', &part))
		return bad_path(ret_error);
	*ret_tile = tile;
	return ST_OK;
}

unsigned tile_width(unsigned level, uint64_t n, uint64_t size)
{
	uint64_t hashes = level > TILE_LEVEL_MAX ? 0 : size >> (TILE_BITS * level);

	if (n > TILE_N_MAX || n * TILE_WIDTH >= hashes)
		return 0;
	return hashes - n * TILE_WIDTH < TILE_WIDTH ? (unsigned)(hashes - n * TILE_WIDTH) : TILE_WIDTH;
}

/* Folds `count` hashes, a power of two, into the first. */
static void fold(struct merkle_hash *hashes, size_t count)
{
	for (; count > 1; count /= 2)
		for (size_t i = 0; i < count / 2; i++)
			merkle_hash_node(&hashes[2 * i], &hashes[2 * i + 1], &hashes[i]);
}

/* One level of tiles_extend: the `*count` hashes follow the `have` that stand there; leaves those of the level above. */
static enum status extend_level(const struct tile_store *store, const struct tile *first, struct merkle_hash *hashes, size_t *count,
				struct error *ret_error)
{
	struct merkle_hash room[TILE_WIDTH];
	struct tile tile = *first;
	unsigned have = tile.width;
	size_t above = 0, at = 0;

	if (have)
		TRY(store->read(store->context, &tile, room, ret_error));
	while (at < *count) {
		size_t take = *count - at < TILE_WIDTH - have ? *count - at : TILE_WIDTH - have;

		memcpy(room + have, hashes + at, take * sizeof room[0]);
		at += take;
		tile.width = have + (unsigned)take;
		TRY(store->write(store->context, &tile, room, ret_error));
		if (tile.width == TILE_WIDTH) {
			fold(room, TILE_WIDTH);
			hashes[above++] = room[0];
			tile.n++;
		}
		have = 0;
	}
	*count = above;
	return ST_OK;
}

enum status tiles_extend(const struct tile_store *store, uint64_t size, struct merkle_hash *leaves, size_t count,
			 struct error *ret_error)
{
	if (size > MERKLE_SIZE_MAX || count > MERKLE_SIZE_MAX - size)
		return error_set(ret_error, ST_LIMIT, "the log is full");
	for (unsigned level = 0; count; level++) {
		uint64_t have = size >> (TILE_BITS * level);
		struct tile first = {(int)level, have / TILE_WIDTH, (unsigned)(have % TILE_WIDTH)};

		assert(level <= TILE_LEVEL_MAX);
		TRY(extend_level(store, &first, leaves, &count, ret_error));
	}
	return ST_OK;
}

/* ---- reading ---- */

struct range {
	uint64_t from, to;
};

/* The tree of one size, with the tile that was read last. */
struct reading {
	const struct tile_store *store;
	uint64_t size;
	struct tile tile; /* width 0: none yet */
	struct merkle_hash hashes[TILE_WIDTH];
};

/* Hash over the complete subtree of 2^height leaves that starts at leaf `from`. */
static enum status read_node(struct reading *r, unsigned height, uint64_t from, struct merkle_hash *ret, struct error *ret_error)
{
	unsigned level = height / TILE_BITS, count = 1u << height % TILE_BITS;
	uint64_t first = from >> (TILE_BITS * level);
	struct tile tile = {(int)level, first / TILE_WIDTH, tile_width(level, first / TILE_WIDTH, r->size)};
	struct merkle_hash room[TILE_WIDTH / 2];

	assert(first % TILE_WIDTH + count <= tile.width);
	if (r->tile.width == 0 || r->tile.level != tile.level || r->tile.n != tile.n) {
		r->tile.width = 0;
		TRY(r->store->read(r->store->context, &tile, r->hashes, ret_error));
		r->tile = tile;
	}
	memcpy(room, r->hashes + first % TILE_WIDTH, count * sizeof room[0]);
	fold(room, count);
	*ret = room[0];
	return ST_OK;
}

static unsigned log2_below(uint64_t n)
{
	return 63u - (unsigned)__builtin_clzll(n);
}

/* MTH(D[from:to]) of a range that the tree's own splits make: complete subtrees, largest first, joined from the right. */
static enum status read_range(struct reading *r, struct range range, struct merkle_hash *ret, struct error *ret_error)
{
	struct merkle_hash subtrees[64];
	size_t count = 0;

	while (range.from < range.to) {
		unsigned height = log2_below(range.to - range.from);

		TRY(read_node(r, height, range.from, &subtrees[count++], ret_error));
		range.from += (uint64_t)1 << height;
	}
	while (count > 1) {
		merkle_hash_node(&subtrees[count - 2], &subtrees[count - 1], &subtrees[count - 2]);
		count--;
	}
	*ret = subtrees[0];
	return ST_OK;
}

enum status tiles_root(const struct tile_store *store, uint64_t size, struct merkle_hash *ret_root, struct error *ret_error)
{
	struct reading r = {.store = store, .size = size};

	if (size == 0) {
		merkle_hash_empty(ret_root);
		return ST_OK;
	}
	return read_range(&r, (struct range){0, size}, ret_root, ret_error);
}

/* Goes down the splits of [0, size): at each the part that is left out is proved by its hash. */
struct descent {
	struct reading reading;
	struct range range;
	struct range left_out[MERKLE_PROOF_MAX + 1];
	size_t count;
};

static void descend(struct descent *d, bool right)
{
	uint64_t middle = d->range.from + ((uint64_t)1 << log2_below(d->range.to - d->range.from - 1));

	if (right) {
		d->left_out[d->count++] = (struct range){d->range.from, middle};
		d->range.from = middle;
	} else {
		d->left_out[d->count++] = (struct range){middle, d->range.to};
		d->range.to = middle;
	}
}

/* The hashes of what was left out, from the leaf up. */
static enum status descent_proof(struct descent *d, struct merkle_proof *ret_proof, struct error *ret_error)
{
	assert(d->count <= MERKLE_PROOF_MAX);
	ret_proof->count = 0;
	while (d->count) {
		TRY(read_range(&d->reading, d->left_out[--d->count], &ret_proof->hashes[ret_proof->count], ret_error));
		ret_proof->count++;
	}
	return ST_OK;
}

enum status tiles_inclusion(const struct tile_store *store, uint64_t index, uint64_t size, struct merkle_proof *ret_proof,
			    struct error *ret_error)
{
	struct descent d = {.reading = {.store = store, .size = size}, .range = {0, size}};

	if (size > MERKLE_SIZE_MAX || index >= size)
		return error_set(ret_error, ST_MALFORMED, "the index is not below the tree's size");
	while (d.range.to - d.range.from > 1)
		descend(&d, index >= d.range.from + ((uint64_t)1 << log2_below(d.range.to - d.range.from - 1)));
	return descent_proof(&d, ret_proof, ret_error);
}

enum status tiles_consistency(const struct tile_store *store, uint64_t old_size, uint64_t size, struct merkle_proof *ret_proof,
			      struct error *ret_error)
{
	struct descent d = {.reading = {.store = store, .size = size}, .range = {0, size}};

	if (size > MERKLE_SIZE_MAX || old_size == 0 || old_size > size)
		return error_set(ret_error, ST_MALFORMED, "the old size must be between 1 and the new size");
	while (d.range.to != old_size)
		descend(&d, old_size > d.range.from + ((uint64_t)1 << log2_below(d.range.to - d.range.from - 1)));
	/* Both know the hash of an old tree that is itself a subtree; of any other the proof brings its last part. */
	if (d.range.from != 0)
		d.left_out[d.count++] = d.range;
	return descent_proof(&d, ret_proof, ret_error);
}

enum status tile_entry_next(struct bytes *rest, struct bytes *ret_entry, struct error *ret_error)
{
	size_t len = rest->len < 2 ? 0 : (size_t)rest->data[0] << 8 | rest->data[1];

	if (rest->len < 2 || rest->len - 2 < len)
		return error_set(ret_error, ST_MALFORMED, "the bundle of entries is cut short");
	*ret_entry = (struct bytes){rest->data + 2, len};
	*rest = (struct bytes){rest->data + 2 + len, rest->len - 2 - len};
	return ST_OK;
}

void tile_entry_add(struct buffer *bundle, struct bytes entry)
{
	assert(entry.len <= TILE_ENTRY_MAX);
	buffer_add_char(bundle, (char)(entry.len >> 8));
	buffer_add_char(bundle, (char)(entry.len & 0xFF));
	buffer_add(bundle, entry.data, entry.len);
}
