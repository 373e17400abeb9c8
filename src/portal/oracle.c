/* The process that has the keys of private checks: points in, products out, and nothing else in the world. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

#include "bulletin/grant.h"
#include "portal/asking.h"
#include "portal/jail.h"
#include "portal/line.h"
#include "portal/parts.h"

struct keys {
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	uint8_t ids[BULLETIN_KEYS_MAX][OPRF_KEY_ID_SIZE];
	size_t count;
};

struct oracle {
	const struct portal_key *key;
	const struct jail *jail;
	pthread_mutex_t lock;
	struct keys keys; /* under the lock */
};

/* One of the others that answer; the first lane is the main thread's. */
struct lane {
	struct oracle *oracle;
	int fd;
};

/* A grant that does not open leaves the keys as they were. */
static void grant_take(struct oracle *o, struct bytes grant)
{
	struct keys next = {.count = 0};
	struct error error;

	if (bulletin_grant_read(grant, o->key->public_key, o->key->secret, next.keys, &next.count, &error) != ST_OK) {
		portal_say("oracle: the hub's keys for this portal cannot be read: %s", error.message);
		return;
	}
	for (size_t i = 0; i < next.count; i++)
		oprf_key_id(&next.keys[i].public_key, next.ids[i]);
	pthread_mutex_lock(&o->lock);
	o->keys = next;
	pthread_mutex_unlock(&o->lock);
	sodium_memzero(&next, sizeof next);
}

/* Each question by itself: a proof over several would show each asker the others' points. */
static struct asking_answer question_answer(const struct keys *keys, const struct asking_question *question)
{
	struct asking_answer answer = {.status = ST_NOT_FOUND};

	for (size_t i = 0; i < keys->count; i++)
		if (sodium_memcmp(keys->ids[i], question->key_id, OPRF_KEY_ID_SIZE) == 0) {
			enum status st = oprf_evaluate(&keys->keys[i], &portal_env, &question->blinded, 1, &answer.evaluated, &answer.proof, NULL);

			answer.status = (uint8_t)st;
			break;
		}
	return answer;
}

static enum status questions_answer(struct oracle *o, int fd, struct error *ret_error)
{
	struct asking_question questions[ASKING_BATCH];
	struct asking_answer answers[ASKING_BATCH];
	struct line_message in = {.data = (uint8_t *)questions, .room = sizeof questions}, out = {.data = (uint8_t *)answers};
	struct keys keys;
	size_t count;

	TRY(line_receive(fd, -1, &in, ret_error));
	count = in.len / sizeof questions[0];
	if (in.file_count || in.len % sizeof questions[0] || count > ASKING_BATCH)
		return error_set(ret_error, ST_MALFORMED, "web asks in another form");
	pthread_mutex_lock(&o->lock);
	keys = o->keys;
	pthread_mutex_unlock(&o->lock);
	for (size_t i = 0; i < count; i++)
		answers[i] = question_answer(&keys, &questions[i]);
	sodium_memzero(&keys, sizeof keys);
	out.len = count * sizeof answers[0];
	return line_send(fd, &out, ret_error);
}

/* Shuts itself in before it hears anything, as its fellow does: what a thread may is its own. When one cannot go on, none does. */
static void *lane_run(void *context)
{
	const struct lane *lane = context;
	struct error error = {.message = ""};
	bool shut = jail_shut(lane->oracle->jail, &error) == ST_OK;
	enum status st = ST_OK;

	while (shut && st == ST_OK)
		st = questions_answer(lane->oracle, lane->fd, &error);
	if (!shut || st != ST_UNAVAILABLE)
		portal_say("oracle: %s", error.message);
	_exit(1);
}

int portal_oracle(const struct portal_settings *settings, const struct portal_ends *ends, const struct portal_key *key)
{
	const struct jail jail = {.kind = JAIL_ORACLE, .no_landlock = settings->no_landlock};
	struct oracle oracle = {.key = key, .jail = &jail, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct pollfd wanted[2] = {{ends->ask[0], POLLIN, 0}, {ends->grants, POLLIN, 0}};
	struct lane lanes[PORTAL_LANES];
	pthread_t thread;
	uint8_t grant[4096];
	struct error error = {.message = ""};
	enum status st;

	/* Afterwards no thread can be started any more. */
	for (size_t i = 1; i < PORTAL_LANES; i++) {
		lanes[i] = (struct lane){&oracle, ends->ask[i]};
		if (pthread_create(&thread, NULL, lane_run, &lanes[i]) != 0) {
			portal_say("oracle: a thread cannot be started");
			return 1;
		}
	}
	st = jail_shut(&jail, &error);
	if (st != ST_OK)
		portal_say("oracle: %s", error.message);
	while (st == ST_OK) {
		struct line_message message = {.data = grant, .room = sizeof grant};

		if (poll(wanted, 2, -1) < 0 && errno != EINTR)
			break;
		if (wanted[1].revents) {
			st = line_receive(ends->grants, 0, &message, &error);
			if (st == ST_OK)
				grant_take(&oracle, (struct bytes){grant, message.len});
		}
		if (st == ST_OK && wanted[0].revents)
			st = questions_answer(&oracle, ends->ask[0], &error);
	}
	if (st != ST_OK && st != ST_UNAVAILABLE)
		portal_say("oracle: %s", error.message);
	/* The others hold on to all this until the process ends, which is now. */
	pthread_mutex_lock(&oracle.lock);
	sodium_memzero(&oracle.keys, sizeof oracle.keys);
	_exit(1);
}
