#include "border/member.h"

#include "model/id.h"

#define WORD_MAX 64u

const char *const border_points[] = {"entry", "exit", NULL};
const char *const border_results[] = {"pass", "refer", "stop", NULL};

static enum status invalid(const char *name, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "value-invalid", name, "%s is not what docs/formats/spool.md says", name);
}

enum status member_text_take(const json_t *body, const char *name, size_t max, bool needed, struct text *ret, struct error *ret_error)
{
	const json_t *member = json_object_get(body, name);

	*ret = TEXT_NONE;
	if (member == NULL || json_is_null(member))
		return needed ? invalid(name, ret_error) : ST_OK;
	if (!json_is_string(member) || json_string_length(member) > max || (needed && json_string_length(member) == 0))
		return invalid(name, ret_error);
	*ret = (struct text){json_string_value(member), json_string_length(member)};
	return ST_OK;
}

enum status member_id_take(const json_t *body, const char *name, struct text *ret, struct error *ret_error)
{
	TRY(member_text_take(body, name, ID_SIZE, true, ret, ret_error));
	return id_valid(*ret) ? ST_OK : invalid(name, ret_error);
}

enum status member_number_take(const json_t *body, const char *name, int64_t min, int64_t max, int64_t *ret, struct error *ret_error)
{
	const json_t *member = json_object_get(body, name);
	int64_t value = json_integer_value(member);

	if (!json_is_integer(member) || value < min || value > max)
		return invalid(name, ret_error);
	*ret = value;
	return ST_OK;
}

enum status member_word_take(const json_t *body, const char *name, const char *const *words, struct text *ret, struct error *ret_error)
{
	TRY(member_text_take(body, name, WORD_MAX, true, ret, ret_error));
	for (; *words; words++)
		if (text_equal(*ret, text_of(*words)))
			return ST_OK;
	return invalid(name, ret_error);
}

enum status member_any_word_take(const json_t *body, const char *name, struct text *ret, struct error *ret_error)
{
	TRY(member_text_take(body, name, WORD_MAX, true, ret, ret_error));
	for (size_t i = 0; i < ret->len; i++) {
		char c = ret->data[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return invalid(name, ret_error);
	}
	return ST_OK;
}
