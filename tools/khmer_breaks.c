/* Puts line breaks into the Khmer of a message file, at build time: U+200B between words, as ICU's dictionary and our own list have them,
 * never within a cluster; U+2060 between the clusters of our words, for a browser has a dictionary of its own. Where somebody has typed a U+200B the stretch
 * between two spaces is left as it was typed.
 *
 * usage: khmer_breaks WORDS.tsv IN.json OUT.json
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/ustring.h>

#define WORDS_MAX 1024
#define TEXT_MAX 16384
#define ZWSP 0x200b
#define JOINER 0x2060

struct word {
	UChar text[64];
	int32_t len;
};

static struct word words[WORDS_MAX];
static size_t word_count;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "khmer_breaks: %s: %s\n", what, why);
	exit(1);
}

static void words_read(const char *path)
{
	FILE *in = fopen(path, "r");
	char line[1024];

	if (in == NULL)
		fail(path, "cannot be read");
	while (fgets(line, sizeof line, in)) {
		UErrorCode code = U_ZERO_ERROR;
		struct word *w = &words[word_count];

		line[strcspn(line, "\t\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0' || strcmp(line, "word") == 0)
			continue;
		u_strFromUTF8(w->text, 64, &w->len, line, -1, &code);
		if (U_FAILURE(code) || ++word_count == WORDS_MAX)
			fail(path, "a word is too long, or there are too many");
	}
	fclose(in);
}

static bool khmer(UChar c)
{
	return c >= 0x1780 && c <= 0x17dd;
}

/* Whether a line may not break before t[i]: one cluster goes on there (signs, what a coeng joins), or a sentence ends. */
static bool joined(const UChar *t, int32_t i)
{
	int8_t type = u_charType(t[i]);

	return (t[i] >= 0x17d4 && t[i] <= 0x17da) || type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || (i > 0 && t[i - 1] == 0x17d2);
}

/* The longest of our words that begins at t[i] of a stretch that ends at `end`. */
static int32_t word_at(const UChar *t, int32_t i, int32_t end)
{
	int32_t longest = 0;

	for (size_t w = 0; w < word_count; w++)
		if (words[w].len <= end - i && words[w].len > longest && u_memcmp(t + i, words[w].text, words[w].len) == 0 &&
		    (i + words[w].len == end || !joined(t, i + words[w].len)))
			longest = words[w].len;
	return longest;
}

/* One stretch without spaces: marks[i] is what comes before t[i]. */
static void stretch_mark(UBreakIterator *breaks, const UChar *t, int32_t from, int32_t end, UChar *marks)
{
	UErrorCode code = U_ZERO_ERROR;

	ubrk_setText(breaks, t + from, end - from, &code);
	if (U_FAILURE(code))
		fail("ICU", u_errorName(code));
	for (int32_t at = ubrk_first(breaks); at != UBRK_DONE; at = ubrk_next(breaks)) {
		int32_t i = from + at;

		if (i > from && i < end && khmer(t[i]) && khmer(t[i - 1]) && !joined(t, i))
			marks[i] = ZWSP;
	}
	for (int32_t i = from; i < end;) {
		int32_t len = word_at(t, i, end);

		if (len == 0) {
			i++;
			continue;
		}
		/* Whatever dictionary a browser has. */
		for (int32_t k = i + 1; k < i + len; k++)
			marks[k] = joined(t, k) ? 0 : JOINER;
		if (i > from && khmer(t[i - 1]))
			marks[i] = ZWSP;
		if (i + len < end && khmer(t[i + len]))
			marks[i + len] = ZWSP;
		i += len;
	}
}

static json_t *broken(UBreakIterator *breaks, const char *text)
{
	static UChar in[TEXT_MAX], marks[TEXT_MAX], out[2 * TEXT_MAX];
	static char utf8[6 * TEXT_MAX];
	UErrorCode code = U_ZERO_ERROR;
	int32_t len, made = 0;

	u_strFromUTF8(in, TEXT_MAX, &len, text, -1, &code);
	if (U_FAILURE(code))
		fail(text, u_errorName(code));
	memset(marks, 0, sizeof marks);
	for (int32_t from = 0, end; from < len; from = end + 1) {
		bool typed = false;

		for (end = from; end < len && in[end] != ' ' && in[end] != '\n'; end++)
			typed = typed || in[end] == ZWSP;
		if (!typed)
			stretch_mark(breaks, in, from, end, marks);
	}
	for (int32_t i = 0; i < len; i++) {
		if (marks[i])
			out[made++] = marks[i];
		out[made++] = in[i];
	}
	u_strToUTF8(utf8, sizeof utf8, NULL, out, made, &code);
	if (U_FAILURE(code))
		fail(text, u_errorName(code));
	return json_string(utf8);
}

int main(int argc, char **argv)
{
	UErrorCode code = U_ZERO_ERROR;
	UBreakIterator *breaks = ubrk_open(UBRK_WORD, "km", NULL, 0, &code);
	json_error_t why;
	json_t *messages, *out = json_object(), *value;
	const char *key;

	if (argc != 4 || U_FAILURE(code))
		fail("usage", "khmer_breaks WORDS.tsv IN.json OUT.json");
	words_read(argv[1]);
	messages = json_load_file(argv[2], 0, &why);
	if (messages == NULL)
		fail(argv[2], why.text);
	json_object_foreach(messages, key, value)
		json_object_set_new(out, key, broken(breaks, json_string_value(value)));
	if (json_dump_file(out, argv[3], JSON_INDENT(1)) != 0)
		fail(argv[3], "cannot be written");
	json_decref(messages);
	json_decref(out);
	ubrk_close(breaks);
	return 0;
}
