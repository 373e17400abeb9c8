#include "awareness/intake.h"

#include <sodium.h>
#include <stdio.h>

#include "awareness/alarm.h"
#include "awareness/dispute.h"
#include "awareness/item.h"
#include "awareness/report.h"
#include "awareness/rescue.h"
#include "bulletin/item.h"
#include "bulletin/upload.h"

#define BATCH 50
#define ARENA_MAX ((size_t)64 << 20)

/* ---- taken in ---- */

struct putting {
	struct awareness *awareness;
	struct bytes item;
	struct bulletin_item_head head;
};

static enum status put_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct putting *p = context;
	char id[2 * BULLETIN_ITEM_ID_SIZE + 1];
	int64_t now_ms = env_now(p->awareness->env);
	uint64_t added;

	sodium_bin2hex(id, sizeof id, p->head.id, sizeof p->head.id);
	TRY(db_exec(tx, "INSERT INTO inbox_item (id, kind, received_at, state, sealed) VALUES ($1, $2, $3, 'waiting', $4) ON CONFLICT DO NOTHING",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_INT(p->head.kind), DB_V_INT(now_ms), DB_V_BLOB(p->item)), &added, ret_error));
	return added ? db_tell(tx, "inbox", text_of(id), now_ms, ret_error) : ST_OK;
}

enum status inbox_put(struct awareness *awareness, struct bytes item, struct error *ret_error)
{
	struct putting p = {.awareness = awareness, .item = item};

	TRY(bulletin_item_head_read(item, &p.head, ret_error));
	return db_transact(awareness->db, DB_WRITE, put_work, &p, ret_error);
}

/* ---- opened and taken ---- */

struct taking {
	struct awareness *awareness;
	struct arena arena;
	struct buffer content;
	const char *id; /* of the item */
	struct error why;
	size_t done;
};

/* From now on under the key of evidence: those of the inbox end. */
static enum status part_seal(struct taking *t, struct db_tx *tx, const struct bulletin_item_head *head, char ret_key[AWARENESS_KEY_ID_SIZE],
			     struct error *ret_error)
{
	uint8_t public_key[32];
	struct buffer sealed;
	enum status st;

	awareness_keys_newest(t->awareness->keys, AWARENESS_EVIDENCE, public_key, ret_key);
	buffer_init(&sealed, BULLETIN_ITEM_MAX);
	st = bulletin_item_seal(public_key, head, buffer_bytes(&t->content), &sealed, ret_error);
	if (st == ST_OK)
		st = db_exec(tx, "UPDATE inbox_item SET sealed = $2 WHERE id = $1",
			     DB_PARAMS(DB_V_TEXT(text_of(t->id)), DB_V_BLOB(buffer_bytes(&sealed))), NULL, ret_error);
	buffer_release(&sealed);
	return st;
}

static enum status part_take(struct taking *t, struct db_tx *tx, const struct bulletin_item_head *head, struct error *ret_error)
{
	struct upload_part part;
	char upload[2 * UPLOAD_ID_SIZE + 1], key[AWARENESS_KEY_ID_SIZE];
	int64_t now_ms;

	TRY(upload_part_read(buffer_bytes(&t->content), &part, ret_error));
	sodium_bin2hex(upload, sizeof upload, part.upload, sizeof part.upload);
	TRY(registry_now(t->awareness->registry, tx, &now_ms, ret_error));
	TRY(part_seal(t, tx, head, key, ret_error));
	TRY(db_exec(tx, "INSERT INTO inbox_part (item_id, upload, place, size, received_at, key_id) VALUES ($1, $2, $3, $4, $5, $6)",
		    DB_PARAMS(DB_V_TEXT(text_of(t->id)), DB_V_TEXT(text_of(upload)), DB_V_INT((int64_t)part.place),
			      DB_V_INT((int64_t)part.content.len), DB_V_INT(now_ms), DB_V_TEXT(text_of(key))),
		    NULL, ret_error));
	return dispute_part(t->awareness, tx, text_of(upload), &t->arena, ret_error);
}

