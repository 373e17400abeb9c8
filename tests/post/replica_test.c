/* The list on a post's disk: whatever is fed to it, and wherever it is cut off, lanes are answered from a whole list that is not older than
 * the one before. Acceptance: poisoned updates, torn writes. */
#include <fcntl.h>
#include <sys/wait.h>

#include "post/copy.h"

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
					   cmocka_unit_test(a_heartbeat_leads_on), cmocka_unit_test(torn), cmocka_unit_test(killed),
					   cmocka_unit_test(destroyed)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
