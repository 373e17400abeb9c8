/* The leaves of a public log, as C2SP tlog-tiles lays them out: below a folder or below an address. */
#ifndef CLI_LOG_BUNDLES_H
#define CLI_LOG_BUNDLES_H

#include "edition/fold.h"

struct log_place {
	const char *place;   /* a folder, or https://HOST/... */
	const char *ca_file; /* certificates to trust instead of the system's; may be NULL */
};

/* Reads the leaves that an edition is of, and compares as fold_compare does. Fails: as that; ST_NOT_FOUND, ST_UNAVAILABLE,
 * ST_DENIED (a bundle cannot be had), ST_MALFORMED (it is none). */
MUST_USE enum status log_bundles_compare(const struct log_place *log, const struct edition *edition, struct fold_result *ret,
					 struct error *ret_error);

#endif
