/* A post's list on a disk of its own, a hub's list made up for it, and what lanes are told of that. */
#ifndef POST_COPY_H
#define POST_COPY_H

#include "post/replica.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/folder.h"
#include "lib/test.h"

#include "edition/history.h"

#define FIRST 40u /* listed at first; one more with each edition */
#define LIST TEXT("cordon.kh")

struct post {
	char folder[64], secret[96];
	struct history *history;
	char (*payloads)[1024];
	struct edition_key keys[3];
	struct edition_keys trusted;
	struct post_clock clock;
	int64_t now_ms;
	struct vault vault;
	struct watch *watch;
	struct replica *replica;
};

static inline int64_t post_now(void *context)
{
	return ((struct post *)context)->now_ms;
}

static inline void post_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

/* One more listed person: his name is his number, in letters. */
static inline void list_one(struct post *p)
{
	struct history *h = p->history;
	struct edition_record *e = &h->events[h->size];
	size_t i = h->size;
	char id[33];

	crypto_hash_sha256(e->leaf.b, (const uint8_t *)&i, sizeof i);
	memcpy(e->subject, e->leaf.b, sizeof e->subject);
	sodium_bin2hex(id, sizeof id, e->subject, sizeof e->subject);
	snprintf(p->payloads[i], sizeof p->payloads[0],
		 "{\"documents\":[{\"country\":\"kr\",\"kind\":\"passport\",\"number\":\"M%08zu\"}],\"expires\":\"2099-01-01T00:00:00.000Z\","
		 "\"handling\":0,\"id\":\"%s\",\"inflow\":\"nominated\",\"legal\":{},\"measures\":[{\"basis\":\"warrant\",\"expires\":"
		 "\"2099-01-01T00:00:00.000Z\",\"from\":\"2026-01-01T00:00:00.000Z\",\"id\":\"m%zu\",\"kind\":\"detain\"}],\"owner\":\"kr\","
		 "\"person\":{\"properties\":{\"birthDate\":[\"19%02zu-0%zu-1%zu\"],\"name\":[\"PARK %c%c%cSEOK\"],\"nationality\":[\"kr\"]},"
		 "\"schema\":\"Person\"},\"reference\":\"R%zu\",\"urgent\":false}",
		 i, id, i, 40 + i % 60, 1 + i % 9, i % 9, (char)('A' + i % 26), (char)('A' + i / 26 % 26), (char)('A' + i / 676 % 26), i);
	memcpy(e->id, e->leaf.b + 16, sizeof e->id);
	memset(e->salt, (int)i + 1, sizeof e->salt);
	e->index = i;
	e->time_ms = h->now_ms;
	e->actor = TEXT("a");
	assert_true(edition_kind_set(e, TEXT("listing.put")));
	e->payload = text_of(p->payloads[i]);
	edition_leaf_hash(e);
	h->size++;
}

static inline void post_start(struct post *p)
{
	struct replica_options options = {.vault = &p->vault, .clock = &p->clock, .list = LIST, .keys = &p->trusted};
	struct watch_options watch = {.threads = 1};

	post_clock_init(&p->clock);
	p->clock.env = (struct env){post_now, post_random, p};
	assert_ok(vault_open(p->secret, p->folder, true, &p->clock.env, &p->vault, NULL));
	assert_ok(watch_new(&watch, &p->watch, NULL));
	options.watch = p->watch;
	assert_ok(replica_open(&options, &p->replica, NULL));
}

static inline void post_stop(struct post *p)
{
	replica_close(p->replica);
	watch_free(p->watch);
	vault_close(&p->vault);
	post_clock_release(&p->clock);
}

