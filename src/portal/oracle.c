/* The process that has the keys of private checks: points in, products out, and nothing else in the world. */
#include <errno.h>
#include <poll.h>
#include <sodium.h>

#include "bulletin/grant.h"
#include "portal/asking.h"
#include "portal/jail.h"
#include "portal/line.h"
#include "portal/parts.h"

struct oracle {
	const struct portal_key *key;
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	uint8_t ids[BULLETIN_KEYS_MAX][OPRF_KEY_ID_SIZE];
	size_t key_count;
};

static void keys_clear(struct oprf_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		oprf_key_clear(&keys[i]);
}

/* A grant that does not open leaves the keys as they were. */
static void grant_take(struct oracle *o, struct bytes grant)
{
	struct oprf_key keys[BULLETIN_KEYS_MAX];
	struct error error;
	size_t count = 0;

	if (bulletin_grant_read(grant, o->key->public_key, o->key->secret, keys, &count, &error) != ST_OK) {
		portal_say("oracle: the hub's keys for this portal cannot be read: %s", error.message);
		return;
	}
	keys_clear(o->keys, o->key_count);
	for (size_t i = 0; i < count; i++) {
		o->keys[i] = keys[i];
		oprf_key_id(&keys[i].public_key, o->ids[i]);
	}
	o->key_count = count;
	keys_clear(keys, count);
}

/* Each question by itself: a proof over several would show each asker the others' points. */
static struct asking_answer question_answer(const struct oracle *o, const struct asking_question *question)
{
	struct asking_answer answer = {.status = ST_NOT_FOUND};

	for (size_t i = 0; i < o->key_count; i++)
		if (sodium_memcmp(o->ids[i], question->key_id, OPRF_KEY_ID_SIZE) == 0) {
			enum status st = oprf_evaluate(&o->keys[i], &portal_env, &question->blinded, 1, &answer.evaluated, &answer.proof, NULL);

			answer.status = (uint8_t)st;
			break;
		}
	return answer;
}

static enum status questions_answer(const struct oracle *o, int fd, struct error *ret_error)
{
	struct asking_question questions[ASKING_BATCH];
	struct asking_answer answers[ASKING_BATCH];
	struct line_message in = {.data = (uint8_t *)questions, .room = sizeof questions}, out = {.data = (uint8_t *)answers};
	size_t count;

	TRY(line_receive(fd, 0, &in, ret_error));
	count = in.len / sizeof questions[0];
	if (in.file_count || in.len % sizeof questions[0] || count > ASKING_BATCH)
		return error_set(ret_error, ST_MALFORMED, "web asks in another form");
	for (size_t i = 0; i < count; i++)
		answers[i] = question_answer(o, &questions[i]);
	out.len = count * sizeof answers[0];
	return line_send(fd, &out, ret_error);
}

int portal_oracle(const struct portal_settings *settings, const struct portal_ends *ends, const struct portal_key *key)
{
	const struct jail jail = {.kind = JAIL_ORACLE, .no_landlock = settings->no_landlock};
	struct oracle oracle = {.key = key};
	struct pollfd wanted[2] = {{ends->ask, POLLIN, 0}, {ends->grants, POLLIN, 0}};
	uint8_t grant[4096];
	struct error error = {.message = ""};
	enum status st = jail_shut(&jail, &error);

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
			st = questions_answer(&oracle, ends->ask, &error);
	}
	if (st != ST_OK && st != ST_UNAVAILABLE)
		portal_say("oracle: %s", error.message);
	keys_clear(oracle.keys, oracle.key_count);
	return 1;
}
