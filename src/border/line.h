/* Where an interchange ends on a carrier's line: with the terminator of its segment UNZ. docs/formats/carriers.md. Pure. */
#ifndef BORDER_LINE_H
#define BORDER_LINE_H

#include "base/slice.h"

enum line_found {
	LINE_MORE,   /* it has not come whole yet */
	LINE_WHOLE,
	LINE_BROKEN, /* what stands there begins no interchange */
};

/* Of the bytes that came. *ret_skip: white space in front, *ret_len: of the interchange behind it, its terminator with it; both of LINE_WHOLE.
 * Cost: O(held). */
enum line_found line_find(struct bytes held, size_t *ret_skip, size_t *ret_len);

#endif
