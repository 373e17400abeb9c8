#include "text/name.h"

#include <unicode/uchar.h>

#include "text/fold.h"
#include "text/name_roles.h"
#include "text/readers.h"

/* What the original writing says about a word, before folding forgets it. */
struct word {
	struct text text; /* folded */
	enum script script;
	bool before_comma;
	bool capitals; /* two or more letters, all capitals */
	bool small;    /* holds a small letter */
};

struct words {
	struct word list[NAME_PARTS_MAX];
	size_t count;
	bool comma;
	bool overlong;
};

static bool is_comma(uint32_t c)
{
	return c == ',' || c == 0x60C || c == 0xFF0C;
}

static bool is_break(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 || is_comma(c);
}

/* A word beyond the last is joined to it. */
static enum status word_add(struct words *words, struct word word, struct arena *arena)
{
	struct text *last;
	char *joined;

	if (word.text.len == 0)
		return ST_OK;
	if (words->count < NAME_PARTS_MAX) {
		words->list[words->count++] = word;
		return ST_OK;
	}
	words->overlong = true;
	last = &words->list[NAME_PARTS_MAX - 1].text;
	if (words->list[NAME_PARTS_MAX - 1].script != word.script || last->len > READING_MAX)
		return ST_OK;
	joined = ARENA_NEW(arena, char, last->len + word.text.len);
	if (joined == NULL)
		return arena_failure(arena, NULL);
	memcpy(joined, last->data, last->len);
	memcpy(joined + last->len, word.text.data, word.text.len);
	*last = (struct text){joined, last->len + word.text.len};
	return ST_OK;
}

/* One folded word, cut where its script changes; digits and marks go with what stands before them. */
static enum status word_cut(struct words *words, struct word word, struct arena *arena)
{
	struct text text = word.text;
	size_t at = 0, from = 0;

	word.script = SCRIPT_COMMON;
	while (at < text.len) {
		size_t before = at;
		enum script now = script_of(text_next(text, &at));

		if (word.script != SCRIPT_COMMON && now != SCRIPT_COMMON && now != word.script) {
			word.text = (struct text){text.data + from, before - from};
			TRY(word_add(words, word, arena));
			from = before;
		}
		if (now != SCRIPT_COMMON)
			word.script = now;
	}
	word.text = (struct text){text.data + from, text.len - from};
	return word_add(words, word, arena);
}

/* One stretch of the original between spaces and commas: notes its case, folds it and cuts it. */
static enum status chunk_add(struct words *words, struct text chunk, struct arena *arena)
{
	struct word word = {.text = TEXT_NONE};
	struct text folded, rest;
	size_t at = 0, letters = 0;
	bool upper = true;

	while (at < chunk.len) {
		uint32_t c = text_next(chunk, &at);

		if (!u_isalpha((UChar32)c))
			continue;
		letters++;
		upper = upper && u_isupper((UChar32)c);
		word.small = word.small || u_islower((UChar32)c);
	}
	word.capitals = letters > 1 && upper;
	word.before_comma = !words->comma;
	TRY(text_fold(chunk, arena, &folded));
	for (rest = folded; folded.len && text_split(&rest, ' ', &word.text);)
		TRY(word_cut(words, word, arena));
	return ST_OK;
}

static enum status words_take(struct words *words, struct text name, struct arena *arena)
{
	size_t at = 0, from = 0;

	while (at < name.len) {
		size_t before = at;
		uint32_t c = text_next(name, &at);

		if (!is_break(c))
			continue;
		TRY(chunk_add(words, (struct text){name.data + from, before - from}, arena));
		words->comma = words->comma || (is_comma(c) && words->count > 0);
		from = at;
	}
	return chunk_add(words, (struct text){name.data + from, name.len - from}, arena);
}

