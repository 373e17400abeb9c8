#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/commands.h"
#include "cli/edition_set.h"
#include "cli/queries.h"
#include "cli/source.h"
#include "cli/world.h"
#include "lists/image_file.h"

#define THREADS_MAX 64u
#define BATCH_LINES 256u /* for each thread */
#define LISTS_MAX 64u
#define ARENA_MAX ((size_t)64 << 20)

static const char usage_text[] =
	"usage: cordon screen --list FILE... | --edition FILE... | --index FILE [--keys FILE] [--expired]\n"
	"                     [--threshold 0.70] [--cutoff 0.70] [--limit 5] [--threads N] [--report] [QUERIES]\n"
	"\n"
	"Reads one query a line (JSON, CSV with a header row, or MRZ), or whom a passenger list (PAXLST) names, from\n"
	"QUERIES or standard input and writes one answer a line, in order. --list takes any format that `cordon import`\n"
	"knows, and may be given again; --index takes what `cordon import --index` wrote. --edition takes a signed edition of\n"
	"the list in force, and may be given again and with --list: it is refused unless every signature and proof holds,\n"
	"by the keys of --keys; results then say which measures are in force, and who was cleared is not alerted.\n"
	"--expired takes an edition that has expired too. --report says at the end, on standard error, how long loading and\n"
	"answering took.\n"
	"\n"
	"exit status: 0 every line was answered, 3 some lines had errors, 2 wrong usage, 1 anything else\n";

struct settings {
	char *lists[LISTS_MAX];
	size_t list_count;
	char *editions[EDITION_SET_MAX];
	size_t edition_count;
	const char *queries, *index, *keys;
	bool expired_too;
	struct screen_options options;
	unsigned threads;
	bool report;
};

/* 0.70 as parts per million; gives false unless it is a decimal number from 0 to 1. */
static bool parse_ppm(const char *s, uint32_t *ret)
{
	char *end;
	double v = strtod(s, &end);

	if (end == s || *end || !(v >= 0 && v <= 1))
		return false;
	*ret = (uint32_t)(v * 1000000 + 0.5);
	return true;
}

static bool parse_count(const char *s, unsigned most, unsigned *ret)
{
	uint64_t v;

	if (text_to_uint(text_of(s), most, &v) != ST_OK || v == 0)
		return false;
	*ret = (unsigned)v;
	return true;
}

static bool setting_take(struct settings *s, int option, char *value)
{
	unsigned n;

	switch (option) {
	case 'l':
		if (s->list_count == LISTS_MAX)
			return false;
		s->lists[s->list_count++] = value;
		return true;
	case 'e':
		if (s->edition_count == EDITION_SET_MAX)
			return false;
		s->editions[s->edition_count++] = value;
		return true;
	case 'k':
		s->keys = value;
		return true;
	case 'x':
		s->expired_too = true;
		return true;
	case 't':
		return parse_ppm(value, &s->options.threshold_ppm);
	case 'c':
		return parse_ppm(value, &s->options.cutoff_ppm);
	case 'n':
		if (!parse_count(value, 500, &n))
			return false;
		s->options.limit = n;
		return true;
	case 'j':
		return parse_count(value, THREADS_MAX, &s->threads);
	case 'i':
		s->index = value;
		return true;
	case 'r':
		s->report = true;
		return true;
	default:
		return false;
	}
}

