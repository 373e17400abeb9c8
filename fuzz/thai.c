/* Words of Thai letters and signs in any order, 0x0E00 and up. */
#include "block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char room[FOLD_INPUT_MAX];

	block_check(block_text(data, size, 0x0E00u, 0x5Cu, room));
	return 0;
}
