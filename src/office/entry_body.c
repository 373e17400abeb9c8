#include "model/entity_json.h"
#include "office/entry.h"

#define MEASURES_MAX 16u
#define DOCUMENTS_MAX 16u

static enum status measures_read(struct office_call *call, const json_t *root, const struct registry_measure **ret_measures,
				 size_t *ret_count, struct error *ret_error)
{
	struct registry_measure *measures;
	json_t *list;

	TRY(body_list(root, "measures", &list, ret_error));
	if (json_array_size(list) > MEASURES_MAX)
		return error_because(ret_error, ST_LIMIT, "value-invalid", "measures", "at most %u measures", MEASURES_MAX);
	measures = ARENA_NEW(call->arena, struct registry_measure, json_array_size(list) + 1);
	if (!measures)
		return arena_failure(call->arena, ret_error);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		TRY(body_text(call, one, "kind", &measures[i].kind, ret_error));
		TRY(body_text(call, one, "basis", &measures[i].basis, ret_error));
		TRY(body_text(call, one, "number", &measures[i].number, ret_error));
		TRY(body_text(call, one, "issuer", &measures[i].issuer, ret_error));
		TRY(body_time(call, one, "from", &measures[i].valid_from_ms, ret_error));
		TRY(body_time(call, one, "expiresAt", &measures[i].expires_ms, ret_error));
	}
	*ret_measures = measures;
	*ret_count = json_array_size(list);
	return ST_OK;
}

static enum status documents_read(struct office_call *call, const json_t *root, struct registry_nomination *n,
				  struct error *ret_error)
{
	struct entry_document *documents;
	json_t *list;

	TRY(body_list(root, "documents", &list, ret_error));
	if (json_array_size(list) > DOCUMENTS_MAX)
		return error_because(ret_error, ST_LIMIT, "value-invalid", "documents", "at most %u documents", DOCUMENTS_MAX);
	documents = ARENA_NEW(call->arena, struct entry_document, json_array_size(list) + 1);
	if (!documents)
		return arena_failure(call->arena, ret_error);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		documents[i].kind = TEXT("other");
		TRY(body_text(call, one, "kind", &documents[i].kind, ret_error));
		TRY(body_text(call, one, "number", &documents[i].number, ret_error));
		TRY(body_text(call, one, "country", &documents[i].country, ret_error));
		if (documents[i].number.len == 0)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "documents", "a document without its number");
	}
	n->documents = documents;
	n->document_count = json_array_size(list);
	return ST_OK;
}

enum status entry_form_read(struct office_call *call, const json_t *root, struct entry_form *ret_form, struct error *ret_error)
{
	struct registry_nomination *n = &ret_form->nomination;
	bool host = text_equal(call->actor.country, call->office->host);
	json_t *person;

	*n = (struct registry_nomination){.owner = call->actor.country, .agency = call->actor.agency,
					  .inflow = host ? TEXT("deported") : TEXT("nominated"), .penalty_months = -1};
	TRY(body_object(root, "person", &person, ret_error));
	if (!person)
		return error_because(ret_error, ST_MALFORMED, "name-missing", "person", "the person is missing");
	TRY(entity_from_json(person, call->arena, &ret_form->person, ret_error));
	n->person = &ret_form->person;
	TRY(documents_read(call, root, n, ret_error));
	TRY(body_text(call, root, "reference", &n->reference, ret_error));
	TRY(body_text(call, root, "inflow", &n->inflow, ret_error));
	TRY(body_text(call, root, "offence", &n->offence, ret_error));
	TRY(body_text(call, root, "purpose", &n->purpose, ret_error));
	TRY(body_text(call, root, "law", &n->law, ret_error));
	TRY(body_text(call, root, "article", &n->article, ret_error));
	TRY(body_number(root, "maximumPenaltyMonths", &n->penalty_months, ret_error));
	TRY(body_number(root, "handling", &n->handling, ret_error));
	/* a partner nominates, the host deports; nobody does the other's */
	if (!text_equal(n->inflow, host ? TEXT("deported") : TEXT("nominated")))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "inflow", "this is not how this country's persons come in");
	return measures_read(call, root, &n->measures, &n->measure_count, ret_error);
}

/* Examined means that each of the five was answered, one way or the other. */
static enum status exclusions_read(const json_t *exclusions, struct registry_assessment *a, struct error *ret_error)
{
	struct {
		const char *name;
		bool *value;
	} const fields[] = {{"ownNational", &a->own_national},	 {"refugee", &a->refugee},
			    {"child", &a->child},		 {"politicalOffence", &a->political},
			    {"possibleVictim", &a->possible_victim}};

	a->examined = exclusions != NULL;
	for (size_t i = 0; exclusions && i < sizeof fields / sizeof fields[0]; i++) {
		TRY(body_flag(exclusions, fields[i].name, fields[i].value, ret_error));
		a->examined = a->examined && json_is_boolean(json_object_get(exclusions, fields[i].name));
	}
	return ST_OK;
}

static enum status assessment_read(struct office_call *call, const json_t *root, struct entry_act_form *form,
				   struct error *ret_error)
{
	struct registry_assessment *a = &form->assessment;
	json_t *object, *exclusions;

	TRY(body_object(root, "assessment", &object, ret_error));
	if (!object)
		return ST_OK;
	form->act.assessment = a;
	a->penalty_months = -1;
	TRY(body_text(call, object, "law", &a->law, ret_error));
	TRY(body_text(call, object, "article", &a->article, ret_error));
	TRY(body_text(call, object, "proportionality", &a->proportionality, ret_error));
	TRY(body_text(call, object, "childDecision", &a->child_decision, ret_error));
	TRY(body_number(object, "maximumPenaltyMonths", &a->penalty_months, ret_error));
	TRY(body_flag(object, "dualCriminality", &a->dual_criminality, ret_error));
	TRY(body_flag(object, "convicted", &a->convicted, ret_error));
	TRY(body_object(object, "exclusions", &exclusions, ret_error));
	return exclusions_read(exclusions, a, ret_error);
}

enum status entry_act_read(struct office_call *call, const json_t *root, struct entry_act_form *ret_form,
			   struct error *ret_error)
{
	struct registry_act *act = &ret_form->act;
	json_t *decision, *extension, *person;

	TRY(body_text(call, root, "reason", &act->reason, ret_error));
	TRY(body_text(call, root, "text", &act->note, ret_error));
	TRY(body_text(call, root, "measure", &act->measure, ret_error));
	TRY(assessment_read(call, root, ret_form, ret_error));
	TRY(body_object(root, "decision", &decision, ret_error));
	if (decision) {
		TRY(body_text(call, decision, "number", &act->decision_number, ret_error));
		TRY(body_text(call, decision, "text", &act->note, ret_error));
		TRY(body_number(decision, "validityDays", &act->validity_days, ret_error));
	}
	TRY(body_object(root, "extension", &extension, ret_error));
	if (extension) {
		TRY(body_time(call, extension, "until", &act->until_ms, ret_error));
		TRY(body_text(call, extension, "text", &act->note, ret_error));
	}
	TRY(measures_read(call, root, &act->measures, &act->measure_count, ret_error));
	TRY(body_object(root, "person", &person, ret_error));
	if (person) {
		TRY(entry_form_read(call, root, &ret_form->change, ret_error));
		act->nomination = &ret_form->change.nomination;
	}
	return ST_OK;
}
