/* Officers who may work at posts: the same at each of them, whoever has set a number. docs/formats/spool.md, news `roster`. */
#include "border/post.h"
#include "office/people.h"
#include "office/entry.h"

#include "handlers.inc"

/* Those without a number first: somebody must tell them. */
#define ORDER "(CASE WHEN n.hash IS NULL THEN '0' ELSE '1' END || p.login)"

static enum status officer_put(struct office_call *call, struct db_tx *tx, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	struct db_rows roles;

	TRY(db_query(tx, "SELECT role FROM person_role WHERE person = $1 ORDER BY role", DB_PARAMS(DB_V_TEXT(db_text(rows, i, 0))), call->arena,
		     &roles, ret_error));
	buffer_add_char(out, '{');
	put_text(out, true, "id", db_text(rows, i, 0));
	put_text(out, false, "name", db_text(rows, i, 1));
	put_text(out, false, "login", db_text(rows, i, 2));
	buffer_printf(out, ",\"pin\":%s,\"roles\":[", db_int(rows, i, 3) ? "true" : "false");
	for (size_t k = 0; k < roles.rows; k++)
		buffer_printf(out, "%s\"%.*s\"", k ? "," : "", TEXT_ARG(db_text(&roles, k, 0)));
	buffer_add_text(out, TEXT("]}"));
	return buffer_status(out);
}

static enum status roster_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->office->host};
	const struct office_page *page = context;
	struct buffer *out = &call->response->body;
	struct db_rows rows, total;

	TRY(office_may(call, tx, "post.read", &thing, "post", TEXT_NONE, ret_error));
	TRY(db_query_one(tx, "SELECT count(*)" POST_OFFICERS, DB_PARAMS(DB_V_TEXT(call->office->host)), call->arena, &total, ret_error));
	TRY(db_query(tx, "SELECT p.id, p.name, p.login, CASE WHEN n.hash IS NULL THEN 0 ELSE 1 END, " ORDER POST_OFFICERS " AND " ORDER " > $2"
		     " ORDER BY 5 LIMIT $3",
		     DB_PARAMS(DB_V_TEXT(call->office->host), DB_V_TEXT(page->after.len ? page->after : TEXT("")), DB_V_INT(page->limit + 1)),
		     call->arena, &rows, ret_error));
	buffer_add_text(out, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows && i < page->limit; i++) {
		if (i)
			buffer_add_char(out, ',');
		TRY(officer_put(call, tx, &rows, i, ret_error));
	}
	buffer_add_char(out, ']');
	office_page_end(call, rows.rows > page->limit ? db_text(&rows, page->limit - 1, 4) : TEXT_NONE, db_int(&total, 0, 0));
	office_json(call, 200);
	return buffer_status(out);
}

void office_post_roster(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct office_page page;

	if (office_page(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, roster_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}
