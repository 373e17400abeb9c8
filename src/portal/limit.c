#include "portal/limit.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define BUCKETS 16384u
#define DAY_MS ((int64_t)86400000)

/* Thousandths of an act. Work: eight pieces of so many bits each; at the least 2^14 hashes for a check, 2^16 for what is written, 2^13 for a
 * part of a file, and 2^18, 2^19, 2^16 at the most. A weak telephone counts some 40,000 in a second. */
static const struct rate {
	uint32_t room, per_second;
	uint8_t bits, bits_max;
} rates[LIMIT_ACTS] = {
	[LIMIT_CHECK] = {240000, 2000, 11, 15}, /* 120 a minute, 240 at once */
	[LIMIT_PLAIN] = {120000, 500, 11, 15},	/* 30 a minute, 120 at once */
	[LIMIT_WRITE] = {40000, 17, 13, 16},	/* 60 an hour, 40 at once */
	[LIMIT_CALL] = {40000, 17, 13, 14},
	[LIMIT_PART] = {1600000, 2000, 10, 13}, /* 128 KB each: 900 MB an hour, 200 MB at once */
};

/* Work of all networks together that is asked for no more than the least: 500 in a second, and 30,000 at once. */
static const struct rate all_rate = {30000000, 500000, 0, 0};

struct bucket {
	uint32_t left;	 /* thousandths */
	uint32_t worked; /* what work was done for lately; falls as the share fills again, and as fast */
	int64_t at_ms;
};

struct limits {
	const struct env *env;
	pthread_mutex_t lock;
	uint8_t key[crypto_shorthash_KEYBYTES];
	uint8_t day_key[crypto_generichash_KEYBYTES];
	int64_t day;
	struct bucket buckets[LIMIT_ACTS][BUCKETS];
	struct bucket all;
	struct works *works;
	void (*marked)(void *context, unsigned networks);
	void *context;
	int64_t asked_day;
	uint32_t asked[BUCKETS]; /* on that day, also what was refused */
	unsigned marked_count;
};

struct limits *limits_new(const struct env *env, void (*marked)(void *context, unsigned networks), void *context)
{
	struct limits *l = calloc(1, sizeof *l);

	if (l == NULL || (l->works = works_new(env)) == NULL) {
		free(l);
		return NULL;
	}
	l->env = env;
	l->marked = marked;
	l->context = context;
	l->day = l->asked_day = -1;
	pthread_mutex_init(&l->lock, NULL);
	env_random(env, l->key, sizeof l->key);
	for (unsigned act = 0; act < LIMIT_ACTS; act++)
		for (size_t i = 0; i < BUCKETS; i++)
			l->buckets[act][i] = (struct bucket){.left = rates[act].room, .at_ms = env_now(env)};
	return l;
}

void limits_free(struct limits *l)
{
	if (l == NULL)
		return;
	pthread_mutex_destroy(&l->lock);
	works_free(l->works);
	free(l);
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

static void bucket_fill(struct bucket *b, const struct rate *rate, int64_t now)
{
	int64_t passed = now > b->at_ms ? now - b->at_ms : 0;
	uint64_t more = passed > DAY_MS ? UINT32_MAX : (uint64_t)passed * rate->per_second / 1000;

	if (more == 0 && now >= b->at_ms)
		return;
	b->left = more > rate->room - b->left ? rate->room : b->left + (uint32_t)more;
	b->worked = more > b->worked ? 0 : b->worked - (uint32_t)more;
	/* What was too little for a thousandth counts the next time. */
	b->at_ms = more && passed <= DAY_MS ? b->at_ms + (int64_t)((more * 1000 + rate->per_second - 1) / rate->per_second) : now;
}

/* One for each doubling of what work was done for, beyond one share. */
static unsigned level(const struct bucket *b, const struct rate *rate)
{
	unsigned bits = 0;

	for (uint64_t most = rate->room; b->worked >= most && bits < 32; most = 2 * most + rate->room)
		bits++;
	return bits;
}

/* The lock is held. */
static uint8_t bits_now(struct limits *l, enum limit_act act, const struct bucket *b, int64_t now)
{
	unsigned bits, all;

	bucket_fill(&l->all, &all_rate, now);
	bits = level(b, &rates[act]);
	all = level(&l->all, &all_rate);
	bits = rates[act].bits + (bits > all ? bits : all);
	return (uint8_t)(bits > rates[act].bits_max ? rates[act].bits_max : bits);
}

static void work_count(struct bucket *b)
{
	b->worked = b->worked > UINT32_MAX - 1000 ? UINT32_MAX : b->worked + 1000;
}

/* Its share is used: whether work was done. What was asked for a little while ago is enough still, unless it has become four times as much. */
static bool worked(struct limits *l, enum limit_act act, struct bucket *b, uint8_t bits, struct text work, char ret_challenge[WORK_CHALLENGE_WORD])
{
	const uint8_t least = bits >= rates[act].bits + 2 ? bits - 2 : rates[act].bits;
	bool good = work.len && work_spend(l->works, (uint8_t)act, least, work);

	if (!good) {
		work_challenge(l->works, (uint8_t)act, bits, ret_challenge);
		return false;
	}
	pthread_mutex_lock(&l->lock);
	work_count(b);
	work_count(&l->all);
	pthread_mutex_unlock(&l->lock);
	return true;
}

bool limit_take(struct limits *l, enum limit_act act, struct text address, struct text work, char ret_challenge[WORK_CHALLENGE_WORD])
{
	uint8_t network[17], hash[crypto_shorthash_BYTES], bits = 0;
	struct bucket *b;
	int64_t now = env_now(l->env);
	uint32_t place;
	unsigned marked;
	bool good;

	crypto_shorthash(hash, network, prefix(address, 4, 8, network), l->key);
	memcpy(&place, hash, sizeof place);
	place %= BUCKETS;
	pthread_mutex_lock(&l->lock);
	b = &l->buckets[act][place];
	bucket_fill(b, &rates[act], now);
	good = b->left >= 1000;
	if (good)
		b->left -= 1000;
	else
		bits = bits_now(l, act, b, now);
	marked = act == LIMIT_CHECK || act == LIMIT_PLAIN ? asked_count(l, place, now) : 0;
	pthread_mutex_unlock(&l->lock);
	if (marked && l->marked)
		l->marked(l->context, marked);
	return good || worked(l, act, b, bits, work, ret_challenge);
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
