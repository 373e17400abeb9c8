#include <stdio.h>

#include "api/params.h"
#include "api/topics.h"
#include "model/entity_json.h"

void api_json(struct http_response *response, unsigned status)
{
	response->status = status;
	http_set_header(response, TEXT("Content-Type"), TEXT("application/json"));
}

void api_detail(struct http_response *response, unsigned status, const char *format, ...)
{
	char detail[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof detail, format, arguments);
	va_end(arguments);
	buffer_clear(&response->body);
	api_json(response, status);
	buffer_printf(&response->body, "{\"detail\":");
	json_add_string(&response->body, text_of(detail));
	buffer_add_char(&response->body, '}');
}

struct lists_snapshot *api_hold(struct api_context *api, struct http_response *response)
{
	struct lists_snapshot *lists = lists_hold(api->lists);

	if (lists == NULL)
		api_detail(response, 503, "Index not ready.");
	return lists;
}

bool api_is_target(const struct lists_entry *entry)
{
	for (uint32_t i = 0; i < entry->topic_count; i++)
		if (topic_is_risk(entry->topics[i]))
			return true;
	return entry->target;
}

/* Where `,"target":` begins: outside values, whose quotes are escaped, it stands once, near the end. */
static size_t target_at(struct text json)
{
	static const char word[] = ",\"target\":";
	size_t at = json.len < sizeof word ? 0 : json.len - sizeof word;

	while (at > 0 && memcmp(json.data + at, word, sizeof word - 1) != 0)
		at--;
	return at;
}

void api_entity_open(const struct lists_snapshot *lists, entity_ref ref, struct buffer *out)
{
	static const char *const times[] = {"first_seen", "last_seen", "last_change"};
	struct text json = index_entity_json(lists->index, ref), tail;
	size_t at = target_at(json);
	size_t after = at + 10 + (json.data[at + 10] == 't' ? 4 : 5);

	buffer_add(out, json.data, at);
	buffer_printf(out, ",\"target\":%s", api_is_target(&lists->entries[ref]) ? "true" : "false");
	tail = (struct text){json.data + after, json.len - after - 1};
	buffer_add_text(out, tail);
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
		if (tail.len == 0 || memmem(tail.data, tail.len, times[i], strlen(times[i])) == NULL)
			buffer_printf(out, ",\"%s\":null", times[i]);
}

void api_add_share(struct buffer *out, int64_t millionths)
{
	uint64_t size = millionths < 0 ? 0u - (uint64_t)millionths : (uint64_t)millionths;

	buffer_printf(out, "%s%llu.%06llu", millionths < 0 ? "-" : "", (unsigned long long)(size / 1000000),
		      (unsigned long long)(size % 1000000));
}
