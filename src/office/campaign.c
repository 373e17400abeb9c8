/* Campaigns, and the clusters that the machine proposes for them. */
#include "awareness/campaign.h"

#include "model/entity_json.h"
#include "office/desk.h"

#include "handlers.inc"

#define COLUMNS                                                                                                                   \
	"c.id, c.version, c.number, c.name, c.about, c.state, c.created_by, c.created_at, (SELECT count(*) FROM report r WHERE r.campaign_id = c.id)," \
	" (SELECT min(r.received_at) FROM report r WHERE r.campaign_id = c.id), (SELECT max(r.received_at) FROM report r WHERE r.campaign_id = c.id)"

static enum status head_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"number\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1),
		      (long long)db_int(rows, i, 2));
	member_text(out, "name", db_text(rows, i, 3));
	member_text(out, "about", db_text(rows, i, 4));
	member_text(out, "state", db_text(rows, i, 5));
	TRY(desk_by_put(people, "createdBy", db_text(rows, i, 6), ret_error));
	member_time(out, "createdAt", db_int(rows, i, 7));
	buffer_printf(out, ",\"reports\":%lld", (long long)db_int(rows, i, 8));
	member_time(out, "firstAt", db_int(rows, i, 9));
	member_time(out, "lastAt", db_int(rows, i, 10));
	return ST_OK;
}

static enum status row_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	TRY(head_put(people, rows, i, ret_error));
	buffer_add_char(&people->call->response->body, '}');
	return ST_OK;
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct desk_list list = {.action = "campaign.read", .thing = "campaign", .columns = COLUMNS, .from = "FROM campaign c",
				 .where = "WHERE ($1 = '' OR c.state = $1)", .at = "c.created_at", .id = "c.id", .at_column = 7,
				 .put = row_put, .param_count = 1};

	list.params[0] = desk_query(call, "state");
	return desk_list_answer(call, tx, context, &list, ret_error);
}

