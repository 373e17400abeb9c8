#include "cli/world.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t world_now(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void world_random(void *context, void *out, size_t len)
{
	uint8_t *at = out;

	(void)context;
	while (len) {
		ssize_t n = getrandom(at, len, 0);

		/* Interrupted by a signal at most; a kernel without randomness must not make keys. */
		if (n < 0 && errno != EINTR)
			abort();
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

const struct env *world_env(void)
{
	static const struct env env = {world_now, world_random, NULL};

	return &env;
}
