#include "bulletin/pack.h"

#include <sodium.h>
#include <stdlib.h>

#include "bulletin/bytes.h"

#define MAGIC "CORDONPK"
#define VERSION 1u
#define BITS_MIN 3u
#define BITS_MAX 18u
#define CELLS_MAX (BULLETIN_PACK_MAX - BULLETIN_PACK_HEAD_SIZE)
#define TRIES 4096u
#define WAYS 3u /* cells that each x has */

bool bulletin_pack_takes(struct text x)
{
	/* What has a path stands on a host that strangers share, and may be somebody's page. */
	return text_starts(x, TEXT("wallet|")) || (text_starts(x, TEXT("url|")) && memchr(x.data, '/', x.len) == NULL);
}

/* Where one x has its cells, and what they make together. */
struct spot {
	uint32_t at[WAYS];
	uint8_t print;
};

/* The first cell lies anywhere in the segments that x may begin in, the others in the two segments behind. */
static struct spot spot_of(const struct bulletin_pack *pack, struct text x)
{
	static const char label[] = "cordon pack v1|";
	const uint32_t size = UINT32_C(1) << pack->bits;
	crypto_hash_sha256_state state;
	uint8_t seed[4], hash[crypto_hash_sha256_BYTES];
	struct spot spot;

	bytes_put_32(seed, pack->seed);
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)label, sizeof label - 1);
	(void)crypto_hash_sha256_update(&state, seed, sizeof seed);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)x.data, x.len);
	(void)crypto_hash_sha256_final(&state, hash);
	spot.at[0] = (uint32_t)((uint64_t)bytes_get_32(hash) * ((uint64_t)pack->segments << pack->bits) >> 32);
	spot.at[1] = (spot.at[0] + size) ^ (bytes_get_32(hash + 4) & (size - 1));
	spot.at[2] = (spot.at[0] + 2 * size) ^ (bytes_get_32(hash + 8) & (size - 1));
	spot.print = hash[12];
	return spot;
}

static size_t cells_of(const struct bulletin_pack *pack)
{
	return ((size_t)pack->segments + WAYS - 1) << pack->bits;
}

bool bulletin_pack_has(const struct bulletin_pack *pack, struct text x)
{
	struct spot spot;

	if (pack->count == 0 || !bulletin_pack_takes(x))
		return false;
	spot = spot_of(pack, x);
	return (pack->cells[spot.at[0]] ^ pack->cells[spot.at[1]] ^ pack->cells[spot.at[2]]) == spot.print;
}

/* ---- building ---- */

/* Segments and room for so many, after the paper's figures for three cells each; in whole numbers, so that every machine makes the same. */
static void sizes_set(struct bulletin_pack *pack)
{
	static const struct { uint32_t count; uint8_t bits; uint32_t cells_of_1000; } sizes[] = {
		{27, 4, 5900}, {90, 5, 1920}, {302, 6, 1650}, {1008, 7, 1490}, {3358, 8, 1380}, {11184, 9, 1310},
		{37246, 10, 1250}, {124032, 11, 1210}, {413029, 12, 1170}, {UINT32_MAX, 13, 1150}};
	size_t i = 0;
	uint64_t cells;
	uint32_t segments;

	while (pack->count > sizes[i].count)
		i++;
	cells = (uint64_t)pack->count * sizes[i].cells_of_1000 / 1000;
	segments = (uint32_t)((cells >> sizes[i].bits) + 1);
	pack->bits = sizes[i].bits;
	pack->segments = segments < WAYS ? 1 : segments - (WAYS - 1);
}

/* What is needed to fill the cells, all of it for `count` rows and the pack's cells. */
struct filling {
	struct text *rows;
	struct spot *spots;
	uint32_t *degrees, *xors; /* of each cell: how many rows have it, and their numbers laid over each other */
	uint32_t *alone;          /* cells that one row has: a queue */
	uint32_t *order;          /* rows as they were taken away */
	uint8_t *ways;            /* which of its cells each of those had to itself */
};

static void row_lay(struct filling *f, uint32_t row, uint32_t cell, uint32_t degree)
{
	f->degrees[cell] += degree;
	f->xors[cell] ^= row;
}

/* Takes away, again and again, a row that has a cell to itself. False: some rows have none, under this seed. */
static bool rows_peel(struct filling *f, const struct bulletin_pack *pack)
{
	const size_t cells = cells_of(pack);
	size_t head = 0, tail = 0, taken = 0;

	memset(f->degrees, 0, cells * sizeof f->degrees[0]);
	memset(f->xors, 0, cells * sizeof f->xors[0]);
	for (uint32_t row = 0; row < pack->count; row++) {
		f->spots[row] = spot_of(pack, f->rows[row]);
		for (unsigned way = 0; way < WAYS; way++)
			row_lay(f, row, f->spots[row].at[way], 1);
	}
	for (uint32_t cell = 0; cell < cells; cell++)
		if (f->degrees[cell] == 1)
			f->alone[tail++] = cell;
	while (head < tail) {
		uint32_t cell = f->alone[head++], row = f->xors[cell];

		if (f->degrees[cell] != 1)
			continue; /* its row went by another cell */
		f->order[taken] = row;
		for (uint8_t way = 0; way < WAYS; way++) {
			uint32_t other = f->spots[row].at[way];

			if (other == cell)
				f->ways[taken] = way;
			row_lay(f, row, other, UINT32_MAX); /* one less */
			if (f->degrees[other] == 1)
				f->alone[tail++] = other;
		}
		taken++;
	}
	return taken == pack->count;
}

