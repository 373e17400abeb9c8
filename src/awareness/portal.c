#include "awareness/portal.h"

#define NAME_MAX_BYTES 100u

static bool is_key(struct text key)
{
	for (size_t i = 0; i < key.len; i++)
		if (strchr("0123456789abcdef", key.data[i]) == NULL || key.data[i] == 0)
			return false;
	return key.len == 64;
}

enum status portal_add(const struct env *env, struct db_tx *tx, struct text by, struct text key, struct text name, char ret_id[ID_SIZE],
		       struct error *ret_error)
{
	uint64_t added;

	if (!is_key(key))
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "key", "64 hexadecimal digits are expected");
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "name", "a name has 1 to %u bytes", NAME_MAX_BYTES);
	id_make(env, ret_id);
	TRY(db_exec(tx, "INSERT INTO portal (id, key, name, added_by, added_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(text_of(ret_id)), DB_V_TEXT(key), DB_V_TEXT(name), DB_V_TEXT(by), DB_V_INT(env_now(env))), &added,
		    ret_error));
	if (added == 0)
		return error_because(ret_error, ST_CONFLICT, "portal-known", "key", "this portal is known already");
	return db_tell(tx, "portal", text_of(ret_id), env_now(env), ret_error);
}

enum status portal_end(const struct env *env, struct db_tx *tx, struct text by, struct text id, struct error *ret_error)
{
	uint64_t changed;

	TRY(db_exec(tx, "UPDATE portal SET ended_by = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL",
		    DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(by), DB_V_INT(env_now(env))), &changed, ret_error));
	if (changed == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such portal");
	return db_tell(tx, "portal", id, env_now(env), ret_error);
}
