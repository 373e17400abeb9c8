#include <sodium.h>
#include <stdlib.h>

#include "bulletin/item.h"
#include "bulletin/payload.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void payloads(const uint8_t *data)
{
	struct bulletin_check check;
	struct bulletin_receipt receipt;
	uint8_t again[BULLETIN_PAYLOAD_MAX];

	if (bulletin_check_unpack(data, &check, NULL) == ST_OK &&
	    (bulletin_check_pack(&check, again, NULL) != ST_OK || memcmp(again, data, BULLETIN_CHECK_SIZE) != 0))
		abort();
	if (bulletin_receipt_unpack(data, &receipt, NULL) == ST_OK &&
	    (bulletin_receipt_pack(&receipt, again, NULL) != ST_OK || memcmp(again, data, BULLETIN_RECEIPT_SIZE) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[32] = {1};
	const struct bulletin_item_head head = {BULLETIN_REPORT, {1}};
	struct bulletin_item_head read;
	uint8_t inbox[32], secret[32];
	struct buffer item, out;

	if (sodium_init() < 0 || crypto_box_seed_keypair(inbox, secret, seed) != 0)
		abort();
	if (size >= BULLETIN_PAYLOAD_MAX)
		payloads(data);
	buffer_init(&item, BULLETIN_ITEM_MAX), buffer_init(&out, BULLETIN_ITEM_MAX);
	if (bulletin_item_open((struct bytes){data, size}, inbox, secret, &read, &out, NULL) == ST_OK && out.len + BULLETIN_ITEM_OVERHEAD != size)
		abort();
	buffer_clear(&out);
	if (bulletin_item_seal(inbox, &head, (struct bytes){data, size}, &item, NULL) == ST_OK &&
	    (bulletin_item_open(buffer_bytes(&item), inbox, secret, &read, &out, NULL) != ST_OK || out.len != size ||
	     (size && memcmp(out.data, data, size) != 0)))
		abort();
	buffer_release(&item), buffer_release(&out);
	return 0;
}