/* The other way round: the cell that a row had to itself is set so that its three make the row's print. */
static void cells_set(const struct filling *f, const struct bulletin_pack *pack, uint8_t *cells)
{
	memset(cells, 0, cells_of(pack));
	for (size_t i = pack->count; i-- > 0;) {
		const struct spot *spot = &f->spots[f->order[i]];

		cells[spot->at[f->ways[i]]] = spot->print ^ cells[spot->at[0]] ^ cells[spot->at[1]] ^ cells[spot->at[2]];
	}
}

static bool pack_try(struct filling *f, const struct bulletin_pack *pack, const struct text *never, size_t never_count, uint8_t *cells)
{
	if (!rows_peel(f, pack))
		return false;
	cells_set(f, pack, cells);
	for (size_t i = 0; i < never_count; i++)
		if (bulletin_pack_has(pack, never[i]))
			return false;
	return true;
}

static int row_compare(const void *a, const void *b)
{
	return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Gives how many there are: those that a pack takes, in their order, each once. */
static size_t rows_choose(const struct text *listed, size_t count, struct text *rows)
{
	size_t taken = 0, once = 0;

	for (size_t i = 0; i < count; i++)
		if (bulletin_pack_takes(listed[i]))
			rows[taken++] = listed[i];
	qsort(rows, taken, sizeof rows[0], row_compare);
	for (size_t i = 0; i < taken; i++)
		if (once == 0 || !text_equal(rows[once - 1], rows[i]))
			rows[once++] = rows[i];
	return once;
}

static bool filling_alloc(struct filling *f, size_t count, size_t cells)
{
	f->spots = calloc(count + 1, sizeof f->spots[0]);
	f->order = calloc(count + 1, sizeof f->order[0]);
	f->ways = calloc(count + 1, 1);
	f->degrees = calloc(cells, sizeof f->degrees[0]);
	f->xors = calloc(cells, sizeof f->xors[0]);
	f->alone = calloc(cells, sizeof f->alone[0]); /* a cell comes to one row once */
	return f->spots && f->order && f->ways && f->degrees && f->xors && f->alone;
}

static void filling_free(struct filling *f)
{
	free(f->rows);
	free(f->spots);
	free(f->order);
	free(f->ways);
	free(f->degrees);
	free(f->xors);
	free(f->alone);
}

static void head_write(const struct bulletin_pack *pack, uint8_t *out)
{
	memcpy(out, MAGIC, 8);
	out[8] = VERSION;
	out[9] = pack->bits;
	bytes_put_16(out + 10, 0);
	bytes_put_32(out + 12, pack->seed);
	bytes_put_32(out + 16, pack->segments);
	bytes_put_32(out + 20, pack->count);
}

static enum status pack_fill(struct filling *f, struct bulletin_pack *pack, const struct text *never, size_t never_count, uint8_t *file,
			     struct error *ret_error)
{
	uint8_t *cells = file + BULLETIN_PACK_HEAD_SIZE;

	if (!filling_alloc(f, pack->count, cells_of(pack)))
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (pack->cells = cells; !pack_try(f, pack, never, never_count, cells); pack->seed++)
		if (pack->seed == TRIES)
			return error_set(ret_error, ST_LIMIT, "no pack of %u rows spares what is official", pack->count);
	head_write(pack, file);
	return ST_OK;
}

enum status bulletin_pack_build(const struct text *listed, size_t count, const struct text *never, size_t never_count, struct buffer *out,
				struct error *ret_error)
{
	const size_t before = out->len;
	struct filling filling = {.rows = calloc(count + 1, sizeof filling.rows[0])};
	struct bulletin_pack pack = {.seed = 0};
	size_t rows;
	uint8_t *file;
	enum status st;

	if (filling.rows == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	rows = rows_choose(listed, count, filling.rows);
	if (rows > BULLETIN_PACK_ROWS_MAX) {
		free(filling.rows);
		return error_set(ret_error, ST_LIMIT, "a pack has at most %zu rows", BULLETIN_PACK_ROWS_MAX);
	}
	pack.count = (uint32_t)rows;
	sizes_set(&pack);
	file = buffer_extend(out, BULLETIN_PACK_HEAD_SIZE + cells_of(&pack));
	st = file ? pack_fill(&filling, &pack, never, never_count, file, ret_error)
		  : error_set(ret_error, buffer_status(out), "the pack is larger than may be held");
	if (st != ST_OK)
		out->len = before;
	filling_free(&filling);
	return st;
}

/* ---- reading ---- */

static enum status malformed(const char *what, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "bulletin-malformed", "pack", "this is no pack of the bulletin: its %s", what);
}

enum status bulletin_pack_open(struct bytes file, struct bulletin_pack *ret, struct error *ret_error)
{
	struct bulletin_pack pack;

	if (file.len < BULLETIN_PACK_HEAD_SIZE || memcmp(file.data, MAGIC, 8) != 0 || file.data[8] != VERSION || bytes_get_16(file.data + 10) != 0)
		return malformed("beginning", ret_error);
	pack.bits = file.data[9];
	pack.seed = bytes_get_32(file.data + 12);
	pack.segments = bytes_get_32(file.data + 16);
	pack.count = bytes_get_32(file.data + 20);
	pack.cells = file.data + BULLETIN_PACK_HEAD_SIZE;
	if (pack.bits < BITS_MIN || pack.bits > BITS_MAX || pack.segments == 0 || pack.segments > CELLS_MAX)
		return malformed("segments", ret_error);
	if (cells_of(&pack) > CELLS_MAX || file.len != BULLETIN_PACK_HEAD_SIZE + cells_of(&pack))
		return malformed("size", ret_error);
	*ret = pack;
	return ST_OK;
}
