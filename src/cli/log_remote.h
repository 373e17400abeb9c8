/* A log over HTTP, verified from what it shows to everybody. */
#ifndef CLI_LOG_REMOTE_H
#define CLI_LOG_REMOTE_H

#include "cli/key_files.h"

/* URL/checkpoint and URL/tile/...: entries, tiles, root, signature, cosignatures. What is wrong is printed, one line each, and
 * counted; a closing line says what was seen. Fails: ST_UNAVAILABLE, ST_MALFORMED, ST_NOT_FOUND (not signed by a trusted key). */
MUST_USE enum status log_remote_verify(const char *url, const struct trusted *trusted, const char *ca_file, uint64_t *ret_findings,
				       struct error *ret_error);

#endif
