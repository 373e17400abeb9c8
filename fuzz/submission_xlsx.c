#include <stdlib.h>

#include "submission.h"
#include "lib/workbook_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *zip;

	if (size > WORKBOOK_ROOM / 2)
		return 0;
	zip = malloc(WORKBOOK_ROOM);
	if (zip == NULL)
		return 0;
	submission_fuzz(zip, workbook_pack(data, size, zip));
	free(zip);
	return 0;
}
