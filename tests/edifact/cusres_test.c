#include "edifact/cusres.h"

#include <stdio.h>
#include <time.h>

#include "lib/test.h"

#define NOW ((int64_t)1772338230000) /* 2026-03-01T04:10:30Z */
#define DESK "DO NOT BOARD. AIRLINE TO CALL PIU +855 23 000 000"

#define HEAD "UNB+UNOA:4+ZZ9:ZZ+KHMPIU:XX+260301:0410+000000071++IAPI'UNG+PAXLST+ZZ9+KHMPIU+260301:0410+1+UN+D:05B'" \
	     "UNH+PAX0071+PAXLST:D:05B:UN:IATA+ZZ900126030104+01:F'BGM+745'RFF+TN:ICN20260301000071'" \
	     "TDT+20+ZZ9001+++ZZ'LOC+125+ICN'DTM+189:2603010900:201'LOC+87+PNH'DTM+232:2603011240:201'"
#define HONG "NAD+FL+++HONG:GILDONG'DTM+329:880229'RFF+AVF:QX7GYL'RFF+ABO:00017'DOC+P+M12345678'"
#define NOBODY "NAD+FL+++KIM:YOUNGHEE'DTM+329:900307'RFF+AVF:QX7GYL'"

/* The one list of `in`, in an arena that the caller releases. */
static const struct paxlst *list_of(struct arena *arena, const char *in)
{
	const struct paxlst *lists;
	size_t count;

	arena_init(arena, 8 << 20);
	assert_ok(paxlst_read(text_bytes(text_of(in)), NOW, arena, &lists, &count, NULL));
	return lists;
}

/* What is answered to everybody: `words` has a '0' or a '1' for each. */
static void answer(const struct cusres *form, const char *words, struct buffer *out)
{
	struct cusres_item items[8] = {0};
	struct cusres a = *form;

	a.items = items;
	a.count = a.list->passenger_count;
	for (size_t i = 0; i < a.count; i++)
		items[i] = (struct cusres_item){
			.passenger = &a.list->passengers[i],
			.board = words[i] == '0',
			.error = cusres_error(&a.list->passengers[i]),
			.text = words[i] == '0' ? TEXT_NONE : TEXT(DESK),
		};
	buffer_clear(out);
	assert_ok(cusres_write(&a, out, NULL));
}

static void each_passenger_is_answered(void **state)
{
	struct arena arena;
	struct buffer out;
	const struct paxlst *l = list_of(&arena, HEAD HONG NOBODY "CNT+42:2'UNT+18+PAX0071'UNE+1+1'UNZ+1+000000071'");

	(void)state;
	buffer_init(&out, 1 << 16);
	answer(&(struct cusres){.list = l, .now_ms = NOW}, "10", &out);
	assert_text(buffer_text(&out),
		    "UNB+UNOA:4+KHMPIU:XX+ZZ9:ZZ+260301:0410+000000071++IAPI'\n"
		    "UNG+CUSRES+KHMPIU+ZZ9+260301:0410+1+UN+D:05B'\n"
		    "UNH+PAX0071+CUSRES:D:05B:UN:IATA+ZZ900126030104+01:F'\n"
		    "BGM+962'\n"
		    "RFF+TN:ICN20260301000071'\n"
		    "RFF+AF:ZZ9001'\n"
		    "DTM+189:2603010900:201'\n"
		    "DTM+232:2603011240:201'\n"
		    "LOC+125+ICN'\n"
		    "LOC+87+PNH'\n"
		    "ERP+2'\n"
		    "RFF+AVF:QX7GYL'\n"
		    "RFF+ABO:00017'\n"
		    "ERC+1Z'\n"
		    "FTX+AAP+++DO NOT BOARD. AIRLINE TO CALL PIU ?+855 23 000 000'\n"
		    "ERP+2'\n"
		    "RFF+AVF:QX7GYL'\n"
		    "ERC+4Z'\n"
		    "UNT+17+PAX0071'\n"
		    "UNE+1+1'\n"
		    "UNZ+1+000000071'\n");
	/* An error never lets board whom the list stops. */
	answer(&(struct cusres){.list = l, .now_ms = NOW}, "01", &out);
	assert_true(text_has(buffer_text(&out), TEXT("RFF+ABO:00017'\nERC+0Z'\nERP+2'\nRFF+AVF:QX7GYL'\nERC+1Z'\n")));
	buffer_release(&out);
	arena_release(&arena);
}

