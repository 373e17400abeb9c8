#include "edifact/paxlst.h"

#include <stdio.h>

#include "edifact/when.h"
#include "ident/country.h"

static bool is(const struct edifact_segment *s, const char *tag)
{
	return text_equal(s->tag, text_of(tag));
}

static bool says(const struct edifact_segment *s, const char *first)
{
	return text_equal(edifact_value(s, 0, 0), text_of(first));
}

/* NAD+MS is who reports; everybody else who is named travels. */
static bool is_passenger(const struct edifact_segment *s)
{
	return is(s, "NAD") && !says(s, "MS");
}

/* A time as written, with its format's code. */
struct written { struct text value, format; };

/* A LOC of the flight and the times that follow it; the first of a TDT takes those that come before. */
struct stop { struct text place, kind; struct written arrives, departs; };

struct filling {
	struct paxlst *list;
	struct paxlst_leg *legs;
	struct paxlst_passenger *passengers, *passenger; /* passenger: the one whose segments these are, or NULL */
	struct text flight;                              /* of this TDT, and its stops */
	struct stop stops[PAXLST_LEGS_MAX + 1];
	size_t stop_count;
	int64_t now_ms;
	struct arena *arena;
	struct error *error;
};

static enum status too_many(const struct filling *f, const struct edifact_segment *s, const char *what, size_t limit)
{
	(void)error_because(f->error, ST_LIMIT, "paxlst-size", "", "more than %zu %s at byte %zu", limit, what, s->position);
	if (f->error)
		f->error->position = (int64_t)s->position;
	return ST_LIMIT;
}

/* ---- the flight ---- */

static enum status stop_take(struct filling *f, const struct edifact_segment *s)
{
	if (!says(s, "125") && !says(s, "87") && !says(s, "92"))
		return ST_OK;
	if (f->list->leg_count + (f->stop_count ? f->stop_count : 1) > PAXLST_LEGS_MAX)
		return too_many(f, s, "legs", PAXLST_LEGS_MAX);
	f->stops[f->stop_count].place = edifact_value(s, 1, 0);
	f->stops[f->stop_count++].kind = edifact_value(s, 0, 0);
	return ST_OK;
}

static void flight_time_take(struct filling *f, const struct edifact_segment *s)
{
	struct stop *stop = &f->stops[f->stop_count ? f->stop_count - 1 : 0];
	struct written time = {edifact_value(s, 0, 1), edifact_value(s, 0, 2)};

	if (says(s, "189"))
		stop->departs = time;
	else if (says(s, "232"))
		stop->arrives = time;
}

static void leg_add(struct filling *f, const struct stop *from, const struct stop *to, struct written departs, struct written arrives)
{
	f->legs[f->list->leg_count++] = (struct paxlst_leg){
		.flight = f->flight,
		.from = from->place, .from_kind = from->kind, .to = to->place, .to_kind = to->kind,
		.departs = departs.value, .arrives = arrives.value,
		.departs_ms = when_moment(departs.value, departs.format), .arrives_ms = when_moment(arrives.value, arrives.format),
	};
}

/* The stops of a TDT become legs. */
static void flight_end(struct filling *f)
{
	const struct stop none = {0};
	struct stop *s = f->stops;

	if (f->stop_count == 1) {
		bool arrival = text_equal(s[0].kind, TEXT("87"));

		leg_add(f, arrival ? &none : &s[0], arrival ? &s[0] : &none, s[0].departs, s[0].arrives);
	} else if (f->stop_count == 2) {
		/* Of two places either time is plain wherever it stands. */
		leg_add(f, &s[0], &s[1], s[0].departs.value.len ? s[0].departs : s[1].departs,
			s[1].arrives.value.len ? s[1].arrives : s[0].arrives);
	} else {
		for (size_t i = 1; i < f->stop_count; i++)
			leg_add(f, &s[i - 1], &s[i], s[i - 1].departs, s[i].arrives);
	}
	memset(f->stops, 0, sizeof f->stops);
	f->stop_count = 0;
}

