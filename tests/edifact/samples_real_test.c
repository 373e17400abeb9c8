/* The messages that a carrier's system and a border's exchanged in tests, and passenger lists of a European carrier: each list is read,
 * and answered as it was answered there, segment by segment. */
#include "edifact/cusres.h"

#include "lib/real.h"

#define NOW ((int64_t)1636446600000) /* 2021-11-09T08:30Z, as the answers say */
#define LISTS 21
#define ANSWERS 22

struct file {
	struct buffer bytes;
	struct arena arena;
	struct edifact edifact;
};

static void file_load(struct file *f, const char *kind, int number)
{
	char name[80];
	FILE *in;
	int c;

	snprintf(name, sizeof name, "documents/edifact/%s_%02d.edi", kind, number);
	in = real_open(name);
	buffer_init(&f->bytes, 1 << 20);
	arena_init(&f->arena, 8 << 20);
	while ((c = getc(in)) != EOF)
		buffer_add_char(&f->bytes, (char)c);
	fclose(in);
	assert_ok(edifact_read(buffer_bytes(&f->bytes), &f->arena, &f->edifact, NULL));
}

static void file_release(struct file *f)
{
	arena_release(&f->arena);
	buffer_release(&f->bytes);
}

static const struct paxlst *list_of(struct file *f)
{
	const struct paxlst *lists;
	struct error error = {0};
	size_t count = 0;

	if (paxlst_read(buffer_bytes(&f->bytes), NOW, &f->arena, &lists, &count, &error) != ST_OK)
		fail_msg("%s", error.message);
	assert_int_equal(count, 1);
	return lists;
}

/* The passenger of an answer's item, or NULL. */
static const struct paxlst_passenger *passenger_of(const struct paxlst *l, const struct cusres_received *r)
{
	for (size_t i = 0; i < l->passenger_count; i++)
		if (text_equal(l->passengers[i].reference, r->reference) && text_equal(l->passengers[i].locator, r->locator))
			return &l->passengers[i];
	return NULL;
}

/* Whether `received` answers the list: its transaction, and everybody once. In the samples one transaction's number names several. */
static bool answers(const struct paxlst *l, const struct file *answer, const struct cusres_received *received, size_t count)
{
	if (count != l->passenger_count || !text_equal(received[0].transaction, l->transaction))
		return false;
	for (size_t i = 0; i < count; i++)
		if (passenger_of(l, &received[i]) == NULL)
			return false;
	for (size_t i = 0; i < answer->edifact.count; i++) {
		const struct edifact_segment *s = &answer->edifact.segments[i];

		if (text_equal(s->tag, TEXT("RFF")) && text_equal(edifact_value(s, 0, 0), TEXT("AF")) &&
		    !text_equal(edifact_value(s, 0, 1), l->flight))
			return false;
	}
	return true;
}

/* The free text of the answer's item `i`. */
static struct text free_text(const struct file *answer, size_t i)
{
	size_t item = 0;

	for (size_t k = 0; k < answer->edifact.count; k++) {
		item += text_equal(answer->edifact.segments[k].tag, TEXT("ERP"));
		if (item == i + 1 && text_equal(answer->edifact.segments[k].tag, TEXT("FTX")))
			return edifact_value(&answer->edifact.segments[k], 3, 0);
	}
	return TEXT_NONE;
}

static bool same_segment(const struct edifact_segment *a, const struct edifact_segment *b)
{
	if (!text_equal(a->tag, b->tag) || a->element_count != b->element_count ||
	    memcmp(a->starts, b->starts, (a->element_count + 1) * sizeof *a->starts) != 0)
		return false;
	for (size_t i = 0; i < a->starts[a->element_count]; i++)
		if (!text_equal(a->values[i], b->values[i]))
			return false;
	return true;
}

/* Ours and theirs, segment by segment. */
static void same_interchange(const struct cusres *ours, const struct file *theirs, int number)
{
	struct buffer out;
	struct arena arena;
	struct edifact e;

	buffer_init(&out, 1 << 20);
	arena_init(&arena, 8 << 20);
	assert_ok(cusres_write(ours, &out, NULL));
	assert_ok(edifact_read(buffer_bytes(&out), &arena, &e, NULL));
	for (size_t i = 0; i < e.count && i < theirs->edifact.count; i++)
		if (!same_segment(&e.segments[i], &theirs->edifact.segments[i]))
			fail_msg("answer %d, segment %zu (%.*s at byte %zu) differs in\n%.*s", number, i, TEXT_ARG(e.segments[i].tag),
				 e.segments[i].position, (int)out.len, (const char *)out.data);
	assert_int_equal(e.count, theirs->edifact.count);
	/* They stand in the files one a line, as ours do. */
	assert_int_equal(out.len, theirs->bytes.len);
	assert_memory_equal(out.data, theirs->bytes.data, out.len);
	arena_release(&arena);
	buffer_release(&out);
}

