/* Measures the ledger: leaves committed durably by several threads, with a sequencer beside them, and the check of a proof.
 *
 * usage: ledger_bench FOLDER [THREADS [SECONDS]]
 * Prints lines `key TAB value TAB unit`, as tools/bench.py reads them. The database is made in FOLDER, on the disk that it is
 * on; each commit waits until its leaf is on that disk.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ledger/ledger.h"
#include "ledger/runner.h"

#define PROOF_LEAVES 1000000u
#define CHECKS 1000u  /* a batch; the median of batches counts, for others use the machine too */
#define BATCHES 21u
#define THREADS_MAX 64u

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t bench_now(void *context)
{
	struct timespec t;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void bench_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env bench_env = {bench_now, bench_random, NULL};

static void need(enum status st, const struct error *error)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "ledger_bench: %s\n", error->message);
	exit(1);
}

/* ---- appending ---- */

struct appender {
	pthread_t thread;
	struct db *db;
	struct ledger_runner *runner;
	atomic_bool *stop;
	uint64_t count;
};

static enum status append_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	static const char payload[] =
		"{\"act\":\"confirm\",\"at\":\"2026-11-26T01:23:45.678Z\",\"by\":\"00000000000000000000000000000005\",\"content\":"
		"\"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328\",\"country\":\"kh\",\"from\":\"approved\",\"seq\":5,"
		"\"to\":\"published\"}";
	char id[ID_SIZE];

	(void)context;
	return ledger_append(tx, &bench_env,
			     &(struct ledger_new){.log = LEDGER_LIST, .kind = "entry.confirm", .subject = TEXT("0123456789abcdef0123456789abcdef"),
						  .actor = TEXT("00000000000000000000000000000005"), .payload = text_of(payload)},
			     id, ret_error);
}

static void *append_many(void *context)
{
	struct appender *a = context;
	struct error error = {.code = ST_OK};

	while (!atomic_load(a->stop)) {
		need(db_transact(a->db, DB_WRITE, append_work, NULL, &error), &error);
		ledger_runner_wake(a->runner);
		a->count++;
	}
	return NULL;
}

static void bench_append(const char *folder, unsigned threads, unsigned seconds)
{
	static const uint8_t seed[32] = {1};
	struct db_options options = {.readers = 2};
	struct ledger_runner_options running = {.env = &bench_env, .log_count = 1};
	struct appender appenders[THREADS_MAX];
	struct note_signer signer;
	struct error error = {.code = ST_OK};
	struct timespec pause = {seconds, 0};
	atomic_bool stop = false;
	uint64_t count = 0;
	char url[4096];
	struct db *db;
	int64_t since;

	snprintf(url, sizeof url, "sqlite:%s/ledger.db", folder);
	need(note_signer_make(TEXT("cordon.kh/list"), NOTE_ED25519, seed, &signer, &error), &error);
	need(db_open(url, &options, &db, &error), &error);
	running.db = db;
	running.logs[0] = (struct ledger_signing){.log = LEDGER_LIST, .signer = &signer};
	need(ledger_runner_start(&running, &appenders[0].runner, &error), &error);
	since = now_us();
	for (unsigned i = 0; i < threads; i++) {
		appenders[i] = (struct appender){.db = db, .runner = appenders[0].runner, .stop = &stop};
		if (pthread_create(&appenders[i].thread, NULL, append_many, &appenders[i]) != 0)
			exit(1);
	}
	nanosleep(&pause, NULL);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(appenders[i].thread, NULL);
		count += appenders[i].count;
	}
	printf("append\t%.1f\tper s\n", (double)count * 1e6 / (double)(now_us() - since));
	ledger_runner_stop(appenders[0].runner);
	db_close(db);
}

/* ---- checking ---- */

struct tiles {
	struct merkle_hash *levels[4];
};

static enum status tiles_read(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	const struct tiles *t = context;

	(void)ret_error;
	memcpy(out, t->levels[tile->level] + tile->n * TILE_WIDTH, tile->width * sizeof *out);
	return ST_OK;
}

static enum status tiles_write(void *context, const struct tile *tile, const struct merkle_hash *hashes, struct error *ret_error)
{
	const struct tiles *t = context;

	(void)ret_error;
	memcpy(t->levels[tile->level] + tile->n * TILE_WIDTH, hashes, tile->width * sizeof *hashes);
	return ST_OK;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void bench_check(void)
{
	struct tiles tiles;
	struct tile_store store = {tiles_read, tiles_write, &tiles};
	struct merkle_hash *leaves = calloc(PROOF_LEAVES, sizeof *leaves), root;
	struct merkle_proof *proofs = calloc(64, sizeof *proofs);
	struct merkle_inclusion claims[64];
	struct error error = {.code = ST_OK};
	int64_t since, took[BATCHES];

	for (size_t i = 0; i < 4; i++)
		tiles.levels[i] = calloc((PROOF_LEAVES >> (8 * i)) + TILE_WIDTH, sizeof *tiles.levels[i]);
	if (leaves == NULL || proofs == NULL || tiles.levels[0] == NULL)
		exit(1);
	for (uint64_t i = 0; i < PROOF_LEAVES; i++)
		merkle_hash_leaf((struct bytes){(const uint8_t *)&i, sizeof i}, &leaves[i]);
	need(tiles_extend(&store, 0, leaves, PROOF_LEAVES, &error), &error);
	need(tiles_root(&store, PROOF_LEAVES, &root, &error), &error);
	for (uint64_t i = 0; i < 64; i++) {
		uint64_t index = i * 15485863 % PROOF_LEAVES;

		need(tiles_inclusion(&store, index, PROOF_LEAVES, &proofs[i], &error), &error);
		claims[i] = (struct merkle_inclusion){index, PROOF_LEAVES, tiles.levels[0][index], root};
	}
	for (unsigned b = 0; b < BATCHES; b++) {
		since = now_us();
		for (unsigned i = 0; i < CHECKS; i++)
			need(merkle_inclusion_check(&claims[i % 64], &proofs[i % 64], &error), &error);
		took[b] = now_us() - since;
	}
	qsort(took, BATCHES, sizeof took[0], by_number);
	printf("check\t%.3f\tus\n", (double)took[BATCHES / 2] / CHECKS);
	for (size_t i = 0; i < 4; i++)
		free(tiles.levels[i]);
	free(leaves);
	free(proofs);
}

int main(int argc, char **argv)
{
	uint64_t threads = 32, seconds = 5;

	if (argc < 2 || (argc > 2 && (text_to_uint(text_of(argv[2]), THREADS_MAX, &threads) != ST_OK || threads == 0)) ||
	    (argc > 3 && text_to_uint(text_of(argv[3]), 3600, &seconds) != ST_OK)) {
		fputs("usage: ledger_bench FOLDER [THREADS [SECONDS]]\n", stderr);
		return 2;
	}
	bench_append(argv[1], (unsigned)threads, (unsigned)seconds);
	bench_check();
	return 0;
}
