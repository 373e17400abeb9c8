/* The leaves of a public log, as C2SP tlog-tiles lays them out: below a folder or below an address. */
#ifndef CLI_LOG_BUNDLES_H
#define CLI_LOG_BUNDLES_H

#include "edition/fold.h"

struct log_place {
	const char *place;   /* a folder, or https://HOST/... */
	const char *ca_file; /* certificates to trust instead of the system's; may be NULL */
};

/* Every leaf of the first `size`, in order. Fails: what `leaf` gives; ST_NOT_FOUND, ST_UNAVAILABLE (a bundle cannot be had), ST_MALFORMED
 * (it is none). */
typedef enum status log_leaf(void *context, struct text body, struct error *ret_error);
MUST_USE enum status log_bundles_each(const struct log_place *log, uint64_t size, log_leaf *leaf, void *context, struct error *ret_error);

/* The log's file `checkpoint`. To be released. Fails: ST_NOT_FOUND, ST_UNAVAILABLE. */
MUST_USE enum status log_bundles_checkpoint(const struct log_place *log, struct buffer *ret, struct error *ret_error);

/* Reads the leaves that an edition is of, and compares as fold_compare does. Fails: as that; ST_NOT_FOUND, ST_UNAVAILABLE,
 * ST_DENIED (a bundle cannot be had), ST_MALFORMED (it is none). */
MUST_USE enum status log_bundles_compare(const struct log_place *log, const struct edition *edition, struct fold_result *ret,
					 struct error *ret_error);

#endif
