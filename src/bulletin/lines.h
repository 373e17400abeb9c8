/* Lines "WORD VALUE" of the bulletin's texts. */
#ifndef BULLETIN_LINES_H
#define BULLETIN_LINES_H

#include "base/buffer.h"
#include "oprf/oprf.h"

/* Whether *rest begins with that whole line; *rest is moved past it then. */
bool lines_take(struct text *rest, struct text whole);

/* The rest of the next line after "WORD ", *rest moved past it; without data, and *rest as it was, where it is another line. */
struct text lines_value(struct text *rest, struct text word);

/* Exactly `size` bytes in small hexadecimal digits. */
MUST_USE bool lines_hex(struct text in, uint8_t *out, size_t size);
void lines_add_hex(struct buffer *out, const uint8_t *data, size_t size);

/* Fills *ret_error with "bulletin-malformed" and the field; gives ST_MALFORMED. */
enum status lines_malformed(const char *field, struct error *ret_error);

#endif
