#include "alert/alert.h"

#include <assert.h>
#include <stdio.h>

#include "model/time.h"

#include "alert_words.inc"

static const char *const languages[ALERT_LANGUAGES] = {"en", "km", "ko", "zh"};

enum alert_language alert_language_of(struct text word)
{
	for (size_t i = 0; i < ALERT_LANGUAGES; i++)
		if (text_equal(word, text_of(languages[i])))
			return (enum alert_language)i;
	return ALERT_EN;
}

const char *alert_language_word(enum alert_language language)
{
	return languages[language];
}

struct text alert_say(const struct alert_texts *texts, enum alert_language language)
{
	if (texts->of[language].len)
		return texts->of[language];
	for (size_t i = 0; i < ALERT_LANGUAGES; i++)
		if (texts->of[i].len)
			return texts->of[i];
	return TEXT("");
}

static struct text row_say(const struct alert_words_row *row, enum alert_language language)
{
	return language == ALERT_KM ? row->km : language == ALERT_KO ? row->ko : language == ALERT_ZH ? row->zh : row->en;
}

struct text alert_word(const char *key, enum alert_language language)
{
	for (size_t i = 0; i < ALERT_WORDS_COUNT; i++)
		if (text_equal(alert_words_rows[i].key, text_of(key)))
			return row_say(&alert_words_rows[i], language);
	assert(false); /* a word of data/alert/words.tsv */
	return TEXT("");
}

/* "phone" of "channel-phone"; empty of other words. */
static struct text channel_of(const struct alert_words_row *row)
{
	const struct text before = TEXT("channel-");

	return text_starts(row->key, before) ? (struct text){row->key.data + before.len, row->key.len - before.len} : TEXT("");
}

struct text alert_channel(struct text channel, enum alert_language language)
{
	for (size_t i = 0; channel.len && i < ALERT_WORDS_COUNT; i++)
		if (text_equal(channel_of(&alert_words_rows[i]), channel))
			return row_say(&alert_words_rows[i], language);
	return TEXT("");
}

bool alert_file(struct text id, enum alert_language language, enum alert_file_kind kind, char ret[ALERT_FILE_SIZE])
{
	return snprintf(ret, ALERT_FILE_SIZE, "alert-%.*s.%s.%s", TEXT_ARG(id), languages[language], kind == ALERT_CARD ? "png" : "pdf") <
	       (int)ALERT_FILE_SIZE;
}

const struct alert *alert_find(const struct alerts *alerts, struct text id)
{
	for (size_t i = 0; i < alerts->count; i++)
		if (text_equal(alerts->items[i].id, id))
			return &alerts->items[i];
	return NULL;
}

bool alert_in_force(const struct alert *alert, int64_t now_ms)
{
	return alert->kind != ALERT_CANCEL && alert->replaced.len == 0 && (alert->expires_ms == 0 || now_ms < alert->expires_ms);
}

/* ---- alerts.json ---- */

static struct text string_of(const json_t *value)
{
	return json_is_string(value) ? (struct text){json_string_value(value), json_string_length(value)} : TEXT("");
}

static struct text member(const json_t *object, const char *name)
{
	return string_of(json_object_get(object, name));
}

static void texts_read(const json_t *object, const char *name, struct alert_texts *ret)
{
	const json_t *texts = json_object_get(object, name);

	for (size_t i = 0; i < ALERT_LANGUAGES; i++)
		ret->of[i] = text_trim(member(texts, languages[i]));
}

static bool is_id(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!((t.data[i] >= 'a' && t.data[i] <= 'z') || (t.data[i] >= '0' && t.data[i] <= '9') || t.data[i] == '-'))
			return false;
	return t.len > 0 && t.len <= ALERT_ID_MAX;
}

static bool is_country(struct text t)
{
	return t.len == 2 && t.data[0] >= 'a' && t.data[0] <= 'z' && t.data[1] >= 'a' && t.data[1] <= 'z';
}

static bool is_word(struct text t)
{
	return t.len > 0 && t.len <= 64;
}

/* Strings of a list that are as they should be; more than there is room for are passed over. */
static size_t list_read(const json_t *object, const char *name, bool (*good)(struct text), struct text *ret, size_t max)
{
	const json_t *list = json_object_get(object, name);
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list) && count < max; i++) {
		struct text one = string_of(json_array_get(list, i));

		if (good(one))
			ret[count++] = one;
	}
	return count;
}

struct text alert_scale_word(enum alert_scale scale, struct text said)
{
	static const char *const words[][4] = {[ALERT_URGENCY] = {"Immediate", "Expected", "Future", "Past"},
					       [ALERT_SEVERITY] = {"Extreme", "Severe", "Moderate", "Minor"},
					       [ALERT_CERTAINTY] = {"Observed", "Likely", "Possible", "Unlikely"}};

	for (size_t i = 0; i < 4; i++)
		if (text_equal_nocase(said, text_of(words[scale][i])))
			return text_of(words[scale][i]);
	return TEXT("Unknown");
}

static void files_read(const json_t *object, const char *name, bool ret[ALERT_LANGUAGES])
{
	const json_t *list = json_object_get(object, name);

	for (size_t i = 0; i < json_array_size(list); i++)
		for (size_t k = 0; k < ALERT_LANGUAGES; k++)
			if (text_equal(string_of(json_array_get(list, i)), text_of(languages[k])))
				ret[k] = true;
}

