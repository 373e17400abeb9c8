/* One lesson, item by item. What was answered stands in the path as letters ('s' called a scam, 'g' called genuine, '-' passed over), so that
 * there is neither a cookie nor a form, and a lesson runs in the narrowest sandbox of another site. */
#include "portal/site.h"

/* A lesson in its place: which, in which language, how far. */
struct course {
	const struct lesson_document *lesson;
	size_t language;
	struct text answers;
	size_t place; /* from 1 */
	bool embed;
	const char *base; /* "learn" or "embed/learn" */
};

/* False: the answer is made. `place` is asked for where the path has one. */
static bool course_begin(struct visit *v, struct course *c, bool with_place)
{
	const struct text *captures = v->request->captures;
	const size_t answers = with_place ? 3 : 2;
	struct lesson_score score;
	uint64_t place = 1;

	*c = (struct course){.lesson = lesson_document(captures[1]), .language = lesson_language(text_of(v->language)), .base = "learn"};
	if (text_starts((struct text){v->request->path.data + 4, v->request->path.len - 4}, TEXT("embed/"))) {
		c->embed = true;
		c->base = "embed/learn";
	}
	c->answers = v->request->capture_count > answers ? v->request->captures[answers] : TEXT("");
	if (c->lesson == NULL || c->lesson->items == NULL || (with_place && text_to_uint(captures[2], LESSON_ITEMS, &place) != ST_OK) || place == 0 ||
	    lesson_count(c->lesson, c->answers, &score) != ST_OK || (with_place && c->answers.len > place)) {
		frame_problem(v, 404);
		return false;
	}
	c->place = (size_t)place;
	if (!lesson_approved(v, c->lesson, c->language)) {
		char page[64];

		snprintf(page, sizeof page, "%s/%.*s/1", c->base, TEXT_ARG(c->lesson->id));
		frame_begin(v, c->embed ? FRAME_EMBED : FRAME_PAGE, "title-learn", NULL);
		html_raw(&v->html, "<section class=\"narrow\">");
		put_element(v, "h1", NULL, "learn-h1");
		put_lesson_pending(v, c->lesson, page);
		html_raw(&v->html, "</section>");
		frame_end(v);
		return false;
	}
	return true;
}

static void course_frame(struct visit *v, const struct course *c)
{
	if (c->answers.len) /* a page for each way through a lesson is nothing to be found */
		http_set_header(v->response, TEXT("X-Robots-Tag"), TEXT("noindex, nofollow"));
	frame_begin(v, c->embed ? FRAME_EMBED : FRAME_PAGE, "title-learn", NULL);
	html_raw(&v->html, "<section class=\"narrow lesson\">");
}

static void course_end(struct visit *v)
{
	html_raw(&v->html, "</section>");
	frame_end(v);
}

/* href="/km/learn/call/REST" with what was answered so far and one more. */
static void course_href(struct visit *v, const struct course *c, const char *rest, char answer)
{
	html_rawf(&v->html, " href=\"/%s/%s/%.*s/%s/", v->language, c->base, TEXT_ARG(c->lesson->id), rest);
	html_text(&v->html, c->answers);
	for (size_t i = c->answers.len; answer && i + 1 < c->place; i++)
		html_raw(&v->html, "-");
	html_rawf(&v->html, answer ? "%c\"" : "\"", answer);
}

static void place_put(struct visit *v, size_t place)
{
	char number[24];

	snprintf(number, sizeof number, "%zu", place);
	html_raw(&v->html, "<p class=\"meta\">");
	html_message_with(&v->html, "learn-place", text_of(number));
	html_raw(&v->html, "</p>");
}

void put_lesson_item(struct visit *v, const struct lesson_item *item, size_t language)
{
	html_raw(&v->html, "<figure class=\"message-seen\"><figcaption><span>");
	html_message(&v->html, "learn-from");
	html_raw(&v->html, "</span> <b>");
	html_text(&v->html, item->from[language]);
	html_raw(&v->html, "</b></figcaption><blockquote>");
	html_text(&v->html, item->says[language]);
	html_raw(&v->html, "</blockquote></figure>");
}