static void an_unsolicited_change_has_its_own_references(void **state)
{
	struct arena arena;
	struct buffer out;
	const struct paxlst *l = list_of(&arena, HEAD HONG "UNT+13+PAX0071'UNE+1+1'UNZ+1+000000071'");

	(void)state;
	buffer_init(&out, 1 << 16);
	answer(&(struct cusres){.kind = CUSRES_UNSOLICITED, .list = l, .now_ms = NOW, .reference = TEXT("RSP7"), .control = TEXT("C7"),
				.group = TEXT("G7"), .transaction = TEXT("T7")},
	       "1", &out);
	assert_text(buffer_text(&out),
		    "UNB+UNOA:4+KHMPIU:XX+ZZ9:ZZ+260301:0410+C7++IAPI'\n"
		    "UNG+CUSRES+KHMPIU+ZZ9+260301:0410+G7+UN+D:05B'\n"
		    "UNH+RSP7+CUSRES:D:05B:UN:IATA'\n"
		    "BGM+132'\n"
		    "RFF+TN:T7'\n"
		    "RFF+AF:ZZ9001'\n"
		    "DTM+189:2603010900:201'\n"
		    "DTM+232:2603011240:201'\n"
		    "LOC+125+ICN'\n"
		    "LOC+87+PNH'\n"
		    "ERP+2'\n"
		    "RFF+AVF:QX7GYL'\n"
		    "RFF+ABO:00017'\n"
		    "ERC+1Z'\n"
		    "FTX+AAP+++DO NOT BOARD. AIRLINE TO CALL PIU ?+855 23 000 000'\n"
		    "UNT+14+RSP7'\n"
		    "UNE+1+G7'\n"
		    "UNZ+1+C7'\n");
	buffer_release(&out);
	arena_release(&arena);
}

static void a_bare_list_is_answered_barely(void **state)
{
	struct arena arena;
	struct buffer out;
	const struct paxlst *l = list_of(&arena, "UNA*|.! $UNH|1|PAXLST$BGM|745$TDT|20|ZZ1$LOC|125|A+B$DTM|189*202603010900*203$DTM|232*0435$LOC|87|PNH$"
						 "NAD|FL|||A*B$RFF|AVF*X'Y?Z:1$RFF|ABO*2!*\"’\\!n$DOC|P|1$UNT|9|1$");

	(void)state;
	buffer_init(&out, 1 << 16);
	answer(&(struct cusres){.list = l, .now_ms = NOW}, "0", &out);
	/* Another syntax's separators are released in this one; a date is of this format where it was one. */
	assert_text(buffer_text(&out),
		    "UNH+1+CUSRES:D:05B:UN:IATA'\n"
		    "BGM+962'\n"
		    "RFF+AF:ZZ1'\n"
		    "DTM+189:2603010900:201'\n"
		    "DTM+232:0435:201'\n"
		    "LOC+125+A?+B'\n"
		    "LOC+87+PNH'\n"
		    "ERP+2'\n"
		    "RFF+AVF:X?'Y?" "?Z?:1'\n"
		    "RFF+ABO:2?*?\"?’?\\n'\n"
		    "ERC+0Z'\n"
		    "UNT+12+1'\n");
	buffer_release(&out);
	arena_release(&arena);
}

