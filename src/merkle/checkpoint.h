/* Checkpoints (C2SP tlog-checkpoint v1.0.0), what a witness is sent (tlog-witness v1.0.0), and proofs for a file
 * (tlog-proof v1). Pure.
 */
#ifndef MERKLE_CHECKPOINT_H
#define MERKLE_CHECKPOINT_H

#include "merkle/note.h"
#include "merkle/tree.h"

struct checkpoint {
	struct text origin;
	uint64_t size;
	struct merkle_hash root;
	struct text extension; /* lines with their newlines, or empty */
};

/* The text of a note. Fails: ST_MALFORMED. */
MUST_USE enum status checkpoint_parse(struct text text, struct checkpoint *ret, struct error *ret_error);

/* Appends the text: origin, size, root. */
void checkpoint_write(const struct checkpoint *checkpoint, struct buffer *out);

/* A checkpoint as it came, with what was read from it. Points into what was parsed. */
struct signed_checkpoint {
	struct note note;
	struct text raw; /* the whole note */
	struct checkpoint checkpoint;
};

/* Parses, and verifies the log's signature; its origin must be the key's name. Fails: ST_MALFORMED, ST_LIMIT, ST_NOT_FOUND
 * (not signed by this log), ST_DENIED (a bad signature, another log's). */
MUST_USE enum status signed_checkpoint_open(struct bytes in, const struct note_key *log, struct signed_checkpoint *ret,
					    struct error *ret_error);
MUST_USE enum status signed_checkpoint_parse(struct bytes in, struct signed_checkpoint *ret, struct error *ret_error);

/* "old <size>", the consistency proof, a blank line, the checkpoint. */
struct add_checkpoint {
	uint64_t old_size;
	struct merkle_proof proof;
	struct signed_checkpoint signed_checkpoint;
};

/* Fails: ST_MALFORMED, ST_LIMIT. */
MUST_USE enum status add_checkpoint_parse(struct bytes body, struct add_checkpoint *ret, struct error *ret_error);
void add_checkpoint_write(uint64_t old_size, const struct merkle_proof *proof, struct text note, struct buffer *out);

#define TLOG_PROOF_EXTRA_MAX 8192u

/* A proof for a file: index, inclusion proof, checkpoint. The extra data are opaque and proved by nothing. */
struct tlog_proof {
	struct text extra; /* base64, or empty */
	uint64_t index;
	struct merkle_proof proof;
	struct signed_checkpoint signed_checkpoint;
};

/* Fails: ST_MALFORMED, ST_LIMIT. */
MUST_USE enum status tlog_proof_parse(struct bytes in, struct tlog_proof *ret, struct error *ret_error);
/* `proof->signed_checkpoint.raw` is the note; nothing else of it is looked at. */
void tlog_proof_write(const struct tlog_proof *proof, struct buffer *out);

/* Whether the entry with this leaf hash stands where the proof says, in the checkpoint it brings. Signatures are the caller's
 * to check (policy.h). Fails as merkle_inclusion_check. */
MUST_USE enum status tlog_proof_check(const struct tlog_proof *proof, const struct merkle_hash *leaf, struct error *ret_error);

#endif
