#include "cli/query.h"

#include <time.h>

#include "ident/mrz.h"
#include "model/entity_json.h"

static int year_now(void)
{
	time_t now = time(NULL);
	struct tm tm;

	return gmtime_r(&now, &tm) ? tm.tm_year + 1900 : 2026;
}

enum status query_of_mrz(struct text zone, struct arena *arena, struct entity *ret_query, struct error *ret_error)
{
	struct mrz m;

	TRY(mrz_parse(zone, year_now(), &m, ret_error));
	return mrz_to_entity(&m, arena, ret_query) == ST_OK ? ST_OK : arena_failure(arena, ret_error);
}

void query_write(const struct entity *query, struct buffer *out)
{
	buffer_printf(out, "{\"schema\":");
	json_add_string(out, query->schema);
	buffer_printf(out, ",\"properties\":{");
	for (size_t p = 0; p < query->property_count; p++) {
		buffer_printf(out, p ? "," : "");
		json_add_string(out, query->properties[p].name);
		for (size_t i = 0; i < query->properties[p].count; i++) {
			buffer_printf(out, i ? "," : ":[");
			json_add_string(out, query->properties[p].values[i]);
		}
		buffer_printf(out, query->properties[p].count ? "]" : ":[]");
	}
	buffer_printf(out, "}}");
}

/* The lines of a zone, as one text or a list of them, joined by line ends. */
static enum status zone_text(json_t *mrz, struct arena *arena, struct text *ret, struct error *ret_error)
{
	char *room = arena_alloc(arena, 256, 1);
	size_t n = 0, count = json_is_array(mrz) ? json_array_size(mrz) : 1;

	if (room == NULL)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < count; i++) {
		json_t *line = json_is_array(mrz) ? json_array_get(mrz, i) : mrz;

		if (!json_is_string(line) || json_string_length(line) + n + 2 > 256)
			return error_at(ret_error, ST_MALFORMED, "mrz", 0, "mrz is text, or a list of two or three lines");
		if (n)
			room[n++] = '\n';
		memcpy(room + n, json_string_value(line), json_string_length(line));
		n += json_string_length(line);
	}
	*ret = (struct text){room, n};
	return ST_OK;
}

static enum status from_zone(json_t *mrz, struct arena *arena, struct entity *query, struct error *ret_error)
{
	struct text zone, id = query->id;

	TRY(zone_text(mrz, arena, &zone, ret_error));
	TRY(query_of_mrz(zone, arena, query, ret_error));
	query->id = id;
	return ST_OK;
}

enum status query_parse(struct text json, struct arena *arena, struct entity *ret_query, struct error *ret_error)
{
	json_error_t why;
	json_t *root = json_loadb(json.data, json.len, JSON_REJECT_DUPLICATES, &why), *id, *mrz;
	enum status st = ST_OK;

	entity_init(ret_query, arena);
	if (root == NULL)
		return error_at(ret_error, ST_MALFORMED, "json", why.position, "not JSON: %s", why.text);
	id = json_object_get(root, "id");
	mrz = json_object_get(root, "mrz");
	if (!json_is_object(root))
		st = error_at(ret_error, ST_MALFORMED, "json", 0, "a query is a JSON object");
	else if (json_is_string(id))
		st = arena_text(arena, (struct text){json_string_value(id), json_string_length(id)}, &ret_query->id);
	if (st == ST_OK && mrz)
		st = from_zone(mrz, arena, ret_query, ret_error);
	else if (st == ST_OK) {
		struct text known = ret_query->id;

		st = entity_from_json(root, arena, ret_query, ret_error);
		ret_query->id = known;
	}
	json_decref(root);
	return st;
}