/* Gives 0 to go on, else the exit status plus one. */
static int settings_parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"list", required_argument, NULL, 'l'},      {"edition", required_argument, NULL, 'e'},
		{"threshold", required_argument, NULL, 't'}, {"cutoff", required_argument, NULL, 'c'},
		{"limit", required_argument, NULL, 'n'},     {"threads", required_argument, NULL, 'j'},
		{"index", required_argument, NULL, 'i'},     {"report", no_argument, NULL, 'r'},
		{"keys", required_argument, NULL, 'k'},      {"expired", no_argument, NULL, 'x'},
		{"help", no_argument, NULL, 'h'},            {NULL, 0, NULL, 0},
	};
	int option;

	*s = (struct settings){.options = {.limit = 5, .threshold_ppm = 700000, .cutoff_ppm = 700000}, .threads = 1};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage_text, stdout);
			return 1;
		}
		if (option == '?' || !setting_take(s, option, optarg)) {
			if (option != '?')
				fprintf(stderr, "cordon screen: '%s' cannot be taken\n", optarg);
			fputs(usage_text, stderr);
			return 3;
		}
	}
	if ((s->list_count + s->edition_count == 0) == (s->index == NULL) || argc - optind > 1) {
		fputs(usage_text, stderr);
		return 3;
	}
	s->queries = optind < argc ? argv[optind] : "-";
	return 0;
}

/* ---- work ---- */

struct job {
	struct text line; /* of JSON, in the batch's arena */
	struct error error;
	struct text id;
	struct buffer out;
	bool failed; /* no line, but this error */
	bool good;
};

struct batch {
	struct answering how;
	struct edition_set *editions; /* may be NULL */
	struct job *jobs;
	size_t count;
	atomic_size_t *next;
};

static void *work(void *context)
{
	struct batch *batch = context;
	struct arena arena;

	arena_init(&arena, ARENA_MAX);
	for (;;) {
		size_t i = atomic_fetch_add(batch->next, 1);
		struct job *job;

		if (i >= batch->count)
			break;
		job = &batch->jobs[i];
		arena_clear(&arena);
		buffer_clear(&job->out);
		if (job->failed)
			answer_error(job->id, &job->error, &job->out);
		job->good = !job->failed &&
			    answer_line(&batch->how, job->line, &arena, &job->out);
	}
	arena_release(&arena);
	return NULL;
}

static void batch_run(struct batch *batch, unsigned threads)
{
	pthread_t ids[THREADS_MAX];
	atomic_size_t next = 0;
	unsigned started = 0;

	batch->next = &next;
	while (started + 1 < threads && pthread_create(&ids[started], NULL, work, batch) == 0)
		started++;
	work(batch);
	for (unsigned i = 0; i < started; i++)
		pthread_join(ids[i], NULL);
	batch->next = NULL;
}

struct totals {
	uint64_t answered, errors;
};

static enum status batch_write(struct batch *batch, struct totals *totals)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct job *job = &batch->jobs[i];

		totals->answered++;
		totals->errors += !job->good;
		if (buffer_status(&job->out) != ST_OK ||
		    fwrite(job->out.data, 1, job->out.len, stdout) != job->out.len)
			return ST_UNAVAILABLE;
	}
	return ST_OK;
}

static void progress_say(const struct queries *queries, const struct totals *totals, bool last)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, last ? "\r\033[K" : "\r%llu answered, %llu with errors, %u %%  ",
			(unsigned long long)totals->answered, (unsigned long long)totals->errors,
			queries_percent(queries));
}

/* Reads, answers and writes batch after batch. */
static enum status run(struct queries *queries, struct batch *batch, const struct settings *s, struct totals *totals,
		       struct error *ret_error)
{
	size_t most = (size_t)s->threads * BATCH_LINES;
	struct arena arena;
	enum status st = ST_OK;
	bool more = true;

	arena_init(&arena, (size_t)1 << 30);
	while (more && st == ST_OK) {
		arena_clear(&arena);
		for (batch->count = 0; more && batch->count < most && st == ST_OK;) {
			struct job *job = &batch->jobs[batch->count];
			struct query_line line;

			st = queries_next(queries, &arena, &line, ret_error);
			more = line.more;
			if (st != ST_OK || !more)
				break;
			job->line = line.json;
			job->failed = line.failed;
			job->error = line.error;
			job->id = line.id;
			batch->count++;
		}
		if (batch->editions)
			edition_set_use(batch->editions, batch->how.index, env_now(world_env()));
		batch_run(batch, s->threads);
		if (batch_write(batch, totals) != ST_OK && st == ST_OK)
			st = error_set(ret_error, ST_UNAVAILABLE, "answers cannot be written");
		progress_say(queries, totals, !more);
	}
	arena_release(&arena);
	return st;
}

