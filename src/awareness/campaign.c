#include "awareness/campaign.h"

#define NAME_MAX_BYTES 200u
#define ABOUT_MAX 4000u

struct doing {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct actor *actor;
	struct arena *arena;
	struct text id;
	int64_t now_ms;
};

static enum status told(struct doing *d, struct text act, const char *state, struct text note, struct error *ret_error)
{
	const struct desk_line line = {.kind = "campaign", .subject = d->id, .actor = d->actor, .act = act, .state = text_of(state), .note = note};

	TRY(desk_line_add(d->awareness, d->tx, &line, d->now_ms, ret_error));
	return db_tell(d->tx, "public", d->id, d->now_ms, ret_error);
}

static enum status link_one(struct doing *d, struct text report, struct error *ret_error)
{
	TRY(db_exec(d->tx, "UPDATE report SET version = version + 1, state = 'linked', campaign_id = $2, linked_by = $3,"
		    " read_by = coalesce(read_by, $3), read_at = coalesce(read_at, $4) WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(d->id), DB_V_TEXT(d->actor->id), DB_V_INT(d->now_ms)), NULL, ret_error));
	TRY(db_exec(d->tx, "UPDATE receipt SET campaign_id = $2 WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(report), DB_V_TEXT(d->id)), NULL,
		    ret_error));
	TRY(receipt_set(d->tx, report, "linked", TEXT_NONE, 0, d->now_ms, ret_error));
	return desk_line_add(d->awareness, d->tx,
			     &(struct desk_line){.kind = "report", .subject = report, .actor = d->actor, .act = TEXT("link"),
						 .state = TEXT("linked")},
			     d->now_ms, ret_error);
}

static enum status link_all(struct doing *d, const struct campaign_link *link, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(d->tx, "SELECT id FROM report WHERE (id = $1 OR cluster_id = $2) AND campaign_id IS NULL"
		     " AND state IN ('received', 'read', 'sent', 'action') ORDER BY received_at, id LIMIT $3",
		     DB_PARAMS(DB_V_TEXT(link->report.len ? link->report : TEXT("")), DB_V_TEXT(link->cluster.len ? link->cluster : TEXT("")),
			       DB_V_INT(CAMPAIGN_LINK_MAX)),
		     d->arena, &rows, ret_error));
	if (rows.rows == 0)
		return error_because(ret_error, ST_CONFLICT, "campaign-nothing", NULL, "no report is there to be linked");
	for (size_t i = 0; i < rows.rows; i++)
		TRY(link_one(d, db_text(&rows, i, 0), ret_error));
	return ST_OK;
}

static enum status words_check(struct text name, struct text about, struct error *ret_error)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "name", "a name has 1 to %u bytes", NAME_MAX_BYTES);
	return about.len <= ABOUT_MAX ? ST_OK
				      : error_because(ret_error, ST_MALFORMED, "value-invalid", "about", "at most %u bytes", ABOUT_MAX);
}

enum status campaign_begin(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct campaign_new *new,
			   struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = actor, .arena = arena, .id = {ret_id, ID_SIZE - 1}};
	struct db_rows row;

	TRY(words_check(new->name, new->about, ret_error));
	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) + 1 FROM campaign", DB_NO_PARAMS, arena, &row, ret_error));
	id_make(awareness->env, ret_id);
	TRY(db_exec(tx, "INSERT INTO campaign (id, version, number, name, about, state, created_by, created_at)"
		    " VALUES ($1, 1, $2, $3, $4, 'open', $5, $6)",
		    DB_PARAMS(DB_V_TEXT(d.id), DB_V_INT(db_int(&row, 0, 0)), DB_V_TEXT(new->name), DB_V_TEXT_OR_NULL(new->about),
			      DB_V_TEXT(actor->id), DB_V_INT(d.now_ms)),
		    NULL, ret_error));
	if (new->link.report.len || new->link.cluster.len)
		TRY(link_all(&d, &new->link, ret_error));
	return told(&d, TEXT("begin"), "open", new->name, ret_error);
}

enum status campaign_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct campaign_act *act,
			struct arena *arena, struct error *ret_error)
{
	struct doing d = {.awareness = awareness, .tx = tx, .actor = actor, .arena = arena, .id = act->id};
	struct db_rows row;
	bool open, close = text_equal(act->act, TEXT("close"));

	TRY(registry_now(awareness->registry, tx, &d.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT version, state FROM campaign WHERE id = $1", DB_PARAMS(DB_V_TEXT(act->id)), arena, &row, ret_error));
	if (db_int(&row, 0, 0) != act->version)
		return error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed meanwhile");
	open = text_equal(db_text(&row, 0, 1), TEXT("open"));
	if (!close && !text_equal(act->act, TEXT("link")) && !text_equal(act->act, TEXT("change")) && !text_equal(act->act, TEXT("reopen")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	if (open == text_equal(act->act, TEXT("reopen")))
		return error_because(ret_error, ST_CONFLICT, "not-in-this-state", "state", "the campaign is %s", open ? "open" : "closed");
	if (text_equal(act->act, TEXT("change"))) {
		TRY(words_check(act->name, act->about, ret_error));
		TRY(db_exec(tx, "UPDATE campaign SET name = $2, about = $3 WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(act->id), DB_V_TEXT(act->name), DB_V_TEXT_OR_NULL(act->about)), NULL, ret_error));
	}
	if (text_equal(act->act, TEXT("link")))
		TRY(link_all(&d, &act->link, ret_error));
	TRY(db_exec(tx, "UPDATE campaign SET version = version + 1, state = $2 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(act->id), DB_V_TEXT(close ? TEXT("closed") : TEXT("open"))), NULL, ret_error));
	return told(&d, act->act, close ? "closed" : "open", act->name, ret_error);
}
