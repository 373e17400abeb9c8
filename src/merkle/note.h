/* Signed notes: a text, a blank line, and lines `— <key name> base64(key id || signature)`. Pure.
 *
 * Source: C2SP signed-note v1.0.0; tlog-cosignature v1.0.1 for type 0x04. The type of a signature is a field of its key, so
 * that others (0x06, ML-DSA-44) can stand beside these; lines of keys one does not know are passed over.
 */
#ifndef MERKLE_NOTE_H
#define MERKLE_NOTE_H

#include "base/buffer.h"

#define NOTE_SIZE_MAX ((size_t)1 << 17)
#define NOTE_NAME_SIZE 128u
#define NOTE_SIGNATURES_MAX 64u
#define NOTE_ID_SIZE 4u
#define NOTE_PUBLIC_SIZE 32u
#define NOTE_SECRET_SIZE 64u
#define NOTE_VKEY_SIZE 256u

enum note_type {
	NOTE_ED25519 = 0x01,
	NOTE_COSIGNATURE = 0x04, /* Ed25519 over the time and a checkpoint: a witness's */
};

/* What verifies. */
struct note_key {
	char name[NOTE_NAME_SIZE];
	uint8_t id[NOTE_ID_SIZE];
	enum note_type type;
	uint8_t public_key[NOTE_PUBLIC_SIZE];
};

/* A key that never leaves its device: signs instead of a secret. */
struct note_token {
	/* Ed25519 over the message. Fails: ST_UNAVAILABLE. For any thread. */
	enum status (*sign)(struct note_token *token, struct bytes message, uint8_t ret_signature[64], struct error *ret_error);
	void (*close)(struct note_token *token);
};

/* What signs; wiped by note_signer_clear. */
struct note_signer {
	struct note_key key;
	uint8_t secret[NOTE_SECRET_SIZE];
	struct note_token *token; /* or NULL: the secret signs */
	bool lent;                /* the token is another signer's to close */
};

/* Whether `name` can name a key: not empty, no space of any script, no plus sign, no control character. */
bool note_name_valid(struct text name);

/* From a 32-byte seed. Fails: ST_MALFORMED (the name). */
MUST_USE enum status note_signer_make(struct text name, enum note_type type, const uint8_t seed[32], struct note_signer *ret,
				      struct error *ret_error);
/* Takes the token over. Fails: ST_MALFORMED (name); the token is closed then. */
MUST_USE enum status note_signer_of_token(struct text name, enum note_type type, const uint8_t public_key[NOTE_PUBLIC_SIZE],
					  struct note_token *token, struct note_signer *ret, struct error *ret_error);
/* The same secret or token under another type; good for as long as `signer`. To be cleared. */
void note_signer_as(const struct note_signer *signer, enum note_type type, struct note_signer *ret);
void note_signer_clear(struct note_signer *signer);

/* The same name and public key under another type: what verifies the other signatures of one signer. */
void note_key_as(const struct note_key *key, enum note_type type, struct note_key *ret);

/* "name+hex id+base64(type || public key)". Parsing checks that the id is the key's. Fails: ST_MALFORMED. */
void note_vkey(const struct note_key *key, char out[NOTE_VKEY_SIZE]);
MUST_USE enum status note_vkey_parse(struct text vkey, struct note_key *ret, struct error *ret_error);

/* The same for a signer: "PRIVATE+KEY+name+hex id+base64(type || seed)". */
void note_skey(const struct note_signer *signer, char out[NOTE_VKEY_SIZE]);
MUST_USE enum status note_skey_parse(struct text skey, struct note_signer *ret, struct error *ret_error);

struct note_signature {
	struct text name;
	uint8_t id[NOTE_ID_SIZE];
	struct text base64; /* key id and signature */
	struct text line;   /* the whole line with its newline */
};

/* Points into what was parsed. */
struct note {
	struct text text; /* with its last newline */
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
	size_t count;
};

/* The form only; nothing is verified. Fails: ST_MALFORMED; ST_LIMIT (size, signatures). */
MUST_USE enum status note_parse(struct bytes in, struct note *ret, struct error *ret_error);

/* Signature lines alone, as a witness answers: into an otherwise empty note. */
MUST_USE enum status note_parse_lines(struct text lines, struct note *ret, struct error *ret_error);

/* Verifies what `key` signed. `ret_time` (may be NULL) is set to a cosignature's time in seconds.
 * Fails: ST_NOT_FOUND (no line of this key; *ret_error is set too), ST_DENIED (a line of this key does not verify: the whole
 * note is to be refused). Cost: 50 us a line. */
MUST_USE enum status note_verify(const struct note *note, const struct note_key *key, uint64_t *ret_time, struct error *ret_error);

/* Appends a signature line over `text` by a signer of type NOTE_ED25519, or a cosignature at `time` (seconds).
 * Fails: ST_NO_MEMORY; ST_UNAVAILABLE, reason "key-token" (the token does not sign). */
MUST_USE enum status note_sign(const struct note_signer *signer, struct text text, uint64_t time, struct buffer *out,
			       struct error *ret_error);

#endif
