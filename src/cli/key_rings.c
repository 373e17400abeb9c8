#include "cli/key_rings.h"

#include <sodium.h>
#include <stdio.h>

#include "cli/key_files.h"
#include "merkle/base64.h"

#define LINE_MAX_SIZE 128u
#define FILE_MAX (KEY_RING_MAX * LINE_MAX_SIZE)

static const char *const purposes[] = {[KEY_RING_OPRF] = "oprf", [KEY_RING_INBOX] = "inbox", [KEY_RING_EVIDENCE] = "evidence"};
static const char *const words[] = {[KEY_RING_OPRF] = "OPRF+KEY", [KEY_RING_INBOX] = "INBOX+KEY", [KEY_RING_EVIDENCE] = "EVIDENCE+KEY"};
/* Of evidence none may go as long as something is sealed to it, which this file cannot tell. */
static const size_t maxima[] = {[KEY_RING_OPRF] = BULLETIN_KEYS_MAX, [KEY_RING_INBOX] = BULLETIN_KEYS_MAX, [KEY_RING_EVIDENCE] = KEY_RING_MAX};

bool key_ring_named(const char *purpose, enum key_ring_kind *ret)
{
	for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
		if (strcmp(purpose, purposes[i]) == 0) {
			*ret = (enum key_ring_kind)i;
			return true;
		}
	return false;
}

void key_ring_clear(struct key_ring *set)
{
	sodium_memzero(set, sizeof *set);
}

/* Public key and id of a secret. */
static enum status complete(enum key_ring_kind kind, struct key_ring_key *key, struct error *ret_error)
{
	struct oprf_element public_key;
	uint8_t id[OPRF_KEY_ID_SIZE];

	if (kind == KEY_RING_OPRF) {
		struct oprf_scalar scalar;
		struct oprf_key oprf;
		enum status st;

		memcpy(scalar.b, key->secret, sizeof scalar.b);
		st = oprf_key_of_secret(OPRF_VERIFIABLE, &scalar, &oprf, ret_error);
		sodium_memzero(&scalar, sizeof scalar);
		TRY(st);
		public_key = oprf.public_key;
		oprf_key_clear(&oprf);
	} else if (crypto_scalarmult_base(public_key.b, key->secret) != 0) {
		return error_at(ret_error, ST_MALFORMED, "secret", -1, "this is no private key");
	}
	memcpy(key->public_key, public_key.b, sizeof key->public_key);
	oprf_key_id(&public_key, id);
	(void)sodium_bin2hex(key->id, sizeof key->id, id, sizeof id);
	return ST_OK;
}

static enum status key_make_new(enum key_ring_kind kind, const struct env *env, struct key_ring_key *ret, struct error *ret_error)
{
	uint8_t seed[32];
	struct oprf_key oprf;
	enum status st = ST_OK;

	env_random(env, seed, sizeof seed);
	if (kind == KEY_RING_OPRF) {
		st = oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &oprf, ret_error);
		if (st == ST_OK) {
			memcpy(ret->secret, oprf.secret.b, sizeof ret->secret);
			oprf_key_clear(&oprf);
		}
	} else {
		memcpy(ret->secret, seed, sizeof ret->secret);
	}
	sodium_memzero(seed, sizeof seed);
	return st == ST_OK ? complete(kind, ret, ret_error) : st;
}

/* ---- the file ---- */

static bool line_read(struct text line, enum key_ring_kind kind, struct key_ring_key *ret)
{
	const struct text word = text_of(words[kind]);
	struct text id, rest;

	if (!text_starts(line, word) || line.len < word.len + 2 + 16 || line.data[word.len] != '+' || line.data[word.len + 17] != '+')
		return false;
	id = (struct text){line.data + word.len + 1, 16};
	rest = (struct text){line.data + word.len + 18, line.len - word.len - 18};
	return base64_read_exactly(rest, ret->secret, sizeof ret->secret) == ST_OK && complete(kind, ret, NULL) == ST_OK &&
	       text_equal(id, text_of(ret->id));
}

static enum status set_read(struct text file, enum key_ring_kind kind, struct key_ring *ret, struct error *ret_error)
{
	struct text line;

