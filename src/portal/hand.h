/* What the public writes, sealed in the moment it was read and handed to the courier. */
#ifndef PORTAL_HAND_H
#define PORTAL_HAND_H

#include <jansson.h>

#include "bulletin/item.h"

#define HAND_NONCE_SIZE 32u
#define HAND_RECEIPT_SIZE 17u /* sixteen digits and a NUL */

/* Of one form: made when it is shown, comes back with it, so that a form that is sent twice is one item with one receipt. */
struct hand_form {
	uint8_t id[BULLETIN_ITEM_ID_SIZE];
	char receipt[HAND_RECEIPT_SIZE]; /* 53 bits; neither follows from the other */
	uint8_t uploads[32];		 /* from which the names of its files follow */
};

void hand_form_of(const uint8_t nonce[HAND_NONCE_SIZE], struct hand_form *ret);

/* The name of the form's n-th file, which only the hub is told. */
void hand_upload_of(const struct hand_form *form, size_t number, uint8_t ret[16]);

struct hand;

/* `fd` is the pair's end, which stays the caller's. NULL: no memory. */
struct hand *hand_new(int fd);

/* Canonical JSON of `content`, sealed to `inbox`, durable with the courier when this gives ST_OK. Any thread; waits some
 * milliseconds. Fails: ST_LIMIT (too long, or too much waits), ST_UNAVAILABLE, ST_NO_MEMORY. */
MUST_USE enum status hand_in(struct hand *hand, const uint8_t inbox[32], const struct bulletin_item_head *head, json_t *content,
			     struct error *ret_error);
MUST_USE enum status hand_in_bytes(struct hand *hand, const uint8_t inbox[32], const struct bulletin_item_head *head, struct bytes content,
				   struct error *ret_error);

#endif