/* The list, answered with the sample's decisions in the sample's order. Gives whether that is the list's order too. */
static bool answer_same(const struct paxlst *l, const struct file *answer, const struct cusres_received *received, size_t count, int number,
			struct cusres form)
{
	struct cusres_item items[16] = {0};
	bool ordered = true;

	assert_in_range(count, 1, 16);
	for (size_t i = 0; i < count; i++) {
		const struct paxlst_passenger *p = passenger_of(l, &received[i]);

		assert_non_null(p);
		ordered = ordered && p == &l->passengers[i];
		items[i] = (struct cusres_item){p, text_equal(received[i].erc, TEXT("0Z")), cusres_error(p), free_text(answer, i)};
	}
	form.list = l;
	form.now_ms = NOW;
	form.items = items;
	form.count = count;
	same_interchange(&form, answer, number);
	return ordered;
}

static void each_answered_list_is_answered_the_same(void **state)
{
	bool answered[ANSWERS + 1] = {false};
	int paired = 0;

	(void)state;
	for (int n = 1; n <= LISTS; n++) {
		struct file list;
		const struct paxlst *l;
		int by = 0;

		file_load(&list, "paxlst_iapi_china", n);
		l = list_of(&list);
		assert_true(l->interactive);
		assert_false(l->miscounted);
		for (int k = 1; k <= ANSWERS && by == 0; k++) {
			const struct cusres_received *received;
			struct file answer;
			size_t count;

			file_load(&answer, "cusres_iapi_china", k);
			assert_ok(cusres_read(buffer_bytes(&answer.bytes), &answer.arena, &received, &count, NULL));
			if (!answered[k] && text_equal(received[0].code, TEXT("962")) && answers(l, &answer, received, count)) {
				answered[k] = true;
				by = k;
				if (!answer_same(l, &answer, received, count, k, (struct cusres){0}))
					print_message("# list %02d: answer %02d has its passengers in another order\n", n, k);
			}
			file_release(&answer);
		}
		paired += by != 0;
		if (by == 0)
			print_message("# list %02d (transaction %.*s) was not answered\n", n, TEXT_ARG(l->transaction));
		file_release(&list);
	}
	/* Every answer of the samples answers one of the lists. */
	for (int k = 1; k <= ANSWERS; k++)
		assert_int_equal(answered[k], k < 9 || k > 12);
	print_message("# %d of %d lists are answered there, and here the same\n", paired, LISTS);
	assert_int_equal(paired, 18);
}

/* 09 and 11 turn a passenger of list 08 away and let him board again; 10 and 12 acknowledge that. */
static void changes_and_their_acknowledgements_are_the_same(void **state)
{
	struct file list;
	const struct paxlst *l;

	(void)state;
	file_load(&list, "paxlst_iapi_china", 8);
	l = list_of(&list);
	for (int k = 9; k <= 12; k += 2) {
		const struct cusres_received *change, *back;
		struct file sent, acknowledged;
		size_t count;

		file_load(&sent, "cusres_iapi_china", k);
		file_load(&acknowledged, "cusres_iapi_china", k + 1);
		assert_ok(cusres_read(buffer_bytes(&sent.bytes), &sent.arena, &change, &count, NULL));
		assert_int_equal(count, 1);
		assert_text(change->code, "132");
		assert_true(answer_same(l, &sent, change, count, k,
					(struct cusres){.kind = CUSRES_UNSOLICITED, .control = change->control, .transaction = change->transaction,
							.group = TEXT("15693125265312")}));
		assert_ok(cusres_read(buffer_bytes(&acknowledged.bytes), &acknowledged.arena, &back, &count, NULL));
		assert_int_equal(count, 1);
		assert_text(back->code, "312");
		assert_true(text_equal(back->transaction, change->transaction) && text_equal(back->control, change->control) &&
			    text_equal(back->message, change->message) && text_equal(back->locator, change->locator) &&
			    text_equal(back->reference, change->reference) && text_equal(back->erc, change->erc));
		file_release(&sent);
		file_release(&acknowledged);
	}
	file_release(&list);
}

