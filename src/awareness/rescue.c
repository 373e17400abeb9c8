#include "awareness/rescue.h"

#include "awareness/report.h"
#include "ident/country.h"

#define MINUTE_MS ((int64_t)60000)
#define CLOCK_MAX 500

struct call {
	struct awareness *awareness;
	struct db_tx *tx;
	struct arena *arena;
	struct text id, state;
	int64_t now_ms;
};

static enum status told(const struct call *c, const struct actor *actor, struct text act, struct text note, struct error *ret_error)
{
	struct desk_line line = {.kind = "rescue", .subject = c->id, .actor = actor, .act = act, .state = c->state};

	/* nothing that somebody said is cut off: what is too long for a line goes on in the next */
	for (; note.len > AWARENESS_NOTE_MAX; note.data += line.note.len, note.len -= line.note.len) {
		line.note = text_within(note, AWARENESS_NOTE_MAX);
		TRY(desk_line_add(c->awareness, c->tx, &line, c->now_ms, ret_error));
	}
	line.note = note;
	return desk_line_add(c->awareness, c->tx, &line, c->now_ms, ret_error);
}

/* ---- whom it goes to ---- */

/* That of the nationality before all others, then as the table has them; those where nobody works only where nobody works anywhere. */
static enum status partner_choose(const struct call *c, struct text nationality, const struct rescue_desk **ret, struct error *ret_error)
{
	char named[COUNTRIES_MAX][3];
	size_t count = country_read_all(nationality, named);
	const struct rescue_desk *desk;
	uint64_t best = UINT64_MAX;

	*ret = NULL;
	for (size_t i = 0; (desk = rescue_desk_at(i)) != NULL; i++) {
		uint64_t rank = desk->place;
		bool manned, own = false;

		if (text_equal(desk->country, c->awareness->host))
			continue;
		for (size_t k = 0; k < count; k++)
			own = own || text_equal(desk->country, text_of(named[k]));
		TRY(rescue_desk_manned(c->tx, desk, c->arena, &manned, ret_error));
		rank += (own ? 0 : (uint64_t)1 << 32) + (manned ? 0 : (uint64_t)1 << 33);
		if (rank < best) {
			best = rank;
			*ret = desk;
		}
	}
	return ST_OK;
}

/* The clock of an acknowledgement begins. */
static enum status ring(const struct call *c, const struct rescue_desk *desk, struct error *ret_error)
{
	return db_exec(c->tx, "INSERT INTO rescue_desk (rescue_id, country, desk, second, rung_at, due_at) VALUES ($1, $2, $3, $4, $5, $6)",
		       DB_PARAMS(DB_V_TEXT(c->id), DB_V_TEXT(desk->country), DB_V_TEXT(desk->desk), DB_V_TEXT(desk->second), DB_V_INT(c->now_ms),
				 DB_V_INT(c->now_ms + awareness_term("rescue-minutes") * MINUTE_MS)),
		       NULL, ret_error);
}

/* ---- taken ---- */

static enum status row_add(const struct call *c, struct text item_id, const struct item *item, const struct rescue_desk *partner, int32_t east,
			   struct error *ret_error)
{
	struct db_rows row;
	int64_t check_ms = 0;

	TRY(db_query_one(c->tx, "SELECT coalesce(max(number), 0) + 1 FROM rescue", DB_NO_PARAMS, c->arena, &row, ret_error));
	if (!rescue_moment_read(item->next_check, east, c->now_ms, &check_ms))
		check_ms = 0;
	return db_exec(c->tx, "INSERT INTO rescue (id, version, number, item_id, sent_at, received_at, language, relation, host, partner, state,"
		       " missing, content, check_at, said_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 'received', $10, $11, $12, $5)",
		       DB_PARAMS(DB_V_TEXT(c->id), DB_V_INT(db_int(&row, 0, 0)), DB_V_TEXT(item_id), DB_V_INT(item->time_ms), DB_V_INT(c->now_ms),
				 DB_V_TEXT(item->language), DB_V_TEXT(item->relation), DB_V_TEXT(c->awareness->host), DB_V_TEXT(partner->country),
				 DB_V_TEXT(item->missing.len ? item->missing : TEXT("")), DB_V_TEXT(item->details),
				 check_ms ? DB_V_INT(check_ms) : DB_V_NULL),
		       NULL, ret_error);
}

