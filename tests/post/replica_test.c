/* The list on a post's disk: whatever is fed to it, and wherever it is cut off, lanes are answered from a whole list that is not older than
 * the one before. Acceptance: poisoned updates, torn writes. */
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

static int64_t post_now(void *context)
{
	return ((struct post *)context)->now_ms;
}

static void post_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

/* One more listed person: his name is his number, in letters. */
static void list_one(struct post *p)
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

static void post_start(struct post *p)
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

static void post_stop(struct post *p)
{
	replica_close(p->replica);
	watch_free(p->watch);
	vault_close(&p->vault);
	post_clock_release(&p->clock);
}

static struct post *post_new(void)
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

static void post_free(struct post *p)
{
	post_stop(p);
	unlink(p->secret);
	assert_int_equal(folder_remove(p->folder), 0);
	free(p->payloads);
	free(p->history);
	free(p);
}

/* Edition `number` has FIRST + number - 1 people. */
static void edition_make(struct post *p, uint64_t number, uint64_t from, struct buffer *snapshot, struct buffer *delta)
{
	while (p->history->size < FIRST + number - 1)
		list_one(p);
	history_edition(p->history, number, FIRST + number - 1, from, from ? FIRST + from - 1 : 0, snapshot, from ? delta : NULL);
}

static enum status feed(struct post *p, uint64_t number, uint64_t from, struct error *ret_error)
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
static enum verdict_result told(struct post *p, const struct watch_list *list, size_t i)
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
static void in_force(struct post *p, uint64_t number)
{
	struct watch_list *list = watch_hold(p->watch);

	assert_non_null(list);
	assert_int_equal(watch_number(list), number);
	assert_int_equal(watch_listings(list), FIRST + number - 1);
	for (size_t i = FIRST + number - 2; i <= FIRST + number - 1; i++)
		assert_int_equal(told(p, list, i), i < FIRST + number - 1 ? VERDICT_REFER : VERDICT_PASS);
	watch_release(list);
}

static void refused(struct post *p, struct bytes file, const char *reason, uint64_t stays)
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

static void taken_and_there_after_a_start(void **state)
{
	struct post *p = post_new();
	struct lanes_now now;
	bool snapshot;

	(void)state;
	assert_ok(feed(p, 1, 0, NULL));
	in_force(p, 1);
	for (uint64_t number = 2; number < 6; number++) {
		assert_ok(feed(p, number, number - 1, NULL));
		in_force(p, number);
	}
	replica_now(p->replica, &now);
	assert_string_equal(now.colour, "green");
	assert_true(now.witnessed);
	/* at once, from the image; and whole, from the list and its changes */
	post_stop(p);
	post_start(p);
	in_force(p, 5);
	replica_read(p->replica);
	assert_int_equal(replica_number(p->replica, &snapshot), 5);
	in_force(p, 5);
	assert_ok(feed(p, 6, 5, NULL));
	in_force(p, 6);
	/* without its image it only takes longer */
	post_stop(p);
	{
		char path[128];

		snprintf(path, sizeof path, "%s/image", p->folder);
		assert_int_equal(unlink(path), 0);
	}
	post_start(p);
	replica_read(p->replica);
	in_force(p, 6);
	post_free(p);
}

