/* Before arrival: passenger lists of carriers (PAXLST in, CUSRES out) and electronic arrival cards. Everybody named is kept until the day
 * after he arrives and screened: when he is announced, and again whenever the list has changed. docs/border.md, docs/formats/carriers.md.
 *
 * Reading and screening need no transaction; keeping is done in the caller's, after the decision point allowed it. Of one passenger (sender,
 * flight, locator, reference), or of one card (sender, reference), the last word counts; the one before is "replaced". Outbox: kind
 * "arrival" when somebody announced is referred or stopped, or no more.
 */
#ifndef BORDER_ARRIVAL_H
#define BORDER_ARRIVAL_H

#include "border/list.h"
#include "edifact/paxlst.h"
#include "model/actor.h"
#include "model/id.h"

/* Milliseconds of a row of data/border/clocks.tsv. */
int64_t arrival_clock_ms(const char *clock);

struct arrival_seen {
	enum verdict_result result;
	bool board;          /* or, of a card: accepted */
	char entry[ID_SIZE]; /* of whom he is like, the gravest; empty: of nobody */
	int64_t edition;
};

struct arrival_person {
	struct text json; /* FollowTheMoney */
	struct text locator, reference;
	struct text error; /* code of the answer where he cannot be named in it, or too little is told of him; else empty */
	struct arrival_seen seen;
};

/* Somebody screened with what is in force. Fails: ST_UNAVAILABLE reason "list-none" (no list is in force yet); as watch_ask. */
MUST_USE enum status arrival_screen(const struct border *border, enum verdict_point point, const struct entity *person, struct arena *arena,
				    struct arrival_seen *ret, struct error *ret_error);

/* ---- carriers ---- */

struct arrival_list {
	const struct paxlst *list;
	uint8_t sha256[32]; /* of the interchange and of which list it is in it */
	struct text carrier, place, head;
	int64_t expected_ms;
	struct arrival_person *people; /* list->passenger_count */
};

struct arrival_interchange {
	struct arrival_list *lists;
	size_t count;
};

/* Reads an interchange and screens everybody in it. In the arena; `in` must live as long. Fails: as paxlst_read, arrival_screen.
 * Cost: per passenger as watch_ask. */
MUST_USE enum status arrival_read(const struct border *border, struct bytes in, struct arena *arena, struct arrival_interchange *ret,
				  struct error *ret_error);

/* Keeps them and appends the answers. A list that this sender sent already is answered with the same bytes, and nothing is kept. Fails: as
 * cusres_write, db_exec. */
MUST_USE enum status arrival_keep(const struct border *border, struct db_tx *tx, const struct actor *sender,
				  const struct arrival_interchange *interchange, struct arena *arena, struct buffer *out, struct error *ret_error);

/* ---- electronic arrival cards ---- */

struct arrival_card {
	struct text reference; /* of the declaration: one has one */
	struct text flight, place;
	int64_t expected_ms;
	struct arrival_person person;
};
/* Keeps it; *ret_accepted: as things stand now, also where the same card came before. Fails: as db_exec. */
MUST_USE enum status arrival_card_keep(const struct border *border, struct db_tx *tx, const struct actor *sender,
				       const struct arrival_card *card, struct arena *arena, bool *ret_accepted, struct error *ret_error);

/* A person as JSON, in the arena. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status arrival_person_json(const struct entity *person, struct arena *arena, struct text *ret, struct error *ret_error);

/* ---- time ---- */

/* Screens those who wait anew, as far as they were screened with an older edition; carriers are told of answers that turned round
 * (reversal.h). Any number of hubs may run it. Gives how many results changed. Fails: as db_transact. */
MUST_USE enum status arrival_again(const struct border *border, size_t *ret_changed, struct error *ret_error);

/* Forgets arrivals whose time has come, with everybody in them. In the caller's transaction, at most `limit` arrivals. */
MUST_USE enum status arrival_forget(struct db_tx *tx, int64_t now_ms, int64_t limit, struct arena *arena, size_t *ret_gone,
				    struct error *ret_error);

#endif
