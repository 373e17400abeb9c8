/* A file that an officer has marked: given to nobody who did not ask for it as such, until another one lifts the mark; gone when it is taken back. */
#include "awareness/restriction.h"

#include "awareness/evidence.h"
#include "awareness/referral.h"
#include "bulletin/upload.h"
#include "square.h"

#define FILE_MAX 4096u
#define UPLOAD "01010000000000000000000000000000"

static const char pdf[] = "%PDF-1.7 invented";

static enum status put(struct square_doing *d, struct db_tx *tx, const struct actor *actor, struct error *ret_error)
{
	return restriction_put(&d->s->hub, tx, actor, d->what, &d->s->world.arena, ret_error);
}
SQUARE_WORK(mark, put(d, tx, &actor, ret_error))

static enum status lift(struct square_doing *d, struct db_tx *tx, const struct actor *actor, struct error *ret_error)
{
	return restriction_lift(&d->s->hub, tx, actor, d->what, &d->s->world.arena, ret_error);
}
SQUARE_WORK(lift, lift(d, tx, &actor, ret_error))

/* ---- a file, looked at ---- */

/* Member of what names it: a PDF that comes whole. */
static const char *file_send(struct square *s)
{
	static const uint8_t upload[UPLOAD_ID_SIZE] = {1, 1};
	static char more[400];
	const struct bytes content = {(const uint8_t *)pdf, sizeof pdf - 1};
	uint8_t hash[crypto_hash_sha256_BYTES], id[16] = {7};
	char sha256[65];
	struct buffer part;

	crypto_hash_sha256(hash, content.data, content.len);
	sodium_bin2hex(sha256, sizeof sha256, hash, sizeof hash);
	buffer_init(&part, FILE_MAX);
	assert_ok(upload_part_write(upload, 0, content, &part));
	square_put_as(s, BULLETIN_UPLOAD_PART, id, buffer_bytes(&part));
	buffer_release(&part);
	snprintf(more, sizeof more, ",\"evidence\":[{\"media\":\"application/pdf\",\"sha256\":\"%s\",\"size\":%zu,\"upload\":\"" UPLOAD "\"}]", sha256, content.len);
	return more;
}

static void look(struct square *s)
{
	struct error error = {.code = ST_OK};

	for (bool done = true; done;)
		if (evidence_run(&s->hub, NULL, &done, &error) != ST_OK)
			fail_msg("%s (%s)", error.message, error.reason);
	assert_int_equal(square_count(s, "SELECT count(*) FROM evidence WHERE state = 'sealed'"), 1);
	/* as if it had been a picture: what stands there opens with no key, and is asked for all the same */
	assert_ok(world_sql(&s->world, "UPDATE evidence SET copy = $1, copy_media = 'image/png', copy_key_id = 'none'",
			    DB_PARAMS(DB_V_BLOB(((struct bytes){(const uint8_t *)pdf, sizeof pdf - 1})))));
}

/* The report's only file, or the dispute's. */
static struct restriction only(struct square *s, bool of_dispute, char id[64])
{
	square_get(s, of_dispute ? "SELECT id FROM dispute" : "SELECT id FROM report", id);
	return (struct restriction){.of_dispute = of_dispute, .subject = text_of(id), .number = 1, .reason = TEXT("child"), .note = TEXT("a boy of six or so"),
				    .version = square_count(s, of_dispute ? "SELECT version FROM dispute" : "SELECT version FROM report")};
}

struct asking {
	struct square *s;
	struct evidence_asked asked;
	bool original;
};

static enum status ask_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asking *a = context;
	struct evidence evidence;
	struct buffer out;
	enum status st;

	buffer_init(&out, FILE_MAX);
	st = a->original ? evidence_original(&a->s->hub, tx, &a->asked, &a->s->world.arena, &evidence, &out, ret_error)
			 : evidence_copy(&a->s->hub, tx, &a->asked, &a->s->world.arena, &evidence, &out, ret_error);
	assert_true(st == ST_OK || out.len == 0);
	buffer_release(&out);
	return st;
}

