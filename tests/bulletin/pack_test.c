/* Packs: what was put in is found, little else is, nothing official ever; the same bytes for the same rows. */
#include "bulletin/pack.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"

#define MANY ((size_t)100000)
#define ASKED ((size_t)200000)
#define OFFICIAL ((size_t)300)

struct rows {
	char (*names)[32];
	struct text *texts;
};

static struct rows rows_make(const char *kind, size_t count)
{
	struct rows rows = {malloc(count * sizeof *rows.names), malloc(count * sizeof *rows.texts)};

	assert_true(rows.names && rows.texts);
	for (size_t i = 0; i < count; i++) {
		int n = snprintf(rows.names[i], sizeof rows.names[i], "%s-%zu.example", kind, i);

		rows.texts[i] = (struct text){rows.names[i], (size_t)n};
	}
	return rows;
}

static void rows_free(struct rows *rows)
{
	free(rows->names);
	free(rows->texts);
}

static void made(const struct rows *listed, size_t count, const struct rows *never, size_t never_count, struct buffer *out, struct bulletin_pack *ret)
{
	buffer_init(out, BULLETIN_PACK_MAX);
	assert_ok(bulletin_pack_build(listed->texts, count, never ? never->texts : NULL, never_count, out, NULL));
	assert_ok(bulletin_pack_open(buffer_bytes(out), ret, NULL));
	assert_int_equal(ret->count, count);
}

/* What public promises say of it: at most 150 KB, at most 0.5 % found of what is not in it. */
static void a_hundred_thousand_are_small_and_found(void **state)
{
	struct rows listed = rows_make("url|scam", MANY), others = rows_make("url|shop", ASKED),
		    never = rows_make("url|ministry", OFFICIAL);
	struct bulletin_pack pack;
	struct buffer file;
	size_t hits = 0;

	(void)state;
	made(&listed, MANY, &never, OFFICIAL, &file, &pack);
	for (size_t i = 0; i < MANY; i++)
		assert_true(bulletin_pack_has(&pack, listed.texts[i]));
	for (size_t i = 0; i < ASKED; i++)
		hits += bulletin_pack_has(&pack, others.texts[i]);
	for (size_t i = 0; i < OFFICIAL; i++)
		assert_false(bulletin_pack_has(&pack, never.texts[i]));
	print_message("# %zu bytes, %zu false hits of %zu, the seed %u spares %zu official ones\n", file.len, hits, ASKED, pack.seed, OFFICIAL);
	assert_true(file.len <= 150000);
	assert_in_range(hits, ASKED / 512, ASKED / 200);
	buffer_release(&file);
	rows_free(&listed);
	rows_free(&others);
	rows_free(&never);
}

/* At every size on the way, whatever the order, and however often one is named. */
static void every_size_is_made_and_the_same_in_any_order(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 50000; count = count * 3 / 2 + 1) {
		struct rows listed = rows_make("wallet|btc:1", count);
		struct text *turned = malloc((count + 1) * sizeof *turned);
		struct bulletin_pack pack;
		struct buffer file, again;

		assert_non_null(turned);
		made(&listed, count, NULL, 0, &file, &pack);
		for (size_t i = 0; i < count; i++) {
			assert_true(bulletin_pack_has(&pack, listed.texts[i]));
			turned[i] = listed.texts[count - 1 - i];
		}
		turned[count] = listed.texts[0];
		buffer_init(&again, BULLETIN_PACK_MAX);
		assert_ok(bulletin_pack_build(turned, count + 1, NULL, 0, &again, NULL));
		assert_int_equal(again.len, file.len);
		assert_memory_equal(again.data, file.data, file.len);
		buffer_release(&file);
		buffer_release(&again);
		rows_free(&listed);
		free(turned);
	}
}

/* Numbers and accounts can be gone through one by one; whoever has the pack would have the list. */
static void what_could_be_gone_through_is_never_in_it(void **state)
{
	static const char *const kept_out[] = {"phone|85591234567", "phone|kh:117", "bank|kh:ABA:000123456", "handle|telegram:name", "url|facebook.com/somebody",
					       "handle-like|telegram:narne", "wallet-key|5aae", "receipt|1234567890123456", ""};
	struct text listed[sizeof kept_out / sizeof kept_out[0] + 1] = {TEXT("url|bad.example")};
	struct bulletin_pack pack;
	struct buffer file;

	(void)state;
	for (size_t i = 0; i < sizeof kept_out / sizeof kept_out[0]; i++)
		listed[i + 1] = text_of(kept_out[i]);
	buffer_init(&file, BULLETIN_PACK_MAX);
	assert_ok(bulletin_pack_build(listed, sizeof listed / sizeof listed[0], NULL, 0, &file, NULL));
	assert_ok(bulletin_pack_open(buffer_bytes(&file), &pack, NULL));
	assert_int_equal(pack.count, 1);
	assert_true(bulletin_pack_has(&pack, listed[0]));
	for (size_t i = 1; i < sizeof listed / sizeof listed[0]; i++)
		assert_false(bulletin_pack_has(&pack, listed[i]));
	buffer_release(&file);
}

