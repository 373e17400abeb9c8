/* The logs as everybody may read them, without a session: checkpoints and tiles (C2SP tlog-tiles), and where a witness that
 * cannot be reached from here leaves its cosignature.
 *
 *   GET  /ledger/{log}/checkpoint           text/plain; the newest, with the cosignatures it has
 *   GET  /ledger/{log}/tile/<L>/<N>[.p/<W>] application/octet-stream
 *   POST /ledger/{log}/cosignature          a checkpoint with cosignatures; 204
 *
 * Of the log "audit" only hashes are shown: who looked at whom is nobody's business, that nothing was taken out is everybody's.
 */
#ifndef OFFICE_PUBLIC_LOG_H
#define OFFICE_PUBLIC_LOG_H

#include "db/db.h"
#include "http/router.h"
#include "merkle/note.h"

struct public_log {
	struct db *db;
	const struct note_key *witnesses; /* whose cosignatures are kept */
	size_t witness_count;
};

struct http_table public_log_table(const struct public_log *log);

#endif