static enum status follow_take(struct taking *t, struct db_tx *tx, const struct item *item, struct error *ret_error)
{
	struct db_rows row;
	enum status st = db_query_one(tx, "SELECT kind, subject_id FROM receipt WHERE digits = $1", DB_PARAMS(DB_V_TEXT(item->receipt)), &t->arena,
				      &row, ret_error);

	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_MALFORMED, "receipt-unknown", "receipt", "nothing has this receipt");
	TRY(st);
	if (text_equal(db_text(&row, 0, 0), TEXT("report")))
		return report_follow(t->awareness, tx, db_text(&row, 0, 1), item, &t->arena, ret_error);
	if (text_equal(db_text(&row, 0, 0), TEXT("dispute")))
		return dispute_follow(t->awareness, tx, db_text(&row, 0, 1), item, &t->arena, ret_error);
	if (text_equal(db_text(&row, 0, 0), TEXT("rescue")))
		return rescue_follow(t->awareness, tx, db_text(&row, 0, 1), item, &t->arena, ret_error);
	return error_because(ret_error, ST_MALFORMED, "item-member", "receipt", "nothing can be added to this");
}

/* Of nobody: it has neither receipt nor time nor sender. */
static enum status measured_take(struct taking *t, struct db_tx *tx, struct error *ret_error)
{
	struct trial_record record;

	TRY(item_trial_read(buffer_bytes(&t->content), &t->arena, &record, ret_error));
	return trial_take(tx, &record, ret_error);
}

/* Of the portal itself, as a measurement is of nobody. */
static enum status told_take(struct taking *t, struct db_tx *tx, struct error *ret_error)
{
	struct item_alarm alarm;

	TRY(item_alarm_read(buffer_bytes(&t->content), &t->arena, &alarm, ret_error));
	return alarm_take(t->awareness, tx, &alarm, &t->arena, ret_error);
}

static enum status content_take(struct taking *t, struct db_tx *tx, const struct bulletin_item_head *head, struct error *ret_error)
{
	const enum bulletin_item_kind kind = head->kind;
	char id[ID_SIZE];
	struct item item;

	if (kind == BULLETIN_UPLOAD_PART)
		return part_take(t, tx, head, ret_error);
	if (kind == BULLETIN_TRIAL)
		return measured_take(t, tx, ret_error);
	if (kind == BULLETIN_ALARM)
		return told_take(t, tx, ret_error);
	TRY(item_read((enum item_kind)kind, buffer_bytes(&t->content), &t->arena, &item, ret_error));
	if (kind == BULLETIN_REPORT)
		return report_take(t->awareness, tx, text_of(t->id), &item, &t->arena, id, ret_error);
	if (kind == BULLETIN_RESCUE)
		return rescue_take(t->awareness, tx, text_of(t->id), &item, &t->arena, id, ret_error);
	if (kind == BULLETIN_DISPUTE)
		return dispute_take(t->awareness, tx, text_of(t->id), &item, &t->arena, id, ret_error);
	return follow_take(t, tx, &item, ret_error);
}

static enum status take_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;
	struct bulletin_item_head head;
	struct db_rows row;
	bool part;

	arena_clear(&t->arena);
	buffer_clear(&t->content);
	t->done = 0;
	TRY(db_query(tx, "SELECT sealed FROM inbox_item WHERE id = $1 AND state = 'waiting'", DB_PARAMS(DB_V_TEXT(text_of(t->id))), &t->arena, &row,
		     ret_error));
	if (row.rows == 0)
		return ST_OK; /* another hub has taken it */
	TRY(awareness_keys_open(t->awareness->keys, AWARENESS_INBOX, db_blob(&row, 0, 0), &head, &t->content, ret_error));
	part = head.kind == BULLETIN_UPLOAD_PART;
	TRY(content_take(t, tx, &head, ret_error));
	TRY(db_exec(tx, "UPDATE inbox_item SET state = $2, sealed = CASE WHEN $2 = 'kept' THEN sealed ELSE NULL END, taken_at = $3 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(text_of(t->id)), DB_V_TEXT(part ? TEXT("kept") : TEXT("taken")), DB_V_INT(env_now(t->awareness->env))),
		    NULL, ret_error));
	t->done = 1;
	return ST_OK;
}