static void ask(struct visit *v, const struct course *c)
{
	static const struct { char answer; const char *message; } choices[] = {{'s', "learn-scam"}, {'g', "learn-genuine"}};
	char place[24];

	snprintf(place, sizeof place, "%zu", c->place);
	put_element(v, "h1", NULL, "learn-ask");
	put_lesson_item(v, &c->lesson->items[c->place - 1], c->language);
	html_raw(&v->html, "<ul class=\"answers two\">");
	for (size_t i = 0; i < 2; i++) {
		html_raw(&v->html, "<li><a class=\"answer\" rel=\"nofollow\"");
		course_href(v, c, place, choices[i].answer);
		html_raw(&v->html, "><span>");
		html_message(&v->html, choices[i].message);
		html_raw(&v->html, "</span></a></li>");
	}
	html_raw(&v->html, "</ul>");
}

/* What it was, which trick, why. */
void put_lesson_told(struct visit *v, const struct lesson_item *item, char answer, size_t language)
{
	const bool right = answer == (item->genuine ? 'g' : 's');
	char key[32];

	snprintf(key, sizeof key, "learn-%s-%s", right ? "right" : "wrong", item->genuine ? "genuine" : "scam");
	html_rawf(&v->html, "<div class=\"verdict told %s\">", item->genuine ? "official" : "reported");
	put_icon(v, item->genuine ? "right" : "alert");
	put_element(v, "h1", NULL, key);
	if (!item->genuine) {
		html_raw(&v->html, "<p class=\"since\">");
		html_message(&v->html, "learn-trick");
		html_raw(&v->html, " ");
		html_word(&v->html, "tactic-", item->tactic.data);
		html_raw(&v->html, "</p>");
	}
	html_raw(&v->html, "<p class=\"what\">");
	html_text(&v->html, item->why[language]);
	html_raw(&v->html, "</p></div>");
}

static void tell(struct visit *v, const struct course *c)
{
	const struct lesson_item *item = &c->lesson->items[c->place - 1];
	char rest[24];

	put_lesson_told(v, item, c->answers.data[c->place - 1], c->language);
	html_raw(&v->html, "<p class=\"acts-next\"><a class=\"button\" rel=\"nofollow\"");
	snprintf(rest, sizeof rest, "%zu", c->place + 1);
	course_href(v, c, c->place < LESSON_ITEMS ? rest : "result", '\0');
	html_raw(&v->html, ">");
	html_message(&v->html, c->place < LESSON_ITEMS ? "learn-next" : "learn-see");
	html_raw(&v->html, "</a></p>");
	put_lesson_item(v, item, c->language);
}

void page_lesson(void *context, const struct http_request *request, struct http_response *response)
{
	struct course c;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && course_begin(&v, &c, true)) {
		course_frame(&v, &c);
		place_put(&v, c.place);
		if (c.answers.len == c.place && c.answers.data[c.place - 1] != '-')
			tell(&v, &c);
		else
			ask(&v, &c);
		course_end(&v);
	}
	visit_end(&v);
}

/* ---- the end ---- */

static void count_put(struct visit *v, const char *message, unsigned count)
{
	char number[16];

	snprintf(number, sizeof number, "%u", count);
	html_raw(&v->html, "<li>");
	html_message_with(&v->html, message, text_of(number));
	html_raw(&v->html, "</li>");
}

static void remind(struct visit *v, const struct course *c)
{
	html_raw(&v->html, "<section class=\"panel\">");
	put_element(v, "h2", NULL, "learn-remind-h2");
	put_element(v, "p", NULL, "learn-remind-text");
	html_rawf(&v->html, "<p><a class=\"button second\" download href=\"/%s/learn/%.*s/reminder.ics\">", v->language, TEXT_ARG(c->lesson->id));
	html_message(&v->html, "learn-remind");
	html_raw(&v->html, "</a></p></section>");
}

