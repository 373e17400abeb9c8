/* People: made, changed, locked and given a new start by the administrators of their own country.
 *
 * Everything here runs in the caller's transaction, after may() allowed it, and adds no audit of its own but where it says so.
 * The last active administrator of a country stays; nobody changes his own roles.
 */
#ifndef ACCOUNT_PERSON_H
#define ACCOUNT_PERSON_H

#include "account/accounts.h"
#include "account/secret.h"
#include "model/id.h"

struct person {
	struct text id, country, agency, agency_name, login, name, state;
	uint64_t roles;
	int64_t version, seen_ms;
};

/* Texts in the arena. Fails: ST_NOT_FOUND, reason "not-found"; as db_query. */
MUST_USE enum status person_get(struct db_tx *tx, struct text id, struct arena *arena, struct person *ret_person,
				struct error *ret_error);

struct person_filter {
	struct text country;
	struct text after; /* login of the last one seen, or empty */
	uint32_t limit;
};
/* By login; *ret_total counts all of the country. */
MUST_USE enum status person_list(struct db_tx *tx, const struct person_filter *filter, struct arena *arena,
				 struct person **ret_list, size_t *ret_count, int64_t *ret_total, struct error *ret_error);

struct person_new {
	struct text country, agency, login, name;
	uint64_t roles;
	struct text by;        /* who makes him */
	const char *hash;      /* of the first password */
	bool own_password;     /* he chose it himself: the first set-up */
};
/* Fails: ST_MALFORMED (reason "login-malformed", "name-malformed", "roles-apart", "agency-unknown"), ST_CONFLICT, reason
 * "login-taken". */
MUST_USE enum status person_create(struct db_tx *tx, const struct env *env, const struct person_new *new_person,
				   char ret_id[ID_SIZE], struct error *ret_error);

struct person_change {
	struct text id, by;
	int64_t version;            /* the one that is being changed */
	struct text name, agency, state; /* empty: as it is; state: active, locked, gone */
	bool has_roles;
	uint64_t roles;
};
/* Ends his sessions where roles or state changed: what he may do changes at once. A person who is gone stays gone.
 * Fails: as person_create; ST_NOT_FOUND; ST_CONFLICT (reason "version", "last-administrator", "person-gone"); ST_DENIED, reason
 * "own-roles". */
MUST_USE enum status person_change(struct db_tx *tx, const struct env *env, const struct person_change *change,
				   struct error *ret_error);

/* A first password, "k7xq-m2np-..." (100 bits), and its hash. Outside of transactions: one Argon2 hash. */
MUST_USE enum status person_first_password(struct accounts *accounts, char ret_word[SECRET_WORD_SIZE],
					   char ret_hash[PASSWORD_HASH_SIZE], struct error *ret_error);

/* Every credential and session goes, a new first password counts. For recovery and for the operator. */
MUST_USE enum status person_reset(struct db_tx *tx, const struct env *env, struct text id, const char *hash,
				  struct error *ret_error);

/* How many active administrators a country has. */
MUST_USE enum status person_administrators(struct db_tx *tx, struct text country, int64_t *ret_count, struct error *ret_error);

/* "reviewer legal" as bits. Fails: ST_MALFORMED, reason "role-unknown". */
MUST_USE enum status roles_read(struct text words, uint64_t *ret_roles, struct error *ret_error);

#endif
