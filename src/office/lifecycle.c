/* The life of an entry as the console draws it: data/lifecycle. */
#include "model/entity_json.h"
#include "office/office.h"

#include "arcs.inc"
#include "handlers.inc"

/* "a|b" or "a b" as ["a","b"]; "-" and nothing as []. */
static void words(struct buffer *out, const char *name, struct text list, char separator)
{
	struct text part;
	const char *comma = "";

	buffer_printf(out, ",\"%s\":[", name);
	while (list.len && !text_equal(list, TEXT("-")) && text_split(&list, separator, &part)) {
		buffer_add_text(out, text_of(comma));
		json_add_string(out, part);
		comma = ",";
	}
	buffer_add_char(out, ']');
}

void office_lifecycle_get(struct office_call *call)
{
	struct buffer *out = &call->response->body;

	office_json(call, 200);
	buffer_printf(out, "{\"acts\":[");
	for (size_t i = 0; i < ARCS_COUNT; i++) {
		const struct arcs_row *arc = &arcs_rows[i];

		buffer_printf(out, "%s{\"act\":", i ? "," : "");
		json_add_string(out, arc->act);
		buffer_printf(out, ",\"to\":");
		json_add_string(out, arc->to);
		buffer_printf(out, ",\"action\":");
		json_add_string(out, arc->action);
		words(out, "from", arc->from, '|');
		words(out, "conditions", arc->conditions, ' ');
		words(out, "reasons", arc->reasons, '|');
		buffer_add_char(out, '}');
	}
	buffer_printf(out, "]}");
}
