#include "tally/outcome.h"

#define NUMBER_MAX INT64_C(1000000000000)
#define PEOPLE_MAX INT64_C(1000000000)
#define NOTE_MAX 1000u

struct operation {
	struct text id, host, partner;
};

/* ---- operations of two countries ---- */

static bool code_valid(struct text code)
{
	if (code.len < 3 || code.len > 32)
		return false;
	for (size_t i = 0; i < code.len; i++) {
		char c = code.data[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
	}
	return true;
}

static enum status country_known(struct db_tx *tx, struct text code, struct arena *arena, bool *ret, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT 1 FROM country WHERE code = $1", DB_PARAMS(DB_V_TEXT(code.len ? code : TEXT(""))), arena, &rows, ret_error));
	*ret = rows.rows == 1;
	return ST_OK;
}

enum status joint_begin(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const struct joint_new *new,
			char ret_id[ID_SIZE], struct error *ret_error)
{
	char id[ID_SIZE];
	struct arena arena;
	struct db_rows rows;
	bool known;
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(country_known(tx, new->partner, &arena, &known, ret_error));
	if (!code_valid(new->code))
		st = error_because(ret_error, ST_MALFORMED, "joint-code", "code", "3 to 32 of A-Z, 0-9 and -");
	else if (!known || text_equal(new->partner, tally->host))
		st = error_because(ret_error, ST_MALFORMED, "country-unknown", "partner", "there is no such partner");
	else if (!text_equal(actor->country, tally->host) && !text_equal(actor->country, new->partner))
		st = error_because(ret_error, ST_DENIED, "outcome-side", "partner", "another country's operation");
	if (st != ST_OK)
		goto out;
	TRY_OUT(db_query(tx, "SELECT id FROM joint_operation WHERE code = $1", DB_PARAMS(DB_V_TEXT(new->code)), &arena, &rows, ret_error));
	if (rows.rows) {
		st = error_because(ret_error, ST_CONFLICT, "joint-taken", "code", "there is an operation of that number");
		goto out;
	}
	id_make(tally->env, id);
	TRY_OUT(db_exec(tx, "INSERT INTO joint_operation (id, code, host, partner, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
			DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(new->code), DB_V_TEXT(tally->host), DB_V_TEXT(new->partner),
				  DB_V_TEXT(actor->id), DB_V_INT(env_now(tally->env))),
			NULL, ret_error));
	TRY_OUT(db_tell(tx, "figures", text_of(id), env_now(tally->env), ret_error));
	memcpy(ret_id, id, sizeof id);
out:
	arena_release(&arena);
	return st;
}

/* ---- entered ---- */

static enum status operation_load(struct db_tx *tx, const char *by, struct text value, struct arena *arena, struct operation *ret,
				  struct error *ret_error)
{
	struct db_rows row;
	bool by_code = strcmp(by, "code") == 0;

	TRY(db_query(tx, by_code ? "SELECT id, host, partner FROM joint_operation WHERE code = $1"
				 : "SELECT id, host, partner FROM joint_operation WHERE id = $1",
		     DB_PARAMS(DB_V_TEXT(value)), arena, &row, ret_error));
	if (row.rows == 0)
		return error_because(ret_error, ST_MALFORMED, "outcome-joint", "joint", "there is no operation of that number");
	*ret = (struct operation){db_text(&row, 0, 0), db_text(&row, 0, 1), db_text(&row, 0, 2)};
	return ST_OK;
}

static bool side_of(const struct operation *o, struct text country)
{
	return text_equal(country, o->host) || text_equal(country, o->partner);
}

static bool country_valid(struct text c)
{
	return c.len == 2 && c.data[0] >= 'a' && c.data[0] <= 'z' && c.data[1] >= 'a' && c.data[1] <= 'z';
}

static enum status value_check(const struct tally *tally, const struct outcome_new *new, struct error *ret_error)
{
	const struct figure_definition *d = new->figure.len ? figure_definition_find(new->figure) : NULL;
	int64_t from_ms, until_ms;
	json_t *reason;

