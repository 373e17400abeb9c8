/* RSS 2.0 (rssboard.org) and JSON Feed 1.1 (jsonfeed.org). */
#include "alert/alert.h"
#include "model/entity_json.h"
#include "model/time.h"

#define BODY_MAX 65536u

static const char *const tags[ALERT_LANGUAGES] = {"en", "km", "ko", "zh-Hans"};

/* RFC 822 as RSS has it: "Thu, 26 Nov 2026 01:23:45 +0000". 1 January 1970 was a Thursday. */
static void rss_time(struct buffer *out, int64_t ms)
{
	static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t day = (ms >= 0 ? ms : ms - TIME_DAY_MS + 1) / TIME_DAY_MS;
	char time[TIME_SIZE];
	size_t month;

	time_write(ms, time);
	month = (size_t)((time[5] - '0') * 10 + time[6] - '0' - 1);
	buffer_printf(out, "%.3s, %.2s %.3s %.4s %.8s +0000", days + 3 * (size_t)((day % 7 + 7) % 7), time + 8, months + 3 * month, time, time + 11);
}

/* The text, and what to do. */
static void body_put(struct buffer *out, const struct alert *alert, enum alert_language language)
{
	struct text advice = alert_say(&alert->advice, language);

	buffer_add_text(out, alert_say(&alert->text, language));
	if (advice.len)
		buffer_printf(out, "\n\n%.*s: %.*s", TEXT_ARG(alert_word("advice", language)), TEXT_ARG(advice));
}

static void item_link(struct buffer *out, const struct alerts *alerts, const struct alert *alert, enum alert_language language,
		      enum alert_links links)
{
	if (links == ALERT_LINK_CAP)
		buffer_printf(out, "%.*s/alerts/%.*s.cap", TEXT_ARG(alerts->site), TEXT_ARG(alert->id));
	else
		alert_address(out, alerts, alert, language);
}

static void escaped(struct buffer *out, struct buffer *words)
{
	alert_xml(out, buffer_text(words));
	if (buffer_status(words) != ST_OK)
		out->failed = buffer_status(words);
	buffer_clear(words);
}

static void rss_item(struct buffer *out, struct buffer *words, const struct alerts *alerts, const struct alert *alert,
		     enum alert_language language, enum alert_links links)
{
	buffer_add_text(out, TEXT("<item>\n<title>"));
	alert_title(words, alert, language);
	escaped(out, words);
	buffer_add_text(out, TEXT("</title>\n<link>"));
	item_link(out, alerts, alert, language, links);
	buffer_add_text(out, TEXT("</link>\n<description>"));
	body_put(words, alert, language);
	escaped(out, words);
	buffer_printf(out, "</description>\n<category>%.*s</category>\n<guid isPermaLink=\"false\">%.*s,%.*s</guid>\n<pubDate>",
		      TEXT_ARG(alert_word("event", language)), TEXT_ARG(alerts->sender), TEXT_ARG(alert->id));
	rss_time(out, alert->time_ms);
	buffer_add_text(out, TEXT("</pubDate>\n</item>\n"));
}

enum status alert_rss(const struct alerts *alerts, enum alert_language language, enum alert_links links, struct buffer *out)
{
	const char *word = alert_language_word(language), *name = links == ALERT_LINK_CAP ? "cap" : "rss";
	struct buffer words;

	buffer_init(&words, BODY_MAX);
	buffer_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n"
		      "<title>%.*s</title>\n<link>%.*s/%s/alerts</link>\n<description>",
		      TEXT_ARG(alert_word("feed", language)), TEXT_ARG(alerts->site), word);
	alert_xml(out, alert_word("feed", language));
	buffer_add_text(out, TEXT(" - "));
	alert_xml(out, alert_say(&alerts->authority, language));
	buffer_printf(out, "</description>\n<language>%s</language>\n<ttl>1</ttl>\n<atom:link href=\"%.*s/%s/alerts.%s\" rel=\"self\""
		      " type=\"application/rss+xml\"/>\n", tags[language], TEXT_ARG(alerts->site), word, name);
	for (size_t i = 0; i < alerts->count; i++)
		rss_item(out, &words, alerts, &alerts->items[i], language, links);
	buffer_add_text(out, TEXT("</channel>\n</rss>\n"));
	buffer_release(&words);
	return buffer_status(out);
}

/* ---- JSON Feed ---- */

static void member_put(struct buffer *out, const char *name, struct buffer *words)
{
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, buffer_text(words));
	if (buffer_status(words) != ST_OK)
		out->failed = buffer_status(words);
	buffer_clear(words);
}

static void json_item(struct buffer *out, struct buffer *words, const struct alerts *alerts, const struct alert *alert,
		      enum alert_language language)
{
	char time[TIME_SIZE], name[ALERT_FILE_SIZE];

	time_write(alert->time_ms, time);
	/* An id is letters, digits and dashes, a sender has nothing to escape. */
	buffer_printf(out, "{\"id\":\"%.*s,%.*s\"", TEXT_ARG(alerts->sender), TEXT_ARG(alert->id));
	item_link(words, alerts, alert, language, ALERT_LINK_PAGE);
	member_put(out, "url", words);
	alert_title(words, alert, language);
	member_put(out, "title", words);
	body_put(words, alert, language);
	member_put(out, "content_text", words);
	buffer_printf(out, ",\"date_published\":\"%s\",\"language\":\"%s\"", time, tags[language]);
	if (alert->card[language] && alert_file(alert->id, language, ALERT_CARD, name))
		buffer_printf(out, ",\"image\":\"%.*s/media/%s\"", TEXT_ARG(alerts->site), name);
	buffer_printf(out, ",\"attachments\":[{\"url\":\"%.*s/alerts/%.*s.cap\",\"mime_type\":\"application/cap+xml\"}", TEXT_ARG(alerts->site),
		      TEXT_ARG(alert->id));
	if (alert->poster[language] && alert_file(alert->id, language, ALERT_POSTER, name))
		buffer_printf(out, ",{\"url\":\"%.*s/media/%s\",\"mime_type\":\"application/pdf\"}", TEXT_ARG(alerts->site), name);
	buffer_add_text(out, TEXT("]}"));
}

enum status alert_json_feed(const struct alerts *alerts, enum alert_language language, struct buffer *out)
{
	const char *word = alert_language_word(language);
	struct buffer words;

	buffer_init(&words, BODY_MAX);
	buffer_add_text(out, TEXT("{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":"));
	json_add_string(out, alert_word("feed", language));
	buffer_printf(out, ",\"home_page_url\":\"%.*s/%s/alerts\",\"feed_url\":\"%.*s/%s/alerts.json\",\"language\":\"%s\"", TEXT_ARG(alerts->site),
		      word, TEXT_ARG(alerts->site), word, tags[language]);
	if (alert_say(&alerts->authority, language).len) {
		buffer_add_text(out, TEXT(",\"authors\":[{\"name\":"));
		json_add_string(out, alert_say(&alerts->authority, language));
		buffer_add_text(out, TEXT("}]"));
	}
	buffer_add_text(out, TEXT(",\"items\":["));
	for (size_t i = 0; i < alerts->count; i++) {
		if (i)
			buffer_add_char(out, ',');
		json_item(out, &words, alerts, &alerts->items[i], language);
	}
	buffer_add_text(out, TEXT("]}\n"));
	buffer_release(&words);
	return buffer_status(out);
}
