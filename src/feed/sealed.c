#include "feed/sealed.h"

#include <sodium.h>

#include "merkle/base64.h"
#include "model/time.h"

#define MAGIC "CORDONSF"
#define VERSION 1u
#define AD_MAX 256u
#define NOTE_MAX 4096u
#define SEALED_KEY_SIZE (FEED_KEY_SIZE + crypto_box_SEALBYTES)

static enum status refuse(struct error *ret_error, enum status st, const char *reason, const char *message)
{
	return error_because(ret_error, st, reason, NULL, "%s", message);
}

static enum status malformed(struct error *ret_error)
{
	return refuse(ret_error, ST_MALFORMED, "feed-malformed", "this is no file of the feed");
}

/* ---- sealed files ---- */

/* The 48 bytes before the ciphertext. */
static void head_write(const struct feed_key *key, struct text name, uint8_t head[FEED_HEAD_SIZE])
{
	memset(head, 0, FEED_HEAD_SIZE);
	memcpy(head, MAGIC, 8);
	head[8] = VERSION;
	memcpy(head + 16, key->id, FEED_KEY_ID_SIZE);
	(void)crypto_generichash(head + 24, 24, (const uint8_t *)name.data, name.len, key->secret, FEED_KEY_SIZE);
}

/* What the tag covers besides the content. */
static size_t also_covered(const uint8_t head[FEED_HEAD_SIZE], struct text name, uint8_t out[FEED_HEAD_SIZE + AD_MAX])
{
	memcpy(out, head, FEED_HEAD_SIZE);
	memcpy(out + FEED_HEAD_SIZE, name.data, name.len);
	return FEED_HEAD_SIZE + name.len;
}

enum status feed_seal(const struct feed_key *key, struct text name, struct bytes plain, struct buffer *out, struct error *ret_error)
{
	uint8_t head[FEED_HEAD_SIZE], covered[FEED_HEAD_SIZE + AD_MAX], *room;
	size_t covered_len;

	if (name.len > AD_MAX || plain.len > FEED_FILE_MAX)
		return error_set(ret_error, ST_LIMIT, "the file is too large for the feed");
	head_write(key, name, head);
	covered_len = also_covered(head, name, covered);
	buffer_add(out, head, sizeof head);
	room = buffer_extend(out, plain.len + crypto_aead_xchacha20poly1305_ietf_ABYTES);
	if (room == NULL)
		return error_set(ret_error, buffer_status(out), "out of memory");
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(room, NULL, plain.data, plain.len, covered, covered_len, NULL, head + 24, key->secret);
	return ST_OK;
}

enum status feed_open(const struct feed_keys *keys, struct text name, struct bytes sealed, struct buffer *out, struct error *ret_error)
{
	uint8_t covered[FEED_HEAD_SIZE + AD_MAX], *room;
	const struct feed_key *key = NULL;
	size_t len = sealed.len - FEED_OVERHEAD, covered_len, before = out->len;

	if (name.len > AD_MAX || sealed.len < FEED_OVERHEAD || memcmp(sealed.data, MAGIC, 8) != 0 || sealed.data[8] != VERSION)
		return malformed(ret_error);
	for (size_t i = 0; i < keys->count && key == NULL; i++)
		if (memcmp(keys->keys[i].id, sealed.data + 16, FEED_KEY_ID_SIZE) == 0)
			key = &keys->keys[i];
	if (key == NULL)
		return refuse(ret_error, ST_NOT_FOUND, "feed-key-unknown", "the file is sealed with a key that this post was not given");
	covered_len = also_covered(sealed.data, name, covered);
	room = buffer_extend(out, len);
	if (room == NULL)
		return error_set(ret_error, buffer_status(out), "the file is larger than may be held");
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(room, NULL, NULL, sealed.data + FEED_HEAD_SIZE, sealed.len - FEED_HEAD_SIZE, covered,
						       covered_len, sealed.data + 24, key->secret) != 0) {
		out->len = before;
		return refuse(ret_error, ST_CORRUPT, "feed-altered", "the file was altered, or is another one than its name says");
	}
	return ST_OK;
}

/* ---- signed texts ---- */

static enum status note_write(const struct buffer *text, const struct note_signer *signer, struct buffer *out, struct error *ret_error)
{
	buffer_add_text(out, buffer_text(text));
	buffer_add_char(out, '\n');
	return note_sign(signer, buffer_text(text), 0, out, ret_error);
}

