#include <sodium.h>
#include <stdio.h>

#include "ident/asked.h"
#include "ident/country.h"
#include "portal/site.h"

/* ---- why something cannot be read ---- */

/* What asked_read() refuses with (docs/identifiers.md), but for "unreadable": that is what the verdict itself says. */
static const char *const reasons[] = {"account-length", "bank-needed", "country-needed", "crc-wrong", "email-address", "handle-shape", "identifier-long",
				      "one-character-wrong", "payment-account", "phone-length", "service-needed", "url-host", "url-scheme"};

/* ---- verdicts ---- */

struct verdict {
	const char *word, *icon; /* "confirmed" */
	const char *reason;	 /* why it cannot be read; or NULL */
	struct bulletin_check check;
	int64_t time_ms; /* of the table */
};

static const struct verdict unreadable = {.word = "unreadable", .icon = "unreadable"};
static const struct verdict withheld = {.word = "withheld", .icon = "unreadable"};

static struct verdict verdict_of(struct visit *v, struct text x)
{
	static const struct { const char *word, *icon; } of[] = {[BULLETIN_CONFIRMED] = {"confirmed", "stop"}, [BULLETIN_REPORTED] = {"reported", "alert"}, [BULLETIN_OFFICIAL] = {"official", "official"}};
	struct verdict verdict = {.word = "none", .icon = "question"};
	struct bulletin_table_head head;
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
	enum status st = site_look_up(v, NEWS_CHECKS, x, &head, payload);

	if (st == ST_OK && bulletin_check_unpack(payload, &verdict.check, NULL) == ST_OK) {
		verdict.word = of[verdict.check.verdict].word;
		verdict.icon = of[verdict.check.verdict].icon;
	} else if (st != ST_NOT_FOUND || v->age_ms > NEWS_OLD_MS) {
		/* An old list cannot say that nothing was reported, nor can one that could not be read. */
		return withheld;
	}
	verdict.time_ms = head.time_ms;
	return verdict;
}

static void since(struct visit *v, const struct verdict *verdict)
{
	const struct bulletin_check *c = &verdict->check;
	char month[64], band[16];

	if (c->verdict == 0)
		return;
	say_month(v, c->month, month, sizeof month);
	snprintf(band, sizeof band, "band-%u", (unsigned)c->band);
	html_raw(&v->html, "<p class=\"since\">");
	html_message_with(&v->html, c->verdict == BULLETIN_REPORTED ? band : c->verdict == BULLETIN_CONFIRMED ? "since-confirmed" : "since-official", text_of(month));
	if (c->country[0]) {
		html_raw(&v->html, " · ");
		html_text(&v->html, country_name(text_of(c->country), text_of(v->language)));
	}
	html_raw(&v->html, "</p>");
}

static void verdict_put(struct visit *v, const struct verdict *verdict)
{
	char key[48], moment[96];
	size_t len;

	html_rawf(&v->html, "<section class=\"verdict %s\" role=\"status\">", verdict->word);
	put_icon(v, verdict->icon);
	snprintf(key, sizeof key, "verdict-%s", verdict->word);
	put_element(v, "h1", NULL, key);
	since(v, verdict);
	if (verdict->reason)
		snprintf(key, sizeof key, "why-%s", verdict->reason);
	else
		snprintf(key, sizeof key, "verdict-%s-next", verdict->word);
	put_element(v, "p", "what", key);
	if (verdict->time_ms) {
		len = say_moment(v, verdict->time_ms, moment, sizeof moment);
		html_raw(&v->html, "<p class=\"meta\">");
		html_message_with(&v->html, "check-late", (struct text){moment, len});
		html_raw(&v->html, "</p>");
	}
	html_raw(&v->html, "</section>");
}

/* ---- the page ---- */

static const char *const kinds[] = {"any", "phone", "url", "bank", "handle", "wallet"};

static void kind_select(struct visit *v)
{
	struct text chosen = visit_field(v, "kind");

	html_raw(&v->html, "<div class=\"field\"><label for=\"kind\">");
	html_message(&v->html, "check-type");
	html_raw(&v->html, "</label><select id=\"kind\" name=\"kind\">");
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		html_rawf(&v->html, "<option value=\"%s\"%s>", kinds[i], text_equal(chosen, text_of(kinds[i])) ? " selected" : "");
		html_word(&v->html, "ask-", kinds[i]);
		html_raw(&v->html, "</option>");
	}
	html_raw(&v->html, "</select></div>");
}

