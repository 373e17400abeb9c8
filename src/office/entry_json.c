#include "model/entity_json.h"
#include "model/time.h"
#include "office/entry.h"
#include "text/name.h"

#define READINGS_SHOWN 4u

/* ---- pieces ---- */

void member_text(struct buffer *out, const char *name, struct text value)
{
	if (value.len == 0)
		return;
	buffer_printf(out, ",\"%s\":", name);
	json_add_string(out, value);
}

void member_time(struct buffer *out, const char *name, int64_t ms)
{
	char text[TIME_SIZE];

	if (ms == 0)
		return;
	time_write(ms, text);
	buffer_printf(out, ",\"%s\":\"%s\"", name, text);
}

static void put_flag(struct buffer *out, const char *name, bool value)
{
	buffer_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void put_number(struct buffer *out, const char *name, int64_t value)
{
	buffer_printf(out, ",\"%s\":%lld", name, (long long)value);
}

enum status people_name(struct people *p, struct text id, struct text *ret_name, struct error *ret_error)
{
	const struct actor *actor = &p->call->actor;
	struct db_rows rows;
	struct text name = TEXT_NONE;

	for (size_t i = 0; i < p->count; i++)
		if (text_equal(p->known[i].id, id)) {
			*ret_name = p->known[i].name;
			return ST_OK;
		}
	TRY(db_query(p->tx, "SELECT name, country FROM person WHERE id = $1", DB_PARAMS(DB_V_TEXT(id.len ? id : TEXT("-"))),
		     p->call->arena, &rows, ret_error));
	if (rows.rows && (text_equal(actor->country, p->call->office->host) || text_equal(actor->country, db_text(&rows, 0, 1))))
		name = db_text(&rows, 0, 0);
	if (p->count < sizeof p->known / sizeof p->known[0]) {
		p->known[p->count].id = id;
		p->known[p->count++].name = name;
	}
	*ret_name = name;
	return ST_OK;
}

enum status member_person_name(struct people *people, const char *name, struct text id, struct error *ret_error)
{
	struct text known = TEXT_NONE;

	/* What a machine or the public did is by nobody. */
	if (id_valid(id))
		TRY(people_name(people, id, &known, ret_error));
	member_text(&people->call->response->body, name, known);
	return ST_OK;
}

enum status member_person(struct people *people, const char *name, struct text id, struct error *ret_error)
{
	char name_of[64];

	member_text(&people->call->response->body, name, id);
	snprintf(name_of, sizeof name_of, "%sName", name);
	return member_person_name(people, name_of, id, ret_error);
}

enum status answer_rows(struct people *people, const struct db_rows *rows, size_t limit, answer_row *put, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows->rows && i < limit; i++) {
		if (i)
			buffer_add_char(out, ',');
		TRY(put(people, rows, i, ret_error));
	}
	buffer_add_char(out, ']');
	return buffer_status(out);
}

/* Why the host decided as it did is its own; the owner is told what was decided. */
static struct text reasons_for(const struct people *people, struct text why)
{
	return text_equal(people->call->actor.country, people->call->office->host) ? why : TEXT_NONE;
}

/* ---- who it is ---- */

