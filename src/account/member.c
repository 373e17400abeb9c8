#include "account/member.h"

#define NAME_MAX_BYTES 200u

static enum status check_name(struct text name, struct error *ret_error)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return error_because(ret_error, ST_MALFORMED, "name-malformed", "name", "1 to %u bytes", NAME_MAX_BYTES);
	return ST_OK;
}

enum status country_list(struct db_tx *tx, struct arena *arena, struct country_row **ret_list, size_t *ret_count,
			 struct error *ret_error)
{
	struct db_rows rows;
	struct country_row *list;

	TRY(db_query(tx,
		     "SELECT c.code, c.name, c.host, (SELECT count(*) FROM person p JOIN person_role r ON r.person = p.id"
		     " WHERE p.country = c.code AND p.state = 'active' AND r.role = 'administrator') FROM country c ORDER BY c.code",
		     DB_NO_PARAMS, arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct country_row, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct country_row){db_text(&rows, i, 0), db_text(&rows, i, 1), db_int(&rows, i, 2) != 0,
					       db_int(&rows, i, 3)};
	*ret_list = list;
	*ret_count = rows.rows;
	return ST_OK;
}

enum status country_make(struct db_tx *tx, const struct env *env, struct text code, struct text name, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	if (code.len != 2 || code.data[0] < 'a' || code.data[0] > 'z' || code.data[1] < 'a' || code.data[1] > 'z')
		return error_because(ret_error, ST_MALFORMED, "country-malformed", "code", "two small letters of ISO 3166-1");
	TRY(check_name(text_trim(name), ret_error));
	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT code FROM country WHERE code = $1", DB_PARAMS(DB_V_TEXT(code)), &arena, &row, ret_error);
	arena_release(&arena);
	if (st == ST_OK)
		return error_because(ret_error, ST_CONFLICT, "country-known", "code", "the country is a member already");
	if (st != ST_NOT_FOUND)
		return st;
	return db_exec(tx, "INSERT INTO country (code, name, host, created_ms) VALUES ($1, $2, 0, $3)",
		       DB_PARAMS(DB_V_TEXT(code), DB_V_TEXT(text_trim(name)), DB_V_INT(env_now(env))), NULL, ret_error);
}

enum status agency_list(struct db_tx *tx, struct text country, struct arena *arena, struct agency_row **ret_list,
			size_t *ret_count, struct error *ret_error)
{
	struct db_rows rows;
	struct agency_row *list;

	TRY(db_query(tx, "SELECT id, country, name FROM agency WHERE $1 = '' OR country = $1 ORDER BY country, name",
		     DB_PARAMS(DB_V_TEXT(country.len ? country : TEXT(""))), arena, &rows, ret_error));
	list = ARENA_NEW(arena, struct agency_row, rows.rows + 1);
	if (!list)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < rows.rows; i++)
		list[i] = (struct agency_row){db_text(&rows, i, 0), db_text(&rows, i, 1), db_text(&rows, i, 2)};
	*ret_list = list;
	*ret_count = rows.rows;
	return ST_OK;
}

enum status agency_make(struct db_tx *tx, const struct env *env, struct text country, struct text name, char ret_id[ID_SIZE],
			struct error *ret_error)
{
	struct text clean = text_trim(name);
	struct arena arena;
	struct db_rows row;
	char id[ID_SIZE];
	enum status st;

	TRY(check_name(clean, ret_error));
	arena_init(&arena, 65536);
	st = db_query_one(tx, "SELECT id FROM agency WHERE country = $1 AND name = $2",
			  DB_PARAMS(DB_V_TEXT(country), DB_V_TEXT(clean)), &arena, &row, ret_error);
	if (st == ST_OK)
		snprintf(id, sizeof id, "%.*s", TEXT_ARG(db_text(&row, 0, 0)));
	arena_release(&arena);
	if (st == ST_NOT_FOUND) {
		id_make(env, id);
		st = db_exec(tx, "INSERT INTO agency (id, country, name, created_ms) VALUES ($1, $2, $3, $4)",
			     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(country), DB_V_TEXT(clean), DB_V_INT(env_now(env))), NULL,
			     ret_error);
		if (st == ST_CONFLICT)
			st = error_because(ret_error, ST_MALFORMED, "country-unknown", "country", "no such member country");
	}
	if (st == ST_OK)
		memcpy(ret_id, id, ID_SIZE);
	return st;
}
