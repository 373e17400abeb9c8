/* A bucket hides a question among at least a thousand numbers of its own country, for each country of data/ident/mobile_ranges.tsv.
 *
 * Singapore's numbers, the fewest, are all counted. Of the others some millions are taken at even distances: their emptiest bucket, times
 * the numbers that each stands for, is less than the emptiest of all, for chance takes from the emptiest of a sample. */
#include "bulletin/table.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"

#define NUMBERS_MIN 1000u
#define COUNTRIES 12u
#define RANGES_MAX 256u
#define WHOLE_MAX 20000000u
#define FEW 100000000u /* below, the sample is the larger one */
#define SAMPLE 2000000u
#define SAMPLE_OF_FEW 4000000u

/* Numbers that begin with one of first..last and go on to `digits` in all. */
struct range {
	uint64_t first, last, each; /* each: numbers behind one beginning */
};

struct country {
	char name[8], code[8];
	struct range ranges[RANGES_MAX];
	size_t count;
	uint64_t total;
};

static uint64_t number(struct text t)
{
	uint64_t v;

	assert_ok(text_to_uint(t, UINT64_MAX / 16, &v));
	return v;
}

static void range_add(struct country *c, struct text from, struct text to, uint64_t digits)
{
	struct range r = {number(from), number(to.len ? to : from), 1};

	assert_true(c->count < RANGES_MAX && digits >= from.len && r.first <= r.last && from.data[0] != '0');
	for (uint64_t i = from.len; i < digits; i++)
		r.each *= 10;
	c->total += (r.last - r.first + 1) * r.each;
	c->ranges[c->count++] = r;
}

/* "FROM[-TO]:DIGITS[-DIGITS]" */
static void range_read(struct country *c, struct text item)
{
	struct text lengths = item, beginnings, from, least;
	uint64_t most;

	assert_true(text_split(&lengths, ':', &beginnings) && lengths.len);
	assert_true(text_split(&beginnings, '-', &from));
	assert_true(text_split(&lengths, '-', &least));
	most = number(lengths.len ? lengths : least);
	for (uint64_t digits = number(least); digits <= most; digits++)
		range_add(c, from, beginnings, digits);
}

static void country_read(struct text line, struct country *c)
{
	struct text name, code, numbers, item;

	memset(c, 0, sizeof *c);
	assert_true(text_split(&line, '\t', &name) && text_split(&line, '\t', &code) && text_split(&line, '\t', &numbers));
	snprintf(c->name, sizeof c->name, "%.*s", TEXT_ARG(name));
	snprintf(c->code, sizeof c->code, "%.*s", TEXT_ARG(code));
	while (numbers.len && text_split(&numbers, ',', &item))
		range_read(c, item);
}

/* The country's number at `index` of all. */
static uint64_t number_at(const struct country *c, uint64_t index)
{
	size_t i = 0;

	while (index >= (c->ranges[i].last - c->ranges[i].first + 1) * c->ranges[i].each) {
		index -= (c->ranges[i].last - c->ranges[i].first + 1) * c->ranges[i].each;
		i++;
	}
	return c->ranges[i].first * c->ranges[i].each + index;
}

/* The least that any bucket holds of the country's numbers. */
static uint64_t emptiest(const struct country *c)
{
	static const uint64_t buckets = BULLETIN_BUCKETS;
	uint32_t *counts = calloc(BULLETIN_BUCKETS, sizeof *counts), least = UINT32_MAX;
	uint64_t taken = c->total <= WHOLE_MAX ? c->total : c->total < FEW ? SAMPLE_OF_FEW : SAMPLE;

	assert_non_null(counts);
	assert_true(c->total / buckets >= NUMBERS_MIN);
	for (uint64_t i = 0; i < taken; i++) {
		char x[64];
		int n = snprintf(x, sizeof x, "phone|%s%llu", c->code, (unsigned long long)number_at(c, c->total / taken * i));

		counts[bulletin_bucket((struct text){x, (size_t)n})]++;
	}
	for (size_t i = 0; i < BULLETIN_BUCKETS; i++)
		least = counts[i] < least ? counts[i] : least;
	free(counts);
	return least * (c->total / taken);
}

static void a_thousand_of_each_country(void **state)
{
	char path[1024], line[4096];
	const char *source = getenv("CORDON_SOURCE");
	size_t countries = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "%s/data/ident/mobile_ranges.tsv", source ? source : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		struct country country;
		uint64_t least;

		if (line[0] == '#' || strncmp(line, "country", 7) == 0)
			continue;
		country_read((struct text){line, strcspn(line, "\n")}, &country);
		least = emptiest(&country);
		printf("# %s: %llu numbers, %llu in a bucket, at least %llu in each\n", country.name, (unsigned long long)country.total,
		       (unsigned long long)(country.total / BULLETIN_BUCKETS), (unsigned long long)least);
		if (least < NUMBERS_MIN)
			fail_msg("%s: a bucket has only %llu numbers", country.name, (unsigned long long)least);
		countries++;
	}
	(void)fclose(file);
	assert_int_equal(countries, COUNTRIES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_thousand_of_each_country)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
