/* A lesson measured: six things to tell apart, then the lesson or none, six others; and 21 days later six more. What was answered stands in the path,
 * as in page_lesson.c. At the end whoever wants hands in four small numbers, which are of nobody. */
#include <stdio.h>

#include "lesson/trial.h"
#include "portal/site.h"

#define NONE "0" /* stands in the path where nothing has been answered */
#define LATER_DAYS 21u

/* What is gone through. The word in the path does not say which arm it is. */
static const struct course {
	const char *word;
	const char *arm;
	bool later;
	unsigned parts;
} courses[] = {{"a", "lesson", false, 3}, {"b", "control", false, 2}, {"a21", "lesson", true, 1}, {"b21", "control", true, 1}};

struct going {
	const struct course *course;
	struct text answers; /* 's' and 'g' */
	size_t language;
};

static bool lesson_part(const struct course *c, size_t place)
{
	return c->parts == 3 && place / LESSON_ITEMS == 1;
}

/* Of the part that the place is in. */
static const struct lesson_item *item_at(const struct course *c, size_t place)
{
	size_t i = place % LESSON_ITEMS;

	if (lesson_part(c, place))
		return &lesson_document(TEXT(TRIAL_LESSON))->items[i];
	return trial_item(c->later ? TRIAL_LATER : place < LESSON_ITEMS ? TRIAL_BEFORE : TRIAL_AFTER, i);
}

static size_t asked_in(const struct course *c)
{
	return (size_t)c->parts * LESSON_ITEMS;
}

/* False: the answer is made. */
static bool approved(struct visit *v)
{
	const struct lesson_document *document;

	for (size_t i = 0; (document = trial_document_at(i)) != NULL; i++)
		if (!lesson_approved(v, document, lesson_language(text_of(v->language)))) {
			frame_begin(v, FRAME_PAGE, "title-trial", NULL);
			html_raw(&v->html, "<section class=\"narrow\">");
			put_element(v, "h1", NULL, "trial-h1");
			put_lesson_pending(v, document, "learn/trial");
			html_raw(&v->html, "</section>");
			frame_end(v);
			return false;
		}
	return true;
}

static bool going_begin(struct visit *v, struct going *g, bool answers)
{
	const struct text *captures = v->request->captures;

	*g = (struct going){.language = lesson_language(text_of(v->language))};
	for (size_t i = 0; i < sizeof courses / sizeof courses[0]; i++)
		if (text_equal(captures[1], text_of(courses[i].word)))
			g->course = &courses[i];
	if (g->course && answers) {
		g->answers = text_equal(captures[2], TEXT(NONE)) ? TEXT("") : captures[2];
		for (size_t i = 0; i < g->answers.len; i++)
			if (g->answers.data[i] != 's' && g->answers.data[i] != 'g')
				g->course = NULL;
	}
	if (g->course == NULL || g->answers.len > asked_in(g->course)) {
		frame_problem(v, 404);
		return false;
	}
	http_set_header(v->response, TEXT("X-Robots-Tag"), TEXT("noindex, nofollow"));
	return approved(v);
}

static void trial_frame(struct visit *v, enum frame_kind kind)
{
	frame_begin(v, kind, "title-trial", NULL);
	html_raw(&v->html, "<section class=\"narrow lesson\">");
}

static void trial_end(struct visit *v)
{
	html_raw(&v->html, "</section>");
	frame_end(v);
}

static void href(struct visit *v, const struct going *g, char answer, const char *rest)
{
	html_rawf(&v->html, " rel=\"nofollow\" href=\"/%s/learn/trial/%s/", v->language, g->course->word);
	html_text(&v->html, g->answers);
	if (answer)
		html_rawf(&v->html, "%c", answer);
	html_rawf(&v->html, "%s\"", rest);
}

