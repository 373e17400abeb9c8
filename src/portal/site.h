/* What every page of the portal has in common: one visit, the frame around it, pieces of forms. */
#ifndef PORTAL_SITE_H
#define PORTAL_SITE_H

#include "bulletin/upload.h"
#include "html/html.h"
#include "http/multipart.h"
#include "http/server.h"
#include "lesson/lesson.h"
#include "portal/asking.h"
#include "portal/hand.h"
#include "portal/limit.h"
#include "portal/news.h"
#include "portal/parts.h"
#include "portal/surge.h"

struct site {
	const struct portal_settings *settings;
	const char *name; /* its public key, by which the hub knows it */
	struct news *news;
	struct asking *asking;
	struct hand *hand;
	struct limits *limits;
	struct surge *surge;
	struct alarms *alarms;
	struct http_asset kit; /* for a country that wants to join */
};

extern const struct html_words site_words;

enum frame_kind {
	FRAME_PAGE,
	FRAME_FORM,   /* is not kept by any cache */
	FRAME_EMBED,  /* within another site's page: without the site's parts, and any page may frame it */
	FRAME_QUIET,  /* neither the site's name, its parts nor its letters: the page that may have to be hidden */
};

/* What a page says of itself to those that show it elsewhere (Open Graph). */
struct put_share {
	struct text title, description; /* title: instead of the frame's message; empty: neither is told */
	struct text url, image;         /* whole addresses; image: or empty */
	bool feeds;                     /* the alerts can be followed from here */
};

/* One request while it is answered. */
struct visit {
	struct site *site;
	const struct http_request *request;
	struct http_response *response;
	struct html html;
	const struct news_paper *paper; /* or NULL */
	const char *language;
	const char *page;               /* the path after the language: "check" */
	int64_t now_ms, age_ms;         /* of the bulletin */
	enum frame_kind kind;
	const struct put_share *share;  /* or NULL */
	bool reading;                   /* brings the style of what is read at leisure */
	const struct http_field *form;  /* what a form brought */
	size_t form_count;
	const struct http_file *files;
	size_t file_count;
};

/* Begins an answer in the language of the path, HTTP_POST with its form read. False: answered already, a page that says why.
 * Ends with visit_end either way. */
MUST_USE bool visit_begin(struct visit *visit, void *context, const struct http_request *request, struct http_response *response,
			  const char *page);
void visit_end(struct visit *visit);

/* A field of the form, trimmed, without control characters but line ends; "" where it is missing. `nth` of repeated ones from 0. */
struct text visit_field(const struct visit *visit, const char *name);
struct text visit_field_nth(const struct visit *visit, const char *name, size_t nth);
bool visit_has(const struct visit *visit, const char *name, const char *value);

/* ---- how often ---- */

#define LIMIT_FIELD "work"	   /* of a form */
#define LIMIT_HEADER "Cordon-Work" /* of a script's request */

/* Whether the form may be taken now (portal/limit.h). False: answered already, by a page that sends the same again. */
MUST_USE bool visit_may(struct visit *visit, enum limit_act act);
/* The same for what a script asks; false: answered by 429 and the challenge. */
MUST_USE bool limit_may(struct site *site, enum limit_act act, const struct http_request *request, struct http_response *response);

/* ---- the frame ---- */

/* Everything up to the inside of <main>. `script`: a file of the page's own, or NULL. */
void frame_begin(struct visit *visit, enum frame_kind kind, const char *title, const char *script);
void frame_end(struct visit *visit);

/* A whole page that says what went wrong; `status` 400, 404, 405, 413, 429, 503. */
void frame_problem(struct visit *visit, unsigned status);

/* For refusals that no page gave. */
void site_refuse(void *context, const struct http_request *request, struct http_response *response, unsigned status, struct text detail);

/* ---- pieces ---- */

/* "/km/check" as an attribute's value. */
void put_path(struct visit *visit, const char *page);

/* <a class="CLASS" href="/km/PAGE">message</a> */
void put_link(struct visit *visit, const char *class, const char *page, const char *message);

/* <TAG CLASS>message</TAG>; class NULL: none. */
void put_element(struct visit *visit, const char *tag, const char *class, const char *message);

/* Text of the bulletin, escaped, for the screen: Khmer words that stay whole stay so (told.c). Not where it is copied or read by programs. */
void put_told(struct visit *visit, struct text text);
/* The same of markup that the hub's own functions have made. */
void put_told_markup(struct visit *visit, struct text markup);

/* A day or moment as people of the language read it: "26 Nov 2026", "26 Nov 2026 14:05 (UTC+7)". */
void put_day(struct visit *visit, int64_t ms);
size_t say_day(const struct visit *visit, int64_t ms, char *out, size_t size);
size_t say_moment(const struct visit *visit, int64_t ms, char *out, size_t size);
void say_month(const struct visit *visit, unsigned months_since_2020, char *out, size_t size);

/* A drawing of the site's own, hidden from readers aloud: "check", "report", "help", "out", "mark"... */
void put_icon(struct visit *visit, const char *name);

struct put_field {
	const char *name, *label, *hint; /* messages; hint may be NULL */
	size_t length_max;
	unsigned lines;                  /* 0: one line */
	bool required;
	const char *mode;                /* inputmode, or NULL */
};
/* A labelled field with what was typed before. */
void put_input(struct visit *visit, const struct put_field *field);

/* Radio buttons or boxes with words "PREFIXvalue". */
struct put_choice {
	const char *name, *legend, *prefix;
	const char *const *values;
	size_t count;
	bool several, required;
};
void put_choices(struct visit *visit, const struct put_choice *choice);

/* Where who reads this language is most likely at home: "kr"; English: where the site is from. */
const char *reader_country(const struct visit *visit);

