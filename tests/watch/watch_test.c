/* A list that changes a little and often answers as one that was built whole; readers hold what they hold; what was kept comes back whole
 * or not at all. */
#include <sched.h>
#include <semaphore.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/test.h"
#include "watch/inside.h"

#define PEOPLE 300u
#define NOW INT64_C(1795656225678) /* 2026-11-26 */

static const char *const families[] = {"KIM", "LEE", "PARK", "SOK", "CHAN", "NGUYEN", "WANG", "TANAKA", "IVANOV", "SMITH"};
static const char *const givens[] = {"MINSU", "HARIN", "DARA", "SOPHEA", "THI LAN", "WEI", "YUKI", "PETR", "ANNA MARIA", "JOHN"};

struct person {
	bool listed;
	unsigned version; /* changes what is said of him */
	bool clearance;   /* this subject is a clearance of person 0 */
};

struct book {
	struct edition *edition;
	struct person people[PEOPLE];
	uint64_t size, random;
	struct buffer text; /* payloads of the records being made */
};

static uint64_t any(struct book *b, uint64_t below)
{
	b->random = b->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (b->random >> 33) % below;
}

static void subject_of(size_t i, uint8_t out[EDITION_ID_SIZE])
{
	memset(out, 0, EDITION_ID_SIZE);
	out[0] = (uint8_t)(i * 37);
	out[14] = (uint8_t)(i >> 8);
	out[15] = (uint8_t)i;
}

static void id_of(size_t i, char out[33])
{
	uint8_t subject[EDITION_ID_SIZE];

	subject_of(i, subject);
	sodium_bin2hex(out, 33, subject, sizeof subject);
}

/* The canonical JSON of what stands under subject i. */
static void payload_write(const struct book *b, size_t i, char *out, size_t room)
{
	char id[33], of[33];

	id_of(i, id);
	id_of(0, of);
	if (b->people[i].clearance)
		snprintf(out, room,
			 "{\"confirmed\":true,\"entry\":\"%s\",\"expires\":\"2027-11-26T00:00:00.000Z\",\"id\":\"%s\",\"person\":{\"id\":\"%s\","
			 "\"properties\":{\"birthDate\":[\"1940\"],\"country\":[\"kr\"],\"name\":[\"KIM MINSU\"],\"nationality\":[\"kr\"],"
			 "\"passportNumber\":[\"C%08zu\"]},\"schema\":\"Person\"},\"version\":1}",
			 of, id, id, i);
	else
		snprintf(out, room,
			 "{\"documents\":[{\"country\":\"kr\",\"kind\":\"passport\",\"number\":\"M%08zu\"}],\"expires\":\"2027-11-26T00:00:00.000Z\","
			 "\"handling\":0,\"id\":\"%s\",\"inflow\":\"nominated\",\"legal\":{},\"measures\":[{\"basis\":\"warrant\",\"expires\":"
			 "\"2027-11-26T00:00:00.000Z\",\"from\":\"2026-01-01T00:00:00.000Z\",\"id\":\"%032zx\",\"kind\":\"%s\"}],\"owner\":\"kr\","
			 "\"person\":{\"properties\":{\"birthDate\":[\"19%02zu-%02zu-%02zu\"],\"name\":[\"%s %s\"],\"nationality\":[\"kr\"]},"
			 "\"schema\":\"Person\"},\"reference\":\"R%zu.%u\",\"urgent\":false}",
			 i, id, i + 1, b->people[i].version % 2 ? "detain" : "refuse-entry", 40 + i % 60, 1 + i % 12, 2 + i % 27,
			 families[i % 10], givens[i / 10 % 10], i, b->people[i].version);
}

static enum status no_hash(void *context, unsigned level, uint64_t index, struct merkle_hash *ret, struct error *ret_error)
{
	(void)context, (void)level, (void)index, (void)ret;
	return error_set(ret_error, ST_CORRUPT, "no leaf is missing");
}

