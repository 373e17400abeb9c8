/* Submissions through the officers' interface: sent, answered in the sender's language, seen only by whom they concern. */
#include "office/world_call.h"

void office_submission_create(struct office_call *call);
void office_submission_list(struct office_call *call);
void office_submission_get(struct office_call *call);
void office_submission_rows(struct office_call *call);
void office_submission_template(struct office_call *call);

#define HEAD "관리번호,성명,생년월일,여권번호,국적,죄명,적용 법률,요청 조치,요청 사유\n"
#define KIM  "R-1,김민수,1990년 3월 7일,M12345678,대한민국,사기,형법,입국금지,차단\n"
#define BAD  "R-2,김영희,1990년 2월 30일,M1,대한민국,사기,형법,입국금지,차단\n"

/* Sends a file; gives the submission's id where one came of it. */
static unsigned send(struct test_call *t, struct world *w, const struct actor *actor, const char *file, char ret_id[ID_SIZE])
{
	struct text body;

	test_call_make(t, w, actor, "name=명단.csv&lang=ko", NULL);
	test_call_body(t, file, strlen(file));
	office_submission_create(&t->call);
	body = buffer_text(&t->response.body);
	if (ret_id && text_starts(body, TEXT("{\"id\":\"")) && body.len > 40) {
		memcpy(ret_id, body.data + 7, ID_SIZE - 1);
		ret_id[ID_SIZE - 1] = '\0';
	}
	return t->response.status;
}

static void what_is_refused_is_told_in_korean(void **state)
{
	struct test_call t;
	struct actor liaison;
	struct world w;
	char id[ID_SIZE] = "", again[ID_SIZE] = "";

	world_begin(&w, state);
	liaison = test_officer(&w, LIAISON, "liaison");
	send(&t, &w, &liaison, HEAD KIM BAD, id);
	assert_answer(&t, 201, "\"owner\":\"kr\",\"name\":\"명단.csv\"");
	assert_answer(&t, 201, "\"rows\":2,\"taken\":1,\"refused\":1,\"known\":0,\"lookalikes\":0");
	test_call_free(&t);
	/* The same again answers the same. */
	assert_int_equal(send(&t, &w, &liaison, HEAD KIM BAD, again), 200);
	assert_string_equal(again, id);
	test_call_free(&t);
	test_call_make(&t, &w, &liaison, "status=refused", id);
	office_submission_rows(&t.call);
	assert_answer(&t, 200, "{\"row\":3,\"status\":\"refused\",\"reference\":\"R-2\",\"name\":\"김영희\",\"problems\":[");
	assert_answer(&t, 200, "{\"field\":\"생년월일\",\"column\":\"birth_date\",\"value\":\"1990년 2월 30일\",\"reason\":\"date-impossible\","
			       "\"text\":\"생년월일: 존재하지 않는 날짜입니다\"}");
	assert_answer(&t, 200, "\"text\":\"여권번호: 올바른 문서 번호가 아닙니다\"");
	assert_answer(&t, 200, "\"next\":null,\"total\":1}");
	test_call_free(&t);
	world_end(&w);
}

static const struct {
	const char *file;
	unsigned status;
	const char *words;
} wrong[] = {
	{"", 422, "파일에 행이 없습니다"},
	{"관리번호,성명\n1,2\n", 422, "죄명 열이 없습니다"},
	{"PK\x03\x04", 422, "파일이 손상되었거나 잘렸습니다"},
	{"\xD0\xCF\x11\xE0", 415, "\"reason\":\"file-old-excel\""},
	{HEAD "\"1", 422, "\"reason\":\"file-quote\""},
	{"<html>", 415, "표 파일이 아닙니다"},
};

static void files_that_are_none_are_refused_whole(void **state)
{
	struct test_call t;
	struct actor liaison;
	struct world w;

	world_begin(&w, state);
	liaison = test_officer(&w, LIAISON, "liaison");
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		send(&t, &w, &liaison, wrong[i].file, NULL);
		assert_answer(&t, wrong[i].status, wrong[i].words);
		test_call_free(&t);
	}
	assert_int_equal(world_count(&w, "SELECT count(*) FROM submission", DB_NO_PARAMS), 0);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM audit WHERE action = 'submission.create' AND outcome = 'refused'",
				     DB_NO_PARAMS), sizeof wrong / sizeof wrong[0]);
	world_end(&w);
}

