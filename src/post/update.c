#include "post/update.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "feed/bell.h"
#include "post/source.h"
#include "post/terms.h"

#define LOOK_S 5u
#define PAUSE_MAX_S 60u
#define TEXT_MAX ((size_t)64 << 10)

struct update {
	struct update_options options;
	struct source source;
	struct bell *bell, *nats;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool rung;
	uint64_t belled;  /* the edition that the hub's bell told of last */
	uint64_t belled_urgent; /* the same of urgent entries */
	uint64_t called;  /* the highest number that NATS told; 0: none since the last look */
	int64_t called_s; /* when a look was made for that */
	atomic_bool stop, online, urgent; /* urgent: the bell told of such entries */
	bool told; /* of trouble that lasts */
};

/* ---- one look ---- */

/* Revoked, where the hub's key says so. */
static enum status revoked_look(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	char name[64];
	struct buffer note;
	enum status st;

	snprintf(name, sizeof name, "revoked/%s", o->identity->id);
	buffer_init(&note, TEXT_MAX);
	st = source_get(source, name, &note, ret_error);
	if (st == ST_OK)
		st = feed_revoked_read(buffer_text(&note), text_of(o->identity->list), text_of(o->identity->id), &o->keyring->now, ret_error);
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
	st = source_get(source, name, &grant, ret_error);
	if (st == ST_OK)
		st = feed_grant_read(buffer_text(&grant), text_of(o->identity->id), o->identity->secret_key, &keys, ret_error);
	buffer_release(&grant);
	if (st == ST_NOT_FOUND) {
		st = revoked_look(o, source, ret_error);
		if (st == ST_NOT_FOUND)
			st = error_because(ret_error, ST_DENIED, "feed-grant", NULL, "there is no grant for this post");
	}
	TRY(st);
	return replica_feed_keys_set(o->replica, &keys, ret_error);
}

/* A list, or what is laid over one. */
static enum status file_take(const struct update_options *o, const struct source *source, const char *name, bool urgent,
			     struct error *ret_error)
{
	struct buffer sealed, file;
	struct feed_keys keys;
	enum status st;

	buffer_init(&sealed, FEED_FILE_MAX);
	buffer_init(&file, FEED_FILE_MAX);
	st = source_get(source, name, &sealed, ret_error);
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
		st = urgent ? replica_take_urgent(o->replica, buffer_bytes(&file), ret_error)
			    : replica_take(o->replica, buffer_bytes(&file), ret_error);
	buffer_release(&file);
	return st;
}

static enum status list_take(const struct update_options *o, const struct source *source, uint64_t number, struct error *ret_error)
{
	char name[96];
	bool snapshot;
	uint64_t have = replica_number(o->replica, &snapshot);
	struct source whole = *source;
	enum status st = ST_NOT_FOUND;

	if (have >= number)
		return ST_OK;
	if (have && !snapshot) {
		snprintf(name, sizeof name, "editions/%llu/from-%llu", (unsigned long long)number, (unsigned long long)have);
		st = file_take(o, source, name, false, ret_error);
	}
	if (st != ST_NOT_FOUND)
		return st;
	snprintf(name, sizeof name, "editions/%llu/from-0", (unsigned long long)number);
	if (have == 0)
		whole.between = NULL; /* nothing to lay urgent entries over */
	return file_take(o, &whole, name, false, ret_error);
}