/* A button that reads a QR code from a picture into the field `into`, instead of what is there or, to `add`, as a line of its own. Hidden until a script
 * that has ui/portal/code-offer.ts shows it. */
void put_code(struct visit *visit, const char *into, bool add);

void put_countries(struct visit *visit, const char *name, struct text chosen);

/* <form method=post>, with the form's nonce: the one that came, or a new one. */
void form_begin(struct visit *visit, const char *page);
/* The same with room for files (put_files). */
void form_begin_files(struct visit *visit, const char *page);
void form_end(struct visit *visit, const char *act);
/* The nonce that came with the form; a new one where it is missing or not one. */
void form_of(struct visit *visit, struct hand_form *ret);

/* A notice at the top of a form that was not in order. */
void put_notice(struct visit *visit, const char *message);

/* ---- what is written ---- */

/* Members of a JSON object from fields of the form; an empty field is left out. */
void take_member(json_t *object, const char *member, struct text value);
/* language, receipt, time, client: what every item has. NULL: no memory. */
json_t *take_begin(struct visit *visit, const struct hand_form *form);
/* Seals and hands in; frees `content`. Fails: as hand_in; ST_UNAVAILABLE also without a bulletin (no key to seal to). */
MUST_USE enum status take_send(struct visit *visit, enum bulletin_item_kind kind, const struct hand_form *form, json_t *content);
/* ---- files (upload.c) ---- */

#define FILES_SCRIPT "upload.js"
/* The field, with what is taken and what a picture tells besides. */
void put_files(struct visit *visit);
bool files_any(const struct visit *visit);
/* A message that says why they are not taken, or NULL. */
const char *files_wrong(const struct visit *visit);
/* Hands their parts in and names them in `item`. Where this fails some parts may be at the hub already: nothing names them, they end there by
 * themselves. Fails: as hand_in. */
MUST_USE enum status files_take(struct visit *visit, const struct hand_form *form, json_t *item);

/* The field where files are only named on a paper. */
void put_files_named(struct visit *visit);
struct file_listed {
	struct text media;
	uint64_t size;
	char sha256[65];
};
/* What came with the form or was named in it, of which files_wrong found nothing; gives how many. */
size_t files_listed(const struct visit *visit, struct file_listed ret[UPLOADS_MAX]);
/* The same as hidden fields of a form that only names them. */
void files_carry(struct visit *visit);

/* ---- reports (page_report.c), and the paper for the police made of one (page_statement.c) ---- */

/* The word that was chosen of those that "type", "relation" or "money" can have, or NULL. */
const char *report_word(const struct visit *visit, const char *name);
/* A kind, and something said of it. */
bool report_enough(const struct visit *visit);
void put_complaint_form(struct visit *visit);
void put_statement_country(struct visit *visit);
/* After a report: a form with everything that was typed, for the paper. */
void put_statement_offer(struct visit *visit, const char *receipt);

/* The status of a page that could not take what was written. */
unsigned take_refusal(enum status st);
/* The way out of the notes in one act. */
void put_leave(struct visit *visit);
/* Sixteen digits in four by four. */
void put_receipt(struct visit *visit, const char *receipt);

/* ---- the parts ---- */

extern const struct http_route site_routes[];
extern const size_t site_route_count;

http_handler page_start, page_check, page_help, page_alerts, page_alert, page_figures, page_about, page_redress, page_report, page_report_money, page_report_tip,
	page_report_full, page_complaint, page_status, page_follow, page_note, page_calendar, page_learn, page_lesson, page_lesson_result, page_lesson_print, page_lesson_reminder, page_trial, page_trial_step, page_trial_why, page_trial_reminder, page_job, page_join;
http_handler ask_check, ask_receipt, ask_note, ask_pack, join_kit, figures_file, alerts_rss, alerts_json, alerts_cap, alert_message_cap, alert_media, page_upload;

/* The kit (kit/kit.h), for as long as the process lives. Fails: as kit_write. */
MUST_USE enum status join_kit_make(struct http_asset *ret, struct error *ret_error);

/* The two newest alerts in force, for the first page. */
void put_alerts_now(struct visit *visit);

/* A file of the bulletin as it is, typed by its name; a page that says so where there is none. */
void site_file(struct visit *visit, struct text name);

/* Whether two people approved the document's text (lesson/lesson.h) in a language: the bulletin says so. */
bool lesson_approved(const struct visit *visit, const struct lesson_document *document, size_t language);
/* That this one is not approved in the page's language, and where it can be read. */
void put_lesson_pending(struct visit *visit, const struct lesson_document *document, const char *page);
/* A message of a lesson as it comes; what is said after an answer, 's' or 'g'. */
void put_lesson_item(struct visit *visit, const struct lesson_item *item, size_t language);
void put_lesson_told(struct visit *visit, const struct lesson_item *item, char answer, size_t language);
/* The whole answer: a calendar's day so many days from now that leads to a page, titled by a message. */
void put_reminder(struct visit *visit, const char *name, unsigned days, const char *page, const char *title);
/* "https://this.site", as the visitor named it; "" where that is no host's name. */
struct text site_here(const struct visit *visit);

/* A verdict of x by the table in force, as the oracle answers it. Fails: ST_NOT_FOUND (no row), ST_UNAVAILABLE (no table or no
 * answer), ST_DENIED, ST_MALFORMED. */
MUST_USE enum status site_look_up(struct visit *visit, enum news_table table, struct text x, struct bulletin_table_head *ret_head,
				  uint8_t ret_payload[BULLETIN_PAYLOAD_MAX]);

/* Contacts that serve for something in a country ("" any), as cards; false: there are none. `serves` NULL: all. */
bool put_contacts(struct visit *visit, const char *serves, struct text country);

#endif
