#include <stdlib.h>

#include "model/entity_json.h"
#include "office/hit.h"

struct policy_thing hit_thing(const struct office *office, const struct hit_row *hit)
{
	return (struct policy_thing){.owner = hit->owner, .author = hit->officer, .released = &office->host, .released_count = 1,
				     .handling = (uint8_t)hit->handling};
}

static bool of_host(const struct people *people)
{
	return text_equal(people->call->actor.country, people->call->office->host);
}

static void flag(struct buffer *out, const char *name, bool value)
{
	buffer_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void offset(struct buffer *out, bool known, int64_t ms)
{
	if (known)
		buffer_printf(out, ",\"clockOffsetMs\":%lld", (long long)ms);
}

/* ,"NAME": id (host's officers alone), "NAMEName": name */
static enum status by(struct people *people, const char *name, const char *name_of, struct text id, struct error *ret_error)
{
	struct text known = TEXT_NONE;

	if (id.len == 0)
		return ST_OK;
	TRY(people_name(people, id, &known, ret_error));
	if (name && of_host(people))
		member_text(&people->call->response->body, name, id);
	member_text(&people->call->response->body, name_of, known);
	return ST_OK;
}

/* ---- whom he is like ---- */

struct listed {
	struct text caption, owner, person;
};

static enum status listed_find(struct people *people, struct text entry, struct listed *ret, struct error *ret_error)
{
	struct db_rows rows;

	*ret = (struct listed){{NULL, 0}, {NULL, 0}, {NULL, 0}};
	TRY(db_query(people->tx, "SELECT caption, owner, person FROM entry WHERE id = $1", DB_PARAMS(DB_V_TEXT(entry)), people->call->arena,
		     &rows, ret_error));
	if (rows.rows)
		*ret = (struct listed){db_text(&rows, 0, 0), db_text(&rows, 0, 1), db_text(&rows, 0, 2)};
	return ST_OK;
}

static enum status json_put(struct buffer *out, const json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(7));

	if (dumped == NULL)
		return ST_NO_MEMORY;
	buffer_add_text(out, text_of(dumped));
	free(dumped);
	return ST_OK;
}

/* Records are canonical JSON, where numbers are whole: millionths of a score, thousandths of a bit. */
static void scaled(json_t *object, const char *name, double by)
{
	const json_t *value = json_object_get(object, name);

	if (json_is_integer(value))
		json_object_set_new(object, name, json_real((double)json_integer_value(value) / by));
}

static void candidate_scale(json_t *candidate)
{
	json_t *explanations = json_object_get(candidate, "explanations");

	scaled(candidate, "score", 1e6);
	scaled(candidate, "evidence", 1e3);
	for (size_t i = 0; i < json_array_size(explanations); i++) {
		scaled(json_array_get(explanations, i), "score", 1e6);
		scaled(json_array_get(explanations, i), "bits", 1e3);
	}
}

/* Another country's entries are not there for the owner of this one. */
static enum status candidates_put(struct people *people, const struct hit_row *hit, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	json_t *list = json_loadb(hit->candidates.data, hit->candidates.len, 0, NULL);
	bool any = false;
	enum status st = list ? ST_OK : error_set(ret_error, ST_CORRUPT, "candidates of a hit cannot be read");

	buffer_add_text(out, TEXT(",\"candidates\":["));
	for (size_t i = 0; st == ST_OK && i < json_array_size(list); i++) {
		json_t *one = json_array_get(list, i);
		struct listed listed;

		TRY_OUT(listed_find(people, text_of(json_string_value(json_object_get(one, "entry"))), &listed, ret_error));
		if (!of_host(people) && !text_equal(listed.owner, people->call->actor.country))
			continue;
		if (listed.caption.len)
			json_object_set_new(one, "name", json_stringn(listed.caption.data, listed.caption.len));
		if (listed.person.len)
			json_object_set_new(one, "person", json_loadb(listed.person.data, listed.person.len, 0, NULL));
		candidate_scale(one);
		if (any)
			buffer_add_char(out, ',');
		any = true;
		TRY_OUT(json_put(out, one));
	}
	buffer_add_char(out, ']');
out:
	json_decref(list);
	return st;
}

/* ---- the story ---- */

/* What was meant for the partner, or said by it. */
static bool line_shown(const struct people *people, struct text act)
{
	static const char *const said[] = {"ask", "answer", "receive", "hand-over"};

	if (of_host(people))
		return true;
	for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
		if (text_equal(act, text_of(said[i])))
			return true;
	return false;
}

/* ,"byRoles": what he may do today; that it was enough when he acted was decided then. */
static enum status roles_of(struct people *people, struct text id, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows rows;

	TRY(db_query(people->tx, "SELECT role FROM person_role WHERE person = $1 ORDER BY role", DB_PARAMS(DB_V_TEXT(id)),
		     people->call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT(",\"byRoles\":["));
	for (size_t i = 0; i < rows.rows; i++)
		buffer_printf(out, "%s\"%.*s\"", i ? "," : "", TEXT_ARG(db_text(&rows, i, 0)));
	buffer_add_char(out, ']');
	return ST_OK;
}

static enum status line_put(struct people *people, const struct hit_story *line, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "%s{\"number\":%lld", line->number > 1 ? "," : "", (long long)line->number);
	member_time(out, "at", line->at_ms);
	member_time(out, "receivedAt", line->received_ms);
	offset(out, line->offset_known, line->offset_ms);
	member_text(out, "post", line->post);
	TRY(by(people, "by", "byName", line->officer, ret_error));
	TRY(roles_of(people, line->officer, ret_error));
	member_text(out, "act", line->act);
	member_text(out, "state", line->state);
	member_text(out, "notPossible", line->not_possible);
	if (line_shown(people, line->act)) {
		member_text(out, "note", line->note);
		if (line->fields.len)
			buffer_printf(out, ",\"fields\":%.*s", TEXT_ARG(line->fields));
	}
	if (of_host(people))
		member_text(out, "clearance", line->clearance);
	flag(out, "photo", line->photo);
	buffer_add_char(out, '}');
	return ST_OK;
}

