/* The edition: the list in force as one file that proves itself. docs/formats/edition.md says every byte.
 *
 * Pure: no clock, file or database. Writing: the records of a log's first leaves and that log's hashes in, a body out; a
 * manifest, signed by the caller, and the body make a file. Reading: a file in, every hash, signature and proof checked, the
 * records out; deltas are applied to what was read before. What was refused changes nothing.
 */
#ifndef EDITION_EDITION_H
#define EDITION_EDITION_H

#include "edition/cover.h"
#include "edition/manifest.h"
#include "merkle/leaf.h"

#define EDITION_ID_SIZE 16u /* of subjects and leaves: 32 hexadecimal digits elsewhere */
#define EDITION_PAYLOAD_MAX ((size_t)1 << 20)
#define EDITION_RECORDS_MAX 10000000u
#define EDITION_BODY_MAX ((size_t)8 << 30)

enum edition_kind { EDITION_LISTING, EDITION_CLEARANCE };

/* One record: a leaf of the log with all that its hash is made of. */
struct edition_record {
	uint8_t subject[EDITION_ID_SIZE];
	enum edition_kind kind;
	bool put; /* false: its subject is dropped */
	uint64_t index;
	struct merkle_hash leaf; /* a reader computes it */
	/* What the leaf says besides (merkle/leaf.h): */
	uint8_t id[EDITION_ID_SIZE];
	int64_t time_ms;
	struct text actor;
	uint8_t salt[LEAF_SALT_SIZE];
	struct text payload; /* canonical JSON */
};

/* Sets kind and put from the leaf's word: "listing.put"... False: a leaf that does not count. */
bool edition_kind_set(struct edition_record *record, struct text word);

/* Appends the leaf's bytes as the ledger has them. */
void edition_leaf_write(const struct edition_record *record, struct buffer *out);

/* Sets `leaf` of a record that is else whole. */
void edition_leaf_hash(struct edition_record *record);

/* ---- writing ---- */

/* From one edition to a later one; a snapshot is the change from nothing (number, size and drops 0). */
struct edition_change {
	uint64_t from, from_size;
	struct merkle_hash from_state; /* of the empty list for a snapshot */
	uint64_t size;                 /* of the log now */
	const struct edition_record *drops, *puts; /* ascending by subject; `leaf` filled in */
	size_t drop_count, put_count;
};

/* Appends the body. `log` gives hashes of the log's perfect subtrees. Fails: ST_MALFORMED (records out of order, leaves before
 * from_size or beyond size), ST_LIMIT (the buffer's ceiling), what `log` gives. Cost: one pass, a hash for each subtree. */
MUST_USE enum status edition_body_write(const struct edition_change *change, const struct cover_source *log, struct buffer *out,
					struct error *ret_error);

/* The state hash of records that are on the list, ascending by subject; of none. Fails: ST_NO_MEMORY. */
MUST_USE enum status edition_state_of(const struct edition_record *records, size_t count, struct merkle_hash *ret_state);
void edition_state_empty(struct merkle_hash *ret_state);

/* Appends `body` packed as one zstd frame. Fails: ST_LIMIT, ST_NO_MEMORY. */
MUST_USE enum status edition_pack(struct bytes body, struct buffer *out, struct error *ret_error);

/* Appends the file of a signed manifest and a body as the manifest names it. */
void edition_file_write(struct text manifest, enum edition_packing packing, struct bytes packed, struct buffer *out);

/* ---- reading ---- */

struct edition; /* a list that was checked, and the cover that lets deltas be applied */

/* The empty list, number 0. `memory_max`: bytes it may hold. Fails: ST_NO_MEMORY. */
MUST_USE enum status edition_new(size_t memory_max, struct edition **ret_edition, struct error *ret_error);
void edition_free(struct edition *edition); /* NULL is fine */

/* Checks a file and takes it: a snapshot replaces the list, a delta is applied to it. On any failure the edition is as before.
 * Reasons (data/problems.tsv): edition-truncated, edition-altered, edition-malformed, edition-limit, edition-unknown-key,
 * edition-key-revoked, edition-key-expired, edition-wrong-list, edition-older, edition-expired, edition-not-witnessed,
 * edition-gap (a delta of another edition), edition-unproven (a record or the whole is not what the ledger committed to).
 * Copies nothing twice; `file` may go afterwards. Cost: a snapshot O(bytes); a delta O(records) for the order and the state,
 * hashing only what changed. */
MUST_USE enum status edition_take(struct edition *edition, struct bytes file, const struct edition_trust *trust,
				  struct error *ret_error);

/* Only the manifest of a file, checked as edition_take does; its text lives in `arena`. */
MUST_USE enum status edition_peek(struct bytes file, const struct edition_trust *trust, struct arena *arena,
				  struct edition_manifest *ret_manifest, struct error *ret_error);

/* For whoever builds: the list that a body makes of `edition`, which stays as it is. It has no manifest yet, but all that one says
 * can be asked of it. Fails: as edition_take. Cost: as that of a delta. */
MUST_USE enum status edition_next(const struct edition *edition, struct bytes body, struct edition **ret_next, struct error *ret_error);

/* Gives such a list the manifest that was signed for it, checked as a reader would. Fails: as edition_take. */
MUST_USE enum status edition_adopt(struct edition *next, struct text note, const struct edition_trust *trust, struct error *ret_error);

void edition_state(const struct edition *edition, struct merkle_hash *ret_state);
size_t edition_memory(const struct edition *edition); /* bytes of bodies held, also of records that are no more */

/* All live until the next edition_take. */
const struct edition_manifest *edition_manifest(const struct edition *edition); /* NULL: nothing was taken yet */
size_t edition_count(const struct edition *edition);
const struct edition_record *edition_at(const struct edition *edition, size_t i); /* ascending by subject */
const struct edition_record *edition_find(const struct edition *edition, const uint8_t subject[EDITION_ID_SIZE]);

/* Appends a proof for a file (C2SP tlog-proof) that the ledger has the record: the leaf as extra data, its path, the checkpoint. It
 * says nothing of a person without the record's payload and salt. */
MUST_USE enum status edition_proof(const struct edition *edition, const struct edition_record *record, struct buffer *out,
				   struct error *ret_error);

/* Appends the snapshot's body anew: the same bytes that the manifest's line `body` has the hash of. */
MUST_USE enum status edition_body(const struct edition *edition, struct buffer *out, struct error *ret_error);

#endif