/* An edition key that nobody revoked signed it. */
static enum status note_trusted(struct text in, const struct edition_keys *keys, struct text *ret_text, struct error *ret_error)
{
	struct note note;

	if (in.len > NOTE_MAX || note_parse(text_bytes(in), &note, NULL) != ST_OK)
		return malformed(ret_error);
	for (size_t i = 0; i < keys->key_count; i++) {
		struct note_key key;
		bool revoked = false;

		for (size_t k = 0; k < keys->revoked_count; k++)
			revoked = revoked || text_equal(keys->revoked[k].vkey, keys->keys[i].vkey);
		/* One that has ended speaks of nothing that is now. */
		if (keys->keys[i].role != EDITION_KEY_EDITION || revoked || keys->keys[i].size_max || keys->keys[i].until_ms == 0 || note_vkey_parse(keys->keys[i].vkey, &key, NULL) != ST_OK ||
		    key.type != NOTE_ED25519 || note_verify(&note, &key, NULL, NULL) != ST_OK)
			continue;
		*ret_text = note.text;
		return ST_OK;
	}
	return refuse(ret_error, ST_DENIED, "edition-unknown-key", "no key that this post trusts has signed this");
}

/* The rest of the next line after "WORD "; data NULL where it is another line. */
static struct text line_of(struct text *rest, struct text word)
{
	struct text line;

	if (rest->len == 0 || !text_split(rest, '\n', &line) || !text_starts(line, word) || line.len <= word.len || line.data[word.len] != ' ')
		return TEXT_NONE;
	return (struct text){line.data + word.len + 1, line.len - word.len - 1};
}

static bool line_is(struct text *rest, struct text whole)
{
	struct text line;

	return rest->len > 0 && text_split(rest, '\n', &line) && text_equal(line, whole);
}

static void moment_add(struct buffer *out, int64_t time_ms)
{
	char moment[TIME_SIZE];

	time_write(time_ms, moment);
	buffer_printf(out, "time %s\n", moment);
}

enum status feed_heartbeat_write(const struct feed_heartbeat *heartbeat, const struct note_signer *signer, struct buffer *out,
				 struct error *ret_error)
{
	char key[2 * FEED_KEY_ID_SIZE + 1];
	struct buffer text;
	enum status st;

	buffer_init(&text, NOTE_MAX);
	sodium_bin2hex(key, sizeof key, heartbeat->key, FEED_KEY_ID_SIZE);
	buffer_printf(&text, "cordon heartbeat v1\nlist %.*s\nnumber %llu\nepoch %u\nfeed-key %s\n", TEXT_ARG(heartbeat->list),
		      (unsigned long long)heartbeat->number, heartbeat->epoch, key);
	moment_add(&text, heartbeat->time_ms);
	st = buffer_status(&text);
	st = st == ST_OK ? note_write(&text, signer, out, ret_error) : error_set(ret_error, st, "the list's name is too long");
	buffer_release(&text);
	return st;
}

enum status feed_heartbeat_read(struct text note, const struct edition_keys *keys, struct feed_heartbeat *ret, struct error *ret_error)
{
	struct feed_heartbeat h;
	struct text rest, key, time;
	uint64_t epoch;
	size_t len;

	TRY(note_trusted(note, keys, &rest, ret_error));
	if (!line_is(&rest, TEXT("cordon heartbeat v1")) || (h.list = line_of(&rest, TEXT("list"))).len == 0 ||
	    text_to_uint(line_of(&rest, TEXT("number")), INT64_MAX, &h.number) != ST_OK ||
	    text_to_uint(line_of(&rest, TEXT("epoch")), UINT32_MAX, &epoch) != ST_OK || (key = line_of(&rest, TEXT("feed-key"))).len != 16 ||
	    sodium_hex2bin(h.key, sizeof h.key, key.data, key.len, NULL, &len, NULL) != 0 || len != sizeof h.key ||
	    (time = line_of(&rest, TEXT("time"))).len == 0 || time_read(time, &h.time_ms, NULL) != ST_OK || rest.len != 0)
		return malformed(ret_error);
	h.epoch = (uint32_t)epoch;
	*ret = h;
	return ST_OK;
}

enum status feed_revoked_write(struct text list, struct text post, int64_t time_ms, const struct note_signer *signer, struct buffer *out,
			       struct error *ret_error)
{
	struct buffer text;
	enum status st;

