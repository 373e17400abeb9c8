/* What travels on the feed: opened by whom it is for, under its own name, or not at all. */
#include "feed/sealed.h"

#include <sodium.h>

#include "lib/test.h"

#define POST "0123456789abcdef0123456789abcdef"

struct hub {
	struct note_signer edition, stranger;
	char vkeys[2][NOTE_VKEY_SIZE];
	struct edition_key key;
	struct edition_revoked revoked;
	struct edition_keys keys;
	uint8_t post_public[32], post_secret[64], other_public[32], other_secret[64];
	struct feed_keys feed;
};

static void hub_make(struct hub *h)
{
	uint8_t seed[32] = {1};

	memset(h, 0, sizeof *h);
	assert_ok(note_signer_make(TEXT("cordon.kh/edition"), NOTE_ED25519, seed, &h->edition, NULL));
	seed[0] = 2;
	assert_ok(note_signer_make(TEXT("cordon.kh/edition"), NOTE_ED25519, seed, &h->stranger, NULL));
	note_vkey(&h->edition.key, h->vkeys[0]);
	h->key = (struct edition_key){EDITION_KEY_EDITION, 0, INT64_MAX, text_of(h->vkeys[0]), 0};
	h->keys = (struct edition_keys){.epoch = 1, .keys = &h->key, .key_count = 1};
	seed[0] = 3;
	crypto_sign_seed_keypair(h->post_public, h->post_secret, seed);
	seed[0] = 4;
	crypto_sign_seed_keypair(h->other_public, h->other_secret, seed);
	h->feed.count = 2;
	for (size_t i = 0; i < 2; i++) {
		memset(h->feed.keys[i].id, (int)i + 1, FEED_KEY_ID_SIZE);
		memset(h->feed.keys[i].secret, (int)i + 9, FEED_KEY_SIZE);
	}
}

static void sealed_and_opened(void **state)
{
	struct buffer sealed, again, opened;
	struct feed_keys one;
	struct hub h;

	(void)state;
	hub_make(&h);
	buffer_init(&sealed, 4096), buffer_init(&again, 4096), buffer_init(&opened, 4096);
	assert_ok(feed_seal(&h.feed.keys[0], TEXT("editions/42/from-41"), (struct bytes){(const uint8_t *)"the list", 8}, &sealed, NULL));
	assert_ok(feed_seal(&h.feed.keys[0], TEXT("editions/42/from-41"), (struct bytes){(const uint8_t *)"the list", 8}, &again, NULL));
	assert_int_equal(sealed.len, 8 + FEED_OVERHEAD);
	assert_memory_equal(sealed.data, again.data, sealed.len);
	assert_ok(feed_open(&h.feed, TEXT("editions/42/from-41"), buffer_bytes(&sealed), &opened, NULL));
	assert_text(buffer_text(&opened), "the list");
	assert_int_equal(feed_open(&h.feed, TEXT("editions/42/from-40"), buffer_bytes(&sealed), &opened, NULL), ST_CORRUPT);
	one = (struct feed_keys){.keys = {h.feed.keys[1]}, .count = 1};
	assert_int_equal(feed_open(&one, TEXT("editions/42/from-41"), buffer_bytes(&sealed), &opened, NULL), ST_NOT_FOUND);
	for (size_t i = 0; i < sealed.len; i++) {
		((uint8_t *)sealed.data)[i] ^= 1;
		assert_int_not_equal(feed_open(&h.feed, TEXT("editions/42/from-41"), buffer_bytes(&sealed), &opened, NULL), ST_OK);
		((uint8_t *)sealed.data)[i] ^= 1;
		assert_int_not_equal(feed_open(&h.feed, TEXT("editions/42/from-41"), (struct bytes){(uint8_t *)sealed.data, i}, &opened, NULL), ST_OK);
	}
	assert_text(buffer_text(&opened), "the list");
	buffer_release(&sealed), buffer_release(&again), buffer_release(&opened);
}

