/* What somebody says, as a paper that he takes to the police: in the authority's language and his own, with what was typed as it was typed.
 * Nothing of it goes to the hub or stays here: it comes with a form and goes out with the page. Who he is he writes in by hand. */
#include <sodium.h>
#include <stdio.h>

#include "bulletin/upload.h"
#include "ident/country.h"
#include "portal/site.h"

#include "portal_complaints.inc"

#define ENGLISH "en"

/* What goes along from one form to the next. */
static const char *const carried[] = {"type", "identifiers", "story", "channel", "date", "place", "amount", "paid", "from", "to", "reference",
				      "harm", "help", "elsewhere", "relation", "money", "way", "value", "hours"};

struct statement {
	struct visit *v;
	struct html theirs; /* the same page in the authority's language */
	struct text country;
	bool one; /* both languages are one */
};

/* ---- where it is taken ---- */

static const struct complaints_row *rule_of(struct text country)
{
	for (size_t i = 0; i < COMPLAINTS_COUNT; i++)
		if (text_equal(complaints_rows[i].country, country))
			return &complaints_rows[i];
	return NULL;
}

/* As the form says; else where the page's language is spoken. */
static struct text country_of(const struct visit *v)
{
	struct text country = visit_field(v, "country");

	if (country_alpha3(country).len)
		return country;
	for (size_t i = 0; i < COMPLAINTS_COUNT; i++)
		if (text_equal(complaints_rows[i].language, text_of(v->language)))
			return complaints_rows[i].country;
	return TEXT("kh");
}

static void statement_begin(struct visit *v, struct statement *s)
{
	const struct complaints_row *rule;
	struct text language = TEXT(ENGLISH);

	*s = (struct statement){.v = v, .country = country_of(v)};
	rule = rule_of(s->country);
	if (rule)
		language = rule->language;
	s->theirs = v->html;
	for (size_t i = 0; i < v->html.words->language_count; i++)
		if (text_equal(language, text_of(v->html.words->languages[i])))
			s->theirs.language = i;
	s->one = s->theirs.language == v->html.language;
}

/* ---- the paper ---- */

static void both_begin(struct statement *s)
{
	html_rawf(&s->v->html, "<span lang=\"%s\">", html_language(&s->theirs));
}

static void both_next(struct statement *s)
{
	html_rawf(&s->v->html, "</span> <span class=\"own\" lang=\"%s\">", s->v->language);
}

static void both(struct statement *s, const char *prefix, const char *word)
{
	both_begin(s);
	html_word(&s->theirs, prefix, word);
	if (!s->one) {
		both_next(s);
		html_word(&s->v->html, prefix, word);
	}
	html_raw(&s->v->html, "</span>");
}

static void section(struct statement *s, const char *heading)
{
	html_raw(&s->v->html, "<h2>");
	both(s, "paper-", heading);
	html_raw(&s->v->html, "</h2>");
}

static void row_begin(struct statement *s, const char *label)
{
	html_raw(&s->v->html, "<div><dt>");
	both(s, "paper-", label);
	html_raw(&s->v->html, "</dt><dd>");
}

static void row_end(struct statement *s)
{
	html_raw(&s->v->html, "</dd></div>");
}

/* As it was typed; nothing where nothing was. */
static void said(struct statement *s, const char *label, const char *field)
{
	struct text value = visit_field(s->v, field);

	if (value.len == 0)
		return;
	row_begin(s, label);
	html_rawf(&s->v->html, "<span class=\"words\" dir=\"auto\">");
	html_text(&s->v->html, value);
	html_raw(&s->v->html, "</span>");
	row_end(s);
}

static void chosen(struct statement *s, const char *label, const char *prefix, const char *field)
{
	const char *word = report_word(s->v, field);

	if (word == NULL)
		return;
	row_begin(s, label);
	both(s, prefix, word);
	row_end(s);
}

/* Written in by hand. */
static void person(struct statement *s)
{
	static const char *const lines[] = {"name", "birth", "nationality", "document", "address"};

	section(s, "person");
	html_raw(&s->v->html, "<dl>");
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		row_begin(s, lines[i]);
		html_raw(&s->v->html, "<span class=\"blank\"></span>");
		row_end(s);
	}
	row_begin(s, "reach");
	if (visit_field(s->v, "value").len) {
		html_text(&s->v->html, visit_field(s->v, "way"));
		html_raw(&s->v->html, " ");
		html_text(&s->v->html, visit_field(s->v, "value"));
		html_raw(&s->v->html, " ");
		html_text(&s->v->html, visit_field(s->v, "hours"));
	} else {
		html_raw(&s->v->html, "<span class=\"blank\"></span>");
	}
	row_end(s);
	chosen(s, "relation", "relation-", "relation");
	html_raw(&s->v->html, "</dl>");
}

