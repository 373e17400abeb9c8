/* The second line: hits with all there is to compare, what was done about them, and the clocks. Kept 30 days. */
#ifndef POST_SECOND_H
#define POST_SECOND_H

#include "post/check.h"

#define SECOND_KEEP_MS ((int64_t)30 * 86400000)

/* Writes the hit of a check in its transaction: the record for the hub and what the second line sees. */
MUST_USE enum status second_add(struct lane_call *call, struct db_tx *tx, const struct check *check, struct error *ret_error);

/* A partner's answer, or what was done about the hit elsewhere ("answer", "hit"). A hit that this post no longer has is passed over. */
MUST_USE enum status second_news(struct lanes *lanes, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
				 char ret_hit[ID_SIZE], struct error *ret_error);

/* Notes for hits that the hub has by now that the partner was asked. */
MUST_USE enum status second_asked(struct lanes *lanes, struct error *ret_error);

/* Hits and photographs that were kept long enough are taken away; those still open stay. */
MUST_USE enum status second_forget(struct lanes *lanes, int64_t now_ms, struct error *ret_error);

/* Photographs that somebody looked for are fetched from the hub; *ret_more: another one waits. */
MUST_USE enum status second_fetch(struct lanes *lanes, bool *ret_more, struct error *ret_error);

/* ---- handlers ---- */

void second_list(struct lane_call *call);
void second_get(struct lane_call *call);
void second_act(struct lane_call *call);
void second_photo(struct lane_call *call);

/* ---- inside ---- */

struct second_hit {
	char id[ID_SIZE];
	int64_t version, asked_ms;
	json_t *body; /* owned */
};

MUST_USE enum status second_load(struct lanes *lanes, struct db_tx *tx, struct text id, struct arena *arena, struct second_hit *ret,
				 struct error *ret_error);
/* Fails: ST_CONFLICT reason "version" where somebody else was faster. */
MUST_USE enum status second_save(struct lanes *lanes, struct db_tx *tx, struct second_hit *hit, struct arena *arena,
				 struct error *ret_error);
/* A hit as the browser is shown it. NULL: no memory. */
json_t *second_json(struct lane_call *call, const struct second_hit *hit, bool whole);

#endif
