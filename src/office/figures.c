/* Figures of a month as they would be released: what is counted, what would be withheld, what differs from before. */
#include "office/figures.h"

#include "model/entity_json.h"
#include "office/entry.h"
#include "tally/release.h"

#include "handlers.inc"

enum figure_language figures_language(const struct office_call *call)
{
	return (enum figure_language)call->language;
}

struct text figures_name(const struct office_call *call, const struct figure_definition *d)
{
	struct text texts[FIGURE_LANGUAGES];

	figure_text(d, FIGURE_NAME, texts);
	return texts[call->language];
}

/* ---- definitions: for the form ---- */

static void definition_put(struct office_call *call, const struct figure_definition *d, bool first)
{
	struct buffer *out = &call->response->body;
	struct text texts[FIGURE_LANGUAGES];

	figure_text(d, FIGURE_DEFINITION, texts);
	buffer_printf(out, "%s{\"id\":\"%.*s\"", first ? "" : ",", TEXT_ARG(d->id));
	member_text(out, "name", figures_name(call, d));
	member_text(out, "unit", figure_word_of("unit", d->unit, figures_language(call)));
	member_text(out, "definition", texts[call->language]);
	member_text(out, "funnel", d->funnel);
	member_text(out, "funnelName", figure_word_of("funnel", d->funnel, figures_language(call)));
	member_text(out, "counts", d->counts);
	buffer_printf(out, ",\"parts\":%s}", text_equal(d->by, TEXT("country")) ? "true" : "false");
}

static enum status definitions_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = outcome_thing(call);
	struct buffer *out = &call->response->body;
	const struct figure_definition *d;
	bool first = true;

	(void)context;
	TRY(office_may(call, tx, "outcome.read", &thing, "outcome", TEXT_NONE, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; (d = figure_definition_at(i)) != NULL; i++)
		if (figure_entered(d)) {
			definition_put(call, d, first);
			first = false;
		}
	buffer_add_text(out, TEXT("],\"reasons\":["));
	for (size_t i = 0; figure_reason_at(i); i++) {
		json_t *texts = figure_reason_texts(text_of(figure_reason_at(i)));

		buffer_printf(out, "%s{\"code\":\"%s\",\"text\":", i ? "," : "", figure_reason_at(i));
		json_add_string(out, text_of(json_string_value(json_object_get(texts, figure_language_word(figures_language(call))))));
		buffer_add_char(out, '}');
		json_decref(texts);
	}
	buffer_add_text(out, TEXT("]}"));
	office_json(call, 200);
	return buffer_status(out);
}

void office_figures_definitions(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, definitions_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- a draft ---- */

static const char *string_of(const json_t *object, const char *name)
{
	const char *value = json_string_value(json_object_get(object, name));

	return value ? value : "";
}

static const json_t *item_by_id(const json_t *items, const char *id)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		if (strcmp(string_of(json_array_get(items, i), "id"), id) == 0)
			return json_array_get(items, i);
	return NULL;
}

static long long number_of(const json_t *object, const char *name)
{
	return (long long)json_integer_value(json_object_get(object, name));
}

/* Whether an officer must say why: the public sees another number than in the release before. */
static bool changed(const json_t *snapshot, const json_t *item, const json_t *last)
{
	const json_t *earlier = json_object_get(snapshot, "earlier"), *revises = json_object_get(item, "revises");
	const json_t *newest = json_array_get(earlier, json_array_size(earlier) - 1);

	return last && json_is_object(revises) && number_of(revises, "number") == number_of(newest, "number");
}

static void cell_put(struct office_call *call, const json_t *snapshot, const json_t *cell, const json_t *item, bool first)
{
	struct buffer *out = &call->response->body;
	const json_t *earlier = json_object_get(snapshot, "earlier"), *parts = json_object_get(cell, "parts");
	const json_t *last = item_by_id(json_object_get(json_array_get(earlier, json_array_size(earlier) - 1), "items"), string_of(cell, "id"));
	const char *language = figure_language_word(figures_language(call));

	buffer_printf(out, "%s{\"id\":\"%s\",\"value\":%lld,\"people\":%lld", first ? "" : ",", string_of(cell, "id"), number_of(cell, "value"),
		      number_of(cell, "people"));
	member_text(out, "name", text_of(string_of(json_object_get(item, "name"), language)));
	member_text(out, "unit", text_of(string_of(json_object_get(item, "unit"), language)));
	member_text(out, "definition", text_of(string_of(json_object_get(item, "definition"), language)));
	member_text(out, "funnel", figure_word_of("funnel", text_of(string_of(item, "funnel")), figures_language(call)));
	member_text(out, "sides", text_of(string_of(cell, "sides")));
	buffer_printf(out, ",\"withheld\":%s,\"changed\":%s", json_is_true(json_object_get(item, "withheld")) ? "true" : "false",
		      changed(snapshot, item, last) ? "true" : "false");
	if (last)
		buffer_printf(out, ",\"before\":%lld", number_of(last, "value"));
	buffer_add_text(out, TEXT(",\"parts\":["));
	for (size_t i = 0; i < json_array_size(parts); i++)
		buffer_printf(out, "%s{\"country\":\"%s\",\"value\":%lld,\"withheld\":%s}", i ? "," : "", string_of(json_array_get(parts, i), "country"),
			      number_of(json_array_get(parts, i), "value"),
			      json_is_true(json_object_get(json_array_get(json_object_get(item, "parts"), i), "withheld")) ? "true" : "false");
	buffer_add_text(out, TEXT("]}"));
}

static void draft_put(struct office_call *call, const json_t *snapshot, const json_t *document)
{
	const json_t *cells = json_object_get(snapshot, "cells"), *items = json_object_get(document, "items"), *joint = json_object_get(snapshot, "joint");
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"month\":\"%.7s\",\"number\":%lld,\"revises\":%s,\"cells\":[", string_of(snapshot, "from"), number_of(snapshot, "number"),
		      json_array_size(json_object_get(snapshot, "earlier")) ? "true" : "false");
	for (size_t i = 0; i < json_array_size(cells); i++)
		cell_put(call, snapshot, json_array_get(cells, i), json_array_get(items, i), i == 0);
	buffer_add_text(out, TEXT("],\"joint\":["));
	for (size_t i = 0; i < json_array_size(joint); i++) {
		const json_t *one = json_array_get(joint, i);

		buffer_printf(out, "%s{\"id\":\"%s\",\"host\":\"%s\",\"partner\":\"%s\",\"sides\":\"%s\"}", i ? "," : "", string_of(one, "id"),
			      string_of(one, "host"), string_of(one, "partner"), string_of(one, "sides"));
	}
	buffer_add_text(out, TEXT("]}"));
}

static enum status draft_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->office->host};
	json_t *snapshot, *document;
	int64_t month;

	(void)context;
	TRY(office_may(call, tx, "figures.read", &thing, "figures", TEXT_NONE, ret_error));
	if (!tally_month_read(http_query(call->request, "month"), &month))
		return error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
	TRY(tally_draft(call->office->tally, tx, month, NULL, &snapshot, &document, ret_error));
	draft_put(call, snapshot, document);
	json_decref(snapshot);
	json_decref(document);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_figures_draft(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, draft_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}
