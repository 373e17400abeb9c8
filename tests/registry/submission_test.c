/* Submissions into the registry: all of a file or nothing, once, with what looks alike. */
#include "registry/submission.h"

#include "registry/world.h"

#define HEAD "reference,name,name_latin,birth_date,nationality,passport_number,offence,law,measure,purpose\n"
#define KIM(reference) reference ",김민수,KIM MINSOO,1990-03-07,KR,M12345678,사기,형법,입국금지,차단\n"
#define LEE	       "R-2,이영희,LEE YOUNGHEE,1985-11-20,KR,M87654321,사기,형법,2차 심사,차단\n"
#define BAD	       "R-3,123,,1990-02-30,KR,M11111111,사기,형법,입국금지,차단\n"

struct sending {
	struct world *w;
	const char *by;
	struct submission_draft *draft;
	char id[ID_SIZE];
	bool again, fail;
	struct error error;
};

static enum status sending_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sending *s = context;
	const struct actor actor = world_actor(s->by);

	struct text id;

	TRY(submission_find(tx, &actor, s->draft, &id, &s->again, ret_error));
	memcpy(s->id, id.data, ID_SIZE - 1);
	if (!s->again)
		TRY(submission_take(s->w->registry, tx, &actor, s->draft, ret_error));
	return s->fail ? error_set(ret_error, ST_DENIED, "the test says no") : ST_OK;
}

static enum status send_as(struct sending *s, struct world *w, const char *by, const char *file)
{
	const struct registry_file f = {.bytes = {(const uint8_t *)file, strlen(file)}, .name = TEXT("list.csv"), .language = TEXT("ko")};

	s->w = w;
	s->by = by;
	s->error = (struct error){0};
	TRY(submission_draw_up(w->registry, &f, &w->arena, &s->draft, &s->error));
	return db_transact(w->db, DB_WRITE, sending_work, s, &s->error);
}

static void send(struct sending *s, struct world *w, const char *file)
{
	*s = (struct sending){0};
	if (send_as(s, w, LIAISON, file) != ST_OK)
		fail_msg("%s", s->error.message);
}

struct reading {
	struct world *w;
	const char *id;
	struct submission_record record;
	struct submission_row_record *rows;
	size_t count;
	int64_t total;
};

static enum status reading_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct reading *r = context;
	const struct submission_rows ask = {.id = text_of(r->id), .limit = 500};

	TRY(submission_load(tx, text_of(r->id), &r->w->arena, &r->record, ret_error));
	return submission_rows_load(tx, &ask, &r->w->arena, &r->rows, &r->count, &r->total, ret_error);
}

static struct reading read_back(struct world *w, const char *id)
{
	struct reading r = {.w = w, .id = id};
	struct error error = {0};

	if (db_transact(w->db, DB_READ, reading_work, &r, &error) != ST_OK)
		fail_msg("%s", error.message);
	return r;
}

static int64_t count(struct world *w, const char *sql)
{
	return world_count(w, sql, DB_NO_PARAMS);
}

static void expect_counts(const struct reading *r, int64_t taken, int64_t refused, int64_t known)
{
	assert_int_equal(r->record.taken, taken);
	assert_int_equal(r->record.refused, refused);
	assert_int_equal(r->record.known, known);
	assert_int_equal(r->record.rows, taken + refused + known);
	assert_int_equal(r->total, r->record.rows);
}