static void a_heartbeat_is_the_hubs(void **state)
{
	struct feed_heartbeat said = {TEXT("cordon.kh"), 42, 3, {1, 2, 3, 4, 5, 6, 7, 8}, 1795656225678}, read;
	struct buffer note, forged;
	struct hub h;

	(void)state;
	hub_make(&h);
	buffer_init(&note, 4096), buffer_init(&forged, 4096);
	assert_ok(feed_heartbeat_write(&said, &h.edition, &note, NULL));
	assert_ok(feed_heartbeat_read(buffer_text(&note), &h.keys, &read, NULL));
	assert_text(read.list, "cordon.kh");
	assert_int_equal(read.number, 42);
	assert_int_equal(read.epoch, 3);
	assert_int_equal(read.time_ms, said.time_ms);
	assert_memory_equal(read.key, said.key, sizeof read.key);
	assert_ok(feed_heartbeat_write(&said, &h.stranger, &forged, NULL));
	assert_int_equal(feed_heartbeat_read(buffer_text(&forged), &h.keys, &read, NULL), ST_DENIED);
	/* another text of the same signer is no heartbeat, nor does it revoke another post */
	buffer_clear(&forged);
	assert_ok(feed_revoked_write(TEXT("cordon.kh"), TEXT(POST), said.time_ms, &h.edition, &forged, NULL));
	assert_int_equal(feed_heartbeat_read(buffer_text(&forged), &h.keys, &read, NULL), ST_MALFORMED);
	assert_ok(feed_revoked_read(buffer_text(&forged), TEXT("cordon.kh"), TEXT(POST), &h.keys, NULL));
	assert_int_equal(feed_revoked_read(buffer_text(&forged), TEXT("cordon.kh"), TEXT("ff" POST), &h.keys, NULL), ST_MALFORMED);
	assert_int_equal(feed_revoked_read(buffer_text(&forged), TEXT("cordon.kr"), TEXT(POST), &h.keys, NULL), ST_MALFORMED);
	h.revoked = (struct edition_revoked){1, text_of(h.vkeys[0])};
	h.keys.revoked = &h.revoked;
	h.keys.revoked_count = 1;
	assert_int_equal(feed_heartbeat_read(buffer_text(&note), &h.keys, &read, NULL), ST_DENIED);
	for (size_t i = 0; i < note.len; i++)
		assert_int_not_equal(feed_heartbeat_read((struct text){(const char *)note.data, i}, &h.keys, &read, NULL), ST_OK);
	buffer_release(&note), buffer_release(&forged);
}

static void a_grant_is_for_one_post(void **state)
{
	struct buffer grant;
	struct feed_keys got;
	struct hub h;

	(void)state;
	hub_make(&h);
	buffer_init(&grant, 4096);
	assert_ok(feed_grant_write(TEXT(POST), h.post_public, &h.feed, &grant, NULL));
	assert_ok(feed_grant_read(buffer_text(&grant), TEXT(POST), h.post_secret, &got, NULL));
	assert_int_equal(got.count, 2);
	assert_memory_equal(got.keys, h.feed.keys, 2 * sizeof got.keys[0]);
	assert_int_equal(feed_grant_read(buffer_text(&grant), TEXT(POST), h.other_secret, &got, NULL), ST_DENIED);
	assert_int_equal(feed_grant_read(buffer_text(&grant), TEXT("ff" POST), h.post_secret, &got, NULL), ST_DENIED);
	for (size_t i = 0; i < grant.len - 1; i++) {
		struct feed_keys part;

		if (feed_grant_read((struct text){(const char *)grant.data, i}, TEXT(POST), h.post_secret, &part, NULL) == ST_OK)
			assert_true(part.count < 2); /* cut at the end of a line */
	}
	buffer_release(&grant);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sealed_and_opened), cmocka_unit_test(a_heartbeat_is_the_hubs),
					   cmocka_unit_test(a_grant_is_for_one_post)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
