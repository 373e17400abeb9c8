/* Releases as the files that the public is given. */
#ifndef TALLY_FILES_H
#define TALLY_FILES_H

#include "tally/tally.h"

struct tally_file {
	struct text name; /* "figures.json" */
	struct text media;
	struct text content;
};

/* figures.json (the newest release of the newest month), figures.csv, figures.dcat.json, figures.releases.json, figures-FUNNEL.LANG.svg of
 * it, and every release ever as figures-N.json; none where nothing was released. In the arena. Fails: as db_query, ST_LIMIT. */
MUST_USE enum status tally_files(const struct tally *tally, struct db_tx *tx, struct arena *arena, const struct tally_file **ret_files,
				 size_t *ret_count, struct error *ret_error);

#endif