static void check_form(struct visit *v, bool open)
{
	const struct put_field what = {"what", "check-label", "check-hint", ASKED_INPUT_MAX, 2, true, NULL};
	const struct put_field of = {"of", "check-of", NULL, 100, 0, false, NULL};
	struct text country = visit_field(v, "country");
	char key[NOTE_VKEY_SIZE];

	note_vkey(&v->site->settings->key, key);
	html_raw(&v->html, "<form method=\"post\" action=\"");
	put_path(v, "check");
	html_rawf(&v->html, "\" id=\"ask\"%s data-key=\"", v->age_ms > NEWS_OLD_MS ? " data-old=\"old\"" : "");
	html_text(&v->html, text_of(key));
	html_raw(&v->html, "\">");
	put_input(v, &what);
	put_code(v, "what", false);
	html_raw(&v->html, "<div class=\"field\"><label for=\"country\">");
	html_message(&v->html, "check-country");
	html_raw(&v->html, "</label>");
	put_countries(v, "country", country.len ? country : text_of(reader_country(v)));
	html_rawf(&v->html, "</div><details%s><summary>", open ? " open" : "");
	html_message(&v->html, "check-more");
	html_raw(&v->html, "</summary>");
	kind_select(v);
	put_input(v, &of);
	html_raw(&v->html, "</details><p class=\"reveals\" id=\"reveals\">");
	put_icon(v, "lock");
	put_element(v, "span", NULL, "check-plain");
	html_raw(&v->html, "</p>");
	form_end(v, "check-act");
}

static enum status asked_of(struct visit *v, struct asked *ret, struct error *ret_error)
{
	struct asked_query query = {.text = visit_field(v, "what"), .country = visit_field(v, "country")};

	if (!asked_kind_from_word(visit_field(v, "kind"), &query.kind))
		query.kind = ASKED_ANY;
	*(query.kind == ASKED_HANDLE ? &query.service : &query.bank) = visit_field(v, "of");
	return asked_read(&query, ret, ret_error);
}

static const char *similar_message(enum asked_kind kind)
{
	return kind == ASKED_WALLET ? "check-similar-wallet" : "check-similar-handle";
}

static void warning_put(struct visit *v, const char *message, const char *word)
{
	html_rawf(&v->html, "<p class=\"warning\"%s%s%s>", word ? " data-word=\"" : "", word ? word : "", word ? "\"" : "");
	put_icon(v, "alert");
	put_element(v, "span", NULL, message);
	html_raw(&v->html, "</p>");
}

static void warnings(struct visit *v, unsigned all)
{
	char key[48];

	for (unsigned bit = 0; bit < ASKED_WARNING_COUNT; bit++)
		if (all >> bit & 1u) {
			snprintf(key, sizeof key, "warning-%s", asked_warning_word(bit));
			warning_put(v, key, NULL);
		}
}

static void asked_put(struct visit *v, const struct asked *asked)
{
	html_raw(&v->html, "<p class=\"asked\"><span>");
	html_message(&v->html, asked->kind == ASKED_URL ? "check-host" : "check-got");
	html_raw(&v->html, "</span> <b dir=\"ltr\">");
	html_text(&v->html, text_of(asked->shown));
	html_raw(&v->html, "</b></p>");
	warnings(v, asked->warnings);
}

static void unreadable_put(struct visit *v, const struct error *error)
{
	struct verdict verdict = unreadable;

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i], error->reason) == 0)
			verdict.reason = reasons[i];
	verdict_put(v, &verdict);
	put_element(v, "h2", NULL, "check-mend");
	check_form(v, true);
}

static void next_acts(struct visit *v, bool bad, const char *word)
{
	html_rawf(&v->html, "<p class=\"acts-next\"%s%s%s>", word ? " data-word=\"" : "", word ? word : "", word ? "\"" : "");
	put_link(v, bad ? "button" : "button second", bad ? "help" : "report", bad ? "title-help" : "check-report");
	put_link(v, "button second", bad ? "report" : "help", bad ? "check-report" : "title-help");
	put_link(v, "plain", "check", "check-again");
	html_raw(&v->html, "</p>");
}

/* What the script may have to say, in the reader's language: it fills the %s in. */
static void word_put(struct visit *v, const char *tag, const char *class, const char *name, const char *message)
{
	html_rawf(&v->html, "<%s class=\"%s\" data-word=\"%s\">", tag, class, name);
	html_message(&v->html, message);
	html_rawf(&v->html, "</%s>", tag);
}

