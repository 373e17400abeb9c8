/* Releases of figures: proposed, released by another officer, and what everybody may have of them. */
#include "ledger/ledger.h"
#include "model/time.h"
#include "office/entry.h"
#include "office/figures.h"
#include "tally/files.h"
#include "tally/release.h"

#include "handlers.inc"

#define COLUMNS                                                                                                              \
	"id, version, number, month, state, proposed_by, proposed_at, released_by, released_at, hash, leaf_id FROM figures_release "

enum column { ID, VERSION, NUMBER, MONTH, STATE, PROPOSED_BY, PROPOSED, RELEASED_BY, RELEASED, HASH, LEAF };

/* ---- what is shown ---- */

static struct policy_thing thing_of(const struct office_call *call, struct text author)
{
	return (struct policy_thing){.owner = call->office->host, .author = author};
}

static bool allowed(const struct office_call *call, const char *action, struct text author)
{
	const struct policy_thing thing = thing_of(call, author);
	enum policy_answer answer = may(&call->actor, text_of(action), &thing, call->office->host, call->now_ms);

	return answer == POLICY_ALLOWED || answer == POLICY_PROVE_ANEW;
}

static void acts_put(struct office_call *call, const struct db_rows *rows, size_t i)
{
	struct buffer *out = &call->response->body;
	bool proposed = text_equal(db_text(rows, i, STATE), TEXT("proposed"));
	bool release = proposed && allowed(call, "figures.release", db_text(rows, i, PROPOSED_BY));

	buffer_printf(out, ",\"acts\":[%s%s%s]}", release ? "{\"act\":\"release\"}" : "",
		      release && allowed(call, "figures.propose", TEXT_NONE) ? "," : "",
		      proposed && allowed(call, "figures.propose", TEXT_NONE) ? "{\"act\":\"discard\"}" : "");
}

static enum status release_put(struct people *people, const struct db_rows *rows, size_t i, struct error *ret_error)
{
	struct buffer *out = &people->call->response->body;
	int64_t month = db_int(rows, i, MONTH);
	struct ledger_standing standing;

	buffer_printf(out, "{\"id\":\"%.*s\",\"version\":%lld,\"month\":\"%04d-%02d\"", TEXT_ARG(db_text(rows, i, ID)),
		      (long long)db_int(rows, i, VERSION), (int)(month / 100), (int)(month % 100));
	if (!db_is_null(rows, i, NUMBER))
		buffer_printf(out, ",\"number\":%lld", (long long)db_int(rows, i, NUMBER));
	member_text(out, "state", db_text(rows, i, STATE));
	TRY(member_person_name(people, "proposedByName", db_text(rows, i, PROPOSED_BY), ret_error));
	member_time(out, "proposedAt", db_int(rows, i, PROPOSED));
	TRY(member_person_name(people, "releasedByName", db_text(rows, i, RELEASED_BY), ret_error));
	member_time(out, "releasedAt", db_int(rows, i, RELEASED));
	member_text(out, "hash", db_text(rows, i, HASH));
	if (db_text(rows, i, LEAF).len) {
		TRY(ledger_standing(people->tx, db_text(rows, i, LEAF), &standing, ret_error));
		member_text(out, "ledger", text_of(ledger_state_word(standing.state)));
	}
	acts_put(people->call, rows, i);
	return buffer_status(out);
}

static enum status answer(struct office_call *call, struct db_tx *tx, struct text id, unsigned status, struct error *ret_error)
{
	struct people people = {.call = call, .tx = tx};
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT " COLUMNS "WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	TRY(release_put(&people, &row, 0, ret_error));
	office_etag(call, db_int(&row, 0, VERSION));
	office_json(call, status);
	return ST_OK;
}

static enum status list_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call, TEXT_NONE);
	struct people people = {.call = call, .tx = tx};
	struct db_rows rows;

	(void)context;
	TRY(office_may(call, tx, "figures.read", &thing, "figures", TEXT_NONE, ret_error));
	TRY(db_query(tx, "SELECT " COLUMNS "ORDER BY proposed_at DESC, id LIMIT 500", DB_NO_PARAMS, call->arena, &rows, ret_error));
	TRY(answer_rows(&people, &rows, rows.rows, release_put, ret_error));
	office_page_end(call, TEXT_NONE, (int64_t)rows.rows);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_figures_list(struct office_call *call)
{
	struct error error = {.code = ST_OK};

	if (office_transact(call, DB_WRITE, list_work, NULL, &error) != ST_OK)
		office_problem(call, &error);
}

