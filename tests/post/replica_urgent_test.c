/* Urgent entries before their edition: laid over the list that there is, let go with the edition, in force at once whatever else is done. */
#include <sched.h>
#include <semaphore.h>

#include "post/copy.h"
#include "watch/inside.h"

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

static void wait_for_it(void *context)
{
	assert_int_equal(sem_wait(context), 0);
}

/* So much has changed that an index is built anew: whoever is listed meanwhile does not wait for it. */
static void urgent_while_an_index_is_built(void **state)
{
	struct post *p = post_new();
	struct buffer urgent;
	sem_t go;

	(void)state;
	buffer_init(&urgent, 1 << 24);
	assert_int_equal(sem_init(&go, 0, 0), 0);
	p->watch->options.overlay_max = 3;
	p->watch->rebuild.begin = wait_for_it;
	p->watch->rebuild.begin_context = &go;
	assert_ok(feed(p, 1, 0, NULL));
	assert_ok(feed(p, 6, 1, NULL));
	assert_true(p->watch->rebuild.running);
	over(p, 6, 43, 1 | 2);
	urgent_make(p, 9, 47, &urgent);
	assert_ok(replica_take_urgent(p->replica, buffer_bytes(&urgent), NULL));
	over(p, 6, 43, 1 | 2 | 16);
	assert_ok(feed(p, 7, 6, NULL));
	over(p, 7, 43, 1 | 2 | 4 | 16);
	assert_true(p->watch->rebuild.running);
	assert_false(atomic_load(&p->watch->rebuild.done));
	sem_post(&go);
	while (!atomic_load(&p->watch->rebuild.done))
		sched_yield();
	assert_ok(feed(p, 9, 7, NULL));
	in_force(p, 9);
	assert_int_equal(p->watch->current->changed.count, 3);
	buffer_release(&urgent);
	post_free(p);
	sem_destroy(&go);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(urgent_before_its_edition), cmocka_unit_test(urgent_and_withdrawn),
					   cmocka_unit_test(urgent_poisoned), cmocka_unit_test(urgent_while_an_index_is_built)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
