/* What the hub knows of its border: checkpoints, what they tell, and what they are told. docs/border.md.
 *
 * A post tells by records (docs/formats/spool.md), in order, each taken in one transaction with everything that follows from it; it is told
 * by news, which are kept until it has said that it has them.
 */
#ifndef BORDER_BORDER_H
#define BORDER_BORDER_H

#include <jansson.h>

#include "base/env.h"
#include "db/db.h"
#include "registry/registry.h"

struct border_list;

/* One hub's, for all threads. */
struct border {
	struct db *db;
	const struct env *env;
	struct text host; /* country of the hub, alpha-2 lower case */
	struct registry *registry;
	struct border_list *list; /* border/list.h: the list in force; NULL: nobody is announced here */
};

/* One record of a post's spool, read and known to follow the one before. */
struct border_record {
	struct text post;
	int64_t seq, at_ms; /* at_ms: by the post's own clock */
	bool offset_known;
	int64_t offset_ms;  /* what it believed the hub's clock was ahead */
	struct text kind, lane, officer;
	const json_t *body;
};

/* Takes a record with everything that follows from it: a screening, a hit, an act, a drill, or something else that the post tells of itself.
 * One that docs/formats/spool.md does not know is kept among the post's events ("record-unreadable", with the reason) as it came: nothing is
 * lost, and the spool goes on behind it. Taken again it changes nothing. Fails: as db_exec. */
MUST_USE enum status border_take_record(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
					struct error *ret_error);

/* A record `event`. Outbox: kind "post". Fails: ST_MALFORMED reason "value-invalid"; as db_exec. */
MUST_USE enum status post_event_take(struct border *border, struct db_tx *tx, const struct border_record *record, struct arena *arena,
				     struct error *ret_error);

/* Adds a piece of news under the post's next number; `body` is a JSON object. Outbox: kind "post" with its id. Fails: ST_NOT_FOUND;
 * as db_exec. */
MUST_USE enum status post_news_add(struct db_tx *tx, struct text post, const char *kind, struct text body, int64_t now_ms,
				   struct error *ret_error);

#endif
