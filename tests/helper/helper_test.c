/* Programs in processes of their own: what they are given, how they end, and how they are ended. */
#include "lib/test.h"

#include <unistd.h>

#include "helper/helper.h"

struct row {
	const char *script;
	const char *input;
	enum helper_end end;
	const char *out, *said;
};

static const struct row rows[] = {
	{"cat", "a picture", HELPER_DONE, "a picture", ""},
	{"cat", "", HELPER_DONE, "", ""},
	{"echo $0 $WORD $HOME; echo a line >&2", "", HELPER_DONE, "name word\n", "a line\n"},
	{"echo half; exit 3", "", HELPER_FAILED, "half\n", ""},
	{"echo half; kill -SEGV $$", "", HELPER_KILLED, "half\n", ""},
	{"ls /proc/self/fd | tr '\\n' ' '", "", HELPER_DONE, "0 1 2 3 ", ""}, /* 3: of ls itself */
	{"echo begun; sleep 100", "", HELPER_KILLED, "begun\n", ""},
};

static void each_ends_as_it_should(void **state)
{
	struct buffer out, said;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct helper helper = {.program = "/bin/sh", .arguments = {"-c", rows[i].script, "name"}, .environment = {"WORD=word", "PATH=/usr/bin:/bin"},
					      .input = text_bytes(text_of(rows[i].input)), .wait_ms = i == 6 ? 300 : 60000};
		enum helper_end end;

		buffer_init(&out, 1000);
		buffer_init(&said, 1000);
		end = helper_run(&helper, &out, &said);
		if (end != rows[i].end || !text_equal(buffer_text(&out), text_of(rows[i].out)) || !text_equal(buffer_text(&said), text_of(rows[i].said)))
			fail_msg("%s: end %d, \"%.*s\", \"%.*s\"", rows[i].script, end, TEXT_ARG(buffer_text(&out)), TEXT_ARG(buffer_text(&said)));
		buffer_release(&out);
		buffer_release(&said);
	}
}

static bool at_once(void *context)
{
	*(bool *)context = true;
	return true;
}

static void who_says_too_much_or_is_stopped_is_ended(void **state)
{
	bool asked = false;
	struct helper helper = {.program = "/bin/sh", .arguments = {"-c", "while :; do echo more and more; done"}, .wait_ms = 60000};
	struct buffer out;

	(void)state;
	buffer_init(&out, 100000);
	assert_int_equal(helper_run(&helper, &out, NULL), HELPER_KILLED);
	buffer_release(&out);
	helper.arguments[1] = "sleep 100";
	helper.stopping = at_once;
	helper.context = &asked;
	assert_int_equal(helper_run(&helper, &out, NULL), HELPER_KILLED);
	assert_true(asked);
	helper.program = "/nowhere/at-all";
	assert_int_equal(helper_run(&helper, &out, NULL), HELPER_NOT_STARTED);
	buffer_release(&out);
}

static void a_large_input_comes_whole(void **state)
{
	const size_t size = (size_t)20 << 20;
	uint8_t *input = calloc(1, size);
	const struct helper helper = {.program = "/bin/sh", .arguments = {"-c", "wc -c"}, .environment = {"PATH=/usr/bin:/bin"}, .input = {input, size}, .wait_ms = 60000};
	struct buffer out;

	(void)state;
	assert_non_null(input);
	buffer_init(&out, 100);
	assert_int_equal(helper_run(&helper, &out, NULL), HELPER_DONE);
	assert_true(text_equal(buffer_text(&out), TEXT("20971520\n")));
	buffer_release(&out);
	free(input);
}

static void it_is_looked_for_beside_this_program(void **state)
{
	char path[HELPER_PATH];

	(void)state;
	assert_true(helper_find("test_helper_helper_test", path));
	assert_int_equal(access(path, X_OK), 0);
	assert_false(helper_find("no-such-program", path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_ends_as_it_should),
		cmocka_unit_test(who_says_too_much_or_is_stopped_is_ended),
		cmocka_unit_test(a_large_input_comes_whole),
		cmocka_unit_test(it_is_looked_for_beside_this_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
