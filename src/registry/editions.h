/* The builder of editions: a new one whenever what the ledger says of the list has changed and the partner's witness has
 * cosigned that, or was waited for long enough; the former one is handed out meanwhile. docs/formats/edition.md.
 *
 * What is on the list is read from the ledger's leaves alone. Several hubs over one database may build at once: one wins.
 */
#ifndef REGISTRY_EDITIONS_H
#define REGISTRY_EDITIONS_H

#include "base/env.h"
#include "db/db.h"
#include "edition/fold.h"
#include "merkle/note.h"

struct editions_options {
	struct db *db;
	const struct env *env;
	struct text list;                 /* "cordon.kh" */
	const struct note_signer *signer; /* of role edition in `keys` */
	struct edition_keys keys;         /* what manifests tell */
	int64_t grace_ms;                 /* for a cosignature; 0: none is waited for */
	int64_t soft_ms, hard_ms;         /* until an edition is old, and has expired; 0: 24 h, 7 days */
	int64_t renew_ms;                 /* a new one although nothing changed; 0: 12 h */
	/* Of the thread only: */
	int64_t every_ms;                 /* looks for changes; 0: 500 */
	void (*say)(void *context, const char *line);  /* trouble, and its end; may be NULL */
	void (*made)(void *context, uint64_t number);  /* may be NULL */
	void *context;
};

/* A builder; `held` is its own: the newest edition in memory, so that the next one costs what has changed. One thread's. */
struct edition_builder {
	struct editions_options options;
	struct edition *held;
};
void edition_builder_init(struct edition_builder *builder, const struct editions_options *options);
void edition_builder_release(struct edition_builder *builder);

/* Builds one if it is time. Gives its number, or 0: there was nothing to build, or another hub was first. Texts and signer of the
 * options must outlive the builder. Fails: ST_CORRUPT reason "edition-leaf-erased" (something on the list has no payload any
 * more), "edition-unproven" (what was built does not stand its own check: nothing is published); as db_transact. */
MUST_USE enum status edition_build(struct edition_builder *builder, uint64_t *ret_number, struct error *ret_error);

struct editions; /* a thread that builds, for as long as a hub runs */

/* Fails: ST_NO_MEMORY, ST_UNAVAILABLE (thread). */
MUST_USE enum status editions_start(const struct editions_options *options, struct editions **ret_editions, struct error *ret_error);
void editions_wake(struct editions *editions); /* something was committed; any thread; NULL is fine */
void editions_stop(struct editions *editions); /* NULL is fine */

/* ---- what there is ---- */

struct edition_row {
	uint64_t number, previous;
	int64_t issued_ms, soft_ms, hard_ms;
	uint64_t log_size;
	struct merkle_hash root, state;
	uint64_t listings, clearances;
	bool witnessed;
	uint64_t added, changed, removed;
	struct text manifest;      /* signed */
	uint64_t size;             /* bytes of the snapshot; 0: let go */
	struct merkle_hash sha256; /* of the snapshot's file */
	uint32_t epoch;            /* of the keys that it tells of */
};

/* Number 0: the newest. In the arena. Fails: ST_NOT_FOUND; as db_query. */
MUST_USE enum status edition_row_load(struct db_tx *tx, uint64_t number, struct arena *arena, struct edition_row *ret,
				      struct error *ret_error);

/* Newest first, those before `before` (0: all), at most `limit`. */
MUST_USE enum status edition_rows_load(struct db_tx *tx, uint64_t before, uint32_t limit, struct arena *arena,
				       struct edition_row **ret_rows, size_t *ret_count, struct error *ret_error);

/* The file: a snapshot (from 0) or the delta from that edition. Fails: ST_NOT_FOUND. */
MUST_USE enum status edition_file_load(struct db_tx *tx, uint64_t number, uint64_t from, struct arena *arena, struct bytes *ret,
				       struct merkle_hash *ret_sha256, struct error *ret_error);

/* The file of the edition's urgent entries alone, a snapshot of list LIST.urgent (docs/formats/feed.md). Fails: ST_NOT_FOUND. */
MUST_USE enum status edition_urgent_load(struct db_tx *tx, uint64_t number, struct arena *arena, struct bytes *ret,
					 struct error *ret_error);

/* ---- does it equal the ledger? ---- */

/* Folds the ledger's leaves anew, from their bytes alone, checks every payload that is still there against its commitment and
 * every leaf against the tree, and compares with the edition: size, root, state, each record. Fails: ST_CORRUPT with the reason
 * "edition-not-ledger" and a message that names the first difference; as db_query. */
MUST_USE enum status edition_audit(struct db_tx *tx, const struct edition *edition, struct fold_result *ret, struct error *ret_error);

#endif