/* Lists of another system, each without its envelope; 24 has fields as long as they can be, 25 to 27 are three parts of one list. */
static void a_carrier_s_batches_are_read(void **state)
{
	static const struct {
		int number;
		size_t passengers;
		bool miscounted, more;
		const char *names;
	} rows[] = {
		{22, 3, false, false, "STRANSKY/JAROSLAV VICTOROVICH/1967-06-10/102865098 KOVACS/PETR/1969-12-09/35485167 LESKA/PAVEL/1976-05-02/34356146 "},
		{23, 1, false, false, "STRANSKY/// "},
		{24, 3, false, false, NULL},
		{25, 2, false, true, "STRANSKY/JAROSLAV VICTOROVICH/1967-06-10/102865098 KOVACS/PETR/1969-12-09/35485167 "},
		{26, 2, false, true, NULL},
		{27, 1, false, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct file list;
		const struct paxlst *l;
		struct buffer names;

		file_load(&list, "paxlst_apis_edi_file", rows[i].number);
		l = list_of(&list);
		assert_text(l->message.sender, "");
		assert_false(l->interactive);
		assert_int_equal(l->passenger_count, rows[i].passengers);
		assert_int_equal(l->miscounted, rows[i].miscounted);
		assert_int_equal(l->message.more, rows[i].more);
		assert_text(l->legs[0].from, rows[i].number == 24 ? "PRGXXXXXXXXXXXXXXXXXXXXXX" : "PRG");
		assert_int_equal(l->legs[0].departs_ms, 1191840300000);
		buffer_init(&names, 4096);
		for (size_t k = 0; k < l->passenger_count; k++)
			buffer_printf(&names, "%.*s/%.*s/%.*s/%.*s ", TEXT_ARG(l->passengers[k].family), TEXT_ARG(l->passengers[k].given),
				      TEXT_ARG(l->passengers[k].birth), TEXT_ARG(l->passengers[k].documents[0].number));
		if (rows[i].names)
			assert_text(buffer_text(&names), rows[i].names);
		buffer_release(&names);
		file_release(&list);
	}
}

/* Those too that nobody answered there: every passenger once, in the list's order, by the names that he was given. */
static void every_list_can_be_answered(void **state)
{
	size_t answered = 0;

	(void)state;
	for (int n = 1; n <= 27; n++) {
		struct cusres_item items[16] = {0};
		const struct cusres_received *received;
		struct file list;
		const struct paxlst *l;
		struct buffer out;
		size_t count;

		file_load(&list, n > LISTS ? "paxlst_apis_edi_file" : "paxlst_iapi_china", n);
		l = list_of(&list);
		buffer_init(&out, 1 << 20);
		for (size_t i = 0; i < l->passenger_count; i++)
			items[i] = (struct cusres_item){&l->passengers[i], i % 2 == 0, cusres_error(&l->passengers[i]), TEXT("CALL +855 23 000 000")};
		assert_ok(cusres_write(&(struct cusres){.list = l, .now_ms = NOW, .items = items, .count = l->passenger_count}, &out, NULL));
		assert_ok(cusres_read(buffer_bytes(&out), &list.arena, &received, &count, NULL));
		assert_int_equal(count, l->passenger_count);
		for (size_t i = 0; i < count; i++) {
			assert_true(text_equal(received[i].transaction, l->transaction) && text_equal(received[i].control, l->message.control) &&
				    text_equal(received[i].locator, l->passengers[i].locator) &&
				    text_equal(received[i].reference, l->passengers[i].reference));
			/* The European lists have no passenger references. */
			assert_text(received[i].erc, i % 2 ? "1Z" : n > LISTS ? "4Z" : "0Z");
		}
		answered += count;
		buffer_release(&out);
		file_release(&list);
	}
	print_message("# 27 lists with %zu passengers answered\n", answered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answered_list_is_answered_the_same),
		cmocka_unit_test(changes_and_their_acknowledgements_are_the_same),
		cmocka_unit_test(a_carrier_s_batches_are_read),
		cmocka_unit_test(every_list_can_be_answered),
	};

	if (real_missing("documents/edifact/paxlst_iapi_china_01.edi"))
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
