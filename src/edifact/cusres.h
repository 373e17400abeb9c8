/* Answers to passenger lists: CUSRES, per passenger, and unsolicited changes. UN/EDIFACT D.05B; WCO/IATA/ICAO API guidelines,
 * appendix IIB (interactive). Pure. */
#ifndef EDIFACT_CUSRES_H
#define EDIFACT_CUSRES_H

#include "base/buffer.h"
#include "edifact/paxlst.h"

enum cusres_kind { CUSRES_ANSWER /* BGM 962 */, CUSRES_UNSOLICITED /* 132 */ };

struct cusres_item {
	const struct paxlst_passenger *passenger;
	bool board;        /* 0Z or 1Z */
	struct text error; /* the ERC code that stands for 0Z, see cusres_error; nobody boards for it who may not */
	struct text text;  /* free text: only the desk's number, never a reason; empty: none is written */
};

struct cusres {
	enum cusres_kind kind;
	const struct paxlst *list; /* what is answered */
	/* At most 14 characters each; empty: the list's own, and for the group 1. An unsolicited message has its own. */
	struct text reference, control, group;
	struct text transaction; /* at most 35; empty: the list's */
	int64_t now_ms;
	const struct cusres_item *items;
	size_t count;
};

/* Of a passenger whom no answer can name, "4Z": locator or reference is missing; of one of whom too little is told, "3Z": no name, or
 * neither birth date nor number. Else empty. */
struct text cusres_error(const struct paxlst_passenger *passenger);

/* Appends the interchange in the default syntax, whatever the list had, one segment a line. A list without UNB is answered without.
 * Fails: ST_LIMIT (a reference is too long, or the buffer full), ST_NO_MEMORY. */
MUST_USE enum status cusres_write(const struct cusres *answer, struct buffer *out, struct error *ret_error);

/* What a carrier sends back: an acknowledgement (BGM 312) of an unsolicited message, item by item; or, where it could not be used, one
 * for the whole message, without transaction and passenger (ERC 118). Empty is what was not told. */
struct cusres_received {
	struct text code;               /* of BGM: "312" */
	struct text control, message;   /* of UNB and UNH: those of the message that is acknowledged */
	struct text transaction;        /* RFF+TN */
	struct text locator, reference; /* RFF+AVF, RFF+ABO */
	struct text erc;                /* "0Z", "1Z", "118" */
};

/* Fails: as edifact_read and edifact_messages; ST_MALFORMED "cusres-none". Other messages in it are passed over. */
MUST_USE enum status cusres_read(struct bytes in, struct arena *arena, const struct cusres_received **ret, size_t *ret_count,
				 struct error *ret_error);

#endif