static void an_empty_one_has_nothing(void **state)
{
	struct rows others = rows_make("url|shop", 2000);
	struct bulletin_pack pack;
	struct buffer file;

	(void)state;
	made(&others, 0, NULL, 0, &file, &pack);
	for (size_t i = 0; i < 2000; i++)
		assert_false(bulletin_pack_has(&pack, others.texts[i]));
	buffer_release(&file);
	rows_free(&others);
}

/* One seed in fifty spares a thousand of them. */
static void what_is_official_is_spared_by_trying(void **state)
{
	struct rows listed = rows_make("url|scam", 30), never = rows_make("url|ministry", 1000);
	struct bulletin_pack pack;
	struct buffer file;

	(void)state;
	made(&listed, 30, &never, 1000, &file, &pack);
	assert_in_range(pack.seed, 1, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_false(bulletin_pack_has(&pack, never.texts[i]));
	buffer_release(&file);
	rows_free(&listed);
	rows_free(&never);
}

static void what_is_listed_cannot_be_spared(void **state)
{
	const struct text row = TEXT("url|bad.example");
	struct buffer file;
	struct error error;

	(void)state;
	buffer_init(&file, BULLETIN_PACK_MAX);
	buffer_add(&file, "before", 6);
	assert_int_equal(bulletin_pack_build(&row, 1, &row, 1, &file, &error), ST_LIMIT);
	assert_text(buffer_text(&file), "before");
	buffer_release(&file);
}

static void a_damaged_one_is_refused(void **state)
{
	static const struct { size_t at; uint8_t value; } changes[] = {{0, 'X'}, {8, 2}, {9, 2}, {9, 19}, {9, 5}, {11, 1}, {16, 0}, {16, 2}, {19, 0xff}};
	struct rows listed = rows_make("url|bad", 20);
	struct bulletin_pack pack;
	struct buffer file;

	(void)state;
	made(&listed, 20, NULL, 0, &file, &pack);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		uint8_t was = file.data[changes[i].at];

		assert_int_not_equal(was, changes[i].value);
		file.data[changes[i].at] = changes[i].value;
		assert_int_equal(bulletin_pack_open(buffer_bytes(&file), &pack, NULL), ST_MALFORMED);
		file.data[changes[i].at] = was;
	}
	for (size_t len = 0; len < file.len; len++)
		assert_int_equal(bulletin_pack_open((struct bytes){file.data, len}, &pack, NULL), ST_MALFORMED);
	buffer_release(&file);
	rows_free(&listed);
}

/* The file of tests/bulletin/pack.tsv, which a browser reads too (tests/browser/oprf.mjs), and what is found in it. */
static void vectors_hold(void **state)
{
	const char *source = getenv("CORDON_SOURCE");
	char path[1024], line[4096];
	uint8_t bytes[2048];
	struct bulletin_pack pack = {.count = 0};
	struct text listed[64];
	char kept[64][64];
	size_t rows = 0, count = 0, len = 0;
	struct buffer again;
	FILE *in;

	(void)state;
	snprintf(path, sizeof path, "%s/tests/bulletin/pack.tsv", source ? source : ".");
	in = fopen(path, "r");
	assert_non_null(in);
	while (fgets(line, sizeof line, in)) {
		struct text rest = text_trim(text_of(line)), x, found;

		if (rest.len == 0 || rest.data[0] == '#')
			continue;
		assert_true(text_split(&rest, '\t', &x) && text_split(&rest, '\t', &found));
		if (text_equal(x, TEXT("file"))) {
			assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, found.data, found.len, NULL, &len, NULL), 0);
			assert_ok(bulletin_pack_open((struct bytes){bytes, len}, &pack, NULL));
			continue;
		}
		assert_int_equal(bulletin_pack_has(&pack, x), !text_equal(found, TEXT("no")));
		rows++;
		if (text_equal(found, TEXT("listed"))) {
			assert_true(count < 64 && x.len < sizeof kept[0]);
			memcpy(kept[count], x.data, x.len);
			listed[count] = (struct text){kept[count], x.len};
			count++;
		}
	}
	fclose(in);
	assert_true(rows > count && count > 0);
	buffer_init(&again, BULLETIN_PACK_MAX);
	assert_ok(bulletin_pack_build(listed, count, NULL, 0, &again, NULL));
	assert_int_equal(again.len, len);
	assert_memory_equal(again.data, bytes, len);
	buffer_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_thousand_are_small_and_found),
		cmocka_unit_test(every_size_is_made_and_the_same_in_any_order),
		cmocka_unit_test(what_could_be_gone_through_is_never_in_it),
		cmocka_unit_test(an_empty_one_has_nothing),
		cmocka_unit_test(what_is_official_is_spared_by_trying),
		cmocka_unit_test(what_is_listed_cannot_be_spared),
		cmocka_unit_test(a_damaged_one_is_refused),
		cmocka_unit_test(vectors_hold),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
