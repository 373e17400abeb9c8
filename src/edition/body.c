#include "edition/body.h"

#include <stdlib.h>

#include "edition/cursor.h"

#define RECORD_MIN (1 + EDITION_ID_SIZE + 8 + EDITION_ID_SIZE + 8 + 1 + LEAF_SALT_SIZE + 4)

static const char magic[4] = {'B', 'O', 'D', 'Y'};

/* ---- writing ---- */

static void record_add(const struct edition_record *record, struct buffer *out)
{
	number_add(out, (uint64_t)record->kind * 2 + !record->put + 1, 1);
	buffer_add(out, record->subject, sizeof record->subject);
	number_add(out, record->index, 8);
	buffer_add(out, record->id, sizeof record->id);
	number_add(out, (uint64_t)record->time_ms, 8);
	number_add(out, record->actor.len, 1);
	buffer_add_text(out, record->actor);
	buffer_add(out, record->salt, sizeof record->salt);
	number_add(out, record->payload.len, 4);
	buffer_add_text(out, record->payload);
}

static int by_index(const void *a, const void *b)
{
	const struct cover_leaf *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

/* The leaves of the change's records in the order of the log; to be freed. */
static enum status leaves_of(const struct edition_change *change, struct cover_leaf **ret_leaves, struct error *ret_error)
{
	size_t count = change->drop_count + change->put_count;
	struct cover_leaf *leaves = malloc((count ? count : 1) * sizeof *leaves);

	if (leaves == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < count; i++) {
		const struct edition_record *r = i < change->drop_count ? &change->drops[i] : &change->puts[i - change->drop_count];

		leaves[i] = (struct cover_leaf){r->index, r->leaf, r->put};
	}
	qsort(leaves, count, sizeof *leaves, by_index);
	*ret_leaves = leaves;
	return ST_OK;
}

static enum status records_add(const struct edition_record *records, size_t count, bool put, struct buffer *out,
			       struct error *ret_error)
{
	number_add(out, count, 4);
	for (size_t i = 0; i < count; i++) {
		if (records[i].put != put || records[i].time_ms < 0 || !leaf_field_valid(records[i].actor) ||
		    records[i].payload.len > EDITION_PAYLOAD_MAX ||
		    (i && memcmp(records[i - 1].subject, records[i].subject, EDITION_ID_SIZE) >= 0))
			return error_set(ret_error, ST_MALFORMED, "record %zu is out of order or too long", i);
		record_add(&records[i], out);
	}
	return buffer_status(out);
}

enum status edition_body_write(const struct edition_change *change, const struct cover_source *log, struct buffer *out,
			       struct error *ret_error)
{
	struct cover_task task = {.size = change->size, .count = change->drop_count + change->put_count, .source = log};
	struct cover_leaf *leaves = NULL;
	size_t count_at, count;
	enum status st;

	buffer_add(out, magic, sizeof magic);
	number_add(out, change->from, 8);
	number_add(out, change->from_size, 8);
	buffer_add(out, change->from_state.b, sizeof change->from_state.b);
	number_add(out, change->size, 8);
	TRY_OUT(records_add(change->drops, change->drop_count, false, out, ret_error));
	TRY_OUT(records_add(change->puts, change->put_count, true, out, ret_error));
	TRY_OUT(leaves_of(change, &leaves, ret_error));
	task.leaves = leaves;
	count_at = out->len;
	number_add(out, 0, 4);
	TRY_OUT(cover_hashes(&task, change->from_size, out, &count, ret_error));
	number_put(count, 4, out->data + count_at);
out:
	free(leaves);
	return st;
}

/* ---- reading ---- */

static enum status bad(struct error *ret_error, const char *what)
{
	return error_because(ret_error, ST_MALFORMED, "edition-malformed", NULL, "the body: %s", what);
}

static enum status record_read(struct cursor *c, struct edition_record *ret, struct error *ret_error)
{
	uint64_t kind, time, actor_len, payload_len;
	struct bytes actor, payload;

	if (!cursor_number(c, 1, &kind) || !cursor_copy(c, ret->subject, sizeof ret->subject) || !cursor_number(c, 8, &ret->index) ||
	    !cursor_copy(c, ret->id, sizeof ret->id) || !cursor_number(c, 8, &time) || !cursor_number(c, 1, &actor_len) ||
	    !cursor_take(c, (size_t)actor_len, &actor) || !cursor_copy(c, ret->salt, sizeof ret->salt) ||
	    !cursor_number(c, 4, &payload_len) || !cursor_take(c, (size_t)payload_len, &payload))
		return bad(ret_error, "a record is cut short");
	ret->kind = kind > 2 ? EDITION_CLEARANCE : EDITION_LISTING;
	ret->put = kind % 2 == 1;
	ret->time_ms = (int64_t)time;
	ret->actor = (struct text){(const char *)actor.data, actor.len};
	if (kind < 1 || kind > 4 || time > INT64_MAX || !leaf_field_valid(ret->actor) || payload_len > EDITION_PAYLOAD_MAX)
		return bad(ret_error, "a record that cannot be");
	if (text_check(payload, &ret->payload, NULL) != ST_OK)
		return bad(ret_error, "a record is not text");
	edition_leaf_hash(ret);
	return ST_OK;
}

static enum status records_read(struct cursor *c, bool put, struct edition_record **ret, size_t *ret_count, struct error *ret_error)
{
	uint64_t count;

	if (!cursor_number(c, 4, &count) || count > EDITION_RECORDS_MAX || count > c->rest.len / RECORD_MIN)
		return bad(ret_error, "more records than can be");
	*ret = calloc(count ? (size_t)count : 1, sizeof **ret);
	if (*ret == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	*ret_count = (size_t)count;
	for (size_t i = 0; i < count; i++) {
		TRY(record_read(c, &(*ret)[i], ret_error));
		if ((*ret)[i].put != put)
			return bad(ret_error, "a record stands in the wrong place");
		if (i && memcmp((*ret)[i - 1].subject, (*ret)[i].subject, EDITION_ID_SIZE) >= 0)
			return bad(ret_error, "records are out of order");
	}
	return ST_OK;
}

enum status edition_body_read(struct bytes in, struct body *ret, struct error *ret_error)
{
	struct cursor c = {in};
	struct bytes word;
	uint64_t hashes;

	*ret = (struct body){0};
	if (!cursor_take(&c, sizeof magic, &word) || memcmp(word.data, magic, sizeof magic) != 0)
		return bad(ret_error, "its first word is another");
	if (!cursor_number(&c, 8, &ret->from) || !cursor_number(&c, 8, &ret->from_size) ||
	    !cursor_copy(&c, ret->from_state.b, sizeof ret->from_state.b) || !cursor_number(&c, 8, &ret->size))
		return bad(ret_error, "it is cut short");
	TRY(records_read(&c, false, &ret->drops, &ret->drop_count, ret_error));
	TRY(records_read(&c, true, &ret->puts, &ret->put_count, ret_error));
	if (!cursor_number(&c, 4, &hashes) || hashes > c.rest.len / MERKLE_HASH_SIZE || hashes * MERKLE_HASH_SIZE != c.rest.len)
		return bad(ret_error, "the hashes are not as many as it says");
	ret->hashes = c.rest;
	return ST_OK;
}

void edition_body_release(struct body *body)
{
	free(body->drops);
	free(body->puts);
	*body = (struct body){0};
}
