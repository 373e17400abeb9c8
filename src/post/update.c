#include "post/update.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "feed/bell.h"
#include "feed/call.h"

#define LOOK_S 5u
#define PAUSE_MAX_S 60u
#define TEXT_MAX ((size_t)64 << 10)
#define PATIENCE_S 3600u /* a list over a bad line; what came is kept when it breaks */
#define TRIES 20u        /* of one file, each going on where the last one broke */

/* Where the feed's files come from. Fails: ST_NOT_FOUND; ST_UNAVAILABLE. */
struct source {
	enum status (*get)(void *context, const char *name, struct buffer *out, struct error *ret_error);
	void *context;
};

struct update {
	struct update_options options;
	struct source source;
	struct bell *bell;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool rung;
	atomic_bool stop, online;
	bool told; /* of trouble that lasts */
};

/* ---- sources ---- */

static bool go_on(void *context)
{
	const struct update *u = context;

	return !atomic_load(&u->stop);
}

static enum status http_get(void *context, const char *name, struct buffer *out, struct error *ret_error)
{
	struct update *u = context;
	char address[1400];
	struct call call = {.address = address, .ca_file = u->options.ca_file, .patience_s = PATIENCE_S, .resume = true, .go_on = go_on,
			    .context = u};
	unsigned status = 0;
	enum status st = ST_UNAVAILABLE;

	snprintf(address, sizeof address, "%s/feed/%s", u->options.identity->hub, name);
	for (unsigned i = 0; i < TRIES && st == ST_UNAVAILABLE && !atomic_load(&u->stop); i++) {
		st = call_make(&call, &status, out, ret_error);
		if (st == ST_UNAVAILABLE && out->len == 0)
			break; /* no way there at all */
		if (st == ST_UNAVAILABLE && !atomic_load(&u->stop))
			nanosleep(&(struct timespec){.tv_sec = 1}, NULL); /* what has come is not given up because it breaks again at once */
	}
	TRY(st);
	if (status == 200 || status == 206)
		return ST_OK;
	buffer_clear(out);
	return error_set(ret_error, status == 404 || status == 410 ? ST_NOT_FOUND : ST_UNAVAILABLE, "the hub answers %u for %s", status, name);
}

static enum status folder_get(void *context, const char *name, struct buffer *out, struct error *ret_error)
{
	char path[4300];
	ssize_t n = 1;
	int fd;

	snprintf(path, sizeof path, "%s/%s", (const char *)context, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(ret_error, errno == ENOENT ? ST_NOT_FOUND : ST_UNAVAILABLE, "%s: %s", path, strerrordesc_np(errno));
	while (n > 0) {
		uint8_t *room = buffer_extend(out, 65536);

		n = room ? read(fd, room, 65536) : -1;
		if (room)
			out->len -= 65536 - (n > 0 ? (size_t)n : 0);
	}
	close(fd);
	return n == 0 ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "%s cannot be read", path);
}

/* ---- one look ---- */

/* Revoked, where the hub's key says so. */
static enum status revoked_look(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	char name[64];
	struct buffer note;
	enum status st;

	snprintf(name, sizeof name, "revoked/%s", o->identity->id);
	buffer_init(&note, TEXT_MAX);
	st = source->get(source->context, name, &note, ret_error);
	if (st == ST_OK)
		st = feed_revoked_read(buffer_text(&note), text_of(o->identity->list), text_of(o->identity->id), o->keys, ret_error);
	buffer_release(&note);
	if (st != ST_OK)
		return st;
	replica_destroy(o->replica);
	return error_because(ret_error, ST_DENIED, "post-revoked", NULL, "this post was revoked; its list is destroyed");
}

