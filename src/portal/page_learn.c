/* The lessons that there are, what is not approved yet, and how another site takes one in. */
#include "portal/site.h"

bool lesson_approved(const struct visit *v, const struct lesson_document *document, size_t language)
{
	json_t *items = news_items(v->paper, NEWS_LESSONS), *item;
	size_t i;

	json_array_foreach(items, i, item) {
		if (text_equal(news_word(item, "document"), document->id) && text_equal(news_word(item, "hash"), document->hashes[language]) &&
		    text_equal(news_word(item, "language"), text_of(lesson_languages[language])))
			return true;
	}
	return false;
}

/* In each language the languages call themselves the same. */
static const char *const own_names[LESSON_LANGUAGES] = {"ខ្មែរ", "한국어", "English", "中文"};

void put_lesson_pending(struct visit *v, const struct lesson_document *document, const char *page)
{
	bool any = false;

	put_element(v, "p", "meta", "learn-pending");
	for (size_t i = 0; i < LESSON_LANGUAGES; i++) {
		if (!lesson_approved(v, document, i))
			continue;
		html_raw(&v->html, any ? " · " : "<p class=\"meta\">");
		if (!any) {
			html_message(&v->html, "learn-pending-other");
			html_raw(&v->html, " ");
		}
		html_rawf(&v->html, "<a lang=\"%s\" hreflang=\"%s\" href=\"/%s/%s\">%s</a>", lesson_languages[i], lesson_languages[i], lesson_languages[i], page,
			  own_names[i]);
		any = true;
	}
	if (any)
		html_raw(&v->html, "</p>");
}

struct text site_here(const struct visit *v)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
	struct text host = http_header(v->request, "Host"), here = TEXT("");
	char text[300];

	if (host.len == 0 || host.len > 255)
		return here;
	for (size_t i = 0; i < host.len; i++)
		if (memchr(letters, host.data[i], sizeof letters - 1) == NULL)
			return here;
	snprintf(text, sizeof text, "%s://%.*s", v->request->secure ? "https" : "http", TEXT_ARG(host));
	return arena_text(v->request->arena, text_of(text), &here) == ST_OK ? here : TEXT("");
}

static void channels(struct visit *v, size_t language)
{
	const struct lesson_document *document;
	char page[64];

	html_raw(&v->html, "<ul class=\"answers\">");
	for (size_t i = 0; (document = lesson_document_at(i)) != NULL; i++) {
		snprintf(page, sizeof page, document->items ? "learn/%.*s/1" : "check/job", TEXT_ARG(document->id));
		html_raw(&v->html, "<li>");
		if (lesson_approved(v, document, language)) {
			html_raw(&v->html, "<a class=\"answer\" href=\"");
			put_path(v, page);
			html_raw(&v->html, "\"><span>");
			html_word(&v->html, "channel-", document->id.data);
			html_raw(&v->html, "</span>");
			put_icon(v, "next");
			html_raw(&v->html, "</a>");
		} else {
			html_raw(&v->html, "<div class=\"answer light\"><span><b>");
			html_word(&v->html, "channel-", document->id.data);
			html_raw(&v->html, "</b>");
			put_lesson_pending(v, document, page);
			html_raw(&v->html, "</span></div>");
		}
		html_raw(&v->html, "</li>");
	}
	html_raw(&v->html, "</ul>");
}

static void tricks(struct visit *v)
{
	static const char *const tactics[] = {"authority", "urgency", "secrecy", "upfront", "private"};
	char key[40];

	put_element(v, "h2", NULL, "learn-tricks");
	html_raw(&v->html, "<dl class=\"tricks\">");
	for (size_t i = 0; i < sizeof tactics / sizeof tactics[0]; i++) {
		html_raw(&v->html, "<div><dt>");
		html_word(&v->html, "tactic-", tactics[i]);
		snprintf(key, sizeof key, "tactic-%s-text", tactics[i]);
		html_raw(&v->html, "</dt><dd>");
		html_message(&v->html, key);
		html_raw(&v->html, "</dd></div>");
	}
	html_raw(&v->html, "</dl>");
}