static void who_cannot_be_answered_is_told(void **state)
{
	static const struct {
		const char *passenger, *error;
	} rows[] = {
		{HONG, ""},
		{"NAD+FL+++A:B'DTM+329:880229'RFF+AVF:1'RFF+ABO:2'", ""},
		{"NAD+FL+++A:B'DOC+P+1'RFF+AVF:1'RFF+ABO:2'", ""},
		{"NAD+FL+++A:B'DTM+329:880229'RFF+ABO:2'", "4Z"},
		{"NAD+FL+++A:B'DTM+329:880229'RFF+AVF:2'", "4Z"},
		{"NAD+FL'", "4Z"},
		{"NAD+FL'DTM+329:880229'DOC+P+1'RFF+AVF:1'RFF+ABO:2'", "3Z"},
		{"NAD+FL+++A:B'DTM+329:00000435'DOC+P'RFF+AVF:1'RFF+ABO:2'", "3Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena arena;
		char in[512];

		snprintf(in, sizeof in, "UNH+1+PAXLST'BGM+745'%sUNT+9+1'", rows[i].passenger);
		assert_text(cusres_error(&list_of(&arena, in)->passengers[0]), rows[i].error);
		arena_release(&arena);
	}
}

static void limits_hold(void **state)
{
	static const struct {
		const char *reference, *control, *group, *transaction;
	} rows[] = {
		{"123456789012345", "", "", ""},
		{"", "123456789012345", "", ""},
		{"", "", "123456789012345", ""},
		{"", "", "", "123456789012345678901234567890123456"},
	};
	struct arena arena;
	struct buffer out;
	struct error error;
	const struct paxlst *l = list_of(&arena, HEAD HONG "UNT+13+PAX0071'UNE+1+1'UNZ+1+000000071'");
	struct cusres a = {.list = l, .now_ms = NOW, .reference = TEXT("12345678901234"), .control = TEXT("12345678901234"),
			   .group = TEXT("12345678901234"), .transaction = TEXT("12345678901234567890123456789012345")};

	(void)state;
	buffer_init(&out, 1 << 16);
	assert_ok(cusres_write(&a, &out, &error));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		a = (struct cusres){.list = l, .reference = text_of(rows[i].reference), .control = text_of(rows[i].control),
				    .group = text_of(rows[i].group), .transaction = text_of(rows[i].transaction)};
		buffer_clear(&out);
		assert_int_equal(cusres_write(&a, &out, &error), ST_LIMIT);
		assert_string_equal(error.reason, "cusres-reference");
		assert_int_equal(out.len, 0);
	}
	buffer_release(&out);
	buffer_init(&out, 40);
	assert_int_equal(cusres_write(&(struct cusres){.list = l}, &out, &error), ST_LIMIT);
	buffer_release(&out);
	arena_release(&arena);
}