static enum status aside_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct taking *t = context;

	TRY(db_exec(tx, "UPDATE inbox_item SET state = 'aside', reason = $2, detail = $3 WHERE id = $1 AND state = 'waiting'",
		    DB_PARAMS(DB_V_TEXT(text_of(t->id)), DB_V_TEXT(text_of(t->why.reason[0] ? t->why.reason : status_word(t->why.code))),
			      DB_V_TEXT_OR_NULL(text_of(t->why.field))),
		    NULL, ret_error));
	return db_tell(tx, "inbox", text_of(t->id), env_now(t->awareness->env), ret_error);
}

/* A fault of the item sets it aside; a fault of the world leaves it waiting. */
static enum status take_one(struct taking *t, struct error *ret_error)
{
	enum status st;

	t->why = (struct error){.code = ST_OK};
	st = db_transact(t->awareness->db, DB_WRITE, take_work, t, &t->why);
	if (st == ST_OK || st == ST_UNAVAILABLE || st == ST_NO_MEMORY || st == ST_CORRUPT) {
		if (st != ST_OK)
			*ret_error = t->why;
		return st;
	}
	t->why.code = st;
	t->done = 1;
	return db_transact(t->awareness->db, DB_WRITE, aside_work, t, ret_error);
}

struct waiting {
	struct arena arena;
	struct db_rows rows;
};

/* Calls for help before all else. Kinds that nobody takes yet are passed over. */
static enum status waiting_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct waiting *w = context;

	arena_clear(&w->arena);
	return db_query(tx, "SELECT id FROM inbox_item WHERE state = 'waiting' AND kind IN (1, 2, 3, 4, 5, 7, 8)"
			" ORDER BY CASE kind WHEN 2 THEN 0 ELSE 1 END, received_at, id LIMIT $1",
			DB_PARAMS(DB_V_INT(BATCH)), &w->arena, &w->rows, ret_error);
}

enum status inbox_run(struct awareness *awareness, size_t *ret_done, bool *ret_more, struct error *ret_error)
{
	struct taking t = {.awareness = awareness};
	struct waiting w = {.rows = {NULL, 0, 0}};
	char id[ID_SIZE];
	enum status st;

	*ret_done = 0;
	arena_init(&t.arena, ARENA_MAX);
	arena_init(&w.arena, 65536);
	buffer_init(&t.content, BULLETIN_ITEM_MAX);
	st = db_transact(awareness->db, DB_READ, waiting_work, &w, ret_error);
	for (size_t i = 0; st == ST_OK && i < w.rows.rows; i++) {
		snprintf(id, sizeof id, "%.*s", TEXT_ARG(db_text(&w.rows, i, 0)));
		t.id = id;
		st = take_one(&t, ret_error);
		*ret_done += t.done;
	}
	*ret_more = st == ST_OK && w.rows.rows == BATCH;
	sodium_memzero(t.content.data, t.content.data ? t.content.len : 0);
	buffer_release(&t.content);
	arena_release(&w.arena);
	arena_release(&t.arena);
	return st;
}

enum status inbox_retry(struct awareness *awareness, struct db_tx *tx, struct text id, struct error *ret_error)
{
	uint64_t changed;

	TRY(db_exec(tx, "UPDATE inbox_item SET state = 'waiting', reason = NULL, detail = NULL WHERE id = $1 AND state = 'aside'",
		    DB_PARAMS(DB_V_TEXT(id)), &changed, ret_error));
	if (changed == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "nothing like that is aside");
	return db_tell(tx, "inbox", id, env_now(awareness->env), ret_error);
}
