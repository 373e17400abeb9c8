#include <stdlib.h>

#include "alert/alert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever is read is written, JSON as JSON and never more than a message holds. */
static void written(const struct alerts *alerts, struct buffer *out)
{
	json_t *feed;

	for (enum alert_language l = ALERT_EN; l < ALERT_LANGUAGES; l++) {
		buffer_clear(out);
		if (alert_json_feed(alerts, l, out) == ST_OK) {
			feed = json_loadb((const char *)out->data, out->len, JSON_REJECT_DUPLICATES, NULL);
			if (feed == NULL)
				abort();
			json_decref(feed);
		}
		buffer_clear(out);
		(void)!alert_rss(alerts, l, ALERT_LINK_CAP, out);
	}
	for (size_t i = 0; i < alerts->count; i++) {
		buffer_clear(out);
		(void)!alert_cap(alerts, &alerts->items[i], out);
		buffer_clear(out);
		if (alert_message(alerts, &alerts->items[i], ALERT_KM, out) == ST_OK && out->len > 3 * ALERT_MESSAGE_MAX)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *root = json_loadb((const char *)data, size, 0, NULL);
	struct alerts alerts;
	struct arena arena;
	struct buffer out;
	size_t left_out;

	arena_init(&arena, 1 << 22);
	buffer_init(&out, 1 << 22);
	if (root && alerts_read(root, &arena, &alerts, &left_out, NULL) == ST_OK)
		written(&alerts, &out);
	buffer_release(&out);
	arena_release(&arena);
	json_decref(root);
	return 0;
}
