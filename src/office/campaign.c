/* Campaigns, and the clusters that the machine proposes for them. */
#include "awareness/campaign.h"

#include "model/entity_json.h"
#include "office/desk_kind.h"

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
	TRY(member_person(people, "createdBy", db_text(rows, i, 6), ret_error));
	member_time(out, "createdAt", db_int(rows, i, 7));
	buffer_printf(out, ",\"reports\":%lld", (long long)db_int(rows, i, 8));
	member_time(out, "firstAt", db_int(rows, i, 9));
	member_time(out, "lastAt", db_int(rows, i, 10));
	return ST_OK;
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
	TRY(answer_rows(&people, &rows, rows.rows, cluster_put, ret_error));
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

/* ---- begun ---- */

static enum status link_read(const struct office_call *call, const json_t *root, struct campaign_link *link, struct error *ret_error)
{
	TRY(body_text(call, root, "report", &link->report, ret_error));
	return body_text(call, root, "cluster", &link->cluster, ret_error);
}

static enum status form_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error)
{
	struct campaign_new *new = ret;

	TRY(body_text(call, root, "name", &new->name, ret_error));
	TRY(body_text(call, root, "about", &new->about, ret_error));
	return link_read(call, root, &new->link, ret_error);
}

static enum status begin(struct office_call *call, struct db_tx *tx, const void *new, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct policy_thing thing = desk_thing(call);

	TRY(office_may(call, tx, "campaign.change", &thing, "campaign", TEXT_NONE, ret_error));
	return campaign_begin(call->office->awareness, tx, &call->actor, new, call->arena, ret_id, ret_error);
}

/* ---- acts ---- */

static const struct desk_act acts[] = {{"link", "campaign.change", "open"}, {"change", "campaign.change", "open"},
				       {"close", "campaign.change", "open"}, {"reopen", "campaign.change", "closed"}, {NULL, NULL, NULL}};

static enum status more_read(const struct office_call *call, const json_t *root, void *ret, struct error *ret_error)
{
	struct campaign_act *act = ret;

	TRY(body_text(call, root, "name", &act->name, ret_error));
	TRY(body_text(call, root, "about", &act->about, ret_error));
	return link_read(call, root, &act->link, ret_error);
}

static enum status act(struct office_call *call, struct db_tx *tx, const struct desk_act_form *form, const void *more, struct error *ret_error)
{
	struct campaign_act what = *(const struct campaign_act *)more;

	what.id = form->id;
	what.version = form->version;
	what.act = form->act;
	return campaign_do(call->office->awareness, tx, &call->actor, &what, call->arena, ret_error);
}

/* ---- the handlers ---- */

static const struct desk_kind kind = {
	.list = {.action = "campaign.read", .thing = "campaign", .columns = COLUMNS, .from = "FROM campaign c",
		 .where = "WHERE ($1 = '' OR c.state = $1)", .queries = {"state"}, .at = "c.created_at", .id = "c.id", .at_column = 7, .put = head_put},
	.state_column = 5, .acts = acts, .new_read = form_read, .act_read = more_read, .begin = begin, .act = act,
};

void office_campaign_list(struct office_call *call)
{
	desk_kind_list(call, &kind);
}

void office_campaign_get(struct office_call *call)
{
	desk_kind_get(call, &kind);
}

void office_campaign_create(struct office_call *call)
{
	struct campaign_new new = {.name = TEXT_NONE};

	desk_kind_create(call, &kind, &new);
}

void office_campaign_act(struct office_call *call)
{
	struct campaign_act more = {.version = 0};

	desk_kind_act(call, &kind, &more);
}
