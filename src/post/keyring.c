#include "post/keyring.h"

/* What was read, until it takes the place of the former. */
struct sets {
	struct arena arena;
	struct edition_keys now, ever;
	uint32_t epoch;
	struct merkle_hash hash;
};

#define ARENA_MAX ((size_t)16 << 20)

/* A key of which another line is there already is not twice there. */
static enum status ever_add(struct sets *s, const struct edition_keys *more, struct error *ret_error)
{
	struct edition_key *keys = ARENA_NEW(&s->arena, struct edition_key, s->ever.key_count + more->key_count);
	size_t count = s->ever.key_count;

	if (keys == NULL)
		return arena_failure(&s->arena, ret_error);
	if (count)
		memcpy(keys, s->ever.keys, count * sizeof *keys);
	for (size_t i = 0; i < more->key_count; i++) {
		size_t at = 0;

		while (at < count && (keys[at].role != more->keys[i].role || !text_equal(keys[at].vkey, more->keys[i].vkey)))
			at++;
		keys[at] = more->keys[i];
		count += at == count;
	}
	s->ever.keys = keys;
	s->ever.key_count = count;
	return ST_OK;
}

static enum status sets_read(const struct keyring *k, struct text roll, struct sets *s, struct error *ret_error)
{
	struct roll_link link;
	enum status st;

	TRY(edition_keys_read(k->given, &s->arena, &s->now, ret_error));
	TRY(ever_add(s, &s->now, ret_error));
	TRY(arena_text(&s->arena, roll, &roll));
	while ((st = roll_next(&roll, &s->arena, &link, ret_error)) == ST_OK) {
		TRY(ever_add(s, &link.keys, ret_error));
		s->now = link.keys;
		s->epoch = link.epoch;
		s->hash = link.hash;
	}
	/* Whether an edition leads back is for editions to say. */
	s->now.epoch = 0;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status sets_use(struct keyring *k, struct text roll, struct error *ret_error)
{
	struct sets s = {.epoch = 0};
	enum status st;

	arena_init(&s.arena, ARENA_MAX);
	st = sets_read(k, roll, &s, ret_error);
	if (st != ST_OK) {
		arena_release(&s.arena);
		return st;
	}
	arena_release(&k->arena);
	k->arena = s.arena;
	k->now = s.now;
	k->ever = s.ever;
	k->epoch = s.epoch;
	k->hash = s.hash;
	return ST_OK;
}

enum status keyring_open(const struct vault *vault, struct text list, struct text given, struct keyring *ret, struct error *ret_error)
{
	struct buffer roll;
	enum status st;

	*ret = (struct keyring){.vault = vault, .list = list, .given = given};
	arena_init(&ret->arena, ARENA_MAX);
	buffer_init(&roll, ROLL_MAX);
	st = vault_read(vault, KEYRING_FILE, &roll, ret_error);
	if (st == ST_OK || st == ST_NOT_FOUND)
		st = sets_use(ret, buffer_text(&roll), ret_error);
	ret->damaged = st == ST_CORRUPT || st == ST_MALFORMED;
	if (ret->damaged) {
		st = sets_use(ret, TEXT_NONE, ret_error);
		ret->now = (struct edition_keys){.keys = NULL};
	}
	buffer_release(&roll);
	return st;
}

void keyring_close(struct keyring *k)
{
	arena_release(&k->arena);
}

/* Durable before it is believed. */
static enum status sets_keep(struct keyring *k, struct text more, struct error *ret_error)
{
	struct buffer roll;
	enum status st;

	buffer_init(&roll, ROLL_MAX);
	st = vault_read(k->vault, KEYRING_FILE, &roll, ret_error);
	if (st == ST_OK || st == ST_NOT_FOUND || st == ST_CORRUPT) {
		if (k->damaged || st == ST_CORRUPT)
			buffer_clear(&roll);
		buffer_add_text(&roll, more);
		st = buffer_status(&roll);
	}
	if (st == ST_OK)
		st = vault_write(k->vault, KEYRING_FILE, buffer_bytes(&roll), ret_error);
	if (st == ST_OK)
		st = sets_use(k, buffer_text(&roll), ret_error);
	k->damaged = k->damaged && st != ST_OK;
	buffer_release(&roll);
	return st;
}

enum status keyring_follow(struct keyring *k, struct text roll, struct error *ret_error)
{
	const struct roll_place place = {k->list, &k->now, k->epoch, k->hash};
	struct buffer followed;
	struct roll_link last;
	struct arena arena;
	enum status st;

	arena_init(&arena, ARENA_MAX);
	buffer_init(&followed, ROLL_MAX);
	st = roll_follow(roll, &place, &arena, &followed, &last, ret_error);
	if (st == ST_OK && last.epoch)
		st = sets_keep(k, buffer_text(&followed), ret_error);
	buffer_release(&followed);
	arena_release(&arena);
	return st;
}

enum status keyring_accept(struct keyring *k, struct text roll, struct text mark, struct error *ret_error)
{
	struct roll_link link;
	struct buffer one;
	struct arena arena;
	enum status st;

	arena_init(&arena, ARENA_MAX);
	buffer_init(&one, ROLL_MAX);
	st = roll_accept(roll, k->list, mark, &arena, &link, ret_error);
	if (st == ST_OK) {
		buffer_add_text(&one, link.note);
		buffer_add_char(&one, '\n');
		st = sets_keep(k, buffer_text(&one), ret_error);
	}
	buffer_release(&one);
	arena_release(&arena);
	return st;
}