static enum status grant_take(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	char name[64];
	struct buffer grant;
	struct feed_keys keys;
	enum status st;

	snprintf(name, sizeof name, "grants/%s", o->identity->id);
	buffer_init(&grant, TEXT_MAX);
	st = source->get(source->context, name, &grant, ret_error);
	if (st == ST_OK)
		st = feed_grant_read(buffer_text(&grant), text_of(o->identity->id), o->identity->secret_key, &keys, ret_error);
	buffer_release(&grant);
	if (st == ST_NOT_FOUND)
		return revoked_look(o, source, ret_error);
	TRY(st);
	return replica_feed_keys_set(o->replica, &keys, ret_error);
}

static enum status file_take(const struct update_options *o, const struct source *source, const char *name, struct error *ret_error)
{
	struct buffer sealed, file;
	struct feed_keys keys;
	enum status st;

	buffer_init(&sealed, FEED_FILE_MAX);
	buffer_init(&file, FEED_FILE_MAX);
	st = source->get(source->context, name, &sealed, ret_error);
	if (st == ST_OK) {
		replica_feed_keys(o->replica, &keys);
		st = feed_open(&keys, text_of(name), buffer_bytes(&sealed), &file, ret_error);
		if (st == ST_NOT_FOUND) {
			st = grant_take(o, source, ret_error);
			replica_feed_keys(o->replica, &keys);
			if (st == ST_OK)
				st = feed_open(&keys, text_of(name), buffer_bytes(&sealed), &file, ret_error);
			if (st == ST_NOT_FOUND)
				st = ST_DENIED;
		}
	}
	buffer_release(&sealed);
	if (st == ST_OK)
		st = replica_take(o->replica, buffer_bytes(&file), ret_error);
	buffer_release(&file);
	return st;
}

static enum status list_take(const struct update_options *o, const struct source *source, uint64_t number, struct error *ret_error)
{
	char name[96];
	bool snapshot;
	uint64_t have = replica_number(o->replica, &snapshot);
	enum status st = ST_NOT_FOUND;

	if (have >= number)
		return ST_OK;
	if (have && !snapshot) {
		snprintf(name, sizeof name, "editions/%llu/from-%llu", (unsigned long long)number, (unsigned long long)have);
		st = file_take(o, source, name, ret_error);
	}
	if (st != ST_NOT_FOUND)
		return st;
	snprintf(name, sizeof name, "editions/%llu/from-0", (unsigned long long)number);
	return file_take(o, source, name, ret_error);
}

/* A heartbeat, and the list if it names a newer one. */
static enum status look(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	struct feed_heartbeat heartbeat;
	struct buffer note;
	struct feed_keys keys;
	enum status st;

	buffer_init(&note, TEXT_MAX);
	st = source->get(source->context, "heartbeat", &note, ret_error);
	if (st == ST_OK)
		st = feed_heartbeat_read(buffer_text(&note), o->keys, &heartbeat, ret_error);
	if (st == ST_OK)
		st = replica_heard(o->replica, &heartbeat, ret_error);
	if (st == ST_OK) {
		replica_feed_keys(o->replica, &keys);
		/* Another key of the feed: whoever was revoked is not given it. */
		if (keys.count == 0 || memcmp(keys.keys[0].id, heartbeat.key, FEED_KEY_ID_SIZE) != 0)
			st = grant_take(o, source, ret_error);
	}
	if (st == ST_OK && heartbeat.number)
		st = list_take(o, source, heartbeat.number, ret_error);
	buffer_release(&note);
	return st;
}

enum status update_from(const struct update_options *options, const char *folder, struct error *ret_error)
{
	struct source source = {folder_get, (void *)(uintptr_t)folder};

	return look(options, &source, ret_error);
}

/* ---- for ever ---- */

