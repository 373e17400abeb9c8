/* What belongs together as the machine sees it: reports that name the same thing, then reports that say nearly the same. An officer makes a
 * campaign of it (campaign.h); the machine only proposes. */
#ifndef AWARENESS_CLUSTER_H
#define AWARENESS_CLUSTER_H

#include "awareness/awareness.h"
#include "awareness/sketch.h"

/* The report, with its identifiers and bands in the database, into the cluster that it belongs to; clusters that it joins become one.
 * Official contacts join nobody. Gives the cluster's id. Fails: as db_exec. Cost: some rows for each identifier, at most 200 stories compared. */
MUST_USE enum status cluster_join(struct awareness *awareness, struct db_tx *tx, struct text report, const struct sketch *sketch,
				  struct arena *arena, struct text *ret_cluster, struct error *ret_error);

/* The same for one that names more by now; what an officer took out stays out. Fails: ST_NOT_FOUND; as db_exec. */
MUST_USE enum status cluster_again(struct awareness *awareness, struct db_tx *tx, struct text report, struct arena *arena,
				   struct error *ret_error);

#endif
