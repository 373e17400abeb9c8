/* Builds the engine's frequency table, at build time: spellings are heard as the engine hears them, counts of one
 * sound are added up, and the chance of each in each culture becomes eighths of a bit.
 *
 * usage: make_frequency CULTURES.tsv FREQUENCY.tsv OUT.inc
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/hash.h"
#include "screen/sound.h"

#define CULTURES_MAX 16
#define SLOTS (1u << 17)

struct row {
	uint64_t key;
	double ppm[CULTURES_MAX];
};

static char culture_names[CULTURES_MAX][16];
static double culture_share[CULTURES_MAX], culture_unknown[CULTURES_MAX];
static size_t culture_count;
static struct row rows[SLOTS];

static void fail(const char *path, int line, const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", path, line, why);
	exit(1);
}

/* Reads the next data line into fields[4]; gives their number, 0 at the end. The header is the first data line. */
static size_t read_row(FILE *f, char *line, size_t size, char *fields[4])
{
	size_t n = 0;
	char *at = line;

	do {
		if (fgets(line, (int)size, f) == NULL)
			return 0;
	} while (line[0] == '#' || line[0] == '\n');
	line[strcspn(line, "\n")] = '\0';
	while (n < 4 && at)
		fields[n++] = strsep(&at, "\t");
	return n;
}

static void read_cultures(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512], *fields[4];

	if (f == NULL)
		fail(path, 0, "cannot be read");
	for (int number = 0; read_row(f, line, sizeof line, fields) == 4; number++) {
		if (number == 0)
			continue;
		if (culture_count == CULTURES_MAX || strlen(fields[0]) > 15)
			fail(path, number, "too many cultures or too long a name");
		memcpy(culture_names[culture_count], fields[0], strlen(fields[0]) + 1);
		culture_share[culture_count] = strtod(fields[1], NULL);
		culture_unknown[culture_count++] = strtod(fields[2], NULL);
	}
	fclose(f);
}

static struct row *row_of(uint64_t key)
{
	for (size_t i = key & (SLOTS - 1);; i = (i + 1) & (SLOTS - 1))
		if (rows[i].key == key || rows[i].key == 0) {
			rows[i].key = key;
			return &rows[i];
		}
}

static void read_frequencies(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512], *fields[4];

	if (f == NULL)
		fail(path, 0, "cannot be read");
	for (int number = 0; read_row(f, line, sizeof line, fields) == 4; number++) {
		struct sound sound;
		size_t c = 0;

		if (number == 0)
			continue;
		while (c < culture_count && strcmp(culture_names[c], fields[1]) != 0)
			c++;
		if (c == culture_count)
			fail(path, number, "no such culture");
		if (number > (int)(SLOTS * 3 / 4))
			fail(path, number, "too many rows for the table");
		sound_hear(text_of(fields[0]), &sound);
		row_of(hash_text(sound_text(&sound)))->ppm[c] += strtod(fields[2], NULL);
	}
	fclose(f);
}

static long eighths(double chance)
{
	return lround(-8.0 * log2(chance > 0.95 ? 0.95 : chance));
}

int main(int argc, char **argv)
{
	FILE *out;

	if (argc != 4)
		return 2;
	read_cultures(argv[1]);
	read_frequencies(argv[2]);
	out = fopen(argv[3], "w");
	if (out == NULL)
		fail(argv[3], 0, "cannot be written");
	fprintf(out, "/* Made by make_frequency; do not edit. */\n#define FREQUENCY_SLOTS %uu\n#define FREQUENCY_NONE 255\n",
		SLOTS);
	fprintf(out, "struct frequency_row {\n\tuint64_t key;\n\tuint8_t eighths[RARITY_CULTURES];\n};\n");
	fprintf(out, "_Static_assert(RARITY_CULTURES == %zu, \"cultures.tsv\");\n", culture_count);
	fprintf(out, "static const struct {\n\tuint8_t share_eighths;\n\tuint8_t unknown_eighths;\n} "
		     "frequency_cultures[] = {\n");
	for (size_t c = 0; c < culture_count; c++)
		fprintf(out, "\t{%ld, %ld}, /* %s */\n", eighths(culture_share[c] / 1e6),
			lround(culture_unknown[c] * 8 / 1000), culture_names[c]);
	fprintf(out, "};\nstatic const struct frequency_row frequency_rows[FREQUENCY_SLOTS] = {\n");
	for (size_t i = 0; i < SLOTS; i++) {
		if (rows[i].key == 0)
			continue;
		fprintf(out, "\t[%zu] = {%lluu, {", i, (unsigned long long)rows[i].key);
		for (size_t c = 0; c < culture_count; c++)
			fprintf(out, "%ld,", rows[i].ppm[c] > 0 ? eighths(rows[i].ppm[c] / 1e6) : 255);
		fprintf(out, "}},\n");
	}
	fprintf(out, "};\n");
	return fclose(out) == 0 ? 0 : 1;
}
