/* The bulletin's note and the grant of its keys: the hub's own, never backwards, and nothing that stands there otherwise. */
#include "bulletin/grant.h"
#include "bulletin/note.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"

struct hub {
	struct note_signer signer, stranger;
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	struct bulletin_note note;
	struct buffer out;
};

static int make(void **state)
{
	uint8_t seed[32] = {1};
	struct hub *h = calloc(1, sizeof *h);

	*state = h;
	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, seed, &h->signer, NULL));
	h->note = (struct bulletin_note){.hub = "cordon.kh", .number = 42, .time_ms = 1795656225678, .key_count = BULLETIN_KEYS_MAX};
	memset(h->note.inbox, 7, sizeof h->note.inbox);
	for (size_t i = 0; i < BULLETIN_KEYS_MAX; i++) {
		seed[0]++;
		assert_ok(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &h->keys[i], NULL));
		h->note.keys[i] = h->keys[i].public_key;
	}
	seed[0]++;
	assert_ok(note_signer_make(TEXT("cordon.kh/public"), NOTE_ED25519, seed, &h->stranger, NULL));
	assert_ok(bulletin_note_add(&h->note, TEXT("checks"), (struct bytes){(const uint8_t *)"abc", 3}, NULL));
	assert_ok(bulletin_note_add(&h->note, TEXT("contacts.json"), (struct bytes){(const uint8_t *)"{}", 2}, NULL));
	buffer_init(&h->out, 1 << 20);
	assert_ok(bulletin_note_write(&h->note, &h->signer, &h->out, NULL));
	return 0;
}

static int unmake(void **state)
{
	struct hub *h = *state;

	buffer_release(&h->out);
	free(h);
	return 0;
}

