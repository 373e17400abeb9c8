/* A post's database in a folder of its own, a clock that a test owns, and keys that it seals with. */
#ifndef TESTS_POST_PLACE_H
#define TESTS_POST_PLACE_H

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/env.h"
#include "db/db.h"
#include "lib/folder.h"
#include "lib/test.h"
#include "post/keep.h"
#include "post/schema.h"

struct place {
	char folder[64], url[128];
	struct db *db;
	int64_t now_ms;
	uint64_t random;
	struct env env;
	struct keep keep;
	uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
};

static int64_t place_now(void *context)
{
	return ((struct place *)context)->now_ms;
}

static void place_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

/* As the vault does: a nonce before, the name bound to it. */
static enum status place_seal(void *context, struct text name, struct bytes plain, struct buffer *out, struct error *ret_error)
{
	struct place *p = context;
	uint8_t nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES], *to;

	randombytes_buf(nonce, sizeof nonce);
	buffer_add(out, nonce, sizeof nonce);
	to = buffer_extend(out, plain.len + crypto_aead_xchacha20poly1305_ietf_ABYTES);
	if (to == NULL)
		return error_set(ret_error, ST_LIMIT, "too long");
	crypto_aead_xchacha20poly1305_ietf_encrypt(to, NULL, plain.data, plain.len, (const uint8_t *)name.data, name.len, NULL, nonce,
						   p->key);
	return ST_OK;
}

static enum status place_open(void *context, struct text name, struct bytes sealed, struct buffer *out, struct error *ret_error)
{
	struct place *p = context;
	size_t head = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, tail = crypto_aead_xchacha20poly1305_ietf_ABYTES;
	uint8_t *to;

	if (sealed.len < head + tail)
		return error_set(ret_error, ST_CORRUPT, "too short");
	to = buffer_extend(out, sealed.len - head - tail);
	if (to == NULL || crypto_aead_xchacha20poly1305_ietf_decrypt(to, NULL, NULL, sealed.data + head, sealed.len - head,
								     (const uint8_t *)name.data, name.len, sealed.data, p->key) != 0)
		return error_set(ret_error, ST_CORRUPT, "not what was sealed");
	return ST_OK;
}

static inline void place_reopen(struct place *p)
{
	struct db_options options = {.readers = 2};
	struct error error = {.code = ST_OK};

	options.steps = post_migrations(&options.step_count);
	db_close(p->db);
	p->db = NULL;
	if (db_open(p->url, &options, &p->db, &error) != ST_OK)
		fail_msg("%s", error.message);
}

static inline struct place *place_in(const char *parent)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	snprintf(p->folder, sizeof p->folder, "%s/cordon_post_XXXXXX", parent);
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->url, sizeof p->url, "sqlite:%s/post.db", p->folder);
	p->now_ms = 1795656225678;
	p->env = (struct env){place_now, place_random, p};
	p->keep = (struct keep){place_seal, place_open, p};
	memset(p->key, 7, sizeof p->key);
	place_reopen(p);
	return p;
}

static inline struct place *place_new(void)
{
	return place_in("/tmp");
}

static inline void place_free(struct place *p)
{
	db_close(p->db);
	(void)folder_remove(p->folder);
	free(p);
}

#endif
