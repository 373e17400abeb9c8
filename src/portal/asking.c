#include "portal/asking.h"

#include <pthread.h>
#include <stdlib.h>

#include "portal/line.h"

#define PATIENCE_MS 3000

/* One who waits. The first to find a lane free sends what is waiting there, and hands the answers out. Each is woken for himself: when he has
 * his answer, or when it is his turn to send. */
struct waiting {
	struct waiting *next;
	pthread_cond_t told;
	const struct asking_question *question;
	struct asking_answer *answer;
	bool done;
};

struct asking {
	pthread_mutex_t lock;
	struct waiting *first, **last;
	struct lane {
		int fd;
		bool busy;
	} lanes[PORTAL_LANES];
	bool broken;
};

struct asking *asking_new(const int fds[PORTAL_LANES])
{
	struct asking *a = calloc(1, sizeof *a);

	if (a == NULL)
		return NULL;
	pthread_mutex_init(&a->lock, NULL);
	a->last = &a->first;
	for (size_t i = 0; i < PORTAL_LANES; i++)
		a->lanes[i].fd = fds[i];
	return a;
}

void asking_free(struct asking *a)
{
	if (a == NULL)
		return;
	pthread_mutex_destroy(&a->lock);
	free(a);
}

/* Of a line that failed once nothing is known any more: what comes next might be the answer to another's question. */
static bool batch_ask(int fd, const struct asking_question *questions, size_t count, struct asking_answer *answers)
{
	struct line_message out = {.data = (uint8_t *)(uintptr_t)questions, .len = count * sizeof *questions};
	struct line_message in = {.data = (uint8_t *)answers, .room = count * sizeof *answers};

	return line_send(fd, &out, NULL) == ST_OK && line_receive(fd, PATIENCE_MS, &in, NULL) == ST_OK && in.file_count == 0 &&
	       in.len == count * sizeof *answers;
}

/* Called and left with the lock held. */
static void lead(struct asking *a, struct lane *lane)
{
	struct waiting *batch[ASKING_BATCH];
	struct asking_question questions[ASKING_BATCH];
	struct asking_answer answers[ASKING_BATCH];
	size_t count = 0;
	bool good;

	while (a->first && count < ASKING_BATCH) {
		batch[count] = a->first;
		questions[count++] = *a->first->question;
		a->first = a->first->next;
	}
	if (a->first == NULL)
		a->last = &a->first;
	lane->busy = true;
	good = !a->broken;
	pthread_mutex_unlock(&a->lock);
	good = good && batch_ask(lane->fd, questions, count, answers);
	pthread_mutex_lock(&a->lock);
	lane->busy = false;
	a->broken = a->broken || !good;
	for (size_t i = 0; i < count; i++) {
		if (good)
			*batch[i]->answer = answers[i];
		else
			batch[i]->answer->status = ST_UNAVAILABLE;
		batch[i]->done = true;
		pthread_cond_signal(&batch[i]->told);
	}
	if (a->first)
		pthread_cond_signal(&a->first->told);
}

static struct lane *lane_free(struct asking *a)
{
	for (size_t i = 0; i < PORTAL_LANES; i++)
		if (!a->lanes[i].busy)
			return &a->lanes[i];
	return NULL;
}

enum status asking_ask(struct asking *a, const struct asking_question *question, struct asking_answer *ret, struct error *ret_error)
{
	struct asking_answer answer = {.status = ST_UNAVAILABLE};
	struct waiting self = {.question = question, .answer = &answer, .told = PTHREAD_COND_INITIALIZER};

	pthread_mutex_lock(&a->lock);
	*a->last = &self;
	a->last = &self.next;
	while (!self.done) {
		struct lane *lane = a->first ? lane_free(a) : NULL;

		/* With nobody left to send for, its own question is on its way. */
		if (lane)
			lead(a, lane);
		else
			pthread_cond_wait(&self.told, &a->lock);
	}
	pthread_mutex_unlock(&a->lock);
	pthread_cond_destroy(&self.told);
	if (answer.status != ST_OK)
		return error_set(ret_error, answer.status <= ST_CORRUPT ? (enum status)answer.status : ST_UNAVAILABLE, "the oracle does not answer this");
	*ret = answer;
	return ST_OK;
}