static void events(struct statement *s)
{
	static const char *const rows[][2] = {{"channel", "channel"}, {"date", "date"}, {"place", "place"}, {"story", "story"}, {"harm", "harm"}, {"wish", "help"}, {"elsewhere", "elsewhere"}};

	section(s, "events");
	html_raw(&s->v->html, "<dl>");
	chosen(s, "type", "type-", "type");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		said(s, rows[i][0], rows[i][1]);
	html_raw(&s->v->html, "</dl>");
}

static void payment(struct statement *s)
{
	static const char *const rows[][2] = {{"amount", "amount"}, {"paid", "paid"}, {"from", "from"}, {"to", "to"}, {"reference", "reference"}};
	const char *moved = report_word(s->v, "money");
	bool any = moved != NULL;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		any = any || visit_field(s->v, rows[i][1]).len;
	if (!any)
		return;
	section(s, "payment");
	html_raw(&s->v->html, "<dl>");
	chosen(s, "money", "report-money-", "money");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		said(s, rows[i][0], rows[i][1]);
	html_raw(&s->v->html, "</dl>");
}

static void identifiers(struct statement *s)
{
	struct text lines = visit_field(s->v, "identifiers"), line;

	if (lines.len == 0)
		return;
	section(s, "identifiers");
	html_raw(&s->v->html, "<ol>");
	while (lines.data && text_split(&lines, '\n', &line)) {
		line = text_trim(line);
		if (line.len == 0)
			continue;
		html_raw(&s->v->html, "<li class=\"exact\" dir=\"auto\">");
		html_text(&s->v->html, line);
		html_raw(&s->v->html, "</li>");
	}
	html_raw(&s->v->html, "</ol>");
}

static void evidence(struct statement *s)
{
	struct file_listed files[UPLOADS_MAX];
	size_t count = files_listed(s->v, files);

	if (count == 0)
		return;
	section(s, "evidence");
	html_raw(&s->v->html, "<ol>");
	for (size_t i = 0; i < count; i++) {
		html_raw(&s->v->html, "<li>");
		html_text(&s->v->html, files[i].media);
		html_rawf(&s->v->html, ", %llu B<br><span class=\"exact\">SHA-256 ", (unsigned long long)files[i].size);
		html_text(&s->v->html, text_of(files[i].sha256));
		html_raw(&s->v->html, "</span></li>");
	}
	html_raw(&s->v->html, "</ol>");
}

/* A receipt has sixteen digits; what is none is not printed as one. */
static bool receipt_of(const struct visit *v, char ret[HAND_RECEIPT_SIZE])
{
	struct text digits = visit_field(v, "receipt");

	if (digits.len != HAND_RECEIPT_SIZE - 1)
		return false;
	for (size_t i = 0; i < digits.len; i++)
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
	memcpy(ret, digits.data, digits.len);
	ret[digits.len] = '\0';
	return true;
}

static void closing(struct statement *s)
{
	char receipt[HAND_RECEIPT_SIZE], moment[96];
	struct visit there = *s->v;

	there.html = s->theirs;
	section(s, "closing");
	html_raw(&s->v->html, "<dl>");
	if (receipt_of(s->v, receipt)) {
		row_begin(s, "receipt");
		html_rawf(&s->v->html, "<span class=\"exact\">%.4s %.4s %.4s %.4s</span>", receipt, receipt + 4, receipt + 8, receipt + 12);
		row_end(s);
	}
	row_begin(s, "made");
	both_begin(s);
	html_text(&s->v->html, (struct text){moment, say_moment(&there, s->v->now_ms, moment, sizeof moment)});
	if (!s->one) {
		both_next(s);
		html_text(&s->v->html, (struct text){moment, say_moment(s->v, s->v->now_ms, moment, sizeof moment)});
	}
	html_raw(&s->v->html, "</span>");
	row_end(s);
	row_begin(s, "signature");
	html_raw(&s->v->html, "<span class=\"blank\"></span>");
	row_end(s);
	html_raw(&s->v->html, "</dl><p>");
	both(s, "paper-", "own-words");
	html_raw(&s->v->html, "</p>");
}

/* ---- around it ---- */

