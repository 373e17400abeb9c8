/* A public log as files: checkpoint and tile/... below a folder, as C2SP tlog-tiles names them. */
#ifndef CLI_LOG_FILES_H
#define CLI_LOG_FILES_H

#include "edition/fold.h"

/* Reads the leaves from the bundles below `folder` and compares as fold_compare does. Fails: as that; ST_NOT_FOUND,
 * ST_UNAVAILABLE (a bundle cannot be read), ST_CORRUPT (it is none). */
MUST_USE enum status log_files_compare(const char *folder, const struct edition *edition, struct fold_result *ret,
				       struct error *ret_error);

#endif
