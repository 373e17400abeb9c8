#include "cli/answer.h"

#include <jansson.h>
#include <time.h>

#include "model/entity_json.h"
#include "cli/query.h"

static void add_ppm(struct buffer *out, uint32_t ppm)
{
	buffer_printf(out, "%u.%06u", ppm / 1000000, ppm % 1000000);
}

static void add_mbit(struct buffer *out, int32_t mbit)
{
	uint32_t size = mbit < 0 ? 0u - (uint32_t)mbit : (uint32_t)mbit;

	buffer_printf(out, "%s%u.%03u", mbit < 0 ? "-" : "", size / 1000, size % 1000);
}

static void add_explanation(struct buffer *out, const struct explanation *e)
{
	buffer_printf(out, "{\"rule\":\"%s\",\"score\":", e->rule);
	if (e->score_ppm < 0)
		buffer_add_char(out, '-');
	add_ppm(out, (uint32_t)(e->score_ppm < 0 ? -e->score_ppm : e->score_ppm));
	buffer_printf(out, ",\"evidence\":");
	add_mbit(out, e->evidence_mbit);
	if (e->query.len) {
		buffer_printf(out, ",\"query\":");
		json_add_string(out, e->query);
	}
	if (e->candidate.len) {
		buffer_printf(out, ",\"candidate\":");
		json_add_string(out, e->candidate);
	}
	if (e->detail.len) {
		buffer_printf(out, ",\"detail\":");
		json_add_string(out, e->detail);
	}
	buffer_add_char(out, '}');
}

/* An object by feature; the parts of the name are a list inside it. */
static void add_explanations(struct buffer *out, const struct screen_result *r)
{
	bool first = true, parts = false;

	buffer_add_char(out, '{');
	for (size_t i = 0; i < r->explanation_count; i++) {
		const struct explanation *e = &r->explanations[i];
		bool part = strcmp(e->feature, "namePart") == 0;

		if (parts && !part) {
			buffer_add_char(out, ']');
			parts = false;
		}
		if (!first)
			buffer_add_char(out, ',');
		first = false;
		if (part && !parts) {
			buffer_printf(out, "\"nameParts\":[");
			parts = true;
		} else if (!part) {
			buffer_printf(out, "\"%s\":", e->feature);
		}
		add_explanation(out, e);
	}
	buffer_printf(out, "%s}", parts ? "]" : "");
}

/* Where the last `,"datasets":[` begins; it cannot stand inside a value, whose quotes are escaped. */
static size_t datasets_at(struct text json)
{
	static const char word[] = ",\"datasets\":[";
	size_t at = json.len;

	while (at > 0)
		if (json.len - --at >= sizeof word - 1 && memcmp(json.data + at, word, sizeof word - 1) == 0)
			return at;
	return json.len;
}

/* id, caption, schema and datasets as the stored entity has them, which entity_write put in this order. */
static void add_identity(struct buffer *out, struct text json)
{
	static const char properties[] = ",\"properties\":{";
	const char *end = memmem(json.data, json.len, properties, sizeof properties - 1);
	size_t datasets = datasets_at(json), stop = datasets;

	if (end == NULL || datasets == json.len)
		return;
	buffer_add(out, json.data + 1, (size_t)(end - json.data) - 1);
	while (stop < json.len && json.data[stop] != ']')
		stop++;
	buffer_add(out, json.data + datasets, stop - datasets + 1);
}

static void add_result(struct buffer *out, const struct answering *how, const struct entity *query, const struct screen_result *found)
{
	struct screen_result result = *found, *r = &result;

	buffer_add_char(out, '{');
	add_identity(out, index_entity_json(how->index, r->ref));
	if (how->extra)
		how->extra->add(how->extra->context, query, r, out);
	buffer_printf(out, ",\"score\":");
	add_ppm(out, r->score_ppm);
	buffer_printf(out, ",\"evidence\":");
	add_mbit(out, r->evidence_mbit);
	buffer_printf(out, ",\"match\":%s,\"alert\":%s,\"chance_per_million\":", r->match ? "true" : "false",
		      r->alert ? "true" : "false");
	buffer_printf(out, "%u.%03u,\"explanations\":", r->chance_per_billion / 1000, r->chance_per_billion % 1000);
	add_explanations(out, r);
	buffer_add_char(out, '}');
}

void answer_error(struct text id, const struct error *error, struct buffer *out)
{
	buffer_add_char(out, '{');
	if (id.len) {
		buffer_printf(out, "\"id\":");
		json_add_string(out, id);
		buffer_add_char(out, ',');
	}
	buffer_printf(out, "\"error\":{\"code\":\"%s\",\"message\":", status_word(error->code));
	json_add_string(out, text_of(error->message));
	if (error->field[0]) {
		buffer_printf(out, ",\"field\":");
		json_add_string(out, text_of(error->field));
	}
	if (error->position >= 0)
		buffer_printf(out, ",\"position\":%lld", (long long)error->position);
	buffer_printf(out, "}}\n");
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool answer_line(const struct answering *how, struct text line, struct arena *arena, struct buffer *out)
{
	int64_t from = now_us();
	struct screen_answer answer;
	struct entity query = {.arena = arena};
	struct error error = {.code = ST_OK, .position = -1};

	if (query_parse(line, arena, &query, &error) != ST_OK ||
	    screen_run(how->index, &query, how->options, arena, &answer, &error) != ST_OK) {
		answer_error(query.id, &error, out);
		return false;
	}
	buffer_printf(out, "{\"id\":");
	json_add_string(out, query.id);
	buffer_printf(out, ",\"results\":[");
	for (size_t i = 0; i < answer.count; i++) {
		if (i)
			buffer_add_char(out, ',');
		add_result(out, how, &query, &answer.results[i]);
	}
	buffer_printf(out, "]%s,\"took_us\":%lld}\n", answer.bounded ? ",\"bounded\":true" : "",
		      (long long)(now_us() - from));
	return true;
}