static void guide(struct statement *s)
{
	static const char *const bring[] = {"bring-identity", "bring-payment", "bring-device", "bring-files", "bring-paper"};
	const struct complaints_row *rule = rule_of(s->country);
	struct visit *v = s->v;
	char days[16];

	html_raw(&v->html, "<section class=\"narrow guide\">");
	put_element(v, "h2", NULL, "statement-where");
	if (!put_contacts(v, "report", s->country))
		put_element(v, "p", "panel", "statement-no-contact");
	if (rule && rule->days) {
		snprintf(days, sizeof days, "%u", rule->days);
		html_raw(&v->html, "<p>");
		html_message_with(&v->html, "statement-days", text_of(days));
		html_raw(&v->html, "</p>");
	}
	put_element(v, "h2", NULL, "statement-bring");
	html_raw(&v->html, "<ul>");
	for (size_t i = 0; i < sizeof bring / sizeof bring[0]; i++)
		put_element(v, "li", NULL, bring[i]);
	html_raw(&v->html, "</ul></section>");
}

/* What was typed, to go along with the next form. */
static void carry(struct visit *v)
{
	for (size_t i = 0; i < sizeof carried / sizeof carried[0]; i++) {
		struct text value = visit_field(v, carried[i]);

		if (value.len == 0)
			continue;
		html_rawf(&v->html, "<input type=\"hidden\" name=\"%s\" value=\"", carried[i]);
		html_text(&v->html, value);
		html_raw(&v->html, "\">");
	}
}

void put_statement_country(struct visit *v)
{
	html_raw(&v->html, "<div class=\"field\"><label for=\"country\">");
	html_message(&v->html, "statement-country");
	html_raw(&v->html, "</label>");
	put_countries(v, "country", country_of(v));
	html_raw(&v->html, "</div>");
}

void put_statement_offer(struct visit *v, const char *receipt)
{
	html_raw(&v->html, "<section class=\"panel\">");
	put_element(v, "h2", NULL, "statement-offer");
	put_element(v, "p", NULL, "statement-offer-text");
	form_begin(v, "report/complaint");
	carry(v);
	files_carry(v);
	put_statement_country(v);
	html_rawf(&v->html, "<div class=\"field\"><label class=\"choice\"><input type=\"checkbox\" name=\"receipt\" value=\"%s\" checked><span>", receipt);
	html_message(&v->html, "statement-receipt");
	html_raw(&v->html, "</span></label></div>");
	form_end(v, "statement-make");
	html_raw(&v->html, "</section>");
}

/* Whoever has made the paper alone may report as well, without typing it again. */
static void report_too(struct visit *v)
{
	html_raw(&v->html, "<section class=\"narrow guide\">");
	put_element(v, "h2", NULL, "statement-report");
	put_element(v, "p", NULL, "statement-report-text");
	form_begin(v, "report/full");
	carry(v);
	html_raw(&v->html, "<input type=\"hidden\" name=\"fill\" value=\"1\">");
	form_end(v, "statement-report-act");
	html_raw(&v->html, "</section>");
}

static void statement(struct visit *v)
{
	struct statement s;

	v->reading = true;
	frame_begin(v, FRAME_FORM, "title-statement", NULL);
	statement_begin(v, &s);
	html_raw(&v->html, "<section class=\"narrow guide\">");
	put_element(v, "h1", NULL, "statement-h1");
	put_element(v, "p", "lead", "statement-print");
	html_raw(&v->html, "</section><article class=\"paper\"><h2 class=\"name\">");
	both(&s, "paper-", "title");
	html_raw(&v->html, "</h2>");
	person(&s);
	events(&s);
	payment(&s);
	identifiers(&s);
	evidence(&s);
	closing(&s);
	html_raw(&v->html, "</article>");
	guide(&s);
	if (visit_field(v, "receipt").len == 0)
		report_too(v);
	frame_end(v);
}

void page_complaint(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;

	if (visit_begin(&v, context, request, response, "report")) {
		bool posted = request->method == HTTP_POST;
		const char *wrong = posted ? files_wrong(&v) : NULL;

		if (posted && !visit_may(&v, LIMIT_PLAIN)) {
			; /* answered */
		} else if (posted && wrong == NULL && report_enough(&v)) {
			statement(&v);
		} else {
			frame_begin(&v, FRAME_FORM, "title-statement", NULL);
			html_raw(&v.html, "<section class=\"narrow\">");
			if (posted) {
				response->status = 400;
				put_notice(&v, wrong ? wrong : "report-need");
			}
			put_complaint_form(&v);
			html_raw(&v.html, "</section>");
			frame_end(&v);
		}
	}
	visit_end(&v);
}
