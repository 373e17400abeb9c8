/* Birth dates as nine published lists word them, against another program's reading of the same lists. */
#include "ident/date.h"

#include "lib/real.h"

static bool among(json_t *dob, const char *from)
{
	json_t *one;
	size_t i;

	json_array_foreach(dob, i, one) {
		const char *s = json_is_string(one) ? json_string_value(one) : real_string(one, "from");

		if (strcmp(s, from) == 0)
			return true;
	}
	return false;
}

static void wordings_are_read_as_another_program_reads_them(void **state)
{
	FILE *f = real_find("real_lists/persons.jsonl");
	size_t worded = 0, read = 0, compared = 0, same = 0;
	json_t *row;

	(void)state;
	assert_non_null(f);
	for (; (row = real_next(f)) != NULL; json_decref(row)) {
		json_t *raw = json_object_get(row, "dob_raw"), *dob = json_object_get(row, "dob");
		size_t count = json_is_array(raw) ? json_array_size(raw) : json_is_string(raw);

		for (size_t i = 0; i < count; i++) {
			const char *wording = json_string_value(json_is_array(raw) ? json_array_get(raw, i) : raw);
			struct published_date d[DATES_MAX];
			size_t n = date_read_all(text_of(wording), d);

			worded++;
			read += n > 0;
			if (n == 0 || json_array_size(dob) == 0)
				continue;
			compared++;
			same += among(dob, d[0].from);
			if (!among(dob, d[0].from))
				print_message("# %s is read as %s\n", wording, d[0].from);
		}
	}
	fclose(f);
	print_message("# %zu wordings, %zu read; of %zu read by both %zu agree\n", worded, read, compared, same);
	assert_true(worded > 1000);
	assert_true(read * 1000 >= worded * 995);
	assert_true(same * 1000 >= compared * 998);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wordings_are_read_as_another_program_reads_them),
	};

	if (real_missing("real_lists/persons.jsonl"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
