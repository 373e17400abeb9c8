/* NATS as a bell, both ends: docs/decisions/nats.md. Messages on `cordon.LIST.bell`: "edition 42", "urgent 42". */
#ifndef FEED_BELL_NATS_H
#define FEED_BELL_NATS_H

#include "feed/bell.h"

/* Connected or on the way to be, for ever and without a word. */
struct bell_nats;

/* `options->address`: nats://HOST:PORT, several with commas between. With `ring` it listens. Fails: ST_DENIED (address), ST_NO_MEMORY. */
MUST_USE enum status bell_nats_open(const struct bell_options *options, struct bell_nats **ret, struct error *ret_error);
bool bell_nats_heard(const struct bell_nats *nats);
/* Never waits; while there is no server it is lost. */
void bell_nats_say(struct bell_nats *nats, enum bell_kind kind, uint64_t number);
void bell_nats_close(struct bell_nats *nats); /* NULL is fine */

#endif