static void written_and_read(void **state)
{
	struct hub *h = *state;
	char address[2 * BULLETIN_HASH_SIZE + 1];
	const struct bulletin_file *file;
	struct bulletin_note read;

	assert_ok(bulletin_note_read(buffer_bytes(&h->out), &h->signer.key, 1, &read, NULL));
	assert_memory_equal(&read, &h->note, sizeof read);
	file = bulletin_note_file(&read, TEXT("checks"));
	assert_non_null(file);
	bulletin_file_address(file, address);
	assert_string_equal(address, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_null(bulletin_note_file(&read, TEXT("check")));
	assert_ok(bulletin_file_check(file, (struct bytes){(const uint8_t *)"abc", 3}, NULL));
	assert_int_equal(bulletin_file_check(file, (struct bytes){(const uint8_t *)"abd", 3}, NULL), ST_CORRUPT);
	assert_int_equal(bulletin_file_check(file, (struct bytes){(const uint8_t *)"abcd", 4}, NULL), ST_CORRUPT);
}

static void the_hubs_alone(void **state)
{
	struct hub *h = *state;
	struct note_key trusted[2] = {h->stranger.key, h->signer.key};
	struct bulletin_note read;

	assert_int_equal(bulletin_note_read(buffer_bytes(&h->out), &h->stranger.key, 1, &read, NULL), ST_DENIED);
	assert_int_equal(bulletin_note_read(buffer_bytes(&h->out), NULL, 0, &read, NULL), ST_DENIED);
	assert_ok(bulletin_note_read(buffer_bytes(&h->out), trusted, 2, &read, NULL));
	for (size_t i = 0; i < h->out.len; i++) {
		h->out.data[i] ^= 1;
		assert_int_not_equal(bulletin_note_read(buffer_bytes(&h->out), &h->signer.key, 1, &read, NULL), ST_OK);
		h->out.data[i] ^= 1;
	}
}

/* Texts that the hub itself signed and that are none. */
static void texts_that_are_none(void **state)
{
#define INBOX "inbox BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n"
#define BEGIN "cordon bulletin v1\nhub cordon.kh\nnumber 42\ntime 2026-11-26T01:23:45.678Z\n" INBOX
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	/* KEY stands where "%s" is. */
	static const struct {
		const char *text, *field;
	} rows[] = {
		{BEGIN "%s", NULL},
		{BEGIN "%sfile checks " HASH " 3\n", NULL},
		{"cordon bulletin v2\n%s", "beginning"},
		{"cordon bulletin v1\n%s", "hub"},
		{"cordon bulletin v1\nhub cordon kh\n%s", "hub"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber 042\n%s", "number"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber -1\n%s", "number"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber 9223372036854775808\n%s", "number"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber 42\ntime 2026-11-26\n%s", "time"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber 42\ntime 2026-11-26T01:23:45.678+07:00\n%s", "time"},
		{"cordon bulletin v1\nhub cordon.kh\nnumber 42\ntime 2026-11-26T01:23:45.678Z\ninbox AAAA\n%s", "inbox"},
		{BEGIN "oprf\n%s", "oprf"},
		{BEGIN "oprf 0000000000000000 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n%s", "oprf"},
		{BEGIN "%s%s%s%s", "oprf"},
		{BEGIN "%sfile\n", "end"},
		{BEGIN "%sfile Checks " HASH " 3\n", "file"},
		{BEGIN "%sfile ../checks " HASH " 3\n", "file"},
		{BEGIN "%sfile checks " HASH "\n", "file"},
		{BEGIN "%sfile checks BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3\n", "file"},
		{BEGIN "%sfile checks " HASH " 03\n", "file"},
		{BEGIN "%sfile checks " HASH " 4294967297\n", "file"},
		{BEGIN "%sfile checks " HASH " 3\nfile checks " HASH " 3\n", "file"},
		{BEGIN "%smore\n", "end"},
	};
	struct hub *h = *state;
	struct text key = buffer_text(&h->out);
	struct bulletin_note read;
	struct error error;

	key.data = strstr((const char *)h->out.data, "oprf ");
	key.len = (size_t)(strchr(key.data, '\n') - key.data) + 1;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct text rest = text_of(rows[i].text), part;
		struct buffer text, note;
		bool first = true;

		buffer_init(&text, 4096), buffer_init(&note, 8192);
		while (text_split(&rest, '%', &part)) {
			if (!first) {
				buffer_add_text(&text, key);
				part = (struct text){part.data + 1, part.len - 1};
			}
			buffer_add_text(&text, part);
			first = false;
		}
		buffer_add_text(&note, buffer_text(&text));
		buffer_add_char(&note, '\n');
		assert_ok(note_sign(&h->signer, buffer_text(&text), 0, &note, NULL));
		if (rows[i].field == NULL) {
			assert_ok(bulletin_note_read(buffer_bytes(&note), &h->signer.key, 1, &read, NULL));
		} else {
			assert_int_not_equal(bulletin_note_read(buffer_bytes(&note), &h->signer.key, 1, &read, &error), ST_OK);
			assert_string_equal(error.field, rows[i].field);
		}
		buffer_release(&text), buffer_release(&note);
	}
}

static void notes_that_are_not_written(void **state)
{
	struct hub *h = *state;
	struct bulletin_note note = h->note;
	struct buffer out;
	char name[16];

	buffer_init(&out, 1 << 20);
	note.key_count = 0;
	assert_int_equal(bulletin_note_write(&note, &h->signer, &out, NULL), ST_MALFORMED);
	note = h->note, note.hub[0] = '\0';
	assert_int_equal(bulletin_note_write(&note, &h->signer, &out, NULL), ST_MALFORMED);
	note = h->note;
	assert_int_equal(bulletin_note_add(&note, TEXT("checks"), (struct bytes){NULL, 0}, NULL), ST_CONFLICT);
	assert_int_equal(bulletin_note_add(&note, TEXT("a/b"), (struct bytes){NULL, 0}, NULL), ST_MALFORMED);
	assert_int_equal(bulletin_note_add(&note, TEXT(".."), (struct bytes){NULL, 0}, NULL), ST_MALFORMED);
	assert_int_equal(bulletin_note_add(&note, TEXT("abcdefghijklmnopqrstuvwxyz0123456"), (struct bytes){NULL, 0}, NULL), ST_MALFORMED);
	for (unsigned i = 0; note.file_count < BULLETIN_FILES_MAX; i++) {
		snprintf(name, sizeof name, "f%u", i);
		assert_ok(bulletin_note_add(&note, text_of(name), (struct bytes){NULL, 0}, NULL));
	}
	assert_int_equal(bulletin_note_add(&note, TEXT("one-more"), (struct bytes){NULL, 0}, NULL), ST_LIMIT);
	assert_int_equal(out.len, 0);
	buffer_release(&out);
}

/* As many files as a bulletin may have, each line as long as one can be: the note is under its limit, and is read. */
static void the_fullest(void **state)
{
	struct hub *h = *state;
	struct bulletin_note note = h->note, read;
	struct buffer out;
	char name[BULLETIN_FILE_NAME_SIZE];

	memset(note.hub, 'a', sizeof note.hub - 1);
	note.number = INT64_MAX;
	for (unsigned i = 0; note.file_count < BULLETIN_FILES_MAX; i++) {
		snprintf(name, sizeof name, "figures-of-a-very-long-name.%04u", i);
		assert_ok(bulletin_note_add(&note, text_of(name), (struct bytes){NULL, 0}, NULL));
		note.files[note.file_count - 1].size = (uint64_t)1 << 32;
	}
	buffer_init(&out, BULLETIN_NOTE_MAX);
	assert_ok(bulletin_note_write(&note, &h->signer, &out, NULL));
	assert_true(out.len <= BULLETIN_NOTE_MAX);
	assert_ok(bulletin_note_read(buffer_bytes(&out), &h->signer.key, 1, &read, NULL));
	assert_int_equal(read.file_count, BULLETIN_FILES_MAX);
	buffer_release(&out);
}

static void never_backwards(void **state)
{
	static const struct {
		const char *what;
		int number, time_ms;
		bool other_hub, other_file;
		enum status st;
	} rows[] = {
		{"the same", 0, 0, false, false, ST_OK},
		{"made anew", 0, 60000, false, false, ST_OK},
		{"the next", 1, 60000, false, true, ST_OK},
		{"the next of the same moment", 1, 0, false, true, ST_OK},
		{"an older number", -1, 60000, false, true, ST_CONFLICT},
		{"an older time", 1, -1, false, true, ST_CONFLICT},
		{"one number, two contents", 0, 60000, false, true, ST_CONFLICT},
		{"another hub", 1, 60000, true, false, ST_DENIED},
	};
	struct hub *h = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bulletin_note next = h->note;

		next.number = (uint64_t)((int64_t)next.number + rows[i].number);
		next.time_ms += rows[i].time_ms;
		next.files[0].hash[0] ^= rows[i].other_file;
		if (rows[i].other_hub)
			snprintf(next.hub, sizeof next.hub, "cordon.kr");
		if (bulletin_note_follows(&h->note, &next, NULL) != rows[i].st)
			fail_msg("%s", rows[i].what);
	}
}

