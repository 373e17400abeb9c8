/* Keys in files: DATA/keys/PURPOSE.key holds one signer, readable by its owner alone; DATA/keys/trusted names every key that
 * verification believes, so that what is believed does not come from the database that is verified.
 */
#ifndef CLI_KEY_FILES_H
#define CLI_KEY_FILES_H

#include "base/env.h"
#include "ledger/sequence.h"
#include "ledger/verify.h"

/* The file holds a private key, or says on which token it is (key_token.h): "PKCS11 VKEY URI". To be cleared. Fails: as
 * key_token_open; ST_CONFLICT (the token's key is another one); ST_NOT_FOUND; ST_DENIED reason "key-unsafe" (others may read the file, or change the folder); ST_MALFORMED. */
MUST_USE enum status key_file_load(const char *folder, const char *purpose, struct note_signer *ret, struct error *ret_error);

/* The key that a token holds, made there if it has none. To be cleared. Fails: as key_token_open; ST_MALFORMED (name). */
MUST_USE enum status key_of_token(const char *uri, struct text name, enum note_type type, struct note_signer *ret, struct error *ret_error);

/* A new key, durable before it is given; `uri`: where it is, of a key on a token, else NULL; the folder is made if missing. Fails: ST_CONFLICT (there is one), ST_UNAVAILABLE. */
MUST_USE enum status key_file_create(const char *folder, const char *purpose, const struct note_signer *signer, const char *uri,
				     struct error *ret_error);

/* The text of DATA/keys/PURPOSE.key, whatever it holds; to be wiped. Fails: as key_file_load; ST_LIMIT (longer than `size`). */
MUST_USE enum status key_file_read(const char *folder, const char *purpose, uint8_t *out, size_t size, size_t *ret_len,
				   struct error *ret_error);
/* The same, new: `content` and a newline, durable before this is back. Fails: as key_file_create. */
MUST_USE enum status key_file_write(const char *folder, const char *purpose, const char *content, struct error *ret_error);

/* Puts PURPOSE.next in the place of PURPOSE.key; the old secret is gone then. */
MUST_USE enum status key_file_replace(const char *folder, const char *purpose, struct error *ret_error);
MUST_USE enum status key_file_remove(const char *folder, const char *purpose, struct error *ret_error);

/* From 32 random bytes. */
MUST_USE enum status key_make(const struct env *env, struct text name, enum note_type type, struct note_signer *ret,
			       struct error *ret_error);

/* What this hub signed last (PURPOSE.seen). A missing file is size 0. */
MUST_USE enum status key_seen_read(const char *folder, const char *purpose, struct ledger_seen *ret, struct error *ret_error);
MUST_USE enum status key_seen_write(const char *folder, const char *purpose, const struct ledger_seen *seen, struct error *ret_error);

/* ---- whom to believe ---- */

struct trusted {
	struct ledger_log_key logs[LEDGER_KEYS_MAX];
	size_t log_count;
	struct note_key witnesses[LEDGER_KEYS_MAX];
	char urls[LEDGER_KEYS_MAX][256]; /* of witnesses, or empty */
	size_t witness_count;
};

/* Lines `log NAME VKEY [until SIZE]`, `witness VKEY [URL]`, and remarks after #. A later line of the same key counts. Lines
 * `edition VKEY [until SIZE]` are for readers of editions (edition_keys_read), `public VKEY` for portals, and passed over here.
 * Fails: ST_NOT_FOUND, ST_MALFORMED with the row. */
MUST_USE enum status trusted_read(const char *path, struct trusted *ret, struct error *ret_error);

/* Takes a witness; a later one of the same key counts in place of the earlier. `url` may be empty. False: this is no key of a witness, or there
 * is no room. */
bool trusted_witness(struct trusted *trusted, struct text vkey, struct text url);

/* What checkpoints are told to believe: the lines of the file, but for keys that only the public side asks for. A new key of those would
 * otherwise end every code that was given before. Fails: ST_UNAVAILABLE, ST_LIMIT. */
MUST_USE enum status trusted_for_posts(const char *folder, struct buffer *ret_text, struct error *ret_error);

/* Adds the line of a key that signs for `purpose`; `more`: "" or " until SIZE". */
MUST_USE enum status trusted_add(const char *folder, const char *purpose, const struct note_key *key, const char *more,
				 struct error *ret_error);

#endif