/* The flight that crosses the border, else the first. */
static void flight_name(struct paxlst *l)
{
	for (size_t i = 0; i < l->leg_count; i++)
		if (text_equal(l->legs[i].from_kind, TEXT("125")) || text_equal(l->legs[i].to_kind, TEXT("87"))) {
			l->flight = l->legs[i].flight;
			return;
		}
}

static enum status head_take(struct filling *f, const struct edifact_segment *s)
{
	struct paxlst *l = f->list;

	if (is(s, "BGM")) {
		l->code = edifact_value(s, 0, 0);
		l->function = edifact_value(s, 1, 0);
	} else if (is(s, "RFF") && says(s, "TN")) {
		l->transaction = edifact_value(s, 0, 1);
	} else if (is(s, "TDT")) {
		flight_end(f);
		f->flight = edifact_value(s, 1, 0);
		l->flight = l->flight.len ? l->flight : f->flight;
	} else if (is(s, "LOC")) {
		return stop_take(f, s);
	} else if (is(s, "DTM")) {
		flight_time_take(f, s);
	}
	return ST_OK;
}

/* ---- a passenger ---- */

/* All given names of C080, joined by spaces. */
static enum status given_join(struct filling *f, const struct edifact_segment *s, size_t e, struct text *ret)
{
	size_t end = e < s->element_count ? (size_t)(s->starts[e + 1] - s->starts[e]) : 0, room = 1, n = 0;
	char *joined;

	for (size_t i = 1; i < end; i++)
		room += edifact_value(s, e, i).len + 1;
	joined = ARENA_NEW(f->arena, char, room);
	if (joined == NULL)
		return arena_failure(f->arena, f->error);
	for (size_t i = 1; i < end; i++) {
		struct text one = edifact_value(s, e, i);

		if (one.len && n)
			joined[n++] = ' ';
		memcpy(joined + n, one.len ? one.data : "", one.len);
		n += one.len;
	}
	*ret = (struct text){joined, n};
	return ST_OK;
}

static enum status passenger_begin(struct filling *f, const struct edifact_segment *s)
{
	struct paxlst_passenger *p;
	/* The name's place is C080; where that is empty, C058. */
	size_t e = edifact_value(s, 3, 0).len || edifact_value(s, 3, 1).len ? 3 : 2;

	if (f->list->passenger_count == PAXLST_PASSENGERS_MAX)
		return too_many(f, s, "passengers", PAXLST_PASSENGERS_MAX);
	p = &f->passengers[f->list->passenger_count++];
	p->role = edifact_value(s, 0, 0);
	p->family = edifact_value(s, e, 0);
	p->position = s->position;
	TRY(given_join(f, s, e, &p->given));
	if (text_equal(p->given, TEXT("FNU")))
		p->given = TEXT_NONE;
	f->passenger = p;
	return ST_OK;
}

static enum status document_begin(struct filling *f, const struct edifact_segment *s)
{
	struct paxlst_passenger *p = f->passenger;

	if (p->document_count == PAXLST_DOCUMENTS_MAX)
		return too_many(f, s, "documents of a passenger", PAXLST_DOCUMENTS_MAX);
	p->documents[p->document_count++] = (struct paxlst_document){.kind = edifact_value(s, 0, 0), .number = edifact_value(s, 1, 0)};
	return ST_OK;
}

static enum status date_take(struct filling *f, const struct edifact_segment *s, enum when_century century, struct text *ret)
{
	char out[11];

	return arena_text(f->arena, (struct text){out, when_date(edifact_value(s, 0, 1), edifact_value(s, 0, 2), century, f->now_ms, out)}, ret);
}

static enum status passenger_take(struct filling *f, const struct edifact_segment *s)
{
	struct paxlst_passenger *p = f->passenger;
	struct paxlst_document *d = p->document_count ? &p->documents[p->document_count - 1] : NULL;
	enum status st = ST_OK;