/* The likeliest readings of the whole name: the n-th of each part, or its likeliest where it has fewer. */
static enum status put_readings(struct buffer *out, struct office_call *call, const struct entry *entry,
				const struct entry_name *name)
{
	char countries[8] = "";
	struct name read;
	bool any = false;

	if (entry->nationality.len == 2)
		snprintf(countries, sizeof countries, "%.*s", TEXT_ARG(entry->nationality));
	TRY(name_read(name->name, countries, call->arena, &read));
	buffer_printf(out, ",\"readings\":[");
	for (size_t n = 0; read.form_count && n < READINGS_SHOWN; n++) {
		const struct name_form *form = &read.forms[0];
		bool further = n == 0;

		for (size_t i = 0; i < form->part_count; i++)
			further = further || form->parts[i].reading_count > n;
		if (!further)
			break;
		buffer_printf(out, "%s\"", any ? "," : "");
		for (size_t i = 0; i < form->part_count; i++) {
			const struct name_part *part = &form->parts[i];

			if (part->reading_count)
				buffer_printf(out, "%s%.*s", i ? " " : "",
					      TEXT_ARG(part->readings[n < part->reading_count ? n : 0].latin));
		}
		buffer_add_char(out, '"');
		any = true;
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status put_names(struct buffer *out, struct office_call *call, const struct entry *entry)
{
	buffer_printf(out, ",\"names\":[");
	for (size_t i = 0; i < entry->name_count; i++) {
		const struct entry_name *name = &entry->names[i];

		buffer_printf(out, "%s{\"text\":", i ? "," : "");
		json_add_string(out, name->name);
		member_text(out, "script", name->script);
		member_text(out, "language", name->language);
		member_text(out, "kind", name->kind);
		TRY(put_readings(out, call, entry, name));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

static void put_documents(struct buffer *out, const struct entry *entry)
{
	buffer_printf(out, ",\"documents\":[");
	for (size_t i = 0; i < entry->document_count; i++) {
		buffer_printf(out, "%s{\"kind\":", i ? "," : "");
		json_add_string(out, entry->documents[i].kind);
		member_text(out, "number", entry->documents[i].number);
		member_text(out, "country", entry->documents[i].country);
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

/* ---- what was assessed and decided ---- */

static enum status put_assessment(struct buffer *out, struct people *people, const struct entry *e, struct error *ret_error)
{
	if (e->assessed_by.len == 0 && e->law.len == 0 && e->article.len == 0 && e->penalty_months < 0)
		return ST_OK;
	buffer_printf(out, ",\"assessment\":{\"law\":");
	json_add_string(out, e->law);
	member_text(out, "article", e->article);
	if (e->penalty_months >= 0)
		put_number(out, "maximumPenaltyMonths", e->penalty_months);
	member_text(out, "proportionality", reasons_for(people, e->proportionality));
	if (e->assessed_by.len) {
		put_flag(out, "dualCriminality", e->dual_criminality);
		put_flag(out, "convicted", e->convicted);
		member_text(out, "childDecision", e->child_decision);
		buffer_printf(out, ",\"exclusions\":{\"ownNational\":%s", e->own_national ? "true" : "false");
		put_flag(out, "refugee", e->refugee);
		put_flag(out, "child", e->child);
		put_flag(out, "politicalOffence", e->political);
		put_flag(out, "possibleVictim", e->possible_victim);
		buffer_add_char(out, '}');
		put_flag(out, "examined", e->exclusions_done);
		TRY(member_person(people, "by", e->assessed_by, ret_error));
		member_time(out, "at", e->assessed_ms);
	}
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status put_decision(struct buffer *out, struct people *people, const struct entry *e, int step,
				struct error *ret_error)
{
	buffer_printf(out, "%s{\"step\":%d", step > 1 ? "," : "", step);
	member_text(out, "number", e->decision_number);
	if (step == 1) {
		member_text(out, "text", reasons_for(people, e->decision_text));
		put_number(out, "validityDays", e->validity_days);
	}
	TRY(member_person(people, "by", step == 1 ? e->first_decider : e->second_decider, ret_error));
	member_time(out, "at", step == 1 ? e->first_decided_ms : e->second_decided_ms);
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status put_decisions(struct buffer *out, struct people *people, const struct entry *e, struct error *ret_error)
{
	buffer_printf(out, ",\"decisions\":[");
	if (e->first_decider.len)
		TRY(put_decision(out, people, e, 1, ret_error));
	if (e->second_decider.len)
		TRY(put_decision(out, people, e, 2, ret_error));
	buffer_add_char(out, ']');
	return ST_OK;
}

static void put_measures(struct buffer *out, const struct office_call *call, const struct entry *e)
{
	buffer_printf(out, ",\"measures\":[");
	for (size_t i = 0; i < e->measure_count; i++) {
		const struct entry_measure *m = &e->measures[i];

		buffer_printf(out, "%s{\"id\":", i ? "," : "");
		json_add_string(out, m->id);
		member_text(out, "kind", m->kind);
		member_text(out, "basis", m->basis);
		member_text(out, "number", m->number);
		member_text(out, "issuer", m->issuer);
		member_time(out, "from", m->valid_from_ms);
		member_time(out, "expiresAt", m->expires_ms);
		member_time(out, "endedAt", m->ended_ms);
		put_flag(out, "inForce", entry_measure_in_force(m, call->now_ms));
		buffer_add_char(out, '}');
	}
	buffer_add_char(out, ']');
}

static enum status put_extension(struct buffer *out, struct people *people, const struct entry *e, struct error *ret_error)
{
	if (e->extension_by.len == 0)
		return ST_OK;
	buffer_printf(out, ",\"extension\":{\"text\":");
	json_add_string(out, reasons_for(people, e->extension_text));
	member_time(out, "until", e->extension_until_ms);
	TRY(member_person(people, "by", e->extension_by, ret_error));
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status put_urgent(struct buffer *out, struct people *people, const struct entry *e, struct error *ret_error)
{
	if (e->urgent_by.len == 0)
		return ST_OK;
	buffer_printf(out, ",\"urgent\":{\"confirmed\":%s", e->urgent_confirmed_by.len ? "true" : "false");
	member_time(out, "at", e->urgent_ms);
	member_time(out, "until", e->urgent_until_ms);
	TRY(member_person(people, "by", e->urgent_by, ret_error));
	buffer_add_char(out, '}');
	return ST_OK;
}

/* ---- what may be done ---- */

/* Whether any role of his may do it; a fresh proof or a reason can still be given. The second person is left to the conditions,
 * which say so in words. */
static bool may_at_all(const struct office_call *call, const struct entry *entry, struct text action)
{
	struct policy_thing thing = entry_thing(call->office, entry);
	enum policy_answer answer;

	thing.author = TEXT_NONE;
	answer = may(&call->actor, action, &thing, call->office->host, call->now_ms);
	return answer == POLICY_ALLOWED || answer == POLICY_PROVE_ANEW || answer == POLICY_REASON;
}

static void put_reasons(struct buffer *out, struct text list)
{
	bool any = false;

	buffer_printf(out, ",\"reasons\":[");
	for (size_t i = 0; i < lifecycle_reason_count(); i++) {
		const struct lifecycle_reason *reason = lifecycle_reason_at(i);

		if (!text_equal(reason->list, list))
			continue;
		if (any)
			buffer_add_char(out, ',');
		json_add_string(out, reason->code);
		any = true;
	}
	buffer_add_char(out, ']');
}

/* Conditions on what the act itself brings are not shown as failing before it was brought. */
static bool brought_by(struct text act, struct text condition)
{
	return (text_equal(act, TEXT("approve")) && text_equal(condition, TEXT("decision-number"))) ||
	       (text_equal(act, TEXT("extend")) && text_equal(condition, TEXT("extension-bounded"))) ||
	       (text_equal(act, TEXT("measures")) && text_equal(condition, TEXT("measures-lawful")));
}

static void put_choice(struct buffer *out, const struct registry_choice *choice)
{
	bool any = false;

	buffer_printf(out, "{\"act\":");
	json_add_string(out, choice->arc->act);
	buffer_printf(out, ",\"conditions\":[");
	for (size_t i = 0; i < choice->count; i++) {
		if (brought_by(choice->arc->act, choice->condition[i]))
			continue;
		buffer_printf(out, "%s{\"name\":\"%.*s\",\"holds\":%s", any ? "," : "", TEXT_ARG(choice->condition[i]),
			      choice->why[i] ? "false" : "true");
		if (choice->why[i])
			member_text(out, "detail", text_of(choice->why[i]));
		buffer_add_char(out, '}');
		any = true;
	}
	buffer_add_char(out, ']');
	put_reasons(out, choice->arc->reasons);
	buffer_add_char(out, '}');
}

static void put_acts(struct buffer *out, struct office_call *call, const struct entry *entry)
{
	struct registry_choice choice;
	bool any = false;

	buffer_printf(out, ",\"acts\":[");
	for (size_t i = 0; registry_choice(entry, &call->actor, call->now_ms, i, &choice); i++) {
		struct text action = choice.arc->action;

		if (!text_starts(action, TEXT("entry.")) || !may_at_all(call, entry, action))
			continue;
		if (any)
			buffer_add_char(out, ',');
		put_choice(out, &choice);
		any = true;
	}
	buffer_add_char(out, ']');
}

enum status entry_write(struct office_call *call, struct db_tx *tx, const struct entry *e, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct people people = {.call = call, .tx = tx};

	buffer_printf(out, "{\"id\":");
	json_add_string(out, e->id);
	put_number(out, "version", e->version);
	member_text(out, "state", e->state);
	member_time(out, "since", e->since_ms);
	member_text(out, "owner", e->owner);
	member_text(out, "reference", e->reference);
	member_text(out, "inflow", e->inflow);
	member_text(out, "submission", e->submission);
	put_number(out, "handling", e->handling);
	buffer_printf(out, ",\"person\":");
	buffer_add_text(out, e->erased ? TEXT("{\"schema\":\"Person\",\"properties\":{}}") : e->person);
	TRY(put_names(out, call, e));
	put_documents(out, e);
	member_text(out, "offence", e->offence);
	member_text(out, "purpose", e->purpose);
	TRY(put_assessment(out, &people, e, ret_error));
	TRY(put_decisions(out, &people, e, ret_error));
	put_measures(out, call, e);
	TRY(put_extension(out, &people, e, ret_error));
	TRY(put_urgent(out, &people, e, ret_error));
	put_flag(out, "listed", e->listing_leaf.len != 0);
	put_flag(out, "erased", e->erased);
	member_time(out, "submittedAt", e->submitted_ms);
	member_time(out, "publishedAt", e->published_ms);
	member_time(out, "reviewDue", e->review_due_ms);
	member_time(out, "expiresAt", e->expires_ms);
	put_acts(out, call, e);
	buffer_add_char(out, '}');
	return buffer_status(out);
}

/* ---- a line of a list ---- */

static struct text waits_for(struct text state, bool urgent_asked)
{
	static const struct {
		const char *state, *who;
	} rows[] = {{"submitted", "reviewer"}, {"in-review", "legal"}, {"returned", "liaison"}, {"approved", "decider"},
		    {"suspended", "decider"},  {"under-appeal", "redress"}};

	if (urgent_asked)
		return TEXT("decider");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (text_equal(state, text_of(rows[i].state)))
			return text_of(rows[i].who);
	return TEXT_NONE;
}

void entry_summary_write(struct buffer *out, const struct db_rows *rows, size_t row, const struct db_rows *measures)
{
	static const char *const names[] = {"state", "owner", "reference", "inflow", NULL, "latin", "birthDate", "nationality",
					    "document"};
	struct text name = db_text(rows, row, 6);
	bool urgent_asked = !db_is_null(rows, row, 13) && db_is_null(rows, row, 14), any = false;

	buffer_printf(out, "{\"id\":");
	json_add_string(out, db_text(rows, row, 0));
	put_number(out, "version", db_int(rows, row, 1));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i])
			member_text(out, names[i], db_text(rows, row, 2 + i));
	buffer_printf(out, ",\"name\":");
	json_add_string(out, name.len ? name : TEXT("-"));
	buffer_printf(out, ",\"measures\":[");
	for (size_t i = 0; i < measures->rows; i++)
		if (text_equal(db_text(measures, i, 0), db_text(rows, row, 0))) {
			if (any)
				buffer_add_char(out, ',');
			json_add_string(out, db_text(measures, i, 1));
			any = true;
		}
	buffer_add_char(out, ']');
	member_text(out, "waits", waits_for(db_text(rows, row, 2), urgent_asked));
	member_time(out, "since", db_int(rows, row, 11));
	member_time(out, "due", db_int(rows, row, 12));
	buffer_add_char(out, '}');
}

enum status entry_summary(struct office_call *call, struct db_tx *tx, struct text id, struct buffer *out, struct error *ret_error)
{
	struct db_rows rows, measures;

	TRY(db_query_one(tx, "SELECT " ENTRY_SUMMARY_COLUMNS " FROM entry e WHERE e.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena,
			 &rows, ret_error));
	TRY(db_query(tx, "SELECT entry_id, kind FROM measure WHERE entry_id = $1 AND ended_at IS NULL AND expires_at > $2",
		     DB_PARAMS(DB_V_TEXT(id), DB_V_INT(call->now_ms)), call->arena, &measures, ret_error));
	entry_summary_write(out, &rows, 0, &measures);
	return ST_OK;
}
