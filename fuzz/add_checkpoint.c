#include <stdlib.h>

#include "merkle/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct add_checkpoint request;
	struct buffer out;

	if (add_checkpoint_parse((struct bytes){data, size}, &request, NULL) != ST_OK)
		return 0;
	buffer_init(&out, 4 * NOTE_SIZE_MAX);
	add_checkpoint_write(request.old_size, &request.proof, request.signed_checkpoint.raw, &out);
	if (out.len != size || memcmp(out.data, data, size) != 0)
		abort();
	buffer_release(&out);
	return 0;
}
