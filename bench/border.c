/* A post's list measured, and a feed of such a list for real posts. Not a test: it only tells.
 *
 * usage: border_bench rows ROOT FOLDER COUNT            a post's replica of COUNT people in FOLDER, "name<tab>value<tab>unit" a line
 *        border_bench feed ROOT KEYS FOLDER COUNT EDITIONS CHANGES POST:KEY...
 *            the files of docs/formats/feed.md in FOLDER: a whole edition of COUNT people, EDITIONS more with CHANGES changes in all,
 *            signed with KEYS/edition.key and KEYS/list.key, and grants for posts (an id, and its key in base64). Prints "made", then
 *            signs a heartbeat of every number that stands on a line of its input, and repeats the line.
 *        border_bench zones ROOT COUNT FIRST           what a reader would see of COUNT listed people from FIRST on: name, birth date, number
 */
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/book.h"
#include "merkle/base64.h"
#include "post/replica.h"

#define QUERIES 4000u
#define QUERY_SEED 7u
#define DELTAS 20u /* of 100 changes: as many as lie over an index until it is built anew */
#define CHANGES 100u
#define LATER 75u /* editions of one change each, five a second, while the next index is built and when it is there */
#define LATER_NS 200000000

static struct book book;

static int64_t ns_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_ns(void)
{
	return ns_of(CLOCK_MONOTONIC);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void tell(const char *name, double value, const char *unit)
{
	printf("%s\t%.3f\t%s\n", name, value, unit);
	fflush(stdout);
}

/* ---- a post's replica in this process ---- */

struct bench_post {
	const char *folder;
	char secret[4200];
	struct post_clock clock;
	struct vault vault;
	struct watch *watch;
	struct replica *replica;
};

static void post_start(struct bench_post *p)
{
	struct replica_options options = {.vault = &p->vault, .clock = &p->clock, .list = TEXT(BOOK_NAME), .keys = &book.trusted};
	struct error error = {.code = ST_OK};

	post_clock_init(&p->clock);
	snprintf(p->secret, sizeof p->secret, "%s.secret", p->folder);
	bench_must(vault_open(p->secret, p->folder, true, &p->clock.env, &p->vault, &error), &error);
	bench_must(watch_new(NULL, &p->watch, &error), &error);
	options.watch = p->watch;
	bench_must(replica_open(&options, &p->replica, &error), &error);
}

static void post_stop(struct bench_post *p)
{
	replica_close(p->replica);
	watch_free(p->watch);
	vault_close(&p->vault);
	post_clock_release(&p->clock);
}

/* ---- travellers ---- */

struct travellers {
	struct arena arena;
	struct entity nobody[QUERIES], listed[QUERIES];
};

static void traveller_finish(struct entity *e, struct text number)
{
	const struct error error = {.message = "out of memory"};

	bench_must(entity_add(e, "passportNumber", number), &error);
	bench_must(entity_add(e, "nationality", TEXT("kr")), &error);
	bench_must(entity_add(e, "x-issuer", TEXT("kr")), &error);
}

/* As a passport says it: one name, a birth date, a number. */
static void travellers_make(struct travellers *t)
{
	const struct error error = {.message = "out of memory"};

	arena_init(&t->arena, (size_t)64 << 20);
	people_seed(QUERY_SEED);
	for (size_t i = 0; i < QUERIES; i++) {
		struct entity document;

		bench_must(traveller_make(&book.people, &t->arena, &t->nobody[i]), &error);
		bench_must(document_make(&t->arena, &document), &error);
		traveller_finish(&t->nobody[i], entity_first(&document, "passportNumber"));
	}
	for (size_t i = 0; i < QUERIES; i++) {
		struct entity whole;

		book_person(&book, i * 23 % book.count, &t->arena, &whole);
		bench_must(entity_begin(&t->listed[i], &t->arena, TEXT("q"), "Person", TEXT_NONE), &error);
		bench_must(entity_add(&t->listed[i], "name", entity_first(&whole, "name")), &error);
		bench_must(entity_add(&t->listed[i], "birthDate", entity_first(&whole, "birthDate")), &error);
		traveller_finish(&t->listed[i], entity_first(&whole, "passportNumber"));
	}
}

static int64_t ask(struct watch *watch, const struct entity *person, struct arena *arena, enum verdict_result *ret)
{
	struct verdict_traveller traveller = {.person = person, .nationality = TEXT("KOR"), .issuer = TEXT("KOR"), .document_code = TEXT("P")};
	struct watch_answer answer;
	struct error error = {.code = ST_OK};
	int64_t from = now_ns();
	struct watch_list *held = watch_hold(watch);

	arena_clear(arena);
	bench_must(watch_ask(held, VERDICT_ENTRY, &traveller, TEXT("kh"), bench_wall_ms(NULL), arena, &answer, &error), &error);
	watch_release(held);
	*ret = answer.verdict.result;
	return now_ns() - from;
}

/* With the processor's time beside the clock's, for others use the machine too. */
static void asked(const struct bench_post *p, const struct entity *people, const char *p50, const char *p99, const char *cpu, bool listed)
{
	static int64_t times[QUERIES], busy[QUERIES];
	enum verdict_result result;
	size_t stopped = 0;
	struct arena arena;

	arena_init(&arena, (size_t)256 << 20);
	for (size_t i = 0; i < QUERIES; i++) {
		busy[i] = ns_of(CLOCK_THREAD_CPUTIME_ID);
		times[i] = ask(p->watch, &people[i], &arena, &result);
		busy[i] = ns_of(CLOCK_THREAD_CPUTIME_ID) - busy[i];
		stopped += result == VERDICT_STOP;
	}
	arena_release(&arena);
	if (listed && stopped != QUERIES)
		bench_must(ST_CORRUPT, &(struct error){.message = "a listed document does not stop"});
	qsort(times, QUERIES, sizeof times[0], by_value);
	qsort(busy, QUERIES, sizeof busy[0], by_value);
	tell(p50, (double)times[QUERIES / 2] / 1000, "us");
	tell(p99, (double)times[QUERIES / 100 * 99] / 1000, "us");
	tell(cpu, (double)busy[QUERIES / 100 * 99] / 1000, "us");
}

/* ---- changes, while somebody asks ---- */

struct asking {
	struct watch *watch;
	const struct travellers *travellers;
	atomic_bool stop;
	_Atomic int64_t longest_ns, busy_ns; /* busy: of the processor, until its last answer */
	atomic_ulong count;
};

static void *ask_on(void *context)
{
	struct asking *a = context;
	struct arena arena;

	arena_init(&arena, (size_t)256 << 20);
	for (size_t i = 0; !atomic_load(&a->stop); i++) {
		enum verdict_result result;
		int64_t took = ask(a->watch, i % 8 ? &a->travellers->nobody[i % QUERIES] : &a->travellers->listed[i % QUERIES], &arena, &result);

		if (took > atomic_load(&a->longest_ns))
			atomic_store(&a->longest_ns, took);
		atomic_store(&a->busy_ns, ns_of(CLOCK_THREAD_CPUTIME_ID));
		atomic_fetch_add(&a->count, 1);
	}
	arena_release(&arena);
	return NULL;
}

struct files {
	struct buffer whole, next; /* next: the change from the last edition */
};

static void file_keep(void *context, uint64_t number, uint64_t from, struct bytes file)
{
	struct files *f = context;

	if (from == 0)
		buffer_add(&f->whole, file.data, file.len);
	else if (from + 1 == number)
		buffer_add(&f->next, file.data, file.len);
}

static double take(struct bench_post *p, struct buffer *file)
{
	struct error error = {.code = ST_OK};
	int64_t from = now_ns();

	bench_must(replica_take(p->replica, buffer_bytes(file), &error), &error);
	return (double)(now_ns() - from) / 1e6;
}

static double median(int64_t *times, size_t count)
{
	qsort(times, count, sizeof *times, by_value);
	return (double)times[count / 2] / 1e6;
}

static void changes(struct bench_post *p, const struct travellers *travellers)
{
	static struct asking asking;
	static struct files made[DELTAS + 1 + LATER];
	int64_t times[DELTAS], busy[DELTAS], later[LATER + 1];
	pthread_t thread;

	for (size_t i = 0; i <= DELTAS + LATER; i++) {
		buffer_init(&made[i].next, (size_t)1 << 30), buffer_init(&made[i].whole, (size_t)1 << 30);
		book_next(&book, i <= DELTAS ? CHANGES : 1, false, file_keep, &made[i]);
	}
	asking.watch = p->watch;
	asking.travellers = travellers;
	if (pthread_create(&thread, NULL, ask_on, &asking) != 0)
		bench_must(ST_UNAVAILABLE, &(struct error){.message = "a thread cannot be started"});
	for (size_t i = 0; i < DELTAS; i++) {
		int64_t from = ns_of(CLOCK_PROCESS_CPUTIME_ID) - atomic_load(&asking.busy_ns);

		times[i] = (int64_t)(take(p, &made[i].next) * 1e6);
		busy[i] = ns_of(CLOCK_PROCESS_CPUTIME_ID) - atomic_load(&asking.busy_ns) - from;
	}
	tell("delta-first", (double)times[0] / 1e6, "ms");
	tell("delta-last", (double)times[DELTAS - 1] / 1e6, "ms");
	tell("delta-cpu-last", (double)busy[DELTAS - 1] / 1e6, "ms");
	tell("delta-p50", median(times, DELTAS), "ms");
	tell("delta-cpu-p50", median(busy, DELTAS), "ms");
	tell("delta-worst", (double)times[DELTAS - 1] / 1e6, "ms");
	tell("delta-asked-worst", (double)atomic_load(&asking.longest_ns) / 1e6, "ms");
	atomic_store(&asking.longest_ns, 0);
	for (size_t i = 0; i <= LATER; i++) {
		later[i] = (int64_t)(take(p, &made[DELTAS + i].next) * 1e6);
		nanosleep(&(struct timespec){.tv_nsec = LATER_NS}, NULL);
	}
	tell("rebuild-first", (double)later[0] / 1e6, "ms");
	tell("rebuild-p50", median(later, LATER + 1), "ms");
	tell("rebuild", (double)later[LATER] / 1e6, "ms");
	atomic_store(&asking.stop, true);
	pthread_join(thread, NULL);
	tell("rebuild-asked-worst", (double)atomic_load(&asking.longest_ns) / 1e6, "ms");
	tell("asked-meanwhile", (double)atomic_load(&asking.count), "answers");
	for (size_t i = 0; i <= DELTAS + LATER; i++) {
		buffer_release(&made[i].next);
		buffer_release(&made[i].whole);
	}
}

static int rows(const char *root, const char *folder, size_t count)
{
	static struct travellers travellers;
	struct bench_post p = {.folder = folder};
	enum verdict_result result;
	struct files first;
	struct arena arena;
	int64_t from = now_ns(), busy;

	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return 1;
	buffer_init(&first.whole, (size_t)2 << 30), buffer_init(&first.next, (size_t)2 << 30);
	book_begin(&book, root, count);
	book_next(&book, 0, true, file_keep, &first);
	tell("made", (double)(now_ns() - from) / 1e9, "s");
	tell("whole-size", (double)first.whole.len / 1e6, "MB");
	post_start(&p);
	replica_read(p.replica);
	tell("whole", take(&p, &first.whole) / 1000, "s");
	buffer_release(&first.whole);
	travellers_make(&travellers);
	asked(&p, travellers.nobody, "ask-p50", "ask-p99", "ask-cpu-p99", false);
	asked(&p, travellers.listed, "hit-p50", "hit-p99", "hit-cpu-p99", true);
	changes(&p, &travellers);
	asked(&p, travellers.nobody, "later-p50", "later-p99", "later-cpu-p99", false);
	from = now_ns();
	post_stop(&p);
	tell("stop", (double)(now_ns() - from) / 1e6, "ms");
	arena_init(&arena, (size_t)256 << 20);
	from = now_ns();
	busy = ns_of(CLOCK_PROCESS_CPUTIME_ID);
	post_start(&p);
	(void)ask(p.watch, &travellers.listed[0], &arena, &result);
	tell("open", (double)(now_ns() - from) / 1e6, "ms");
	tell("open-cpu", (double)(ns_of(CLOCK_PROCESS_CPUTIME_ID) - busy) / 1e6, "ms");
	from = now_ns();
	replica_read(p.replica);
	tell("read-back", (double)(now_ns() - from) / 1e6, "ms");
	arena_release(&arena);
	post_stop(&p);
	arena_release(&travellers.arena);
	return 0;
}

/* ---- a feed ---- */

struct folder {
	const char *path;
	struct feed_key key;
};

static void write_file(const char *folder, const char *name, const struct buffer *out)
{
	char path[4300], fresh[4400];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	snprintf(fresh, sizeof fresh, "%s.new", path);
	f = fopen(fresh, "wb");
	if (f == NULL || fwrite(out->data, 1, out->len, f) != out->len || fclose(f) != 0 || rename(fresh, path) != 0)
		bench_must(ST_UNAVAILABLE, &(struct error){.message = "the feed's folder cannot be written"});
}

static void make_folder(const char *folder, const char *name)
{
	char path[4300];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		bench_must(ST_UNAVAILABLE, &(struct error){.message = "the feed's folder cannot be made"});
}

static void file_seal(void *context, uint64_t number, uint64_t from, struct bytes file)
{
	const struct folder *folder = context;
	struct error error = {.code = ST_OK};
	struct buffer sealed;
	char name[96];

	snprintf(name, sizeof name, "editions/%llu", (unsigned long long)number);
	make_folder(folder->path, name);
	snprintf(name, sizeof name, "editions/%llu/from-%llu", (unsigned long long)number, (unsigned long long)from);
	buffer_init(&sealed, FEED_FILE_MAX);
	bench_must(feed_seal(&folder->key, text_of(name), file, &sealed, &error), &error);
	write_file(folder->path, name, &sealed);
	buffer_release(&sealed);
}

static void key_load(const char *folder, const char *name, struct note_signer *ret)
{
	char path[4300], line[NOTE_VKEY_SIZE + 8];
	struct error error = {.message = "no such key"};
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.key", folder, name);
	f = fopen(path, "r");
	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		bench_must(ST_NOT_FOUND, &error);
	fclose(f);
	bench_must(note_skey_parse(text_trim(text_of(line)), ret, &error), &error);
}

static void grant_write(const struct folder *folder, char *word)
{
	struct feed_keys keys = {.keys = {folder->key}, .count = 1};
	char *base64 = strchr(word, ':'), name[96];
	struct error error = {.message = "a post is ID:KEY"};
	uint8_t public_key[32];
	struct buffer out;

	if (base64 == NULL)
		bench_must(ST_MALFORMED, &error);
	*base64++ = '\0';
	bench_must(base64_read_exactly(text_of(base64), public_key, sizeof public_key), &error);
	buffer_init(&out, 65536);
	bench_must(feed_grant_write(text_of(word), public_key, &keys, &out, &error), &error);
	snprintf(name, sizeof name, "grants/%.64s", word);
	write_file(folder->path, name, &out);
	buffer_release(&out);
}

static void heartbeat_write(const struct folder *folder, uint64_t number)
{
	struct feed_heartbeat said = {.list = TEXT(BOOK_NAME), .number = number, .epoch = 1, .time_ms = bench_wall_ms(NULL)};
	struct error error = {.code = ST_OK};
	struct buffer note;

	memcpy(said.key, folder->key.id, sizeof said.key);
	buffer_init(&note, 65536);
	bench_must(feed_heartbeat_write(&said, &book.edition, &note, &error), &error);
	write_file(folder->path, "heartbeat", &note);
	buffer_release(&note);
}

static int feed(int argc, char **argv)
{
	struct folder folder = {.path = argv[4]};
	size_t editions = strtoull(argv[6], NULL, 10), all = strtoull(argv[7], NULL, 10);
	char line[64];

	randombytes_buf(&folder.key, sizeof folder.key);
	make_folder(folder.path, "editions");
	make_folder(folder.path, "grants");
	key_load(argv[3], "edition", &book.edition);
	key_load(argv[3], "list", &book.log);
	book_begin(&book, argv[2], strtoull(argv[5], NULL, 10));
	book_next(&book, 0, true, file_seal, &folder);
	for (size_t i = 1; i <= editions && i < BOOK_EDITIONS_MAX - 1; i++)
		book_next(&book, i * all / editions - (i - 1) * all / editions, false, file_seal, &folder);
	for (int i = 8; i < argc; i++)
		grant_write(&folder, argv[i]);
	puts("made");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		heartbeat_write(&folder, strtoull(line, NULL, 10));
		fputs(line, stdout);
		fflush(stdout);
	}
	return 0;
}