static bool item_read(const json_t *item, struct alert *a)
{
	struct text state = member(item, "state"), expires = member(item, "expires");

	*a = (struct alert){.id = member(item, "id"), .replaced = member(item, "replaced")};
	a->kind = text_equal(state, TEXT("update")) ? ALERT_UPDATE : text_equal(state, TEXT("cancelled")) ? ALERT_CANCEL : ALERT_NEW;
	a->exercise = json_is_true(json_object_get(item, "exercise"));
	a->campaign = json_integer_value(json_object_get(item, "campaign"));
	texts_read(item, "title", &a->title);
	texts_read(item, "text", &a->text);
	texts_read(item, "advice", &a->advice);
	a->urgency = alert_scale_word(ALERT_URGENCY, member(item, "urgency"));
	a->severity = alert_scale_word(ALERT_SEVERITY, member(item, "severity"));
	a->certainty = alert_scale_word(ALERT_CERTAINTY, member(item, "certainty"));
	a->country_count = list_read(item, "countries", is_country, a->countries, ALERT_COUNTRIES_MAX);
	a->channel_count = list_read(item, "channels", is_word, a->channels, ALERT_CHANNELS_MAX);
	a->reference_count = list_read(item, "references", is_id, a->references, ALERT_REFERENCES_MAX);
	files_read(item, "cards", a->card);
	files_read(item, "posters", a->poster);
	return is_id(a->id) && (a->replaced.len == 0 || is_id(a->replaced)) && alert_say(&a->title, ALERT_EN).len &&
	       time_read(member(item, "time"), &a->time_ms, NULL) == ST_OK &&
	       (expires.len == 0 || time_read(expires, &a->expires_ms, NULL) == ST_OK);
}

bool alert_site_valid(struct text t)
{
	size_t from = text_starts(t, TEXT("https://")) ? 8 : text_starts(t, TEXT("http://")) ? 7 : 0;

	for (size_t i = from; i < t.len; i++)
		if (!((t.data[i] >= 'a' && t.data[i] <= 'z') || (t.data[i] >= '0' && t.data[i] <= '9') || t.data[i] == '-' || t.data[i] == '.' ||
		      t.data[i] == ':'))
			return false;
	return from && t.len > from && t.len <= 200;
}

/* CAP 1.2, 3.2.1: neither spaces nor commas nor < nor & in a sender. */
static bool is_sender(struct text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.data[i] <= ' ' || t.data[i] > '~' || strchr(",<>&\"'", t.data[i]))
			return false;
	return t.len > 0 && t.len <= 200;
}

enum status alerts_read(const json_t *root, struct arena *arena, struct alerts *ret, size_t *ret_left_out, struct error *ret_error)
{
	const json_t *items = json_object_get(root, "items");
	struct alerts alerts = {.site = member(root, "site"), .sender = member(root, "sender"), .hotline = member(root, "hotline")};
	size_t left_out = 0;

	if (!alert_site_valid(alerts.site))
		return error_at(ret_error, ST_MALFORMED, "site", -1, "site is no address of a site");
	if (!is_sender(alerts.sender))
		return error_at(ret_error, ST_MALFORMED, "sender", -1, "sender is no name of a hub");
	if (!json_is_array(items))
		return error_at(ret_error, ST_MALFORMED, "items", -1, "items is no list");
	if (json_array_size(items) > ALERTS_MAX)
		return error_at(ret_error, ST_LIMIT, "items", -1, "more than %u alerts", ALERTS_MAX);
	texts_read(root, "authority", &alerts.authority);
	alerts.items = ARENA_NEW(arena, struct alert, json_array_size(items) + 1);
	if (alerts.items == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < json_array_size(items); i++) {
		if (item_read(json_array_get(items, i), &alerts.items[alerts.count]) &&
		    alert_find(&alerts, alerts.items[alerts.count].id) == NULL)
			alerts.count++;
		else
			left_out++;
	}
	*ret = alerts;
	*ret_left_out = left_out;
	return ST_OK;
}

/* ---- shared by the writers ---- */

void alert_xml(struct buffer *out, struct text text)
{
	for (size_t at = 0; at < text.len;) {
		size_t from = at;
		uint32_t c = text_next(text, &at);

		if (c == '&')
			buffer_add_text(out, TEXT("&amp;"));
		else if (c == '<')
			buffer_add_text(out, TEXT("&lt;"));
		else if (c == '>')
			buffer_add_text(out, TEXT("&gt;"));
		else if (c == '"')
			buffer_add_text(out, TEXT("&quot;"));
		else if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF)
			buffer_add_text(out, TEXT("\xEF\xBF\xBD"));
		else
			buffer_add(out, text.data + from, at - from);
	}
}

void alert_address(struct buffer *out, const struct alerts *alerts, const struct alert *alert, enum alert_language language)
{
	buffer_printf(out, "%.*s/%s/alerts/%.*s", TEXT_ARG(alerts->site), languages[language], TEXT_ARG(alert->id));
}

void alert_title(struct buffer *out, const struct alert *alert, enum alert_language language)
{
	if (alert->exercise)
		buffer_printf(out, "[%.*s] ", TEXT_ARG(alert_word("exercise", language)));
	if (alert->kind != ALERT_NEW)
		buffer_printf(out, "[%.*s] ", TEXT_ARG(alert_word(alert->kind == ALERT_UPDATE ? "update" : "cancel", language)));
	buffer_add_text(out, alert_say(&alert->title, language));
}