	*ret = (struct key_ring){.kind = kind};
	while (file.len && text_split(&file, '\n', &line)) {
		enum status st = ST_OK;

		if (ret->count == maxima[kind])
			st = error_at(ret_error, ST_MALFORMED, "key", -1, "%s.key holds more than %zu keys", purposes[kind], maxima[kind]);
		else if (!line_read(line, kind, &ret->keys[ret->count]))
			st = error_at(ret_error, ST_MALFORMED, "key", -1, "line %zu of %s.key is no %s+KEYID+BASE64", ret->count + 1, purposes[kind],
				      words[kind]);
		if (st != ST_OK) {
			key_ring_clear(ret);
			return st;
		}
		ret->count++;
	}
	return ret->count ? ST_OK : error_at(ret_error, ST_MALFORMED, "key", -1, "%s.key holds no key", purposes[kind]);
}

enum status key_ring_load(const char *folder, enum key_ring_kind kind, struct key_ring *ret, struct error *ret_error)
{
	uint8_t raw[FILE_MAX];
	struct text file;
	size_t len = 0;
	enum status st = key_file_read(folder, purposes[kind], raw, sizeof raw, &len, ret_error);

	if (st == ST_OK)
		st = text_check((struct bytes){raw, len}, &file, ret_error);
	if (st == ST_OK)
		st = set_read(file, kind, ret, ret_error);
	sodium_memzero(raw, sizeof raw);
	return st;
}

static enum status set_write(const char *folder, const char *name, const struct key_ring *set, struct error *ret_error)
{
	char all[FILE_MAX], base64[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_ORIGINAL)];
	size_t len = 0;
	enum status st;

	for (size_t i = 0; i < set->count; i++) {
		(void)sodium_bin2base64(base64, sizeof base64, set->keys[i].secret, 32, sodium_base64_VARIANT_ORIGINAL);
		len += (size_t)snprintf(all + len, sizeof all - len, "%s%s+%s+%s", i ? "\n" : "", words[set->kind], set->keys[i].id, base64);
	}
	st = key_file_write(folder, name, all, ret_error);
	sodium_memzero(all, sizeof all);
	sodium_memzero(base64, sizeof base64);
	return st;
}

enum status key_ring_create(const char *folder, enum key_ring_kind kind, const struct env *env, struct key_ring *ret, struct error *ret_error)
{
	struct key_ring set = {.kind = kind, .count = 1};
	enum status st = key_make_new(kind, env, &set.keys[0], ret_error);

	if (st == ST_OK)
		st = set_write(folder, purposes[kind], &set, ret_error);
	if (st == ST_OK)
		*ret = set;
	key_ring_clear(&set);
	return st;
}

enum status key_ring_rotate(const char *folder, enum key_ring_kind kind, const struct env *env, struct key_ring *ret, struct error *ret_error)
{
	struct key_ring set;
	char next[32];
	enum status st;

	TRY(key_ring_load(folder, kind, &set, ret_error));
	snprintf(next, sizeof next, "%s.next", purposes[kind]);
	if (kind == KEY_RING_EVIDENCE && set.count == maxima[kind]) {
		key_ring_clear(&set);
		return error_at(ret_error, ST_LIMIT, "key", -1, "evidence.key holds %u keys, of which none is given up by itself", KEY_RING_MAX);
	}
	memmove(&set.keys[1], &set.keys[0], (maxima[kind] - 1) * sizeof set.keys[0]);
	set.count += set.count < maxima[kind];
	st = key_make_new(kind, env, &set.keys[0], ret_error);
	/* One that a fall left behind was never told to anybody. */
	if (st == ST_OK) {
		st = key_file_remove(folder, next, ret_error);
		st = st == ST_NOT_FOUND ? ST_OK : st;
	}
	if (st == ST_OK)
		st = set_write(folder, next, &set, ret_error);
	if (st == ST_OK)
		st = key_file_replace(folder, purposes[kind], ret_error);
	if (st == ST_OK)
		*ret = set;
	key_ring_clear(&set);
	return st;
}
