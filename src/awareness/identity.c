#include "awareness/identity.h"

#include "ident/asked.h"

enum status identify(const struct item_identifier *typed, struct text host, struct arena *arena, struct identified *ret,
		     struct error *ret_error)
{
	struct asked_query query = {.text = typed->value, .country = typed->country.len ? typed->country : host, .bank = typed->bank,
				    .service = typed->service};
	struct asked *asked = ARENA_NEW(arena, struct asked, 1);

	if (asked == NULL)
		return arena_failure(arena, ret_error);
	if (!asked_kind_from_word(typed->type, &query.kind))
		query.kind = ASKED_ANY;
	TRY(asked_read(&query, asked, ret_error));
	*ret = (struct identified){.x = text_of(asked->x), .type = text_of(asked_kind_word(asked->kind))};
	return ST_OK;
}

enum status identifier_need(struct db_tx *tx, const struct identified *identified, struct error *ret_error)
{
	return db_exec(tx, "INSERT INTO identifier (x, type, safe) VALUES ($1, $2, 0) ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(identified->x), DB_V_TEXT(identified->type)), NULL, ret_error);
}

enum status identifier_load(struct db_tx *tx, struct text x, struct arena *arena, struct identifier_row *ret, struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT type, cluster_id, counts_from, safe FROM identifier WHERE x = $1", DB_PARAMS(DB_V_TEXT(x)), arena, &row,
			 ret_error));
	*ret = (struct identifier_row){.type = db_text(&row, 0, 0), .cluster = db_text(&row, 0, 1), .counts_from_ms = db_int(&row, 0, 2),
				       .safe = db_int(&row, 0, 3) != 0};
	return ST_OK;
}
