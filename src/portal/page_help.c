#include <stdio.h>

#include "ident/country.h"
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

/* An address that a telephone can open, where the kind has one; the text of it is always the thing itself. */
static void value_put(struct visit *v, json_t *value)
{
	struct text type = news_word(value, "type"), what = news_word(value, "value");
	bool phone = text_equal(type, TEXT("phone")), telegram = text_equal(type, TEXT("telegram")), mail = text_equal(type, TEXT("email"));
	bool url = text_equal(type, TEXT("url")) && text_starts(what, TEXT("https://"));

	html_raw(&v->html, "<p class=\"value\">");
	if (phone || telegram || mail || url) {
		html_raw(&v->html, phone ? "<a href=\"tel:" : telegram ? "<a rel=\"noreferrer\" href=\"https://t.me/" : mail ? "<a href=\"mailto:" : "<a rel=\"noreferrer\" href=\"");
		for (size_t i = 0; i < what.len; i++)
			if (what.data[i] != ' ' && !(telegram && what.data[i] == '@'))
				html_text(&v->html, (struct text){what.data + i, 1});
		html_raw(&v->html, "\">");
	}
	html_text(&v->html, what);
	if (phone || telegram || mail || url)
		html_raw(&v->html, "</a>");
	if (!phone && !url && !mail) {
		html_raw(&v->html, " <small>");
		html_text(&v->html, type);
		html_raw(&v->html, "</small>");
	}
	html_raw(&v->html, "</p>");
}

static void facts(struct visit *v, json_t *item)
{
	struct text hours = news_word(item, "hours"), checked = news_word(item, "checked");
	json_t *spoken = json_object_get(item, "languages"), *one;
	size_t i;

	html_raw(&v->html, "<p class=\"meta\">");
	if (text_equal(hours, TEXT("24")))
		html_message(&v->html, "help-day");
	else
		html_text(&v->html, hours);
	json_array_foreach(spoken, i, one) {
		html_raw(&v->html, hours.len || i ? " · " : "");
		html_text(&v->html, text_of(json_is_string(one) ? json_string_value(one) : ""));
	}
	html_raw(&v->html, "</p><p class=\"meta\">");
	html_message_with(&v->html, "help-checked", checked);
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

bool put_contacts(struct visit *v, const char *what, struct text country)
{
	json_t *items = news_items(v->paper, NEWS_CONTACTS), *item;
	size_t i, count = 0;

	json_array_foreach(items, i, item) {
		if ((what && !serves(item, what)) || (country.len && !text_equal(country, news_word(item, "country"))))
			continue;
		if (count++ == 0)
			html_raw(&v->html, "<div class=\"contacts\">");
		contact_put(v, item);
	}
	if (count)
		html_raw(&v->html, "</div>");
	return count > 0;
}

/* A link for each country that has contacts, in the order in which they stand in the list. */
static void country_links(struct visit *v, struct text chosen)
{
	json_t *items = news_items(v->paper, NEWS_CONTACTS), *item;
	size_t i;

	html_raw(&v->html, "<nav class=\"pills\" aria-label=\"");
	html_message(&v->html, "help-where");
	html_rawf(&v->html, "\"><ul><li><a href=\"/%s/help\"%s>", v->language, chosen.len ? "" : " aria-current=\"true\"");
	html_message(&v->html, "help-everywhere");
	html_raw(&v->html, "</a></li>");
	json_array_foreach(items, i, item) {
		struct text country = news_word(item, "country");
		bool seen = country.len != 2;

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