static void good_rows_become_entries(void **state)
{
	struct world w;
	struct sending s;
	struct reading r;
	struct entry e;
	char id[ID_SIZE] = "";

	world_begin(&w, state);
	send(&s, &w, HEAD KIM("R-1") LEE BAD);
	assert_false(s.again);
	r = read_back(&w, s.id);
	expect_counts(&r, 2, 1, 0);
	assert_text(r.record.owner, "kr");
	assert_text(r.record.name, "list.csv");
	assert_int_equal(count(&w, "SELECT count(*) FROM entry WHERE state = 'submitted' AND owner = 'kr'"), 2);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry WHERE listing_leaf IS NOT NULL"), 0);
	assert_int_equal(count(&w, "SELECT count(*) FROM submission s JOIN ledger_leaf l ON l.id = s.leaf_id"), 1);
	assert_int_equal(count(&w, "SELECT count(*) FROM outbox WHERE kind = 'submission'"), 1);
	assert_int_equal(r.rows[0].row, 2);
	assert_text(r.rows[0].status, "taken");
	assert_text(r.rows[2].status, "refused");
	assert_text(r.rows[2].problems,
		    "[{\"column\":\"name\",\"field\":\"name\",\"limit\":0,\"reason\":\"name-letters\",\"value\":\"123\"},"
		    "{\"column\":\"birth_date\",\"field\":\"birth_date\",\"limit\":0,\"reason\":\"date-impossible\",\"value\":\"1990-02-30\"}]");
	assert_int_equal(r.rows[2].entry.len, 0);
	memcpy(id, r.rows[0].entry.data, ID_SIZE - 1);
	e = world_entry(&w, id);
	assert_text(e.caption, "김민수");
	assert_text(e.latin, "KIM MINSOO");
	assert_text(e.law, "형법");
	assert_text(e.submission, s.id);
	assert_text(e.documents[0].country, "kr");
	assert_text(e.measures[0].kind, "refuse-entry");
	world_end(&w);
}

/* Every column that there is. */
static void whole_rows_are_taken(void **state)
{
	static const char file[] =
		"reference,name,family_name,given_name,name_latin,alias,birth_date,birth_place,gender,nationality,passport_number,"
		"passport_country,id_number,id_country,phone,account,wallet,offence,law,article,penalty_months,warrant_number,"
		"warrant_issuer,warrant_date,warrant_expiry,measure,purpose,handling,notes\n"
		"R-1,김민수,김,민수,KIM MINSOO,金民秀|민수,1990-03-07,서울,남,KR,M12345678,KR,900307-1234567,KR,+82 10-1234-5678,"
		"농협 110-123-456789|GB82WEST12345698765432,1BoatSLRHtKNngkdXEeobR76b53LETtpyT,사기,형법,제347조,120,2026-1,법원,2026-01-05,"
		"2029-01-05,체포|2차 심사,차단,H1,비고\n";
	struct world w;
	struct sending s;
	struct reading r;
	struct entry e;
	char id[ID_SIZE] = "";

	world_begin(&w, state);
	send(&s, &w, file);
	r = read_back(&w, s.id);
	if (r.record.taken != 1)
		fail_msg("%.*s", TEXT_ARG(r.rows[0].problems));
	memcpy(id, r.rows[0].entry.data, ID_SIZE - 1);
	e = world_entry(&w, id);
	assert_int_equal(e.document_count, 2);
	assert_int_equal(e.measure_count, 2);
	assert_int_equal(e.handling, 1);
	assert_text(e.measures[0].kind, "detain");
	assert_text(e.measures[0].number, "2026-1");
	assert_true(text_has(e.person, TEXT("\"publicKey\"")) && text_has(e.person, TEXT("\"accountNumber\"")));
	world_end(&w);
}

static void the_same_file_is_taken_once(void **state)
{
	struct world w;
	struct sending first, second;

	world_begin(&w, state);
	send(&first, &w, HEAD KIM("R-1") BAD);
	send(&second, &w, HEAD KIM("R-1") BAD);
	assert_true(second.again);
	assert_string_equal(first.id, second.id);
	assert_int_equal(count(&w, "SELECT count(*) FROM submission"), 1);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 1);
	assert_int_equal(count(&w, "SELECT count(*) FROM submission_row"), 2);
	/* Another country's file is its own. */
	second = (struct sending){0};
	assert_ok(send_as(&second, &w, THAI, HEAD KIM("R-1") BAD));
	assert_false(second.again);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 2);
	world_end(&w);
}

