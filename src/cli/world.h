/* The clock and the randomness of the machine, for whatever takes a `struct env`. */
#ifndef CLI_WORLD_H
#define CLI_WORLD_H

#include "base/env.h"

const struct env *world_env(void);

#endif
