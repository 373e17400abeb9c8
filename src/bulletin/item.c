#include "bulletin/item.h"

#include <sodium.h>
#include <stdlib.h>

#define MAGIC "CORDONIN"
#define VERSION 1u

_Static_assert(crypto_box_SEALBYTES == 48, "a sealed box has a public key and a tag");

enum status bulletin_item_seal(const uint8_t inbox[32], const struct bulletin_item_head *head, struct bytes content, struct buffer *out,
			       struct error *ret_error)
{
	uint8_t outside[BULLETIN_ITEM_HEAD_SIZE] = MAGIC, *inside, *at;
	size_t inside_len = BULLETIN_ITEM_HEAD_SIZE + content.len, before = out->len;
	enum status st = ST_OK;

	if (head->kind < BULLETIN_REPORT || head->kind > BULLETIN_ALARM)
		return error_at(ret_error, ST_MALFORMED, "kind", -1, "there is no kind %d", (int)head->kind);
	if (content.len > BULLETIN_ITEM_MAX - BULLETIN_ITEM_OVERHEAD)
		return error_at(ret_error, ST_LIMIT, "content", -1, "an item has at most %zu bytes", BULLETIN_ITEM_MAX);
	outside[8] = VERSION;
	outside[9] = (uint8_t)head->kind;
	memcpy(outside + 16, head->id, sizeof head->id);
	inside = malloc(inside_len);
	at = buffer_extend(out, BULLETIN_ITEM_OVERHEAD + content.len);
	if (inside == NULL || at == NULL) {
		out->len = before;
		st = error_set(ret_error, inside ? buffer_status(out) : ST_NO_MEMORY, "out of memory");
		goto out;
	}
	memcpy(inside, outside, sizeof outside);
	if (content.len)
		memcpy(inside + sizeof outside, content.data, content.len);
	memcpy(at, outside, sizeof outside);
	if (crypto_box_seal(at + sizeof outside, inside, inside_len, inbox) != 0) {
		out->len = before;
		st = error_at(ret_error, ST_MALFORMED, "inbox", -1, "this is no key of an inbox");
	}
out:
	if (inside)
		sodium_memzero(inside, inside_len);
	free(inside);
	return st;
}

static enum status malformed(struct error *ret_error)
{
	return error_because(ret_error, ST_MALFORMED, "inbox-malformed", NULL, "this is no item for the inbox");
}

enum status bulletin_item_head_read(struct bytes item, struct bulletin_item_head *ret, struct error *ret_error)
{
	static const uint8_t zeros[6] = {0};

	if (item.len > BULLETIN_ITEM_MAX)
		return error_at(ret_error, ST_LIMIT, "length", -1, "an item has at most %zu bytes", BULLETIN_ITEM_MAX);
	if (item.len < BULLETIN_ITEM_OVERHEAD || memcmp(item.data, MAGIC, 8) != 0 || item.data[8] != VERSION || item.data[9] < BULLETIN_REPORT ||
	    item.data[9] > BULLETIN_ALARM || memcmp(item.data + 10, zeros, sizeof zeros) != 0)
		return malformed(ret_error);
	ret->kind = (enum bulletin_item_kind)item.data[9];
	memcpy(ret->id, item.data + 16, sizeof ret->id);
	return ST_OK;
}

enum status bulletin_item_open(struct bytes item, const uint8_t inbox[32], const uint8_t secret[32], struct bulletin_item_head *ret,
			       struct buffer *out, struct error *ret_error)
{
	const size_t before = out->len;
	struct bulletin_item_head head;
	uint8_t *at;

	TRY(bulletin_item_head_read(item, &head, ret_error));
	at = buffer_extend(out, item.len - BULLETIN_ITEM_HEAD_SIZE - crypto_box_SEALBYTES);
	if (at == NULL)
		return error_set(ret_error, buffer_status(out), "the item is larger than may be held");
	if (crypto_box_seal_open(at, item.data + BULLETIN_ITEM_HEAD_SIZE, item.len - BULLETIN_ITEM_HEAD_SIZE, inbox, secret) != 0 ||
	    memcmp(at, item.data, BULLETIN_ITEM_HEAD_SIZE) != 0) {
		out->len = before;
		return error_because(ret_error, ST_DENIED, "inbox-key", NULL, "the item is not sealed to this inbox, or was altered");
	}
	memmove(at, at + BULLETIN_ITEM_HEAD_SIZE, item.len - BULLETIN_ITEM_OVERHEAD);
	out->len -= BULLETIN_ITEM_HEAD_SIZE;
	*ret = head;
	return ST_OK;
}