enum status rescue_take(struct awareness *awareness, struct db_tx *tx, struct text item_id, const struct item *item, struct arena *arena,
			char ret_id[ID_SIZE], struct error *ret_error)
{
	struct call c = {.awareness = awareness, .tx = tx, .arena = arena, .id = {ret_id, ID_SIZE - 1}, .state = TEXT("received")};
	const struct rescue_desk *host = rescue_desk_of(awareness->host), *partner;

	TRY(registry_now(awareness->registry, tx, &c.now_ms, ret_error));
	TRY(partner_choose(&c, item->nationality, &partner, ret_error));
	if (host == NULL || partner == NULL)
		return error_because(ret_error, ST_CONFLICT, "rescue-no-desk", NULL, "there are not two authorities for it");
	id_make(awareness->env, ret_id);
	TRY(report_keep_receipt(tx, "rescue", c.id, item->receipt, "received", c.now_ms, ret_error));
	TRY(row_add(&c, item_id, item, partner, host->east, ret_error));
	TRY(ring(&c, host, ret_error));
	TRY(ring(&c, partner, ret_error));
	TRY(report_keep_contact(tx, c.id, item, c.now_ms, ret_error));
	return told(&c, &awareness_public, TEXT("receive"), TEXT_NONE, ret_error);
}

/* ---- more of it ---- */

/* As if it had just come: nobody has acknowledged it, no result stands. */
static enum status ring_again(struct call *c, struct error *ret_error)
{
	TRY(db_exec(c->tx, "UPDATE rescue SET state = 'received', result = NULL, proposed_by = NULL, proposed_country = NULL, proposed_at = NULL,"
		    " agreed_by = NULL, agreed_country = NULL, agreed_at = NULL WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(c->id)), NULL, ret_error));
	TRY(db_exec(c->tx, "UPDATE rescue_desk SET rung_at = $2, due_at = $3, acknowledged_by = NULL, acknowledged_at = NULL, escalated_at = NULL"
		    " WHERE rescue_id = $1",
		    DB_PARAMS(DB_V_TEXT(c->id), DB_V_INT(c->now_ms), DB_V_INT(c->now_ms + awareness_term("rescue-minutes") * MINUTE_MS)), NULL,
		    ret_error));
	c->state = TEXT("received");
	return receipt_set(c->tx, c->id, "received", TEXT_NONE, 0, c->now_ms, ret_error);
}

enum status rescue_follow(struct awareness *awareness, struct db_tx *tx, struct text rescue, const struct item *item, struct arena *arena,
			  struct error *ret_error)
{
	struct call c = {.awareness = awareness, .tx = tx, .arena = arena, .id = rescue};
	struct db_rows row;

	TRY(registry_now(awareness->registry, tx, &c.now_ms, ret_error));
	TRY(db_query_one(tx, "SELECT state, content FROM rescue WHERE id = $1", DB_PARAMS(DB_V_TEXT(rescue)), arena, &row, ret_error));
	c.state = db_text(&row, 0, 0);
	if (db_is_null(&row, 0, 1)) /* what it was about is gone: it is a call of its own */
		TRY(db_exec(tx, "UPDATE rescue SET content = '{}' WHERE id = $1", DB_PARAMS(DB_V_TEXT(rescue)), NULL, ret_error));
	if (text_equal(c.state, TEXT("closed")))
		TRY(ring_again(&c, ret_error));
	TRY(db_exec(tx, "UPDATE rescue SET version = version + 1, said_at = $2 WHERE id = $1",
		    DB_PARAMS(DB_V_TEXT(rescue), DB_V_INT(c.now_ms)), NULL, ret_error));
	TRY(report_keep_contact(tx, rescue, item, c.now_ms, ret_error));
	return told(&c, &awareness_public, item->act, item->story, ret_error);
}

enum status rescue_opened(struct awareness *awareness, struct db_tx *tx, struct text rescue, struct error *ret_error)
{
	uint64_t first;
	int64_t now_ms;

	TRY(registry_now(awareness->registry, tx, &now_ms, ret_error));
	TRY(db_exec(tx, "UPDATE receipt SET state = $2, day = $3, changed_at = $4 WHERE subject_id = $1 AND state = $5",
		    DB_PARAMS(DB_V_TEXT(rescue), DB_V_INT(awareness_state("read")), DB_V_INT(awareness_day(now_ms)), DB_V_INT(now_ms),
			      DB_V_INT(awareness_state("received"))),
		    &first, ret_error));
	if (first)
		TRY(db_tell(tx, "public", rescue, now_ms, ret_error));
	return db_tell(tx, "rescue", rescue, now_ms, ret_error);
}

enum status rescue_has_opened(struct db_tx *tx, struct text rescue, struct text person, int64_t now_ms, struct arena *arena, bool *ret_opened,
			      struct error *ret_error)
{
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT count(*) FROM audit WHERE thing = $1 AND actor = $2 AND action = 'rescue.open' AND outcome = 'done'"
			 " AND at_ms >= $3",
			 DB_PARAMS(DB_V_TEXT(rescue), DB_V_TEXT(person), DB_V_INT(now_ms - awareness_term("rescue-open-hours") * AWARENESS_HOUR_MS)),
			 arena, &row, ret_error));
	*ret_opened = db_int(&row, 0, 0) > 0;
	return ST_OK;
}

