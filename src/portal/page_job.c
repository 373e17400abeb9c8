/* A job offer by twelve questions: what it resembles, what to verify, where. Nothing of the answers is kept. */
#include <stdio.h>

#include "ident/country.h"
#include "portal/site.h"

#define FLAGS_MAX 32u

static const char *const words[] = {"yes", "no", "unsure"};

static void question(struct visit *v, const struct lesson_flag *flag, size_t number, size_t language)
{
	struct html *h = &v->html;
	char name[32];

	snprintf(name, sizeof name, "%.*s", TEXT_ARG(flag->id));
	html_rawf(h, "<fieldset class=\"field\"><legend>%zu. ", number);
	html_text(h, flag->question[language]);
	html_raw(h, "</legend><div class=\"choices three\">");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		html_rawf(h, "<label class=\"choice\"><input type=\"radio\" name=\"%s\" value=\"%s\"%s><span>", name, words[i],
			  visit_has(v, name, words[i]) ? " checked" : "");
		html_word(h, "job-", words[i]);
		html_raw(h, "</span></label>");
	}
	html_raw(h, "</div></fieldset>");
}

static void country_put(struct visit *v, const char *name, const char *label, const char *otherwise)
{
	struct text chosen = visit_field(v, name);

	html_rawf(&v->html, "<div class=\"field\"><label for=\"%s\">", name);
	html_message(&v->html, label);
	html_raw(&v->html, "</label>");
	put_countries(v, name, chosen.len ? chosen : text_of(otherwise));
	html_raw(&v->html, "</div>");
}

static void form_put(struct visit *v, size_t language)
{
	const char *home = strcmp(v->language, "ko") == 0 ? "kr" : strcmp(v->language, "zh") == 0 ? "cn" : strcmp(v->language, "km") == 0 ? "kh" : "ph";

	put_element(v, "h1", NULL, "job-h1");
	put_element(v, "p", "lead", "job-lead");
	html_raw(&v->html, "<form method=\"post\" action=\"");
	put_path(v, "check/job");
	html_raw(&v->html, "\">");
	for (size_t i = 0; lesson_flag_at(i); i++)
		question(v, lesson_flag_at(i), i + 1, language);
	country_put(v, "home", "job-home", home);
	country_put(v, "work", "job-work", strcmp(home, "kh") == 0 ? "th" : "kh");
	form_end(v, "job-act");
}

/* ---- the result ---- */

static size_t answers_read(struct visit *v, enum job_answer *answers, unsigned *ret_open)
{
	size_t count = 0;

	*ret_open = 0;
	for (; count < FLAGS_MAX && lesson_flag_at(count); count++) {
		char name[32];

		snprintf(name, sizeof name, "%.*s", TEXT_ARG(lesson_flag_at(count)->id));
		answers[count] = visit_has(v, name, "yes") ? JOB_YES : visit_has(v, name, "no") ? JOB_NO : visit_has(v, name, "unsure") ? JOB_UNSURE : JOB_OPEN;
		*ret_open += answers[count] == JOB_OPEN;
	}
	return count;
}

static void band_put(struct visit *v, enum job_band band, unsigned open)
{
	static const struct { const char *class, *icon; } looks[] = {{"none", "question"}, {"reported", "alert"}, {"confirmed", "stop"}};
	char key[24], number[16];

	html_rawf(&v->html, "<section class=\"verdict %s\" role=\"status\">", looks[band].class);
	put_icon(v, looks[band].icon);
	snprintf(key, sizeof key, "job-band-%u", (unsigned)band);
	put_element(v, "h1", NULL, key);
	snprintf(key, sizeof key, "job-band-%u-text", (unsigned)band);
	put_element(v, "p", "what", key);
	if (open) {
		snprintf(number, sizeof number, "%u", open);
		html_raw(&v->html, "<p class=\"meta\">");
		html_message_with(&v->html, "job-open", text_of(number));
		html_raw(&v->html, "</p>");
	}
	html_raw(&v->html, "</section>");
}

