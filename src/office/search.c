/* A person against the registry: typed by an officer, or read from a document. */
#include "ident/mrz.h"
#include "model/entity_json.h"
#include "model/time.h"
#include "office/matches.h"

#include "handlers.inc"

#define ZONE_MAX 200u

/* ---- answers of the engine ---- */

static void put_share(struct buffer *out, const char *name, int64_t ppm)
{
	bool minus = ppm < 0;
	int64_t size = minus ? -ppm : ppm;

	buffer_printf(out, ",\"%s\":%s%lld.%06lld", name, minus ? "-" : "", (long long)(size / 1000000), (long long)(size % 1000000));
}

static void put_explanation(struct buffer *out, const struct explanation *e, bool first)
{
	buffer_printf(out, "%s{\"property\":\"%s\",\"rule\":\"%s\"", first ? "" : ",", e->feature, e->rule);
	member_text(out, "query", e->query);
	member_text(out, "candidate", e->candidate);
	member_text(out, "detail", e->detail);
	put_share(out, "score", e->score_ppm);
	put_share(out, "bits", (int64_t)e->evidence_mbit * 1000);
	buffer_add_char(out, '}');
}

enum status matches_write(struct office_call *call, struct db_tx *tx, const struct registry_matches *matches,
			  struct error *ret_error)
{
	struct buffer *out = &call->response->body;

	buffer_printf(out, "{\"items\":[");
	for (size_t i = 0; i < matches->count; i++) {
		const struct registry_match *match = &matches->items[i];

		buffer_printf(out, "%s{\"entry\":", i ? "," : "");
		TRY(entry_summary(call, tx, match->entry, out, ret_error));
		put_share(out, "score", match->score_ppm);
		put_share(out, "evidence", (int64_t)match->evidence_mbit * 1000);
		buffer_printf(out, ",\"alert\":%s,\"chancePerBillion\":%u,\"explanations\":[", match->alert ? "true" : "false",
			      match->chance_per_billion);
		for (size_t k = 0; k < match->explanation_count; k++)
			put_explanation(out, &match->explanations[k], k == 0);
		buffer_printf(out, "]}");
	}
	buffer_printf(out, "],\"bounded\":%s,\"next\":null,\"total\":%zu}", matches->bounded ? "true" : "false", matches->count);
	return buffer_status(out);
}

/* ---- what is asked ---- */

static int year_of(int64_t now_ms)
{
	char now[TIME_SIZE];
	uint64_t year = 0;

	time_write(now_ms, now);
	return text_to_uint((struct text){now, 4}, 9999, &year) == ST_OK ? (int)year : 0;
}

/* "mrz": the lines in one text, or a list of them. */
static enum status zone_read(struct office_call *call, json_t *mrz, struct entity *ret_person, struct error *ret_error)
{
	char zone[ZONE_MAX];
	size_t len = 0, count = json_is_array(mrz) ? json_array_size(mrz) : 1;
	struct text checked;
	struct mrz read;

	for (size_t i = 0; i < count; i++) {
		const json_t *line = json_is_array(mrz) ? json_array_get(mrz, i) : mrz;

		if (!json_is_string(line) || json_string_length(line) + len + 1 > sizeof zone)
			return error_because(ret_error, ST_MALFORMED, "value-invalid", "mrz", "two or three lines of text");
		memcpy(zone + len, json_string_value(line), json_string_length(line));
		len += json_string_length(line);
		zone[len++] = '\n';
	}
	TRY(text_check((struct bytes){(const uint8_t *)zone, len}, &checked, ret_error));
	TRY(mrz_parse(checked, year_of(call->now_ms), &read, ret_error));
	return mrz_to_entity(&read, call->arena, ret_person);
}

struct search {
	struct entity person;
	struct registry_ask ask;
};

static enum status search_read(struct office_call *call, json_t *root, struct search *s, struct error *ret_error)
{
	json_t *mrz = json_object_get(root, "mrz");
	int64_t limit = 20;

	TRY(body_number(root, "limit", &limit, ret_error));
	if (limit < 1 || limit > 50)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "limit", "limit is 1 to 50");
	s->ask = (struct registry_ask){.limit = (uint32_t)limit, .owner = entry_sees_all(call) ? TEXT_NONE : call->actor.country};
	if (mrz)
		return zone_read(call, mrz, &s->person, ret_error);
	return entity_from_json(root, call->arena, &s->person, ret_error);
}

/* That he searched, and whether it was for himself or a colleague, is written down before anything is shown. */
static enum status ask_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct search *s = context;
	const struct policy_thing thing = {.owner = s->ask.owner.len ? call->actor.country : TEXT("--"),
					   .released = &call->office->host, .released_count = 1};
	const struct audit_event event = {.actor = &call->actor, .action = "search.run", .thing_kind = "entry", .outcome = "shown"};
	const struct property *names = entity_get(&s->person, "name");

	TRY(office_may(call, tx, "search.run", &thing, "entry", TEXT_NONE, ret_error));
	for (size_t i = 0; names && i < names->count && i < 8; i++)
		TRY(audit_flag_lookup(tx, call->office->env, &event, names->values[i], ret_error));
	return ST_OK;
}

static enum status search_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct search *s = context;
	struct registry_matches matches;

	TRY(registry_similar(call->office->registry, &s->person, &s->ask, call->arena, &matches, ret_error));
	return matches_write(call, tx, &matches, ret_error);
}

void office_search_run(struct office_call *call)
{
	struct search search = {0};
	struct error error;
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = search_read(call, root, &search, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, ask_work, &search, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_READ, search_work, &search, &error);
	if (st != ST_OK)
		office_problem(call, &error);
	else
		office_json(call, 200);
}
