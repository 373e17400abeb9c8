#include "portal/work.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define SALT_AT 10u
#define MAC_AT 18u
#define MAC_SIZE 16u
#define WAYS 16u
#define SETS 16384u

/* What was spent, by the time of its challenge: of two lives one after the other, since a challenge of neither is too old. */
struct spent {
	int64_t life;
	uint64_t ids[SETS][WAYS]; /* 0: free */
};

struct works {
	const struct env *env;
	pthread_mutex_t lock;
	uint8_t key[crypto_generichash_KEYBYTES];
	int64_t newest; /* life */
	struct spent spent[2];
};

static void start_anew(struct works *w, int64_t life)
{
	env_random(w->env, w->key, sizeof w->key);
	w->newest = life;
	for (unsigned i = 0; i < 2; i++)
		w->spent[i].life = -1;
}

struct works *works_new(const struct env *env)
{
	struct works *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->env = env;
	pthread_mutex_init(&w->lock, NULL);
	start_anew(w, env_now(env) / WORK_LIFE_MS);
	return w;
}

void works_free(struct works *w)
{
	if (w)
		pthread_mutex_destroy(&w->lock);
	free(w);
}

/* The time now. A clock that went back would make a challenge good again that is forgotten: with another key it is not. The lock is held. */
static int64_t now_of(struct works *w)
{
	int64_t now = env_now(w->env), life = now / WORK_LIFE_MS;

	if (life < w->newest)
		start_anew(w, life);
	w->newest = life;
	return now;
}

/* The lock is held. */
static void mac_of(const struct works *w, const uint8_t challenge[WORK_CHALLENGE_SIZE], uint8_t ret[MAC_SIZE])
{
	crypto_generichash(ret, MAC_SIZE, challenge, MAC_AT, w->key, sizeof w->key);
}

void work_challenge(struct works *w, uint8_t act, uint8_t bits, char ret[WORK_CHALLENGE_WORD])
{
	uint8_t challenge[WORK_CHALLENGE_SIZE] = {act, bits};
	int64_t now;

	env_random(w->env, challenge + SALT_AT, MAC_AT - SALT_AT);
	pthread_mutex_lock(&w->lock);
	now = now_of(w);
	for (unsigned i = 0; i < 8; i++)
		challenge[2 + i] = (uint8_t)((uint64_t)now >> 8 * i);
	mac_of(w, challenge, challenge + MAC_AT);
	pthread_mutex_unlock(&w->lock);
	sodium_bin2hex(ret, WORK_CHALLENGE_WORD, challenge, sizeof challenge);
}

static bool pieces_done(const uint8_t work[WORK_CHALLENGE_SIZE + 4 * WORK_PIECES], unsigned bits)
{
	uint8_t piece[WORK_CHALLENGE_SIZE + 5], hash[crypto_hash_sha256_BYTES];

	memcpy(piece, work, WORK_CHALLENGE_SIZE);
	for (uint8_t i = 0; i < WORK_PIECES; i++) {
		uint32_t head;

		piece[WORK_CHALLENGE_SIZE] = i;
		memcpy(piece + WORK_CHALLENGE_SIZE + 1, work + WORK_CHALLENGE_SIZE + 4 * i, 4);
		crypto_hash_sha256(hash, piece, sizeof piece);
		head = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
		if (bits && (bits > 32 || head >> (32 - bits)))
			return false;
	}
	return true;
}

/* The lock is held. False: it is there already, or there is no room. */
static bool spent_add(struct works *w, int64_t life, const uint8_t mac[MAC_SIZE])
{
	struct spent *s = &w->spent[life & 1];
	uint64_t id, *set;
	uint32_t place;

	if (s->life > life)
		return false; /* its place is taken by what is newer */
	if (s->life != life) {
		memset(s->ids, 0, sizeof s->ids);
		s->life = life;
	}
	memcpy(&id, mac, sizeof id);
	memcpy(&place, mac + sizeof id, sizeof place);
	id += id == 0;
	set = s->ids[place % SETS];
	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i] == id)
			return false;
		if (set[i] == 0) {
			set[i] = id;
			return true;
		}
	}
	return false;
}

bool work_spend(struct works *w, uint8_t act, uint8_t bits, struct text word)
{
	uint8_t work[WORK_CHALLENGE_SIZE + 4 * WORK_PIECES], mac[MAC_SIZE];
	int64_t time = 0, now;
	size_t size = 0;
	bool good;

	if (word.len != WORK_WORD_LEN || sodium_hex2bin(work, sizeof work, word.data, word.len, NULL, &size, NULL) != 0 || size != sizeof work)
		return false;
	if (work[0] != act || work[1] < bits)
		return false;
	for (unsigned i = 0; i < 8; i++)
		time |= (int64_t)((uint64_t)work[2 + i] << 8 * i);
	pthread_mutex_lock(&w->lock);
	now = now_of(w);
	mac_of(w, work, mac);
	pthread_mutex_unlock(&w->lock);
	/* Ours before all else: then its time is one that this clock told, and the hashes are worth counting. */
	if (sodium_memcmp(mac, work + MAC_AT, sizeof mac) != 0 || time > now || now - time > WORK_LIFE_MS || !pieces_done(work, work[1]))
		return false;
	pthread_mutex_lock(&w->lock);
	good = now_of(w) - time <= 2 * WORK_LIFE_MS && spent_add(w, time / WORK_LIFE_MS, mac);
	pthread_mutex_unlock(&w->lock);
	return good;
}
