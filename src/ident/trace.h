/* What is remembered of a traveller who is nobody: a keyed hash of his document, and one of his name and birth date. Made alike by a
 * post and by its hub, so that somebody who is listed later is found among those who crossed. Pure. Source: docs/formats/spool.md. */
#ifndef IDENT_TRACE_H
#define IDENT_TRACE_H

#include "base/slice.h"

#define TRACE_KEY_SIZE 32u
#define TRACE_TEXT_MAX 512u
#define TRACE_SIZE 86u /* the key's number, ':', 64 hexadecimal digits and a NUL */

struct trace_key {
	uint64_t number;
	uint8_t secret[TRACE_KEY_SIZE];
};

/* What is hashed: "d|kh|N123", country alpha-2. Gives the length, without a NUL; 0 where there is nothing to hash (no number, no
 * country) or it is longer than TRACE_TEXT_MAX. */
size_t trace_document(struct text country, struct text number, char out[TRACE_TEXT_MAX]);

/* The same of "n|NAME|1990-03-07". `folded`: the name as text_fold gives it; its words are put in order here. 0 unless the birth date is
 * whole. */
size_t trace_identity(struct text folded, struct text birth_date, char out[TRACE_TEXT_MAX]);

/* HMAC-SHA-256: "3:ab12..." and a NUL. */
void trace_hash(const struct trace_key *key, struct text of, char ret_hash[TRACE_SIZE]);

#endif
