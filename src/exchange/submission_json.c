/* A submission as JSON: an array of objects, or an object a line. Members are the template's columns by any of their names;
 * an object with "schema" is a FollowTheMoney Person, whose properties stand under "properties". */
#include <jansson.h>

#include "exchange/submission_intake.h"

#define OBJECT_MAX ((size_t)256 << 10) /* bytes of one row */
#define DEPTH_MAX 8u

struct cursor {
	struct text t;
	size_t at;
	int64_t line, item;
	bool array;
};

static enum status bad_json(const struct cursor *c, const char *reason, enum status code, struct error *ret_error)
{
	error_because(ret_error, code, reason, NULL, "line %lld: %s", (long long)c->line, reason);
	if (ret_error)
		ret_error->row = c->line;
	return code;
}

/* Past white space and, within an array, one comma. */
static void blank_skip(struct cursor *c)
{
	bool comma = c->array && c->item > 0;

	for (; c->at < c->t.len; c->at++) {
		char b = c->t.data[c->at];

		c->line += b == '\n';
		if (b == ',' && comma)
			comma = false;
		else if (b != ' ' && b != '\t' && b != '\n' && b != '\r')
			return;
	}
}

/* The end of the object that begins here. Its inside is checked later, by the parser. */
static enum status object_end(const struct cursor *c, size_t *ret_end, struct error *ret_error)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = c->at; i < c->t.len; i++) {
		char b = c->t.data[i];

		if (i - c->at > OBJECT_MAX)
			return bad_json(c, "json-object", ST_LIMIT, ret_error);
		if (quoted) {
			i += b == '\\';
			quoted = b != '"';
			continue;
		}
		quoted = b == '"';
		depth += b == '{' || b == '[';
		if (depth > DEPTH_MAX)
			return bad_json(c, "json-object", ST_LIMIT, ret_error);
		if ((b == '}' || b == ']') && --depth == 0) {
			*ret_end = i + 1;
			return ST_OK;
		}
	}
	return bad_json(c, "json-damaged", ST_MALFORMED, ret_error);
}

/* ---- one object ---- */

/* Appends a string, number or truth to a cell; false for anything else. */
static bool scalar_add(struct buffer *cell, const json_t *value)
{
	if (cell->len && !json_is_null(value))
		buffer_add_char(cell, '|');
	if (json_is_string(value))
		buffer_add(cell, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		buffer_printf(cell, "%lld", (long long)json_integer_value(value));
	else if (!json_is_null(value))
		return false;
	return true;
}

static enum status value_take(struct intake *in, enum submission_column column, const json_t *value)
{
	struct intake_cell *cell = &in->cells[column];
	struct buffer text;
	bool good = true;
	enum status st;

	buffer_init(&text, OBJECT_MAX * 2);
	/* Two members may name one column: "nationality" and "citizenship". */
	buffer_add_text(&text, cell->text);
	if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value) && good; i++)
			good = scalar_add(&text, json_array_get(value, i));
	} else {
		good = scalar_add(&text, value);
	}
	if (!good)
		cell->reason = "json-value";
	st = buffer_status(&text);
	if (st == ST_OK && text.len)
		st = arena_text(in->arena, buffer_text(&text), &cell->text);
	buffer_release(&text);
	return st;
}

static enum status members_take(struct intake *in, json_t *object, bool followthemoney)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		struct text name, kept;
		enum submission_column column;

		if (text_check((struct bytes){(const uint8_t *)key, strlen(key)}, &name, NULL) != ST_OK)
			name = TEXT_NONE;
		column = submission_column_of(name);
		if (followthemoney && (strcmp(key, "schema") == 0 || strcmp(key, "properties") == 0 || strcmp(key, "caption") == 0 ||
				       strcmp(key, "datasets") == 0))
			continue;
		if (followthemoney && strcmp(key, "id") == 0)
			column = SUBMISSION_REFERENCE;
		if (column != SUBMISSION_COLUMNS) {
			TRY(value_take(in, column, value));
			continue;
		}
		TRY(arena_text(in->arena, name, &kept));
		intake_stranger(in, kept, TEXT_NONE, "column-unknown");
	}
	return ST_OK;
}

static enum status object_take(struct intake *in, int64_t row, json_t *object, struct error *ret_error)
{
	json_t *schema = json_object_get(object, "schema"), *properties = json_object_get(object, "properties");

	intake_row_begin(in);
	TRY(members_take(in, object, schema != NULL));
	if (schema && (!json_is_string(schema) || strcmp(json_string_value(schema), "Person") != 0))
		intake_stranger(in, TEXT("schema"), TEXT_NONE, "json-schema");
	if (schema && json_is_object(properties))
		TRY(members_take(in, properties, false));
	return intake_row(in, row, ret_error);
}

enum status submission_json_read(struct intake *in, struct text file, struct error *ret_error)
{
	struct cursor c = {.t = file, .line = 1};

	in->out->format = "json";
	blank_skip(&c);
	if (c.at < file.len && file.data[c.at] == '[') {
		c.array = true;
		c.at++;
	}
	for (;;) {
		size_t end = 0;
		json_error_t why;
		json_t *object;
		enum status st;

		blank_skip(&c);
		if (c.at == file.len || (c.array && file.data[c.at] == ']'))
			break;
		if (file.data[c.at] != '{')
			return bad_json(&c, "json-damaged", ST_MALFORMED, ret_error);
		TRY(object_end(&c, &end, ret_error));
		object = json_loadb(file.data + c.at, end - c.at, JSON_REJECT_DUPLICATES, &why);
		if (object == NULL)
			return bad_json(&c, "json-damaged", ST_MALFORMED, ret_error);
		c.item++;
		st = object_take(in, c.array ? c.item : c.line, object, ret_error);
		json_decref(object);
		TRY(st);
		for (; c.at < end; c.at++)
			c.line += file.data[c.at] == '\n';
	}
	if (!c.array)
		return ST_OK;
	if (c.at == file.len)
		return bad_json(&c, "json-damaged", ST_MALFORMED, ret_error);
	c.at++;
	blank_skip(&c);
	return c.at == file.len ? ST_OK : bad_json(&c, "json-damaged", ST_MALFORMED, ret_error);
}