/* Words of data/problems.tsv, which live as long as the program; another failure is of the line, not of the list. */
static const char *trouble_word(const struct error *error)
{
	static const char *const words[] = {
		"edition-truncated", "edition-altered", "edition-malformed", "edition-limit", "edition-unknown-key", "edition-key-revoked",
		"edition-key-expired", "edition-wrong-list", "edition-older", "edition-expired", "edition-not-witnessed", "edition-gap",
		"edition-unproven", "feed-malformed", "feed-key-unknown", "feed-altered", "feed-grant", "post-canary", "post-revoked", "disk-full",
		"storage-failed"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(words[i], error->reason) == 0)
			return words[i];
	return NULL;
}

static void told(struct update *u, enum status st, const struct error *error)
{
	char line[ERROR_MESSAGE_SIZE + 64];

	if (st == ST_OK && u->told)
		u->options.say(u->options.context, "updates work again");
	if (st != ST_OK && !u->told) {
		snprintf(line, sizeof line, "no update: %s%s%s", error->reason, error->reason[0] ? ": " : "", error->message);
		u->options.say(u->options.context, line);
	}
	u->told = st != ST_OK;
}

static void wait_for(struct update *u, unsigned seconds)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&u->lock);
	while (!u->rung && !atomic_load(&u->stop) && pthread_cond_timedwait(&u->wake, &u->lock, &until) == 0)
		;
	u->rung = false;
	pthread_mutex_unlock(&u->lock);
}

static void *run(void *context)
{
	struct update *u = context;
	const struct update_options *o = &u->options;
	unsigned pause = LOOK_S;

	replica_read(o->replica);
	o->changed(o->context);
	while (!atomic_load(&u->stop)) {
		struct error error = {.code = ST_OK};
		enum status st = replica_destroyed(o->replica) ? ST_OK : look(o, &u->source, &error);
		bool online = st == ST_OK || error.reason[0];

		replica_trouble(o->replica, st == ST_OK ? NULL : trouble_word(&error));
		told(u, st, &error);
		if (online)
			online = o->sync(o->context) || st == ST_OK;
		atomic_store(&u->online, online);
		o->changed(o->context);
		pause = online ? LOOK_S : pause * 2 > PAUSE_MAX_S ? PAUSE_MAX_S : pause * 2;
		wait_for(u, pause);
	}
	return NULL;
}

static void on_bell(void *context, enum bell_kind kind, struct text what)
{
	struct update *u = context;

	if (kind == BELL_POST && !text_equal(what, text_of(u->options.identity->id)))
		return;
	pthread_mutex_lock(&u->lock);
	u->rung = true;
	pthread_cond_broadcast(&u->wake);
	pthread_mutex_unlock(&u->lock);
}

enum status update_start(const struct update_options *options, struct update **ret, struct error *ret_error)
{
	struct update *u = calloc(1, sizeof *u);
	char own[1100];
	struct bell_options bell = {.address = options->bell ? options->bell : own, .list = options->identity->list, .ca_file = options->ca_file,
				    .ring = on_bell, .context = u};
	enum status st;

	if (u == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	u->options = *options;
	u->source = (struct source){http_get, u};
	pthread_mutex_init(&u->lock, NULL);
	pthread_cond_init(&u->wake, NULL);
	snprintf(own, sizeof own, "%s/feed/bell", options->identity->hub);
	st = bell_listen(&bell, &u->bell, ret_error);
	if (st == ST_OK && pthread_create(&u->thread, NULL, run, u) != 0)
		st = error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	if (st != ST_OK) {
		bell_stop(u->bell);
		free(u);
		return st;
	}
	*ret = u;
	return ST_OK;
}

bool update_online(struct update *update)
{
	return atomic_load(&update->online);
}

void update_stop(struct update *u)
{
	if (u == NULL)
		return;
	atomic_store(&u->stop, true);
	pthread_mutex_lock(&u->lock);
	pthread_cond_broadcast(&u->wake);
	pthread_mutex_unlock(&u->lock);
	pthread_join(u->thread, NULL);
	bell_stop(u->bell);
	pthread_mutex_destroy(&u->lock);
	pthread_cond_destroy(&u->wake);
	free(u);
}
