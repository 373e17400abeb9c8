/* What somebody wrote, from the form to the courier. */
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#include "portal/site.h"

static bool nonce_take(const struct visit *v, uint8_t out[HAND_NONCE_SIZE])
{
	struct text word = visit_field(v, "form");
	size_t size = 0;

	return word.len == 2 * HAND_NONCE_SIZE && sodium_hex2bin(out, HAND_NONCE_SIZE, word.data, word.len, NULL, &size, NULL) == 0 && size == HAND_NONCE_SIZE;
}

static void begin(struct visit *v, const char *page, const char *more)
{
	uint8_t nonce[HAND_NONCE_SIZE];
	char word[2 * HAND_NONCE_SIZE + 1];

	if (!nonce_take(v, nonce))
		env_random(&portal_env, nonce, sizeof nonce);
	sodium_bin2hex(word, sizeof word, nonce, sizeof nonce);
	html_raw(&v->html, "<form method=\"post\" action=\"");
	put_path(v, page);
	html_rawf(&v->html, "\"%s><input type=\"hidden\" name=\"form\" value=\"%s\">", more, word);
	sodium_memzero(nonce, sizeof nonce);
}

void form_begin(struct visit *v, const char *page)
{
	begin(v, page, "");
}

void form_begin_files(struct visit *v, const char *page)
{
	begin(v, page, " enctype=\"multipart/form-data\"");
}

void form_of(struct visit *v, struct hand_form *ret)
{
	uint8_t nonce[HAND_NONCE_SIZE];

	if (!nonce_take(v, nonce))
		env_random(&portal_env, nonce, sizeof nonce);
	hand_form_of(nonce, ret);
	sodium_memzero(nonce, sizeof nonce);
}

void take_member(json_t *object, const char *member, struct text value)
{
	if (value.len)
		(void)json_object_set_new(object, member, json_stringn(value.data, value.len));
}

/* Of a browser no more than what many thousands share. */
static void device_class(struct text agent, char *out, size_t size)
{
	static const char *const systems[][2] = {{"Android", "android"}, {"iPhone", "iphone"}, {"iPad", "ipad"}, {"Windows", "windows"}, {"Mac OS X", "mac"}, {"Linux", "linux"}};
	static const char *const browsers[][2] = {{"FBAN", "facebook"}, {"Telegram", "telegram"}, {"Edg", "edge"}, {"OPR", "opera"}, {"Firefox", "firefox"}, {"Chrome", "chrome"}, {"Safari", "safari"}};
	const char *system = "other", *browser = "other";

	for (size_t i = sizeof systems / sizeof systems[0]; i-- > 0;)
		if (text_has(agent, text_of(systems[i][0])))
			system = systems[i][1];
	for (size_t i = sizeof browsers / sizeof browsers[0]; i-- > 0;)
		if (text_has(agent, text_of(browsers[i][0])))
			browser = browsers[i][1];
	snprintf(out, size, "%s-%s", system, browser);
}

json_t *take_begin(struct visit *v, const struct hand_form *form)
{
	char receipt[32], network[LIMIT_NETWORK_SIZE], device[32], moment[96];
	time_t seconds = (time_t)(v->now_ms / 1000);
	struct tm t;

	snprintf(receipt, sizeof receipt, "receipt|%s", form->receipt);
	limit_network(v->site->limits, v->request->address, network);
	device_class(http_header(v->request, "User-Agent"), device, sizeof device);
	if (gmtime_r(&seconds, &t) == NULL)
		return NULL;
	snprintf(moment, sizeof moment, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec,
		 (int)(v->now_ms % 1000));
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "language", v->language, "receipt", receipt, "time", moment, "client", "network", network, "device", device);
}

enum status take_send(struct visit *v, enum bulletin_item_kind kind, const struct hand_form *form, json_t *content)
{
	struct bulletin_item_head head = {.kind = kind};
	struct error error = {.message = "no bulletin has come yet"};
	enum status st = content && v->paper ? ST_OK : ST_UNAVAILABLE;

	memcpy(head.id, form->id, sizeof head.id);
	if (st == ST_OK)
		st = hand_in(v->site->hand, v->paper->note.inbox, &head, content, &error);
	if (st != ST_OK)
		portal_say("web: something that was written could not be handed in: %s", error.message);
	json_decref(content);
	return st;
}

unsigned take_refusal(enum status st)
{
	return st == ST_MALFORMED ? 400 : st == ST_LIMIT ? 413 : 503;
}

void put_receipt(struct visit *v, const char *receipt)
{
	html_raw(&v->html, "<p class=\"receipt\">");
	for (unsigned i = 0; i < 4; i++)
		html_rawf(&v->html, "<span>%.4s</span>%s", receipt + 4 * (size_t)i, i < 3 ? " " : "");
	html_raw(&v->html, "</p>");
}
