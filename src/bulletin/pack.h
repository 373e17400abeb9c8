/* A list that is small enough to be taken along and asked without a network: a binary fuse filter. What was put in is always found; of all
 * else one in 256 is, so that what is found must be asked on line before anything is said of it. docs/formats/bulletin.md. Pure.
 *
 * Whoever holds it can ask it anything as often as he likes. It has therefore no x that somebody could go through one by one, or that is a person's
 * (docs/decisions/portal.md).
 *
 * Source: Graf and Lemire, Binary Fuse Filters: Fast and Smaller Than Xor Filters, ACM Journal of Experimental Algorithmics 27, 2022.
 */
#ifndef BULLETIN_PACK_H
#define BULLETIN_PACK_H

#include "base/buffer.h"

#define BULLETIN_PACK_HEAD_SIZE 24u
#define BULLETIN_PACK_ROWS_MAX ((size_t)1 << 20)
#define BULLETIN_PACK_MAX (BULLETIN_PACK_HEAD_SIZE + ((size_t)1 << 21)) /* bytes of the largest */

/* Whether x is of those that can be in it: a wallet, or a domain as such. */
bool bulletin_pack_takes(struct text x);

/* Appends the pack of those `listed` that it takes, once each, in which none of `never` is found (what is official). The same bytes whatever
 * the order. Fails: ST_LIMIT (more than BULLETIN_PACK_ROWS_MAX; the buffer's ceiling; no such pack in 4,096 tries: many thousands of `never`);
 * ST_NO_MEMORY. `out` is as before then. Cost: 0.5 us for each listed one and try; of a thousand `never` about fifty tries. */
MUST_USE enum status bulletin_pack_build(const struct text *listed, size_t count, const struct text *never, size_t never_count, struct buffer *out,
					 struct error *ret_error);

/* A pack in memory; `cells` is borrowed from the file's bytes. */
struct bulletin_pack {
	uint32_t seed, segments, count; /* segments: those that x may begin in; count: of what is in it */
	uint8_t bits;                   /* a segment has 2^bits cells */
	const uint8_t *cells;
};

/* Fails: ST_MALFORMED "bulletin-malformed". */
MUST_USE enum status bulletin_pack_open(struct bytes file, struct bulletin_pack *ret, struct error *ret_error);

/* x is in it, or looks so. Cost: a SHA-256. */
bool bulletin_pack_has(const struct bulletin_pack *pack, struct text x);

#endif
