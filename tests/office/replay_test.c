/* A request that comes twice is done once, on both databases. */
#include "office/call.h"

#define DONE "SELECT count(*) FROM outbox"

/* Changes something and answers within the transaction, as handlers should. */
static enum status change(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const char *answer = context;

	TRY(db_tell(tx, "entry", TEXT("x"), call->now_ms, ret_error));
	office_json(call, 201);
	office_etag(call, 7);
	buffer_add_text(&call->response->body, text_of(answer));
	return ST_OK;
}

static enum status change_silently(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	(void)context;
	return db_tell(tx, "entry", TEXT("x"), call->now_ms, ret_error);
}

static enum status change_and_fail(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	TRY(change(call, tx, context, ret_error));
	return error_because(ret_error, ST_CONFLICT, "version", NULL, "no");
}

static bool begin(struct call *c)
{
	bool answered;

	assert_ok(replay_begin(&c->call, &answered, &c->error));
	return answered;
}

static void the_same_again(void **state)
{
	static char answer[] = "{\"name\":\"\xea\xb9\x80\"}";
	struct db *db = test_db(state);
	struct call first, again;

	call_init(&first, db, "key-1", "body");
	assert_false(begin(&first));
	assert_ok(office_transact(&first.call, DB_WRITE, change, answer, &first.error));
	for (unsigned i = 0; i < 3; i++) {
		call_init(&again, db, "key-1", "body");
		assert_true(begin(&again));
		assert_int_equal(again.response.status, 201);
		assert_text(buffer_text(&again.response.body), answer);
		assert_int_equal(again.response.header_count, 3);
		assert_text(again.response.headers[0].value, "application/json");
		assert_text(again.response.headers[1].value, "\"7\"");
		assert_text(again.response.headers[2].name, "Idempotency-Replayed");
		call_release(&again);
	}
	call_release(&first);
	assert_int_equal(count(db, DONE), 1);
}

static void another_request_is_another(void **state)
{
	static char answer[] = "{}";
	struct db *db = test_db(state);
	struct call c;

	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_ok(office_transact(&c.call, DB_WRITE, change, answer, &c.error));
	call_release(&c);
	/* Another body is refused. */
	bool answered;
	call_init(&c, db, "key-1", "bodY");
	assert_int_equal(replay_begin(&c.call, &answered, &c.error), ST_CONFLICT);
	assert_string_equal(c.error.reason, "idempotency-other");
	call_release(&c);
	/* Another key, person, address or method is not the same request; without a key nothing is. */
	call_init(&c, db, "key-2", "body");
	assert_false(begin(&c));
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	c.call.actor.id = TEXT("0123456789abcdef0123456789abcdee");
	assert_false(begin(&c));
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	c.request.target = TEXT("/api/v1/things?more");
	assert_false(begin(&c));
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	c.request.method = HTTP_PUT;
	assert_false(begin(&c));
	call_release(&c);
	call_init(&c, db, NULL, "body");
	assert_false(begin(&c));
	assert_null(c.call.replay);
	call_release(&c);
	assert_int_equal(count(db, DONE), 1);
}

static void keys_are_checked(void **state)
{
	static const char *const bad[] = {"", "with space", "\xea\xb9\x80", "tab\there",
					  "0123456789012345678901234567890123456789012345678901234567890123x"};
	struct db *db = test_db(state);
	struct call c;
	bool answered;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		call_init(&c, db, bad[i], "body");
		assert_int_equal(replay_begin(&c.call, &answered, &c.error), ST_MALFORMED);
		assert_string_equal(c.error.reason, "idempotency-key");
		call_release(&c);
	}
}

static void what_failed_is_not_kept(void **state)
{
	static char answer[] = "{}";
	struct db *db = test_db(state);
	struct call c;

	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_int_equal(office_transact(&c.call, DB_WRITE, change_and_fail, answer, &c.error), ST_CONFLICT);
	assert_string_equal(c.error.reason, "version");
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_ok(office_transact(&c.call, DB_WRITE, change, answer, &c.error));
	call_release(&c);
	assert_int_equal(count(db, DONE), 1);
}

static void an_answer_that_was_lost(void **state)
{
	struct db *db = test_db(state);
	struct call c;
	bool answered;

	/* As if the hub had died between the commit and the answer. */
	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_ok(office_transact(&c.call, DB_WRITE, change_silently, NULL, &c.error));
	assert_true(c.call.replay->kept);
	assert_false(c.call.replay->complete);
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	assert_int_equal(replay_begin(&c.call, &answered, &c.error), ST_CONFLICT);
	assert_string_equal(c.error.reason, "idempotency-done");
	call_release(&c);
	assert_int_equal(count(db, DONE), 1);
}

