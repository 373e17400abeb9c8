#include <stdlib.h>

#include "merkle/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tlog_proof proof;
	struct merkle_hash leaf = {{0}};
	struct buffer out;

	if (tlog_proof_parse((struct bytes){data, size}, &proof, NULL) != ST_OK)
		return 0;
	/* Nobody finds a proof for zeros. */
	if (tlog_proof_check(&proof, &leaf, NULL) == ST_OK && proof.signed_checkpoint.checkpoint.size != 1)
		abort();
	buffer_init(&out, 4 * NOTE_SIZE_MAX);
	tlog_proof_write(&proof, &out);
	if (out.len != size || memcmp(out.data, data, size) != 0)
		abort();
	buffer_release(&out);
	return 0;
}
