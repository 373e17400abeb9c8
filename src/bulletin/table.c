#include "bulletin/table.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "bulletin/bytes.h"

#define MAGIC "CORDONBT"
#define VERSION 1u
#define BITS 14u
#define SLOT_MAX (BULLETIN_TAG_SIZE + BULLETIN_PAYLOAD_MAX)

static size_t slot_size(const struct bulletin_table_head *head)
{
	return BULLETIN_TAG_SIZE + head->payload_size;
}

static bool payload_size_valid(unsigned size)
{
	return size == BULLETIN_CHECK_SIZE || size == BULLETIN_RECEIPT_SIZE;
}

uint16_t bulletin_bucket(struct text x)
{
	static const char label[] = "cordon bucket v1|";
	crypto_hash_sha256_state state;
	uint8_t hash[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)label, sizeof label - 1);
	(void)crypto_hash_sha256_update(&state, (const uint8_t *)x.data, x.len);
	(void)crypto_hash_sha256_final(&state, hash);
	sodium_memzero(&state, sizeof state);
	return (uint16_t)(hash[0] << 6 | hash[1] >> 2);
}

/* The bytes that one x has in the table of one time: its tag, then the pad over its payload. Two tables laid over each other
 * show neither which slots stayed nor what changed in one. */
static void slot_mask(const struct bulletin_table_head *head, const struct oprf_output *output, uint8_t ret[crypto_hash_sha512_BYTES])
{
	static const char label[] = "cordon slot v1|";
	crypto_hash_sha512_state state;
	uint8_t time[8];

	bytes_put_64(time, (uint64_t)head->time_ms);
	(void)crypto_hash_sha512_init(&state);
	(void)crypto_hash_sha512_update(&state, (const uint8_t *)label, sizeof label - 1);
	(void)crypto_hash_sha512_update(&state, output->b, sizeof output->b);
	(void)crypto_hash_sha512_update(&state, time, sizeof time);
	(void)crypto_hash_sha512_final(&state, ret);
	sodium_memzero(&state, sizeof state);
}

/* ---- building ---- */

/* How full each bucket is, and how many slots each has therefore. */
static enum status slots_of(const struct bulletin_row *rows, size_t count, uint32_t fill[BULLETIN_BUCKETS], uint32_t *ret_slots,
			    struct error *ret_error)
{
	uint32_t slots = BULLETIN_SLOTS_MIN;

	memset(fill, 0, BULLETIN_BUCKETS * sizeof fill[0]);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].bucket >= BULLETIN_BUCKETS)
			return error_at(ret_error, ST_MALFORMED, "bucket", -1, "there is no bucket %u", rows[i].bucket);
		if (++fill[rows[i].bucket] > BULLETIN_SLOTS_MAX)
			return error_at(ret_error, ST_LIMIT, "bucket", -1, "more than %u rows in one bucket", BULLETIN_SLOTS_MAX);
		while (slots < fill[rows[i].bucket])
			slots *= 2;
	}
	*ret_slots = slots;
	return ST_OK;
}

static void head_write(const struct bulletin_table_head *head, uint32_t slots, uint8_t *out)
{
	memcpy(out, MAGIC, 8);
	out[8] = VERSION;
	out[9] = BITS;
	bytes_put_16(out + 10, head->payload_size);
	bytes_put_32(out + 12, slots);
	memcpy(out + 16, head->key_id, OPRF_KEY_ID_SIZE);
	bytes_put_64(out + 24, (uint64_t)head->time_ms);
}

static void slot_write(const struct bulletin_table_head *head, const struct bulletin_row *row, uint8_t *out)
{
	uint8_t mask[crypto_hash_sha512_BYTES];

	slot_mask(head, &row->output, mask);
	memcpy(out, mask, BULLETIN_TAG_SIZE);
	for (size_t i = 0; i < head->payload_size; i++)
		out[BULLETIN_TAG_SIZE + i] = mask[BULLETIN_TAG_SIZE + i] ^ row->payload[i];
	sodium_memzero(mask, sizeof mask);
}

static int check_slot_compare(const void *a, const void *b)
{
	return memcmp(a, b, BULLETIN_TAG_SIZE + BULLETIN_CHECK_SIZE);
}

static int receipt_slot_compare(const void *a, const void *b)
{
	return memcmp(a, b, BULLETIN_TAG_SIZE + BULLETIN_RECEIPT_SIZE);
}

/* Fills up with random slots, and puts them in the order of their bytes. False: two have one tag. */
static bool bucket_finish(const struct bulletin_table_head *head, uint32_t slots, uint32_t filled, const struct env *env, uint8_t *bucket)
{
	const size_t size = slot_size(head);

	env_random(env, bucket + filled * size, (slots - filled) * size);
	qsort(bucket, slots, size, head->payload_size == BULLETIN_CHECK_SIZE ? check_slot_compare : receipt_slot_compare);
	for (size_t i = 1; i < slots; i++)
		if (memcmp(bucket + (i - 1) * size, bucket + i * size, BULLETIN_TAG_SIZE) == 0)
			return false;
	return true;
}

