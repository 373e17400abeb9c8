/* Identifiers in a pasted message: what asked_read() knows, each with its place. What could be anything (a bare number that is no telephone
 * of the country, a name without its service) is left where it is. The same in the browser (ui/ident/find.ts). Pure. */
#ifndef IDENT_ASKED_FIND_H
#define IDENT_ASKED_FIND_H

#include "ident/asked.h"

#define ASKED_FIND_MAX 65536u /* bytes of a message; what is longer is cut there */

struct asked_found {
	size_t at, len; /* bytes of the message */
	struct asked asked;
};

/* In the order in which they stand; the same x once. `country`: where numbers without a code are dialled, or none.
 * Gives how many were found, at most `room`. Cost: linear. */
size_t asked_find(struct text message, struct text country, struct asked_found *out, size_t room);

#endif
