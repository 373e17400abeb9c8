/* Parts found again in the name they came from, whatever its script; and names of any bytes and length survive. */
#include "lib/test.h"
#include "page/marks.h"

struct row {
	const char *name, *parts[5], *expected;
};

static const struct row rows[] = {
	{"KIM MIN SOO", {"kim", "min", "soo"}, "<bdi>[KIM] [MIN] [SOO]</bdi>"},
	{"김민수", {"김", "민수"}, "<bdi lang=\"ko\">[김][민수]</bdi>"},
	{"Gim Min-su", {"gim", "min su"}, "<bdi>[Gim] [Min-su]</bdi>"},
	{"ឈឹមវិចិត្រ", {"ឈឹម", "វិចិត្រ"}, "<bdi lang=\"km\">[ឈឹម][វិចិត្រ]</bdi>"},
	{"Ким Мин Су", {"мин", "су", "ким"}, "<bdi lang=\"ru\">[Ким] [Мин] [Су]</bdi>"},
	/* whole words before pieces of words */
	{"TRAN VAN AN", {"an"}, "<bdi>TRAN VAN [AN]</bdi>"},
	{"LI LI", {"li", "li", "li"}, "<bdi>[LI] [LI]</bdi>"},
	{"<b>&\"KIM", {"kim"}, "<bdi>&lt;b&gt;&amp;&quot;[KIM]</bdi>"},
	{"KIM", {"park", ""}, "<bdi>KIM</bdi>"},
	{"", {"kim"}, "<bdi></bdi>"},
	{"José", {"josé"}, "<bdi>[José]</bdi>"},
};

static void parts_are_marked(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct marked_name m;
		struct arena arena;
		struct buffer out, plain;
		struct html html = {&out, 0, NULL};
		struct text rest;

		arena_init(&arena, 1 << 20);
		buffer_init(&out, 1 << 16);
		buffer_init(&plain, 1 << 16);
		marks_begin(&m, text_of(rows[i].name), &arena);
		for (size_t k = 0; k < 5 && rows[i].parts[k]; k++)
			(void)marks_add(&m, text_of(rows[i].parts[k]), "same");
		html_marked(&html, &m);
		rest = buffer_text(&out);
		for (size_t at = 0; at < rest.len;) {
			struct text here = {rest.data + at, rest.len - at};

			if (text_starts(here, TEXT("<mark class=\"same\">"))) {
				buffer_add_char(&plain, '[');
				at += strlen("<mark class=\"same\">");
			} else if (text_starts(here, TEXT("</mark>"))) {
				buffer_add_char(&plain, ']');
				at += strlen("</mark>");
			} else {
				buffer_add_char(&plain, rest.data[at++]);
			}
		}
		buffer_add_char(&plain, '\0');
		assert_string_equal(buffer_text(&plain).data, rows[i].expected);
		buffer_release(&out);
		buffer_release(&plain);
		arena_release(&arena);
	}
}

/* The letter that folds to most, at every length up to and past the bound. */
static void long_names_stay_whole(void **state)
{
	char name[MARKS_NAME_MAX + 8];

	(void)state;
	for (size_t len = 3; len + 3 <= sizeof name; len += 3) {
		struct marked_name m;
		struct arena arena;
		struct buffer out;
		struct html html = {&out, 0, NULL};

		for (size_t i = 0; i < len; i += 3)
			memcpy(name + i, "\xEF\xB7\xBA", 3);
		arena_init(&arena, 1 << 22);
		buffer_init(&out, 1 << 16);
		marks_begin(&m, (struct text){name, len}, &arena);
		assert_true((m.folded.len > 0) == (len <= MARKS_NAME_MAX));
		(void)marks_add(&m, TEXT("صلى"), "same");
		html_marked(&html, &m);
		assert_true(text_has(buffer_text(&out), (struct text){name, len < 6 ? len : 3}));
		buffer_release(&out);
		arena_release(&arena);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_marked),
		cmocka_unit_test(long_names_stay_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
