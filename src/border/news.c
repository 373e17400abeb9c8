#include "border/border.h"

enum status post_news_add(struct db_tx *tx, struct text post, const char *kind, struct text body, int64_t now_ms, struct error *ret_error)
{
	struct arena arena;
	struct db_rows number;
	enum status st;

	arena_init(&arena, 4096);
	st = db_query_one(tx, "UPDATE post SET news_number = news_number + 1 WHERE id = $1 RETURNING news_number", DB_PARAMS(DB_V_TEXT(post)),
			  &arena, &number, ret_error);
	if (st == ST_NOT_FOUND)
		error_because(ret_error, ST_NOT_FOUND, "not-found", "post", "there is no such post");
	if (st != ST_OK)
		goto out;
	TRY_OUT(db_exec(tx, "INSERT INTO post_news (post_id, number, kind, body, created_at) VALUES ($1, $2, $3, $4, $5)",
			DB_PARAMS(DB_V_TEXT(post), DB_V_INT(db_int(&number, 0, 0)), DB_V_TEXT(text_of(kind)), DB_V_TEXT(body),
				  DB_V_INT(now_ms)),
			NULL, ret_error));
	st = db_tell(tx, "post", post, now_ms, ret_error);
out:
	arena_release(&arena);
	return st;
}
