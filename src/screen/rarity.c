#include "screen/rarity.h"

#include "screen/hash.h"

#include "frequency.inc"

static const struct frequency_row *row_find(struct text units)
{
	uint64_t key = hash_text(units);

	for (size_t i = key & (FREQUENCY_SLOTS - 1);; i = (i + 1) & (FREQUENCY_SLOTS - 1)) {
		if (frequency_rows[i].key == key)
			return &frequency_rows[i];
		if (frequency_rows[i].key == 0)
			return NULL;
	}
}

/* A short unknown part is less of a surprise than a long one: eighths of a bit by number of units. */
static int32_t length_eighths(size_t units)
{
	static const int8_t by_length[] = {-60, -60, -40, -22, -10, -2, 2, 6, 8};

	return by_length[units < sizeof by_length ? units : sizeof by_length - 1];
}

void rarity_of(struct text units, struct rarity *ret_rarity)
{
	const struct frequency_row *row = row_find(units);

	for (size_t c = 0; c < RARITY_CULTURES; c++) {
		int32_t unknown = (int32_t)frequency_cultures[c].unknown_eighths + length_eighths(units.len);

		if (row && row->eighths[c] != FREQUENCY_NONE)
			ret_rarity->eighths[c] = row->eighths[c];
		else
			ret_rarity->eighths[c] = (uint8_t)(unknown < 16 ? 16 : unknown);
	}
}

void rarity_add(struct rarity_sum *sum, const struct rarity *part)
{
	for (size_t c = 0; c < RARITY_CULTURES; c++)
		sum->eighths[c] += part->eighths[c];
}

/* 2^62 / 2^(eighths/8), in integers. */
static uint64_t chance(uint32_t eighths)
{
	/* 2^62 * 2^(-k/8) */
	static const uint64_t fraction[8] = {
		4611686018427387904u, 4228911697949427712u, 3877907769246973952u, 3556037450142056448u,
		3260954456333195776u, 2990309390606246912u, 2742128062373560320u, 2514545760402124800u,
	};

	return eighths / 8 < 62 ? fraction[eighths % 8] >> (eighths / 8) : 0;
}

/* The mantissa's log is taken linearly between eighths. */
int32_t rarity_minus_log2_mbit(uint64_t x)
{
	int top = 63 - __builtin_clzll(x);
	uint64_t mantissa = x << (62 - top); /* 2^62 <= mantissa < 2^63 */
	int32_t mbit = (62 - top) * 1000;
	/* log2(1 + f) on a grid of eighths of f, thousandths of a bit */
	static const int32_t log2_grid[] = {0, 170, 322, 459, 585, 700, 807, 907, 1000};
	uint64_t f = mantissa - ((uint64_t)1 << 62);
	size_t cell = (size_t)(f >> 59);
	int32_t within = (int32_t)((f >> 49) & 1023);

	return mbit - (log2_grid[cell] + (log2_grid[cell + 1] - log2_grid[cell]) * within / 1024);
}

int32_t rarity_total_mbit(const struct rarity_sum *sum)
{
	uint64_t total = 0;

	for (size_t c = 0; c < RARITY_CULTURES; c++)
		total += chance(sum->eighths[c] + frequency_cultures[c].share_eighths);
	return total ? rarity_minus_log2_mbit(total) : 62000;
}

size_t rarity_culture(const struct rarity_sum *sum)
{
	size_t best = 0;

	for (size_t c = 1; c < RARITY_CULTURES; c++)
		if (sum->eighths[c] + frequency_cultures[c].share_eighths <
		    sum->eighths[best] + frequency_cultures[best].share_eighths)
			best = c;
	return best;
}
