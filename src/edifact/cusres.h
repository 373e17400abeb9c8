/* Answers to passenger lists: CUSRES, per passenger, and unsolicited changes. Pure. */
#ifndef EDIFACT_CUSRES_H
#define EDIFACT_CUSRES_H

#include "edifact/paxlst.h"

enum cusres_kind { CUSRES_ANSWER /* BGM 962 */, CUSRES_UNSOLICITED /* 132 */ };

struct cusres_item {
	const struct paxlst_passenger *passenger;
	bool board;               /* 0Z or 1Z */
	struct text error;        /* of what could not be read: an ERC code; else empty */
	struct text text;         /* free text: only the desk's number, never a reason */
};

struct cusres {
	enum cusres_kind kind;
	const struct paxlst *list;      /* what is answered */
	struct text reference, control; /* of this message, of this interchange; at most 14 characters */
	int64_t now_ms;
	const struct cusres_item *items;
	size_t count;
};

/* Appends the interchange, in the default syntax whatever the list had. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status cusres_write(const struct cusres *answer, struct buffer *out, struct error *ret_error);

/* What a carrier sends back: an acknowledgement (BGM 312) of an unsolicited message, naming its transaction. */
struct cusres_received { struct text code, transaction, locator, reference, erc; };
MUST_USE enum status cusres_read(struct bytes in, struct arena *arena, const struct cusres_received **ret, size_t *ret_count,
				 struct error *ret_error);

#endif
