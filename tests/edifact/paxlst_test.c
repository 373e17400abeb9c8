#include "edifact/paxlst.h"

#include <stdio.h>

#include "base/buffer.h"
#include "lib/test.h"

#define NOW ((int64_t)1772352000000) /* 2026-03-01T08:00Z */

/* Invented people. */
#define HEAD "UNA:+.?*'UNB+UNOA:4+ZZ9:ZZ+KHMPIU:ZZ+260301:0410+000000071++IAPI'UNG+PAXLST+ZZ9+KHMPIU+260301:0410+1+UN+D:05B'" \
	     "UNH+PAX0071+PAXLST:D:05B:UN:IATA+ZZ900126030104+01:F'BGM+745'RFF+TN:ICN20260301000071'NAD+MS+++PASSENGER DESK'" \
	     "COM+8521234567:TE'TDT+20+ZZ9001+++ZZ'LOC+125+ICN'DTM+189:2603010900:201'LOC+87+PNH'DTM+232:2603011240:201'"
#define HONG "NAD+FL+++HONG:GILDONG'ATT+2++M'DTM+329:880229'GEI+4+173'LOC+178+ICN'LOC+179+PNH'LOC+22+PNH'NAT+2+KOR'" \
	     "RFF+AVF:QX7GYL'RFF+ABO:00017'DOC+P:110:111+M12345678'DTM+36:330515'LOC+91+KOR'"
#define TAIL "UNE+1+1'UNZ+1+000000071'"

struct fixture {
	struct arena arena;
	const struct paxlst *lists;
	size_t count;
	struct error error;
};

static enum status take(struct fixture *f, const char *in)
{
	memset(&f->error, 0, sizeof f->error);
	arena_clear(&f->arena);
	return paxlst_read(text_bytes(text_of(in)), NOW, &f->arena, &f->lists, &f->count, &f->error);
}

/* A message without envelope: what stands between UNH and UNT. */
static const struct paxlst *list_of(struct fixture *f, const char *body)
{
	char in[4096];

	assert_true(snprintf(in, sizeof in, "UNH+1+PAXLST:D:05B:UN:IATA'%sUNT+99+1'", body) < (int)sizeof in);
	if (take(f, in) != ST_OK)
		fail_msg("%s: %s at %d", in, f->error.message, (int)f->error.position);
	assert_int_equal(f->count, 1);
	return f->lists;
}

static int setup(void **state)
{
	static struct fixture fixture;

	arena_init(&fixture.arena, 8 << 20);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	arena_release(&((struct fixture *)*state)->arena);
	return 0;
}

static void a_list_is_read_whole(void **state)
{
	struct fixture *f = *state;
	const struct paxlst_passenger *p;
	const struct paxlst *l;

	assert_ok(take(f, HEAD HONG "CNT+42:1'UNT+25+PAX0071'" TAIL));
	assert_int_equal(f->count, 1);
	l = f->lists;
	assert_text(l->message.sender, "ZZ9");
	assert_text(l->message.control, "000000071");
	assert_text(l->message.reference, "PAX0071");
	assert_text(l->message.access, "ZZ900126030104");
	assert_text(l->code, "745");
	assert_text(l->function, "");
	assert_text(l->transaction, "ICN20260301000071");
	assert_text(l->flight, "ZZ9001");
	assert_true(l->interactive);
	assert_false(l->miscounted);
	assert_int_equal(l->counted, 1);
	assert_int_equal(l->leg_count, 1);
	assert_text(l->legs[0].from, "ICN");
	assert_text(l->legs[0].to, "PNH");
	assert_int_equal(l->legs[0].departs_ms, 1772355600000);
	assert_int_equal(l->legs[0].arrives_ms, 1772368800000);
	assert_int_equal(l->passenger_count, 1);
	p = l->passengers;
	assert_text(p->role, "FL");
	assert_text(p->family, "HONG");
	assert_text(p->given, "GILDONG");
	assert_text(p->sex, "M");
	assert_text(p->birth, "1988-02-29");
	assert_text(p->nationality, "KOR");
	assert_text(p->locator, "QX7GYL");
	assert_text(p->reference, "00017");
	assert_text(p->embarks, "ICN");
	assert_text(p->disembarks, "PNH");
	assert_int_equal(p->position, sizeof HEAD - 1);
	assert_int_equal(p->document_count, 1);
	assert_text(p->documents[0].kind, "P");
	assert_text(p->documents[0].number, "M12345678");
	assert_text(p->documents[0].issuer, "KOR");
	assert_text(p->documents[0].expiry, "2033-05-15");
}