/* "a.k.a." folds to three letters. */
static bool is_aka(const struct words *words, size_t i)
{
	for (size_t from = i >= 2 ? i - 2 : 0; from <= i && from + 2 < words->count; from++)
		if (text_equal(words->list[from].text, TEXT("a")) && text_equal(words->list[from + 1].text, TEXT("k")) &&
		    text_equal(words->list[from + 2].text, TEXT("a")))
			return true;
	return false;
}

/* Roles by table and ending, then by comma and capitals. A name made of nothing but titles is a name. */
static void words_roles(const struct words *words, enum part_role roles[NAME_PARTS_MAX])
{
	size_t names = 0, capitals = 0, small = 0, after_comma = 0, before_comma = 0;

	for (size_t i = 0; i < words->count; i++) {
		const struct word *w = &words->list[i];
		struct word_place place = {.first = i == 0, .last = i + 1 == words->count};

		place.opens = i == 0 || (w[-1].before_comma && !w->before_comma);
		roles[i] = is_aka(words, i) ? PART_TITLE : role_of_word(w->text, place);
		names += roles[i] != PART_TITLE && roles[i] != PART_PARTICLE;
		if (roles[i] == PART_TITLE)
			continue;
		capitals += w->capitals;
		small += w->small;
		before_comma += w->before_comma;
		after_comma += !w->before_comma;
	}
	for (size_t i = 0; i < words->count; i++) {
		const struct word *w = &words->list[i];

		if (names == 0)
			roles[i] = PART_UNKNOWN;
		if (roles[i] != PART_UNKNOWN)
			continue;
		if (words->comma && before_comma && after_comma)
			roles[i] = w->before_comma ? PART_FAMILY : PART_GIVEN;
		else if (w->capitals && small >= capitals)
			roles[i] = PART_FAMILY;
	}
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

/* Reads the words into one form, Han as Japanese if `japanese`. A reader may give roles and several parts for one word. */
static enum status form_read(struct words *words, const char *countries, bool japanese, struct arena *arena,
			     struct name_form *ret_form)
{
	struct name_part *parts = ARENA_NEW(arena, struct name_part, NAME_PARTS_MAX + 1);
	enum part_role roles[NAME_PARTS_MAX];
	size_t n = 0;

	if (parts == NULL)
		return arena_failure(arena, NULL);
	words_roles(words, roles);
	for (size_t i = 0; i < words->count; i++) {
		const struct word *w = &words->list[i];
		struct word_context context = {i == 0, words->count == 1, countries};
		word_reader *read = japanese && w->script == SCRIPT_HAN ? han_read_japanese : reader_of(w->script);
		size_t made = 0;

		if (n >= NAME_PARTS_MAX) {
			words->overlong = true;
			break;
		}
		/* Room for one more than counts: a reader may ask for two before it knows. */
		TRY(read(w->text, &context, arena, parts + n, NAME_PARTS_MAX + 1 - n, &made));
		for (size_t k = n; k < n + made; k++) {
			if (parts[k].native.len == 0)
				parts[k].native = w->text;
			parts[k].script = w->script;
			if (parts[k].role == PART_UNKNOWN)
				parts[k].role = roles[i];
		}
		n += made;
	}
	if (n > NAME_PARTS_MAX) {
		words->overlong = true;
		n = NAME_PARTS_MAX;
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
	struct name result = {.form_count = 0};

	if (name.len > FOLD_INPUT_MAX)
		return ST_LIMIT;
	TRY(words_take(&words, name, arena));
	if (words.count > 0) {
		TRY(form_read(&words, countries, false, arena, &result.forms[0]));
		result.form_count = result.forms[0].part_count > 0;
		if (has_script(&words, SCRIPT_HAN) && (countries[0] == '\0' || strstr(countries, "jp"))) {
			TRY(form_read(&words, countries, true, arena, &result.forms[result.form_count]));
			result.form_count += result.forms[result.form_count].part_count > 0;
		}
	}
	result.overlong = words.overlong;
	*ret_name = result;
	return ST_OK;
}