static void nobody_sees_what_is_another_countrys(void **state)
{
	struct test_call t;
	struct actor liaison, thai, reviewer, decider;
	struct world w;
	char id[ID_SIZE] = "";

	world_begin(&w, state);
	liaison = test_officer(&w, LIAISON, "liaison");
	thai = test_officer(&w, THAI, "liaison");
	reviewer = test_officer(&w, REVIEWER, "reviewer");
	decider = test_officer(&w, DECIDER, "duty");
	/* The Thai entry looks like the Korean one: only the host is told. */
	send(&t, &w, &thai, HEAD "T-9,김민수,1990-03-07,M12345678,KR,사기,법,입국금지,차단\n", NULL);
	assert_int_equal(t.response.status, 201);
	test_call_free(&t);
	assert_int_equal(send(&t, &w, &liaison, HEAD KIM, id), 201);
	assert_true(test_call_says(&t, "\"lookalikes\":0"));
	test_call_free(&t);
	test_call_make(&t, &w, &liaison, "", id);
	office_submission_rows(&t.call);
	assert_answer(&t, 200, "\"lookalikes\":[]");
	test_call_free(&t);
	test_call_make(&t, &w, &reviewer, "", id);
	office_submission_rows(&t.call);
	assert_answer(&t, 200, "\"lookalikes\":[{\"entry\":");
	test_call_free(&t);
	test_call_make(&t, &w, &reviewer, "", id);
	office_submission_get(&t.call);
	assert_answer(&t, 200, "\"lookalikes\":1");
	test_call_free(&t);
	for (size_t i = 0; i < 2; i++) {
		test_call_make(&t, &w, &thai, "", id);
		(i ? office_submission_rows : office_submission_get)(&t.call);
		assert_answer(&t, 404, "\"reason\":\"not-found\"");
		assert_false(test_call_says(&t, "김민수"));
		test_call_free(&t);
	}
	test_call_make(&t, &w, &decider, "", id);
	office_submission_get(&t.call);
	assert_answer(&t, 403, "\"reason\":\"denied\"");
	test_call_free(&t);
	test_call_make(&t, &w, &reviewer, "", NULL);
	test_call_body(&t, HEAD KIM, strlen(HEAD KIM));
	office_submission_create(&t.call);
	assert_int_equal(t.response.status, 403);
	test_call_free(&t);
	test_call_make(&t, &w, &thai, "", NULL);
	office_submission_list(&t.call);
	assert_answer(&t, 200, "\"total\":1}");
	assert_false(test_call_says(&t, id));
	test_call_free(&t);
	world_end(&w);
}

static void lists_come_in_pages(void **state)
{
	struct test_call t;
	struct actor liaison, reviewer;
	struct world w;
	struct text next = TEXT_NONE;
	size_t seen = 0;

	world_begin(&w, state);
	liaison = test_officer(&w, LIAISON, "liaison");
	reviewer = test_officer(&w, REVIEWER, "reviewer");
	for (unsigned i = 0; i < 5; i++) {
		char file[512];

		snprintf(file, sizeof file, HEAD "R-%u,김%u민수,1990-03-07,M1234567%u,KR,사기,형법,refer,차단\n", i, i, i);
		w.now_ms += 1000;
		assert_int_equal(send(&t, &w, &liaison, file, NULL), 201);
		test_call_free(&t);
	}
	for (unsigned page = 0; page < 3; page++) {
		char query[256], cursor[200];
		size_t at;

		snprintf(cursor, sizeof cursor, "%.*s", TEXT_ARG(next));
		snprintf(query, sizeof query, page ? "limit=2&cursor=%s" : "limit=2%s", cursor);
		test_call_make(&t, &w, &reviewer, query, NULL);
		office_submission_list(&t.call);
		assert_answer(&t, 200, "\"total\":5}");
		for (at = 0; at + 6 < t.response.body.len; at++)
			seen += memcmp(t.response.body.data + at, "{\"id\":", 6) == 0;
		for (at = 0; at + 8 < t.response.body.len && memcmp(t.response.body.data + at, "\"next\":\"", 8) != 0; at++)
			;
		next = TEXT_NONE;
		if (at + 8 < t.response.body.len) {
			struct text rest = {(const char *)t.response.body.data + at + 8, t.response.body.len - at - 8};

			assert_ok(arena_text(&w.arena, (struct text){rest.data, text_find(rest, '"', 0)}, &next));
		}
		assert_true((next.len != 0) == (page < 2));
		test_call_free(&t);
	}
	assert_int_equal(seen, 5);
	world_end(&w);
}

/* The template sent back as it is: its example row is refused and nothing else is wrong with it. */
static void the_template_can_be_sent(void **state)
{
	static const char *const formats[] = {"format=csv", "format=xlsx"};
	struct actor liaison;
	struct world w;

	world_begin(&w, state);
	liaison = test_officer(&w, LIAISON, "liaison");
	for (unsigned language = OFFICE_EN; language <= OFFICE_ZH; language++)
		for (size_t i = 0; i < 2; i++) {
			struct test_call t, sent;

			test_call_make(&t, &w, &liaison, formats[i], NULL);
			t.call.language = (enum office_language)language;
			office_submission_template(&t.call);
			assert_int_equal(t.response.status, 200);
			test_call_make(&sent, &w, &liaison, "name=x", NULL);
			test_call_body(&sent, t.response.body.data, t.response.body.len);
			office_submission_create(&sent.call);
			assert_answer(&sent, 201, "\"rows\":1,\"taken\":0,\"refused\":1");
			test_call_free(&sent);
			test_call_free(&t);
		}
	assert_int_equal(world_count(&w, "SELECT count(*) FROM submission_row WHERE problems LIKE '%example-row%'", DB_NO_PARAMS), 8);
	assert_int_equal(world_count(&w, "SELECT count(*) FROM submission_row WHERE problems LIKE '%},{%'", DB_NO_PARAMS), 0);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		db_unit_test(what_is_refused_is_told_in_korean),
		db_unit_test(files_that_are_none_are_refused_whole),
		db_unit_test(nobody_sees_what_is_another_countrys),
		db_unit_test(lists_come_in_pages),
		db_unit_test(the_template_can_be_sent),
	};

	return db_run_group_tests(tests);
}
