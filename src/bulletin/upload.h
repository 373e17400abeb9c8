/* Files of the public on their way to the hub: what may be sent, and the parts it goes in. docs/formats/bulletin.md, kind 5. Pure. */
#ifndef BULLETIN_UPLOAD_H
#define BULLETIN_UPLOAD_H

#include "base/buffer.h"

#define UPLOAD_ID_SIZE 16u
#define UPLOAD_PART_HEAD 24u
#define UPLOAD_PART_MAX ((size_t)128 << 10) /* bytes of the file in one part, as a portal cuts it */
#define UPLOAD_SIZE_MAX ((size_t)10 << 20)
#define UPLOADS_MAX 10u /* of one report */

/* "image/jpeg", "image/png", "image/webp", "application/pdf", "video/mp4" or "audio/ogg" (Opus) by its first bytes, whatever its name says;
 * NULL: something else, which is not taken. 64 bytes are enough to tell. */
const char *upload_media(struct bytes content);

/* Whether it is a picture, of which a clean copy can be made. */
bool upload_is_picture(const char *media);

/* Appends the content of a part: 16 bytes of the upload's name, 8 of the place of its first byte, the bytes. Fails: as buffer_status. */
MUST_USE enum status upload_part_write(const uint8_t upload[UPLOAD_ID_SIZE], uint64_t place, struct bytes content, struct buffer *out);

struct upload_part {
	uint8_t upload[UPLOAD_ID_SIZE];
	uint64_t place;
	struct bytes content; /* within what was read; at least one byte */
};
/* Fails: ST_MALFORMED reason "item-member" (too short, or it ends beyond UPLOAD_SIZE_MAX). */
MUST_USE enum status upload_part_read(struct bytes in, struct upload_part *ret, struct error *ret_error);

#endif
