#include "edifact/edifact.h"

static bool is(const struct edifact_segment *s, const char *tag)
{
	return text_equal(s->tag, text_of(tag));
}

static uint32_t count_of(struct text t)
{
	uint64_t n;

	return text_to_uint(t, UINT32_MAX - 1, &n) == ST_OK ? (uint32_t)n : UINT32_MAX;
}

static enum status no_end(const struct edifact_segment *begun, struct error *ret_error)
{
	(void)error_because(ret_error, ST_MALFORMED, "edifact-truncated", "", "the %.*s at byte %zu has no end", TEXT_ARG(begun->tag),
			    begun->position);
	if (ret_error)
		ret_error->position = (int64_t)begun->position;
	return ST_MALFORMED;
}

/* An interchange and its group while they are open. */
struct envelope {
	const struct edifact_segment *interchange, *group; /* UNB, UNG, or NULL */
	size_t first, group_first;                         /* of its messages */
	uint32_t groups;
};

static void message_begin(const struct edifact_segment *unb, const struct edifact_segment *unh, struct edifact_message *ret)
{
	struct text part = edifact_value(unh, 3, 0), place = edifact_value(unh, 3, 1);

	*ret = (struct edifact_message){
		.type = edifact_value(unh, 1, 0),
		.reference = edifact_value(unh, 0, 0),
		.access = edifact_value(unh, 2, 0),
		.part = part.len && count_of(part) < 1000 ? count_of(part) : 1,
		.segments = unh + 1,
	};
	/* "01:F" is whole; "01:C", "02", "03:F" are three parts. */
	ret->more = part.len && !text_equal(place, TEXT("F"));
	if (unb == NULL)
		return;
	ret->syntax = edifact_value(unb, 0, 0);
	ret->sender = edifact_value(unb, 1, 0);
	ret->sender_kind = edifact_value(unb, 1, 1);
	ret->recipient = edifact_value(unb, 2, 0);
	ret->recipient_kind = edifact_value(unb, 2, 1);
	ret->control = edifact_value(unb, 4, 0);
	ret->application = edifact_value(unb, 6, 0);
}

/* UNE and UNZ: of those that it holds, `good` says whether it counts them right. */
static void envelope_end(struct edifact_message *messages, size_t first, size_t end, bool good)
{
	for (size_t i = first; i < end; i++)
		messages[i].miscounted = messages[i].miscounted || !good;
}

static enum status envelope_take(struct envelope *e, const struct edifact_segment *s, struct edifact_message *messages, size_t count,
				 struct error *ret_error)
{
	if (is(s, "UNB") && e->interchange)
		return no_end(e->interchange, ret_error);
	if (is(s, "UNB")) {
		*e = (struct envelope){.interchange = s, .first = count};
	} else if (is(s, "UNG")) {
		e->group = s;
		e->group_first = count;
		e->groups++;
	} else if (is(s, "UNE") && e->group) {
		envelope_end(messages, e->group_first, count,
			     count_of(edifact_value(s, 0, 0)) == count - e->group_first &&
				     text_equal(edifact_value(s, 1, 0), edifact_value(e->group, 4, 0)));
		e->group = NULL;
	} else if (is(s, "UNZ") && e->interchange) {
		envelope_end(messages, e->first, count,
			     count_of(edifact_value(s, 0, 0)) == (e->groups ? e->groups : count - e->first) && e->group == NULL &&
				     text_equal(edifact_value(s, 1, 0), edifact_value(e->interchange, 4, 0)));
		*e = (struct envelope){0};
	}
	return ST_OK;
}

enum status edifact_messages(const struct edifact *in, struct arena *arena, const struct edifact_message **ret, size_t *ret_count,
			     struct error *ret_error)
{
	const struct edifact_segment *end = in->segments + in->count, *begun = NULL;
	struct edifact_message *messages;
	struct envelope envelope = {0};
	size_t count = 0;

	for (const struct edifact_segment *s = in->segments; s < end; s++)
		count += is(s, "UNH");
	messages = ARENA_NEW(arena, struct edifact_message, count + 1);
	if (messages == NULL)
		return arena_failure(arena, ret_error);
	count = 0;
	for (const struct edifact_segment *s = in->segments; s < end; s++) {
		if (is(s, "UNT") && begun) {
			struct edifact_message *m = &messages[count++];

			m->count = (size_t)(s - m->segments);
			m->miscounted = count_of(edifact_value(s, 0, 0)) != m->count + 2 ||
					!text_equal(edifact_value(s, 1, 0), m->reference);
			begun = NULL;
		} else if (begun && (is(s, "UNH") || is(s, "UNB") || is(s, "UNE") || is(s, "UNG") || is(s, "UNZ"))) {
			return no_end(begun, ret_error);
		} else if (is(s, "UNH")) {
			message_begin(envelope.interchange, s, &messages[count]);
			begun = s;
		} else if (!begun) {
			TRY(envelope_take(&envelope, s, messages, count, ret_error));
		}
	}
	if (begun || envelope.interchange)
		return no_end(begun ? begun : envelope.interchange, ret_error);
	*ret = messages;
	*ret_count = count;
	return ST_OK;
}
