/* The life of an entry as the console draws it: the tables of data/lifecycle, with their words in four languages. */
#include "lifecycle/lifecycle.h"
#include "office/office.h"
#include "registry/appeal.h"

#include "handlers.inc"
#include "model/entity_json.h"

/* "a|b" or "a b" as ["a","b"]; "-" and nothing as []. */
static void words(struct buffer *out, const char *name, struct text list, char separator)
{
	struct text part;

	buffer_printf(out, ",\"%s\":[", name);
	if (!text_equal(list, TEXT("-")))
		for (size_t i = 0; lifecycle_word(list, separator, i, &part); i++) {
			buffer_add_text(out, i ? TEXT(",") : TEXT(""));
			json_add_string(out, part);
		}
	buffer_add_char(out, ']');
}

static void member(struct buffer *out, const char *before, const char *name, struct text value)
{
	buffer_printf(out, "%s\"%s\":", before, name);
	json_add_string(out, value);
}

/* "en", "km", "ko", "zh" from the four columns. */
static void four(struct buffer *out, const struct text *en)
{
	static const char *const languages[] = {"en", "km", "ko", "zh"};

	for (size_t i = 0; i < 4; i++)
		member(out, ",", languages[i], en[i]);
}

static void acts(struct buffer *out)
{
	for (size_t i = 0; i < lifecycle_arc_count(); i++) {
		const struct lifecycle_arc *arc = lifecycle_arc_at(i);

		member(out, i ? ",{" : "{", "act", arc->act);
		member(out, ",", "to", arc->to);
		member(out, ",", "action", arc->action);
		words(out, "from", arc->from, '|');
		words(out, "conditions", arc->conditions, ' ');
		words(out, "reasons", arc->reasons, '|');
		buffer_add_char(out, '}');
	}
}

static void reasons(struct buffer *out)
{
	for (size_t i = 0; i < lifecycle_reason_count(); i++) {
		const struct lifecycle_reason *reason = lifecycle_reason_at(i);
		struct text languages[] = {reason->en, reason->km, reason->ko, reason->zh};

		member(out, i ? ",{" : "{", "list", reason->list);
		member(out, ",", "code", reason->code);
		buffer_printf(out, ",\"final\":%s", text_equal(reason->final, TEXT("y")) ? "true" : "false");
		four(out, languages);
		buffer_add_char(out, '}');
	}
}

static void measures(struct buffer *out)
{
	for (size_t i = 0; i < lifecycle_measure_count(); i++) {
		const struct lifecycle_measure_rule *rule = lifecycle_measure_at(i);
		struct text languages[] = {rule->en, rule->km, rule->ko, rule->zh};

		member(out, i ? ",{" : "{", "measure", rule->measure);
		words(out, "bases", rule->bases, '|');
		words(out, "forbidden", rule->forbidden, ' ');
		member(out, ",", "penalty", rule->penalty);
		buffer_printf(out, ",\"urgent\":%s", text_equal(rule->urgent, TEXT("y")) ? "true" : "false");
		four(out, languages);
		buffer_add_char(out, '}');
	}
}

static void exclusions(struct buffer *out)
{
	for (size_t i = 0; i < lifecycle_exclusion_count(); i++) {
		const struct lifecycle_exclusion *exclusion = lifecycle_exclusion_at(i);
		struct text languages[] = {exclusion->en, exclusion->km, exclusion->ko, exclusion->zh};

		member(out, i ? ",{" : "{", "exclusion", exclusion->exclusion);
		member(out, ",", "field", exclusion->field);
		member(out, ",", "effect", exclusion->effect);
		four(out, languages);
		buffer_add_char(out, '}');
	}
}

static void ready_answers(struct buffer *out)
{
	buffer_printf(out, "],\"answers\":[");
	for (size_t i = 0; i < appeal_answer_count(); i++) {
		const struct appeal_answer *ready = appeal_answer_at(i);
		struct text languages[] = {ready->en, ready->km, ready->ko, ready->zh};

		member(out, i ? ",{" : "{", "answer", ready->answer);
		words(out, "kinds", ready->kinds, '|');
		four(out, languages);
		buffer_add_char(out, '}');
	}
}

static void laws_and_terms(struct buffer *out)
{
	buffer_printf(out, "],\"laws\":[");
	for (size_t i = 0; i < lifecycle_law_count(); i++) {
		const struct lifecycle_law *law = lifecycle_law_at(i);

		member(out, i ? ",{" : "{", "country", law->country);
		member(out, ",", "law", law->law);
		member(out, ",", "article", law->article);
		member(out, ",", "offence", law->offence);
		buffer_printf(out, ",\"mostMonths\":%u}", law->most_months);
	}
	buffer_printf(out, "],\"terms\":{");
	for (size_t i = 0; i < lifecycle_term_count(); i++) {
		const struct lifecycle_term *term = lifecycle_term_at(i);

		buffer_printf(out, "%s\"%.*s\":{\"value\":%u,\"unit\":\"%.*s\"}", i ? "," : "", TEXT_ARG(term->term), term->value,
			      TEXT_ARG(term->unit));
	}
	buffer_add_char(out, '}');
}

static void actions(struct buffer *out)
{
	buffer_printf(out, ",\"actions\":[");
	for (size_t i = 0; policy_action(i); i++)
		buffer_printf(out, "%s\"%s\"", i ? "," : "", policy_action(i));
	buffer_printf(out, "]}");
}

void office_lifecycle_get(struct office_call *call)
{
	struct buffer *out = &call->response->body;

	office_json(call, 200);
	buffer_printf(out, "{\"acts\":[");
	acts(out);
	buffer_printf(out, "],\"reasons\":[");
	reasons(out);
	buffer_printf(out, "],\"measures\":[");
	measures(out);
	buffer_printf(out, "],\"exclusions\":[");
	exclusions(out);
	ready_answers(out);
	laws_and_terms(out);
	actions(out);
}