static void both_at_once(void **state)
{
	static char one[] = "{\"n\":1}", two[] = "{\"n\":2}";
	struct db *db = test_db(state);
	struct call first, second;

	/* Neither finds the other; the second to commit does nothing. */
	call_init(&first, db, "key-1", "body");
	call_init(&second, db, "key-1", "body");
	assert_false(begin(&first));
	assert_false(begin(&second));
	assert_ok(office_transact(&first.call, DB_WRITE, change, one, &first.error));
	assert_int_equal(office_transact(&second.call, DB_WRITE, change, two, &second.error), ST_CONFLICT);
	assert_true(second.call.replay->repeated);
	assert_true(begin(&second));
	assert_text(buffer_text(&second.response.body), one);
	call_release(&first);
	call_release(&second);
	assert_int_equal(count(db, DONE), 1);
}

static enum status spoil(struct db_tx *tx, void *context, struct error *ret_error)
{
	return db_exec(tx, context, DB_NO_PARAMS, NULL, ret_error);
}

static void sealed_and_forgotten(void **state)
{
	static char answer[] = "{\"password\":\"plain-to-see\"}";
	struct db *db = test_db(state);
	struct call c;
	bool answered;

	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_ok(office_transact(&c.call, DB_WRITE, change, answer, &c.error));
	assert_int_equal(count(db, "SELECT count(*) FROM office_replay WHERE length(answer) > 20"), 1);
	assert_ok(db_transact(db, DB_WRITE, spoil, (char[]){"UPDATE office_replay SET answer = id"}, &c.error));
	call_release(&c);
	call_init(&c, db, "key-1", "body");
	assert_int_equal(replay_begin(&c.call, &answered, &c.error), ST_CORRUPT);
	/* Kept for a day. */
	assert_ok(office_forget(&c.office, &c.error));
	assert_int_equal(count(db, "SELECT count(*) FROM office_replay"), 1);
	assert_ok(db_transact(db, DB_WRITE, spoil, (char[]){"UPDATE office_replay SET at_ms = at_ms - 86400001"}, &c.error));
	assert_ok(office_forget(&c.office, &c.error));
	assert_int_equal(count(db, "SELECT count(*) FROM office_replay"), 0);
	call_release(&c);
}

static enum status read_then_approve(struct office_call *call, struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct policy_thing *thing = context;

	TRY(office_may(call, tx, "entry.read", thing, "entry", TEXT("11112222333344445555666677778888"), ret_error));
	return office_may(call, tx, "entry.approve", thing, "entry", TEXT("11112222333344445555666677778888"), ret_error);
}

static void a_refusal_stays_in_the_audit(void **state)
{
	struct policy_thing thing = {.owner = TEXT("kr")};
	struct db *db = test_db(state);
	struct call c;

	call_init(&c, db, "key-1", "body");
	assert_false(begin(&c));
	assert_int_equal(office_transact(&c.call, DB_WRITE, read_then_approve, &thing, &c.error), ST_DENIED);
	assert_string_equal(c.error.reason, "denied");
	assert_int_equal(count(db, "SELECT count(*) FROM audit WHERE action = 'entry.read' AND outcome = 'shown'"), 1);
	assert_int_equal(count(db, "SELECT count(*) FROM audit WHERE action = 'entry.approve' AND outcome = 'denied'"), 1);
	assert_int_equal(count(db, "SELECT count(*) FROM office_replay"), 0);
	call_release(&c);
	/* Another country's, as if it were not there. */
	call_init(&c, db, NULL, "");
	c.call.actor.country = TEXT("th");
	assert_int_equal(office_transact(&c.call, DB_WRITE, read_then_approve, &thing, &c.error), ST_NOT_FOUND);
	assert_int_equal(count(db, "SELECT count(*) FROM audit WHERE action = 'entry.read' AND outcome = 'not-found'"), 1);
	call_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(the_same_again),          db_unit_test(another_request_is_another),
		db_unit_test(keys_are_checked),        db_unit_test(what_failed_is_not_kept),
		db_unit_test(an_answer_that_was_lost), db_unit_test(both_at_once),
		db_unit_test(sealed_and_forgotten),    db_unit_test(a_refusal_stays_in_the_audit),
	};

	return db_run_group_tests(tests);
}