static void poisoned(void **state)
{
	struct post *p = post_new();
	struct buffer snapshot, delta, older, gap;

	(void)state;
	buffer_init(&snapshot, 1 << 24), buffer_init(&delta, 1 << 24), buffer_init(&older, 1 << 24), buffer_init(&gap, 1 << 24);
	edition_make(p, 2, 0, &older, NULL);
	assert_ok(feed(p, 3, 0, NULL));
	edition_make(p, 5, 4, &snapshot, &gap);
	buffer_clear(&snapshot);
	edition_make(p, 4, 3, &snapshot, &delta);
	/* a bit in every 64th byte, of both kinds of file; every length they can be cut to, in steps */
	for (size_t i = 0; i < snapshot.len; i += 64) {
		snapshot.data[i] ^= 0x04;
		refused(p, buffer_bytes(&snapshot), NULL, 3);
		snapshot.data[i] ^= 0x04;
		refused(p, (struct bytes){snapshot.data, i}, NULL, 3);
	}
	for (size_t i = 0; i < delta.len; i += 64) {
		delta.data[i] ^= 0x04;
		refused(p, buffer_bytes(&delta), NULL, 3);
		delta.data[i] ^= 0x04;
		refused(p, (struct bytes){delta.data, i}, NULL, 3);
	}
	refused(p, buffer_bytes(&older), "edition-older", 3);
	refused(p, buffer_bytes(&gap), "edition-gap", 3);
	/* signed by a stranger; by a key that was revoked; after its end */
	p->history->signer = &p->history->stranger;
	buffer_clear(&snapshot);
	edition_make(p, 4, 0, &snapshot, NULL);
	refused(p, buffer_bytes(&snapshot), "edition-unknown-key", 3);
	p->history->signer = &p->history->edition;
	buffer_clear(&snapshot);
	edition_make(p, 4, 0, &snapshot, NULL);
	p->now_ms += 1000;
	refused(p, buffer_bytes(&snapshot), "edition-expired", 3);
	p->now_ms -= 1000;
	in_force(p, 3);
	/* and all the while the right one is taken, after a start too */
	post_stop(p);
	post_start(p);
	replica_read(p->replica);
	in_force(p, 3);
	refused(p, buffer_bytes(&older), "edition-older", 3);
	assert_ok(replica_take(p->replica, buffer_bytes(&delta), NULL));
	in_force(p, 4);
	buffer_release(&snapshot), buffer_release(&delta), buffer_release(&older), buffer_release(&gap);
	post_free(p);
}

/* ---- urgent entries before their edition ---- */

static void urgent_name(struct edition_manifest *m)
{
	m->list = TEXT("cordon.kh.urgent");
}

/* The file of edition `number` that has alone those listed from person `first` on. */
static void urgent_make(struct post *p, uint64_t number, size_t first, struct buffer *out)
{
	buffer_clear(out);
	p->history->only_from = first;
	p->history->spoil = urgent_name;
	edition_make(p, number, 0, out, NULL);
	p->history->only_from = 0;
	p->history->spoil = NULL;
}

/* The list is still of edition `number`; of the people from `first` on those of `mask` are referred, from the lowest bit. */
static void over(struct post *p, uint64_t number, size_t first, unsigned mask)
{
	struct watch_list *list = watch_hold(p->watch);

	assert_non_null(list);
	assert_int_equal(watch_number(list), number);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(told(p, list, first + i), mask >> i & 1 ? VERDICT_REFER : VERDICT_PASS);
	watch_release(list);
}

static void urgent_refused(struct post *p, struct bytes file, const char *reason)
{
	struct error error = {.reason = ""};

	assert_int_not_equal(replica_take_urgent(p->replica, file, &error), ST_OK);
	if (reason)
		assert_string_equal(error.reason, reason);
	else
		assert_true(error.reason[0] != '\0');
	over(p, 3, 41, 1);
}

static void urgent_before_its_edition(void **state)
{
	struct post *p = post_new();
	struct buffer urgent;
	char path[128];

	(void)state;
	buffer_init(&urgent, 1 << 24);
	/* nothing is screened by urgent entries alone */
	urgent_make(p, 7, 44, &urgent);
	assert_int_equal(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL), ST_NOT_FOUND);
	assert_null(watch_hold(p->watch));
	/* people 0 to 41 are listed, then 44 and 45 too, and so it stays after a start, with an image and without */
	assert_ok(feed(p, 3, 0, NULL));
	over(p, 3, 41, 1);
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	assert_int_equal(replica_urgent(p->replica), 7);
	over(p, 3, 41, 1 | 8 | 16);
	for (unsigned i = 0; i < 2; i++) {
		post_stop(p);
		snprintf(path, sizeof path, "%s/image", p->folder);
		if (i)
			assert_int_equal(unlink(path), 0);
		post_start(p);
		replica_read(p->replica);
		assert_int_equal(replica_urgent(p->replica), 7);
		over(p, 3, 41, 1 | 8 | 16);
	}
	/* an edition that is not as far is taken, below it; what the urgent file does not have any more is let go */
	assert_ok(feed(p, 4, 3, NULL));
	over(p, 4, 41, 1 | 2 | 8 | 16);
	urgent_make(p, 8, 45, &urgent);
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	over(p, 4, 41, 1 | 2 | 16);
	/* the whole one replaces both at once */
	assert_ok(feed(p, 8, 0, NULL));
	in_force(p, 8);
	assert_int_equal(replica_urgent(p->replica), 8);
	snprintf(path, sizeof path, "%s/urgent", p->folder);
	assert_int_equal(access(path, F_OK), -1);
	buffer_release(&urgent);
	post_free(p);
}

