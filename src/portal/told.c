/* What the hub tells - figures, alerts, contacts, campaigns - comes as it was signed, and the reader's browser breaks its Khmer lines. In words that
 * stay whole a word joiner stands between clusters, as tools/khmer_breaks.c puts it into the site's own words at build time. */
#include "portal/site.h"

#include "portal_whole.inc"

/* The longest Khmer word that stays whole and begins there; 0: none does. */
static size_t whole_at(struct text text, size_t at)
{
	const struct text rest = {text.data + at, text.len - at};
	size_t longest = 0;

	for (size_t i = 0; i < WHOLE_COUNT; i++)
		if (whole_rows[i].word.len > longest && text_starts(rest, whole_rows[i].word))
			longest = whole_rows[i].word.len;
	return longest;
}

/* Signs of a cluster, and what a coeng joins to it: no line ends before them anyway. */
static bool joined(uint32_t c, uint32_t before)
{
	return (c >= 0x17b4 && c <= 0x17d3) || c == 0x17dd || before == 0x17d2;
}

static void piece(struct html *html, struct text text, bool markup)
{
	if (markup)
		buffer_add_text(html->out, text);
	else
		html_text(html, text);
}

static void tell(struct html *html, struct text text, bool markup)
{
	size_t from = 0;

	for (size_t at = 0; at < text.len;) {
		size_t end = at + whole_at(text, at);
		uint32_t before = 0;

		if (end == at) {
			at++;
			continue;
		}
		piece(html, (struct text){text.data + from, at - from}, markup);
		while (at < end) {
			uint32_t c;

			from = at;
			c = text_next(text, &at);
			if (before && !joined(c, before))
				buffer_add_text(html->out, TEXT("\u2060"));
			buffer_add(html->out, text.data + from, at - from);
			before = c;
		}
		from = end;
	}
	piece(html, (struct text){text.data + from, text.len - from}, markup);
}

void put_told(struct visit *v, struct text text)
{
	tell(&v->html, text, false);
}

void put_told_markup(struct visit *v, struct text markup)
{
	tell(&v->html, markup, true);
}