/* What was answered yes first, heaviest first; then what is not known. */
static void points_put(struct visit *v, const enum job_answer *answers, size_t count, size_t language)
{
	bool any = false;

	for (unsigned round = 0; round < 2; round++)
		for (unsigned weight = 5; weight > 0; weight--)
			for (size_t i = 0; i < count; i++) {
				const struct lesson_flag *flag = lesson_flag_at(i);

				if (flag->weight != weight || answers[i] == JOB_NO || (answers[i] == JOB_YES) != (round == 0))
					continue;
				if (!any) {
					put_element(v, "h2", NULL, "job-points");
					html_raw(&v->html, "<ul class=\"points\">");
				}
				any = true;
				html_raw(&v->html, "<li><p class=\"meta\">");
				html_text(&v->html, flag->question[language]);
				html_raw(&v->html, " <b>");
				html_message(&v->html, round == 0 ? "job-yes" : "job-unsure");
				html_raw(&v->html, "</b></p><p>");
				html_text(&v->html, flag->advice[language]);
				html_raw(&v->html, "</p></li>");
			}
	if (any)
		html_raw(&v->html, "</ul>");
}

static void register_put(struct visit *v, struct text country, size_t language)
{
	const struct lesson_register *found = NULL;
	struct text name = country_name(country, text_of(v->language));

	if (name.len == 0)
		return;
	for (size_t i = 0; found == NULL && lesson_register_at(i); i++)
		if (text_equal(lesson_register_at(i)->country, country))
			found = lesson_register_at(i);
	html_raw(&v->html, "<article class=\"contact\">");
	if (found == NULL) {
		html_raw(&v->html, "<p>");
		html_message_with(&v->html, "job-register-none", name);
		html_raw(&v->html, "</p></article>");
		return;
	}
	html_raw(&v->html, "<p class=\"kind\">");
	html_text(&v->html, name);
	html_raw(&v->html, "</p><h3>");
	html_text(&v->html, found->name[language]);
	html_raw(&v->html, "</h3>");
	if (found->address.len) {
		html_raw(&v->html, "<p class=\"value\"><a rel=\"noopener\" href=\"https://");
		html_text(&v->html, found->address);
		html_raw(&v->html, "\" dir=\"ltr\">");
		html_text(&v->html, found->address);
		html_raw(&v->html, "</a></p>");
	}
	html_raw(&v->html, "<p><strong>");
	html_message(&v->html, "job-look");
	html_raw(&v->html, "</strong> ");
	html_text(&v->html, found->look[language]);
	html_raw(&v->html, "</p></article>");
}

static void result_put(struct visit *v, size_t language)
{
	enum job_answer answers[FLAGS_MAX];
	unsigned open, weight;
	size_t count = answers_read(v, answers, &open);
	enum job_band band = lesson_job_band(answers, count, &weight);
	struct text home = visit_field(v, "home"), work = visit_field(v, "work");

	band_put(v, band, open);
	if (band == JOB_STOP) {
		(void)put_contacts(v, "rescue", TEXT(""));
		put_element(v, "p", "words", "job-truth");
	}
	points_put(v, answers, count, language);
	put_element(v, "h2", NULL, "job-registers");
	html_raw(&v->html, "<div class=\"contacts\">");
	register_put(v, home, language);
	if (!text_equal(home, work))
		register_put(v, work, language);
	html_raw(&v->html, "</div><p class=\"acts-next\">");
	put_link(v, "button", band == JOB_STOP ? "help" : "check", band == JOB_STOP ? "title-help" : "title-check");
	put_link(v, "button second", "report", "check-report");
	put_link(v, "plain", "check/job", "job-again");
	html_raw(&v->html, "</p>");
}

void page_job(void *context, const struct http_request *request, struct http_response *response)
{
	const struct lesson_document *document = lesson_document(TEXT("job-offer"));
	struct visit v;

	if (visit_begin(&v, context, request, response, "check")) {
		size_t language = lesson_language(text_of(v.language));

		frame_begin(&v, FRAME_FORM, "title-job", NULL);
		html_raw(&v.html, "<section class=\"narrow\">");
		if (!lesson_approved(&v, document, language)) {
			put_element(&v, "h1", NULL, "job-h1");
			put_lesson_pending(&v, document, "check/job");
		} else if (request->method == HTTP_POST) {
			result_put(&v, language);
		} else {
			form_put(&v, language);
		}
		html_raw(&v.html, "</section>");
		frame_end(&v);
	}
	visit_end(&v);
}
