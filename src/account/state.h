/* What `struct accounts` holds: for account/ alone. */
#ifndef ACCOUNT_STATE_H
#define ACCOUNT_STATE_H

#include <jansson.h>
#include <pthread.h>

#include "account/accounts.h"
#include "account/secret.h"
#include "account/webauthn.h"

#define BUCKET_COUNT 4096u

/* Requests that one actor or address has left; by a hash, two that fall together share it. */
struct bucket {
	int64_t filled_ms;
	uint64_t left_milli;
};

struct accounts {
	struct db *db;
	const struct env *env;
	struct accounts_options options;
	char host[3];
	char party_id[256];
	json_t *oidc; /* the provider, or NULL */
	pthread_mutex_t lock;
	pthread_cond_t free;   /* a hash is done */
	unsigned hashing;      /* Argon2 computations that run */
	struct bucket buckets[BUCKET_COUNT];
	char decoy[PASSWORD_HASH_SIZE]; /* nobody's: unknown logins cost as much as known ones */
	char setup_code[SECRET_WORD_SIZE];
};

/* At most two hashes of 64 MiB at once; others wait here. */
void accounts_gate_enter(struct accounts *accounts);
void accounts_gate_leave(struct accounts *accounts);

#endif