	if (d == NULL || !figure_entered(d))
		return error_because(ret_error, ST_MALFORMED, "outcome-figure", "figure", "no figure of that name is entered");
	if (!tally_month_valid(new->month))
		return error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
	tally_month_bounds(new->month, &from_ms, &until_ms);
	if (from_ms > env_now(tally->env))
		return error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "the month has not begun");
	if (text_equal(d->by, TEXT("country")) ? !country_valid(new->country) : new->country.len != 0)
		return error_because(ret_error, ST_MALFORMED, "outcome-country", "country", "a nationality of two letters, zz where it is not known");
	if (new->number < 0 || new->number > NUMBER_MAX)
		return error_because(ret_error, ST_MALFORMED, "outcome-number", "number", "a whole number, at least 0");
	if (new->people < 0 || new->people > PEOPLE_MAX || (text_equal(d->counts, TEXT("amount")) && new->number > 0 && new->people == 0))
		return error_because(ret_error, ST_MALFORMED, "outcome-number", "people", "the number of cases behind it");
	if (new->note.len > NOTE_MAX)
		return error_because(ret_error, ST_MALFORMED, "value-invalid", "note", "at most %u bytes", NOTE_MAX);
	if (new->replaces.len == 0 && new->reason.len == 0)
		return ST_OK;
	reason = figure_reason_texts(new->reason);
	json_decref(reason);
	return reason ? ST_OK : error_because(ret_error, ST_MALFORMED, "reason-unknown", "reason", "why it is corrected");
}

struct entering {
	const struct tally *tally;
	struct db_tx *tx;
	const struct actor *actor;
	const struct outcome_new *new;
	struct arena *arena;
	struct operation operation; /* id empty: none */
	int64_t people;
};

/* Of an operation each side says a thing once. */
static enum status once_check(const struct entering *e, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(e->tx, "SELECT id FROM outcome WHERE joint_id = $1 AND month = $2 AND figure = $3 AND country = $4 AND side = $5"
		     " AND state IN ('entered', 'confirmed') AND id <> $6",
		     DB_PARAMS(DB_V_TEXT(e->operation.id), DB_V_INT(e->new->month), DB_V_TEXT(e->new->figure),
			       DB_V_TEXT(e->new->country.len ? e->new->country : TEXT("--")), DB_V_TEXT(e->actor->country),
			       DB_V_TEXT(e->new->replaces.len ? e->new->replaces : TEXT(""))),
		     e->arena, &rows, ret_error));
	return rows.rows ? error_because(ret_error, ST_CONFLICT, "outcome-twice", "joint", "this side has said it already") : ST_OK;
}

/* The one it stands in the place of is of the same figure, month, side and operation. */
static enum status replaced_check(const struct entering *e, struct error *ret_error)
{
	struct db_rows row;

	if (e->new->replaces.len == 0)
		return ST_OK;
	TRY(db_query(e->tx, "SELECT id FROM outcome WHERE id = $1 AND figure = $2 AND month = $3 AND side = $4 AND coalesce(joint_id, '') = $5"
		     " AND state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.replaces = $1)",
		     DB_PARAMS(DB_V_TEXT(e->new->replaces), DB_V_TEXT(e->new->figure), DB_V_INT(e->new->month), DB_V_TEXT(e->actor->country),
			       DB_V_TEXT(e->operation.id.len ? e->operation.id : TEXT(""))),
		     e->arena, &row, ret_error));
	return row.rows ? ST_OK
			: error_because(ret_error, ST_CONFLICT, "outcome-replaced", "replaces", "no such outcome that can be corrected");
}

static enum status insert(const struct entering *e, const char *id, struct text confirmed_by, struct error *ret_error)
{
	int64_t now_ms = env_now(e->tally->env);
	bool confirmed = confirmed_by.len > 0;