	if (is(s, "ATT") && says(s, "2"))
		p->sex = edifact_value(s, 2, 0);
	else if (is(s, "DTM") && says(s, "329"))
		st = date_take(f, s, WHEN_BIRTH, &p->birth);
	else if (is(s, "DTM") && says(s, "36") && d)
		st = date_take(f, s, WHEN_EXPIRY, &d->expiry);
	else if (is(s, "LOC") && says(s, "178"))
		p->embarks = edifact_value(s, 1, 0);
	else if (is(s, "LOC") && says(s, "179"))
		p->disembarks = edifact_value(s, 1, 0);
	else if (is(s, "LOC") && says(s, "91") && d)
		d->issuer = edifact_value(s, 1, 0);
	else if (is(s, "NAT") && p->nationality.len == 0)
		p->nationality = edifact_value(s, 1, 0);
	else if (is(s, "RFF") && says(s, "AVF"))
		p->locator = edifact_value(s, 0, 1);
	else if (is(s, "RFF") && says(s, "ABO"))
		p->reference = edifact_value(s, 0, 1);
	else if (is(s, "DOC"))
		return document_begin(f, s);
	return st == ST_OK ? ST_OK : arena_failure(f->arena, f->error);
}

/* ---- a list ---- */

#define COUNTED_MAX 100000u

static uint32_t count_take(const struct edifact_segment *s)
{
	uint64_t n;

	return (says(s, "41") || says(s, "42")) && text_to_uint(edifact_value(s, 0, 1), COUNTED_MAX, &n) == ST_OK ? (uint32_t)n : 0;
}

static enum status segments_take(struct filling *f)
{
	const struct edifact_message *m = &f->list->message;

	for (size_t i = 0; i < m->count; i++) {
		const struct edifact_segment *s = &m->segments[i];

		if (is(s, "CNT"))
			f->list->counted += count_take(s);
		else if (is_passenger(s))
			TRY(passenger_begin(f, s));
		else
			TRY(f->passenger ? passenger_take(f, s) : head_take(f, s));
	}
	flight_end(f);
	flight_name(f->list);
	return ST_OK;
}

/* An answer is wanted where the interchange says so, or where there is a transaction to be named in it. */
static bool is_interactive(const struct paxlst *l)
{
	return text_equal(l->message.application, TEXT("IAPI")) ||
	       (l->transaction.len && !text_equal(l->message.application, TEXT("APIS")));
}

static enum status list_read(const struct edifact_message *message, int64_t now_ms, struct arena *arena, struct paxlst *ret,
			     struct error *ret_error)
{
	struct filling f = {.list = ret, .now_ms = now_ms, .arena = arena, .error = ret_error};
	size_t count = 0;

	for (size_t i = 0; i < message->count && count < PAXLST_PASSENGERS_MAX; i++)
		count += is_passenger(&message->segments[i]);
	f.legs = ARENA_NEW(arena, struct paxlst_leg, PAXLST_LEGS_MAX);
	f.passengers = ARENA_NEW(arena, struct paxlst_passenger, count + 1);
	if (f.legs == NULL || f.passengers == NULL)
		return arena_failure(arena, ret_error);
	*ret = (struct paxlst){.message = *message, .legs = f.legs, .passengers = f.passengers, .miscounted = message->miscounted};
	TRY(segments_take(&f));
	ret->interactive = is_interactive(ret);
	if (ret->passenger_count == 0 && !text_equal(ret->code, TEXT("266"))) {
		(void)error_because(ret_error, ST_MALFORMED, "paxlst-passengers", "", "the list %.*s names nobody", TEXT_ARG(message->reference));
		if (ret_error)
			ret_error->position = (int64_t)(message->segments - 1)->position;
		return ST_MALFORMED;
	}
	if (ret->counted && message->part == 1 && !message->more && ret->counted != ret->passenger_count)
		ret->miscounted = true;
	return ST_OK;
}