/* Who was urgent and is dropped with the edition is not kept by the urgent file, whichever comes first. */
static void urgent_and_withdrawn(void **state)
{
	struct post *p = post_new();
	struct history *h = p->history;
	struct buffer urgent;
	struct edition_record *e;

	(void)state;
	buffer_init(&urgent, 1 << 24);
	assert_ok(feed(p, 3, 0, NULL));
	urgent_make(p, 7, 45, &urgent);
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	over(p, 3, 41, 1 | 16);
	e = &h->events[h->size];
	*e = h->events[45];
	e->index = h->size++;
	assert_true(edition_kind_set(e, TEXT("listing.drop")));
	e->payload = TEXT("{}");
	edition_leaf_hash(e);
	assert_ok(feed(p, 8, 0, NULL));
	over(p, 8, 41, 1 | 2 | 4 | 8);
	assert_int_equal(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL), ST_DENIED);
	over(p, 8, 41, 1 | 2 | 4 | 8);
	post_stop(p);
	post_start(p);
	replica_read(p->replica);
	over(p, 8, 41, 1 | 2 | 4 | 8);
	buffer_release(&urgent);
	post_free(p);
}

static void urgent_poisoned(void **state)
{
	struct post *p = post_new();
	struct buffer urgent, older, list;
	char path[128];
	struct stat about;

	(void)state;
	buffer_init(&urgent, 1 << 24), buffer_init(&older, 1 << 24), buffer_init(&list, 1 << 24);
	assert_ok(feed(p, 3, 0, NULL));
	urgent_make(p, 3, 40, &older);
	urgent_refused(p, buffer_bytes(&older), "edition-older");
	urgent_make(p, 7, 45, &urgent);
	for (size_t i = 0; i < urgent.len; i += 16) {
		urgent.data[i] ^= 0x04;
		urgent_refused(p, buffer_bytes(&urgent), NULL);
		urgent.data[i] ^= 0x04;
		urgent_refused(p, (struct bytes){urgent.data, i}, NULL);
	}
	/* neither is taken for the other */
	edition_make(p, 7, 0, &list, NULL);
	urgent_refused(p, buffer_bytes(&list), "edition-wrong-list");
	refused(p, buffer_bytes(&urgent), "edition-wrong-list", 3);
	p->history->signer = &p->history->stranger;
	urgent_make(p, 7, 45, &older);
	p->history->signer = &p->history->edition;
	urgent_refused(p, buffer_bytes(&older), "edition-unknown-key");
	p->now_ms += 1000;
	urgent_refused(p, buffer_bytes(&urgent), "edition-expired");
	p->now_ms -= 1000;
	/* never back to an earlier one */
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	urgent_make(p, 6, 44, &older);
	assert_int_equal(replica_take_urgent(p->replica, buffer_bytes(&older), NULL), ST_DENIED);
	assert_int_equal(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL), ST_DENIED);
	over(p, 3, 41, 1 | 16);
	/* torn on the disk it is none, and the list stands */
	post_stop(p);
	snprintf(path, sizeof path, "%s/urgent", p->folder);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(truncate(path, about.st_size / 2), 0);
	snprintf(path, sizeof path, "%s/image", p->folder);
	assert_int_equal(unlink(path), 0);
	post_start(p);
	replica_read(p->replica);
	over(p, 3, 41, 1);
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	over(p, 3, 41, 1 | 16);
	buffer_release(&urgent), buffer_release(&older), buffer_release(&list);
	post_free(p);
}

static void a_heartbeat_leads_on(void **state)
{
	struct post *p = post_new();
	struct feed_heartbeat h = {LIST, 3, 3, {1}, p->now_ms};
	struct lanes_now now;
	struct error error;

	(void)state;
	assert_ok(feed(p, 3, 0, NULL));
	assert_ok(replica_heard(p->replica, &h, NULL));
	h.number = 2;
	assert_int_equal(replica_heard(p->replica, &h, &error), ST_CONFLICT);
	h.number = 3, h.time_ms--;
	assert_int_equal(replica_heard(p->replica, &h, &error), ST_CONFLICT);
	h.time_ms++, h.epoch = 2;
	assert_int_equal(replica_heard(p->replica, &h, &error), ST_CONFLICT);
	h.epoch = 3, h.list = TEXT("cordon.kr");
	assert_int_equal(replica_heard(p->replica, &h, &error), ST_DENIED);
	/* a day without a word, and a week; never off */
	p->now_ms += 86400000;
	replica_now(p->replica, &now);
	assert_string_not_equal(now.colour, "green");
	p->now_ms += (int64_t)7 * 86400000;
	replica_now(p->replica, &now);
	assert_string_equal(now.colour, "red");
	in_force(p, 3);
	post_free(p);
}