	TRY(db_exec(e->tx, "INSERT INTO outcome (id, version, figure, month, country, number, people, side, joint_id, state, entered_by, entered_at,"
		    " confirmed_by, confirmed_at, replaces, reason, note)"
		    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
		    DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_TEXT(e->new->figure), DB_V_INT(e->new->month),
			      DB_V_TEXT(e->new->country.len ? e->new->country : TEXT("--")), DB_V_INT(e->new->number), DB_V_INT(e->people),
			      DB_V_TEXT(e->actor->country), DB_V_TEXT_OR_NULL(e->operation.id),
			      DB_V_TEXT(confirmed ? TEXT("confirmed") : TEXT("entered")), DB_V_TEXT(e->actor->id), DB_V_INT(now_ms),
			      DB_V_TEXT_OR_NULL(confirmed_by), confirmed ? DB_V_INT(now_ms) : DB_V_NULL, DB_V_TEXT_OR_NULL(e->new->replaces),
			      DB_V_TEXT_OR_NULL(e->new->reason), DB_V_TEXT_OR_NULL(e->new->note)),
		    NULL, ret_error));
	if (confirmed && e->new->replaces.len)
		TRY(db_exec(e->tx, "UPDATE outcome SET version = version + 1, state = 'replaced' WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(e->new->replaces)), NULL, ret_error));
	return db_tell(e->tx, "figures", text_of(id), now_ms, ret_error);
}

/* Who has said the same for the other side, and has it confirmed. */
static enum status other_side(const struct entering *e, struct text *ret_officer, struct error *ret_error)
{
	struct db_rows rows;

	*ret_officer = TEXT_NONE;
	if (e->operation.id.len == 0)
		return ST_OK;
	TRY(db_query(e->tx, "SELECT entered_by FROM outcome WHERE joint_id = $1 AND month = $2 AND figure = $3 AND country = $4 AND side <> $5"
		     " AND state = 'confirmed' AND number = $6 AND people = $7",
		     DB_PARAMS(DB_V_TEXT(e->operation.id), DB_V_INT(e->new->month), DB_V_TEXT(e->new->figure),
			       DB_V_TEXT(e->new->country.len ? e->new->country : TEXT("--")), DB_V_TEXT(e->actor->country),
			       DB_V_INT(e->new->number), DB_V_INT(e->people)),
		     e->arena, &rows, ret_error));
	if (rows.rows && !text_equal(db_text(&rows, 0, 0), e->actor->id))
		*ret_officer = db_text(&rows, 0, 0);
	return ST_OK;
}

static enum status enter(struct entering *e, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct figure_definition *d;
	struct text other;

	TRY(value_check(e->tally, e->new, ret_error));
	d = figure_definition_find(e->new->figure);
	e->people = d && text_equal(d->counts, TEXT("amount")) ? e->new->people : e->new->number;
	if (e->people > PEOPLE_MAX)
		return error_because(ret_error, ST_MALFORMED, "outcome-number", "number", "too large");
	if (e->new->joint.len) {
		TRY(operation_load(e->tx, "code", e->new->joint, e->arena, &e->operation, ret_error));
		TRY(side_of(&e->operation, e->actor->country) ? once_check(e, ret_error)
							       : error_because(ret_error, ST_DENIED, "outcome-side", "joint", "another country's operation"));
	} else if (!text_equal(e->actor->country, e->tally->host)) {
		return error_because(ret_error, ST_DENIED, "outcome-side", "joint", "the other side confirms operations of both");
	}
	TRY(replaced_check(e, ret_error));
	TRY(other_side(e, &other, ret_error));
	id_make(e->tally->env, ret_id);
	return insert(e, ret_id, other, ret_error);
}

enum status outcome_enter(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const struct outcome_new *new,
			  char ret_id[ID_SIZE], struct error *ret_error)
{
	struct arena arena;
	struct entering e = {.tally = tally, .tx = tx, .actor = actor, .new = new, .arena = &arena};
	char id[ID_SIZE];
	enum status st;

	arena_init(&arena, 65536);
	st = enter(&e, id, ret_error);
	if (st == ST_OK)
		memcpy(ret_id, id, sizeof id);
	arena_release(&arena);
	return st;
}

/* ---- confirmed, agreed to, withdrawn ---- */

enum column { VERSION, FIGURE, MONTH, COUNTRY, NUMBER, PEOPLE, SIDE, JOINT, STATE, BY, REPLACES };

static enum status confirm(const struct tally *tally, struct db_tx *tx, const struct actor *actor, struct text id, const struct db_rows *row,
			   struct error *ret_error)
{
	if (!text_equal(db_text(row, 0, SIDE), actor->country))
		return error_because(ret_error, ST_DENIED, "outcome-side", NULL, "the other side's: agree to it");
	if (text_equal(db_text(row, 0, BY), actor->id))
		return error_because(ret_error, ST_DENIED, "outcome-second", NULL, "another officer confirms");
	if (!text_equal(db_text(row, 0, STATE), TEXT("entered")))
		return error_because(ret_error, ST_CONFLICT, "outcome-state", NULL, "it does not wait to be confirmed");
	if (db_text(row, 0, REPLACES).len)
		TRY(db_exec(tx, "UPDATE outcome SET version = version + 1, state = 'replaced' WHERE id = $1",
			    DB_PARAMS(DB_V_TEXT(db_text(row, 0, REPLACES))), NULL, ret_error));
	return db_exec(tx, "UPDATE outcome SET version = version + 1, state = 'confirmed', confirmed_by = $2, confirmed_at = $3 WHERE id = $1",
		       DB_PARAMS(DB_V_TEXT(id), DB_V_TEXT(actor->id), DB_V_INT(env_now(tally->env))), NULL, ret_error);
}

static enum status agree(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const struct db_rows *row,
			 struct arena *arena, struct error *ret_error)
{
	struct text country = db_text(row, 0, COUNTRY);
	struct outcome_new new = {.figure = db_text(row, 0, FIGURE), .month = db_int(row, 0, MONTH), .number = db_int(row, 0, NUMBER),
				  .people = db_int(row, 0, PEOPLE), .country = text_equal(country, TEXT("--")) ? TEXT_NONE : country};
	struct entering e = {.tally = tally, .tx = tx, .actor = actor, .new = &new, .arena = arena, .people = new.people};
	char id[ID_SIZE];

	if (db_text(row, 0, JOINT).len == 0 || text_equal(db_text(row, 0, SIDE), actor->country))
		return error_because(ret_error, ST_DENIED, "outcome-side", NULL, "the other side of an operation agrees");
	if (!text_equal(db_text(row, 0, STATE), TEXT("confirmed")))
		return error_because(ret_error, ST_CONFLICT, "outcome-state", NULL, "its own side has not confirmed it");
	TRY(operation_load(tx, "id", db_text(row, 0, JOINT), arena, &e.operation, ret_error));
	if (!side_of(&e.operation, actor->country))
		return error_because(ret_error, ST_DENIED, "outcome-side", NULL, "another country's operation");
	TRY(once_check(&e, ret_error));
	id_make(tally->env, id);
	return insert(&e, id, db_text(row, 0, BY), ret_error);
}

static enum status withdraw(struct db_tx *tx, const struct actor *actor, struct text id, const struct db_rows *row, struct error *ret_error)
{
	if (!text_equal(db_text(row, 0, SIDE), actor->country))
		return error_because(ret_error, ST_DENIED, "outcome-side", NULL, "the other side's");
	if (!text_equal(db_text(row, 0, STATE), TEXT("entered")))
		return error_because(ret_error, ST_CONFLICT, "outcome-state", NULL, "it is confirmed: correct it");
	return db_exec(tx, "UPDATE outcome SET version = version + 1, state = 'withdrawn', replaces = NULL, reason = NULL WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), NULL, ret_error);
}

enum status outcome_do(const struct tally *tally, struct db_tx *tx, const struct actor *actor, enum outcome_act act, struct text id,
		       int64_t version, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, 65536);
	TRY_OUT(db_query_one(tx, "SELECT version, figure, month, country, number, people, side, joint_id, state, entered_by, replaces"
			     " FROM outcome WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), &arena, &row, ret_error));
	if (db_int(&row, 0, VERSION) != version)
		st = error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed since");
	else if (act == OUTCOME_CONFIRM)
		st = confirm(tally, tx, actor, id, &row, ret_error);
	else
		st = act == OUTCOME_AGREE ? agree(tally, tx, actor, &row, &arena, ret_error) : withdraw(tx, actor, id, &row, ret_error);
	if (st == ST_OK)
		st = db_tell(tx, "figures", id, env_now(tally->env), ret_error);
out:
	arena_release(&arena);
	return st;
}
