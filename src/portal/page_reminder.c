/* A date for one's own calendar (RFC 5545): practice fades in weeks, and nobody has to be known to be reminded. */
#include <time.h>

#include "portal/site.h"

#define DAYS 75
#define DAY_MS ((int64_t)86400000)
#define FOLD 74u /* octets of a content line, before its end (section 3.1) */

/* One content line: TEXT is escaped (section 3.3.11), lines are folded between characters. */
static void line_put(struct buffer *out, const char *name, struct text value)
{
	size_t column = strlen(name) + 1;

	buffer_printf(out, "%s:", name);
	for (size_t at = 0; at < value.len;) {
		size_t from = at, size;
		uint32_t c = text_next(value, &at);
		bool escaped = c == ',' || c == ';' || c == '\\';

		if (c == 0x200b || c == 0x2060) /* breaks that stand in Khmer for the screen */
			continue;
		size = at - from + escaped;
		if (column + size > FOLD) {
			buffer_add_text(out, TEXT("\r\n "));
			column = 1;
		}
		if (escaped)
			buffer_add_char(out, '\\');
		buffer_add_text(out, (struct text){value.data + from, at - from});
		column += size;
	}
	buffer_add_text(out, TEXT("\r\n"));
}

static void date_of(int64_t ms, char out[16])
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm t;

	out[0] = '\0';
	if (gmtime_r(&seconds, &t) != NULL)
		(void)strftime(out, 16, "%Y%m%d", &t);
}

void put_reminder(struct visit *v, const char *name, unsigned days, const char *page, const char *title)
{
	char today[16], day[16], after[16], words[400];
	struct buffer *out = v->html.out;

	date_of(v->now_ms, today);
	date_of(v->now_ms + days * DAY_MS, day);
	date_of(v->now_ms + (days + 1) * DAY_MS, after);
	http_set_header(v->response, TEXT("Content-Type"), TEXT("text/calendar; charset=utf-8"));
	http_set_header(v->response, TEXT("Content-Disposition"), TEXT("attachment; filename=\"reminder.ics\""));
	http_set_header(v->response, TEXT("Cache-Control"), TEXT("no-store"));
	buffer_add_text(out, TEXT("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Cordon//Learn//EN\r\nBEGIN:VEVENT\r\n"));
	buffer_printf(out, "UID:learn-%s-%s@cordon\r\nDTSTAMP:%sT000000Z\r\nDTSTART;VALUE=DATE:%s\r\nDTEND;VALUE=DATE:%s\r\nTRANSP:TRANSPARENT\r\n", name, day,
		      today, day, after);
	line_put(out, "SUMMARY", html_find(&v->html, text_of(title)));
	snprintf(words, sizeof words, "%.*s/%s/%s", TEXT_ARG(site_here(v)), v->language, page);
	line_put(out, "DESCRIPTION", text_of(words));
	buffer_add_text(out, TEXT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT9H\r\n"));
	line_put(out, "DESCRIPTION", html_find(&v->html, text_of(title)));
	buffer_add_text(out, TEXT("END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"));
}

void page_lesson_reminder(void *context, const struct http_request *request, struct http_response *response)
{
	const struct lesson_document *lesson;
	char page[64];
	struct visit v;

	if (visit_begin(&v, context, request, response, "learn")) {
		lesson = lesson_document(request->captures[1]);
		if (lesson == NULL || lesson->items == NULL) {
			frame_problem(&v, 404);
		} else {
			snprintf(page, sizeof page, "learn/%.*s/1", TEXT_ARG(lesson->id));
			put_reminder(&v, lesson->id.data, DAYS, page, "learn-ics-title");
		}
	}
	visit_end(&v);
}
