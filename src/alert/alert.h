/* Alerts to the public, as the bulletin carries them (alerts.json), and what is made of them: RSS 2.0, JSON Feed 1.1, CAP 1.2, a message.
 * Pure. docs/alerts.md says what each member means.
 *
 * Each alert is one message, and nothing is overwritten: an update or a cancellation is another one that refers to those before. One that was
 * replaced stays readable and says by which.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buffer.h"

#define ALERTS_MAX 500u
#define ALERT_ID_MAX 32u
#define ALERT_TITLE_MAX 160u   /* characters: CAP 1.2, 3.2.2, asks for no more in a headline */
#define ALERT_TEXT_MAX 2000u   /* so that a message has room for all of it */
#define ALERT_ADVICE_MAX 1000u
#define ALERT_COUNTRIES_MAX 20u
#define ALERT_CHANNELS_MAX 20u
#define ALERT_REFERENCES_MAX 50u
#define ALERT_MESSAGE_MAX 4096u /* UTF-16 units: Telegram, sendMessage */

enum alert_language { ALERT_EN, ALERT_KM, ALERT_KO, ALERT_ZH, ALERT_LANGUAGES };
enum alert_kind { ALERT_NEW, ALERT_UPDATE, ALERT_CANCEL };

/* Empty where it is not written in the language. */
struct alert_texts {
	struct text of[ALERT_LANGUAGES];
};

struct alert {
	struct text id; /* letters, digits and dashes */
	enum alert_kind kind;
	int64_t time_ms, expires_ms; /* 0: does not expire */
	bool exercise;
	int64_t campaign; /* number of the campaign that it is about (campaigns.json); 0: none */
	struct text replaced; /* id of the one that stands in its place now, or empty */
	struct alert_texts title, text, advice;
	struct text urgency, severity, certainty; /* CAP's words; never empty */
	struct text countries[ALERT_COUNTRIES_MAX], channels[ALERT_CHANNELS_MAX], references[ALERT_REFERENCES_MAX];
	size_t country_count, channel_count, reference_count;
	bool card[ALERT_LANGUAGES], poster[ALERT_LANGUAGES]; /* the bulletin has the file (alert_file) */
};

/* alerts.json, the newest first. Texts live as long as the JSON does. */
struct alerts {
	struct text site;    /* "https://check.example.kh", without a slash at its end */
	struct text sender;  /* CAP's: the hub's name */
	struct text hotline; /* or empty */
	struct alert_texts authority;
	struct alert *items;
	size_t count;
};

/* An item that is not as it should be is left out, so that one bad row does not silence the others; *ret_left_out counts them. Fails:
 * ST_MALFORMED with the member (site, sender, items), ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status alerts_read(const json_t *root, struct arena *arena, struct alerts *ret, size_t *ret_left_out, struct error *ret_error);

/* "https://check.example.kh" or with http and a port: neither path nor slash, nothing to be escaped. */
bool alert_site_valid(struct text site);

/* NULL: none. */
const struct alert *alert_find(const struct alerts *alerts, struct text id);

/* Neither replaced, cancelled nor over. */
bool alert_in_force(const struct alert *alert, int64_t now_ms);

/* "km"; ALERT_EN where it is none of ours. */
enum alert_language alert_language_of(struct text word);
const char *alert_language_word(enum alert_language language);

/* In the language, else in English, else in the first that there is. */
struct text alert_say(const struct alert_texts *texts, enum alert_language language);

/* A word of data/alert/words.tsv. Asserts that the key is there. */
struct text alert_word(const char *key, enum alert_language language);

/* How people are reached ("phone", "sms"), as people call it; empty: it is none of ours. */
struct text alert_channel(struct text channel, enum alert_language language);

/* One of CAP's words in its own writing; "Unknown" where it is none of them, or missing. */
enum alert_scale { ALERT_URGENCY, ALERT_SEVERITY, ALERT_CERTAINTY };
struct text alert_scale_word(enum alert_scale scale, struct text said);

#define ALERT_FILE_SIZE 33u
enum alert_file_kind { ALERT_CARD, ALERT_POSTER };
/* "alert-17.km.png", "alert-17.km.pdf": the name in the bulletin, and under the site. False: the id is too long for a name. */
bool alert_file(struct text id, enum alert_language language, enum alert_file_kind kind, char ret[ALERT_FILE_SIZE]);

/* ---- what is made of them; each appends and fails as buffer_status ---- */

enum alert_links { ALERT_LINK_PAGE, ALERT_LINK_CAP };
/* RSS 2.0. ALERT_LINK_CAP: an index of the CAP messages. */
MUST_USE enum status alert_rss(const struct alerts *alerts, enum alert_language language, enum alert_links links, struct buffer *out);

/* JSON Feed 1.1. */
MUST_USE enum status alert_json_feed(const struct alerts *alerts, enum alert_language language, struct buffer *out);

/* One CAP 1.2 message: <info> for each language that it is written in. What is no longer in the list cannot be referred to and is left out. */
MUST_USE enum status alert_cap(const struct alerts *alerts, const struct alert *alert, struct buffer *out);

/* What is sent as a message: at most ALERT_MESSAGE_MAX, the end of the text cut where it would be more. */
MUST_USE enum status alert_message(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out);

/* ---- shared by the writers ---- */

/* Text for content and quoted attributes of XML 1.0; what may not stand there becomes U+FFFD. */
void alert_xml(struct buffer *out, struct text text);
/* "https://SITE/km/alerts/17" */
void alert_address(struct buffer *out, const struct alerts *alerts, const struct alert *alert, enum alert_language language);
/* "[Update] title" */
void alert_title(struct buffer *out, const struct alert *alert, enum alert_language language);

#endif
