/* The balance: what speaks for a person in steps to the right, what speaks against taken off again beneath, and where
 * referral begins. Zero stands away from the edge, for a sum may be less than nothing. */
#include <stdio.h>

#include "page/reasons.h"
#include "screen/screen.h"

#define WIDTH 320
#define ZERO 40      /* units left of nothing */
#define SPAN 80000   /* thousandths of a bit from zero to the right edge */
#define BAR 12

static int place(int32_t mbit)
{
	int at = ZERO + (int)((int64_t)mbit * (WIDTH - ZERO) / SPAN);

	return at < 1 ? 1 : at > WIDTH - 1 ? WIDTH - 1 : at;
}

static void bar(struct html *html, const char *class, int32_t from, int32_t to, int y)
{
	int a = place(from < to ? from : to), b = place(from < to ? to : from);

	/* A gap of two between steps, but no step vanishes. */
	html_rawf(html, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"></rect>", class, a, y,
		  b - a > 4 ? b - a - 2 : 2, BAR);
}

static void tenths(char out[16], int32_t mbit)
{
	int32_t size = mbit < 0 ? -mbit : mbit;

	snprintf(out, 16, "%s%d.%d", mbit < 0 ? "−" : "", size / 1000, size % 1000 / 100);
}

static void legend(struct html *html, const char *class, const char *key, int32_t mbit)
{
	char figure[16];

	tenths(figure, mbit);
	html_rawf(html, "<li class=\"%s\">", class);
	html_message_with(html, key, text_of(figure));
	html_raw(html, "</li>");
}

void reasons_balance(struct html *html, const struct screen_result *r)
{
	int32_t good = 0, at, point = r->alert_mbit;

	html_rawf(html, "<svg class=\"balance\" viewBox=\"0 0 %d 44\" aria-hidden=\"true\" focusable=\"false\">", WIDTH);
	for (size_t i = 0; i < r->explanation_count; i++) {
		const struct explanation *e = &r->explanations[i];

		if (strcmp(e->feature, "namePart") == 0 || e->evidence_mbit <= 0)
			continue;
		bar(html, "for", good, good + e->evidence_mbit, 6);
		good += e->evidence_mbit;
	}
	at = good;
	for (size_t i = 0; i < r->explanation_count; i++) {
		const struct explanation *e = &r->explanations[i];

		if (strcmp(e->feature, "namePart") == 0 || e->evidence_mbit >= 0)
			continue;
		bar(html, "against", at, at + e->evidence_mbit, 6 + BAR + 2);
		at += e->evidence_mbit;
	}
	html_rawf(html, "<line class=\"axis\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"34\"></line>", ZERO, ZERO);
	html_rawf(html, "<line class=\"point\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"34\"></line>", place(point), place(point));
	html_rawf(html, "<path class=\"sum\" d=\"M%d 34l6 9h-12z\"></path></svg>", place(at));
	html_raw(html, "<ul class=\"legend\">");
	legend(html, "for", "bits_for", good);
	legend(html, "against", "bits_against", good - at);
	legend(html, "sum", "bits_sum", at);
	legend(html, "point", "bits_point", point);
	html_raw(html, "</ul>");
}
