/* The one decision point: may this person do this to this thing? Made from data/account/policy.tsv.
 *
 * Answers "not found" for what is not yours: DENIED is only told about things whose existence the person may know.
 */
#ifndef ACCOUNT_POLICY_H
#define ACCOUNT_POLICY_H

#include "model/actor.h"

#define POLICY_ANEW_MS ((int64_t)300000) /* how long a fresh proof of who one is counts */
#define POLICY_SKEW_MS ((int64_t)5000)   /* how far the clocks of two hubs over one database may be apart */

/* Whose data it is and whom it was released to. Lives with the caller. */
struct policy_thing {
	struct text owner;          /* country that owns it, alpha-2; empty: the hub's own */
	struct text agency;         /* owning agency's id, or empty */
	struct text author;         /* person who made it or last changed it (a second person must do the act), or empty */
	struct text subject;        /* officer that it is about, or empty */
	const struct text *released; /* countries beside the owner and the host that may see it */
	size_t released_count;
	uint8_t handling;           /* 0 to 3: H0 free for police use ... H3 only for whom it was sent to */
	bool consented;             /* the owner consented to this act (H1 to H3 ask for it) */
};

enum policy_answer {
	POLICY_ALLOWED,
	POLICY_SIGN_IN,      /* no session, or too weak a one: 401 */
	POLICY_PROVE_ANEW,   /* must prove again who he is (fresh passkey or code): 401 with reason "prove-anew" */
	POLICY_REASON,       /* this role must say why: 422 with reason "purpose-missing" */
	POLICY_DENIED,       /* 403 */
	POLICY_NOT_FOUND,    /* 404: the thing is another country's */
};

/* `action` is a word of data/account/policy.tsv ("entry.read"); an unknown word is denied. `thing` may be NULL where the
 * action has none, or it is not known yet: then the answer says whether some thing could be allowed. `host` is the hub's
 * country. Pure, no allocation. Cost: two binary searches. */
enum policy_answer may(const struct actor *actor, struct text action, const struct policy_thing *thing, struct text host,
		       int64_t now_ms);

/* The actions, sorted, each once; NULL past the last. For telling a console what to show. */
const char *policy_action(size_t index);

/* The roles, in the order of their bits; NULL past the last. */
const char *role_word(unsigned role);
/* The bit of a role, or -1. */
int role_find(struct text word);
/* Whether one person, or one machine, may bear all these roles (bits) together: data/account/roles.tsv. */
bool roles_fit(uint64_t roles, bool machine);

#endif
