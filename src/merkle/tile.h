/* Tiles: the tree cut into files of 256 hashes, as C2SP tlog-tiles lays it out. Pure; where tiles are kept is the caller's.
 *
 *   hash i of tile (L, n) = MTH(D[(n*256+i) * 256^L : (n*256+i+1) * 256^L])
 *   <prefix>/tile/<L>/<N>[.p/<W>]     <prefix>/tile/entries/<N>[.p/<W>]     1234067 -> x001/x234/067
 *
 * A tile grows only at its end, so a partial tile of W hashes is the first W of any later state of it.
 */
#ifndef MERKLE_TILE_H
#define MERKLE_TILE_H

#include "base/buffer.h"
#include "merkle/tree.h"

#define TILE_WIDTH 256u
#define TILE_LEVEL_MAX 7u /* 256^7 leaves are under every full hash of level 7 */
#define TILE_ENTRIES (-1) /* the level of a bundle of entries */
#define TILE_ENTRY_MAX 65535u

struct tile {
	int level;      /* TILE_ENTRIES, 0 to TILE_LEVEL_MAX */
	uint64_t n;
	unsigned width; /* 1 to 256 */
};

/* Appends "0/x001/x234/067.p/12": what follows "tile/". */
void tile_path(const struct tile *tile, struct buffer *out);

/* Takes only what tile_path makes. Fails: ST_MALFORMED. */
MUST_USE enum status tile_path_parse(struct text path, struct tile *ret_tile, struct error *ret_error);

/* Hashes that tile n of a level holds in a tree of `size` leaves, 0 to 256. */
unsigned tile_width(unsigned level, uint64_t n, uint64_t size);

/* Where tiles are kept. `read` fills the first tile->width hashes; a tile that is missing or shorter is ST_CORRUPT. */
struct tile_store {
	enum status (*read)(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error);
	enum status (*write)(void *context, const struct tile *tile, const struct merkle_hash *hashes, struct error *ret_error);
	void *context;
};

/* Puts `count` leaf hashes behind a tree of `size`: writes every tile that changes, once. Overwrites `leaves`.
 * Fails: ST_LIMIT (beyond MERKLE_SIZE_MAX); what the store gives. */
MUST_USE enum status tiles_extend(const struct tile_store *store, uint64_t size, struct merkle_hash *leaves, size_t count,
				  struct error *ret_error);

/* Root, or a proof, of the tree of `size` leaves as the tiles have it. Fails: ST_MALFORMED (index or old size out of
 * bounds); what the store gives. Cost: at most two tiles a level, each hashed once. */
MUST_USE enum status tiles_root(const struct tile_store *store, uint64_t size, struct merkle_hash *ret_root, struct error *ret_error);
MUST_USE enum status tiles_inclusion(const struct tile_store *store, uint64_t index, uint64_t size, struct merkle_proof *ret_proof,
				     struct error *ret_error);
MUST_USE enum status tiles_consistency(const struct tile_store *store, uint64_t old_size, uint64_t size,
				       struct merkle_proof *ret_proof, struct error *ret_error);

/* The next entry of a bundle: big-endian uint16 length, then the bytes. Fails: ST_MALFORMED (cut short). */
MUST_USE enum status tile_entry_next(struct bytes *rest, struct bytes *ret_entry, struct error *ret_error);
void tile_entry_add(struct buffer *bundle, struct bytes entry);

#endif
