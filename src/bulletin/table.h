/* Tables that are asked without showing the question: 2^14 buckets of slots, each a tag and an enciphered payload, or random.
 * docs/formats/bulletin.md. Pure.
 *
 * x is what is looked up, "type|value" in its one form. Making F(x) costs 65 us and depends on the key alone: who builds tables
 * again and again keeps it for (key id, x), and gives it to each building. A table of 1,000,000 takes 2 s then, a minute without.
 */
#ifndef BULLETIN_TABLE_H
#define BULLETIN_TABLE_H

#include "base/buffer.h"
#include "base/env.h"
#include "bulletin/payload.h"
#include "oprf/oprf.h"

#define BULLETIN_BUCKETS 16384u
#define BULLETIN_TAG_SIZE 8u
#define BULLETIN_SLOTS_MIN 4u
#define BULLETIN_SLOTS_MAX 4096u
#define BULLETIN_TABLE_HEAD_SIZE 32u
#define BULLETIN_TABLE_MAX (BULLETIN_TABLE_HEAD_SIZE + (size_t)BULLETIN_BUCKETS * BULLETIN_SLOTS_MAX * (BULLETIN_TAG_SIZE + BULLETIN_PAYLOAD_MAX))

/* The first 14 bits of SHA-256("cordon bucket v1|" x). */
uint16_t bulletin_bucket(struct text x);

/* One x to be put into a table. */
struct bulletin_row {
	struct oprf_output output; /* F(x): oprf_direct with the table's key */
	uint16_t bucket;           /* bulletin_bucket(x) */
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
};

struct bulletin_table_head {
	uint8_t payload_size;              /* BULLETIN_CHECK_SIZE or BULLETIN_RECEIPT_SIZE */
	uint8_t key_id[OPRF_KEY_ID_SIZE];
	int64_t time_ms;                   /* later than that of the table before: tags and pads depend on it */
};

/* Appends the table of the rows, whatever their order. Fails: ST_CONFLICT (two rows of one x); ST_MALFORMED (a bucket's number,
 * payload size, time); ST_LIMIT (a bucket fuller than BULLETIN_SLOTS_MAX, the buffer's ceiling); ST_NO_MEMORY. `out` is as
 * before then. Cost: O(rows + table), a SHA-512 for each row. */
MUST_USE enum status bulletin_table_build(const struct bulletin_table_head *head, const struct bulletin_row *rows, size_t count,
					  const struct env *env, struct buffer *out, struct error *ret_error);

/* A table in memory; `buckets` is borrowed from the file's bytes. */
struct bulletin_table {
	struct bulletin_table_head head;
	uint32_t slots; /* of each bucket */
	const uint8_t *buckets;
};

/* Everything is checked that can be without the key: sizes, and the order of slots. Fails: ST_MALFORMED "bulletin-malformed". Cost: O(n). */
MUST_USE enum status bulletin_table_open(struct bytes file, struct bulletin_table *ret, struct error *ret_error);

/* The slots of a bucket below BULLETIN_BUCKETS. */
struct bytes bulletin_table_bucket(const struct bulletin_table *table, uint16_t bucket);

/* The payload of F(x) in one bucket of a table with that head. Fails: ST_NOT_FOUND. Cost: a SHA-512. */
MUST_USE enum status bulletin_bucket_find(const struct bulletin_table_head *head, struct bytes bucket, const struct oprf_output *output,
					  uint8_t ret_payload[BULLETIN_PAYLOAD_MAX]);

#endif
