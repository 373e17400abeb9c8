#include "awareness/keys.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define KINDS (AWARENESS_EVIDENCE + 1)

struct awareness_keys {
	pthread_rwlock_t lock;
	struct awareness_ring rings[KINDS];
};

enum status awareness_keys_new(struct awareness_keys **ret, struct error *ret_error)
{
	struct awareness_keys *keys = calloc(1, sizeof *keys);

	if (keys == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	pthread_rwlock_init(&keys->lock, NULL);
	*ret = keys;
	return ST_OK;
}

void awareness_keys_free(struct awareness_keys *keys)
{
	if (keys == NULL)
		return;
	pthread_rwlock_destroy(&keys->lock);
	sodium_memzero(keys, sizeof *keys);
	free(keys);
}

void awareness_ring_add(struct awareness_ring *ring, const uint8_t secret[32])
{
	struct awareness_key *key = &ring->keys[0];
	uint8_t hash[crypto_hash_sha256_BYTES];

	memmove(&ring->keys[1], &ring->keys[0], (AWARENESS_KEYS_MAX - 1) * sizeof ring->keys[0]);
	ring->count += ring->count < AWARENESS_KEYS_MAX;
	memcpy(key->secret, secret, sizeof key->secret);
	crypto_scalarmult_base(key->public_key, key->secret);
	crypto_hash_sha256(hash, key->public_key, sizeof key->public_key);
	sodium_bin2hex(key->id, sizeof key->id, hash, (sizeof key->id - 1) / 2);
}

void awareness_keys_set(struct awareness_keys *keys, enum awareness_ring_kind kind, const struct awareness_ring *ring)
{
	assert(ring->count);
	pthread_rwlock_wrlock(&keys->lock);
	keys->rings[kind] = *ring;
	pthread_rwlock_unlock(&keys->lock);
}

void awareness_keys_newest(struct awareness_keys *keys, enum awareness_ring_kind kind, uint8_t ret_public[32], char ret_id[AWARENESS_KEY_ID_SIZE])
{
	pthread_rwlock_rdlock(&keys->lock);
	memcpy(ret_public, keys->rings[kind].keys[0].public_key, 32);
	memcpy(ret_id, keys->rings[kind].keys[0].id, AWARENESS_KEY_ID_SIZE);
	pthread_rwlock_unlock(&keys->lock);
}

static enum status none(struct error *ret_error)
{
	return error_because(ret_error, ST_DENIED, "inbox-key", NULL, "there is no key that opens it");
}

enum status awareness_keys_open(struct awareness_keys *keys, enum awareness_ring_kind kind, struct bytes item, struct bulletin_item_head *ret,
				struct buffer *out, struct error *ret_error)
{
	const struct awareness_ring *ring = &keys->rings[kind];
	enum status st = none(ret_error);

	pthread_rwlock_rdlock(&keys->lock);
	for (size_t i = 0; i < ring->count && st == ST_DENIED; i++)
		st = bulletin_item_open(item, ring->keys[i].public_key, ring->keys[i].secret, ret, out, ret_error);
	pthread_rwlock_unlock(&keys->lock);
	return st;
}

enum status awareness_keys_open_box(struct awareness_keys *keys, enum awareness_ring_kind kind, struct bytes sealed, struct buffer *out,
				    struct error *ret_error)
{
	const struct awareness_ring *ring = &keys->rings[kind];
	const size_t before = out->len;
	bool opened = false;
	uint8_t *plain;

	if (sealed.len <= crypto_box_SEALBYTES)
		return none(ret_error);
	plain = buffer_extend(out, sealed.len - crypto_box_SEALBYTES);
	if (plain == NULL)
		return error_set(ret_error, buffer_status(out), "out of memory");
	pthread_rwlock_rdlock(&keys->lock);
	for (size_t i = 0; i < ring->count && !opened; i++)
		opened = crypto_box_seal_open(plain, sealed.data, sealed.len, ring->keys[i].public_key, ring->keys[i].secret) == 0;
	pthread_rwlock_unlock(&keys->lock);
	if (!opened)
		out->len = before;
	return opened ? ST_OK : none(ret_error);
}
