#include "office/body.h"

#include "model/time.h"

static enum status wrong(const char *name, const char *what, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is not %s", name, what);
}

enum status body_json(const struct office_call *call, json_t **ret_root, struct error *ret_error)
{
	struct bytes body = call->request->body;
	json_t *root = json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(root)) {
		json_decref(root);
		return error_because(ret_error, ST_MALFORMED, "malformed", NULL, "the body is not a JSON object");
	}
	*ret_root = root;
	return ST_OK;
}

enum status body_text(const struct office_call *call, const json_t *root, const char *name, struct text *ret,
		      struct error *ret_error)
{
	const json_t *value = json_object_get(root, name);
	struct text text;

	if (!value || json_is_null(value))
		return ST_OK;
	if (!json_is_string(value))
		return wrong(name, "a text", ret_error);
	text = text_trim((struct text){json_string_value(value), json_string_length(value)});
	if (text.len > BODY_TEXT_MAX)
		return error_because(ret_error, ST_LIMIT, "value-invalid", name, "%s is longer than %u bytes", name, BODY_TEXT_MAX);
	/* a NUL would end it in one place and not in another */
	if (memchr(text.data, 0, text.len))
		return wrong(name, "a text", ret_error);
	return arena_text(call->arena, text, ret);
}

enum status body_number(const json_t *root, const char *name, int64_t *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(root, name);

	if (!value || json_is_null(value))
		return ST_OK;
	if (!json_is_integer(value))
		return wrong(name, "a whole number", ret_error);
	*ret = json_integer_value(value);
	return ST_OK;
}

enum status body_flag(const json_t *root, const char *name, bool *ret, struct error *ret_error)
{
	const json_t *value = json_object_get(root, name);

	if (!value || json_is_null(value))
		return ST_OK;
	if (!json_is_boolean(value))
		return wrong(name, "true or false", ret_error);
	*ret = json_is_true(value);
	return ST_OK;
}

enum status body_time(const struct office_call *call, const json_t *root, const char *name, int64_t *ret_ms,
		      struct error *ret_error)
{
	struct text text = TEXT_NONE;

	TRY(body_text(call, root, name, &text, ret_error));
	if (text.len && time_read(text, ret_ms, NULL) != ST_OK)
		return wrong(name, "a moment", ret_error);
	return ST_OK;
}

enum status body_object(const json_t *root, const char *name, json_t **ret, struct error *ret_error)
{
	json_t *value = json_object_get(root, name);

	if (json_is_null(value))
		value = NULL;
	if (value && !json_is_object(value))
		return wrong(name, "an object", ret_error);
	*ret = value;
	return ST_OK;
}

enum status body_list(const json_t *root, const char *name, json_t **ret, struct error *ret_error)
{
	json_t *value = json_object_get(root, name);

	if (json_is_null(value))
		value = NULL;
	if (value && !json_is_array(value))
		return wrong(name, "a list", ret_error);
	*ret = value;
	return ST_OK;
}
