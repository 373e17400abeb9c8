/* Submissions changed at random, with a seed: whatever comes, rows or one clear error. CORDON_MUTATIONS says how many (10,000),
 * CORDON_SEED where the row of numbers begins. */
#include <stdlib.h>

#include "lib/import.h"
#include "lib/submission.h"
#include "lib/workbook_parts.h"

#define FILE_MAX ((size_t)256 << 10)

struct file {
	const char *path;
	bool parts; /* of a workbook, divided by NULs */
	uint8_t *data;
	size_t size;
};

static struct file bases[] = {
	{"fuzz/corpus/submission_csv/korean.csv", false, NULL, 0}, {"fuzz/corpus/submission_csv/cp949.csv", false, NULL, 0},
	{"fuzz/corpus/submission_csv/gb18030.csv", false, NULL, 0}, {"fuzz/corpus/submission_csv/utf16.csv", false, NULL, 0},
	{"fuzz/corpus/submission_json/array.json", false, NULL, 0}, {"fuzz/corpus/submission_json/lines.json", false, NULL, 0},
	{"fuzz/corpus/submission_json/ftm.json", false, NULL, 0},   {"fuzz/corpus/submission_xlsx/korean", true, NULL, 0},
	{"fuzz/corpus/submission_xlsx/odd", true, NULL, 0},
};
#define BASES (sizeof bases / sizeof bases[0])

static uint64_t state;

/* Source: Marsaglia, Xorshift RNGs (2003). */
static size_t random_below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return n ? (size_t)(state % n) : 0;
}

struct draft {
	uint8_t data[FILE_MAX];
	size_t size;
};

static void cut(struct draft *d, size_t at, size_t len)
{
	len = len < d->size - at ? len : d->size - at;
	memmove(d->data + at, d->data + at + len, d->size - at - len);
	d->size -= len;
}

static void put_in(struct draft *d, size_t at, const uint8_t *what, size_t len)
{
	if (d->size + len > FILE_MAX)
		return;
	memmove(d->data + at + len, d->data + at, d->size - at);
	memcpy(d->data + at, what, len);
	d->size += len;
}

static void change(struct draft *d)
{
	static const char *const words[] = {"\"", "\n", ",", "|", "\xFF", "\xED\xA0\x80", "\xE2\x80\xAE", "=1+1", "[", "{", "}", "]", "\\u0000",
					    "<!DOCTYPE x [<!ENTITY a \"b\">]>", "&a;", "<f>1</f>", "99999999999999999999", "-", "\xEF\xBB\xBF",
					    "\xFF\xFE", "<c r=\"ZZZ1\">", "</row>", "1990-02-30", "\xEA\xB9\x80", "\xB1\xE8", "PK\x03\x04"};
	size_t at = random_below(d->size + 1), len = 1 + random_below(1u << random_below(12));

	switch (random_below(6)) {
	case 0:
		if (at < d->size)
			d->data[at] ^= (uint8_t)(1u << random_below(8));
		break;
	case 1:
		cut(d, at, len);
		break;
	case 2: {
		const char *word = words[random_below(sizeof words / sizeof words[0])];

		put_in(d, at, (const uint8_t *)word, strlen(word));
		break;
	}
	case 3: { /* a piece of another file */
		const struct file *other = &bases[random_below(BASES)];
		size_t from = random_below(other->size);

		put_in(d, at, other->data + from, len < other->size - from ? len : other->size - from);
		break;
	}
	case 4:
		if (at < d->size)
			d->data[at] = (uint8_t)random_below(256);
		break;
	default:
		if (random_below(4) == 0)
			d->size = at;
		break;
	}
}

static void check(const struct submission_told *t, size_t round)
{
	struct buffer written;
	size_t refused = 0;

	if (t->status != ST_OK) {
		if (t->error.reason[0] == '\0' || t->error.message[0] == '\0' || t->error.code != t->status)
			fail_msg("round %zu: an error without a reason: %s", round, t->error.message);
		return;
	}
	/* What is told of rows outlives the reading: all of it is touched. */
	buffer_init(&written, (size_t)16 << 20);
	for (size_t i = 0; i < t->submission.count; i++) {
		const struct submission_row *row = &t->submission.rows[i];

		refused += row->nomination == NULL;
		if (row->nomination)
			submission_write(row->nomination, &written);
		buffer_add_text(&written, row->reference);
		buffer_add_text(&written, row->name);
		for (size_t k = 0; k < row->problem_count; k++) {
			buffer_add_text(&written, row->problems[k].field);
			buffer_add_text(&written, row->problems[k].value);
		}
	}
	assert_ok(text_check(buffer_bytes(&written), &(struct text){0}, NULL));
	buffer_release(&written);
	if (t->submission.count == 0 || refused != t->submission.refused)
		fail_msg("round %zu: %zu rows, %zu refused", round, t->submission.count, t->submission.refused);
}

static size_t from_environment(const char *name, size_t usual)
{
	const char *value = getenv(name);
	uint64_t n;

	return value && text_to_uint(text_of(value), UINT32_MAX, &n) == ST_OK ? (size_t)n : usual;
}

static void changed_files(void **unused)
{
	size_t rounds = from_environment("CORDON_MUTATIONS", 10000), good = 0;
	struct draft *d = malloc(sizeof *d), *packed = malloc(sizeof *packed);
	uint8_t *zip = malloc(WORKBOOK_ROOM);

	(void)unused;
	assert_true(d && packed && zip);
	state = 88172645463325252u + from_environment("CORDON_SEED", 0);
	for (size_t i = 0; i < BASES; i++)
		bases[i].data = import_file(bases[i].path, &bases[i].size);
	for (size_t round = 0; round < rounds; round++) {
		const struct file *base = &bases[round % BASES];
		struct submission_told t;
		bool inside = random_below(2);

		memcpy(d->data, base->data, base->size);
		d->size = base->size;
		/* A workbook is changed in its parts, or as a zip. */
		for (size_t n = base->parts && !inside ? 0 : random_below(8); n; n--)
			change(d);
		if (base->parts) {
			packed->size = workbook_pack(d->data, d->size, zip);
			packed->size = packed->size < FILE_MAX ? packed->size : FILE_MAX;
			memcpy(packed->data, zip, packed->size);
			for (size_t n = inside ? 0 : random_below(8); n; n--)
				change(packed);
		}
		submission_tell(&t, base->parts ? packed->data : d->data, base->parts ? packed->size : d->size, "", "ko");
		check(&t, round);
		good += t.status == ST_OK;
		submission_told_free(&t);
	}
	/* Neither all broken nor all left alone. */
	assert_in_range(good, rounds / 10, rounds - rounds / 20);
	for (size_t i = 0; i < BASES; i++)
		free(bases[i].data);
	free(zip);
	free(packed);
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(changed_files)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