enum status paxlst_read(struct bytes in, int64_t now_ms, struct arena *arena, const struct paxlst **ret_lists, size_t *ret_count,
			struct error *ret_error)
{
	const struct edifact_message *messages;
	struct edifact edifact;
	struct paxlst *lists;
	size_t message_count, count = 0;

	TRY(edifact_read(in, arena, &edifact, ret_error));
	TRY(edifact_messages(&edifact, arena, &messages, &message_count, ret_error));
	lists = ARENA_NEW(arena, struct paxlst, message_count + 1);
	if (lists == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < message_count; i++)
		if (text_equal(messages[i].type, TEXT("PAXLST")))
			TRY(list_read(&messages[i], now_ms, arena, &lists[count++], ret_error));
	if (count == 0) {
		(void)error_because(ret_error, ST_MALFORMED, "paxlst-none", "", "no PAXLST is in it");
		if (ret_error)
			ret_error->position = (int64_t)edifact.segments[0].position;
		return ST_MALFORMED;
	}
	*ret_lists = lists;
	*ret_count = count;
	return ST_OK;
}

/* ---- a query ---- */

/* Three letters as zones have them; some systems write two. */
static bool country_of(struct text code, char ret[3])
{
	return country_from_alpha3(code, ret) || (code.len && country_from_name(code, ret));
}

static enum status document_add(const struct paxlst_document *d, const char *home, struct arena *arena, struct entity *e)
{
	bool passport = d->kind.len == 0 || d->kind.data[0] == 'P', first = !entity_get(e, "passportNumber") && !entity_get(e, "idNumber");
	char country[3], *other;

	if (d->number.len == 0 || text_starts(d->kind, TEXT("V")))
		return ST_OK;
	if (!country_of(d->issuer, country))
		snprintf(country, sizeof country, "%s", home);
	if (first)
		TRY(entity_add(e, "x-issuer", text_of(country)));
	if (first || country[0] == '\0' || text_equal(entity_first(e, "x-issuer"), text_of(country)))
		return entity_add(e, passport ? "passportNumber" : "idNumber", d->number);
	other = ARENA_NEW(arena, char, d->number.len + 4);
	if (other == NULL)
		return arena_failure(arena, NULL);
	snprintf(other, d->number.len + 4, "%s %.*s", country, TEXT_ARG(d->number));
	return entity_add(e, "x-document", text_of(other));
}

enum status paxlst_person(const struct paxlst_passenger *p, struct arena *arena, struct entity *ret)
{
	size_t room = p->family.len + p->given.len + 2;
	char *name = ARENA_NEW(arena, char, room), country[3] = "";
	struct entity e;

	if (name == NULL)
		return arena_failure(arena, NULL);
	snprintf(name, room, "%.*s %.*s", TEXT_ARG(p->family), TEXT_ARG(p->given));
	TRY(entity_begin(&e, arena, TEXT("paxlst"), "Person", TEXT_NONE));
	TRY(entity_add(&e, "name", text_of(name)));
	TRY(entity_add(&e, "lastName", p->family));
	TRY(entity_add(&e, "firstName", p->given));
	TRY(entity_add(&e, "birthDate", p->birth));
	if (country_of(p->nationality, country))
		TRY(entity_add(&e, "nationality", text_of(country)));
	else
		country[0] = '\0';
	if (text_equal(p->sex, TEXT("M")) || text_equal(p->sex, TEXT("F")))
		TRY(entity_add(&e, "gender", p->sex.data[0] == 'M' ? TEXT("male") : TEXT("female")));
	/* Passports first, so that the issuer is theirs. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < p->document_count; i++)
			if (text_starts(p->documents[i].kind, TEXT("P")) == (pass == 0))
				TRY(document_add(&p->documents[i], country, arena, &e));
	*ret = e;
	return ST_OK;
}
