/* Specimens from other people's test suites, and zones made for real names. */
#include "ident/mrz.h"

#include "lib/real.h"

static void zone_of(json_t *row, char zone[140])
{
	json_t *lines = json_object_get(row, "lines");
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(lines); i++)
		n += (size_t)snprintf(zone + n, 140 - n, "%s\n", json_string_value(json_array_get(lines, i)));
}

/* Letters and digits of both, spaces and fillers apart. */
static bool same_words(const char *a, const char *b)
{
	do {
		while (*a == ' ' || *a == '<')
			a++;
		while (*b == ' ' || *b == '<')
			b++;
	} while (*a && *a++ == *b++);
	return *a == *b;
}

/* What another program found wrong with fields that we check too. */
static bool other_program_objects(json_t *row)
{
	json_t *invalid = json_object_get(row, "invalid_fields"), *one;
	size_t i;

	json_array_foreach(invalid, i, one) {
		const char *s = json_string_value(one);

		/* It does not know specimen states, and has no rules of its own for visas. */
		if (strstr(s, "CheckDigit") || strstr(s, "Date") || strstr(s, "Name"))
			return true;
	}
	return false;
}

static void specimens_are_read_as_others_read_them(void **state)
{
	FILE *f = real_open("documents/mrz_samples.jsonl");
	size_t rows = 0, read = 0, agreed = 0;
	json_t *row;

	(void)state;
	for (; (row = real_next(f)) != NULL; json_decref(row)) {
		json_t *fields = json_object_get(row, "fields");
		char zone[140];
		struct mrz m;
		struct error e;

		rows++;
		zone_of(row, zone);
		if (mrz_parse(text_of(zone), 2026, &m, &e) != ST_OK) {
			/* Refused only where the other program objects too. */
			if (!other_program_objects(row))
				fail_msg("%s: %s at %d", zone, e.message, (int)e.position);
			continue;
		}
		read++;
		if (m.kind == MRZ_MRV_A || m.kind == MRZ_MRV_B || other_program_objects(row))
			continue;
		if (mrz_bad_field(&m))
			fail_msg("%s: %s", zone, mrz_bad_field(&m));
		if (m.family[0] && m.given[0] &&
		    (!same_words(m.family, real_string(fields, "lastName")) ||
		     !same_words(m.given, real_string(fields, "firstName"))))
			fail_msg("%s: %s / %s", zone, m.family, m.given);
		if (m.kind != MRZ_FRENCH_ID && !same_words(m.number, real_string(fields, "documentNumber")))
			fail_msg("%s: %s", zone, m.number);
		agreed++;
	}
	fclose(f);
	assert_int_equal(rows, 58);
	assert_in_range(agreed, 30, rows);
	print_message("# %zu of %zu read, %zu compared in full\n", read, rows, agreed);
}

/* Whether the name of the source is plain Latin and short enough to stand in the zone whole; then *same counts those
 * that come out with all their letters, family name first or last. */
static bool read_back(const char *name, const struct mrz *m, size_t *same)
{
	char upper[2 * MRZ_NAME_MAX + 2], first[2 * MRZ_NAME_MAX + 2], last[2 * MRZ_NAME_MAX + 2];
	size_t n = 0;

	for (; *name; name++) {
		if (*name == ' ' || *name == '-')
			continue;
		if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')) || n + 1 == sizeof upper)
			return false;
		upper[n++] = (char)(*name & ~0x20);
	}
	upper[n] = '\0';
	if (m->truncated)
		return false;
	snprintf(first, sizeof first, "%s %s", m->family, m->given);
	snprintf(last, sizeof last, "%s %s", m->given, m->family);
	*same += same_words(first, upper) || same_words(last, upper);
	if (!same_words(first, upper) && !same_words(last, upper))
		print_message("# %s is read as %s\n", upper, first);
	return true;
}

static void zones_of_real_names_keep_them(void **state)
{
	FILE *f = real_open("documents/mrz_td3_derived_from_clusters.jsonl");
	size_t rows = 0, plain = 0, same = 0;
	json_t *row;

	(void)state;
	for (; (row = real_next(f)) != NULL; json_decref(row)) {
		char zone[140];
		const char *country = real_string(row, "country");
		struct mrz m;
		struct error e;
		struct entity entity;
		struct arena arena;

		rows++;
		zone_of(row, zone);
		if (mrz_parse(text_of(zone), 2026, &m, &e) != ST_OK)
			fail_msg("%s: %s at %d", zone, e.message, (int)e.position);
		assert_null(mrz_bad_field(&m));
		assert_false(m.repaired);
		plain += read_back(real_string(row, "latin_used"), &m, &same);
		arena_init(&arena, 1 << 20);
		assert_ok(mrz_to_entity(&m, &arena, &entity));
		/* Passports of Hong Kong and Macao say CHN. */
		country = strcmp(country, "hk") == 0 || strcmp(country, "mo") == 0 ? "cn" : country;
		assert_text(entity_first(&entity, "nationality"), country);
		assert_text(entity_first(&entity, "x-issuer"), country);
		arena_release(&arena);
	}
	fclose(f);
	assert_in_range(rows, 200, 600);
	assert_in_range(plain, rows / 2, rows);
	/* All but a few that the source itself writes as two names in one. */
	assert_in_range(same * 100, plain * 98, plain * 100);
	print_message("# %zu zones, %zu plain names, %zu come out whole\n", rows, plain, same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(specimens_are_read_as_others_read_them),
		cmocka_unit_test(zones_of_real_names_keep_them),
	};

	if (real_missing("documents/mrz_samples.jsonl"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
