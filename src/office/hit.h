/* Hits as the officers' interface shows them. */
#ifndef OFFICE_HIT_H
#define OFFICE_HIT_H

#include "border/hit.h"
#include "office/entry.h"

/* Whose a hit is: its entry's owner's, released to the host by being at its border. Lives with the hit and the office. */
struct policy_thing hit_thing(const struct office *office, const struct hit_row *hit);

/* Whether this person may see hits of entries of every country (else of his own alone). */
bool hit_sees_all(const struct office_call *call);

/* A Hit; with `whole` also the traveller, everybody he was like, and the story. The owner's people are shown of others' entries nothing,
 * and of the host's officers neither words nor names: docs/border.md. Fails: as db_query. */
MUST_USE enum status hit_write(struct people *people, const struct hit_row *hit, bool whole, struct error *ret_error);

#endif
