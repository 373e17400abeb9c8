#include "portal/limit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define BUCKETS 16384u
#define DAY_MS ((int64_t)86400000)

/* Thousandths of an act. */
static const struct { uint32_t room, per_second; } rates[LIMIT_ACTS] = {
	[LIMIT_CHECK] = {240000, 2000}, /* 120 a minute, 240 at once */
	[LIMIT_WRITE] = {40000, 17},	/* 60 an hour, 40 at once */
	[LIMIT_PART] = {1600000, 2000}, /* 128 KB each: 900 MB an hour, 200 MB at once */
};

struct bucket {
	uint32_t left; /* thousandths */
	int64_t at_ms;
};

struct limits {
	const struct env *env;
	pthread_mutex_t lock;
	uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t day_key[crypto_generichash_KEYBYTES];
	int64_t day;
	struct bucket buckets[LIMIT_ACTS][BUCKETS];
	void (*marked)(unsigned networks);
	int64_t asked_day;
	uint32_t asked[BUCKETS]; /* on that day, also what was refused */
	unsigned marked_count;
};

struct limits *limits_new(const struct env *env, void (*marked)(unsigned networks))
{
	struct limits *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->env = env;
	l->marked = marked;
	l->day = l->asked_day = -1;
	pthread_mutex_init(&l->lock, NULL);
	env_random(env, l->key, sizeof l->key);
	for (unsigned act = 0; act < LIMIT_ACTS; act++)
		for (size_t i = 0; i < BUCKETS; i++)
			l->buckets[act][i] = (struct bucket){rates[act].room, env_now(env)};
	return l;
}

/* The network part of an address, `four` and `six` bytes of it. */
static size_t prefix(struct text address, size_t four, size_t six, uint8_t out[17])
{
	char word[46];
	uint8_t binary[16];
	size_t size = 0;

	if (address.len && address.len < sizeof word) {
		memcpy(word, address.data, address.len);
		word[address.len] = '\0';
		size = inet_pton(AF_INET, word, binary) == 1 ? four : inet_pton(AF_INET6, word, binary) == 1 ? six : 0;
	}
	out[0] = (uint8_t)size;
	memcpy(out + 1, binary, size);
	return size + 1;
}

/* Gives how many networks have passed the mark where this question did, else 0. The lock is held. */
static unsigned asked_count(struct limits *l, uint32_t place, int64_t now)
{
	if (now / DAY_MS != l->asked_day) {
		memset(l->asked, 0, sizeof l->asked);
		l->asked_day = now / DAY_MS;
		l->marked_count = 0;
	}
	return ++l->asked[place] == LIMIT_MARK ? ++l->marked_count : 0;
}

bool limit_take(struct limits *l, enum limit_act act, struct text address)
{
	uint8_t network[17], hash[crypto_shorthash_BYTES];
	struct bucket *b;
	int64_t now = env_now(l->env), passed;
	uint64_t left;
	uint32_t place;
	unsigned marked;
	bool good;

	crypto_shorthash(hash, network, prefix(address, 4, 8, network), l->key);
	memcpy(&place, hash, sizeof place);
	place %= BUCKETS;
	pthread_mutex_lock(&l->lock);
	b = &l->buckets[act][place];
	passed = now > b->at_ms ? now - b->at_ms : 0;
	left = b->left + (passed > DAY_MS ? rates[act].room : (uint64_t)passed * rates[act].per_second / 1000);
	left = left > rates[act].room ? rates[act].room : left;
	good = left >= 1000;
	b->left = (uint32_t)(good ? left - 1000 : left);
	b->at_ms = now;
	marked = act == LIMIT_CHECK ? asked_count(l, place, now) : 0;
	pthread_mutex_unlock(&l->lock);
	if (marked && l->marked)
		l->marked(marked);
	return good;
}

void limit_network(struct limits *l, struct text address, char ret[LIMIT_NETWORK_SIZE])
{
	uint8_t network[17], hash[16];
	size_t size = prefix(address, 3, 6, network);
	int64_t day = env_now(l->env) / DAY_MS;

	pthread_mutex_lock(&l->lock);
	if (day != l->day) {
		env_random(l->env, l->day_key, sizeof l->day_key);
		l->day = day;
	}
	crypto_generichash(hash, sizeof hash, network, size, l->day_key, sizeof l->day_key);
	pthread_mutex_unlock(&l->lock);
	sodium_bin2hex(ret, LIMIT_NETWORK_SIZE, hash, sizeof hash);
}