static void ask(struct visit *v, const struct going *g)
{
	static const struct { char answer; const char *message; } choices[] = {{'s', "learn-scam"}, {'g', "learn-genuine"}};
	const size_t place = g->answers.len;

	html_rawf(&v->html, "<p class=\"meta\">%zu / %zu</p>", place + 1, asked_in(g->course));
	put_element(v, "h1", NULL, "learn-ask");
	put_lesson_item(v, item_at(g->course, place), g->language);
	html_raw(&v->html, "<ul class=\"answers two\">");
	for (size_t i = 0; i < 2; i++) {
		html_raw(&v->html, "<li><a class=\"answer\"");
		href(v, g, choices[i].answer, lesson_part(g->course, place) ? "/why" : "");
		html_raw(&v->html, "><span>");
		html_message(&v->html, choices[i].message);
		html_raw(&v->html, "</span></a></li>");
	}
	html_raw(&v->html, "</ul>");
	if (!lesson_part(g->course, place))
		put_element(v, "p", "hint", "trial-untold");
}

/* In the lesson alone something is said of each answer. */
static void tell(struct visit *v, const struct going *g)
{
	const size_t place = g->answers.len - 1;
	const struct lesson_item *item = item_at(g->course, place);

	html_rawf(&v->html, "<p class=\"meta\">%zu / %zu</p>", place + 1, asked_in(g->course));
	put_lesson_told(v, item, g->answers.data[place], g->language);
	html_raw(&v->html, "<p class=\"acts-next\"><a class=\"button\"");
	href(v, g, '\0', "");
	html_raw(&v->html, ">");
	html_message(&v->html, "learn-next");
	html_raw(&v->html, "</a></p>");
	put_lesson_item(v, item, g->language);
}

/* ---- the end ---- */

struct outcome {
	struct trial_score before, after;
};

static bool outcome_of(const struct going *g, struct outcome *ret)
{
	const struct text last = {g->answers.data + g->answers.len - LESSON_ITEMS, LESSON_ITEMS};

	*ret = (struct outcome){.before = {0, 0}};
	return trial_count(g->course->later ? TRIAL_LATER : TRIAL_AFTER, last, &ret->after) == ST_OK &&
	       (g->course->later || trial_count(TRIAL_BEFORE, (struct text){g->answers.data, LESSON_ITEMS}, &ret->before) == ST_OK);
}

static void score_put(struct visit *v, const char *heading, struct trial_score score)
{
	char number[16];

	put_element(v, "h2", NULL, heading);
	html_raw(&v->html, "<ul class=\"counts\"><li>");
	snprintf(number, sizeof number, "%u", score.hits);
	html_message_with(&v->html, "learn-hits", text_of(number));
	html_raw(&v->html, "</li><li>");
	snprintf(number, sizeof number, "%u", score.alarms);
	html_message_with(&v->html, "learn-alarms", text_of(number));
	html_raw(&v->html, "</li></ul>");
}

static void finish(struct visit *v, const struct going *g, const struct outcome *o, bool failed)
{
	char page[80];

	put_element(v, "h1", NULL, "learn-result-h1");
	if (failed)
		put_notice(v, "error-503-text");
	if (!g->course->later)
		score_put(v, "trial-before", o->before);
	score_put(v, g->course->later ? "trial-later" : "trial-after", o->after);
	html_raw(&v->html, "<section class=\"panel\">");
	put_element(v, "h2", NULL, "trial-hand-h2");
	put_element(v, "p", NULL, "trial-hand-text");
	snprintf(page, sizeof page, "learn/trial/%s/%.*s", g->course->word, TEXT_ARG(g->answers));
	form_begin(v, page);
	form_end(v, "trial-hand");
	html_raw(&v->html, "</section>");
}

static void thanks(struct visit *v, const struct going *g)
{
	put_element(v, "h1", NULL, "trial-thanks");
	if (!g->course->later) {
		html_raw(&v->html, "<section class=\"panel\">");
		put_element(v, "h2", NULL, "trial-again-h2");
		put_element(v, "p", NULL, "trial-again-text");
		html_rawf(&v->html, "<p><a class=\"button\" download href=\"/%s/learn/trial/%s/reminder.ics\">", v->language, g->course->word);
		html_message(&v->html, "learn-remind");
		html_raw(&v->html, "</a></p></section>");
	} else {
		put_element(v, "p", "lead", "trial-thanks-later");
	}
	html_raw(&v->html, "<p class=\"acts-next\">");
	if (g->course->later || g->course->parts == 3)
		put_link(v, "button second", "learn", "learn-other");
	html_raw(&v->html, "</p>");
}

