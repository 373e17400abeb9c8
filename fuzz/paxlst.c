/* Passenger lists: each that is read makes queries and is answered, and the answer is read as what was put in. */
#include <stdlib.h>

#include "edifact/cusres.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW ((int64_t)1790000000000)

static void answer_check(const struct paxlst *l, const struct cusres_item *items, struct arena *arena)
{
	struct cusres answer = {.kind = l->passenger_count % 2 ? CUSRES_ANSWER : CUSRES_UNSOLICITED, .list = l, .now_ms = NOW, .items = items,
				.count = l->passenger_count};
	const struct cusres_received *received;
	struct error error;
	struct buffer out;
	size_t count;

	buffer_init(&out, (size_t)4 << 20);
	if (cusres_write(&answer, &out, &error) != ST_OK) {
		if (error.code != ST_LIMIT && error.code != ST_NO_MEMORY)
			abort();
		buffer_release(&out);
		return;
	}
	if (cusres_read(buffer_bytes(&out), arena, &received, &count, &error) != ST_OK || count != (answer.count ? answer.count : 1))
		abort();
	for (size_t i = 0; i < answer.count; i++) {
		const struct paxlst_passenger *p = items[i].passenger;
		struct text erc = i % 3 == 0 ? TEXT("1Z") : items[i].error.len ? items[i].error : TEXT("0Z");

		if (!text_equal(received[i].erc, erc) || !text_equal(received[i].locator, p->locator) ||
		    !text_equal(received[i].reference, p->reference) || !text_equal(received[i].transaction, l->transaction))
			abort();
	}
	buffer_release(&out);
}

static void list_check(const struct paxlst *l, struct arena *arena)
{
	struct cusres_item *items = ARENA_NEW(arena, struct cusres_item, l->passenger_count + 1);
	struct entity person;

	if (items == NULL || l->leg_count > PAXLST_LEGS_MAX || l->passenger_count > PAXLST_PASSENGERS_MAX)
		abort();
	for (size_t i = 0; i < l->passenger_count; i++) {
		const struct paxlst_passenger *p = &l->passengers[i];
		enum status st = paxlst_person(p, arena, &person);

		if ((st != ST_OK && st != ST_LIMIT) || p->document_count > PAXLST_DOCUMENTS_MAX || p->birth.len > 10)
			abort();
		items[i] = (struct cusres_item){p, i % 3 != 0, cusres_error(p), TEXT("CALL +855 23 000 000")};
	}
	answer_check(l, items, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct paxlst *lists;
	struct error error = {0};
	struct arena arena;
	size_t count;

	if (size > 65536)
		return 0;
	arena_init(&arena, (size_t)256 << 20);
	if (paxlst_read((struct bytes){data, size}, NOW, &arena, &lists, &count, &error) != ST_OK) {
		if (error.code != ST_NO_MEMORY && (error.reason[0] == 0 || error.position > (int64_t)size))
			abort();
		count = 0;
	}
	for (size_t i = 0; i < count; i++)
		list_check(&lists[i], &arena);
	arena_release(&arena);
	return 0;
}
