#include "awareness/report.h"

#include "awareness/cluster.h"
#include "awareness/found.h"
#include "awareness/identity.h"
#include "awareness/referral.h"
#include "awareness/rules.h"
#include "model/canonical.h"

#define DETAILS_MAX ((size_t)512 << 10)

struct taking {
	struct awareness *awareness;
	struct db_tx *tx;
	const struct item *item;
	struct arena *arena;
	struct text report;
	int64_t now_ms;
};

/* ---- what goes with it ---- */

enum status report_keep_receipt(struct db_tx *tx, const char *kind, struct text subject, struct text digits, const char *state, int64_t now_ms,
				struct error *ret_error)
{
	uint64_t added;

	TRY(db_exec(tx, "INSERT INTO receipt (digits, kind, subject_id, state, day, reason, changed_at) VALUES ($1, $2, $3, $4, $5, 0, $6)"
		    " ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(digits), DB_V_TEXT(text_of(kind)), DB_V_TEXT(subject), DB_V_INT(awareness_state(state)),
			      DB_V_INT(awareness_day(now_ms)), DB_V_INT(now_ms)),
		    &added, ret_error));
	if (added == 0)
		return error_because(ret_error, ST_CONFLICT, "receipt-taken", "receipt", "another has this receipt");
	return db_tell(tx, "public", subject, now_ms, ret_error);
}

enum status report_keep_contact(struct db_tx *tx, struct text subject, const struct item *item, int64_t now_ms, struct error *ret_error)
{
	if (item->contact_value.len == 0)
		return ST_OK;
	return db_exec(tx, "INSERT INTO reporter_contact (subject_id, way, value, hours, delete_at) VALUES ($1, $2, $3, $4, $5)"
		       " ON CONFLICT (subject_id) DO UPDATE SET way = $2, value = $3, hours = $4, delete_at = $5",
		       DB_PARAMS(DB_V_TEXT(subject), DB_V_TEXT(item->contact_way.len ? item->contact_way : TEXT("")),
				 DB_V_TEXT(item->contact_value), DB_V_TEXT_OR_NULL(item->contact_hours),
				 DB_V_INT(now_ms + awareness_term("contact-days") * AWARENESS_DAY_MS)),
		       NULL, ret_error);
}

enum status report_keep_evidence(struct db_tx *tx, struct text subject, const struct item *item, struct arena *arena, struct error *ret_error)
{
	struct db_rows row;

	if (item->evidence_count == 0)
		return ST_OK;
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM evidence WHERE subject_id = $1", DB_PARAMS(DB_V_TEXT(subject)), arena, &row,
			 ret_error));
	for (size_t i = 0; i < item->evidence_count; i++) {
		const struct item_evidence *e = &item->evidence[i];

		TRY(db_exec(tx, "INSERT INTO evidence (subject_id, number, upload, name, media, size, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			    DB_PARAMS(DB_V_TEXT(subject), DB_V_INT(db_int(&row, 0, 0) + (int64_t)i + 1), DB_V_TEXT(e->upload),
				      DB_V_TEXT_OR_NULL(e->name), DB_V_TEXT_OR_NULL(e->media), DB_V_INT(e->size), DB_V_TEXT(e->sha256)),
			    NULL, ret_error));
	}
	return ST_OK;
}

enum status report_forget_parts(struct db_tx *tx, struct text subject, struct error *ret_error)
{
	const struct db_params one = DB_PARAMS(DB_V_TEXT(subject));

