#include "post/sync.h"

#include <stdlib.h>

#include "model/time.h"

#define ANSWER_MAX ((size_t)8 << 20)

/* NULL: no memory. */
static char *health(struct sync *s, struct error *ret_error)
{
	struct watch_list *list = watch_hold(s->watch);
	char issued[TIME_SIZE], applied[TIME_SIZE];
	struct lanes_figures figures = {.queue = 0};
	struct lanes_now now;
	uint64_t since = 0, number = list ? watch_number(list) : 0;
	json_t *root, *trouble = json_array();
	char *out;

	watch_release(list);
	if (lanes_figures(s->lanes, &figures, ret_error) != ST_OK || lanes_since(s->lanes, &since, ret_error) != ST_OK) {
		json_decref(trouble);
		return NULL;
	}
	s->now(s->context, &now);
	if (number != s->number) {
		s->number = number;
		s->applied_ms = env_now(&s->line.clock->env);
	}
	for (size_t i = 0; i < LANES_TROUBLE_MAX && now.trouble[i]; i++)
		json_array_append_new(trouble, json_string(now.trouble[i]));
	if (figures.disk_full)
		json_array_append_new(trouble, json_string("disk-full"));
	if (figures.forked)
		json_array_append_new(trouble, json_string("spool-forked"));
	time_write(now.issued_ms, issued);
	time_write(s->applied_ms, applied);
	root = json_pack("{s:I, s:I, s:s, s:s, s:I, s:I, s:i, s:s, s:o}", "since", (json_int_t)since, "edition", (json_int_t)number, "applied",
			 applied, "issued", issued, "queue", (json_int_t)figures.queue, "seq", (json_int_t)figures.seq, "lanes",
			 (int)figures.lanes, "version", s->version, "trouble", trouble);
	if (root && now.state[0] && now.number == number)
		json_object_set_new(root, "state", json_string(now.state));
	if (root && now.urgent)
		json_object_set_new(root, "urgent", json_integer((json_int_t)now.urgent));
	if (root && now.offset_known)
		json_object_set_new(root, "offset", json_integer(now.offset_ms));
	out = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	if (out == NULL)
		(void)error_set(ret_error, ST_NO_MEMORY, "out of memory");
	return out;
}

static enum status answer_take(struct sync *s, struct text answer, bool *ret_more, struct error *ret_error)
{
	json_t *root = json_loadb(answer.data, answer.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *time = json_object_get(root, "time"), *news = json_object_get(root, "news");
	int64_t hub_ms;
	enum status st = ST_OK;

	if (!json_is_string(time) || time_read(text_of(json_string_value(time)), &hub_ms, NULL) != ST_OK || !json_is_array(news))
		st = error_set(ret_error, ST_MALFORMED, "the hub's answer cannot be read");
	if (st == ST_OK) {
		(void)post_clock_told(s->line.clock, hub_ms);
		st = lanes_news(s->lanes, news, ret_error);
	}
	*ret_more = json_is_true(json_object_get(root, "more")) && json_array_size(news) > 0;
	json_decref(root);
	return st;
}

enum status sync_run(struct sync *s, struct error *ret_error)
{
	bool more = true, again = false;
	enum status st = ST_OK;

	while (st == ST_OK && more) {
		char *body = health(s, ret_error);
		struct buffer answer;
		unsigned status = 0;

		if (body == NULL)
			return ST_UNAVAILABLE;
		buffer_init(&answer, ANSWER_MAX);
		st = hub_call(&s->line, "sync", text_of(body), &status, &answer, ret_error);
		if (st == ST_OK && status == 401 && !again && text_has(buffer_text(&answer), TEXT("post-clock"))) {
			post_clock_refused(s->line.clock);
			again = true;
			buffer_release(&answer);
			free(body);
			continue;
		}
		if (st == ST_OK && status != 200)
			st = error_set(ret_error, ST_DENIED, "the hub answers %u", status);
		if (st == ST_OK)
			st = answer_take(s, buffer_text(&answer), &more, ret_error);
		buffer_release(&answer);
		free(body);
	}
	return st;
}
