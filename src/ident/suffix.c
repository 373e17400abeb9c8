#include "ident/suffix.h"

#include "suffixes.inc"

/* Bytes at the end of `below` (what stands before the top-level domain) that the rule covers; 0 where it does not fit. */
static size_t rule_len(struct text rule, struct text below)
{
	bool any = rule.data[0] == '*';
	struct text fixed = any ? (struct text){rule.data + 1, rule.len - 1} : rule;
	size_t from;

	if (below.len < fixed.len || memcmp(below.data + below.len - fixed.len, fixed.data, fixed.len) != 0)
		return 0;
	from = below.len - fixed.len;
	if (!any)
		return from == 0 || below.data[from - 1] == '.' ? fixed.len : 0;
	while (from && below.data[from - 1] != '.')
		from--;
	return below.len - from > fixed.len ? below.len - from : 0;
}

/* The longest rule that fits, or the exception to it. true: an exception, which no rule overrules. */
static bool rules_apply(struct text rules, struct text below, size_t *longest)
{
	struct text rule;

	while (text_split(&rules, ' ', &rule)) {
		bool except = rule.data[0] == '!';
		size_t len = rule_len(except ? (struct text){rule.data + 1, rule.len - 1} : rule, below);

		if (len && except) {
			struct text covered = {below.data + below.len - len, len};
			size_t dot = text_find(covered, '.', 0);

			*longest = dot < len ? len - dot - 1 : 0;
			return true;
		}
		*longest = len > *longest ? len : *longest;
	}
	return false;
}

struct text suffix_registrable(struct text host)
{
	size_t top = host.len, suffix = 0, from;

	while (top && host.data[top - 1] != '.')
		top--;
	if (top == 0)
		return host;
	for (size_t i = 0; i < SUFFIXES_COUNT; i++)
		if (text_equal(suffixes_rows[i].top, (struct text){host.data + top, host.len - top}) &&
		    rules_apply(suffixes_rows[i].rules, (struct text){host.data, top - 1}, &suffix))
			break;
	from = top - 1 - suffix;
	if (from && suffix)
		from--;
	while (from && host.data[from - 1] != '.')
		from--;
	return (struct text){host.data + from, host.len - from};
}

bool suffix_is_known(struct text top)
{
	struct text rest, known;

	for (size_t i = 0; i < SUFFIXES_COUNT; i++) {
		if (!text_equal(suffixes_rows[i].top, TEXT(".")))
			continue;
		rest = suffixes_rows[i].rules;
		while (text_split(&rest, ' ', &known))
			if (text_equal(known, top))
				return true;
	}
	return false;
}
