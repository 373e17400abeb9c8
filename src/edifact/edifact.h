/* UN/EDIFACT interchanges: service string advice, segments, elements, components, releases. ISO 9735. Pure.
 *
 * Line ends between and inside segments are passed over; a UNA of any six characters is honoured; what is cut off is an error with its
 * place. */
#ifndef EDIFACT_EDIFACT_H
#define EDIFACT_EDIFACT_H

#include "base/arena.h"
#include "base/buffer.h"

#define EDIFACT_SEGMENTS_MAX 20000u
#define EDIFACT_SIZE_MAX ((size_t)4 << 20)

struct edifact_syntax {
	char component, element, decimal, release, repetition, terminator; /* : + . ? * ' */
};

struct edifact_segment {
	struct text tag;
	const struct text *values;     /* components, element by element, released */
	const uint16_t *starts;        /* element_count + 1: where each element's components begin */
	size_t element_count;
	size_t position;               /* offset of the tag in the input */
};

struct edifact {
	struct edifact_syntax syntax;
	const struct edifact_segment *segments;
	size_t count;
};

/* Fails: ST_MALFORMED (with position; reason "edifact-truncated", "edifact-syntax", "edifact-text" (not UTF-8 or Latin-1)), ST_LIMIT. */
MUST_USE enum status edifact_read(struct bytes in, struct arena *arena, struct edifact *ret, struct error *ret_error);

/* Component `c` of element `e` (from 0), or TEXT_NONE. */
struct text edifact_value(const struct edifact_segment *segment, size_t e, size_t c);

#endif