static void words_put(struct visit *v)
{
	static const struct { const char *word, *icon; } verdicts[] = {{"confirmed", "stop"}, {"reported", "alert"}, {"official", "official"}, {"none", "question"},
								       {"unreadable", "unreadable"}, {"withheld", "unreadable"}, {"seems", "alert"}, {"unlisted", "question"},
								       {"offline", "unreadable"}};
	static const struct { const char *name, *message; } since[] = {{"band-3", "band-0"}, {"band-10", "band-1"}, {"band-100", "band-2"}, {"since-confirmed", "since-confirmed"},
									       {"since-official", "since-official"}};
	char key[48];

	html_raw(&v->html, "<template id=\"words\">");
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		html_rawf(&v->html, "<section class=\"verdict %s\" role=\"status\" data-word=\"verdict-%s\">", verdicts[i].word, verdicts[i].word);
		put_icon(v, verdicts[i].icon);
		snprintf(key, sizeof key, "verdict-%s", verdicts[i].word);
		put_element(v, "h1", NULL, key);
		snprintf(key, sizeof key, "verdict-%s-next", verdicts[i].word);
		put_element(v, "p", "what", key);
		html_raw(&v->html, "</section>");
	}
	for (size_t i = 0; i < sizeof since / sizeof since[0]; i++)
		word_put(v, "p", "since", since[i].name, since[i].message);
	word_put(v, "p", "meta", "check-late", "check-late");
	word_put(v, "p", "warning", "age-amber", "age-amber");
	word_put(v, "p", "warning", "age-old", "age-old");
	word_put(v, "span", "", "taken", "taken");
	word_put(v, "span", "", "take-failed", "take-failed");
	word_put(v, "p", "lead", "check-work", "check-work");
	word_put(v, "p", "asked", "check-host", "check-host");
	word_put(v, "p", "asked", "check-got", "check-got");
	word_put(v, "span", "private", "check-private", "check-private");
	for (unsigned bit = 0; bit < ASKED_WARNING_COUNT; bit++) {
		snprintf(key, sizeof key, "warning-%s", asked_warning_word(bit));
		warning_put(v, key, key);
	}
	for (size_t i = 0; i < 2; i++)
		warning_put(v, similar_message(i ? ASKED_WALLET : ASKED_HANDLE), i ? "similar-wallet" : "similar-handle");
	word_put(v, "p", "meta", "similar-cost", "similar-cost");
	word_put(v, "p", "meta", "similar-none", "similar-none");
	html_raw(&v->html, "<button type=\"button\" class=\"second\" data-word=\"similar-act\">");
	html_message(&v->html, "similar-act");
	html_raw(&v->html, "</button>");
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		snprintf(key, sizeof key, "why-%s", reasons[i]);
		word_put(v, "p", "what", key, key);
	}
	/* Months and forms of dates: not every browser has a calendar in Khmer. */
	for (unsigned month = 1; month <= 12; month++) {
		snprintf(key, sizeof key, "month-%u", month);
		word_put(v, "i", "", key, key);
	}
	word_put(v, "i", "", "form-month", "form-month");
	word_put(v, "i", "", "form-day", "form-day");
	next_acts(v, true, "next-bad");
	next_acts(v, false, "next");
	html_raw(&v->html, "</template>");
}

/* The list for when there is no network: the script shows it where the browser can keep it. */
static void take_put(struct visit *v)
{
	char kilobytes[24];

	if (v->paper == NULL || v->paper->pack.data == NULL)
		return;
	snprintf(kilobytes, sizeof kilobytes, "%zu", (v->paper->pack.len + 1023) / 1024);
	html_raw(&v->html, "<section class=\"panel\" id=\"take\" hidden>");
	put_element(v, "h2", NULL, "take-h");
	put_element(v, "p", NULL, "take-text");
	html_raw(&v->html, "<p class=\"meta\" id=\"taken\" role=\"status\"></p><button type=\"button\" class=\"second\" id=\"take-act\">");
	html_message_with(&v->html, "take-act", text_of(kilobytes));
	html_raw(&v->html, "</button><button type=\"button\" class=\"second\" id=\"take-drop\" hidden>");
	html_message(&v->html, "take-drop");
	html_raw(&v->html, "</button></section>");
}

static void similar(struct visit *v, const struct asked *asked)
{
	struct bulletin_table_head head;
	uint8_t payload[BULLETIN_PAYLOAD_MAX];

	if (asked->similar[0] == '\0' || site_look_up(v, NEWS_CHECKS, text_of(asked->similar), &head, payload) != ST_OK)
		return;
	warning_put(v, similar_message(asked->kind), NULL);
}

void page_check(void *context, const struct http_request *request, struct http_response *response)
{
	struct error error = {.reason = ""};
	struct asked asked;
	struct visit v;
	bool good = visit_begin(&v, context, request, response, "check");

	if (good && (request->method != HTTP_POST || visit_may(&v, LIMIT_PLAIN))) {
		frame_begin(&v, FRAME_FORM, "title-check", request->method == HTTP_POST ? NULL : "check.js");
		html_raw(&v.html, "<div class=\"narrow\" id=\"answer\">");
		if (request->method != HTTP_POST) {
			put_element(&v, "h1", NULL, "check-h1");
			check_form(&v, false);
			html_raw(&v.html, "<a class=\"answer light\" href=\"");
			put_path(&v, "check/job");
			html_raw(&v.html, "\">");
			put_element(&v, "span", NULL, "check-job");
			put_icon(&v, "next");
			html_raw(&v.html, "</a>");
			take_put(&v);
			words_put(&v);
		} else if (asked_of(&v, &asked, &error) != ST_OK) {
			response->status = 422;
			unreadable_put(&v, &error);
		} else {
			struct verdict verdict = verdict_of(&v, text_of(asked.x));

			verdict_put(&v, &verdict);
			asked_put(&v, &asked);
			if (strcmp(verdict.word, "none") == 0)
				similar(&v, &asked);
			next_acts(&v, verdict.check.verdict == BULLETIN_CONFIRMED || verdict.check.verdict == BULLETIN_REPORTED, NULL);
			sodium_memzero(&asked, sizeof asked);
		}
		html_raw(&v.html, "</div>");
		frame_end(&v);
	}
	visit_end(&v);
}