/* ---- proposed ---- */

struct proposing {
	struct text month;
	json_t *reasons;
};

static enum status propose_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call, TEXT_NONE);
	const struct proposing *p = context;
	json_t *none = p->reasons ? NULL : json_object();
	char id[ID_SIZE];
	int64_t month;
	enum status st;

	TRY(office_may(call, tx, "figures.propose", &thing, "figures", TEXT_NONE, ret_error));
	if (!tally_month_read(p->month, &month))
		return error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
	st = tally_propose(call->office->tally, tx, &call->actor, month, p->reasons ? p->reasons : none, id, ret_error);
	json_decref(none);
	TRY(st);
	return answer(call, tx, text_of(id), 201, ret_error);
}

void office_figures_propose(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct proposing p = {.reasons = NULL};
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_text(call, root, "month", &p.month, &error);
	if (st == ST_OK)
		st = body_object(root, "reasons", &p.reasons, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, propose_work, &p, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- released, discarded ---- */

static enum status act_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct office_version *a = context;
	bool release = text_equal(call->request->captures[1], TEXT("release"));
	struct policy_thing thing = thing_of(call, TEXT_NONE);
	struct db_rows row;

	TRY(office_may(call, tx, "figures.read", &thing, "figures", a->id, ret_error));
	if (!release && !text_equal(call->request->captures[1], TEXT("discard")))
		return error_because(ret_error, ST_NOT_FOUND, "no-such-act", "act", "there is no such act");
	TRY(db_query(tx, "SELECT proposed_by FROM figures_release WHERE id = $1", DB_PARAMS(DB_V_TEXT(a->id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "figures.read", "figures", a->id, ret_error);
	if (release)
		thing.author = db_text(&row, 0, 0);
	TRY(office_may(call, tx, release ? "figures.release" : "figures.propose", &thing, "figures", a->id, ret_error));
	TRY(tally_release(call->office->tally, tx, &call->actor, release ? TALLY_RELEASE : TALLY_DISCARD, a->id, a->version, ret_error));
	return answer(call, tx, a->id, 200, ret_error);
}

void office_figures_act(struct office_call *call)
{
	office_by_version(call, act_work);
}

/* ---- for auditors, for everybody ---- */

static enum status snapshot_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = thing_of(call, TEXT_NONE);
	const struct text *id = context;
	struct db_rows row;

	TRY(office_may(call, tx, "figures.snapshot", &thing, "figures", *id, ret_error));
	TRY(db_query(tx, "SELECT snapshot FROM figures_release WHERE id = $1", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &row, ret_error));
	if (row.rows == 0)
		return office_missing(call, tx, "figures.snapshot", "figures", *id, ret_error);
	buffer_add_text(&call->response->body, db_text(&row, 0, 0));
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

void office_figures_snapshot(struct office_call *call)
{
	office_by_id(call, DB_WRITE, snapshot_work);
}

static enum status proof_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct text *id = context;
	struct text proof;
	struct db_rows row;

	TRY(db_query(tx, "SELECT leaf_id FROM figures_release WHERE id = $1 AND state = 'released'", DB_PARAMS(DB_V_TEXT(*id)), call->arena, &row,
		     ret_error));
	if (row.rows == 0)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such release");
	TRY(ledger_proof(tx, db_text(&row, 0, 0), call->arena, &proof, ret_error));
	http_answer(call->response, 200, TEXT("text/plain; charset=utf-8"), proof);
	return ST_OK;
}

void office_figures_proof(struct office_call *call)
{
	office_by_id(call, DB_READ, proof_work);
}

static enum status file_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct tally_file *files;
	struct arena *arena = context;
	size_t count;

	TRY(tally_files(call->office->tally, tx, arena, &files, &count, ret_error));
	for (size_t i = 0; i < count; i++)
		if (text_equal(files[i].name, call->request->captures[0])) {
			http_answer(call->response, 200, files[i].media, files[i].content);
			return ST_OK;
		}
	return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such file of figures");
}

void office_figures_file(struct office_call *call)
{
	struct error error = {.code = ST_OK};
	struct arena arena;

	arena_init(&arena, (size_t)256 << 20);
	if (office_transact(call, DB_READ, file_work, &arena, &error) != ST_OK)
		office_problem(call, &error);
	arena_release(&arena);
}