	buffer_init(&text, NOTE_MAX);
	buffer_printf(&text, "cordon revoked v1\nlist %.*s\npost %.*s\n", TEXT_ARG(list), TEXT_ARG(post));
	moment_add(&text, time_ms);
	st = buffer_status(&text);
	st = st == ST_OK ? note_write(&text, signer, out, ret_error) : error_set(ret_error, st, "the list's name is too long");
	buffer_release(&text);
	return st;
}

enum status feed_revoked_read(struct text note, struct text list, struct text post, const struct edition_keys *keys, struct error *ret_error)
{
	struct text rest;

	TRY(note_trusted(note, keys, &rest, ret_error));
	if (!line_is(&rest, TEXT("cordon revoked v1")) || !text_equal(line_of(&rest, TEXT("list")), list) ||
	    !text_equal(line_of(&rest, TEXT("post")), post) || line_of(&rest, TEXT("time")).len == 0 || rest.len != 0)
		return malformed(ret_error);
	return ST_OK;
}

/* ---- grants ---- */

enum status feed_grant_write(struct text post, const uint8_t public_key[32], const struct feed_keys *keys, struct buffer *out,
			     struct error *ret_error)
{
	uint8_t box_key[crypto_box_PUBLICKEYBYTES], sealed[SEALED_KEY_SIZE];
	char id[2 * FEED_KEY_ID_SIZE + 1];

	if (crypto_sign_ed25519_pk_to_curve25519(box_key, public_key) != 0)
		return error_at(ret_error, ST_MALFORMED, "key", -1, "this is no public key");
	buffer_printf(out, "cordon grant v1\npost %.*s\n", TEXT_ARG(post));
	for (size_t i = 0; i < keys->count; i++) {
		(void)crypto_box_seal(sealed, keys->keys[i].secret, FEED_KEY_SIZE, box_key);
		sodium_bin2hex(id, sizeof id, keys->keys[i].id, FEED_KEY_ID_SIZE);
		buffer_printf(out, "key %s ", id);
		base64_add(out, (struct bytes){sealed, sizeof sealed});
		buffer_add_char(out, '\n');
	}
	return buffer_status(out);
}

static bool grant_line_read(struct text line, const uint8_t box_public[32], const uint8_t box_secret[32], struct feed_key *ret)
{
	uint8_t sealed[SEALED_KEY_SIZE];
	struct text id;
	size_t len;

	return text_split(&line, ' ', &id) && id.len == 2 * FEED_KEY_ID_SIZE &&
	       sodium_hex2bin(ret->id, sizeof ret->id, id.data, id.len, NULL, &len, NULL) == 0 && len == sizeof ret->id &&
	       base64_read_exactly(line, sealed, sizeof sealed) == ST_OK &&
	       crypto_box_seal_open(ret->secret, sealed, sizeof sealed, box_public, box_secret) == 0;
}

enum status feed_grant_read(struct text grant, struct text post, const uint8_t secret_key[64], struct feed_keys *ret, struct error *ret_error)
{
	uint8_t box_public[crypto_box_PUBLICKEYBYTES], box_secret[crypto_box_SECRETKEYBYTES];
	struct feed_keys keys = {.count = 0};
	struct text rest = grant;
	enum status st = ST_OK;

	if (grant.len > NOTE_MAX || !line_is(&rest, TEXT("cordon grant v1")))
		return malformed(ret_error);
	if (!text_equal(line_of(&rest, TEXT("post")), post))
		return refuse(ret_error, ST_DENIED, "feed-grant", "the grant is for another post");
	/* libsodium keeps the public key in the second half. */
	if (crypto_sign_ed25519_pk_to_curve25519(box_public, secret_key + 32) != 0 ||
	    crypto_sign_ed25519_sk_to_curve25519(box_secret, secret_key) != 0)
		return error_at(ret_error, ST_MALFORMED, "key", -1, "this is no secret key");
	while (st == ST_OK && rest.len) {
		struct text line = line_of(&rest, TEXT("key"));

		if (line.len == 0 || keys.count == FEED_KEYS_MAX)
			st = malformed(ret_error);
		else if (!grant_line_read(line, box_public, box_secret, &keys.keys[keys.count++]))
			st = refuse(ret_error, ST_DENIED, "feed-grant", "the grant cannot be opened with this post's key");
	}
	sodium_memzero(box_secret, sizeof box_secret);
	if (st == ST_OK)
		*ret = keys;
	sodium_memzero(&keys, sizeof keys);
	return st;
}