static void keys_are_granted_to_one_portal(void **state)
{
	struct hub *h = *state;
	uint8_t portal[32], secret[32], other[32], other_secret[32];
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	struct buffer grant;
	size_t count;

	assert_int_equal(crypto_box_keypair(portal, secret), 0);
	assert_int_equal(crypto_box_keypair(other, other_secret), 0);
	buffer_init(&grant, 8192);
	assert_ok(bulletin_grant_write(portal, h->keys, 2, &grant, NULL));
	assert_ok(bulletin_grant_read(buffer_bytes(&grant), portal, secret, keys, &count, NULL));
	assert_int_equal(count, 2);
	assert_memory_equal(&keys[0], &h->keys[0], sizeof keys[0]);
	assert_memory_equal(&keys[1], &h->keys[1], sizeof keys[1]);
	assert_int_equal(bulletin_grant_read(buffer_bytes(&grant), other, other_secret, keys, &count, NULL), ST_DENIED);
	assert_int_equal(bulletin_grant_read(buffer_bytes(&grant), portal, other_secret, keys, &count, NULL), ST_DENIED);
	for (size_t i = 0; i < grant.len; i++) {
		grant.data[i] ^= 1;
		/* A newline more or less at the very end says the same. */
		if (i + 1 < grant.len)
			assert_int_not_equal(bulletin_grant_read(buffer_bytes(&grant), portal, secret, keys, &count, NULL), ST_OK);
		grant.data[i] ^= 1;
	}
	assert_int_equal(bulletin_grant_write(portal, h->keys, BULLETIN_KEYS_MAX + 1, &grant, NULL), ST_LIMIT);
	buffer_release(&grant);
}

#define WITH_HUB(test) cmocka_unit_test_setup_teardown(test, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HUB(written_and_read),
		WITH_HUB(the_hubs_alone),
		WITH_HUB(texts_that_are_none),
		WITH_HUB(notes_that_are_not_written),
		WITH_HUB(the_fullest),
		WITH_HUB(never_backwards),
		WITH_HUB(keys_are_granted_to_one_portal),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
