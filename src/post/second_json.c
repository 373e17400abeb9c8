/* A hit as the second line is shown it. */
#include "hit/hit.h"
#include "post/second_act.h"

#define ANSWER_MS ((int64_t)12 * 3600000) /* SIS: a hit is answered within 12 hours */

static struct text text_member(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return (struct text){json_string_value(value), json_string_length(value)};
}

static int64_t number_member(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* The name of an officer of this roster, else what he is known by. */
static json_t *officer_json(struct lane_call *call, struct text id)
{
	struct officer officer;

	if (id.len == 0)
		return json_null();
	return known_officer(call->lanes->known, id, &officer) ? json_string(officer.name) : json_of_text(id);
}

static json_t *story_json(struct lane_call *call, const json_t *story)
{
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(story, i, one) {
		json_t *line = json_pack("{s:o, s:O, s:o}", "at", json_of_time(number_member(one, "at")), "act",
					 json_object_get(one, "act"), "officer", officer_json(call, text_member(one, "officer")));

		if (line && json_object_get(one, "note"))
			json_object_set(line, "note", json_object_get(one, "note"));
		json_array_append_new(list, line);
	}
	return list;
}

/* ---- candidates ---- */

/* Measures in force at this minute: of the list in force, where there is one. */
static json_t *measures_json(struct lane_call *call, const json_t *candidate)
{
	json_t *list = json_array();
	struct second_measure found[SECOND_MEASURES];
	size_t count = second_measures(call->lanes, candidate, call->now_ms, call->arena, found);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "kind", json_of_text(found[i].kind), "basis",
						      json_of_text(found[i].basis), "number", json_of_text(found[i].number), "issuer",
						      json_of_text(found[i].issuer), "expiresAt", json_of_time(found[i].expires_ms)));
	return list;
}

static json_t *candidate_json(struct lane_call *call, const json_t *kept, bool whole)
{
	static const char *const details[] = {"score", "evidence", "chancePerBillion", "person", "documents", "explanations", "reference",
					      "handling"};
	struct text act = text_member(kept, "act");
	json_t *root = json_pack("{s:O, s:O, s:O, s:O, s:O, s:o, s:o}", "entry", json_object_get(kept, "entry"), "grade",
				 json_object_get(kept, "grade"), "names", json_object_get(kept, "names"), "owner",
				 json_object_get(kept, "owner"), "act", json_object_get(kept, "act"), "title",
				 json_of_text(verdict_act_title(act, call->language)), "text",
				 json_of_text(verdict_act_text(act, call->language)));

	for (size_t i = 0; root && whole && i < sizeof details / sizeof details[0]; i++)
		json_object_set(root, details[i], json_object_get(kept, details[i]));
	if (root && whole) {
		json_object_set_new(root, "measures", measures_json(call, kept));
		json_object_set_new(root, "photo", json_boolean(second_photo_there(call, text_member(kept, "entry"))));
	}
	return root;
}

static json_t *candidates_json(struct lane_call *call, const json_t *kept, bool whole)
{
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(kept, i, one)
		json_array_append_new(list, candidate_json(call, one, whole));
	return list;
}

/* ---- clocks ---- */

static json_t *partner_json(struct lane_call *call, const struct second_hit *hit)
{
	const json_t *answer = json_object_get(hit->body, "partner");
	struct text owner = text_member(json_array_get(json_object_get(hit->body, "candidates"), 0), "owner");

	/* A listing of the host's own has nobody else to ask. */
	if (answer == NULL && (hit->asked_ms == 0 || text_equal(owner, call->lanes->options.host)))
		return json_null();
	return json_pack("{s:o, s:o, s:O?, s:O?, s:o}", "askedAt", json_of_time(hit->asked_ms), "dueAt",
			 json_of_time(hit->asked_ms ? hit->asked_ms + ANSWER_MS : 0), "is", json_object_get(answer, "is"), "text",
			 json_object_get(answer, "text"), "answeredAt", json_of_time(number_member(answer, "answeredAt")));
}

static json_t *custody_json(const json_t *body)
{
	if (number_member(body, "custodyFrom") == 0)
		return json_null();
	return json_pack("{s:o, s:o, s:O?}", "from", json_of_time(number_member(body, "custodyFrom")), "until",
			 json_of_time(number_member(body, "custodyUntil")), "basis", json_object_get(body, "basis"));
}

static json_t *acts_json(struct lane_call *call, const struct second_hit *hit)
{
	struct hit_now now = second_now(hit->body);
	json_t *list = json_array();
	const char *act;

	for (unsigned i = 0; (act = hit_possible(&now, call->officer.roles, i)) != NULL; i++)
		if (second_act_rests(call, hit->body, text_of(act)))
			json_array_append_new(list, json_pack("{s:s, s:b, s:b}", "act", act, "needsPin", second_needs_pin(text_of(act)),
							      "needsNote", second_needs_note(text_of(act))));
	return list;
}

json_t *second_json(struct lane_call *call, const struct second_hit *hit, bool whole)
{
	static const char *const same[] = {"state", "point", "lane", "result", "act", "quiet", "traveller", "confirmed", "edition"};
	const json_t *document = json_object_get(json_object_get(hit->body, "traveller"), "document");
	json_t *root = json_pack("{s:s, s:o, s:o, s:o}", "id", hit->id, "at", json_of_time(number_member(hit->body, "at")), "officer",
				 officer_json(call, text_member(hit->body, "officer")), "candidates",
				 candidates_json(call, json_object_get(hit->body, "candidates"), whole));
	struct settings settings;

	for (size_t i = 0; root && i < sizeof same / sizeof same[0]; i++)
		if (json_object_get(hit->body, same[i]))
			json_object_set(root, same[i], json_object_get(hit->body, same[i]));
	if (root == NULL)
		return NULL;
	json_object_set_new(root, "partner", partner_json(call, hit));
	json_object_set_new(root, "custody", custody_json(hit->body));
	if (!whole)
		return root;
	known_settings(call->lanes->known, &settings);
	json_object_set_new(root, "acts", acts_json(call, hit));
	json_object_set_new(root, "story", story_json(call, json_object_get(hit->body, "story")));
	json_object_set_new(root, "desk", json_string(settings.desk));
	json_object_set_new(root, "clearancePossible", json_boolean(json_is_object(document)));
	return root;
}