enum status bulletin_table_build(const struct bulletin_table_head *head, const struct bulletin_row *rows, size_t count,
				 const struct env *env, struct buffer *out, struct error *ret_error)
{
	const size_t size = slot_size(head), before = out->len;
	uint32_t fill[BULLETIN_BUCKETS], slots = 0;
	uint8_t *buckets;

	if (!payload_size_valid(head->payload_size) || head->time_ms < 0)
		return error_at(ret_error, ST_MALFORMED, "head", -1, "a table has no such payload or time");
	TRY(slots_of(rows, count, fill, &slots, ret_error));
	buckets = buffer_extend(out, BULLETIN_TABLE_HEAD_SIZE + BULLETIN_BUCKETS * slots * size);
	if (buckets == NULL)
		return error_set(ret_error, buffer_status(out), "the table is larger than may be held");
	head_write(head, slots, buckets);
	buckets += BULLETIN_TABLE_HEAD_SIZE;
	memset(fill, 0, sizeof fill);
	for (size_t i = 0; i < count; i++)
		slot_write(head, &rows[i], buckets + (rows[i].bucket * (size_t)slots + fill[rows[i].bucket]++) * size);
	for (size_t i = 0; i < BULLETIN_BUCKETS; i++)
		if (!bucket_finish(head, slots, fill[i], env, buckets + i * slots * size)) {
			out->len = before;
			return error_at(ret_error, ST_CONFLICT, "bucket", -1, "two rows of bucket %zu are of one identifier", i);
		}
	return ST_OK;
}

/* ---- reading ---- */

static enum status malformed(const char *what, struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "bulletin-malformed", "table", "this is no table of the bulletin: its %s", what);
}

enum status bulletin_table_open(struct bytes file, struct bulletin_table *ret, struct error *ret_error)
{
	struct bulletin_table table;
	uint64_t time;
	size_t size;

	if (file.len < BULLETIN_TABLE_HEAD_SIZE || memcmp(file.data, MAGIC, 8) != 0 || file.data[8] != VERSION || file.data[9] != BITS)
		return malformed("beginning", ret_error);
	if (!payload_size_valid(bytes_get_16(file.data + 10)))
		return malformed("size of payloads", ret_error);
	table.head.payload_size = (uint8_t)bytes_get_16(file.data + 10);
	table.slots = bytes_get_32(file.data + 12);
	memcpy(table.head.key_id, file.data + 16, OPRF_KEY_ID_SIZE);
	time = bytes_get_64(file.data + 24);
	if (time > INT64_MAX)
		return malformed("time", ret_error);
	table.head.time_ms = (int64_t)time;
	size = slot_size(&table.head);
	if (table.slots < BULLETIN_SLOTS_MIN || table.slots > BULLETIN_SLOTS_MAX || (table.slots & (table.slots - 1)) != 0)
		return malformed("number of slots", ret_error);
	if (file.len != BULLETIN_TABLE_HEAD_SIZE + (size_t)BULLETIN_BUCKETS * table.slots * size)
		return malformed("size", ret_error);
	table.buckets = file.data + BULLETIN_TABLE_HEAD_SIZE;
	for (size_t i = 1; i < (size_t)BULLETIN_BUCKETS * table.slots; i++)
		if (i % table.slots && memcmp(table.buckets + (i - 1) * size, table.buckets + i * size, size) >= 0)
			return malformed("order", ret_error);
	*ret = table;
	return ST_OK;
}

struct bytes bulletin_table_bucket(const struct bulletin_table *table, uint16_t bucket)
{
	const size_t len = table->slots * slot_size(&table->head);

	assert(bucket < BULLETIN_BUCKETS);
	return (struct bytes){table->buckets + bucket * len, len};
}

enum status bulletin_bucket_find(const struct bulletin_table_head *head, struct bytes bucket, const struct oprf_output *output,
				 uint8_t ret_payload[BULLETIN_PAYLOAD_MAX])
{
	const size_t size = slot_size(head);
	uint8_t mask[crypto_hash_sha512_BYTES];
	enum status st = ST_NOT_FOUND;

	slot_mask(head, output, mask);
	for (size_t at = 0; at + size <= bucket.len; at += size) {
		if (sodium_memcmp(bucket.data + at, mask, BULLETIN_TAG_SIZE) != 0)
			continue;
		memset(ret_payload, 0, BULLETIN_PAYLOAD_MAX);
		for (size_t i = 0; i < head->payload_size; i++)
			ret_payload[i] = bucket.data[at + BULLETIN_TAG_SIZE + i] ^ mask[BULLETIN_TAG_SIZE + i];
		st = ST_OK;
	}
	sodium_memzero(mask, sizeof mask);
	return st;
}
