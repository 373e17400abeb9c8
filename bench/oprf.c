/* Measures private checks: what is done for one question (evaluated, proved, answered), and the building of a table.
 *
 * usage: oprf_bench [IDENTIFIERS [THREADS [SECONDS]]]
 * Prints lines `key TAB value TAB unit`, as tools/bench.py reads them: `checks` by the clock, `core` by the processor's time of one
 * thread (what one core does where nobody else uses it).
 */
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bulletin/answer.h"

#define THREADS_MAX 64u
#define QUESTIONS 64u
#define OUTPUTS 20000u

static void bench_random(void *context, void *out, size_t len)
{
	(void)context;
	randombytes_buf(out, len);
}

static const struct env bench_env = {.random = bench_random};

static void need(enum status st, const struct error *error)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "oprf_bench: %s\n", error->message);
	exit(1);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct portal {
	struct oprf_key key;
	struct bulletin_table table;
	struct buffer file;
	double for_seconds;
};

/* A table as large as real ones. Its outputs are random: to the building they are the same as F(x). */
static double build(struct portal *p, size_t count)
{
	struct bulletin_table_head head = {.payload_size = BULLETIN_CHECK_SIZE, .time_ms = 1795656225678};
	struct bulletin_row *rows = calloc(count, sizeof *rows);
	struct error error;
	double began;

	if (rows == NULL)
		exit(1);
	for (size_t i = 0; i < count; i++) {
		randombytes_buf(&rows[i].output, sizeof rows[i].output);
		rows[i].bucket = (uint16_t)randombytes_uniform(BULLETIN_BUCKETS);
	}
	oprf_key_id(&p->key.public_key, head.key_id);
	buffer_init(&p->file, BULLETIN_TABLE_MAX);
	began = seconds(CLOCK_THREAD_CPUTIME_ID);
	need(bulletin_table_build(&head, rows, count, &bench_env, &p->file, &error), &error);
	began = seconds(CLOCK_THREAD_CPUTIME_ID) - began;
	need(bulletin_table_open(buffer_bytes(&p->file), &p->table, &error), &error);
	free(rows);
	return began;
}

struct answerer {
	pthread_t thread;
	const struct portal *portal;
	uint64_t answered;
	double cpu;
};

static void *answer_all(void *context)
{
	struct answerer *a = context;
	const double until = seconds(CLOCK_MONOTONIC) + a->portal->for_seconds, began = seconds(CLOCK_THREAD_CPUTIME_ID);
	uint8_t questions[QUESTIONS][BULLETIN_QUESTION_SIZE];
	struct bulletin_asked asked;
	struct error error;
	struct buffer out;

	buffer_init(&out, 1 << 20);
	for (size_t i = 0; i < QUESTIONS; i++) {
		char x[32];
		int n = snprintf(x, sizeof x, "phone|855912345%02zu", i);

		need(bulletin_ask(&bench_env, (struct text){x, (size_t)n}, &asked, questions[i], &error), &error);
	}
	while (seconds(CLOCK_MONOTONIC) < until) {
		struct oprf_element blinded, evaluated;
		struct oprf_proof proof;
		uint16_t bucket;

		buffer_clear(&out);
		need(bulletin_question_read((struct bytes){questions[a->answered++ % QUESTIONS], BULLETIN_QUESTION_SIZE}, &bucket, &blinded, &error),
		     &error);
		need(oprf_evaluate(&a->portal->key, &bench_env, &blinded, 1, &evaluated, &proof, &error), &error);
		need(bulletin_answer(&a->portal->table, bucket, &evaluated, &proof, &out, &error), &error);
	}
	a->cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - began;
	buffer_release(&out);
	return NULL;
}

static double outputs(const struct portal *p)
{
	double began = seconds(CLOCK_THREAD_CPUTIME_ID);
	struct oprf_output output;
	struct error error;

	for (uint32_t i = 0; i < OUTPUTS; i++)
		need(oprf_direct(&p->key, (struct bytes){(const uint8_t *)&i, sizeof i}, &output, &error), &error);
	return (seconds(CLOCK_THREAD_CPUTIME_ID) - began) / OUTPUTS;
}

int main(int argc, char **argv)
{
	const size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	const size_t threads = argc > 2 ? strtoul(argv[2], NULL, 10) : 2;
	struct answerer answerers[THREADS_MAX] = {{.answered = 0}};
	struct portal portal = {.for_seconds = argc > 3 ? strtod(argv[3], NULL) : 10};
	uint8_t seed[32];
	struct error error;
	double began, total = 0, core = 0;

	if (sodium_init() < 0 || count == 0 || threads == 0 || threads > THREADS_MAX)
		return 2;
	randombytes_buf(seed, sizeof seed);
	need(oprf_key_derive(OPRF_VERIFIABLE, seed, (struct bytes){NULL, 0}, &portal.key, &error), &error);
	printf("build\t%.2f\ts\n", build(&portal, count));
	printf("answer\t%zu\tbytes\n", bulletin_answer_size(&portal.table));
	printf("output\t%.1f\tus\n", outputs(&portal) * 1e6);
	began = seconds(CLOCK_MONOTONIC);
	for (size_t i = 0; i < threads; i++) {
		answerers[i].portal = &portal;
		if (pthread_create(&answerers[i].thread, NULL, answer_all, &answerers[i]) != 0)
			return 1;
	}
	for (size_t i = 0; i < threads; i++) {
		(void)pthread_join(answerers[i].thread, NULL);
		total += (double)answerers[i].answered;
		core += (double)answerers[i].answered / answerers[i].cpu / (double)threads;
	}
	printf("checks\t%.0f\tper s\ncore\t%.0f\tper s\n", total / (seconds(CLOCK_MONOTONIC) - began), core);
	buffer_release(&portal.file);
	oprf_key_clear(&portal.key);
	return 0;
}
