/* How often one network may ask and write, without keeping who it was: buckets by a keyed hash that is forgotten with the process. Beyond its
 * share a browser does some work (portal/work.h): of many people behind one address each can go on, and a flood pays for itself. */
#ifndef PORTAL_LIMIT_H
#define PORTAL_LIMIT_H

#include "portal/work.h"

/* LIMIT_PLAIN: checks by the form without a script, a share of its own that those with one cannot use up; so has LIMIT_CALL, the call for help. */
enum limit_act { LIMIT_CHECK, LIMIT_PLAIN, LIMIT_WRITE, LIMIT_CALL, LIMIT_PART, LIMIT_ACTS };

struct limits;

/* Questions of one network in one day (UTC) beyond which somebody should look: seven a minute, day and night. Asked at that pace by
 * a few dozen, a country's numbers can be gone through within a year. */
#define LIMIT_MARK 10000u

/* `marked` is told, without any lock held, each time another network has passed LIMIT_MARK, how many have today; it may be NULL.
 * NULL: no memory. */
struct limits *limits_new(const struct env *env, void (*marked)(void *context, unsigned networks), void *context);
void limits_free(struct limits *limits);

/* Takes one from the bucket of an address (IPv6: its /64); where that is empty, spends `work` (empty: none). A telephone network of many
 * people has one address, so buckets are large: what one person does by hand is far below. An empty address (a socket file without a
 * proxy) has one bucket. False: not now; `ret_challenge` is what work would do. Its bits rise with the work that was done lately for the
 * network, and for all: a bit for each doubling. */
bool limit_take(struct limits *limits, enum limit_act act, struct text address, struct text work, char ret_challenge[WORK_CHALLENGE_WORD]);

#define LIMIT_NETWORK_SIZE 33u

/* A name of the address's network (/24, /48) under a key that is thrown away every day (UTC): 32 hexadecimal digits. */
void limit_network(struct limits *limits, struct text address, char ret[LIMIT_NETWORK_SIZE]);

#endif