/* Neither receipt nor time nor anything of whoever sends it. */
static enum status outcome_send(struct visit *v, const struct going *g, const struct outcome *o)
{
	struct text edition = trial_edition(g->language);
	struct hand_form form;
	json_t *item = json_pack("{s:s, s:s%, s:s, s:s, s:{s:i, s:i}}", "arm", g->course->arm, "edition", edition.data, edition.len, "language",
				 v->language, "phase", g->course->later ? "later" : "now", "after", "hits", (int)o->after.hits, "alarms",
				 (int)o->after.alarms);

	if (item && !g->course->later &&
	    json_object_set_new(item, "before", json_pack("{s:i, s:i}", "hits", (int)o->before.hits, "alarms", (int)o->before.alarms)) != 0) {
		json_decref(item);
		return ST_NO_MEMORY;
	}
	form_of(v, &form);
	return take_send(v, BULLETIN_TRIAL, &form, item);
}

void page_trial_step(void *context, const struct http_request *request, struct http_response *response)
{
	const bool posted = request->method == HTTP_POST;
	struct outcome outcome;
	struct going g;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && going_begin(&v, &g, true)) {
		bool done = g.answers.len == asked_in(g.course) && outcome_of(&g, &outcome);
		enum status st = ST_NOT_FOUND;

		if (posted && !done) {
			frame_problem(&v, 404);
		} else if (!posted || visit_may(&v, LIMIT_WRITE)) {
			if (posted)
				st = outcome_send(&v, &g, &outcome);
			if (posted && st != ST_OK)
				response->status = take_refusal(st);
			trial_frame(&v, done ? FRAME_FORM : FRAME_PAGE);
			if (st == ST_OK)
				thanks(&v, &g);
			else if (done)
				finish(&v, &g, &outcome, posted);
			else
				ask(&v, &g);
			trial_end(&v);
		}
	}
	visit_end(&v);
}

void page_trial_why(void *context, const struct http_request *request, struct http_response *response)
{
	struct going g;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && going_begin(&v, &g, true)) {
		if (g.answers.len && lesson_part(g.course, g.answers.len - 1)) {
			trial_frame(&v, FRAME_PAGE);
			tell(&v, &g);
			trial_end(&v);
		} else {
			frame_problem(&v, 404);
		}
	}
	visit_end(&v);
}

/* Which arm somebody is in is drawn with each page. */
void page_trial(void *context, const struct http_request *request, struct http_response *response)
{
	uint8_t drawn;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && approved(&v)) {
		env_random(&portal_env, &drawn, 1);
		trial_frame(&v, FRAME_FORM);
		put_element(&v, "h1", NULL, "trial-h1");
		put_element(&v, "p", "lead", "trial-lead");
		put_element(&v, "p", NULL, "trial-how");
		put_element(&v, "p", NULL, "trial-kept");
		html_rawf(&v.html, "<p class=\"acts-next\"><a class=\"button\" rel=\"nofollow\" href=\"/%s/learn/trial/%s/" NONE "\">", v.language,
			  courses[drawn & 1].word);
		html_message(&v.html, "trial-begin");
		html_raw(&v.html, "</a></p>");
		trial_end(&v);
	}
	visit_end(&v);
}

void page_trial_reminder(void *context, const struct http_request *request, struct http_response *response)
{
	char page[64];
	struct going g;
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn") && going_begin(&v, &g, false)) {
		snprintf(page, sizeof page, "learn/trial/%.1s21/" NONE, g.course->word);
		put_reminder(&v, "trial", LATER_DAYS, page, "trial-ics-title");
	}
	visit_end(&v);
}