/* An index in memory or in a file. */
struct lists_in_use {
	struct buffer image;
	struct image_file file;
	struct index *index;
	struct edition_set *editions; /* or NULL */
};

static enum status screen_all(const struct lists_in_use *lists, struct settings *s, struct totals *totals, struct error *ret_error)
{
	size_t most = (size_t)s->threads * BATCH_LINES;
	struct answer_extra extra = {edition_set_add, lists->editions};
	struct batch batch = {.how = {lists->index, &s->options, lists->editions ? &extra : NULL}, .editions = lists->editions,
			      .jobs = calloc(most, sizeof(struct job))};
	struct queries *queries = NULL;
	enum status st;

	if (lists->editions) {
		s->options.keep = edition_set_keep;
		s->options.keep_context = lists->editions;
	}
	st = batch.jobs ? queries_open(s->queries, &queries, ret_error)
				    : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	for (size_t i = 0; batch.jobs && i < most; i++)
		buffer_init(&batch.jobs[i].out, (size_t)64 << 20);
	if (st == ST_OK)
		st = run(queries, &batch, s, totals, ret_error);
	if (fflush(stdout) != 0 && st == ST_OK)
		st = error_set(ret_error, ST_UNAVAILABLE, "answers cannot be written");
	queries_close(queries);
	for (size_t i = 0; batch.jobs && i < most; i++)
		buffer_release(&batch.jobs[i].out);
	free(batch.jobs);
	return st;
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static enum status lists_open(const struct settings *s, struct lists_in_use *ret, struct error *ret_error)
{
	struct loading loading = {.threads = s->threads, .progress = isatty(STDERR_FILENO)};

	buffer_init(&ret->image, (size_t)64 << 30);
	if (s->index) {
		TRY(image_file_map(s->index, &ret->file, ret_error));
		ret->index = ret->file.index;
		return ST_OK;
	}
	if (s->edition_count) {
		struct edition_set_options options = {s->editions, s->edition_count, s->keys, s->expired_too, env_now(world_env())};

		TRY(edition_set_open(&options, &ret->editions, ret_error));
		loading.more = edition_set_feed;
		loading.more_context = ret->editions;
	}
	TRY(lists_load(s->lists, s->list_count, &loading, &ret->image, ret_error));
	return index_open(buffer_bytes(&ret->image), &ret->index, ret_error);
}

static void lists_close(struct lists_in_use *lists)
{
	if (lists->file.index)
		image_file_unmap(&lists->file);
	else
		index_close(lists->index);
	edition_set_close(lists->editions);
	buffer_release(&lists->image);
}

int command_screen(int argc, char **argv)
{
	struct settings s;
	struct lists_in_use lists = {.index = NULL};
	struct totals totals = {0, 0};
	struct error error = {.code = ST_OK, .position = -1};
	double begun = seconds_now(), loaded;
	int usage = settings_parse(argc, argv, &s);
	enum status st;

	if (usage)
		return usage - 1;
	st = lists_open(&s, &lists, &error);
	loaded = seconds_now();
	if (st == ST_OK)
		st = screen_all(&lists, &s, &totals, &error);
	if (st != ST_OK)
		say_error("cordon screen", s.index, &error);
	else if (s.report)
		fprintf(stderr, "%u entities loaded in %.2f s; %llu queries in %.2f s, %llu with errors\n",
			index_entity_count(lists.index), loaded - begun, (unsigned long long)totals.answered,
			seconds_now() - loaded, (unsigned long long)totals.errors);
	lists_close(&lists);
	return st != ST_OK ? 1 : totals.errors ? 3 : 0;
}
