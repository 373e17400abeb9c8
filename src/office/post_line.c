/* What checkpoints themselves ask: enrolment by a code, then signed by their own key. docs/formats/spool.md. */
#include <sodium.h>

#include "border/post.h"
#include "merkle/base64.h"
#include "model/time.h"
#include "office/people.h"
#include "office/entry.h"

#include "handlers.inc"

/* ---- enrolment ---- */

struct enrolling {
	struct text code;
	uint8_t key[32];
};

static enum status enrolled_write(struct office_call *call, struct db_tx *tx, struct text id, struct error *ret_error)
{
	struct buffer *out = &call->response->body;
	char now[TIME_SIZE];
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT name FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), call->arena, &row, ret_error));
	time_write(call->now_ms, now);
	buffer_printf(out, "{\"post\":{\"id\":\"%.*s\"", TEXT_ARG(id));
	member_text(out, "name", db_text(&row, 0, 0));
	buffer_printf(out, "},\"time\":\"%s\"", now);
	member_text(out, "host", call->office->host);
	member_text(out, "list", call->office->list);
	member_text(out, "keys", call->office->trusted);
	buffer_add_char(out, '}');
	office_json(call, 201);
	return buffer_status(out);
}

static enum status enrol_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct enrolling *e = context;
	struct text id;

	TRY(office_may(call, tx, "post.enrol", NULL, "post", TEXT_NONE, ret_error));
	TRY(post_enrol(call->office->border, tx, e->code, (struct bytes){e->key, sizeof e->key}, call->arena, &id, ret_error));
	return enrolled_write(call, tx, id, ret_error);
}

void office_post_enrol(struct office_call *call)
{
	struct enrolling e = {.code = TEXT_NONE};
	struct error error = {.code = ST_OK};
	struct text key = TEXT_NONE;
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_need(call, root, "code", &e.code, &error);
	if (st == ST_OK)
		st = body_need(call, root, "key", &key, &error);
	if (st == ST_OK && base64_read_exactly(key, e.key, sizeof e.key) != ST_OK)
		st = error_because(&error, ST_MALFORMED, "value-invalid", "key", "a key is base64 of 32 bytes");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, enrol_work, &e, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- signed requests ---- */

static enum status stranger_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	return office_missing(call, tx, "post.sync", "post", *(const struct text *)context, ret_error);
}

/* A post speaks for itself alone; one that speaks for another stands in the audit. Else they do not: they come all day, and what they tell
 * stands where it belongs. */
static enum status own(struct office_call *call, struct text *ret_id, struct error *ret_error)
{
	TRY(office_id(call, 0, ret_id, ret_error));
	return text_equal(*ret_id, call->actor.id) ? ST_OK : office_transact(call, DB_WRITE, stranger_work, ret_id, ret_error);
}

struct telling {
	struct text id;
	json_t *root;
};

static enum status sync_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct telling *t = context;

	TRY(post_sync(call->office->border, tx, t->id, t->root, call->arena, &call->response->body, ret_error));
	office_json(call, 200);
	return ST_OK;
}

static enum status spool_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct telling *t = context;
	int64_t upto;

	TRY(post_spool(call->office->border, tx, t->id, t->root, call->arena, &upto, ret_error));
	buffer_printf(&call->response->body, "{\"upto\":%lld}", (long long)upto);
	office_json(call, 200);
	return buffer_status(&call->response->body);
}

static void tell(struct office_call *call, office_work *work)
{
	struct telling t = {.root = NULL};
	struct error error = {.code = ST_OK};
	enum status st = own(call, &t.id, &error);

	if (st == ST_OK)
		st = body_json(call, &t.root, &error);
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, work, &t, &error);
	json_decref(t.root);
	if (st != ST_OK)
		office_problem(call, &error);
}

void office_post_sync(struct office_call *call)
{
	tell(call, sync_work);
}

void office_post_spool(struct office_call *call)
{
	tell(call, spool_work);
}

/* ---- the photograph of a listed person ---- */

static enum status photo_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	struct text entry;
	struct db_rows row;
	enum status st;

	(void)context;
	TRY(office_id(call, 1, &entry, ret_error));
	TRY(office_may(call, tx, "post.sync", NULL, "entry", entry, ret_error));
	/* Of whom a checkpoint is told. */
	st = db_query_one(tx,
			  "SELECT a.type, a.content FROM attachment a JOIN entry e ON e.id = a.entry_id WHERE a.entry_id = $1 AND a.kind = 'photo'"
			  " AND e.state IN ('published', 'under-appeal') ORDER BY a.created_at DESC, a.id LIMIT 1",
			  DB_PARAMS(DB_V_TEXT(entry)), call->arena, &row, ret_error);
	if (st == ST_NOT_FOUND)
		return error_because(ret_error, ST_NOT_FOUND, "not-found", NULL, "there is no such thing");
	TRY(st);
	http_answer(call->response, 200, db_text(&row, 0, 0),
		    (struct text){(const char *)db_blob(&row, 0, 1).data, db_blob(&row, 0, 1).len});
	return ST_OK;
}

void office_post_photo(struct office_call *call)
{
	struct telling t = {.root = NULL};
	struct error error = {.code = ST_OK};
	enum status st = own(call, &t.id, &error);

	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, photo_work, &t, &error);
	if (st != ST_OK)
		office_problem(call, &error);
}

/* ---- an officer's number at posts ---- */

/* Six to twelve digits, not all alike and no row of them up or down. */
static bool pin_good(struct text pin)
{
	bool alike = true, up = true, down = true;

	if (pin.len < 6 || pin.len > 12)
		return false;
	for (size_t i = 0; i < pin.len; i++) {
		if (pin.data[i] < '0' || pin.data[i] > '9')
			return false;
		alike = alike && pin.data[i] == pin.data[0];
		up = up && (i == 0 || pin.data[i] == pin.data[i - 1] + 1);
		down = down && (i == 0 || pin.data[i] == pin.data[i - 1] - 1);
	}
	return !alike && !up && !down;
}

static enum status pin_work(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing thing = {.owner = call->actor.country, .subject = call->actor.id};

	TRY(office_may(call, tx, "credential.pin", &thing, "person", call->actor.id, ret_error));
	TRY(db_exec(tx, "INSERT INTO post_pin (person, hash, changed_at) VALUES ($1, $2, $3)"
		    " ON CONFLICT (person) DO UPDATE SET hash = $2, changed_at = $3",
		    DB_PARAMS(DB_V_TEXT(call->actor.id), DB_V_TEXT(text_of(context)), DB_V_INT(call->now_ms)), NULL, ret_error));
	call->response->status = 204;
	return ST_OK;
}

void office_pin_change(struct office_call *call)
{
	char hash[crypto_pwhash_STRBYTES];
	struct error error = {.code = ST_OK};
	struct text pin = TEXT_NONE;
	json_t *root = NULL;
	enum status st = body_json(call, &root, &error);

	if (st == ST_OK)
		st = body_need(call, root, "pin", &pin, &error);
	if (st == ST_OK && !pin_good(pin))
		st = error_because(&error, ST_MALFORMED, "pin-weak", "pin", "the number is too easy, or too short");
	if (st == ST_OK && crypto_pwhash_str(hash, pin.data, pin.len, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		st = error_set(&error, ST_NO_MEMORY, "out of memory");
	if (st == ST_OK)
		st = office_transact(call, DB_WRITE, pin_work, hash, &error);
	json_decref(root);
	if (st != ST_OK)
		office_problem(call, &error);
}
