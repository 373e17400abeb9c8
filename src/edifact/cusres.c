#include "edifact/cusres.h"

#include <stdio.h>

#include "edifact/when.h"
#include "model/time.h"

#define REFERENCE_MAX 14u   /* 0020, 0048, 0062 */
#define TRANSACTION_MAX 35u /* 1154 */

struct writer {
	struct buffer *out;
	size_t segments; /* since UNH */
};

/* Released are the default syntax's characters, and what our own reader, and those that are as forgiving, may take for a terminator:
 * quotes, in UTF-8 from 0xe2 on. */
static void value_put(struct writer *w, struct text value)
{
	static const char released[] = "+:'?*\"\\\xe2";

	for (size_t i = 0; i < value.len; i++) {
		if (memchr(released, value.data[i], sizeof released - 1))
			buffer_add_char(w->out, '?');
		buffer_add_char(w->out, value.data[i]);
	}
}

/* A segment as in "RFF+TN:%": every % is a value, released. */
static void segment_put(struct writer *w, const char *form, const struct text *values)
{
	for (; *form; form++) {
		if (*form == '%')
			value_put(w, *values++);
		else
			buffer_add_char(w->out, *form);
	}
	buffer_add(w->out, "'\n", 2);
	w->segments++;
}

#define PUT(w, form, ...) segment_put((w), (form), (const struct text[]){__VA_ARGS__})

static struct text either(struct text own, struct text of_list)
{
	return own.len ? own : of_list;
}

static struct text number_text(size_t n, char out[24])
{
	return (struct text){out, (size_t)snprintf(out, 24, "%zu", n)};
}

/* "211109" and "0830"; `moment`: both as one. */
static void time_digits(int64_t ms, char day[7], char clock[5], char moment[11])
{
	char t[TIME_SIZE];

	time_write(ms, t);
	snprintf(day, 7, "%.2s%.2s%.2s", t + 2, t + 5, t + 8);
	snprintf(clock, 5, "%.2s%.2s", t + 11, t + 14);
	snprintf(moment, 11, "%s%s", day, clock);
}

static void flight_time_put(struct writer *w, const char *form, struct text written, int64_t ms)
{
	char day[7], clock[5], moment[11];

	if (written.len == 0)
		return;
	time_digits(ms == WHEN_NONE ? 0 : ms, day, clock, moment);
	/* What was no date is given back as it came. */
	PUT(w, form, ms == WHEN_NONE ? written : text_of(moment));
}

static void legs_put(struct writer *w, const struct paxlst *l)
{
	for (size_t i = 0; i < l->leg_count; i++) {
		const struct paxlst_leg *leg = &l->legs[i];

		if (leg->flight.len)
			PUT(w, "RFF+AF:%", leg->flight);
		flight_time_put(w, "DTM+189:%:201", leg->departs, leg->departs_ms);
		flight_time_put(w, "DTM+232:%:201", leg->arrives, leg->arrives_ms);
		if (leg->from.len)
			PUT(w, "LOC+%+%", leg->from_kind, leg->from);
		if (leg->to.len)
			PUT(w, "LOC+%+%", leg->to_kind, leg->to);
	}
	if (l->leg_count == 0 && l->flight.len)
		PUT(w, "RFF+AF:%", l->flight);
}

static void item_put(struct writer *w, const struct cusres_item *item)
{
	PUT(w, "ERP+2", TEXT_NONE);
	if (item->passenger->locator.len)
		PUT(w, "RFF+AVF:%", item->passenger->locator);
	if (item->passenger->reference.len)
		PUT(w, "RFF+ABO:%", item->passenger->reference);
	PUT(w, "ERC+%", !item->board ? TEXT("1Z") : item->error.len ? item->error : TEXT("0Z"));
	if (item->text.len)
		PUT(w, "FTX+AAP+++%", item->text);
}

static enum status lengths_check(const struct cusres *a, struct error *ret_error)
{
	const struct edifact_message *m = &a->list->message;

	if (either(a->reference, m->reference).len > REFERENCE_MAX || either(a->control, m->control).len > REFERENCE_MAX ||
	    a->group.len > REFERENCE_MAX)
		return error_because(ret_error, ST_LIMIT, "cusres-reference", "reference", "a reference has at most %u characters", REFERENCE_MAX);
	if (either(a->transaction, a->list->transaction).len > TRANSACTION_MAX)
		return error_because(ret_error, ST_LIMIT, "cusres-reference", "transaction", "a transaction's reference has at most %u characters",
				     TRANSACTION_MAX);
	return ST_OK;
}