static void onward(struct visit *v, const struct course *c)
{
	html_rawf(&v->html, "<p class=\"acts-next\"><a class=\"button second\" href=\"/%s/%s/%.*s/1\">", v->language, c->base, TEXT_ARG(c->lesson->id));
	html_message(&v->html, "learn-again");
	html_raw(&v->html, "</a>");
	if (!c->embed) {
		put_link(v, "button second", "learn", "learn-other");
		html_rawf(&v->html, "<a class=\"plain\" href=\"/%s/learn/%.*s/print\">", v->language, TEXT_ARG(c->lesson->id));
		html_message(&v->html, "learn-print");
		html_raw(&v->html, "</a>");
	}
	html_raw(&v->html, "</p>");
}

void page_lesson_result(void *context, const struct http_request *request, struct http_response *response)
{
	struct lesson_score score;
	struct course c;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && course_begin(&v, &c, false) && lesson_count(c.lesson, c.answers, &score) == ST_OK) {
		course_frame(&v, &c);
		put_element(&v, "h1", NULL, "learn-result-h1");
		html_raw(&v.html, "<ul class=\"counts\">");
		count_put(&v, "learn-hits", score.hits);
		count_put(&v, "learn-alarms", score.false_alarms);
		if (score.open)
			count_put(&v, "learn-open", score.open);
		html_raw(&v.html, "</ul>");
		if (score.misses)
			put_element(&v, "p", "lead", "learn-say-missed");
		if (score.false_alarms)
			put_element(&v, "p", "lead", "learn-say-alarms");
		if (score.hits == 3 && score.false_alarms == 0)
			put_element(&v, "p", "lead", "learn-say-good");
		if (!c.embed)
			remind(&v, &c);
		onward(&v, &c);
		course_end(&v);
	}
	visit_end(&v);
}

/* ---- on paper ---- */

void page_lesson_print(void *context, const struct http_request *request, struct http_response *response)
{
	struct course c;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && course_begin(&v, &c, false)) {
		course_frame(&v, &c);
		html_raw(&v.html, "<h1>");
		html_message(&v.html, "learn-h1");
		html_raw(&v.html, " · ");
		html_word(&v.html, "channel-", c.lesson->id.data);
		html_raw(&v.html, "</h1>");
		put_element(&v, "p", "lead", "learn-print-lead");
		html_raw(&v.html, "<ol class=\"sheet\">");
		for (size_t i = 0; i < LESSON_ITEMS; i++) {
			html_raw(&v.html, "<li>");
			put_lesson_item(&v, &c.lesson->items[i], c.language);
			html_raw(&v.html, "<p class=\"boxes\"><span>☐ ");
			html_message(&v.html, "learn-scam");
			html_raw(&v.html, "</span> <span>☐ ");
			html_message(&v.html, "learn-genuine");
			html_raw(&v.html, "</span></p></li>");
		}
		html_raw(&v.html, "</ol><section class=\"key\">");
		put_element(&v, "h2", NULL, "learn-key");
		html_raw(&v.html, "<ol>");
		for (size_t i = 0; i < LESSON_ITEMS; i++) {
			const struct lesson_item *item = &c.lesson->items[i];

			html_raw(&v.html, "<li><b>");
			html_message(&v.html, item->genuine ? "learn-genuine" : "learn-scam");
			html_raw(&v.html, "</b> ");
			html_text(&v.html, item->why[c.language]);
			html_raw(&v.html, "</li>");
		}
		html_raw(&v.html, "</ol></section><p class=\"acts-next\">");
		put_link(&v, "plain", "learn", "learn-other");
		html_raw(&v.html, "</p>");
		course_end(&v);
	}
	visit_end(&v);
}