/* Each of `touched` is put anew (or for the first time), or dropped. */
static void change(struct book *b, const bool touched[PEOPLE], bool drop_too)
{
	static struct edition_record puts[PEOPLE], drops[PEOPLE];
	static char payloads[PEOPLE][1024];
	struct edition_change c = {.from_size = b->size, .size = b->size, .puts = puts, .drops = drops};
	struct cover_source log = {no_hash, NULL};
	struct edition *next;
	struct buffer body;
	struct error error;

	for (size_t round = 0; round < 256; round++) /* ascending by subject: its first byte first */
		for (size_t i = 0; i < PEOPLE; i++) {
			struct edition_record r = {.index = c.size, .time_ms = NOW, .actor = TEXT("a")};
			bool drop;

			if (!touched[i] || (uint8_t)(i * 37) != round)
				continue;
			drop = drop_too && b->people[i].listed && any(b, 3) == 0;
			b->people[i].version++;
			b->people[i].listed = !drop;
			subject_of(i, r.subject);
			r.kind = b->people[i].clearance ? EDITION_CLEARANCE : EDITION_LISTING;
			r.put = !drop;
			payload_write(b, i, payloads[i], sizeof payloads[i]);
			r.payload = drop ? TEXT("{}") : text_of(payloads[i]);
			edition_leaf_hash(&r);
			c.size++;
			if (drop)
				drops[c.drop_count++] = r;
			else
				puts[c.put_count++] = r;
		}
	edition_state(b->edition, &c.from_state);
	buffer_init(&body, 1 << 24);
	assert_ok(edition_body_write(&c, &log, &body, &error));
	assert_ok(edition_next(b->edition, buffer_bytes(&body), &next, &error));
	edition_free(b->edition);
	b->edition = next;
	b->size = c.size;
	buffer_release(&body);
}

static struct book *book_new(uint64_t seed)
{
	struct book *b = calloc(1, sizeof *b);
	bool all[PEOPLE];

	assert_non_null(b);
	b->random = seed;
	assert_ok(edition_new((size_t)1 << 28, &b->edition, NULL));
	memset(all, 1, sizeof all);
	b->people[PEOPLE - 1].clearance = true;
	change(b, all, false);
	return b;
}

static void book_free(struct book *b)
{
	edition_free(b->edition);
	free(b);
}

/* Asks for person i as his passport says him; of the clearance, for whom it was given to. */
static void ask(struct watch *watch, size_t i, struct arena *arena, struct watch_answer *ret)
{
	struct watch_list *list = watch_hold(watch);
	char name[64], birth[24], number[16];
	struct entity person;
	struct verdict_traveller traveller = {.person = &person, .nationality = TEXT("KOR"), .issuer = TEXT("KOR")};

	assert_non_null(list);
	snprintf(name, sizeof name, "%s %s", families[i % 10], givens[i / 10 % 10]);
	snprintf(birth, sizeof birth, "19%02zu-%02zu-%02zu", 40 + i % 60, 1 + i % 12, 2 + i % 27);
	snprintf(number, sizeof number, "M%08zu", i);
	assert_ok(entity_begin(&person, arena, TEXT("t"), "Person", TEXT_NONE));
	assert_ok(entity_add(&person, "name", text_of(name)));
	assert_ok(entity_add(&person, "birthDate", text_of(birth)));
	assert_ok(entity_add(&person, "nationality", TEXT("kr")));
	assert_ok(entity_add(&person, "passportNumber", text_of(number)));
	assert_ok(entity_add(&person, "x-issuer", TEXT("kr")));
	assert_ok(watch_ask(list, VERDICT_ENTRY, &traveller, TEXT("kh"), NOW, arena, ret, NULL));
	watch_release(list);
}

static void same_answers(struct watch *a, struct watch *b)
{
	struct arena arena;

	arena_init(&arena, (size_t)1 << 26);
	for (size_t i = 0; i < PEOPLE; i++) {
		struct watch_answer x, y;

		arena_clear(&arena);
		ask(a, i, &arena, &x);
		ask(b, i, &arena, &y);
		assert_int_equal(x.verdict.result, y.verdict.result);
		assert_int_equal(x.verdict.candidate_count, y.verdict.candidate_count);
		assert_true(text_equal(x.verdict.act, y.verdict.act));
		for (size_t k = 0; k < x.verdict.candidate_count; k++) {
			assert_true(text_equal(x.verdict.candidates[k].listing->id, y.verdict.candidates[k].listing->id));
			assert_true(text_equal(x.verdict.candidates[k].listing->reference, y.verdict.candidates[k].listing->reference));
			assert_int_equal(x.verdict.candidates[k].result->evidence_mbit, y.verdict.candidates[k].result->evidence_mbit);
		}
	}
	arena_release(&arena);
}

static struct watch *watch_of(const struct book *b, uint32_t overlay_max)
{
	struct watch_options options = {.threads = 1, .overlay_max = overlay_max, .fresh_max = 7};
	struct watch *watch;

	assert_ok(watch_new(&options, &watch, NULL));
	if (b)
		assert_ok(watch_take(watch, b->edition, NULL, NULL));
	return watch;
}

