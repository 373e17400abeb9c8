/* What the world outside gives a service: the clock and randomness, as parameters, so that a test can own them. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stddef.h>
#include <stdint.h>

struct env {
	int64_t (*now_ms)(void *context);                        /* wall clock, milliseconds UTC */
	void (*random)(void *context, void *out, size_t len);    /* unpredictable; cannot fail */
	void *context;
};

static inline int64_t env_now(const struct env *env)
{
	return env->now_ms(env->context);
}

static inline void env_random(const struct env *env, void *out, size_t len)
{
	env->random(env->context, out, len);
}

#endif