static inline struct post *post_new(void)
{
	struct post *p = calloc(1, sizeof *p);

	(void)history_grow; /* of a history that is made up */
	assert_non_null(p);
	p->payloads = calloc(HISTORY_MAX, sizeof *p->payloads);
	p->history = history_new(1);
	p->now_ms = p->history->now_ms;
	for (size_t i = 0; i < 3; i++)
		p->keys[i] = (struct edition_key){(enum edition_role)i, 0, INT64_MAX, text_of(p->history->vkeys[i]), 0};
	p->trusted = (struct edition_keys){.epoch = 1, .keys = p->keys, .key_count = 3};
	snprintf(p->folder, sizeof p->folder, "/tmp/cordon_replica_XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->secret, sizeof p->secret, "%s.secret", p->folder);
	for (size_t i = 0; i < FIRST; i++)
		list_one(p);
	post_start(p);
	replica_read(p->replica);
	return p;
}

static inline void post_free(struct post *p)
{
	post_stop(p);
	unlink(p->secret);
	assert_int_equal(folder_remove(p->folder), 0);
	free(p->payloads);
	free(p->history);
	free(p);
}

/* Edition `number` has FIRST + number - 1 people. */
static inline void edition_make(struct post *p, uint64_t number, uint64_t from, struct buffer *snapshot, struct buffer *delta)
{
	while (p->history->size < FIRST + number - 1)
		list_one(p);
	history_edition(p->history, number, FIRST + number - 1, from, from ? FIRST + from - 1 : 0, snapshot, from ? delta : NULL);
}

static inline enum status feed(struct post *p, uint64_t number, uint64_t from, struct error *ret_error)
{
	struct buffer snapshot, delta;
	enum status st;

	buffer_init(&snapshot, 1 << 24), buffer_init(&delta, 1 << 24);
	edition_make(p, number, from, &snapshot, &delta);
	st = replica_take(p->replica, buffer_bytes(from ? &delta : &snapshot), ret_error);
	buffer_release(&snapshot), buffer_release(&delta);
	return st;
}

/* What whoever carries the passport of person i is told. */
static inline enum verdict_result told(struct post *p, const struct watch_list *list, size_t i)
{
	char passport[16];
	struct entity person;
	struct verdict_traveller traveller = {.person = &person, .nationality = TEXT("KOR")};
	struct watch_answer answer;
	struct arena arena;

	arena_init(&arena, 1 << 24);
	snprintf(passport, sizeof passport, "M%08zu", i);
	assert_ok(entity_begin(&person, &arena, TEXT("t"), "Person", TEXT_NONE));
	assert_ok(entity_add(&person, "name", TEXT("SOMEBODY ELSE")));
	assert_ok(entity_add(&person, "birthDate", TEXT("1990-01-02")));
	assert_ok(entity_add(&person, "nationality", TEXT("kr")));
	assert_ok(entity_add(&person, "passportNumber", text_of(passport)));
	assert_ok(entity_add(&person, "x-issuer", TEXT("kr")));
	assert_ok(watch_ask(list, VERDICT_ENTRY, &traveller, TEXT("kh"), p->now_ms, &arena, &answer, NULL));
	arena_release(&arena);
	return answer.verdict.result;
}

/* Whoever carries a passport that came with edition `number` is referred; nobody later does. */
static inline void in_force(struct post *p, uint64_t number)
{
	struct watch_list *list = watch_hold(p->watch);

	assert_non_null(list);
	assert_int_equal(watch_number(list), number);
	assert_int_equal(watch_listings(list), FIRST + number - 1);
	for (size_t i = FIRST + number - 2; i <= FIRST + number - 1; i++)
		assert_int_equal(told(p, list, i), i < FIRST + number - 1 ? VERDICT_REFER : VERDICT_PASS);
	watch_release(list);
}

static inline void refused(struct post *p, struct bytes file, const char *reason, uint64_t stays)
{
	struct error error = {.reason = ""};
	struct watch_list *list;

	assert_int_not_equal(replica_take(p->replica, file, &error), ST_OK);
	if (reason)
		assert_string_equal(error.reason, reason);
	else
		assert_true(error.reason[0] != '\0');
	list = watch_hold(p->watch);
	assert_int_equal(watch_number(list), stays);
	watch_release(list);
}

#endif