static void deltas_answer_as_a_whole(void **state)
{
	struct book *b = book_new(7);
	struct watch *little = watch_of(b, 1000), *often = watch_of(b, 20);

	(void)state;
	for (size_t round = 0; round < 100; round++) {
		bool touched[PEOPLE] = {false};

		for (uint64_t n = any(b, 9); n > 0; n--)
			touched[any(b, PEOPLE)] = true;
		change(b, touched, true);
		assert_ok(watch_take(little, b->edition, NULL, NULL));
		assert_ok(watch_take(often, b->edition, NULL, NULL));
		if (round % 20 == 19) {
			struct watch *whole = watch_of(b, 1000);

			same_answers(little, whole);
			same_answers(often, whole);
			assert_int_equal(watch_listings(little->current), watch_listings(whole->current));
			assert_int_equal(watch_clearances(little->current), watch_clearances(whole->current));
			watch_free(whole);
		}
	}
	watch_free(little);
	watch_free(often);
	book_free(b);
}

/* Urgent entries go again when their edition comes; whoever they stood over is there again. */
static void what_was_settled_is_taken_back(void **state)
{
	struct book *before = book_new(5), *after = book_new(5);
	struct watch *watch = watch_of(before, 1000), *whole = watch_of(before, 1000);
	bool touched[PEOPLE] = {false};

	(void)state;
	for (size_t i = 0; i < 40; i++)
		touched[i * 7] = true;
	change(after, touched, true);
	assert_ok(watch_take(watch, after->edition, NULL, NULL));
	assert_non_null(watch->current->settled);
	assert_int_equal(watch->current->changed.count, 0);
	memset(touched, 0, sizeof touched);
	touched[3] = touched[7] = true;
	change(after, touched, false);
	assert_ok(watch_take(watch, after->edition, NULL, NULL));
	assert_int_equal(watch->current->changed.count, 2);
	assert_ok(watch_take(watch, before->edition, NULL, NULL));
	same_answers(watch, whole);
	assert_int_equal(watch_listings(watch->current), watch_listings(whole->current));
	watch_free(watch);
	watch_free(whole);
	book_free(before);
	book_free(after);
}

static void a_document_stops_and_a_warrant_ends(void **state)
{
	struct book *b = book_new(1);
	struct watch *watch = watch_of(b, 0);
	struct watch_answer answer;
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)1 << 26);
	ask(watch, 5, &arena, &answer);
	assert_int_equal(answer.verdict.result, VERDICT_STOP);
	assert_int_equal(answer.verdict.candidates[0].grade, VERDICT_IDENTITY);
	assert_true(text_equal(answer.verdict.act, TEXT("hold")));
	watch_free(watch);
	arena_release(&arena);
	book_free(b);
}

/* Reference scenario 6: a listed passport is noticed whoever carries it, 10,000 of 10,000; the number of another country is another's. */
static void a_listed_document_is_noticed_whoever_carries_it(void **state)
{
	struct book *b = book_new(1);
	struct watch *watch = watch_of(b, 0);
	struct watch_list *list = watch_hold(watch);
	struct arena arena;

	(void)state;
	arena_init(&arena, (size_t)1 << 26);
	for (size_t i = 0; i < 10000; i++) {
		size_t listed = i % (PEOPLE - 1);
		bool of_korea = i % 4 != 3;
		char birth[24], number[16], id[33];
		struct entity person;
		struct verdict_traveller traveller = {.person = &person, .nationality = TEXT("KOR")};
		struct watch_answer answer;

		arena_clear(&arena);
		id_of(listed, id);
		snprintf(birth, sizeof birth, "19%02u-%02u-28", (unsigned)any(b, 60) + 40, (unsigned)any(b, 12) + 1);
		snprintf(number, sizeof number, "M%08zu", listed);
		assert_ok(entity_begin(&person, &arena, TEXT("t"), "Person", TEXT_NONE));
		assert_ok(entity_add(&person, "name", TEXT("ZOLTAN KOVACS")));
		assert_ok(entity_add(&person, "birthDate", text_of(birth)));
		assert_ok(entity_add(&person, "nationality", TEXT("kr")));
		assert_ok(entity_add(&person, "passportNumber", text_of(number)));
		assert_ok(entity_add(&person, "x-issuer", of_korea ? TEXT("kr") : TEXT("th")));
		assert_ok(watch_ask(list, VERDICT_ENTRY, &traveller, TEXT("kh"), NOW, &arena, &answer, NULL));
		if ((answer.verdict.result == VERDICT_PASS) == of_korea)
			fail_msg("%s with %s of %s: %s", birth, number, of_korea ? "kr" : "th", verdict_result_word(answer.verdict.result));
		assert_true(!of_korea || text_equal(answer.verdict.candidates[0].listing->id, text_of(id)));
	}
	arena_release(&arena);
	watch_release(list);
	watch_free(watch);
	book_free(b);
}