static int zones(const char *root, size_t count, size_t first)
{
	struct arena arena;

	book_begin(&book, root, first + count);
	arena_init(&arena, (size_t)1 << 20);
	for (size_t i = first; i < first + count; i++) {
		struct entity person;
		struct text name, birth, number;

		arena_clear(&arena);
		book_person(&book, i, &arena, &person);
		name = entity_first(&person, "name");
		birth = entity_first(&person, "birthDate");
		number = entity_first(&person, "passportNumber");
		printf("%.*s\t%.*s\t%.*s\n", TEXT_ARG(name), TEXT_ARG(birth), TEXT_ARG(number));
	}
	arena_release(&arena);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 2;

	if (sodium_init() < 0)
		return 1;
	if (argc == 5 && strcmp(argv[1], "rows") == 0)
		status = rows(argv[2], argv[3], strtoull(argv[4], NULL, 10));
	else if (argc >= 8 && strcmp(argv[1], "feed") == 0)
		status = feed(argc, argv);
	else if (argc == 5 && strcmp(argv[1], "zones") == 0)
		status = zones(argv[2], strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10));
	else
		fprintf(stderr, "usage: border_bench rows ROOT FOLDER COUNT | feed ROOT KEYS FOLDER COUNT EDITIONS CHANGES POST:KEY... | zones ROOT COUNT FIRST\n");
	book_release(&book);
	return status;
}
