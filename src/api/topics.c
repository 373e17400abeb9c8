#include "api/topics.h"

#include "topics.inc"

static const struct topics_row *topic_find(struct text topic)
{
	size_t low = 0, high = TOPICS_COUNT;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = text_compare(topics_rows[middle].topic, topic);

		if (order == 0)
			return &topics_rows[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct text topic_label(struct text topic)
{
	const struct topics_row *row = topic_find(topic);

	return row ? row->label : TEXT("");
}

bool topic_is_risk(struct text topic)
{
	const struct topics_row *row = topic_find(topic);

	return row ? row->risk != 0 : text_starts(topic, TEXT("crime")) || text_starts(topic, TEXT("sanction"));
}