/* KIM MINSU with the passport that was cleared passes; another KIM MINSU of the same day does not. */
static void who_was_cleared_passes(void **state)
{
	struct book *b = book_new(1);
	struct watch *watch = watch_of(b, 0);
	struct watch_list *list = watch_hold(watch);
	static const struct {
		const char *passport, *birth;
		enum verdict_result result;
	} rows[] = {{"M00000000", "1940-01-02", VERDICT_STOP}, {"X12345678", "1940-01-02", VERDICT_STOP}, {"C00000299", "1940", VERDICT_PASS},
		    {"X12345678", "1940", VERDICT_REFER}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct entity person;
		struct verdict_traveller traveller = {.person = &person, .nationality = TEXT("KOR")};
		struct watch_answer answer;
		struct arena arena;

		arena_init(&arena, (size_t)1 << 26);
		assert_ok(entity_begin(&person, &arena, TEXT("t"), "Person", TEXT_NONE));
		assert_ok(entity_add(&person, "name", TEXT("KIM MINSU")));
		assert_ok(entity_add(&person, "nationality", TEXT("kr")));
		if (rows[i].birth[0])
			assert_ok(entity_add(&person, "birthDate", text_of(rows[i].birth)));
		assert_ok(entity_add(&person, "passportNumber", text_of(rows[i].passport)));
		assert_ok(entity_add(&person, "x-issuer", TEXT("kr")));
		assert_ok(watch_ask(list, VERDICT_ENTRY, &traveller, TEXT("kh"), NOW, &arena, &answer, NULL));
		if (answer.verdict.result != rows[i].result)
			fail_msg("%s %s: %s", rows[i].passport, rows[i].birth, verdict_result_word(answer.verdict.result));
		arena_release(&arena);
	}
	watch_release(list);
	watch_free(watch);
	book_free(b);
}

static void what_was_kept_comes_back(void **state)
{
	struct book *b = book_new(3);
	struct watch *watch = watch_of(b, 1000), *again = watch_of(NULL, 1000);
	bool touched[PEOPLE] = {[4] = true, [40] = true, [41] = true, [299] = true};
	struct buffer kept;

	(void)state;
	change(b, touched, true);
	assert_ok(watch_take(watch, b->edition, NULL, NULL));
	buffer_init(&kept, (size_t)1 << 28);
	assert_ok(watch_save(watch->current, &kept, NULL));
	assert_ok(watch_load(again, buffer_bytes(&kept), NULL));
	same_answers(watch, again);
	/* An altered one is refused, and what is in force stays. */
	for (size_t i = 0; i < kept.len; i += 997) {
		((uint8_t *)kept.data)[i] ^= 0x10;
		assert_int_equal(watch_load(again, buffer_bytes(&kept), NULL), ST_CORRUPT);
		((uint8_t *)kept.data)[i] ^= 0x10;
	}
	for (size_t len = 0; len < kept.len; len = len * 2 + 1)
		assert_int_equal(watch_load(again, (struct bytes){(uint8_t *)kept.data, len}, NULL), ST_CORRUPT);
	same_answers(watch, again);
	buffer_release(&kept);
	watch_free(watch);
	watch_free(again);
	book_free(b);
}

/* ---- an index that is built beside ---- */

static void wait_for_it(void *context)
{
	assert_int_equal(sem_wait(context), 0);
}

static struct watch *held_up(const struct book *b, sem_t *go)
{
	struct watch *watch = watch_of(b, 20);

	assert_int_equal(sem_init(go, 0, 0), 0);
	watch->rebuild.begin = wait_for_it;
	watch->rebuild.begin_context = go;
	return watch;
}

static void touch(struct book *b, struct watch *watch, size_t first, size_t count)
{
	bool touched[PEOPLE] = {false};

	memset(touched + first, 1, count);
	change(b, touched, false);
	assert_ok(watch_take(watch, b->edition, NULL, NULL));
}

static void assert_says(struct watch *watch, size_t i, const char *reference)
{
	struct watch_answer answer;
	struct arena arena;

	arena_init(&arena, (size_t)1 << 26);
	ask(watch, i, &arena, &answer);
	assert_true(answer.verdict.candidate_count > 0);
	assert_true(text_equal(answer.verdict.candidates[0].listing->reference, text_of(reference)));
	arena_release(&arena);
}