/* Why it is not given; "" where it is. */
static const char *ask(struct square *s, const char *subject, bool restricted, bool original)
{
	static struct error error;
	struct asking a = {.s = s, .asked = {.subject = text_of(subject), .number = 1, .restricted = restricted}, .original = original};

	error = (struct error){.code = ST_OK};
	return db_transact(s->world.db, DB_READ, ask_work, &a, &error) == ST_OK ? "" : error.reason;
}

static void given(struct square *s, const char *subject, bool marked)
{
	assert_string_equal(ask(s, subject, false, true), marked ? "evidence-restricted" : "");
	assert_string_equal(ask(s, subject, false, false), marked ? "evidence-restricted" : "inbox-key");
	assert_string_equal(ask(s, subject, true, true), marked ? "" : "evidence-not-restricted");
	assert_string_equal(ask(s, subject, true, false), marked ? "inbox-key" : "evidence-not-restricted");
}

/* ---- the tests ---- */

static void well(enum status st, const struct error *error)
{
	if (st != ST_OK)
		fail_msg("%s (%s %s)", error->message, error->reason, error->field);
}

static void marked(void **state, bool of_dispute)
{
	struct restriction r;
	struct error error;
	struct square s;
	char id[64];

	square_begin(&s, state);
	if (of_dispute)
		square_dispute(&s, "phone", "012 700 100", file_send(&s));
	else
		square_report_by(&s, 1, "phone", "012 700 100", file_send(&s));
	look(&s);
	r = only(&s, of_dispute, id);
	given(&s, id, false);
	well(square_mark(&s, REVIEWER, &r, NULL, &error), &error);
	given(&s, id, true);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence WHERE restricted = 'child' AND restricted_by = '" REVIEWER "' AND restricted_at > 0"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'evidence-restrict' AND evidence = 1 AND reason = 'child'"
					  " AND note = 'a boy of six or so' AND officer = '" REVIEWER "'"), 1);
	/* what was kept is kept */
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence WHERE copy IS NOT NULL AND state = 'sealed'"), 1);
	r.version++;
	well(square_lift(&s, DECIDER, &r, NULL, &error), &error);
	given(&s, id, false);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence WHERE restricted IS NULL AND restricted_by IS NULL AND restricted_at IS NULL"), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM desk_act WHERE act = 'evidence-lift' AND evidence = 1 AND reason IS NULL"), 1);
	square_end(&s);
}

static void marked_it_is_given_to_nobody(void **state)
{
	marked(state, false);
}

static void nor_is_a_disputes(void **state)
{
	marked(state, true);
}

/* Neither the state of the report, nor what its receipt tells, is another one by it. */
static void nobody_outside_hears_of_it(void **state)
{
	struct restriction r;
	struct error error;
	struct square s;
	uint64_t receipt;
	char id[64];

	square_begin(&s, state);
	receipt = square_report_by(&s, 1, "phone", "012 700 100", file_send(&s));
	look(&s);
	r = only(&s, false, id);
	assert_int_equal(square_receipt(&s, receipt), 1);
	well(square_mark(&s, REVIEWER, &r, NULL, &error), &error);
	assert_int_equal(square_receipt(&s, receipt), 1);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM report WHERE state = 'received'"), 1);
	square_end(&s);
}

/* Whoever was given the report looks at it anew. */
static void partners_are_told(void **state)
{
	struct restriction r;
	struct error error;
	struct square s;
	char id[64], referral[64];
	int64_t before;

	square_begin(&s, state);
	assert_ok(world_sql(&s.world, "INSERT INTO person_role (person, role, granted_by, granted_ms) VALUES ('" LIAISON "', 'liaison', 'x', 1)", DB_NO_PARAMS));
	square_report_by(&s, 1, "phone", "012 700 100", ",\"consent\":[\"partner-police\"]");
	square_follow(&s, 1, "add", file_send(&s));
	look(&s);
	r = only(&s, false, id);
	well(square_report_do(&s, REVIEWER, &(struct report_act){.id = text_of(id), .version = r.version, .act = TEXT("sent"), .authority = 4}, NULL, &error),
	     &error);
	square_get(&s, "SELECT id FROM referral", referral);
	before = square_count(&s, "SELECT count(*) FROM outbox WHERE kind = 'referral'");
	r.version++;
	well(square_mark(&s, REVIEWER, &r, NULL, &error), &error);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM outbox WHERE kind = 'referral'"), before + 1);
	square_end(&s);
}

