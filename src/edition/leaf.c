#include <sodium.h>

#include "edition/edition.h"

#include "model/id.h"

/* By kind, then put and drop. */
static const char *const words[2][2] = {{"listing.put", "listing.drop"}, {"clearance.put", "clearance.drop"}};

bool edition_kind_set(struct edition_record *record, struct text word)
{
	for (unsigned i = 0; i < 4; i++)
		if (text_equal(word, text_of(words[i / 2][i % 2]))) {
			record->kind = (enum edition_kind)(i / 2);
			record->put = i % 2 == 0;
			return true;
		}
	return false;
}

void edition_leaf_write(const struct edition_record *record, struct buffer *out)
{
	char subject[ID_SIZE], id[ID_SIZE];
	struct leaf leaf = {.actor = record->actor, .id = {id, ID_SIZE - 1}, .kind = text_of(words[record->kind][!record->put]),
			    .log = TEXT("list"), .subject = {subject, ID_SIZE - 1}, .time_ms = record->time_ms};

	sodium_bin2hex(subject, sizeof subject, record->subject, sizeof record->subject);
	sodium_bin2hex(id, sizeof id, record->id, sizeof record->id);
	leaf_commit(record->salt, record->payload, &leaf.commitment);
	leaf_write(&leaf, out);
}

void edition_leaf_hash(struct edition_record *record)
{
	struct buffer body;

	buffer_init(&body, LEAF_BODY_MAX);
	edition_leaf_write(record, &body);
	merkle_hash_leaf(buffer_bytes(&body), &record->leaf);
	buffer_release(&body);
}
