/* What the portal was told, and the four processes that it is. docs/decisions/portal.md; docs/portal.md. */
#ifndef PORTAL_PARTS_H
#define PORTAL_PARTS_H

#include <sys/types.h>

#include "base/env.h"
#include "base/slice.h"
#include "merkle/note.h"
#include "portal/key.h"

struct portal_settings {
	const char *folder;
	const char *hub;       /* "https://HUB", "http://" on this machine, or "file:FOLDER" */
	const char *ca_file;   /* or NULL */
	const char *address;   /* or NULL: 127.0.0.1 */
	const char *authority; /* who runs it, for people; or NULL: the bulletin's hub */
	const char *redress;   /* address of the page for those stopped at a border; or NULL: the hub's */
	struct note_key key;   /* that signs the bulletin */
	uint16_t port;
	bool proxied, no_landlock;
	bool demonstration;    /* each page says so */
	uid_t user;            /* 0: stays who it is */
	gid_t group;
};

/* Threads of the oracle, each with a pair of its own: one check costs a processor a quarter of a millisecond. */
#define PORTAL_LANES 2u

/* One end of each socket pair; -1 where a process has none. */
struct portal_ends {
	int news;   /* courier to web: a bulletin's files */
	int hand;   /* web to courier: sealed items; and what became of them */
	int grants; /* courier to oracle: keys, sealed */
	int ask[PORTAL_LANES]; /* web to oracle: points; and their products */
};

extern const struct env portal_env; /* the machine's clock and randomness */

void portal_say(const char *format, ...) PRINTF_LIKE(1, 2);

/* Each runs in a process of its own until it is told to stop (a pipe's end, SIGTERM); gives its exit status. */
/* `name`: the portal's public key, as the hub knows it. */
int portal_web(const struct portal_settings *settings, const struct portal_ends *ends, const char *name, int listener, uint16_t port, bool first);
int portal_oracle(const struct portal_settings *settings, const struct portal_ends *ends, const struct portal_key *key);
int portal_courier(const struct portal_settings *settings, const struct portal_ends *ends, const char *name);

/* Keeps the three running: when one ends all are started again, so that none speaks to a half. Until SIGINT or SIGTERM. */
MUST_USE enum status portal_warden(const struct portal_settings *settings, struct error *ret_error);

#endif