static void rows_that_are_there_are_known(void **state)
{
	struct world w;
	struct sending s;
	struct reading r;

	world_begin(&w, state);
	send(&s, &w, HEAD KIM("R-1"));
	send(&s, &w, HEAD LEE KIM("R-1"));
	r = read_back(&w, s.id);
	expect_counts(&r, 1, 0, 1);
	assert_text(r.rows[1].status, "known");
	assert_int_equal(r.rows[1].entry.len, 32);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 2);
	/* Other content under the reference, while nobody asked for any. */
	send(&s, &w, HEAD "R-1,김민수,KIM MINSOO,1991-03-07,KR,M12345678,사기,형법,입국금지,차단\n");
	r = read_back(&w, s.id);
	expect_counts(&r, 0, 1, 0);
	assert_true(text_has(r.rows[0].problems, TEXT("\"reason\":\"reference-taken\"")));
	assert_int_equal(count(&w, "SELECT count(*) FROM entry WHERE birth_date = '1991-03-07'"), 0);
	world_end(&w);
}

static void what_was_returned_is_answered(void **state)
{
	struct world w;
	struct sending s;
	struct reading r;
	struct entry e;
	char id[ID_SIZE] = "";

	world_begin(&w, state);
	send(&s, &w, HEAD KIM("R-1"));
	r = read_back(&w, s.id);
	memcpy(id, r.rows[0].entry.data, ID_SIZE - 1);
	ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("take"));
	ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("return"), .reason = TEXT("identity-unclear"), .note = TEXT("which day?"));
	send(&s, &w, HEAD "R-1,김민수,KIM MINSOO,1991-03-07,KR,M12345678,사기,형법,입국금지,차단\n");
	r = read_back(&w, s.id);
	expect_counts(&r, 1, 0, 0);
	assert_text(r.rows[0].entry, id);
	e = world_entry(&w, id);
	assert_text(e.state, "in-review");
	assert_text(e.birth_date, "1991-03-07");
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 1);
	world_end(&w);
}

/* Refused for what it is: neither under its own reference nor under another one does the same come in again. */
static void what_was_refused_stays_out(void **state)
{
	struct world w;
	struct sending s;
	struct reading r;
	char id[ID_SIZE] = "";

	world_begin(&w, state);
	send(&s, &w, HEAD KIM("R-1"));
	r = read_back(&w, s.id);
	memcpy(id, r.rows[0].entry.data, ID_SIZE - 1);
	ASSERT_ACT(&w, REVIEWER, .entry = text_of(id), .act = TEXT("take"));
	ASSERT_ACT(&w, LEGAL, .entry = text_of(id), .act = TEXT("refuse"), .reason = TEXT("political"), .note = TEXT("no"));
	send(&s, &w, HEAD KIM("R-9") LEE);
	r = read_back(&w, s.id);
	expect_counts(&r, 1, 1, 0);
	assert_true(text_has(r.rows[0].problems, TEXT("\"reason\":\"refused-before\"")));
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 2);
	world_end(&w);
}