static void what_is_decided_while_an_index_is_built_is_in_force(void **state)
{
	struct book *b = book_new(13);
	sem_t go;
	struct watch *watch = held_up(b, &go), *whole;
	const struct watch_base *first = watch->current->base;

	(void)state;
	touch(b, watch, 30, 21);
	assert_true(watch->rebuild.running);
	assert_says(watch, 30, "R30.2");
	/* The thread stands still: every change counts all the same. */
	for (size_t i = 0; i < 6; i++)
		touch(b, watch, 60 + i, 1);
	assert_says(watch, 65, "R65.2");
	assert_ptr_equal(watch->current->base, first);
	assert_true(watch->rebuild.running);
	/* It is done: what follows stands over the new one alone. */
	sem_post(&go);
	while (!atomic_load(&watch->rebuild.done))
		sched_yield();
	touch(b, watch, 90, 1);
	assert_false(watch->rebuild.running);
	assert_ptr_not_equal(watch->current->base, first);
	assert_null(watch->current->settled);
	assert_int_equal(watch->current->changed.count, 7);
	whole = watch_of(b, 1000);
	same_answers(watch, whole);
	touch(b, watch, 91, 1);
	assert_null(watch->ready);
	watch_free(whole);
	watch_free(watch);
	sem_destroy(&go);
	book_free(b);
}

/* Past four times as many the caller waits for what is being built, and where nothing is he builds it. */
static void too_much_waits(void **state)
{
	struct book *b = book_new(17);
	sem_t go;
	struct watch *watch = held_up(b, &go), *whole;
	const struct watch_base *first = watch->current->base;

	(void)state;
	sem_post(&go);
	touch(b, watch, 0, 30);
	assert_true(watch->rebuild.running);
	touch(b, watch, 100, 60);
	assert_ptr_not_equal(watch->ready, first);
	assert_ptr_equal(watch->current->base, watch->ready);
	sem_post(&go);
	touch(b, watch, 0, 200);
	assert_null(watch->current->settled);
	assert_int_equal(watch->current->changed.count, 0);
	whole = watch_of(b, 1000);
	same_answers(watch, whole);
	/* Whoever is revoked keeps nothing. */
	sem_post(&go);
	touch(b, watch, 0, 40);
	assert_true(watch->rebuild.running);
	watch_put(watch, NULL);
	assert_false(watch->rebuild.running);
	assert_null(watch->ready);
	watch_free(whole);
	watch_free(watch);
	sem_destroy(&go);
	book_free(b);
}

/* ---- readers while it changes ---- */

struct reader {
	struct watch *watch;
	atomic_bool *stop;
	atomic_uint *asked;
};

static void *read_on(void *context)
{
	struct reader *r = context;
	struct arena arena;

	arena_init(&arena, (size_t)1 << 26);
	for (size_t i = 0; !atomic_load(r->stop); i++) {
		struct watch_answer answer;

		arena_clear(&arena);
		ask(r->watch, i % (PEOPLE - 1), &arena, &answer);
		atomic_fetch_add(r->asked, 1);
	}
	arena_release(&arena);
	return NULL;
}

static void readers_never_see_half(void **state)
{
	struct book *b = book_new(11);
	struct watch *watch = watch_of(b, 30);
	atomic_bool stop = false;
	atomic_uint asked = 0;
	struct reader reader = {watch, &stop, &asked};
	pthread_t threads[3];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_on, &reader), 0);
	for (size_t round = 0; round < 60 || atomic_load(&asked) < 300; round++) {
		bool touched[PEOPLE] = {false};

		for (size_t n = 0; n < 5; n++)
			touched[any(b, PEOPLE)] = true;
		if (round < 300)
			change(b, touched, true);
		assert_ok(watch_take(watch, b->edition, NULL, NULL));
	}
	atomic_store(&stop, true);
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	watch_free(watch);
	book_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_stops_and_a_warrant_ends), cmocka_unit_test(who_was_cleared_passes),
		cmocka_unit_test(a_listed_document_is_noticed_whoever_carries_it),
		cmocka_unit_test(deltas_answer_as_a_whole), cmocka_unit_test(what_was_settled_is_taken_back), cmocka_unit_test(what_was_kept_comes_back),
		cmocka_unit_test(what_is_decided_while_an_index_is_built_is_in_force), cmocka_unit_test(too_much_waits), cmocka_unit_test(readers_never_see_half)};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