static void acknowledgements_are_read(void **state)
{
	static const char in[] = "UNB+UNOA:4+ZZ9+KHMPIU+260301:0410+C7++IAPI'"
				 "UNH+RSP7+CUSRES:D:05B:UN'BGM+312'RFF+TN:T7'RFF+AF:ZZ9001'DTM+189:2603010900:201'LOC+125+ICN'LOC+87+PNH'"
				 "ERP+2'RFF+AVF:QX7GYL'RFF+ABO:00017'ERC+1Z'ERP+2'RFF+AVF:QX7GYL'RFF+ABO:00018'ERC+0Z'UNT+16+RSP7'"
				 /* It could not be used: the whole message is given back. */
				 "UNH+RSP8+CUSRES:D:05B:UN'BGM+312'ERP+1'ERC+118'UNT+5+RSP8'UNH+X+CONTRL'UNT+2+X'UNH+RSP9+CUSRES'BGM+312'UNT+3+RSP9'UNZ+4+C7'";
	static const char *const items[] = {
		"312 C7 RSP7 T7 QX7GYL 00017 1Z", "312 C7 RSP7 T7 QX7GYL 00018 0Z", "312 C7 RSP8    118", "312 C7 RSP9    ",
	};
	const struct cusres_received *received;
	struct arena arena;
	struct error error;
	size_t count;

	(void)state;
	arena_init(&arena, 1 << 20);
	assert_ok(cusres_read(text_bytes(text_of(in)), &arena, &received, &count, &error));
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		const struct cusres_received *r = &received[i];
		char got[128];

		snprintf(got, sizeof got, "%.*s %.*s %.*s %.*s %.*s %.*s %.*s", TEXT_ARG(r->code), TEXT_ARG(r->control), TEXT_ARG(r->message),
			 TEXT_ARG(r->transaction), TEXT_ARG(r->locator), TEXT_ARG(r->reference), TEXT_ARG(r->erc));
		assert_string_equal(got, items[i]);
	}
	assert_int_equal(cusres_read(text_bytes(TEXT("UNH+1+PAXLST'UNT+2+1'")), &arena, &received, &count, &error), ST_MALFORMED);
	assert_string_equal(error.reason, "cusres-none");
	assert_int_equal(error.position, 0);
	assert_int_equal(cusres_read(text_bytes(TEXT("UNH+1+CUSRES'BGM+3")), &arena, &received, &count, &error), ST_MALFORMED);
	assert_string_equal(error.reason, "edifact-truncated");
	arena_release(&arena);
}

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Reads a list of 99 and answers it: every tenth may not board. Gives how long that took. */
static int64_t full_list(struct bytes in, struct arena *arena, struct buffer *out)
{
	struct cusres_item items[99] = {0};
	const struct paxlst *lists;
	struct entity person;
	int64_t start = clock_us();
	size_t count;

	assert_ok(paxlst_read(in, NOW, arena, &lists, &count, NULL));
	assert_int_equal(lists->passenger_count, 99);
	assert_false(lists->miscounted);
	for (size_t i = 0; i < 99; i++) {
		assert_ok(paxlst_person(&lists->passengers[i], arena, &person));
		items[i] = (struct cusres_item){&lists->passengers[i], i % 10 != 0, cusres_error(&lists->passengers[i]), TEXT(DESK)};
	}
	assert_ok(cusres_write(&(struct cusres){.list = lists, .now_ms = NOW, .items = items, .count = 99}, out, NULL));
	return clock_us() - start;
}

/* What searching the list takes comes on top of it. The best of several: the machine has other things to do. */
static void ninety_nine_passengers_take_no_time(void **state)
{
	const struct cusres_received *received;
	struct buffer in, out;
	struct arena arena;
	size_t count;
	int64_t best = INT64_MAX;

	(void)state;
	buffer_init(&in, 1 << 20);
	buffer_init(&out, 1 << 20);
	arena_init(&arena, 8 << 20);
	buffer_add_text(&in, TEXT(HEAD));
	for (int i = 0; i < 99; i++)
		buffer_printf(&in, "NAD+FL+++HONG:GILDONG'ATT+2++M'DTM+329:880229'GEI+4+173'LOC+178+ICN'LOC+179+PNH'NAT+2+KOR'RFF+AVF:QX7GYL'"
				   "RFF+ABO:%05d'DOC+P:110:111+M%08d'DTM+36:330515'LOC+91+KOR'",
			      i, i);
	buffer_add_text(&in, TEXT("CNT+42:99'UNT+1198+PAX0071'UNE+1+1'UNZ+1+000000071'"));
	for (int i = 0; i < 10; i++) {
		int64_t took;

		arena_clear(&arena);
		buffer_clear(&out);
		took = full_list(buffer_bytes(&in), &arena, &out);
		best = took < best ? took : best;
	}
	print_message("# 99 passengers: %zu bytes read, %zu bytes answered in %d microseconds\n", in.len, out.len, (int)best);
	assert_in_range(best, 0, 100000);
	assert_ok(cusres_read(buffer_bytes(&out), &arena, &received, &count, NULL));
	assert_int_equal(count, 99);
	for (size_t i = 0; i < 99; i++)
		assert_text(received[i].erc, i % 10 ? "0Z" : "1Z");
	arena_release(&arena);
	buffer_release(&in);
	buffer_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_passenger_is_answered),
		cmocka_unit_test(an_unsolicited_change_has_its_own_references),
		cmocka_unit_test(a_bare_list_is_answered_barely),
		cmocka_unit_test(who_cannot_be_answered_is_told),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(acknowledgements_are_read),
		cmocka_unit_test(ninety_nine_passengers_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