	/* The item stays as a number, so that it is taken no second time; its bytes go. */
	TRY(db_exec(tx, "UPDATE inbox_item SET state = 'taken', sealed = NULL WHERE id IN (SELECT p.item_id FROM inbox_part p JOIN evidence e"
		    " ON e.upload = p.upload WHERE e.subject_id = $1)", one, NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM inbox_part WHERE upload IN (SELECT upload FROM evidence WHERE subject_id = $1)", one, NULL, ret_error));
	TRY(db_exec(tx, "DELETE FROM evidence WHERE subject_id = $1", one, NULL, ret_error));
	return db_exec(tx, "DELETE FROM reporter_contact WHERE subject_id = $1", one, NULL, ret_error);
}

/* ---- what it names ---- */

static enum status name(struct taking *t, const struct item_identifier *typed, json_t *unread, struct error *ret_error)
{
	const struct found_text words = {typed->value, t->item->language};
	struct identified what;
	enum status st = identify(typed, t->awareness->host, t->arena, &what, NULL);

	if (st == ST_NO_MEMORY)
		return error_set(ret_error, st, "out of memory");
	if (st != ST_OK) {
		json_array_append_new(unread, json_pack("{s:s%, s:s%}", "type", typed->type.data, typed->type.len, "value", typed->value.data,
						       typed->value.len));
		return found_keep(t->awareness, t->tx, t->report, &words, t->arena, ret_error);
	}
	TRY(identifier_need(t->tx, &what, ret_error));
	TRY(found_named(t->tx, t->report, what.x, ret_error));
	return db_exec(t->tx, "INSERT INTO report_identifier (report_id, x, typed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		       DB_PARAMS(DB_V_TEXT(t->report), DB_V_TEXT(what.x), DB_V_TEXT(typed->value)), NULL, ret_error);
}

static enum status names_keep(struct taking *t, struct error *ret_error)
{
	const struct found_text story = {t->item->story, t->item->language};
	json_t *details, *unread = json_array();
	struct db_rows row;
	struct buffer out;
	enum status st = ST_OK;

	buffer_init(&out, DETAILS_MAX);
	for (size_t i = 0; st == ST_OK && i < t->item->identifier_count; i++)
		st = name(t, &t->item->identifiers[i], unread, ret_error);
	if (st == ST_OK)
		st = found_keep(t->awareness, t->tx, t->report, &story, t->arena, ret_error);
	if (st != ST_OK || json_array_size(unread) == 0)
		goto out;
	TRY_OUT(db_query_one(t->tx, "SELECT details FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(t->report)), t->arena, &row, ret_error));
	details = json_loadb(db_text(&row, 0, 0).data, db_text(&row, 0, 0).len, 0, NULL);
	if (json_is_array(json_object_get(details, "unread")))
		json_array_extend(json_object_get(details, "unread"), unread);
	else
		json_object_set(details, "unread", unread);
	st = canonical_write(details, &out);
	json_decref(details);
	if (st == ST_OK)
		st = db_exec(t->tx, "UPDATE report SET details = $2 WHERE id = $1",
			     DB_PARAMS(DB_V_TEXT(t->report), DB_V_TEXT(buffer_text(&out))), NULL, ret_error);
out:
	json_decref(unread);
	buffer_release(&out);
	return st;
}

enum status report_weigh(struct awareness *awareness, struct db_tx *tx, struct text report, struct arena *arena, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT x FROM report_identifier WHERE report_id = $1 ORDER BY x", DB_PARAMS(DB_V_TEXT(report)), arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(rules_apply(awareness, tx, db_text(&rows, i, 0), arena, ret_error));
	return ST_OK;
}

/* ---- taken ---- */

/* 0 somebody is in danger; 1 money moved within a day; 2 something to act on; 3 the rest. */
static int64_t priority_of(const struct item *item)
{
	return item->danger ? 0 : text_equal(item->money, TEXT("day")) ? 1 : item->identifier_count || item->payment_count ? 2 : 3;
}

static enum status bands_keep(struct taking *t, const struct sketch *sketch, struct error *ret_error)
{
	int64_t bands[SKETCH_BANDS];

	if ((int64_t)sketch->grams < awareness_term("alike-grams"))
		return ST_OK;
	sketch_bands(sketch, bands);
	for (size_t i = 0; i < SKETCH_BANDS; i++)
		TRY(db_exec(t->tx, "INSERT INTO report_band (band, report_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
			    DB_PARAMS(DB_V_INT(bands[i]), DB_V_TEXT(t->report)), NULL, ret_error));
	return ST_OK;
}

static enum status payments_keep(struct taking *t, struct error *ret_error)
{
	for (size_t i = 0; i < t->item->payment_count; i++)
		TRY(db_exec(t->tx, "INSERT INTO report_payment (report_id, number, reference, body) VALUES ($1, $2, $3, $4)",
			    DB_PARAMS(DB_V_TEXT(t->report), DB_V_INT((int64_t)i + 1), DB_V_TEXT_OR_NULL(t->item->payments[i].reference),
				      DB_V_TEXT(t->item->payments[i].json)),
			    NULL, ret_error));
	return ST_OK;
}

static enum status row_insert(struct taking *t, struct text item_id, const struct sketch *sketch, struct error *ret_error)
{
	const struct item *item = t->item;
	uint8_t bytes[SKETCH_BYTES];

	sketch_write(sketch, bytes);
	return db_exec(t->tx, "INSERT INTO report (id, version, item_id, reported_at, received_at, language, speed, type, priority, state, story,"
		       " details, token, network, device, grams, sketch, cluster_id)"
		       " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, 'received', $9, $10, $11, $12, $13, $14, $15, $1)",
		       DB_PARAMS(DB_V_TEXT(t->report), DB_V_TEXT(item_id), DB_V_INT(item->time_ms), DB_V_INT(t->now_ms),
				 DB_V_TEXT(item->language), DB_V_TEXT(item->speed), DB_V_TEXT_OR_NULL(item->type),
				 DB_V_INT(priority_of(item)), DB_V_TEXT_OR_NULL(item->story), DB_V_TEXT(item->details),
				 DB_V_TEXT_OR_NULL(item->token), DB_V_TEXT_OR_NULL(item->network), DB_V_TEXT_OR_NULL(item->device),
				 DB_V_INT((int64_t)sketch->grams), DB_V_BLOB(((struct bytes){bytes, sizeof bytes}))),
		       NULL, ret_error);
}

enum status report_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item, struct arena *arena,
			char ret_id[ID_SIZE], struct error *ret_error)
{
	struct taking t = {.awareness = awareness, .tx = tx, .item = item, .arena = arena};
	struct sketch sketch;
	struct text cluster;

	TRY(registry_now(awareness->registry, tx, &t.now_ms, ret_error));
	id_make(awareness->env, ret_id);
	t.report = text_of(ret_id);
	TRY(sketch_make(item->story, arena, &sketch, ret_error));
	TRY(report_keep_receipt(tx, "report", t.report, item->receipt, "received", t.now_ms, ret_error));
	TRY(row_insert(&t, item_id, &sketch, ret_error));
	TRY(bands_keep(&t, &sketch, ret_error));
	TRY(payments_keep(&t, ret_error));
	TRY(report_keep_evidence(tx, t.report, item, arena, ret_error));
	TRY(report_keep_contact(tx, t.report, item, t.now_ms, ret_error));
	TRY(names_keep(&t, ret_error));
	TRY(cluster_join(awareness, tx, t.report, &sketch, arena, &cluster, ret_error));
	TRY(report_weigh(awareness, tx, t.report, arena, ret_error));
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "report", .subject = t.report, .actor = &awareness_public, .act = TEXT("receive"),
						 .state = TEXT("received")},
			     t.now_ms, ret_error);
}

/* ---- more of it, or nothing any more ---- */

static enum status withdraw(struct taking *t, struct error *ret_error)
{
	const struct db_params one = DB_PARAMS(DB_V_TEXT(t->report));
	struct db_rows rows;

	TRY(db_query(t->tx, "SELECT x FROM report_identifier WHERE report_id = $1 ORDER BY x", one, t->arena, &rows, ret_error));
	TRY(db_exec(t->tx, "UPDATE report SET version = version + 1, state = 'withdrawn', story = NULL, details = '{}', token = NULL, network = NULL,"
		    " device = NULL, grams = 0, sketch = NULL, cluster_id = id, campaign_id = NULL, linked_by = NULL WHERE id = $1",
		    one, NULL, ret_error));
	TRY(db_exec(t->tx, "DELETE FROM report_identifier WHERE report_id = $1", one, NULL, ret_error));
	TRY(db_exec(t->tx, "DELETE FROM report_found WHERE report_id = $1", one, NULL, ret_error));
	TRY(db_exec(t->tx, "DELETE FROM report_band WHERE report_id = $1", one, NULL, ret_error));
	TRY(db_exec(t->tx, "DELETE FROM report_payment WHERE report_id = $1", one, NULL, ret_error));
	/* What somebody added, too; what officers noted is theirs. */
	TRY(db_exec(t->tx, "UPDATE desk_act SET note = NULL WHERE subject_id = $1 AND officer = $2",
		    DB_PARAMS(DB_V_TEXT(t->report), DB_V_TEXT(awareness_public.id)), NULL, ret_error));
	TRY(db_exec(t->tx, "UPDATE receipt SET campaign_id = NULL WHERE subject_id = $1", one, NULL, ret_error));
	TRY(report_forget_parts(t->tx, t->report, ret_error));
	TRY(referral_withdraw(t->awareness, t->tx, t->report, t->now_ms, t->arena, ret_error));
	TRY(receipt_set(t->tx, t->report, "withdrawn", TEXT_NONE, 0, t->now_ms, ret_error));
	for (size_t i = 0; i < rows.rows; i++)
		TRY(rules_apply(t->awareness, t->tx, db_text(&rows, i, 0), t->arena, ret_error));
	return ST_OK;
}

enum status report_follow(struct awareness *awareness, struct db_tx *tx, struct text report, const struct item *item, struct arena *arena,
			  struct error *ret_error)
{
	struct taking t = {.awareness = awareness, .tx = tx, .item = item, .arena = arena, .report = report};
	bool withdrawn = text_equal(item->act, TEXT("withdraw"));
	struct db_rows row;
	struct text state;

	TRY(registry_now(awareness->registry, tx, &t.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT state FROM report WHERE id = $1", DB_PARAMS(DB_V_TEXT(report)), arena, &row, ret_error));
	state = db_text(&row, 0, 0);
	if (text_equal(state, TEXT("withdrawn")))
		return ST_OK;
	if (withdrawn) {
		TRY(withdraw(&t, ret_error));
		state = TEXT("withdrawn");
	} else {
		TRY(db_exec(tx, "UPDATE report SET version = version + 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(report)), NULL, ret_error));
		TRY(report_keep_evidence(tx, report, item, arena, ret_error));
		TRY(report_keep_contact(tx, report, item, t.now_ms, ret_error));
		TRY(names_keep(&t, ret_error));
		TRY(cluster_again(awareness, tx, report, arena, ret_error));
		TRY(report_weigh(awareness, tx, report, arena, ret_error));
	}
	return desk_line_add(awareness, tx,
			     &(struct desk_line){.kind = "report", .subject = report, .actor = &awareness_public, .act = item->act, .state = state,
						 .note = withdrawn ? TEXT_NONE : text_within(item->story, AWARENESS_NOTE_MAX)},
			     t.now_ms, ret_error);
}
