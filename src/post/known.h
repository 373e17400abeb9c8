/* What the hub has told this post: its settings, the officers who may work here, the keys that crossings are hashed with.
 * docs/formats/spool.md, "Sync". Kept sealed; a copy in memory answers the lanes. Thread-safe. */
#ifndef POST_KNOWN_H
#define POST_KNOWN_H

#include "db/db.h"
#include "ident/trace.h"
#include "post/keep.h"

#define OFFICERS_MAX 2000u
#define OFFICER_ID 33u
#define OFFICER_LOGIN 129u
#define OFFICER_NAME 401u
#define OFFICER_PIN 129u

struct officer {
	char id[OFFICER_ID];
	char login[OFFICER_LOGIN];
	char name[OFFICER_NAME];
	char pin[OFFICER_PIN]; /* Argon2id; empty: none was set, he cannot sign in */
	uint64_t roles;        /* bits as data/account/roles.tsv orders them */
};

struct settings {
	char name[201];
	char desk[65];     /* telephone of the national desk */
	char point[8];     /* "entry", "exit", "both" */
	char timezone[65];
};

struct known;

/* Reads what was kept. Fails: as db_transact; ST_CORRUPT. */
MUST_USE enum status known_open(struct db *db, const struct keep *keep, struct known **ret, struct error *ret_error);
void known_free(struct known *known); /* NULL is fine */

/* Takes one piece of news of kind settings, roster or crossing-key in the caller's transaction; false in *ret_taken for another
 * kind. Fails: ST_MALFORMED; as db_exec. known_refresh is due after the commit. */
MUST_USE enum status known_take(struct known *known, struct db_tx *tx, struct text kind, const json_t *body, struct arena *arena,
				bool *ret_taken, struct error *ret_error);
MUST_USE enum status known_refresh(struct known *known, struct error *ret_error);

/* False: nobody of that login or id is on the roster. */
bool known_officer_of_login(struct known *known, struct text login, struct officer *ret);
bool known_officer(struct known *known, struct text id, struct officer *ret);
/* {"items":[{"login","name"}...]}: those who can sign in at the lanes. */
void known_roster_write(struct known *known, struct buffer *out);

void known_settings(struct known *known, struct settings *ret);

/* The key in force at `now_ms`; false: none was told yet. */
bool known_key(struct known *known, int64_t now_ms, struct trace_key *ret);
/* Keys by which nothing is hashed any more go: what they keyed is then of nobody. Fails: as db_transact. */
MUST_USE enum status known_forget(struct known *known, int64_t now_ms, struct error *ret_error);

/* Bit of a role's word; 0: no such role. */
uint64_t role_bit(struct text word);
/* The word of bit `i`, or NULL past the last. */
const char *role_word(unsigned i);
#define ROLE_PRIMARY role_bit(TEXT("primary"))
#define ROLE_SECONDARY role_bit(TEXT("secondary"))
#define ROLE_SUPERVISOR role_bit(TEXT("supervisor"))

#endif
