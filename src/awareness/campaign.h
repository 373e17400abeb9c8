/* Campaigns: reports that an officer says belong together. The machine proposes (cluster.h), nobody else than an officer links. */
#ifndef AWARENESS_CAMPAIGN_H
#define AWARENESS_CAMPAIGN_H

#include "awareness/awareness.h"

#define CAMPAIGN_LINK_MAX 1000u

/* What is linked: one report, or all of a cluster that stand in no campaign. One of the two is empty. */
struct campaign_link {
	struct text report, cluster;
};

struct campaign_new {
	struct text name, about;
	struct campaign_link link;
};
/* Fails: ST_MALFORMED reason "value-invalid" (name, about); as campaign_do; as db_exec. */
MUST_USE enum status campaign_begin(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct campaign_new *new,
				    struct arena *arena, char ret_id[ID_SIZE], struct error *ret_error);

struct campaign_act {
	struct text id;
	int64_t version;
	struct text act; /* link, change (name, about), close, reopen */
	struct text name, about;
	struct campaign_link link;
};
/* Receipts of the reports that are linked say so. Fails: ST_NOT_FOUND; ST_CONFLICT reasons "version", "not-in-this-state", "campaign-nothing"
 * (no report is there to be linked); ST_MALFORMED reason "value-invalid"; ST_NOT_FOUND reason "no-such-act"; as db_exec. */
MUST_USE enum status campaign_do(struct awareness *awareness, struct db_tx *tx, const struct actor *actor, const struct campaign_act *act,
				 struct arena *arena, struct error *ret_error);

#endif
