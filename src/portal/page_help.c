#include <stdio.h>

#include "ident/country.h"
#include "model/time.h"
#include "portal/site.h"

static bool serves(json_t *item, const char *what)
{
	json_t *all = json_object_get(item, "serves"), *one;
	size_t i;

	json_array_foreach(all, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), what) == 0)
			return true;
	return false;
}

/* Letters and digits of a host and what may follow it: nothing that could be another scheme. */
static bool is_address(struct text t)
{
	static const char marks[] = ".-/_~%?=&#";
	size_t dots = 0;

	for (size_t i = 0; i < t.len; i++) {
		char c = t.data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || memchr(marks, c, sizeof marks - 1)))
			return false;
		dots += c == '.';
	}
	return dots > 0;
}

/* How a telephone opens it: what its link begins with, and what is left out of the value there. */
struct opening {
	const char *type, *app, *href, *leave;
};

static const struct opening *opening_of(struct text type, struct text *what)
{
	static const struct opening openings[] = {{"phone", NULL, "tel:", " "},
						  {"telegram", "Telegram", "https://t.me/", " @"},
						  {"line", "LINE", "https://line.me/R/ti/p/~", " "},
						  {"facebook", "Facebook", "https://m.me/", " @"},
						  {"email", NULL, "mailto:", " "},
						  {"url", NULL, "https://", " "}};

	if (text_equal(type, TEXT("url"))) {
		if (text_starts(*what, TEXT("https://")))
			*what = (struct text){what->data + 8, what->len - 8};
		if (!is_address(*what))
			return NULL;
	}
	for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++)
		if (text_equal(type, text_of(openings[i].type)))
			return &openings[i];
	return NULL;
}

/* The text of it is always the thing itself. */
static void value_put(struct visit *v, json_t *value)
{
	struct text type = news_word(value, "type"), what = news_word(value, "value");
	const struct opening *o = opening_of(type, &what);
	bool official = o && text_equal(type, TEXT("line")) && text_starts(what, TEXT("@"));

	html_raw(&v->html, "<p class=\"value\">");
	if (o) {
		html_rawf(&v->html, "<a%s href=\"%s", text_starts(text_of(o->href), TEXT("https:")) ? " rel=\"noreferrer\"" : "",
			  official ? "https://line.me/R/ti/p/" : o->href);
		for (size_t i = 0; i < what.len; i++)
			if (strchr(o->leave, what.data[i]) == NULL)
				html_text(&v->html, (struct text){what.data + i, 1});
		html_raw(&v->html, "\" dir=\"ltr\">");
	}
	html_text(&v->html, what);
	if (o)
		html_raw(&v->html, "</a>");
	if (o == NULL || o->app) {
		html_raw(&v->html, " <small>");
		if (o)
			html_message_with(&v->html, "help-open", text_of(o->app));
		else
			html_message(&v->html, text_equal(type, TEXT("bank")) ? "ask-bank" : text_equal(type, TEXT("wallet")) ? "ask-wallet" : "ask-url");
		html_raw(&v->html, "</small>");
	}
	html_raw(&v->html, "</p>");
}

/* "2026-11-22" as the reader writes days; something else as it is. */
static void checked_put(struct visit *v, struct text day)
{
	char moment[32], out[96];
	struct text said = day;
	int64_t ms;

	snprintf(moment, sizeof moment, "%.*sT00:00:00.000Z", (int)(day.len < 12 ? day.len : 12), day.data);
	if (day.len == 10 && time_read(text_of(moment), &ms, NULL) == ST_OK)
		said = (struct text){out, say_day(v, ms, out, sizeof out)};
	html_message_with(&v->html, "help-checked", said);
}

static void facts(struct visit *v, json_t *item)
{
	struct text hours = news_word(item, "hours");
	json_t *spoken = json_object_get(item, "languages"), *one;
	char key[32];
	size_t i;

	html_raw(&v->html, "<p class=\"meta\">");
	if (text_equal(hours, TEXT("24")))
		html_message(&v->html, "help-day");
	else
		html_text(&v->html, hours);
	json_array_foreach(spoken, i, one) {
		struct text code = text_of(json_is_string(one) ? json_string_value(one) : "");

		html_raw(&v->html, i ? ", " : hours.len ? " · " : "");
		snprintf(key, sizeof key, "speaks-%.*s", (int)(code.len < 8 ? code.len : 8), code.data);
		if (text_equal(html_find(&v->html, text_of(key)), text_of(key)))
			html_text(&v->html, code);
		else
			html_message(&v->html, key);
	}
	html_raw(&v->html, "</p><p class=\"meta small\">");
	checked_put(v, news_word(item, "checked"));
	html_raw(&v->html, " · ");
	html_message_with(&v->html, "help-source", news_word(item, "source"));
	html_raw(&v->html, "</p>");
}

