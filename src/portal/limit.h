/* How often one network may ask and write, without keeping who it was: buckets by a keyed hash that is forgotten with the process. */
#ifndef PORTAL_LIMIT_H
#define PORTAL_LIMIT_H

#include "base/env.h"
#include "base/slice.h"

enum limit_act { LIMIT_CHECK, LIMIT_WRITE, LIMIT_ACTS };

struct limits;

/* NULL: no memory. */
struct limits *limits_new(const struct env *env);

/* Takes one from the bucket of an address (IPv6: its /64). A telephone network of many people has one address, so buckets are large:
 * what one person does by hand is far below. False: empty. An empty address (a socket file without a proxy) has one bucket. */
bool limit_take(struct limits *limits, enum limit_act act, struct text address);

#define LIMIT_NETWORK_SIZE 33u

/* A name of the address's network (/24, /48) under a key that is thrown away every day (UTC): 32 hexadecimal digits. */
void limit_network(struct limits *limits, struct text address, char ret[LIMIT_NETWORK_SIZE]);

#endif
