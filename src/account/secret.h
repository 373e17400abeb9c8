/* What people and machines must know or hold: passwords, tokens, and how they are written down. */
#ifndef ACCOUNT_SECRET_H
#define ACCOUNT_SECRET_H

#include "base/arena.h"
#include "base/env.h"

#define SECRET_SIZE 32u       /* tokens and challenges: 256 random bits; also their SHA-256 */
#define SECRET_TEXT_SIZE 44u  /* as base64url without padding, with the ending NUL */
#define PASSWORD_HASH_SIZE 128u
#define PASSWORD_MIN 12u      /* characters */
#define PASSWORD_MAX 256u     /* bytes */

/* ---- passwords: Argon2id, 64 MiB, 3 passes; the parameters stand in the hash ---- */

/* Fails: ST_MALFORMED, reason "password-short", "password-long" or "password-plain" (the login in it, too few different
 * characters), field "password". Pure. Source: NIST SP 800-63B-4, 3.1.1.2. */
MUST_USE enum status password_accept(struct text password, struct text login, struct error *ret_error);

/* Fails: ST_NO_MEMORY. Cost: about 200 ms and 64 MiB: callers go through accounts_gate. */
MUST_USE enum status password_hash(struct text password, char out[PASSWORD_HASH_SIZE], struct error *ret_error);
bool password_fits(struct text password, struct text hash);
/* Whether the hash was made with other parameters than today's. */
bool password_outdated(struct text hash);

/* A first password or a code, "k7xq-m2np-...": `groups` (at most 8) of four letters and digits, none of them alike, 20 bits each. */
#define SECRET_WORD_SIZE 40u
void secret_word(const struct env *env, unsigned groups, char out[SECRET_WORD_SIZE]);

/* ---- tokens ---- */

void secret_token(const struct env *env, char out[SECRET_TEXT_SIZE]);
void secret_hash(struct text token, uint8_t out[SECRET_SIZE]);

/* ---- writings ---- */

/* Base64url without padding, as WebAuthn writes it. Fails: ST_MALFORMED (other characters, more than `max` bytes), ST_LIMIT
 * and ST_NO_MEMORY (arena). */
MUST_USE enum status base64url_read(struct text in, size_t max, struct arena *arena, struct bytes *ret_bytes);
MUST_USE enum status base64url_write(struct bytes in, struct arena *arena, struct text *ret_text);

/* RFC 4648 base32 without padding; `out` has room for (len * 8 + 4) / 5 + 1. */
void base32_write(struct bytes in, char *out);

#endif
