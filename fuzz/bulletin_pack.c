#include <sodium.h>
#include <stdlib.h>

#include "bulletin/pack.h"

#define FILE_MAX ((size_t)1 << 16)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes are a pack's head and the beginning of its cells, which go on up to the size that the head says; and what is asked of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct text xs[] = {TEXT("url|bad.example"), TEXT("wallet|btc:1"), TEXT("url|")};
	struct bulletin_pack pack;
	uint64_t len;
	uint8_t *file;

	if (sodium_init() < 0)
		abort();
	if (bulletin_pack_open((struct bytes){data, size}, &pack, NULL) == ST_OK)
		(void)bulletin_pack_has(&pack, xs[0]);
	if (size < BULLETIN_PACK_HEAD_SIZE)
		return 0;
	len = BULLETIN_PACK_HEAD_SIZE + (((uint64_t)data[16] + 256u * data[17] + 2) << data[9] % 20);
	if (len > FILE_MAX || size > len)
		return 0;
	file = calloc(1, (size_t)len);
	if (file == NULL)
		return 0;
	memcpy(file, data, size);
	if (bulletin_pack_open((struct bytes){file, (size_t)len}, &pack, NULL) == ST_OK)
		for (size_t i = 0; i < sizeof xs / sizeof xs[0]; i++)
			(void)bulletin_pack_has(&pack, xs[i]);
	free(file);
	return 0;
}
