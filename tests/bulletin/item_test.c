/* Sealed items: opened by the inbox alone, as they were sealed or not at all. */
#include "bulletin/item.h"

#include <sodium.h>
#include <stdlib.h>

#include "lib/test.h"

struct inbox {
	uint8_t public_key[32], secret[32], other_public[32], other_secret[32];
	struct buffer item, out;
};

static const struct bulletin_item_head head = {BULLETIN_RESCUE, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};
static const struct bytes content = {(const uint8_t *)"{\"place\":\"12\"}", 14};

static int make(void **state)
{
	struct inbox *b = calloc(1, sizeof *b);

	*state = b;
	assert_int_equal(crypto_box_keypair(b->public_key, b->secret), 0);
	assert_int_equal(crypto_box_keypair(b->other_public, b->other_secret), 0);
	buffer_init(&b->item, 2 * BULLETIN_ITEM_MAX), buffer_init(&b->out, 2 * BULLETIN_ITEM_MAX);
	assert_ok(bulletin_item_seal(b->public_key, &head, content, &b->item, NULL));
	return 0;
}

static int unmake(void **state)
{
	struct inbox *b = *state;

	buffer_release(&b->item), buffer_release(&b->out);
	free(b);
	return 0;
}

static void sealed_and_opened(void **state)
{
	struct inbox *b = *state;
	struct bulletin_item_head read;

	assert_int_equal(b->item.len, content.len + BULLETIN_ITEM_OVERHEAD);
	assert_ok(bulletin_item_head_read(buffer_bytes(&b->item), &read, NULL));
	assert_int_equal(read.kind, BULLETIN_RESCUE);
	assert_ok(bulletin_item_open(buffer_bytes(&b->item), b->public_key, b->secret, &read, &b->out, NULL));
	assert_int_equal(read.kind, BULLETIN_RESCUE);
	assert_memory_equal(read.id, head.id, sizeof head.id);
	assert_int_equal(b->out.len, content.len);
	assert_memory_equal(b->out.data, content.data, content.len);
	assert_int_equal(bulletin_item_open(buffer_bytes(&b->item), b->other_public, b->other_secret, &read, &b->out, NULL), ST_DENIED);
	assert_int_equal(b->out.len, content.len);
}

static void an_altered_item_is_refused(void **state)
{
	struct inbox *b = *state;
	struct bulletin_item_head read;

	for (size_t bit = 0; bit < 8 * b->item.len; bit++) {
		b->item.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		/* The highest bit of an X25519 key is no part of it (RFC 7748, 5); the tag is over the nonce, which is over the key as it
		 * stands, so that even this one is noticed. */
		assert_int_not_equal(bulletin_item_open(buffer_bytes(&b->item), b->public_key, b->secret, &read, &b->out, NULL), ST_OK);
		b->item.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < b->item.len; n++)
		assert_int_not_equal(bulletin_item_open((struct bytes){b->item.data, n}, b->public_key, b->secret, &read, &b->out, NULL), ST_OK);
	assert_int_equal(b->out.len, 0);
}

static void bounds(void **state)
{
	struct inbox *b = *state;
	uint8_t *large = calloc(1, BULLETIN_ITEM_MAX), zeros[32] = {0};
	struct bulletin_item_head read, none = {.kind = (enum bulletin_item_kind)(BULLETIN_ALARM + 1)};
	const size_t before = b->item.len;

	assert_int_equal(bulletin_item_seal(b->public_key, &none, content, &b->item, NULL), ST_MALFORMED);
	assert_int_equal(bulletin_item_seal(zeros, &head, content, &b->item, NULL), ST_MALFORMED);
	assert_int_equal(bulletin_item_seal(b->public_key, &head, (struct bytes){large, BULLETIN_ITEM_MAX - BULLETIN_ITEM_OVERHEAD + 1}, &b->item,
					    NULL),
			 ST_LIMIT);
	assert_int_equal(b->item.len, before);
	buffer_clear(&b->item);
	assert_ok(bulletin_item_seal(b->public_key, &head, (struct bytes){large, BULLETIN_ITEM_MAX - BULLETIN_ITEM_OVERHEAD}, &b->item, NULL));
	assert_ok(bulletin_item_open(buffer_bytes(&b->item), b->public_key, b->secret, &read, &b->out, NULL));
	buffer_clear(&b->item), buffer_clear(&b->out);
	assert_ok(bulletin_item_seal(b->public_key, &head, (struct bytes){NULL, 0}, &b->item, NULL));
	assert_ok(bulletin_item_open(buffer_bytes(&b->item), b->public_key, b->secret, &read, &b->out, NULL));
	assert_int_equal(b->out.len, 0);
	free(large);
}

#define WITH_ITEM(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ITEM(sealed_and_opened),
		WITH_ITEM(an_altered_item_is_refused),
		WITH_ITEM(bounds),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