static enum status story_put(struct people *people, const struct hit_row *hit, bool *ret_received, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct hit_story *story;
	size_t count;

	TRY(hit_story_load(people->tx, hit->id, people->call->arena, &story, &count, ret_error));
	*ret_received = false;
	buffer_add_text(out, TEXT(",\"story\":["));
	for (size_t i = 0; i < count; i++) {
		*ret_received = *ret_received || text_equal(story[i].act, TEXT("receive"));
		TRY(line_put(people, &story[i], ret_error));
	}
	buffer_add_char(out, ']');
	return ST_OK;
}

/* ---- what this person may do now ---- */

static bool could(const struct hit_row *hit, bool received, const char *act)
{
	bool waits = hit->asked_ms && (hit->answer.len == 0 || text_equal(hit->answer, TEXT("unknown")));

	if (strcmp(act, "answer") == 0)
		return waits;
	if (strcmp(act, "receive") == 0)
		return !received && text_equal(hit->state, TEXT("handed-over"));
	if (strcmp(act, "escalate") == 0)
		return hit_waits(hit) && !hit->escalated;
	return true;
}

static void acts_put(struct people *people, const struct hit_row *hit, bool received)
{
	static const struct {
		const char *act, *action;
	} acts[] = {{"answer", "hit.answer"}, {"receive", "hit.receive"}, {"note", "hit.act"}, {"escalate", "hit.act"}};
	const struct office_call *call = people->call;
	const struct policy_thing thing = hit_thing(call->office, hit);
	bool any = false;

	buffer_add_text(&people->call->response->body, TEXT(",\"acts\":["));
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		enum policy_answer answer = may(&call->actor, text_of(acts[i].action), &thing, call->office->host, call->now_ms);

		if ((answer != POLICY_ALLOWED && answer != POLICY_PROVE_ANEW) || !could(hit, received, acts[i].act))
			continue;
		buffer_printf(&people->call->response->body, "%s{\"act\":\"%s\"}", any ? "," : "", acts[i].act);
		any = true;
	}
	buffer_add_char(&people->call->response->body, ']');
}

/* ---- one hit ---- */

static enum status clocks_put(struct people *people, const struct hit_row *hit, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	member_time(out, "custodyFrom", hit->custody_from_ms);
	member_time(out, "custodyUntil", hit->custody_until_ms);
	member_text(out, "custodyBasis", hit->custody_basis);
	if (hit->custody_told)
		buffer_printf(out, ",\"custodyTold\":%lld", (long long)hit->custody_told);
	member_time(out, "askedAt", hit->asked_ms);
	member_time(out, "answerDue", hit->due_ms);
	if (hit->asked_ms)
		member_time(out, "answerAim", hit->asked_ms + HIT_ANSWER_AIM_MS);
	member_time(out, "answeredAt", hit->answered_ms);
	TRY(by(people, NULL, "answeredByName", hit->answered_by, ret_error));
	member_text(out, "answer", hit->answer);
	member_text(out, "answerText", hit->answer_text);
	flag(out, "escalated", hit->escalated);
	member_text(out, "misuseOf", hit->misuse_of);
	return ST_OK;
}

enum status hit_write(struct people *people, const struct hit_row *hit, bool whole, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct listed listed;
	bool received;

	TRY(listed_find(people, hit->entry, &listed, ret_error));
	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld", TEXT_ARG(hit->id), (long long)hit->version);
	member_text(out, "state", hit->state);
	member_time(out, "at", hit->at_ms);
	member_time(out, "receivedAt", hit->received_ms);
	offset(out, hit->offset_known, hit->offset_ms);
	member_text(out, "post", hit->post);
	member_text(out, "postName", hit->post_name);
	member_text(out, "lane", hit->lane);
	member_text(out, "point", hit->point);
	member_text(out, "result", hit->result);
	member_text(out, "act", hit->act);
	member_text(out, "grade", hit->grade);
	flag(out, "quiet", hit->quiet);
	member_text(out, "name", hit->caption);
	member_text(out, "entry", hit->entry);
	member_text(out, "entryName", listed.caption);
	member_text(out, "owner", hit->owner);
	buffer_printf(out, ",\"edition\":%lld", (long long)hit->edition);
	TRY(clocks_put(people, hit, ret_error));
	if (whole) {
		buffer_printf(out, ",\"listAgeMs\":%lld,\"traveller\":%.*s", (long long)hit->list_age_ms, TEXT_ARG(hit->traveller));
		if (hit->mrz.len)
			buffer_printf(out, ",\"mrz\":%.*s", TEXT_ARG(hit->mrz));
		TRY(candidates_put(people, hit, ret_error));
		TRY(story_put(people, hit, &received, ret_error));
		acts_put(people, hit, received);
	}
	buffer_add_char(out, '}');
	return buffer_status(out);
}
