#include "exchange/submission_table.h"

#include "submission_columns.inc"
#include "submission_words.inc"

const struct submission_heading *submission_heading(enum submission_column column)
{
	return (size_t)column < SUBMISSION_COLUMNS_COUNT ? &submission_columns_rows[column] : NULL;
}

static struct text first_of(struct text list)
{
	return (struct text){list.data, text_find(list, '|', 0)};
}

static struct text in_language(const struct text words[4], struct text language)
{
	static const char codes[4][3] = {"en", "km", "ko", "zh"};

	for (size_t i = 0; i < 4; i++)
		if (text_equal(language, text_of(codes[i])) && !text_equal(words[i], TEXT("-")))
			return first_of(words[i]);
	return first_of(words[0]);
}

struct text submission_heading_text(enum submission_column column, struct text language)
{
	const struct submission_heading *h = submission_heading(column);

	return h ? in_language((struct text[]){h->en, h->km, h->ko, h->zh}, language) : TEXT_NONE;
}

/* Letters and digits of ASCII in lower case, everything above ASCII as it is: "Passport no.*" is passportno. */
static size_t squeeze(struct text t, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < t.len && n < room; i++) {
		char c = t.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if ((unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
	}
	return n;
}

#define WORD_MAX 200u

/* Whether one of the words of a list, divided by '|', is the squeezed one. */
static bool is_listed(struct text list, struct text squeezed)
{
	char room[WORD_MAX];
	struct text rest = list, one;

	while (list.len && text_split(&rest, '|', &one))
		if (text_equal((struct text){room, squeeze(one, room, sizeof room)}, squeezed))
			return true;
	return false;
}

static enum submission_column column_squeezed(struct text squeezed)
{
	for (int i = 0; squeezed.len && i < SUBMISSION_COLUMNS_COUNT; i++) {
		const struct submission_heading *h = &submission_columns_rows[i];

		if (is_listed(h->name, squeezed) || is_listed(h->en, squeezed) || is_listed(h->km, squeezed) ||
		    is_listed(h->ko, squeezed) || is_listed(h->zh, squeezed) ||
		    (!text_equal(h->property, TEXT("-")) && is_listed(h->property, squeezed)))
			return (enum submission_column)i;
	}
	return SUBMISSION_COLUMNS;
}

enum submission_column submission_column_of(struct text heading)
{
	char room[WORD_MAX];
	struct text squeezed = {room, 0};
	enum submission_column whole;
	size_t bracket = text_find(heading, '(', 0);

	if (heading.len > WORD_MAX)
		return SUBMISSION_COLUMNS;
	squeezed.len = squeeze(heading, room, sizeof room);
	whole = column_squeezed(squeezed);
	if (whole != SUBMISSION_COLUMNS || bracket == heading.len)
		return whole;
	/* "생년월일 (YYYY-MM-DD)": a hint to the writer. */
	squeezed.len = squeeze((struct text){heading.data, bracket}, room, sizeof room);
	return column_squeezed(squeezed);
}

static bool of_kind(const struct submission_words_row *row, const char *kind)
{
	return text_equal(row->kind, text_of(kind));
}

struct text submission_word(const char *kind, struct text word)
{
	char room[WORD_MAX];
	struct text squeezed = {room, squeeze(word, room, sizeof room)};

	for (size_t i = 0; squeezed.len && i < SUBMISSION_WORDS_COUNT; i++) {
		const struct submission_words_row *w = &submission_words_rows[i];

		if (of_kind(w, kind) && (is_listed(w->value, squeezed) || is_listed(w->en, squeezed) || is_listed(w->km, squeezed) ||
					 is_listed(w->ko, squeezed) || is_listed(w->zh, squeezed)))
			return w->value;
	}
	return TEXT_NONE;
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The longest word of a list that `t` begins with; one of ASCII letters must end where it ends. */
static size_t longest(struct text list, struct text t)
{
	struct text rest = list, one;
	size_t best = 0;

	while (list.len && text_split(&rest, '|', &one)) {
		bool cut = one.len < t.len && one.len && is_letter(one.data[one.len - 1]) && is_letter(t.data[one.len]);

		if (one.len > best && !cut && !text_equal(one, TEXT("-")) && text_starts(t, one))
			best = one.len;
	}
	return best;
}

struct text submission_word_at(const char *kind, struct text t, size_t *ret_len)
{
	struct text meaning = TEXT_NONE;

	*ret_len = 0;
	for (size_t i = 0; i < SUBMISSION_WORDS_COUNT; i++) {
		const struct submission_words_row *w = &submission_words_rows[i];
		const struct text lists[4] = {w->en, w->km, w->ko, w->zh};

		for (size_t k = 0; of_kind(w, kind) && k < 4; k++) {
			size_t len = longest(lists[k], t);

			if (len > *ret_len) {
				*ret_len = len;
				meaning = w->value;
			}
		}
	}
	return meaning;
}

bool submission_word_list(const char *kind, size_t i, struct text language, struct text *ret_meaning, struct text *ret_word)
{
	for (size_t k = 0; k < SUBMISSION_WORDS_COUNT; k++) {
		const struct submission_words_row *w = &submission_words_rows[k];

		if (!of_kind(w, kind) || i-- > 0)
			continue;
		*ret_meaning = w->value;
		*ret_word = in_language((struct text[]){w->en, w->km, w->ko, w->zh}, language);
		return true;
	}
	return false;
}
