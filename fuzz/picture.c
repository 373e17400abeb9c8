#include <stdlib.h>

#include "sight/clean.h"
#include "sight/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As cordon-read-zone looks at it: whatever it is, lines of one size or none. */
static void zone_looked_for(struct bytes in)
{
	struct zone_picture zone;
	PIX *grey;

	if (picture_read(in, &grey, NULL) != ST_OK)
		return;
	if (pixGetDepth(grey) != 8 || pixGetWidth(grey) > 2000)
		abort();
	if (picture_zone(grey, &zone, NULL) == ST_OK) {
		if (zone.lines < 2 || zone.lines > ZONE_LINES_MAX || zone.width > ZONE_WIDTH_MAX)
			abort();
		for (unsigned i = 0; i < zone.lines; i++)
			if (pixGetWidth(zone.line[i]) != (l_int32)(zone.width + 1) * PLACE_PX || pixGetHeight(zone.line[i]) != LINE_HIGH_PX)
				abort();
		zone_picture_release(&zone);
	}
	pixDestroy(&grey);
}

/* As cordon-clean-picture makes it anew: the copy is a picture again, is not to be turned, and says nothing but what is seen. */
static void made_anew(struct bytes in)
{
	struct clean_picture copy, again;
	struct bytes made;

	if (clean_picture(in, &copy, NULL) != ST_OK)
		return;
	made = (struct bytes){copy.data, copy.len};
	if (clean_orientation(made) != 1 || memmem(made.data, made.len, "Exif", 5) || memmem(made.data, made.len, "eXIf", 4))
		abort();
	if (clean_picture(made, &again, NULL) != ST_OK || strcmp(copy.media, again.media) != 0)
		abort();
	free(copy.data);
	free(again.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes in = {data, size};

	setMsgSeverity(L_SEVERITY_NONE);
	(void)clean_orientation(in);
	zone_looked_for(in);
	made_anew(in);
	return 0;
}