static void what_looks_alike_is_shown_and_not_merged(void **state)
{
	struct world w;
	struct sending s = {0};
	struct reading r;

	world_begin(&w, state);
	assert_ok(send_as(&s, &w, THAI, HEAD "T-1,,KIM MIN SU,1990-03-07,KR,M12345678,fraud,law,refer,why\n"));
	send(&s, &w, HEAD KIM("R-1") LEE "R-5,김민수,,1990-03-07,KR,M12345678,사기,형법,입국금지,차단\n" BAD);
	r = read_back(&w, s.id);
	expect_counts(&r, 3, 1, 0);
	assert_int_equal(r.record.similar_any, 2);
	assert_int_equal(r.record.similar_own, 2);
	assert_true(text_has(r.rows[0].lookalikes, TEXT("\"owner\":\"th\"")));
	assert_true(text_has(r.rows[0].lookalikes, r.rows[2].entry));
	assert_true(text_has(r.rows[2].lookalikes, r.rows[0].entry));
	assert_int_equal(r.rows[1].lookalikes.len, 0);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 4);
	/* Alike only to another country's: not the owner's to know. */
	s = (struct sending){0};
	assert_ok(send_as(&s, &w, THAI, HEAD "T-2,,PARK JISUNG,1981-02-25,KR,M22222222,fraud,law,refer,why\n"));
	send(&s, &w, HEAD "R-7,박지성,PARK JISUNG,1981-02-25,KR,M22222222,사기,형법,2차 심사,차단\n");
	r = read_back(&w, s.id);
	assert_int_equal(r.record.similar_any, 1);
	assert_int_equal(r.record.similar_own, 0);
	world_end(&w);
}

static void nothing_is_written_in_part(void **state)
{
	static const char *const files[] = {"", "PK\x03\x04", HEAD, HEAD KIM("R-1") "\"", "[{", "reference,name\n1,2\n", "\xFF\xFF\xFF"};
	static const char *const tables[] = {"SELECT count(*) FROM submission", "SELECT count(*) FROM submission_row",
					     "SELECT count(*) FROM entry", "SELECT count(*) FROM ledger_leaf",
					     "SELECT count(*) FROM nomination_content", "SELECT count(*) FROM outbox"};
	struct world w;
	struct sending s;

	world_begin(&w, state);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		s = (struct sending){0};
		assert_int_not_equal(send_as(&s, &w, LIAISON, files[i]), ST_OK);
		assert_true(s.error.reason[0] && s.error.message[0]);
	}
	s = (struct sending){.fail = true};
	assert_int_equal(send_as(&s, &w, LIAISON, HEAD KIM("R-1") LEE BAD), ST_DENIED);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		assert_int_equal(count(&w, tables[i]), 0);
	/* And then it goes in whole. */
	send(&s, &w, HEAD KIM("R-1") LEE BAD);
	assert_false(s.again);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 2);
	world_end(&w);
}

static void five_hundred_rows_take_seconds(void **state)
{
	struct timespec from, to;
	struct world w;
	struct sending s;
	struct reading r;
	struct buffer csv;
	double seconds;

	world_begin(&w, state);
	buffer_init(&csv, 1 << 20);
	buffer_add_text(&csv, TEXT(HEAD));
	for (unsigned i = 0; i < 500; i++)
		buffer_printf(&csv, "R-%u,김%s수,KIM %c%cSOO,19%02u-03-%02u,KR,M%08u,사기,형법,입국금지,차단\n", i, i % 2 ? "민" : "영",
			      (char)('A' + i % 26), (char)('A' + i / 26), 50 + i % 50, 1 + i % 28, i * 7919 + 1);
	buffer_add_char(&csv, '\0');
	clock_gettime(CLOCK_MONOTONIC, &from);
	send(&s, &w, (const char *)csv.data);
	clock_gettime(CLOCK_MONOTONIC, &to);
	seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
	print_message("# 500 rows on %s: %.2f s\n", db_kind(w.db), seconds);
	assert_true(seconds < 60);
	r = read_back(&w, s.id);
	expect_counts(&r, 500, 0, 0);
	assert_int_equal(count(&w, "SELECT count(*) FROM entry"), 500);
	buffer_release(&csv);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(good_rows_become_entries),
		db_unit_test(whole_rows_are_taken),
		db_unit_test(the_same_file_is_taken_once),
		db_unit_test(rows_that_are_there_are_known),
		db_unit_test(what_was_returned_is_answered),
		db_unit_test(what_was_refused_stays_out),
		db_unit_test(what_looks_alike_is_shown_and_not_merged),
		db_unit_test(nothing_is_written_in_part),
		db_unit_test(five_hundred_rows_take_seconds),
	};

	return db_run_group_tests(tests);
}
