/* An alert as a message: what is copied into Telegram, Facebook or a text message. */
#include "alert/alert.h"

#define WORDS_MAX 65536u

static size_t units(struct text t)
{
	size_t count = 0;

	for (size_t at = 0; at < t.len;)
		count += text_next(t, &at) > 0xFFFF ? 2 : 1;
	return count;
}

/* As much of it as has room. */
static struct text cut(struct text t, size_t room)
{
	size_t at = 0, end = 0, count = 0;
	bool blank = false;

	while (at < t.len) {
		size_t before = at;
		uint32_t c = text_next(t, &at);

		count += c > 0xFFFF ? 2 : 1;
		if (count > room)
			break;
		/* Not within a word, where the writing has blanks. */
		if (c == ' ' || c == '\n' || c == 0x200B) {
			blank = true;
			end = before;
		} else if (!blank) {
			end = at;
		}
	}
	return (struct text){t.data, end};
}

enum status alert_message(const struct alerts *alerts, const struct alert *alert, enum alert_language language, struct buffer *out)
{
	struct text text = alert_say(&alert->text, language), advice = alert_say(&alert->advice, language);
	struct buffer head, tail;
	size_t used;
	enum status st;

	buffer_init(&head, WORDS_MAX);
	buffer_init(&tail, WORDS_MAX);
	alert_title(&head, alert, language);
	buffer_add_text(&head, TEXT("\n\n"));
	if (advice.len && alert->kind != ALERT_CANCEL)
		buffer_printf(&tail, "\n\n%.*s: %.*s", TEXT_ARG(alert_word("advice", language)), TEXT_ARG(advice));
	buffer_printf(&tail, "\n\n%.*s: ", TEXT_ARG(alert_word("read", language)));
	alert_address(&tail, alerts, alert, language);
	if (alerts->hotline.len)
		buffer_printf(&tail, "\n%.*s: %.*s", TEXT_ARG(alert_word("hotline", language)), TEXT_ARG(alerts->hotline));
	used = units(buffer_text(&head)) + units(buffer_text(&tail));
	st = used + 1 > ALERT_MESSAGE_MAX ? ST_LIMIT : buffer_status(&head);
	if (st == ST_OK)
		st = buffer_status(&tail);
	if (st == ST_OK) {
		buffer_add_text(out, buffer_text(&head));
		if (units(text) + used <= ALERT_MESSAGE_MAX) {
			buffer_add_text(out, text);
		} else {
			buffer_add_text(out, cut(text, ALERT_MESSAGE_MAX - used - 1));
			buffer_add_text(out, TEXT("\xE2\x80\xA6"));
		}
		buffer_add_text(out, buffer_text(&tail));
		st = buffer_status(out);
	}
	buffer_release(&head);
	buffer_release(&tail);
	return st;
}
