/* Who acts: the person or machine behind a request, as the decision point and the audit need to know it.
 *
 * Made by account/ from a session or token; everything below only reads it. Lives as long as the request.
 */
#ifndef MODEL_ACTOR_H
#define MODEL_ACTOR_H

#include "base/slice.h"

/* How the session was opened; higher is stronger. */
enum actor_strength {
	ACTOR_NOBODY,   /* no session */
	ACTOR_PASSWORD, /* password alone: may only finish signing in */
	ACTOR_TOKEN,    /* API token or client certificate */
	ACTOR_TOTP,     /* password and one-time code, or a ministry's own login */
	ACTOR_PASSKEY,
};

struct actor {
	struct text id;        /* person or machine; empty: nobody */
	struct text name;      /* for people to read; never in a log */
	struct text country;   /* alpha-2, lower case */
	struct text agency;    /* its id */
	uint64_t roles;        /* bits by enum role of account/policy.h */
	struct text session;   /* id of the session, not its secret */
	enum actor_strength strength;
	int64_t proved_ms;     /* when the person last proved who he is (for acts that ask for it anew) */
	struct text purpose;   /* the reason given with the request (header X-Purpose), or empty */
	struct text address;   /* of the client */
};

#endif
