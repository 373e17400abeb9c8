/* UN/EDIFACT interchanges: service string advice, segments, elements, components, releases; and the messages in them. ISO 9735. Pure.
 *
 * What carriers' systems really send is read: any UNA, or none; line ends anywhere; messages without their envelope; terminators that
 * a word processor made typographic or a program's source escaped. What is cut off is an error with its place.
 *
 * Every refusal has a reason of data/problems.tsv and a byte's offset: "edifact-truncated", "edifact-syntax", "edifact-text" (neither
 * UTF-8 nor Latin-1, or holding control characters) are ST_MALFORMED, "edifact-size" is ST_LIMIT. Where the arena is full: ST_LIMIT or
 * ST_NO_MEMORY without one. */
#ifndef EDIFACT_EDIFACT_H
#define EDIFACT_EDIFACT_H

#include "base/arena.h"

#define EDIFACT_SEGMENTS_MAX 20000u
#define EDIFACT_VALUES_MAX 200u /* in one segment */
#define EDIFACT_VALUE_MAX 2048u /* bytes; the standard's longest has 512 characters */
#define EDIFACT_SIZE_MAX ((size_t)4 << 20)

/* Values are UTF-8, released, without line ends, in the arena. What a repetition separator divides stays one value. */
struct edifact_segment {
	struct text tag;           /* three capitals or digits */
	const struct text *values; /* components, element by element */
	const uint16_t *starts;    /* element_count + 1: where each element's components begin */
	size_t element_count;
	size_t position;           /* offset of the tag in the input */
};

struct edifact {
	const struct edifact_segment *segments;
	size_t count;
};

/* Fails as above. Cost: O(size). */
MUST_USE enum status edifact_read(struct bytes in, struct arena *arena, struct edifact *ret, struct error *ret_error);

/* Component `c` of element `e` (both from 0, the tag is none) without spaces around, or TEXT_NONE. */
struct text edifact_value(const struct edifact_segment *segment, size_t e, size_t c);

/* What stands between UNH and UNT, and what UNB said of the interchange (empty where there is none). */
struct edifact_message {
	struct text syntax, sender, sender_kind, recipient, recipient_kind, control, application; /* UNB: "UNOA", "XX", "ZZ"... "IAPI" */
	struct text type;      /* UNH: "PAXLST" */
	struct text reference;
	struct text access;    /* the reference that the parts of one transfer share */
	uint32_t part;         /* of such a transfer, from 1 */
	bool more;             /* it has other parts; the last has more than one as `part` and not this */
	bool miscounted;       /* UNT, UNE or UNZ counts what is not there, or ends another than was begun */
	const struct edifact_segment *segments;
	size_t count;
};

/* Fails: ST_MALFORMED ("edifact-truncated") where a message or an interchange that was begun has no end. */
MUST_USE enum status edifact_messages(const struct edifact *in, struct arena *arena, const struct edifact_message **ret, size_t *ret_count,
				      struct error *ret_error);

#endif
