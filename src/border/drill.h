/* Alertness drills: a practice traveller at a lane, made like a listed person, told to the post as news. Whoever is at the lane notices
 * him or does not. A drill makes no crossing and no hit, so it stands in no figure.
 *
 * Whom he was made like is forgotten with the drill's end. Outbox: kind "drill".
 */
#ifndef BORDER_DRILL_H
#define BORDER_DRILL_H

#include "border/border.h"

#define DRILL_MINUTES 30
#define DRILL_MINUTES_MAX 1440

struct drill_order {
	struct text post;
	struct text lane;  /* empty: whichever screens next */
	struct text entry; /* empty: any that is published */
	int64_t minutes;   /* that it waits at the lane; 0: DRILL_MINUTES */
};

/* Fails: ST_NOT_FOUND reason "not-found", field "post" or "entry"; ST_CONFLICT reasons "drill-post" (not enrolled), "drill-running" (one
 * waits at that post already), "drill-traveller" (he is not published, or of nobody published the birth date and nationality are known);
 * ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status drill_begin(struct border *border, struct db_tx *tx, const struct actor *actor, const struct drill_order *order,
				 char ret_id[ID_SIZE], struct error *ret_error);

/* Called off. Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "drill-over"; as db_exec. */
MUST_USE enum status drill_end(struct border *border, struct db_tx *tx, const struct actor *actor, struct text id, int64_t version,
			       struct error *ret_error);

/* A record `drill`. One that a supervisor of the post made there is kept too. Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status drill_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
				struct error *ret_error);

/* Those of which no post told anything end; adds how many to *ret_done. */
MUST_USE enum status drill_clock(struct db_tx *tx, int64_t now_ms, struct arena *arena, size_t *ret_done, struct error *ret_error);

/* ---- practice travellers (practice.c) ---- */

struct practice {
	char mrz[2][45];
	char name[80]; /* as in the zone, with spaces */
};
/* A zone, whole and valid, that makes the lane see this listed person: his document where a passport can hold it, else one that is
 * nobody's; his name in Latin, birth date and nationality. false: too little is known of him. */
bool practice_make(const struct entry *entry, const struct env *env, struct arena *arena, struct practice *ret);

#endif
