#include "portal/hand.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "portal/line.h"

#define PATIENCE_MS 5000
#define LATE_MAX 64 /* answers to those who waited no longer */

struct hand {
	pthread_mutex_t lock;
	int fd;
};

struct hand *hand_new(int fd)
{
	struct hand *hand = calloc(1, sizeof *hand);

	if (hand == NULL)
		return NULL;
	pthread_mutex_init(&hand->lock, NULL);
	hand->fd = fd;
	return hand;
}

static void derive(const char *purpose, const uint8_t nonce[HAND_NONCE_SIZE], uint8_t out[32])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)purpose, strlen(purpose));
	crypto_hash_sha256_update(&state, nonce, HAND_NONCE_SIZE);
	crypto_hash_sha256_final(&state, out);
}

void hand_form_of(const uint8_t nonce[HAND_NONCE_SIZE], struct hand_form *ret)
{
	uint8_t out[32];

	derive("cordon portal item v1|", nonce, out);
	memcpy(ret->id, out, sizeof ret->id);
	derive("cordon portal upload v1|", nonce, ret->uploads);
	derive("cordon portal receipt v1|", nonce, out);
	/* Sixteen digits out of 128 bits each: no digit is likelier than another by 2^-124. */
	for (size_t i = 0; i < HAND_RECEIPT_SIZE - 1; i++) {
		unsigned rest = 0;

		for (size_t k = 0; k < sizeof out; k++) {
			unsigned part = rest * 256 + out[k];

			out[k] = (uint8_t)(part / 10);
			rest = part % 10;
		}
		ret->receipt[i] = (char)('0' + rest);
	}
	ret->receipt[HAND_RECEIPT_SIZE - 1] = '\0';
	sodium_memzero(out, sizeof out);
}

void hand_upload_of(const struct hand_form *form, size_t number, uint8_t ret[16])
{
	uint8_t seed[HAND_NONCE_SIZE], out[32];

	memcpy(seed, form->uploads, sizeof seed);
	seed[0] ^= (uint8_t)number;
	derive("cordon portal file v1|", seed, out);
	memcpy(ret, out, 16);
	sodium_memzero(seed, sizeof seed);
}

/* Called with the lock held. */
static enum status exchange(struct hand *hand, const struct bulletin_item_head *head, const struct buffer *item, struct error *ret_error)
{
	struct line_message out = {.data = item->data, .len = item->len};
	uint8_t answer[1 + BULLETIN_ITEM_ID_SIZE];

	TRY(line_send(hand->fd, &out, ret_error));
	for (int turn = 0; turn < LATE_MAX; turn++) {
		struct line_message in = {.data = answer, .room = sizeof answer};

		TRY(line_receive(hand->fd, PATIENCE_MS, &in, ret_error));
		if (in.len == sizeof answer && memcmp(answer + 1, head->id, sizeof head->id) == 0)
			return answer[0] == ST_OK ? ST_OK : error_set(ret_error, answer[0] == ST_LIMIT ? ST_LIMIT : ST_UNAVAILABLE, "the courier could not keep it");
	}
	return error_set(ret_error, ST_UNAVAILABLE, "the courier does not answer");
}

enum status hand_in(struct hand *hand, const uint8_t inbox[32], const struct bulletin_item_head *head, json_t *content, struct error *ret_error)
{
	char *json = json_dumps(content, JSON_COMPACT | JSON_SORT_KEYS);
	enum status st;

	if (json == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	st = hand_in_bytes(hand, inbox, head, text_bytes(text_of(json)), ret_error);
	sodium_memzero(json, strlen(json));
	free(json);
	return st;
}

enum status hand_in_bytes(struct hand *hand, const uint8_t inbox[32], const struct bulletin_item_head *head, struct bytes content,
			  struct error *ret_error)
{
	struct buffer item;
	enum status st;

	buffer_init(&item, LINE_SIZE_MAX);
	st = bulletin_item_seal(inbox, head, content, &item, ret_error);
	if (st == ST_OK) {
		pthread_mutex_lock(&hand->lock);
		st = exchange(hand, head, &item, ret_error);
		pthread_mutex_unlock(&hand->lock);
	}
	buffer_release(&item);
	return st;
}
