#include "cli/pusher.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "beat/beat.h"
#include "feed/call.h"
#include "ledger/cosign.h"
#include "ledger/runner.h"

#define PAUSE_MIN_MS 250   /* between two rounds that had something to send */
#define RETRY_MAX_MS 60000
#define BODY_MAX ((size_t)1 << 17)

/* One witness and one log. */
struct errand {
	const struct note_key *key;
	const char *url, *log;
	uint64_t held;     /* what the witness says it holds */
	unsigned failures; /* in a row */
	int64_t not_before_ms;
};

struct pusher {
	struct pusher_options options;
	struct errand errands[LEDGER_KEYS_MAX * LEDGER_LOGS_MAX];
	size_t errand_count;
	struct beat *beat;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool go_on(void *context)
{
	return !beat_stopping(((struct pusher *)context)->beat);
}

/* ---- one errand ---- */

struct sending {
	struct pusher *pusher;
	struct errand *errand;
	struct arena arena;
	struct ledger_submission submission;
	struct buffer answer;
	uint64_t cosigned;
};

static enum status read_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct sending *s = context;

	arena_clear(&s->arena);
	TRY(ledger_cosigned_size(tx, s->errand->log, s->errand->key, &s->cosigned, ret_error));
	if (s->errand->held < s->cosigned)
		s->errand->held = s->cosigned;
	return ledger_submission(tx, s->errand->log, s->errand->held, &s->arena, &s->submission, ret_error);
}

static enum status keep_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	const struct sending *s = context;
	struct ledger_cosignature cosignature = {s->errand->log, s->submission.size, buffer_text(&s->answer)};

	return ledger_cosign(tx, &cosignature, s->errand->key, 1, ret_error);
}

static enum status post(struct sending *s, unsigned *ret_status, struct error *ret_error)
{
	char address[400];
	size_t len = strlen(s->errand->url);
	struct call call = {.address = address, .body = s->submission.body, .type = "text/plain; charset=utf-8",
			    .ca_file = s->pusher->options.ca_file, .go_on = go_on, .context = s->pusher};

	snprintf(address, sizeof address, "%s%sadd-checkpoint", s->errand->url, len && s->errand->url[len - 1] == '/' ? "" : "/");
	return call_make(&call, ret_status, &s->answer, ret_error);
}

/* The witness holds another size than was thought: believed once, and only if it is another. */
static bool take_size(struct sending *s)
{
	uint64_t size;

	if (text_to_uint(text_trim(buffer_text(&s->answer)), MERKLE_SIZE_MAX, &size) != ST_OK || size == s->errand->held)
		return false;
	s->errand->held = size;
	return true;
}

static enum status send_once(struct sending *s, bool *ret_again, struct error *ret_error)
{
	unsigned status;

	*ret_again = false;
	TRY(db_transact(s->pusher->options.db, DB_READ, read_work, s, ret_error));
	if (s->cosigned == s->submission.size && s->cosigned)
		return ST_OK;
	TRY(post(s, &status, ret_error));
	if (status == 409 && take_size(s)) {
		*ret_again = true;
		return ST_OK;
	}
	if (status != 200)
		return error_set(ret_error, ST_DENIED, "answers %u: %.120s", status,
				 buffer_text(&s->answer).len ? "it does not cosign this checkpoint" : "");
	TRY(db_transact(s->pusher->options.db, DB_WRITE, keep_work, s, ret_error));
	s->errand->held = s->submission.size;
	return ST_OK;
}

static void say_state(struct pusher *p, const struct errand *e, const char *what)
{
	char line[ERROR_MESSAGE_SIZE + NOTE_NAME_SIZE + 64];

	snprintf(line, sizeof line, "witness %s of log %s: %s", e->key->name, e->log, what);
	if (p->options.say)
		p->options.say(p->options.context, line);
}

static void run_errand(struct pusher *p, struct errand *e)
{
	struct sending s = {.pusher = p, .errand = e};
	struct error error = {.code = ST_OK};
	bool again = true;
	enum status st = ST_OK;

	arena_init(&s.arena, 4 * BODY_MAX);
	buffer_init(&s.answer, BODY_MAX);
	for (unsigned tries = 0; st == ST_OK && again && tries < 2; tries++)
		st = send_once(&s, &again, &error);
	buffer_release(&s.answer);
	arena_release(&s.arena);
	/* An empty log is not signed yet. */
	if (st == ST_NOT_FOUND)
		return;
	if (st == ST_OK && !again) {
		if (e->failures)
			say_state(p, e, "cosigns again");
		e->failures = 0;
		return;
	}
	if (e->failures == 0)
		say_state(p, e, st == ST_OK ? "does not say what it holds" : error.message);
	if (e->failures < 16)
		e->failures++;
	e->not_before_ms = now_ms() + ((int64_t)500 << e->failures < RETRY_MAX_MS ? (int64_t)500 << e->failures : RETRY_MAX_MS);
}

/* ---- the thread ---- */

/* At least PAUSE_MIN_MS lie between two rounds, however often it is woken. */
static struct beat_next run(void *context, bool woken)
{
	const struct timespec pause = {0, PAUSE_MIN_MS * 1000000L};
	struct pusher *p = context;
	int64_t until;

	(void)woken;
	for (size_t i = 0; i < p->errand_count && !beat_stopping(p->beat); i++)
		if (p->errands[i].failures == 0 || p->errands[i].not_before_ms <= now_ms())
			run_errand(p, &p->errands[i]);
	if (!beat_stopping(p->beat))
		nanosleep(&pause, NULL);
	until = now_ms() + RETRY_MAX_MS;
	for (size_t i = 0; i < p->errand_count; i++)
		if (p->errands[i].failures && p->errands[i].not_before_ms < until)
			until = p->errands[i].not_before_ms;
	return (struct beat_next){until - now_ms(), false};
}

static void errands_make(struct pusher *p)
{
	const struct trusted *t = p->options.trusted;

	for (size_t w = 0; w < t->witness_count; w++)
		for (size_t l = 0; t->urls[w][0] && l < p->options.log_count; l++)
			p->errands[p->errand_count++] =
				(struct errand){.key = &t->witnesses[w], .url = t->urls[w], .log = p->options.logs[l]};
}

enum status pusher_start(const struct pusher_options *options, struct pusher **ret, struct error *ret_error)
{
	struct pusher *p = calloc(1, sizeof *p);
	enum status st;

	if (p == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	p->options = *options;
	errands_make(p);
	st = beat_start(run, p, false, &p->beat, ret_error);
	if (st == ST_OK)
		*ret = p;
	else
		free(p);
	return st;
}

void pusher_wake(struct pusher *pusher)
{
	if (pusher)
		beat_wake(pusher->beat);
}

void pusher_stop(struct pusher *pusher)
{
	if (pusher == NULL)
		return;
	beat_stop(pusher->beat);
	free(pusher);
}
