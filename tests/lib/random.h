/* The system's randomness as an environment, for tests that want no clock. */
#ifndef TESTS_LIB_RANDOM_H
#define TESTS_LIB_RANDOM_H

#include <sodium.h>

#include "base/env.h"

static inline void random_of_system(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env random_env = {.random = random_of_system};

#endif