static void contact_put(struct visit *v, json_t *item)
{
	json_t *values = json_object_get(item, "values"), *one;
	struct text kind = news_word(item, "kind"), note = news_text(item, "note", v->language);
	char key[32];
	size_t i;

	snprintf(key, sizeof key, "kind-%.*s", (int)(kind.len < 16 ? kind.len : 16), kind.data);
	if (text_equal(html_find(&v->html, text_of(key)), text_of(key)))
		snprintf(key, sizeof key, "kind-other");
	html_raw(&v->html, "<article class=\"contact\"><p class=\"kind\">");
	html_message(&v->html, key);
	html_raw(&v->html, " · ");
	html_text(&v->html, country_name(news_word(item, "country"), text_of(v->language)));
	html_raw(&v->html, "</p><h3>");
	put_told(v, news_text(item, "name", v->language));
	html_raw(&v->html, "</h3>");
	json_array_foreach(values, i, one)
		value_put(v, one);
	if (note.len) {
		html_raw(&v->html, "<p>");
		put_told(v, note);
		html_raw(&v->html, "</p>");
	}
	facts(v, item);
	html_raw(&v->html, "</article>");
}

/* Who is held is most likely in Cambodia, whatever he reads; who has lost money at home. */
static unsigned rank_of(const struct visit *v, const char *what, struct text country)
{
	bool here = text_equal(country, TEXT("kh")), home = text_equal(country, text_of(reader_country(v)));

	if (what && strcmp(what, "rescue") == 0)
		return here ? 0 : home ? 1 : 2;
	return home ? 0 : here ? 1 : 2;
}

bool put_contacts(struct visit *v, const char *what, struct text country)
{
	json_t *items = news_items(v->paper, NEWS_CONTACTS), *item;
	size_t i, count = 0;

	for (unsigned rank = 0; rank < 3; rank++)
		json_array_foreach(items, i, item) {
			struct text of = news_word(item, "country");

			if ((what && !serves(item, what)) || (country.len && !text_equal(country, of)) || rank_of(v, what, of) != rank)
				continue;
			if (count++ == 0)
				html_raw(&v->html, "<div class=\"contacts\">");
			contact_put(v, item);
		}
	if (count)
		html_raw(&v->html, "</div>");
	return count > 0;
}

/* A link for each country that has contacts, in the order in which the contacts stand. */
static void country_links(struct visit *v, struct text chosen)
{
	json_t *items = news_items(v->paper, NEWS_CONTACTS), *item;
	size_t i;

	html_raw(&v->html, "<nav class=\"pills\" aria-label=\"");
	html_message(&v->html, "help-where");
	html_rawf(&v->html, "\"><ul><li><a href=\"/%s/help\"%s>", v->language, chosen.len ? "" : " aria-current=\"true\"");
	html_message(&v->html, "help-everywhere");
	html_raw(&v->html, "</a></li>");
	for (unsigned rank = 0; rank < 3; rank++)
		json_array_foreach(items, i, item) {
			struct text country = news_word(item, "country");
			bool seen = country.len != 2 || rank_of(v, NULL, country) != rank;

			for (size_t k = 0; k < i && !seen; k++)
				seen = text_equal(news_word(json_array_get(items, k), "country"), country);
			if (seen)
				continue;
			html_rawf(&v->html, "<li><a href=\"/%s/help?country=", v->language);
			html_url(&v->html, country);
			html_raw(&v->html, text_equal(country, chosen) ? "\" aria-current=\"true\">" : "\">");
			html_text(&v->html, country_name(country, text_of(v->language)));
			html_raw(&v->html, "</a></li>");
		}
	html_raw(&v->html, "</ul></nav>");
}

void page_help(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "help")) {
		struct text country = http_query(request, "country");

		country = country.data ? country : TEXT("");
		frame_begin(&v, FRAME_PAGE, "title-help", NULL);
		put_element(&v, "h1", NULL, "help-h1");
		put_element(&v, "p", "lead", "help-lead");
		if (json_array_size(news_items(v.paper, NEWS_CONTACTS)))
			country_links(&v, country);
		if (!put_contacts(&v, NULL, country)) {
			html_raw(&v.html, "<div class=\"panel\">");
			put_element(&v, "h2", NULL, "help-none");
			put_element(&v, "p", NULL, "help-none-text");
			html_raw(&v.html, "</div>");
		}
		frame_end(&v);
	}
	visit_end(&v);
}
