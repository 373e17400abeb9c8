#include <stdlib.h>

#include "awareness/item.h"
#include "awareness/sketch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read keeps to its bounds, and its story can be compared. */
static void check(const struct item *item, struct arena *arena)
{
	struct sketch sketch, again;
	uint8_t bytes[SKETCH_BYTES];
	struct error error;

	if (item->receipt.len != ITEM_RECEIPT_DIGITS || item->language.len != 2 || item->story.len > ITEM_STORY_MAX ||
	    item->identifier_count > ITEM_IDENTIFIERS_MAX || item->payment_count > ITEM_PAYMENTS_MAX || item->evidence_count > ITEM_EVIDENCE_MAX)
		abort();
	if (sketch_make(item->story, arena, &sketch, &error) != ST_OK)
		abort();
	sketch_write(&sketch, bytes);
	if (!sketch_read((struct bytes){bytes, sizeof bytes}, &again) || memcmp(sketch.numbers, again.numbers, sizeof again.numbers) != 0)
		abort();
}

/* What a portal tells of itself has the one figure or the other. */
static void check_alarm(struct bytes json, struct arena *arena)
{
	struct item_alarm alarm;
	struct error error;

	if (item_alarm_read(json, arena, &alarm, &error) != ST_OK)
		return;
	if (alarm.portal.len != 64 || alarm.checks < 1 || alarm.checks > ITEM_ALARM_CHECKS_MAX || (alarm.networks == 0) == (alarm.buckets == 0) ||
	    alarm.networks > ITEM_ALARM_SPREAD_MAX || alarm.buckets > ITEM_ALARM_SPREAD_MAX || alarm.usual < -1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum item_kind kinds[] = {ITEM_REPORT, ITEM_DISPUTE, ITEM_FOLLOW_UP};
	struct arena arena;
	struct error error;
	struct item item;

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		arena_init(&arena, (size_t)16 << 20);
		if (item_read(kinds[i], (struct bytes){data, size}, &arena, &item, &error) == ST_OK)
			check(&item, &arena);
		else if (error.reason[0] == 0 && error.code == ST_MALFORMED)
			abort();
		arena_release(&arena);
	}
	arena_init(&arena, (size_t)1 << 20);
	check_alarm((struct bytes){data, size}, &arena);
	arena_release(&arena);
	return 0;
}
