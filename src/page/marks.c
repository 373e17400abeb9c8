#include "page/marks.h"

#include "page/result.h"
#include "text/fold.h"

/* The letter that folds to most is U+FDFA: 33 bytes from 3. */
#define FOLD_GROWTH 12u

/* Signs that change what stands before them fold with it alone: accents, vowels and tones of Khmer and Thai, Arabic
 * vowels, voiced Kana, the later letters of a taken-apart Hangul syllable, invisible joiners. */
static bool is_sign(uint32_t c)
{
	static const uint32_t ranges[][2] = {
		{0x0300, 0x036F}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x0E31, 0x0E31}, {0x0E33, 0x0E3A}, {0x0E47, 0x0E4E},
		{0x1160, 0x11FF}, {0x17B4, 0x17D3}, {0x17DD, 0x17DD}, {0x200B, 0x200F}, {0x3099, 0x309A}, {0xFE00, 0xFE0F},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

/* The end of the letter at `at` with its signs; behind a Khmer coeng stands a letter that belongs to it. */
static size_t letter_end(struct text name, size_t at)
{
	uint32_t c = text_next(name, &at), before;
	size_t next = at;

	while (at < name.len) {
		before = c;
		c = text_next(name, &next);
		if (!is_sign(c) && before != 0x17D2)
			break;
		at = next;
	}
	return at;
}

void marks_begin(struct marked_name *m, struct text name, struct arena *arena)
{
	size_t room = name.len * FOLD_GROWTH, count = 0;
	struct text letter;
	char *folded;

	*m = (struct marked_name){.name = name};
	if (name.len == 0 || name.len > MARKS_NAME_MAX)
		return;
	folded = ARENA_NEW(arena, char, room);
	m->from = ARENA_NEW(arena, uint16_t, room);
	m->to = ARENA_NEW(arena, uint16_t, room);
	if (folded == NULL || m->from == NULL || m->to == NULL)
		return;
	for (size_t at = 0, next = 0; at < name.len; at = next) {
		next = letter_end(name, at);
		if (text_fold((struct text){name.data + at, next - at}, arena, &letter) != ST_OK)
			continue;
		for (size_t i = 0; i < letter.len && count < room; i++) {
			if (letter.data[i] == ' ')
				continue;
			m->from[count] = (uint16_t)at;
			m->to[count] = (uint16_t)next;
			folded[count++] = letter.data[i];
		}
	}
	m->folded = (struct text){folded, count};
}

/* A place is whole if no letter of the name touches it but one that is marked already. */
static bool edge(const struct marked_name *m, size_t at, bool before)
{
	if (at == (before ? 0 : m->name.len))
		return true;
	for (size_t i = 0; i < m->count; i++) {
		size_t from = (size_t)(m->marks[i].place.data - m->name.data);

		if (at == (before ? from + m->marks[i].place.len : from))
			return true;
	}
	for (size_t i = 0; i < m->folded.len; i++)
		if (at == (before ? m->to[i] : m->from[i]))
			return false;
	return true;
}

static bool is_free(const struct marked_name *m, size_t from, size_t to)
{
	for (size_t i = 0; i < m->count; i++) {
		size_t begin = (size_t)(m->marks[i].place.data - m->name.data);

		if (from < begin + m->marks[i].place.len && begin < to)
			return false;
	}
	return true;
}

static bool find(const struct marked_name *m, struct text part, bool whole, struct text *ret_place)
{
	for (size_t i = 0; i + part.len <= m->folded.len; i++) {
		size_t last = i + part.len - 1, from = m->from[i], to = m->to[last];

		if (memcmp(m->folded.data + i, part.data, part.len) != 0 || !is_free(m, from, to))
			continue;
		if (whole && !(edge(m, from, true) && edge(m, to, false)))
			continue;
		*ret_place = (struct text){m->name.data + from, to - from};
		return true;
	}
	return false;
}

struct text marks_add(struct marked_name *m, struct text part, const char *class)
{
	char joined[MARKS_NAME_MAX];
	struct text wanted = {joined, 0}, place;

	if (part.len == 0 || part.len > sizeof joined || m->count == MARKS_MAX)
		return part;
	for (size_t i = 0; i < part.len; i++)
		if (part.data[i] != ' ')
			joined[wanted.len++] = part.data[i];
	if (wanted.len == 0 || !(find(m, wanted, true, &place) || find(m, wanted, false, &place)))
		return part;
	m->marks[m->count++] = (struct mark){place, class};
	return place;
}

void html_marked(struct html *html, const struct marked_name *m)
{
	html_bdi(html, m->name);
	for (size_t at = 0; at < m->name.len;) {
		const struct mark *next = NULL;

		for (size_t i = 0; i < m->count; i++) {
			const char *begin = m->marks[i].place.data;

			if (begin >= m->name.data + at && (next == NULL || begin < next->place.data))
				next = &m->marks[i];
		}
		if (next == NULL) {
			html_text(html, (struct text){m->name.data + at, m->name.len - at});
			break;
		}
		html_text(html, (struct text){m->name.data + at, (size_t)(next->place.data - m->name.data) - at});
		html_rawf(html, "<mark class=\"%s\">", next->class);
		html_text(html, next->place);
		html_raw(html, "</mark>");
		at = (size_t)(next->place.data - m->name.data) + next->place.len;
	}
	html_raw(html, "</bdi>");
}