/* The hub's keys have changed. One that has no roll changes none. */
static enum status keys_take(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	struct buffer roll;
	enum status st;

	buffer_init(&roll, ROLL_MAX);
	st = source_get(source, "keys", &roll, ret_error);
	if (st == ST_OK)
		st = keyring_follow(o->keyring, buffer_text(&roll), ret_error);
	buffer_release(&roll);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Whoever signed it, or the epoch that it names, may be of keys that are not known here yet. */
static enum status heartbeat_read(const struct update_options *o, const struct source *source, struct text note, struct feed_heartbeat *ret,
				  struct error *ret_error)
{
	enum status st = feed_heartbeat_read(note, &o->keyring->now, ret, ret_error);

	if (st != ST_DENIED && (st != ST_OK || ret->epoch <= o->keyring->epoch))
		return st;
	TRY(keys_take(o, source, ret_error));
	return feed_heartbeat_read(note, &o->keyring->now, ret, ret_error);
}

/* A heartbeat, and the keys of the feed if it names another. */
static enum status heartbeat_take(const struct update_options *o, const struct source *source, uint64_t *ret_number, struct error *ret_error)
{
	struct feed_heartbeat heartbeat = {.number = 0};
	struct buffer note;
	struct feed_keys keys;
	enum status st;

	buffer_init(&note, TEXT_MAX);
	st = source_get(source, "heartbeat", &note, ret_error);
	if (st == ST_OK)
		st = heartbeat_read(o, source, buffer_text(&note), &heartbeat, ret_error);
	if (st == ST_OK)
		st = replica_heard(o->replica, &heartbeat, ret_error);
	if (st == ST_OK) {
		replica_feed_keys(o->replica, &keys);
		/* Another key of the feed: whoever was revoked is not given it. */
		if (keys.count == 0 || memcmp(keys.keys[0].id, heartbeat.key, FEED_KEY_ID_SIZE) != 0)
			st = grant_take(o, source, ret_error);
	}
	buffer_release(&note);
	if (st == ST_OK)
		*ret_number = heartbeat.number;
	return st;
}

static enum status urgent_take(const struct update_options *o, const struct source *source, uint64_t number, struct error *ret_error)
{
	char name[96];

	if (number <= replica_urgent(o->replica))
		return ST_OK;
	snprintf(name, sizeof name, "editions/%llu/urgent", (unsigned long long)number);
	return file_take(o, source, name, true, ret_error);
}

/* While a large file comes: what cannot wait for it. What the bell named is asked for at once, without the heartbeat before it. */
static enum status urgent_look(const struct update_options *o, const struct source *source, uint64_t belled, struct error *ret_error)
{
	uint64_t number = 0;

	if (belled > replica_urgent(o->replica) && urgent_take(o, source, belled, NULL) == ST_OK)
		return ST_OK;
	TRY(heartbeat_take(o, source, &number, ret_error));
	return urgent_take(o, source, number, ret_error);
}

/* A heartbeat, and the list if it names a newer one. */
static enum status look(const struct update_options *o, const struct source *source, struct error *ret_error)
{
	uint64_t number = 0;

	TRY(heartbeat_take(o, source, &number, ret_error));
	return number ? list_take(o, source, number, ret_error) : ST_OK;
}

enum status update_roll(const struct update_options *options, const char *folder, struct buffer *out, struct error *ret_error)
{
	const struct source source = {.hub = folder ? NULL : options->identity->hub, .ca_file = options->ca_file, .folder = folder};

	return source_get(&source, "keys", out, ret_error);
}

enum status update_from(const struct update_options *options, const char *folder, struct error *ret_error)
{
	struct source source = {.folder = folder};

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
		"storage-failed", "keys-unfollowed"};

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

/* A failure is the list's own to tell: its file goes on, or breaks too. */
static bool between(void *context)
{
	struct update *u = context;
	struct source source = u->source;
	struct error error = {.code = ST_OK};
	uint64_t belled;

	pthread_mutex_lock(&u->lock);
	belled = u->belled_urgent;
	u->belled_urgent = 0;
	pthread_mutex_unlock(&u->lock);
	source.between = NULL;
	if (urgent_look(&u->options, &source, belled, &error) == ST_OK) {
		u->options.changed(u->options.context);
		/* Officers, answers and drills do not wait for it either. */
		(void)u->options.sync(u->options.context);
		return true;
	}
	if (trouble_word(&error))
		replica_trouble(u->options.replica, trouble_word(&error));
	return false;
}

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Until the hub's bell rings, or for `seconds`; or for as long as NATS may not call again, where it tells of what is not here yet. */
static void wait_for(struct update *u, unsigned seconds)
{
	int64_t until = now_s() + seconds;

	pthread_mutex_lock(&u->lock);
	while (!u->rung && !atomic_load(&u->stop) && now_s() < until) {
		struct timespec at = {.tv_sec = until};

		if (u->called > replica_trusted(u->options.replica) && u->called_s + post_term("call-pause") < until)
			at.tv_sec = u->called_s + post_term("call-pause");
		if (at.tv_sec <= now_s()) {
			u->called_s = now_s();
			break;
		}
		(void)pthread_cond_timedwait(&u->wake, &u->lock, &at);
	}
	u->rung = false;
	u->called = 0;
	pthread_mutex_unlock(&u->lock);
}

/* What the bell named is asked for at once: whether it is the newest the heartbeat says after it, and what it is its signature. Where
 * nothing comes of it the heartbeat leads as ever. */
static enum status belled_look(struct update *u, struct error *ret_error)
{
	uint64_t number;
	bool snapshot;

	pthread_mutex_lock(&u->lock);
	number = u->belled;
	u->belled = 0;
	pthread_mutex_unlock(&u->lock);
	if (number && replica_number(u->options.replica, &snapshot) && list_take(&u->options, &u->source, number, NULL) == ST_OK)
		u->options.changed(u->options.context);
	return look(&u->options, &u->source, ret_error);
}

/* After one lost question soon again: it is no line that is down. */
static unsigned pause_of(unsigned failed)
{
	unsigned pause = LOOK_S;

	if (failed == 1 || failed == 2)
		return failed;
	for (unsigned i = 3; i < failed && pause < PAUSE_MAX_S; i++)
		pause *= 2;
	return pause < PAUSE_MAX_S ? pause : PAUSE_MAX_S;
}

static void *run(void *context)
{
	struct update *u = context;
	const struct update_options *o = &u->options;
	unsigned failed = 0;

	replica_read(o->replica);
	o->changed(o->context);
	while (!atomic_load(&u->stop)) {
		struct error error = {.code = ST_OK};
		enum status st = replica_destroyed(o->replica) ? ST_OK : belled_look(u, &error);
		bool online = st == ST_OK || error.reason[0];

		if (atomic_load(&u->stop))
			break;
		replica_trouble(o->replica, st == ST_OK ? NULL : trouble_word(&error));
		told(u, st, &error);
		if (online)
			online = o->sync(o->context) || st == ST_OK;
		atomic_store(&u->online, online);
		o->changed(o->context);
		failed = online ? 0 : failed + 1;
		wait_for(u, pause_of(failed));
	}
	return NULL;
}

static void on_bell(void *context, enum bell_kind kind, struct text what)
{
	struct update *u = context;
	uint64_t number;

	if (kind == BELL_POST && !text_equal(what, text_of(u->options.identity->id)))
		return;
	pthread_mutex_lock(&u->lock);
	if (kind == BELL_EDITION && text_to_uint(what, INT64_MAX, &number) == ST_OK)
		u->belled = number;
	if (kind == BELL_URGENT && text_to_uint(what, INT64_MAX, &number) == ST_OK)
		u->belled_urgent = number;
	u->rung = true;
	pthread_cond_broadcast(&u->wake);
	pthread_mutex_unlock(&u->lock);
	if (kind == BELL_URGENT)
		atomic_store(&u->urgent, true);
}

/* Of NATS: whatever it says is no more than that a look may be worth while. */
static void on_call(void *context, enum bell_kind kind, struct text what)
{
	struct update *u = context;
	uint64_t number;

	if (kind == BELL_POST || text_to_uint(what, INT64_MAX, &number) != ST_OK || number <= replica_trusted(u->options.replica))
		return;
	if (kind == BELL_URGENT)
		atomic_store(&u->urgent, true);
	pthread_mutex_lock(&u->lock);
	if (u->called == 0)
		pthread_cond_broadcast(&u->wake); /* once a look, however many call */
	if (number > u->called)
		u->called = number;
	pthread_mutex_unlock(&u->lock);
}

static void clock_init(struct update *u)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&u->wake, &attributes);
	pthread_condattr_destroy(&attributes);
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
	u->source = (struct source){.hub = options->identity->hub, .ca_file = options->ca_file, .kept = options->kept, .stop = &u->stop, .rung = &u->urgent,
				    .between = between, .context = u};
	pthread_mutex_init(&u->lock, NULL);
	clock_init(u);
	snprintf(own, sizeof own, "%s/feed/bell", options->identity->hub);
	st = bell_listen(&bell, &u->bell, ret_error);
	if (st == ST_OK && options->nats) {
		bell.address = options->nats;
		bell.ring = on_call;
		st = bell_listen(&bell, &u->nats, ret_error);
	}
	if (st == ST_OK && pthread_create(&u->thread, NULL, run, u) != 0)
		st = error_set(ret_error, ST_UNAVAILABLE, "a thread cannot be started");
	if (st != ST_OK) {
		bell_stop(u->nats);
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
	bell_stop(u->nats);
	bell_stop(u->bell);
	pthread_mutex_destroy(&u->lock);
	pthread_cond_destroy(&u->wake);
	free(u);
}