/* "+0.21 (+0.10, +0.31)" of three numbers in parts per million; `unit` of them is one. */
static void effect_line(struct visit *v, const char *message, const json_t *three, double unit)
{
	char words[96];
	double values[3];

	for (size_t i = 0; i < 3; i++) {
		const json_t *one = json_array_get(three, i);

		if (!json_is_integer(one))
			return;
		values[i] = (double)json_integer_value(one) / unit;
	}
	snprintf(words, sizeof words, "%+.2f (%+.2f, %+.2f)", values[0], values[1], values[2]);
	html_raw(&v->html, "<li>");
	html_message_with(&v->html, message, text_of(words));
	html_raw(&v->html, "</li>");
}

/* What was measured, where the hub says it: it does so once there are enough (lesson/trial.h), whatever came out. */
static void effect(struct visit *v)
{
	const json_t *said = v->paper ? json_object_get(v->paper->lists[NEWS_LESSONS], "effect") : NULL, *later = json_object_get(said, "later");
	const json_t *taught = json_object_get(later, "lesson"), *control = json_object_get(later, "control");
	char people[48];

	if (!json_is_integer(taught) || !json_is_integer(control))
		return;
	put_element(v, "h2", NULL, "trial-effect");
	put_element(v, "p", NULL, json_is_true(json_object_get(said, "reached")) ? "trial-effect-reached" : "trial-effect-missed");
	html_raw(&v->html, "<ul>");
	snprintf(people, sizeof people, "%lld + %lld", (long long)json_integer_value(taught), (long long)json_integer_value(control));
	html_raw(&v->html, "<li>");
	html_message_with(&v->html, "trial-effect-people", text_of(people));
	html_raw(&v->html, "</li>");
	effect_line(v, "trial-effect-now", json_object_get(json_object_get(said, "now"), "discrimination"), 1e6);
	effect_line(v, "trial-effect-later", json_object_get(later, "discrimination"), 1e6);
	effect_line(v, "trial-effect-alarms", json_object_get(later, "alarms"), 1e4);
	html_raw(&v->html, "</ul>");
}

static void measured(struct visit *v)
{
	effect(v);
	put_element(v, "h2", NULL, "trial-link-h2");
	html_raw(&v->html, "<p>");
	html_message(&v->html, "trial-link-text");
	html_raw(&v->html, " ");
	put_link(v, NULL, "learn/trial", "trial-link");
	html_raw(&v->html, "</p>");
}

static void embedding(struct visit *v)
{
	html_raw(&v->html, "<details><summary>");
	html_message(&v->html, "learn-embed");
	html_raw(&v->html, "</summary>");
	put_element(v, "p", NULL, "learn-embed-text");
	html_raw(&v->html, "<pre class=\"code\" dir=\"ltr\" tabindex=\"0\">&lt;iframe src=\"");
	html_text(&v->html, site_here(v));
	html_rawf(&v->html, "/%s/embed/learn/messenger/1\" sandbox=\"allow-popups\" width=\"420\" height=\"640\" title=\"", v->language);
	html_message(&v->html, "learn-h1");
	html_raw(&v->html, "\"&gt;&lt;/iframe&gt;</pre></details>");
}

void page_learn(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn")) {
		frame_begin(&v, FRAME_PAGE, "title-learn", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		put_element(&v, "h1", NULL, "learn-h1");
		put_element(&v, "p", "lead", "learn-lead");
		put_element(&v, "h2", NULL, "learn-choose");
		channels(&v, lesson_language(text_of(v.language)));
		tricks(&v);
		measured(&v);
		embedding(&v);
		html_raw(&v.html, "</section>");
		frame_end(&v);
	}
	visit_end(&v);
}