void office_campaign_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_page page;

	if (desk_page_read(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, list_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- what the machine proposes ---- */

static enum status cluster_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	struct db_rows named;

	buffer_printf(out, "{\"id\":\"%.*s\",\"reports\":%lld", TEXT_ARG(db_text(rows, i, 0)), (long long)db_int(rows, i, 1));
	member_time(out, "firstAt", db_int(rows, i, 2));
	member_time(out, "lastAt", db_int(rows, i, 3));
	buffer_printf(out, ",\"priority\":%lld", (long long)db_int(rows, i, 4));
	TRY(db_query(people->tx, "SELECT c.id, c.name FROM report r JOIN campaign c ON c.id = r.campaign_id WHERE r.cluster_id = $1 AND c.state = 'open'"
		     " LIMIT 1", DB_PARAMS(DB_V_TEXT(db_text(rows, i, 0))), people->call->arena, &named, ret_error));
	if (named.rows) {
		member_text(out, "campaign", db_text(&named, 0, 0));
		member_text(out, "campaignName", db_text(&named, 0, 1));
	}
	TRY(db_query(people->tx, "SELECT i.x, count(*) FROM report_identifier i JOIN report r ON r.id = i.report_id WHERE r.cluster_id = $1"
		     " GROUP BY i.x ORDER BY count(*) DESC, i.x LIMIT 5", DB_PARAMS(DB_V_TEXT(db_text(rows, i, 0))), people->call->arena, &named,
		     ret_error));
	buffer_add_text(out, TEXT(",\"names\":["));
	for (size_t k = 0; k < named.rows; k++) {
		if (k)
			buffer_add_char(out, ',');
		json_add_string(out, db_text(&named, k, 0));
	}
	buffer_add_text(out, TEXT("]}"));
	return ST_OK;
}

/* Those with reports that stand in no campaign, the largest first. */
static enum status clusters_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct desk_page *page = context;
	const struct policy_thing thing = desk_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows;

	TRY(office_may(call, tx, "campaign.read", &thing, "campaign", TEXT_NONE, ret_error));
	TRY(db_query(tx, "SELECT cluster_id, count(*), min(received_at), max(received_at), min(priority) FROM report WHERE campaign_id IS NULL"
		     " AND state IN ('received', 'read', 'sent', 'action') AND cluster_id IN (SELECT cluster_id FROM report GROUP BY cluster_id"
		     " HAVING count(*) > 1) GROUP BY cluster_id ORDER BY count(*) DESC, cluster_id LIMIT $1",
		     DB_PARAMS(DB_V_INT(page->page.limit)), call->arena, &rows, ret_error));
	buffer_add_text(&call->response->body, TEXT("{\"items\":["));
	for (size_t i = 0; i < rows.rows; i++) {
		if (i)
			buffer_add_char(&call->response->body, ',');
		TRY(cluster_put(&people, &rows, i, ret_error));
	}
	buffer_add_char(&call->response->body, ']');
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_cluster_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_page page;

	if (desk_page_read(call, &page, &error) != ST_OK || office_transact(call, DB_WRITE, clusters_work, &page, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- one ---- */

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	static const struct desk_choice open[] = {{"link", "campaign.change"}, {"change", "campaign.change"}, {"close", "campaign.change"}},
				       closed[] = {{"reopen", "campaign.change"}};
	const struct policy_thing thing = desk_thing(call);
	struct people people = {.call = call, .tx = tx};
	struct buffer *out = &call->response->body;
	struct db_rows row;
	bool is_open;

	TRY(db_query_one(tx, "SELECT " COLUMNS " FROM campaign c WHERE c.id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(head_put(&people, &row, 0, ret_error));
	TRY(desk_story_put(&people, id, ret_error));
	is_open = text_equal(db_text(&row, 0, 5), TEXT("open"));
	desk_acts_put(call, is_open ? open : closed, is_open ? 3 : 1, &thing);
	buffer_add_char(out, '}');
	office_etag(call, db_int(&row, 0, 1));
	office_json(call, status);
	return buffer_status(out);
}

static enum status get_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;

	TRY(desk_act_may(call, tx, "campaign.read", "campaign.read", "campaign", "SELECT created_by FROM campaign WHERE id = $1", *id, ret_error));
	return answer(call, tx, *id, 200, ret_error);
}

void office_campaign_get(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct text id;

	if (office_id(call, 0, &id, &error) != ST_OK || office_transact(call, DB_WRITE, get_work, &id, &error) != ST_OK)
		office_problem(call, &error);
}

static enum status link_read(struct office_call *call, const json_t *root, struct campaign_link *link, struct error *ret_error)
{
	TRY(body_text(call, root, "report", &link->report, ret_error));
	return body_text(call, root, "cluster", &link->cluster, ret_error);
}

static enum status create_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct campaign_new *new = context;
	const struct policy_thing thing = desk_thing(call);
	char id[ID_SIZE];

	TRY(office_may(call, tx, "campaign.change", &thing, "campaign", TEXT_NONE, ret_error));
	TRY(campaign_begin(call->office->awareness, tx, &call->actor, new, call->arena, id, ret_error));
	return answer(call, tx, text_of(id), 201, ret_error);
}

void office_campaign_create(struct office_call *call)
{
	struct campaign_new new = {.name = TEXT_NONE};
	struct error error = {.code = ST_OK};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_text(call, root, "name", &new.name, &error);
	if (st == ST_OK)
		st = body_text(call, root, "about", &new.about, &error);
	if (st == ST_OK)
		st = link_read(call, root, &new.link, &error);
	json_decref(root);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, create_work, &new, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct campaign_act *act = context;

	TRY(desk_act_may(call, tx, "campaign.read", "campaign.change", "campaign", "SELECT created_by FROM campaign WHERE id = $1", act->id,
			 ret_error));
	TRY(campaign_do(call->office->awareness, tx, &call->actor, act, call->arena, ret_error));
	return answer(call, tx, act->id, 200, ret_error);
}

void office_campaign_act(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct desk_act_form form = {.root = NULL};
	struct campaign_act act = {.version = 0};
	enum status st = desk_act_read(call, &form, &error);

	if (st == ST_OK && form.root)
		st = body_text(call, form.root, "name", &act.name, &error);
	if (st == ST_OK && form.root)
		st = body_text(call, form.root, "about", &act.about, &error);
	if (st == ST_OK && form.root)
		st = link_read(call, form.root, &act.link, &error);
	json_decref(form.root);
	act.id = form.id;
	act.version = form.version;
	act.act = form.act;
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, act_work, &act, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}