static void message_put(struct writer *w, const struct cusres *a)
{
	const struct edifact_message *m = &a->list->message;
	struct text reference = either(a->reference, m->reference), transaction = either(a->transaction, a->list->transaction);
	char number[24];

	w->segments = 0;
	/* Each part of a list is answered by itself, so that there is one part. */
	if (a->kind == CUSRES_ANSWER && m->access.len)
		PUT(w, "UNH+%+CUSRES:D:05B:UN:IATA+%+01:F", reference, m->access);
	else
		PUT(w, "UNH+%+CUSRES:D:05B:UN:IATA", reference);
	PUT(w, a->kind == CUSRES_ANSWER ? "BGM+962" : "BGM+132", TEXT_NONE);
	if (transaction.len)
		PUT(w, "RFF+TN:%", transaction);
	legs_put(w, a->list);
	for (size_t i = 0; i < a->count; i++)
		item_put(w, &a->items[i]);
	PUT(w, "UNT+%+%", number_text(w->segments + 1, number), reference);
}

/* "ZZ9" or "ZZ9:ZZ". */
static void party_put(struct writer *w, struct text name, struct text kind)
{
	value_put(w, name);
	if (kind.len) {
		buffer_add_char(w->out, ':');
		value_put(w, kind);
	}
}

enum status cusres_write(const struct cusres *a, struct buffer *out, struct error *ret_error)
{
	const struct edifact_message *m = &a->list->message;
	struct text control = either(a->control, m->control), group = either(a->group, TEXT("1"));
	struct writer w = {.out = out};
	char day[7], clock[5], moment[11];

	TRY(lengths_check(a, ret_error));
	if (m->sender.len == 0) {
		message_put(&w, a);
	} else {
		time_digits(a->now_ms, day, clock, moment);
		buffer_add_text(out, TEXT("UNB+"));
		value_put(&w, either(m->syntax, TEXT("UNOA")));
		buffer_add_text(out, TEXT(":4+"));
		party_put(&w, m->recipient, m->recipient_kind);
		buffer_add_char(out, '+');
		party_put(&w, m->sender, m->sender_kind);
		PUT(&w, "+%:%+%++IAPI", text_of(day), text_of(clock), control);
		PUT(&w, "UNG+CUSRES+%+%+%:%+%+UN+D:05B", m->recipient, m->sender, text_of(day), text_of(clock), group);
		message_put(&w, a);
		PUT(&w, "UNE+1+%", group);
		PUT(&w, "UNZ+1+%", control);
	}
	if (buffer_status(out) != ST_OK)
		return error_set(ret_error, buffer_status(out), "the answer cannot be held");
	return ST_OK;
}

struct text cusres_error(const struct paxlst_passenger *p)
{
	bool number = false;

	for (size_t i = 0; i < p->document_count; i++)
		number = number || p->documents[i].number.len;
	if (p->locator.len == 0 || p->reference.len == 0)
		return TEXT("4Z");
	return (p->family.len == 0 && p->given.len == 0) || (p->birth.len == 0 && !number) ? TEXT("3Z") : TEXT_NONE;
}

/* ---- what carriers send ---- */

static bool is(const struct edifact_segment *s, const char *tag, const char *first)
{
	return text_equal(s->tag, text_of(tag)) && (first == NULL || text_equal(edifact_value(s, 0, 0), text_of(first)));
}

/* Gives how many were written: one an ERP. */
static size_t message_read(const struct edifact_message *m, struct cusres_received *out)
{
	struct cusres_received head = {.control = m->control, .message = m->reference}, *item = NULL;
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct edifact_segment *s = &m->segments[i];

		if (is(s, "BGM", NULL)) {
			head.code = edifact_value(s, 0, 0);
		} else if (is(s, "RFF", "TN")) {
			head.transaction = edifact_value(s, 0, 1);
		} else if (is(s, "ERP", NULL)) {
			item = &out[count++];
			*item = head;
		} else if (item && is(s, "RFF", "AVF")) {
			item->locator = edifact_value(s, 0, 1);
		} else if (item && is(s, "RFF", "ABO")) {
			item->reference = edifact_value(s, 0, 1);
		} else if (item && is(s, "ERC", NULL)) {
			item->erc = edifact_value(s, 0, 0);
		}
	}
	if (count == 0)
		out[count++] = head;
	return count;
}

enum status cusres_read(struct bytes in, struct arena *arena, const struct cusres_received **ret, size_t *ret_count, struct error *ret_error)
{
	const struct edifact_message *messages;
	struct cusres_received *received;
	struct edifact edifact;
	size_t message_count, room = 0, count = 0;

	TRY(edifact_read(in, arena, &edifact, ret_error));
	TRY(edifact_messages(&edifact, arena, &messages, &message_count, ret_error));
	for (size_t i = 0; i < edifact.count; i++)
		room += is(&edifact.segments[i], "ERP", NULL);
	received = ARENA_NEW(arena, struct cusres_received, room + message_count + 1);
	if (received == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < message_count; i++)
		if (text_equal(messages[i].type, TEXT("CUSRES")))
			count += message_read(&messages[i], received + count);
	if (count == 0) {
		(void)error_because(ret_error, ST_MALFORMED, "cusres-none", "", "no CUSRES is in it");
		if (ret_error)
			ret_error->position = (int64_t)edifact.segments[0].position;
		return ST_MALFORMED;
	}
	*ret = received;
	*ret_count = count;
	return ST_OK;
}
