/* Shared by the files of arrivals. */
#ifndef BORDER_ARRIVAL_INSIDE_H
#define BORDER_ARRIVAL_INSIDE_H

#include "border/arrival.h"

/* A row of `arrival`, with no people yet. */
struct arrival_new {
	const char *kind; /* "carrier", "declaration" */
	struct text carrier, flight, place, sender, transaction, function, head;
	int64_t expected_ms;
	const uint8_t *sha256;
	struct bytes reply; /* may be empty */
};
MUST_USE enum status arrival_add(const struct border *border, struct db_tx *tx, const struct arrival_new *arrival, char ret_id[ID_SIZE],
				 struct error *ret_error);
MUST_USE enum status arrival_person_add(const struct border *border, struct db_tx *tx, struct text arrival, size_t number, const char *state,
					const struct arrival_person *person, struct error *ret_error);

/* He is in another state from now on: "replaced", "on-board", "not-on-board"; what a carrier was to be told of him is over. */
MUST_USE enum status arrival_replace(struct db_tx *tx, struct text person, const char *state, int64_t now_ms, struct error *ret_error);

/* What answers say of a list beside its passengers, as JSON; and back, for an unsolicited one. In the arena. */
MUST_USE enum status arrival_head_write(const struct paxlst *list, struct arena *arena, struct text *ret, struct error *ret_error);
MUST_USE enum status arrival_head_read(struct text head, struct arena *arena, struct paxlst *ret, struct error *ret_error);

#endif