static void what_is_refused(void **state)
{
	static const struct {
		bool lifted;   /* lift, not mark */
		bool marked;   /* it is marked already */
		int64_t more;  /* versions that it is off by */
		int64_t number;
		const char *reason, *note, *why;
	} rows[] = {
		{false, false, 0, 1, "", "", "reason-unknown"},
		{false, false, 0, 1, "duplicate", "", "reason-unknown"}, /* a reason of another table */
		{false, false, 0, 0, "child", "", "value-invalid"},
		{false, false, 0, 2, "child", "", "value-invalid"},
		{false, false, 1, 1, "child", "", "version"},
		{false, true, 0, 1, "sexual", "", "evidence-restricted-already"},
		{true, false, 0, 1, "", "by mistake", "evidence-not-restricted"},
		{true, true, 0, 1, "", "", "text-missing"},
		{true, true, 0, 1, "", " ", "text-missing"},
		{true, true, -1, 1, "", "by mistake", "version"},
		{true, true, 0, 3, "", "by mistake", "value-invalid"},
	};

	struct error error;
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "012 700 100", file_send(&s));
	look(&s);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char id[64];
		struct restriction r = only(&s, false, id);

		if (rows[i].marked) {
			well(square_mark(&s, REVIEWER, &r, NULL, &error), &error);
			r.version++;
		}
		r.version += rows[i].more;
		r.number = rows[i].number;
		r.reason = text_of(rows[i].reason);
		r.note = text_of(rows[i].note);
		assert_int_not_equal(rows[i].lifted ? square_lift(&s, DECIDER, &r, NULL, &error) : square_mark(&s, REVIEWER, &r, NULL, &error), ST_OK);
		if (strcmp(error.reason, rows[i].why) != 0)
			fail_msg("row %zu: %s (%s)", i, error.message, error.reason);
		given(&s, id, rows[i].marked);
		r = only(&s, false, id);
		if (rows[i].marked)
			well(square_lift(&s, DECIDER, &r, NULL, &error), &error);
	}
	square_end(&s);
}

static void taken_back_it_goes_as_any_other(void **state)
{
	struct restriction r;
	struct error error;
	struct square s;
	uint64_t receipt;
	char id[64];

	square_begin(&s, state);
	receipt = square_report_by(&s, 1, "phone", "012 700 100", file_send(&s));
	look(&s);
	r = only(&s, false, id);
	well(square_mark(&s, REVIEWER, &r, NULL, &error), &error);
	square_follow(&s, receipt, "withdraw", NULL);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM evidence"), 0);
	assert_int_equal(square_count(&s, "SELECT count(*) FROM inbox_item WHERE sealed IS NOT NULL"), 0);
	assert_string_equal(ask(&s, id, true, true), "not-found");
	square_end(&s);
}

/* The schema holds it too: a mark is whole or none. */
static void half_a_mark_is_none(void **state)
{
	static const char *const halves[] = {"UPDATE evidence SET restricted = 'child'", "UPDATE evidence SET restricted_by = '" REVIEWER "'",
					     "UPDATE evidence SET restricted_at = 1", "UPDATE evidence SET restricted = 'child', restricted_at = 1"};
	struct square s;

	square_begin(&s, state);
	square_report_by(&s, 1, "phone", "012 700 100", file_send(&s));
	for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++)
		assert_int_not_equal(world_sql(&s.world, halves[i], DB_NO_PARAMS), ST_OK);
	square_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(marked_it_is_given_to_nobody),
		db_unit_test(nor_is_a_disputes),
		db_unit_test(nobody_outside_hears_of_it),
		db_unit_test(partners_are_told),
		db_unit_test(what_is_refused),
		db_unit_test(taken_back_it_goes_as_any_other),
		db_unit_test(half_a_mark_is_none),
	};

	return db_run_group_tests(tests);
}
