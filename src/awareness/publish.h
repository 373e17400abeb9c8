/* The bulletin: what the hub tells the public, made anew when something changes and once a minute (docs/formats/bulletin.md). In memory; any
 * thread may read while it is made. A file whose content has not changed stays the file that it was; the files of the bulletins before stay
 * readable for a while, for whoever is reading them.
 */
#ifndef AWARENESS_PUBLISH_H
#define AWARENESS_PUBLISH_H

#include "awareness/alert.h"
#include "bulletin/note.h"
#include "bulletin/table.h"

struct publisher;

/* A file as it is; content without data: the publisher has its bytes already. */
struct published_file {
	struct text name;
	struct bytes content;
};
/* Reads them in the transaction in which the rest of a bulletin is read; in the arena. */
typedef enum status published_others(void *context, struct db_tx *tx, struct arena *arena, const struct published_file **ret_files,
				     size_t *ret_count, struct error *ret_error);

struct publisher_options {
	struct awareness *awareness;
	struct text hub; /* name of the hub in the note: "cordon.kh" */
	const struct note_signer *signer;
	struct alert_head alerts;
	struct oprf_key keys[BULLETIN_KEYS_MAX]; /* newest first; the tables are under the first */
	size_t key_count;
	published_others *others; /* or NULL */
	void *others_context;
};

/* The options are copied; what they point to must outlive it. Fails: ST_NO_MEMORY; ST_MALFORMED (no key). */
MUST_USE enum status publisher_new(const struct publisher_options *options, struct publisher **ret, struct error *ret_error);
void publisher_free(struct publisher *publisher); /* NULL is fine */

/* Other keys from the next bulletin on; newest first, at least one. By the thread that makes it. */
void publisher_keys_set(struct publisher *publisher, const struct oprf_key *keys, size_t count);

/* Makes the next one. One thread at a time. Fails: as db_transact; ST_LIMIT, ST_NO_MEMORY: the former one stays. Cost: reads all that is
 * listed; 65 us for each x that is new under the key. */
MUST_USE enum status publisher_make(struct publisher *publisher, struct error *ret_error);

/* The signed note; a file by the 64 digits of its hash. Appends a copy. Fails: ST_NOT_FOUND; ST_NO_MEMORY. */
MUST_USE enum status publisher_note(struct publisher *publisher, struct buffer *out, struct error *ret_error);
MUST_USE enum status publisher_file(struct publisher *publisher, struct text hash, struct buffer *out, struct error *ret_error);

/* The keys sealed to a portal that is known. Fails: ST_NOT_FOUND (no such portal); as db_transact. */
MUST_USE enum status publisher_grant(struct publisher *publisher, struct text portal, struct buffer *out, struct error *ret_error);

/* ---- what stands in it (publish_rows.c, publish_json.c) ---- */

/* What x says in a table, in the arena; sorted by x, none twice. */
struct published {
	struct text x;
	uint8_t payload[BULLETIN_PAYLOAD_MAX];
	struct oprf_output output;
	bool known;   /* output is there */
	bool passing; /* it follows from another row: its output is made anew each time, and not kept */
};
MUST_USE enum status published_checks(struct db_tx *tx, const char *key_id, int64_t now_ms, struct arena *arena, struct published **ret,
				      size_t *ret_count, struct error *ret_error);
MUST_USE enum status published_receipts(struct db_tx *tx, const char *key_id, struct arena *arena, struct published **ret, size_t *ret_count,
					struct error *ret_error);

/* Members of a JSON file after its time: "items":[...] and others. Append to `out`. */
typedef enum status published_json(struct db_tx *tx, int64_t now_ms, struct arena *arena, struct buffer *out, struct error *ret_error);
published_json published_contacts, published_listings, published_campaigns, published_calls;

#endif
