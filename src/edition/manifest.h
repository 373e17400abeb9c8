/* The manifest of an edition: what was signed, and by which keys it may be. docs/formats/edition.md, "Manifest". Pure. */
#ifndef EDITION_MANIFEST_H
#define EDITION_MANIFEST_H

#include "base/arena.h"
#include "base/buffer.h"
#include "merkle/tree.h"

#define EDITION_MANIFEST_MAX 65536u
#define EDITION_DELTAS_MAX 16u
#define EDITION_KEYS_MAX 64u
#define EDITION_COSIGNERS_MAX 8u
#define EDITION_URGENT_SUFFIX ".urgent" /* behind a list's name: its urgent entries alone (docs/formats/feed.md) */
#define EDITION_LEN_MAX ((uint64_t)1 << 40)

enum edition_packing { EDITION_STORED, EDITION_ZSTD };

/* A body: how long it is and what it hashes to, packed and not. */
struct edition_part {
	uint64_t from; /* 0: the snapshot */
	enum edition_packing packing;
	uint64_t packed_len, body_len;
	struct merkle_hash packed, body;
};

enum edition_role { EDITION_KEY_EDITION, EDITION_KEY_LOG, EDITION_KEY_WITNESS };

struct edition_key {
	enum edition_role role;
	int64_t from_ms, until_ms;
	struct text vkey;  /* name+keyid+base64, as signed notes write a verifier key */
	uint64_t size_max; /* of the log: it signed nothing larger; 0: no such end. Not in manifests */
};

struct edition_revoked {
	int64_t since_ms;
	struct text vkey;
};

struct edition_keys {
	uint32_t epoch;
	const struct edition_key *keys;
	size_t key_count;
	const struct edition_revoked *revoked;
	size_t revoked_count;
};

struct edition_manifest {
	struct text list;
	uint64_t number, previous;
	int64_t issued_ms, soft_ms, hard_ms;
	uint64_t listings, clearances;
	struct merkle_hash state;
	bool witnessed; /* a witness has cosigned the checkpoint; else: logged, not cosigned */
	struct edition_part snapshot;
	struct edition_part deltas[EDITION_DELTAS_MAX];
	size_t delta_count;
	struct edition_keys keys;
	struct text checkpoint; /* a signed note */
	/* of the checkpoint, once it was checked: */
	struct text origin;
	uint64_t log_size;
	struct merkle_hash root;
	size_t witnesses; /* valid cosignatures by keys of role witness */
	struct text cosigners[EDITION_COSIGNERS_MAX]; /* their names, as many as there is room for */
};

/* What the reader trusts and knows already. */
struct edition_trust {
	const struct edition_keys *keys; /* NULL: those in the file: says only that the file agrees with itself */
	struct text list;                /* empty: any */
	int64_t now_ms;
	uint64_t number_min;             /* lower is "older"; a delta must be higher than what it is applied to anyhow */
	bool expired_too;                /* take what is past its hard expiry */
	bool witnessed_only;             /* refuse "logged, not cosigned" */
};

/* Appends the text that is to be signed. Fails: ST_MALFORMED (a field that cannot be written), ST_LIMIT (too long). */
MUST_USE enum status manifest_write(const struct edition_manifest *manifest, struct buffer *out, struct error *ret_error);

/* Reads a signed manifest and checks all its signatures and the checkpoint's. Reasons as edition_take's. Memory of what is
 * given is `note`'s and the arena's. */
MUST_USE enum status manifest_read(struct text note, const struct edition_trust *trust, struct arena *arena,
				   struct edition_manifest *ret_manifest, struct error *ret_error);

/* Whether a log of the key set signed a checkpoint, and how many of its witnesses cosigned it; `at_ms`: when keys must have been
 * valid. Fails: ST_MALFORMED, ST_DENIED with reason edition-malformed, -altered, -unknown-key, -key-revoked or -key-expired. */
MUST_USE enum status edition_checkpoint_trust(struct text checkpoint, const struct edition_keys *keys, int64_t at_ms,
					      size_t *ret_witnesses, struct error *ret_error);

/* How many cosignatures on a checkpoint are by witnesses of the key set, valid at `now_ms` and not revoked. */
size_t edition_witnesses(struct text checkpoint, const struct edition_keys *keys, int64_t now_ms);

/* A file of keys: lines `epoch N`, `key ...`, `revoked ...` as in a manifest, and a hub's lines `edition VKEY [until SIZE]`,
 * `log list VKEY [until SIZE]` and `witness VKEY [URL]`; empty lines and # remarks. In the arena. Fails: ST_MALFORMED with the row. */
MUST_USE enum status edition_keys_read(struct text file, struct arena *arena, struct edition_keys *ret_keys, struct error *ret_error);

#endif
