/* The bulletin's signed note: which files there are, which keys answer, where sealed items go. docs/formats/bulletin.md. Pure. */
#ifndef BULLETIN_NOTE_H
#define BULLETIN_NOTE_H

#include "base/buffer.h"
#include "merkle/note.h"
#include "oprf/oprf.h"

#define BULLETIN_NOTE_MAX ((size_t)65536) /* bytes; the text at most half of it */
#define BULLETIN_KEYS_MAX 3u
/* Their names with the longest lines fit into a note, and their open files into one message between processes (Linux: 253). */
#define BULLETIN_FILES_MAX 240u
#define BULLETIN_FILE_NAME_SIZE 33u
#define BULLETIN_HASH_SIZE 32u
#define BULLETIN_INBOX_KEY_SIZE 32u

struct bulletin_file {
	char name[BULLETIN_FILE_NAME_SIZE]; /* small letters, digits, dots, dashes */
	uint8_t hash[BULLETIN_HASH_SIZE];   /* SHA-256 */
	uint64_t size;
};

/* Its own memory throughout. */
struct bulletin_note {
	char hub[NOTE_NAME_SIZE];
	uint64_t number;
	int64_t time_ms;
	uint8_t inbox[BULLETIN_INBOX_KEY_SIZE];      /* X25519 */
	struct oprf_element keys[BULLETIN_KEYS_MAX]; /* newest first, at least one */
	size_t key_count;
	struct bulletin_file files[BULLETIN_FILES_MAX];
	size_t file_count;
};

/* Adds a file that the note names: hash and size of `content`. Fails: ST_LIMIT; ST_MALFORMED (name); ST_CONFLICT (there already). */
MUST_USE enum status bulletin_note_add(struct bulletin_note *note, struct text name, struct bytes content, struct error *ret_error);

/* Appends the note, signed. Fails: ST_MALFORMED with the field (hub, keys, files); as note_sign. */
MUST_USE enum status bulletin_note_write(const struct bulletin_note *note, const struct note_signer *signer, struct buffer *out,
					 struct error *ret_error);

/* Reads a note that one of `keys` signed. Fails: ST_DENIED "bulletin-unknown-key"; ST_MALFORMED "bulletin-malformed" with the field. */
MUST_USE enum status bulletin_note_read(struct bytes in, const struct note_key *keys, size_t key_count, struct bulletin_note *ret,
					struct error *ret_error);

/* Whether a reader who holds `held` may take `next`. Fails: ST_DENIED "bulletin-other-hub"; ST_CONFLICT "bulletin-older" (number or
 * time goes back, or one number names two contents). */
MUST_USE enum status bulletin_note_follows(const struct bulletin_note *held, const struct bulletin_note *next, struct error *ret_error);

/* By name, or NULL. */
const struct bulletin_file *bulletin_note_file(const struct bulletin_note *note, struct text name);

/* The name under files/: the hash in hexadecimal digits. */
void bulletin_file_address(const struct bulletin_file *file, char ret[2 * BULLETIN_HASH_SIZE + 1]);

/* Whether this is the file's content. Fails: ST_CORRUPT "bulletin-altered". */
MUST_USE enum status bulletin_file_check(const struct bulletin_file *file, struct bytes content, struct error *ret_error);

#endif
