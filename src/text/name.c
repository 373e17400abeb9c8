#include "text/name.h"

#include "text/fold.h"
#include "text/readers.h"

#include "particles.inc"
#include "titles.inc"

#define WORDS_MAX 40u

struct word {
	struct text text;
	enum script script;
};

struct words {
	struct word list[WORDS_MAX];
	size_t count;
	bool overlong;
};

#define FIND_WORD(rows, n, t)                                            \
	for (size_t low = 0, high = (n); low < high;) {                  \
		size_t mid = low + (high - low) / 2;                     \
		int order = text_compare((rows)[mid].word, (t));         \
		if (order == 0)                                          \
			return true;                                     \
		if (order < 0)                                           \
			low = mid + 1;                                   \
		else                                                     \
			high = mid;                                      \
	}                                                                \
	return false

static bool is_title(struct text word)
{
	FIND_WORD(titles_rows, TITLES_COUNT, word);
}

static bool is_particle(struct text word)
{
	FIND_WORD(particles_rows, PARTICLES_COUNT, word);
}

static bool ends_in(struct text t, const char *end)
{
	size_t n = strlen(end);

	return t.len > n + 2 && memcmp(t.data + t.len - n, end, n) == 0;
}

static bool is_patronymic(struct text word)
{
	static const char *const ends[] = {"ovich", "evich", "ovna",  "evna",  "yevich", "yevna", "ovych", "evych",
					   "ivna",  "ович",  "евич",  "овна",  "евна",   "івна",  "йович", "ївна",
					   "ич",    "ична",  "ilyich", "inichna"};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (ends_in(word, ends[i]))
			return true;
	return false;
}

/* Kanji followed by the mark that repeats it, and kana among Han, stay one word. */
static bool same_word(enum script before, enum script now)
{
	return now == SCRIPT_COMMON || before == SCRIPT_COMMON || before == now;
}

static void word_add(struct words *words, struct text text, enum script script)
{
	if (text.len == 0)
		return;
	if (words->count == WORDS_MAX)
		words->overlong = true;
	else
		words->list[words->count++] = (struct word){text, script};
}

/* A word that mixes scripts is cut where the script changes. */
static void word_cut(struct words *words, struct text text)
{
	size_t at = 0, from = 0;
	enum script script = SCRIPT_COMMON;

	while (at < text.len) {
		size_t before = at;
		enum script now = script_of(text_next(text, &at));

		if (!same_word(script, now)) {
			word_add(words, (struct text){text.data + from, before - from}, script);
			from = before;
			script = now;
		} else if (script == SCRIPT_COMMON) {
			script = now;
		}
	}
	word_add(words, (struct text){text.data + from, text.len - from}, script);
}

static word_reader *reader_of(enum script script)
{
	switch (script) {
	case SCRIPT_LATIN:
		return latin_read;
	case SCRIPT_HANGUL:
		return hangul_read;
	case SCRIPT_HAN:
		return han_read;
	case SCRIPT_KANA:
		return kana_read;
	case SCRIPT_KHMER:
		return khmer_read;
	case SCRIPT_THAI:
		return thai_read;
	case SCRIPT_CYRILLIC:
		return cyrillic_read;
	case SCRIPT_ARABIC:
		return arabic_read;
	case SCRIPT_COMMON:
	case SCRIPT_LAO:
	case SCRIPT_MYANMAR:
	case SCRIPT_HEBREW:
	case SCRIPT_GREEK:
	case SCRIPT_ARMENIAN:
	case SCRIPT_GEORGIAN:
	case SCRIPT_DEVANAGARI:
	case SCRIPT_OTHER:
	case SCRIPT_COUNT:
		return plain_read;
	}
	return plain_read;
}

/* Reads the words into one form. `japanese`: Han words are cut and read as Japanese. */
static enum status form_read(struct words *words, const char *countries, bool japanese,
			     struct arena *arena, struct name_form *ret_form)
{
	struct name_part *parts = ARENA_NEW(arena, struct name_part, NAME_PARTS_MAX);
	size_t n = 0;

	if (parts == NULL)
		return arena_failure(arena, NULL);
	for (size_t i = 0; i < words->count && n < NAME_PARTS_MAX; i++) {
		const struct word *w = &words->list[i];
		struct word_context context = {i == 0, words->count == 1, countries};
		word_reader *read = japanese && w->script == SCRIPT_HAN ? han_read_japanese : reader_of(w->script);
		size_t made = 0;

		TRY(read(w->text, &context, arena, parts + n, NAME_PARTS_MAX - n, &made));
		for (size_t k = 0; k < made; k++) {
			struct name_part *part = &parts[n + k];

			if (part->native.len == 0)
				part->native = w->text;
			part->script = w->script;
			if (part->role == PART_UNKNOWN && is_title(part->native))
				part->role = PART_TITLE;
			else if (part->role == PART_UNKNOWN && is_particle(part->native))
				part->role = PART_PARTICLE;
			else if (part->role == PART_UNKNOWN && is_patronymic(part->native))
				part->role = PART_PATRONYMIC;
		}
		n += made;
	}
	*ret_form = (struct name_form){parts, n, 1000000};
	return ST_OK;
}

static bool has_script(const struct words *words, enum script script)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].script == script)
			return true;
	return false;
}

enum status name_read(struct text name, const char *countries, struct arena *arena, struct name *ret_name)
{
	struct words words = {.count = 0};
	struct text folded, rest, word;
	struct name result = {.form_count = 0};

	TRY(text_fold(name, arena, &folded));
	rest = folded;
	while (folded.len && text_split(&rest, ' ', &word))
		word_cut(&words, word);
	if (words.count == 0) {
		*ret_name = result;
		return ST_OK;
	}
	TRY(form_read(&words, countries, false, arena, &result.forms[0]));
	result.form_count = result.forms[0].part_count > 0;
	if (has_script(&words, SCRIPT_HAN)) {
		TRY(form_read(&words, countries, true, arena, &result.forms[result.form_count]));
		result.form_count += result.forms[result.form_count].part_count > 0;
	}
	result.overlong = words.overlong;
	*ret_name = result;
	return ST_OK;
}