static void wrong_counts_are_noted_and_read(void **state)
{
	struct fixture *f = *state;

	assert_ok(take(f, HEAD HONG "CNT+42:136'UNT+25+PAX0071'" TAIL));
	assert_true(f->lists->miscounted);
	assert_int_equal(f->lists->counted, 136);
	assert_int_equal(f->lists->passenger_count, 1);
	assert_ok(take(f, HEAD HONG "CNT+42:1'UNT+25+PAX 0071'" TAIL));
	assert_true(f->lists->miscounted);
	assert_ok(take(f, HEAD HONG "CNT+42:x'UNT+25+PAX0071'" TAIL));
	assert_int_equal(f->lists->counted, 0);
	assert_false(f->lists->miscounted);
	/* The last part of a list counts all of them. */
	assert_ok(take(f, "UNH+1+PAXLST:D:05B:UN:IATA+A+03:F'BGM+745'" HONG "CNT+42:5'UNT+17+1'"));
	assert_false(f->lists->miscounted);
	assert_int_equal(f->lists->message.part, 3);
	/* Crew and passengers of one list. */
	assert_ok(take(f, "UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'NAD+FL+++A:B'NAD+FM+++C:D'CNT+41:1'CNT+42:1'UNT+7+1'"));
	assert_int_equal(f->lists->counted, 2);
	assert_false(f->lists->miscounted);
}

