#include "api/text_query.h"

#include "base/buffer.h"
#include "lib/test.h"

/* (and a (or b c)), field:word, word~2, word* as "word wild". */
static void write_clause(const struct clause *c, struct buffer *out)
{
	static const char *const names[] = {"all", "none", "", "phrase ", "exact ", "range ", "exists", "and", "or", "not"};

	if (c->field.len)
		buffer_printf(out, "%.*s:", TEXT_ARG(c->field));
	if (c->kind >= CLAUSE_AND) {
		buffer_printf(out, "(%s", names[c->kind]);
		for (const struct clause *k = c->first; k; k = k->next) {
			buffer_add_char(out, ' ');
			write_clause(k, out);
		}
		buffer_add_char(out, ')');
		return;
	}
	buffer_printf(out, "%s%.*s", names[c->kind], TEXT_ARG(c->text));
	if (c->kind == CLAUSE_RANGE)
		buffer_printf(out, "%s..%s%.*s", c->above ? "<" : "", c->below ? "<" : "", TEXT_ARG(c->upper));
	if (c->edits)
		buffer_printf(out, "~%u", c->edits);
	if (c->wild)
		buffer_printf(out, " wild");
}

static void queries_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		bool simple, fuzzy;
		const char *expected;
	} rows[] = {
		{"", false, false, "all"},
		{"a b", false, false, "(and a b)"},
		{"a b OR c", false, false, "(or (and a b) c)"},
		{"a OR b AND c", false, false, "(or a (and b c))"},
		{"a AND (b || c) && !d", false, false, "(and a (or b c) (not d))"},
		{"+a -b NOT c", false, false, "(and a (not b) (not c))"},
		{"ORB ANDY", false, false, "(and ORB ANDY)"},
		{"\"a \\\" b\"~3 c^2.5", false, false, "(and phrase a \" b c)"},
		{"x:a y:(b c) d", false, false, "(and x:a y:(and y:b y:c) d)"},
		{"x:* * *:*", false, false, "(and x:exists all all)"},
		{"_exists_:x", false, false, "x:exists"},
		{"x:[1 TO 2} y:{* TO \"a b\"] z:>=3 z:<4", false, false,
		 "(and x:range 1..<2 y:range <..a b z:range 3.. z:range ..<4)"},
		{"a* ?b a\\*", false, false, "(and a* wild ?b wild a*)"},
		{"abcdef~ abc~ ab~ x~2 x~9", false, true, "(and abcdef~2 abc~1 ab x~2 x~2)"},
		{"abcdef~", false, false, "abcdef"},
		{"al-qaida a-b", false, false, "(and al-qaida a-b)"},
		{"a|b c", true, false, "(or a (and b c))"},
		{"x:a / [b", true, false, "(and x:a / [b)"},
		{"a \"b c\" -d (e", true, false, "a \"b c\" -d (e"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_options options = {rows[i].simple, rows[i].fuzzy};
		struct clause *clause;
		struct arena arena;
		struct buffer out;
		struct error e;

		arena_init(&arena, 1 << 20);
		buffer_init(&out, 1 << 20);
		if (text_query_read(text_of(rows[i].text), &options, &arena, &clause, &e) != ST_OK)
			fail_msg("%s: %s", rows[i].text, e.message);
		write_clause(clause, &out);
		assert_text(buffer_text(&out), rows[i].expected);
		buffer_release(&out);
		arena_release(&arena);
	}
}

static void faults_say_where(void **state)
{
	static const struct {
		const char *text;
		int64_t position;
	} rows[] = {{"a/b", 1}, {"(a", 2}, {"a)", 1}, {"\"a", 2}, {"a AND", 5}, {"a^", 2}, {"x:[1 2]", 5}, {"x:[ TO 2]", 7}, {"x:", 2}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct query_options options = {false, false};
		struct clause *clause;
		struct arena arena;
		struct error e = {.position = -1};

		arena_init(&arena, 1 << 20);
		assert_int_equal(text_query_read(text_of(rows[i].text), &options, &arena, &clause, &e), ST_MALFORMED);
		if (e.position != rows[i].position)
			fail_msg("%s: at %lld: %s", rows[i].text, (long long)e.position, e.message);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(queries_are_taken_apart), cmocka_unit_test(faults_say_where)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