/* Every file of the folder cut at some length, or another one's former content: it starts, with a whole list that is not older than any it
 * can still read, and takes the next one. */
static void torn(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 60; seed++) {
		static const char *const files[] = {"list-a", "list-b", "changes-a", "changes-b", "image", "trusted-a", "trusted-b"};
		struct post *p = post_new();
		const char *file = files[seed % 7];
		char path[128];
		struct stat about;
		struct watch_list *list;

		assert_ok(feed(p, 1, 0, NULL));
		for (uint64_t number = 2; number < 5; number++)
			assert_ok(feed(p, number, number - 1, NULL));
		assert_ok(feed(p, 5, 0, NULL)); /* on the other side */
		assert_ok(feed(p, 6, 5, NULL));
		post_stop(p);
		snprintf(path, sizeof path, "%s/%s", p->folder, file);
		if (stat(path, &about) == 0)
			assert_int_equal(truncate(path, about.st_size * (seed / 7) / 9), 0);
		post_start(p);
		replica_read(p->replica);
		list = watch_hold(p->watch);
		assert_non_null(list);
		assert_true(watch_number(list) >= 4);
		in_force(p, watch_number(list));
		watch_release(list);
		assert_ok(feed(p, 7, 0, NULL));
		in_force(p, 7);
		post_free(p);
	}
}

/* Killed anywhere while it takes one edition after the other. */
static void killed(void **state)
{
	struct post *p = post_new();
	uint64_t before = 1, latest = 1;

	(void)state;
	assert_ok(feed(p, 1, 0, NULL));
	for (unsigned turn = 0; turn < 40; turn++) {
		struct watch_list *list;
		pid_t child;

		post_stop(p);
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			post_start(p);
			replica_read(p->replica);
			for (uint64_t number = latest + 1;; number++)
				if (feed(p, number, number % 3 ? number - 1 : 0, NULL) != ST_OK)
					(void)feed(p, number, 0, NULL);
		}
		usleep(2000 + turn * 700);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, NULL, 0), child);
		post_start(p);
		replica_read(p->replica);
		list = watch_hold(p->watch);
		assert_non_null(list);
		latest = watch_number(list);
		watch_release(list);
		assert_true(latest >= before);
		while (p->history->size < FIRST + latest)
			list_one(p);
		in_force(p, latest);
		before = latest;
	}
	assert_true(latest > 1);
	post_free(p);
}

static void destroyed(void **state)
{
	static const char *const files[] = {"feed-keys", "image", "list-a", "list-b", "changes-a", "changes-b", "urgent"};
	struct post *p = post_new();
	struct feed_keys keys = {.count = 1};
	struct error error;

	(void)state;
	assert_ok(feed(p, 1, 0, NULL));
	assert_ok(feed(p, 2, 1, NULL));
	assert_ok(replica_feed_keys_set(p->replica, &keys, NULL));
	replica_destroy(p->replica);
	assert_null(watch_hold(p->watch));
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char path[128];

		snprintf(path, sizeof path, "%s/%s", p->folder, files[i]);
		assert_int_equal(access(path, F_OK), -1);
	}
	post_stop(p);
	post_start(p);
	replica_read(p->replica);
	assert_true(replica_destroyed(p->replica));
	assert_int_equal(feed(p, 3, 0, &error), ST_DENIED);
	assert_null(watch_hold(p->watch));
	post_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(taken_and_there_after_a_start), cmocka_unit_test(poisoned),
					   cmocka_unit_test(urgent_before_its_edition), cmocka_unit_test(urgent_and_withdrawn),
					   cmocka_unit_test(urgent_poisoned),
					   cmocka_unit_test(a_heartbeat_leads_on), cmocka_unit_test(torn), cmocka_unit_test(killed),
					   cmocka_unit_test(destroyed)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
