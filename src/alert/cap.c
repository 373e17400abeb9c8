/* OASIS Common Alerting Protocol 1.2 (1 July 2010). */
#include "alert/alert.h"
#include "ident/country.h"
#include "model/time.h"

static const char *const cap_languages[ALERT_LANGUAGES] = {"en", "km", "ko", "zh-Hans"};

static void element(struct buffer *out, const char *name, struct text text)
{
	buffer_printf(out, "<%s>", name);
	alert_xml(out, text);
	buffer_printf(out, "</%s>\n", name);
}

/* 3.3.2: whole seconds with an offset, never Z; UTC is -00:00. */
static void moment(struct buffer *out, int64_t ms)
{
	char time[TIME_SIZE];

	time_write(ms, time);
	buffer_printf(out, "%.19s-00:00", time);
}

/* 3.2.1: "sender,identifier,sent" with blanks between. */
static void references_put(struct buffer *out, const struct alerts *alerts, const struct alert *alert)
{
	bool first = true;

	for (size_t i = 0; i < alert->reference_count; i++) {
		const struct alert *before = alert_find(alerts, alert->references[i]);

		if (before == NULL)
			continue;
		buffer_add_text(out, first ? TEXT("<references>") : TEXT(" "));
		first = false;
		buffer_printf(out, "%.*s,%.*s,", TEXT_ARG(alerts->sender), TEXT_ARG(before->id));
		moment(out, before->time_ms);
	}
	if (!first)
		buffer_add_text(out, TEXT("</references>\n"));
}

static void resource_put(struct buffer *out, const struct alerts *alerts, const struct alert *alert, enum alert_language language,
			 enum alert_file_kind kind)
{
	char name[ALERT_FILE_SIZE];

	if (!(kind == ALERT_CARD ? alert->card : alert->poster)[language] || !alert_file(alert->id, language, kind, name))
		return;
	buffer_add_text(out, TEXT("<resource>\n"));
	element(out, "resourceDesc", alert_word(kind == ALERT_CARD ? "card" : "poster", language));
	element(out, "mimeType", kind == ALERT_CARD ? TEXT("image/png") : TEXT("application/pdf"));
	buffer_printf(out, "<uri>%.*s/media/%s</uri>\n</resource>\n", TEXT_ARG(alerts->site), name);
}

static void area_put(struct buffer *out, const struct alert *alert, enum alert_language language)
{
	if (alert->country_count == 0)
		return;
	buffer_add_text(out, TEXT("<area>\n<areaDesc>"));
	for (size_t i = 0; i < alert->country_count; i++) {
		struct text name = country_name(alert->countries[i], text_of(alert_language_word(language)));

		if (i)
			buffer_add_text(out, TEXT(", "));
		alert_xml(out, name.len ? name : alert->countries[i]);
	}
	buffer_add_text(out, TEXT("</areaDesc>\n"));
	for (size_t i = 0; i < alert->country_count; i++)
		buffer_printf(out, "<geocode>\n<valueName>ISO 3166-1</valueName>\n<value>%c%c</value>\n</geocode>\n",
			      alert->countries[i].data[0] - 'a' + 'A', alert->countries[i].data[1] - 'a' + 'A');
	buffer_add_text(out, TEXT("</area>\n"));
}

static void info_put(struct buffer *out, const struct alerts *alerts, const struct alert *alert, enum alert_language language)
{
	buffer_printf(out, "<info>\n<language>%s</language>\n<category>Security</category>\n", cap_languages[language]);
	element(out, "event", alert_word("event", language));
	element(out, "responseType", alert->kind == ALERT_CANCEL ? TEXT("AllClear") : TEXT("Avoid"));
	element(out, "urgency", alert->kind == ALERT_CANCEL ? TEXT("Past") : alert->urgency);
	element(out, "severity", alert->severity);
	element(out, "certainty", alert->certainty);
	if (alert->expires_ms) {
		buffer_add_text(out, TEXT("<expires>"));
		moment(out, alert->expires_ms);
		buffer_add_text(out, TEXT("</expires>\n"));
	}
	if (alert_say(&alerts->authority, language).len)
		element(out, "senderName", alert_say(&alerts->authority, language));
	element(out, "headline", alert->title.of[language]);
	element(out, "description", alert_say(&alert->text, language));
	if (alert->advice.of[language].len)
		element(out, "instruction", alert->advice.of[language]);
	buffer_add_text(out, TEXT("<web>"));
	alert_address(out, alerts, alert, language);
	buffer_add_text(out, TEXT("</web>\n"));
	if (alerts->hotline.len)
		element(out, "contact", alerts->hotline);
	for (size_t i = 0; i < alert->channel_count; i++) {
		buffer_add_text(out, TEXT("<parameter>\n<valueName>channel</valueName>\n"));
		element(out, "value", alert->channels[i]);
		buffer_add_text(out, TEXT("</parameter>\n"));
	}
	resource_put(out, alerts, alert, language, ALERT_CARD);
	resource_put(out, alerts, alert, language, ALERT_POSTER);
	area_put(out, alert, language);
	buffer_add_text(out, TEXT("</info>\n"));
}

enum status alert_cap(const struct alerts *alerts, const struct alert *alert, struct buffer *out)
{
	static const char *const kinds[] = {[ALERT_NEW] = "Alert", [ALERT_UPDATE] = "Update", [ALERT_CANCEL] = "Cancel"};

	buffer_add_text(out, TEXT("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n"));
	element(out, "identifier", alert->id);
	element(out, "sender", alerts->sender);
	buffer_add_text(out, TEXT("<sent>"));
	moment(out, alert->time_ms);
	buffer_printf(out, "</sent>\n<status>%s</status>\n<msgType>%s</msgType>\n<scope>Public</scope>\n", alert->exercise ? "Exercise" : "Actual",
		      kinds[alert->kind]);
	/* 3.2.1: what an exercise is, stands in its note. */
	if (alert->exercise)
		element(out, "note", alert_word("exercise", ALERT_EN));
	references_put(out, alerts, alert);
	for (size_t i = 0; i < ALERT_LANGUAGES; i++)
		if (alert->title.of[i].len)
			info_put(out, alerts, alert, (enum alert_language)i);
	buffer_add_text(out, TEXT("</alert>\n"));
	return buffer_status(out);
}
