/* What the public writes, sealed to the hub's inbox: whoever carries it can neither read nor alter it. docs/formats/bulletin.md. Pure. */
#ifndef BULLETIN_ITEM_H
#define BULLETIN_ITEM_H

#include "base/buffer.h"

#define BULLETIN_ITEM_HEAD_SIZE 32u
#define BULLETIN_ITEM_ID_SIZE 16u
#define BULLETIN_ITEM_MAX ((size_t)12 << 20)
/* Head outside; 48 bytes of the box, and the head again inside. */
#define BULLETIN_ITEM_OVERHEAD (BULLETIN_ITEM_HEAD_SIZE + 48u + BULLETIN_ITEM_HEAD_SIZE)

enum bulletin_item_kind {
	BULLETIN_REPORT = 1,
	BULLETIN_RESCUE = 2,
	BULLETIN_DISPUTE = 3,
	BULLETIN_FOLLOW_UP = 4,
	BULLETIN_UPLOAD_PART = 5,
	BULLETIN_COMPLAINT = 6, /* kept free */
	BULLETIN_TRIAL = 7,
	BULLETIN_ALARM = 8, /* of the portal itself */
};

struct bulletin_item_head {
	enum bulletin_item_kind kind;
	uint8_t id[BULLETIN_ITEM_ID_SIZE]; /* random; the same when it is sent again */
};

/* Appends the sealed item. Fails: ST_MALFORMED (kind, inbox); ST_LIMIT (longer than BULLETIN_ITEM_MAX sealed); ST_NO_MEMORY. */
MUST_USE enum status bulletin_item_seal(const uint8_t inbox[32], const struct bulletin_item_head *head, struct bytes content,
					struct buffer *out, struct error *ret_error);

/* Kind and id as they stand outside, for whoever only carries or counts it. Fails: ST_MALFORMED "inbox-malformed"; ST_LIMIT. */
MUST_USE enum status bulletin_item_head_read(struct bytes item, struct bulletin_item_head *ret, struct error *ret_error);

/* Appends the content. Fails: as bulletin_item_head_read; ST_DENIED "inbox-key" (not sealed to this key, or altered, also in its
 * head); ST_NO_MEMORY. `out` is as before then. */
MUST_USE enum status bulletin_item_open(struct bytes item, const uint8_t inbox[32], const uint8_t secret[32],
					struct bulletin_item_head *ret, struct buffer *out, struct error *ret_error);

#endif
