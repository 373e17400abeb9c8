/* Words of Khmer letters and signs in any order, 0x1780 and up. */
#include "block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char room[FOLD_INPUT_MAX];

	block_check(block_text(data, size, 0x1780u, 0x60u, room));
	return 0;
}
