#include "screen/explain.h"

#include <stdio.h>

#define EXPLANATIONS_MAX 40u

struct telling {
	struct query *q;
	const struct scored *s;
	struct explanation *list;
	size_t count;
	enum status status;
};

static void tell(struct telling *t, struct explanation e)
{
	if (t->count < EXPLANATIONS_MAX)
		t->list[t->count++] = e;
}

static struct text keep(struct telling *t, const char *buf, int len)
{
	struct text copy = TEXT_NONE;

	if (t->status == ST_OK)
		t->status = arena_text(t->q->arena, (struct text){buf, len > 0 ? (size_t)len : 0}, &copy);
	return copy;
}

static const struct part_record *listed_parts(const struct telling *t)
{
	return t->q->index->parts + t->q->index->names[t->s->name].first_part;
}

static struct text listed_native(const struct telling *t, size_t part)
{
	return token_native(t->q->index, &t->q->index->tokens[listed_parts(t)[part].token]);
}

/* Native forms of several parts with spaces between. */
static struct text natives(struct telling *t, bool listed, size_t first, size_t count)
{
	const struct query_name *asked = &t->q->names[t->s->query_name];
	char buf[400];
	size_t n = 0;

	for (size_t k = first; k < first + count; k++) {
		struct text word = listed ? listed_native(t, k) : asked->parts[k].heard.native;

		if (n + word.len + 2 > sizeof buf)
			break;
		if (n)
			buf[n++] = ' ';
		memcpy(buf + n, word.data, word.len);
		n += word.len;
	}
	return keep(t, buf, (int)n);
}

static const char *link_rule(const struct link *link)
{
	if (link->kind == LINK_INITIAL)
		return "initial";
	if (link->kind == LINK_JOINED)
		return "name-joined";
	if (link->cost_mbit == 0)
		return "name-equal";
	return link->cost_mbit <= 3000 ? "name-sounds-equal" : "name-similar";
}

static void tell_link(struct telling *t, const struct link *link)
{
	const struct query_part *part = &t->q->names[t->s->query_name].parts[link->query_first];
	struct explanation e = {.feature = "namePart", .rule = link_rule(link)};
	struct text units = token_sound(t->q->index, listed_parts(t)[link->list_first].token, link->token_reading), heard = TEXT_NONE;
	char buf[160];
	int n;

	if (link->query_reading < part->heard.reading_count)
		heard = sound_text(&part->heard.readings[link->query_reading].sound);
	e.evidence_mbit = link->kind == LINK_INITIAL ? 0 : -(int32_t)link->cost_mbit;
	e.query = natives(t, false, link->query_first, link->query_count);
	e.candidate = natives(t, true, link->list_first, link->list_count);
	n = snprintf(buf, sizeof buf, "%.*s ~ %.*s, costs %u.%02u bits", TEXT_ARG(heard), TEXT_ARG(units),
		     link->cost_mbit / 1000, link->cost_mbit % 1000 / 10);
	e.detail = keep(t, buf, n);
	tell(t, e);
}

static void tell_left(struct telling *t, bool listed, uint16_t left)
{
	for (size_t i = 0; i < 16; i++) {
		struct explanation e = {.feature = "namePart", .rule = listed ? "part-only-listed" : "part-only-asked"};

		if ((left >> i & 1) == 0)
			continue;
		*(listed ? &e.candidate : &e.query) = natives(t, listed, i, 1);
		tell(t, e);
	}
}

static void tell_name(struct telling *t)
{
	const struct alignment *a = &t->s->alignment;
	const struct index *x = t->q->index;
	struct explanation e = {.feature = "name", .rule = "name-compared"};

	if (t->s->name == UINT32_MAX)
		return;
	e.score_ppm = (int32_t)a->similarity_ppm;
	e.evidence_mbit = a->evidence_mbit;
	e.query = t->q->names[t->s->query_name].shown;
	e.candidate = (struct text){x->text + x->names[t->s->name].text, x->names[t->s->name].text_len};
	if (a->link_count == 0)
		e.rule = "name-differs";
	else if ((x->names[t->s->name].kind & 0x7F) == NAME_WEAK)
		e.rule = "name-compared-weak-alias";
	tell(t, e);
	for (size_t i = 0; i < a->link_count; i++)
		tell_link(t, &a->links[i]);
	tell_left(t, false, a->query_left);
	tell_left(t, true, a->list_left);
}

static struct text date_text(struct telling *t, uint32_t d)
{
	char buf[16];
	int n = snprintf(buf, sizeof buf, "%04u-%02u-%02u", DATE_YEAR(d), DATE_MONTH(d), DATE_DAY(d));

	return keep(t, buf, DATE_DAY(d) ? n : DATE_MONTH(d) ? 7 : 4);
}

static struct text country_text(struct telling *t, uint16_t c)
{
	char buf[2] = {(char)(c >> 8), (char)c};

	return keep(t, buf, 2);
}

static struct explanation from_verdict(const char *feature, const struct verdict *v)
{
	return (struct explanation){.feature = feature, .rule = v->rule, .score_ppm = v->score_ppm,
				    .evidence_mbit = v->evidence_mbit};
}

static void tell_facts(struct telling *t, const struct facts *listed)
{
	const struct facts *asked = &t->q->facts;
	const struct scored *s = t->s;

	if (s->identifier.rule) {
		struct explanation e = from_verdict("document", &s->identifier);

		e.query = asked->identifiers[s->identifier.query].shown;
		e.candidate = listed->identifiers[s->identifier.listed].value;
		tell(t, e);
	}
	if (s->date.verdict.rule) {
		struct explanation e = from_verdict("birthDate", &s->date.verdict);

		e.query = date_text(t, asked->dates[s->date.verdict.query].from);
		e.candidate = date_text(t, listed->dates[s->date.verdict.listed].from);
		tell(t, e);
	}
	if (s->country.rule) {
		struct explanation e = from_verdict("country", &s->country);

		e.query = country_text(t, asked->countries[s->country.query]);
		e.candidate = country_text(t, listed->countries[s->country.listed]);
		tell(t, e);
	}
	if (s->gender.rule) {
		struct explanation e = from_verdict("gender", &s->gender);

		e.query = asked->gender == GENDER_MALE ? TEXT("male") : TEXT("female");
		e.candidate = listed->gender == GENDER_MALE ? TEXT("male") : TEXT("female");
		tell(t, e);
	}
}

enum status explain(struct query *q, const struct scored *scored, struct screen_result *ret_result)
{
	struct telling t = {q, scored, ARENA_NEW(q->arena, struct explanation, EXPLANATIONS_MAX), 0, ST_OK};
	const struct index *x = q->index;
	struct fact_identifier ids[FACTS_IDENTIFIERS_MAX];
	struct facts listed;

	if (t.list == NULL)
		return arena_failure(q->arena, NULL);
	if (facts_read((struct bytes){x->facts + x->slots[scored->slot].facts,
				      x->facts_size - x->slots[scored->slot].facts},
		       ids, &listed) == 0)
		return ST_CORRUPT;
	tell_name(&t);
	tell_facts(&t, &listed);
	ret_result->explanations = t.list;
	ret_result->explanation_count = t.count;
	return t.status;
}
