#include <stdlib.h>

#include "emrtd/emrtd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* DG1's 93 bytes, then the security object; the object is tried as a master list too. Nothing is known, so nothing may be valid. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t split = size < 93 ? size : 93;
	struct emrtd_chip chip = {.sod = {data + split, size - split}, .dg1 = {data, split}};
	struct emrtd_anchors *anchors;
	struct emrtd_anchors_report report;
	struct emrtd_answer answer;

	if (emrtd_anchors_new(&anchors, NULL) != ST_OK)
		return 0;
	if (emrtd_check(anchors, &chip, 1790000000000, &answer, NULL) == ST_OK && (answer.result == EMRTD_VALID || answer.reason == NULL))
		abort();
	if (emrtd_anchors_add(anchors, chip.sod, (struct bytes){0}, &report, NULL) == ST_OK && report.taken + report.refused > size)
		abort();
	emrtd_anchors_free(anchors);
	return 0;
}