/* ---- time ---- */

static enum status escalate(struct call *c, size_t *done, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(c->tx, "SELECT d.rescue_id, d.country, r.state FROM rescue_desk d JOIN rescue r ON r.id = d.rescue_id"
		     " WHERE d.acknowledged_at IS NULL AND d.escalated_at IS NULL AND d.due_at <= $1 AND r.state <> 'closed'"
		     " ORDER BY d.due_at, d.rescue_id, d.country LIMIT $2",
		     DB_PARAMS(DB_V_INT(c->now_ms), DB_V_INT(CLOCK_MAX)), c->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++, ++*done) {
		c->id = db_text(&rows, i, 0);
		c->state = db_text(&rows, i, 2);
		TRY(db_exec(c->tx, "UPDATE rescue_desk SET escalated_at = $3 WHERE rescue_id = $1 AND country = $2",
			    DB_PARAMS(DB_V_TEXT(c->id), DB_V_TEXT(db_text(&rows, i, 1)), DB_V_INT(c->now_ms)), NULL, ret_error));
		TRY(db_exec(c->tx, "UPDATE rescue SET version = version + 1 WHERE id = $1", DB_PARAMS(DB_V_TEXT(c->id)), NULL, ret_error));
		TRY(told(c, &awareness_clock_actor, TEXT("escalate"), db_text(&rows, i, 1), ret_error));
	}
	return ST_OK;
}

/* That there was a call, when, who answered and how it ended stays: the person in it does not. */
static enum status forget(struct call *c, size_t *done, struct error *ret_error)
{
	const int64_t before_ms = c->now_ms - awareness_term("rescue-days") * AWARENESS_DAY_MS;
	struct db_rows rows;

	TRY(db_query(c->tx, "SELECT id FROM rescue WHERE state = 'closed' AND agreed_at <= $1 AND content IS NOT NULL ORDER BY agreed_at LIMIT $2",
		     DB_PARAMS(DB_V_INT(before_ms), DB_V_INT(CLOCK_MAX)), c->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++, ++*done) {
		const struct db_params one = DB_PARAMS(DB_V_TEXT(db_text(&rows, i, 0)));

		TRY(db_exec(c->tx, "UPDATE rescue SET version = version + 1, content = NULL, check_at = NULL WHERE id = $1", one, NULL, ret_error));
		TRY(db_exec(c->tx, "UPDATE desk_act SET note = NULL WHERE subject_id = $1 AND act <> 'escalate'", one, NULL, ret_error));
		TRY(db_exec(c->tx, "DELETE FROM reporter_contact WHERE subject_id = $1", one, NULL, ret_error));
	}
	return ST_OK;
}

enum status rescue_clock(struct awareness *awareness, struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *done, struct error *ret_error)
{
	struct call c = {.awareness = awareness, .tx = tx, .arena = arena, .now_ms = now_ms};

	TRY(escalate(&c, done, ret_error));
	return forget(&c, done, ret_error);
}