static void names_are_taken_as_they_come(void **state)
{
	static const struct {
		const char *nad, *family, *given;
	} rows[] = {
		{"NAD+FL+++ONE:FNU'", "ONE", ""},
		{"NAD+FL+++STRANSKY'", "STRANSKY", ""},
		{"NAD+FL+++BETTON:DAVID:'", "BETTON", "DAVID"},
		{"NAD+FL+++DOE:JOHN:WAYNE+20 MAIN STREET+ANYCITY+VA+10053+USA'", "DOE", "JOHN WAYNE"},
		{"NAD+FL+++DOE::WAYNE'", "DOE", "WAYNE"},
		{"NAD+FL+++ : SUKARNO '", "", "SUKARNO"},
		{"NAD+FL++SURNAME:GIVEN'", "SURNAME", "GIVEN"},
		{"NAD+FL'", "", ""},
		{"NAD+FL+++O’BRIEN:FNUAN'", "O’BRIEN", "FNUAN"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct paxlst *l = list_of(f, rows[i].nad);

		assert_text(l->passengers[0].family, rows[i].family);
		assert_text(l->passengers[0].given, rows[i].given);
	}
}

static void roles_and_kinds_of_list(void **state)
{
	struct fixture *f = *state;
	const struct paxlst *l = list_of(f, "BGM+250'NAD+MS+++DESK'NAD+FM+++A:B'NAD+DDT+++C:D'NAD+DDU+++E:F'NAD+ZZZ+++G:H'");
	static const char *const roles[] = {"FM", "DDT", "DDU", "ZZZ"};

	assert_text(l->code, "250");
	assert_int_equal(l->passenger_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_text(l->passengers[i].role, roles[i]);
	l = list_of(f, "BGM+745+CP'RFF+TN:7'NAD+FL+++A:B'");
	assert_text(l->function, "CP");
	assert_true(l->interactive);
	/* A flight that is closed need name nobody. */
	l = list_of(f, "BGM+266+CLNB'RFF+TN:8'CNT+42:0'");
	assert_text(l->function, "CLNB");
	assert_int_equal(l->passenger_count, 0);
	l = list_of(f, "BGM+266+CLOB'RFF+TN:8'NAD+FL'RFF+ABO:17'");
	assert_text(l->passengers[0].reference, "17");
}

static void an_answer_is_wanted_or_not(void **state)
{
	static const struct {
		const char *application, *transaction;
		bool interactive;
	} rows[] = {
		{"IAPI", "RFF+TN:1'", true}, {"IAPI", "", true}, {"APIS", "RFF+TN:1'", false}, {"APIS", "", false}, {"", "RFF+TN:1'", true}, {"", "", false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char in[512];

		snprintf(in, sizeof in, "UNB+UNOA:4+A+B+260301:0410+1++%s'UNH+1+PAXLST'BGM+745'%sNAD+FL+++A:B'UNT+4+1'UNZ+1+1'", rows[i].application,
			 rows[i].transaction);
		assert_ok(take(f, in));
		assert_int_equal(f->lists->interactive, rows[i].interactive);
	}
}

/* Legs as "ZZ1 ICN/125-PNH/87 2603010900>2603011240". */
static void flights_of_several_legs(void **state)
{
	static const struct {
		const char *body, *flight, *legs;
	} rows[] = {
		{"TDT+20+ZZ1'LOC+125+ICN'DTM+189:2603010900:201'LOC+87+PNH'DTM+232:2603011240:201'", "ZZ1", "ZZ1 ICN/125-PNH/87 2603010900>2603011240;"},
		{"TDT+20+ZZ1'DTM+189:2603010900:201'DTM+232:2603011240:201'LOC+125+ICN'LOC+87+PNH'", "ZZ1", "ZZ1 ICN/125-PNH/87 2603010900>2603011240;"},
		{"TDT+20+ZZ1'LOC+92+SSN'DTM+189:1:201'LOC+92+ICN'DTM+232:2:201'TDT+20+ZZ2'LOC+125+ICN'DTM+189:3:201'LOC+87+PNH'DTM+232:4:201'",
		 "ZZ2", "ZZ1 SSN/92-ICN/92 1>2;ZZ2 ICN/125-PNH/87 3>4;"},
		{"TDT+20+ZZ1'LOC+92+SSN'DTM+189:1:201'LOC+125+ICN'DTM+232:2:201'DTM+189:3:201'LOC+87+PNH'DTM+232:4:201'LOC+92+REP'DTM+232:6:201'",
		 "ZZ1", "ZZ1 SSN/92-ICN/125 1>2;ZZ1 ICN/125-PNH/87 3>4;ZZ1 PNH/87-REP/92 >6;"},
		{"TDT+20+ZZ1'LOC+92+ICN'LOC+92+PNH'TDT+20+ZZ2'", "ZZ1", "ZZ1 ICN/92-PNH/92 >;"},
		{"TDT+20+ZZ1'LOC+87+PNH'DTM+232:4:201'", "ZZ1", "ZZ1 /-PNH/87 >4;"},
		{"TDT+20+ZZ1'LOC+125+ICN'DTM+189:3:201'", "ZZ1", "ZZ1 ICN/125-/ 3>;"},
		{"TDT+20'LOC+125+ICN'LOC+188+XXX'LOC+87+PNH'", "", " ICN/125-PNH/87 >;"},
		{"TDT+20+ZZ1'", "ZZ1", ""},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char body[1024], got[512] = "";
		const struct paxlst *l;
		size_t n = 0;

		snprintf(body, sizeof body, "BGM+745'%sNAD+FL+++A:B'", rows[i].body);
		l = list_of(f, body);
		for (size_t k = 0; k < l->leg_count; k++) {
			const struct paxlst_leg *g = &l->legs[k];

			n += (size_t)snprintf(got + n, sizeof got - n, "%.*s %.*s/%.*s-%.*s/%.*s %.*s>%.*s;", TEXT_ARG(g->flight), TEXT_ARG(g->from),
					      TEXT_ARG(g->from_kind), TEXT_ARG(g->to), TEXT_ARG(g->to_kind), TEXT_ARG(g->departs), TEXT_ARG(g->arrives));
		}
		assert_string_equal(got, rows[i].legs);
		assert_text(l->flight, rows[i].flight);
	}
}

static void a_broken_date_is_not_told(void **state)
{
	struct fixture *f = *state;
	const struct paxlst *l = list_of(f, "TDT+20+ZZ1'LOC+125+PEK'DTM+189:00000435:201'LOC+87+ICN'DTM+232'NAD+FL+++A:B'DTM+329:00000435'"
					    "DOC+P+1'DTM+36:991331'");

	assert_text(l->legs[0].departs, "00000435");
	assert_int_equal(l->legs[0].departs_ms, INT64_MIN);
	assert_text(l->legs[0].arrives, "");
	assert_int_equal(l->legs[0].arrives_ms, INT64_MIN);
	assert_text(l->passengers[0].birth, "");
	assert_text(l->passengers[0].documents[0].expiry, "");
	l = list_of(f, "NAD+FL+++A:B'DTM+329:19880229:102'NAD+FL+++C:D'DTM+329:560600'");
	assert_text(l->passengers[0].birth, "1988-02-29");
	assert_text(l->passengers[1].birth, "1956-06");
}

static void an_interchange_may_hold_several(void **state)
{
	struct fixture *f = *state;

	assert_ok(take(f, "UNB+UNOA:4+A+B+260301:0410+1'UNH+1+PAXLST'BGM+745'NAD+FL+++A:B'UNT+4+1'UNH+2+CONTRL'UCI+1'UNT+3+2'"
			  "UNH+3+PAXLST'BGM+250'NAD+FM+++C:D'NAD+FM+++E:F'UNT+5+3'UNZ+3+1'"));
	assert_int_equal(f->count, 2);
	assert_text(f->lists[0].passengers[0].family, "A");
	assert_int_equal(f->lists[1].passenger_count, 2);
	assert_text(f->lists[1].message.reference, "3");
}

static void what_is_no_list_is_refused(void **state)
{
	static const struct {
		const char *in, *reason;
		int position;
	} rows[] = {
		{"UNH+1+CUSRES'BGM+962'UNT+3+1'", "paxlst-none", 0},
		{" BGM+745'", "paxlst-none", 1},
		{"UNH+1+PAXLST'BGM+745'UNT+3+1'", "paxlst-passengers", 0},
		{"UNH+1+PAXLST'BGM+745'NAD+FL+++A:B'UNT+4+1' UNH+2+PAXLST'NAD+MS+++DESK'UNT+3+1'", "paxlst-passengers", 43},
		{"UNH+1+PAXLST'BGM+745'NAD+FL+++A:B'", "edifact-truncated", 0},
		{"passenger list", "edifact-syntax", 0},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(take(f, rows[i].in), ST_MALFORMED);
		assert_string_equal(f->error.reason, rows[i].reason);
		assert_int_equal(f->error.position, rows[i].position);
	}
}

/* Cut anywhere, a list is never taken for a shorter one. */
static void every_cut_is_noticed(void **state)
{
	static const char whole[] = HEAD HONG HONG "CNT+42:2'UNT+38+PAX0071'" TAIL;
	struct fixture *f = *state;

	for (size_t n = 0; n < sizeof whole - 1; n++) {
		arena_clear(&f->arena);
		assert_int_equal(paxlst_read((struct bytes){(const uint8_t *)whole, n}, NOW, &f->arena, &f->lists, &f->count, &f->error), ST_MALFORMED);
		assert_string_equal(f->error.reason, "edifact-truncated");
		assert_in_range(f->error.position, 0, n);
	}
	assert_ok(take(f, whole));
	assert_false(f->lists->miscounted);
}

static void many_times(struct buffer *out, const char *head, const char *one, size_t count)
{
	buffer_clear(out);
	buffer_add_text(out, text_of(head));
	for (size_t i = 0; i < count; i++)
		buffer_add_text(out, text_of(one));
	buffer_add_text(out, TEXT("UNT+1+1'"));
}

static void limits_hold(void **state)
{
	static const struct {
		const char *head, *one;
		size_t most;
	} rows[] = {
		{"UNH+1+PAXLST'", "NAD+FL+++A:B'", PAXLST_PASSENGERS_MAX},
		{"UNH+1+PAXLST'NAD+FL+++A:B'", "DOC+P+1'", PAXLST_DOCUMENTS_MAX},
		{"UNH+1+PAXLST'BGM+266'", "TDT+20+ZZ1'LOC+125+ICN'LOC+87+PNH'", PAXLST_LEGS_MAX},
		{"UNH+1+PAXLST'BGM+266'", "TDT+20+ZZ1'LOC+125+ICN'", PAXLST_LEGS_MAX},
		{"UNH+1+PAXLST'BGM+266'TDT+20+ZZ1'", "LOC+92+ICN'", PAXLST_LEGS_MAX + 1},
	};
	struct fixture *f = *state;
	struct buffer in;

	buffer_init(&in, 1 << 20);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		many_times(&in, rows[i].head, rows[i].one, rows[i].most);
		arena_clear(&f->arena);
		assert_ok(paxlst_read(buffer_bytes(&in), NOW, &f->arena, &f->lists, &f->count, &f->error));
		many_times(&in, rows[i].head, rows[i].one, rows[i].most + 1);
		arena_clear(&f->arena);
		assert_int_equal(paxlst_read(buffer_bytes(&in), NOW, &f->arena, &f->lists, &f->count, &f->error), ST_LIMIT);
		assert_string_equal(f->error.reason, "paxlst-size");
		assert_in_range(f->error.position, 1, in.len);
	}
	buffer_release(&in);
}

static const char *person_of(struct fixture *f, const char *body, char out[1024])
{
	const struct paxlst *l = list_of(f, body);
	struct entity e;
	size_t n = 0;

	assert_ok(paxlst_person(&l->passengers[0], &f->arena, &e));
	assert_text(e.schema, "Person");
	for (size_t i = 0; i < e.property_count; i++)
		for (size_t k = 0; k < e.properties[i].count; k++)
			n += (size_t)snprintf(out + n, 1024 - n, "%.*s=%.*s;", TEXT_ARG(e.properties[i].name), TEXT_ARG(e.properties[i].values[k]));
	return out;
}

static void a_passenger_makes_a_query(void **state)
{
	static const struct {
		const char *body, *person;
	} rows[] = {
		{HONG, "name=HONG GILDONG;lastName=HONG;firstName=GILDONG;birthDate=1988-02-29;nationality=kr;gender=male;x-issuer=kr;passportNumber=M12345678;"},
		{"NAD+FL+++ONE:FNU'ATT+2++U'", "name=ONE;lastName=ONE;"},
		{"NAD+FL'DOC+P+1'", "passportNumber=1;"},
		{"NAD+FL+++A:B'NAT+2+D'DOC+V+777'DOC+I+1'DOC+P+2'LOC+91+GBD'",
		 "name=A B;lastName=A;firstName=B;nationality=de;x-issuer=gb;passportNumber=2;x-document=de 1;"},
		{"NAD+FL+++A:B'NAT+2+KR'DOC+P+1'DOC+T+2'LOC+91+KOR'",
		 "name=A B;lastName=A;firstName=B;nationality=kr;x-issuer=kr;passportNumber=1;idNumber=2;"},
		{"NAD+FL+++A:B'NAT+2+XXA'DOC+P+1'DOC+T+2'LOC+91+KOR'", "name=A B;lastName=A;firstName=B;passportNumber=1;x-document=kr 2;"},
	};
	struct fixture *f = *state;
	char out[1024];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(person_of(f, rows[i].body, out), rows[i].person);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_is_read_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_counts_are_noted_and_read, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_taken_as_they_come, setup, teardown),
		cmocka_unit_test_setup_teardown(roles_and_kinds_of_list, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_is_wanted_or_not, setup, teardown),
		cmocka_unit_test_setup_teardown(flights_of_several_legs, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_date_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(an_interchange_may_hold_several, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_list_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(every_cut_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(limits_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(a_passenger_makes_a_query, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
