#include "office/public_feed.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#include "border/post.h"
#include "feed/sealed.h"
#include "http/server.h"
#include "registry/editions.h"
#include "registry/key_roll.h"

#define HEARTBEAT_MS ((int64_t)60000)
#define RING 64u
#define LISTENERS_MAX 1000u
#define LISTENERS_EACH 100u /* of one address: posts behind one gateway */
#define FILE_NAME_SIZE 96u
#define ROWS_MAX 1000

/* Posts that there is news for, the newest `RING` of them. */
struct ring {
	char ids[RING][ID_SIZE];
	uint64_t count;
};

struct public_feed {
	struct public_feed_options options;
	pthread_mutex_t lock;
	struct buffer heartbeat; /* the note, of: */
	uint64_t number;
	uint8_t key[FEED_KEY_ID_SIZE];
	int64_t made_ms;
	/* The bell. */
	uint64_t edition, urgent; /* urgent: the newest whose urgent entries are others */
	int64_t outbox;
	struct ring ring;
	struct listener *listeners;
	/* The sealed file that was asked for last: all posts ask for the same at once. */
	struct buffer sealed;
	char sealed_name[FILE_NAME_SIZE];
};

/* There is a key from here on, so that whoever asks only reads. Whoever listens from now on is told what comes from now on; the outbox
 * holds all that ever was. */
static enum status begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct public_feed *feed = context;
	struct border_feed_key keys[BORDER_FEED_KEYS];
	struct arena arena;
	struct db_rows row;
	size_t count;
	enum status st;

	arena_init(&arena, 65536);
	st = border_feed_keys(feed->options.border, tx, true, &arena, keys, &count, ret_error);
	sodium_memzero(keys, sizeof keys);
	if (st == ST_OK)
		st = db_query_one(tx, "SELECT coalesce(max(number), 0) FROM outbox", DB_NO_PARAMS, &arena, &row, ret_error);
	if (st == ST_OK)
		feed->outbox = db_int(&row, 0, 0);
	arena_release(&arena);
	return st;
}

enum status public_feed_new(const struct public_feed_options *options, struct public_feed **ret_feed, struct error *ret_error)
{
	struct public_feed *feed = calloc(1, sizeof *feed);

	if (feed == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	feed->options = *options;
	pthread_mutex_init(&feed->lock, NULL);
	buffer_init(&feed->heartbeat, NOTE_SIZE_MAX);
	buffer_init(&feed->sealed, FEED_FILE_MAX);
	*ret_feed = feed;
	return db_transact(feed->options.db, DB_WRITE, begin_work, feed, ret_error);
}

void public_feed_free(struct public_feed *feed)
{
	if (feed == NULL)
		return;
	pthread_mutex_destroy(&feed->lock);
	buffer_release(&feed->heartbeat);
	buffer_release(&feed->sealed);
	free(feed);
}

/* One request. */
struct asked {
	struct public_feed *feed;
	struct arena *arena;
	uint64_t number, from;
	bool urgent; /* not from any, but the urgent entries alone */
	struct text post;
	struct feed_keys keys;
	struct bytes file;
	uint8_t public_key[32];
	bool enrolled, revoked;
	int64_t revoked_ms;
};

static void refuse(const struct http_request *request, struct http_response *response, const struct error *error)
{
	unsigned status = error->code == ST_NOT_FOUND ? 404 : error->code == ST_MALFORMED ? 400 : error->code == ST_LIMIT ? 413 : 503;

	http_refuse(request, response, status, text_of(error->message));
}

/* As a file: whole, or the part that is asked for; nothing where the client has it. Source: RFC 9110, 14. */
static void file_answer(const struct http_request *request, struct http_response *response, struct bytes file, const char *cache,
			const char *type)
{
	uint8_t digest[crypto_generichash_BYTES];
	char hex[2 * 16 + 1];
	struct text range = http_header(request, "Range"), if_range = http_header(request, "If-Range"), etag, part;
	uint64_t first = 0;

	crypto_generichash(digest, sizeof digest, file.data, file.len, NULL, 0);
	sodium_bin2hex(hex, sizeof hex, digest, 16);
	part = (struct text){hex, sizeof hex - 1};
	etag = TEXT_NONE;
	{
		char *quoted = arena_alloc(request->arena, sizeof hex + 2, 1);

		if (quoted) {
			quoted[0] = '"';
			memcpy(quoted + 1, part.data, part.len);
			quoted[part.len + 1] = '"';
			etag = (struct text){quoted, part.len + 2};
		}
	}
	http_set_header(response, TEXT("Cache-Control"), text_of(cache));
	http_set_header(response, TEXT("Accept-Ranges"), TEXT("bytes"));
	if (etag.len)
		http_set_header(response, TEXT("ETag"), etag);
	if (etag.len && http_etag_known(request, etag)) {
		response->status = 304;
		return;
	}
	/* Only "bytes=N-": what a download that broke asks for. With If-Range, of that same file: under another key of the feed it is
	 * another. */
	if ((if_range.len == 0 || text_equal(if_range, etag)) && text_starts(range, TEXT("bytes=")) && range.len > 7 &&
	    range.data[range.len - 1] == '-' &&
	    text_to_uint((struct text){range.data + 6, range.len - 7}, INT64_MAX, &first) == ST_OK) {
		struct buffer told;

		if (first >= file.len) {
			response->status = 416;
			return;
		}
		buffer_init(&told, 128);
		buffer_printf(&told, "bytes %llu-%zu/%zu", (unsigned long long)first, file.len - 1, file.len);
		if (arena_text(request->arena, buffer_text(&told), &part) == ST_OK)
			http_set_header(response, TEXT("Content-Range"), part);
		buffer_release(&told);
		http_answer(response, 206, text_of(type), (struct text){(const char *)file.data + first, file.len - (size_t)first});
		return;
	}
	http_answer(response, 200, text_of(type), (struct text){(const char *)file.data, file.len});
}

/* ---- heartbeat ---- */

static enum status keys_load(struct asked *a, struct db_tx *tx, struct error *ret_error)
{
	struct border_feed_key keys[BORDER_FEED_KEYS];

	TRY(border_feed_keys(a->feed->options.border, tx, false, a->arena, keys, &a->keys.count, ret_error));
	for (size_t i = 0; i < a->keys.count; i++) {
		memcpy(a->keys.keys[i].id, keys[i].id, FEED_KEY_ID_SIZE);
		memcpy(a->keys.keys[i].secret, keys[i].secret, FEED_KEY_SIZE);
	}
	sodium_memzero(keys, sizeof keys);
	return ST_OK;
}

static enum status newest_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asked *a = context;
	struct edition_row row;
	enum status st = edition_row_load(tx, 0, a->arena, &row, ret_error);

	a->number = st == ST_OK ? row.number : 0;
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	return keys_load(a, tx, ret_error);
}

/* With the lock held. */
static enum status heartbeat_make(struct asked *a, int64_t now_ms, struct error *ret_error)
{
	struct public_feed *feed = a->feed;
	struct feed_heartbeat said = {.list = feed->options.list, .number = a->number, .epoch = feed->options.epoch, .time_ms = now_ms};

	if (feed->made_ms && now_ms - feed->made_ms < HEARTBEAT_MS && feed->number == a->number &&
	    memcmp(feed->key, a->keys.keys[0].id, FEED_KEY_ID_SIZE) == 0)
		return ST_OK;
	memcpy(said.key, a->keys.keys[0].id, FEED_KEY_ID_SIZE);
	buffer_clear(&feed->heartbeat);
	TRY(feed_heartbeat_write(&said, feed->options.signer, &feed->heartbeat, ret_error));
	feed->number = a->number;
	feed->made_ms = now_ms;
	memcpy(feed->key, said.key, FEED_KEY_ID_SIZE);
	return ST_OK;
}

static void heartbeat(void *context, const struct http_request *request, struct http_response *response)
{
	struct asked a = {.feed = context, .arena = request->arena};
	struct error error = {.code = ST_OK};
	enum status st = db_transact(a.feed->options.db, DB_READ, newest_work, &a, &error);
	struct text note = TEXT_NONE;

	if (st == ST_OK) {
		pthread_mutex_lock(&a.feed->lock);
		st = heartbeat_make(&a, env_now(a.feed->options.env), &error);
		if (st == ST_OK)
			st = arena_text(request->arena, buffer_text(&a.feed->heartbeat), &note);
		pthread_mutex_unlock(&a.feed->lock);
	}
	sodium_memzero(&a.keys, sizeof a.keys);
	if (st != ST_OK)
		refuse(request, response, &error);
	else
		file_answer(request, response, text_bytes(note), "no-cache", "text/plain; charset=utf-8");
}

/* ---- editions ---- */

static enum status file_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asked *a = context;
	struct merkle_hash sha256;

	if (a->urgent)
		TRY(edition_urgent_load(tx, a->number, a->arena, &a->file, ret_error));
	else
		TRY(edition_file_load(tx, a->number, a->from, a->arena, &a->file, &sha256, ret_error));
	return keys_load(a, tx, ret_error);
}

static bool numbers_read(const struct http_request *request, struct asked *a)
{
	struct text from = request->captures[1];

	a->urgent = text_equal(from, TEXT("urgent"));
	return text_to_uint(request->captures[0], INT64_MAX, &a->number) == ST_OK &&
	       (a->urgent || (text_starts(from, TEXT("from-")) &&
			      text_to_uint((struct text){from.data + 5, from.len - 5}, INT64_MAX, &a->from) == ST_OK));
}

/* Sealed once for all who ask. `name`: with the key's id, since another key gives another file. */
static enum status sealed_take(struct asked *a, struct text name, struct buffer *out, struct error *ret_error)
{
	struct public_feed *feed = a->feed;
	char marked[FILE_NAME_SIZE], id[2 * FEED_KEY_ID_SIZE + 1];
	enum status st = ST_OK;

	sodium_bin2hex(id, sizeof id, a->keys.keys[0].id, FEED_KEY_ID_SIZE);
	snprintf(marked, sizeof marked, "%.*s %s", TEXT_ARG(name), id);
	pthread_mutex_lock(&feed->lock);
	if (strcmp(marked, feed->sealed_name) != 0) {
		buffer_clear(&feed->sealed);
		feed->sealed_name[0] = '\0';
		st = feed_seal(&a->keys.keys[0], name, a->file, &feed->sealed, ret_error);
		if (st == ST_OK)
			memcpy(feed->sealed_name, marked, sizeof marked);
	}
	if (st == ST_OK) {
		buffer_add(out, feed->sealed.data, feed->sealed.len);
		st = buffer_status(out);
	}
	pthread_mutex_unlock(&feed->lock);
	return st;
}

static void edition(void *context, const struct http_request *request, struct http_response *response)
{
	struct asked a = {.feed = context, .arena = request->arena};
	struct error error = {.code = ST_OK};
	struct buffer sealed;
	char name[FILE_NAME_SIZE];
	enum status st;

	if (!numbers_read(request, &a)) {
		http_refuse(request, response, 404, TEXT("there is no such file"));
		return;
	}
	if (a.urgent)
		snprintf(name, sizeof name, "editions/%llu/urgent", (unsigned long long)a.number);
	else
		snprintf(name, sizeof name, "editions/%llu/from-%llu", (unsigned long long)a.number, (unsigned long long)a.from);
	buffer_init(&sealed, FEED_FILE_MAX);
	st = db_transact(a.feed->options.db, DB_READ, file_work, &a, &error);
	/* Small ones do not put out what is large and was sealed already. */
	if (st == ST_OK)
		st = a.urgent ? feed_seal(&a.keys.keys[0], text_of(name), a.file, &sealed, &error) : sealed_take(&a, text_of(name), &sealed, &error);
	if (st == ST_NOT_FOUND)
		st = error_set(&error, st, "there is no such file"); /* a post that hears this takes the whole list */
	sodium_memzero(&a.keys, sizeof a.keys);
	if (st != ST_OK)
		refuse(request, response, &error);
	else
		file_answer(request, response, buffer_bytes(&sealed), "public, max-age=31536000, immutable", "application/octet-stream");
	buffer_release(&sealed);
}

/* ---- one post ---- */

static enum status post_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct asked *a = context;
	struct db_rows row;

	TRY(db_query_one(tx, "SELECT state, public_key, revoked_at FROM post WHERE id = $1", DB_PARAMS(DB_V_TEXT(a->post)), a->arena, &row,
			 ret_error));
	a->enrolled = text_equal(db_text(&row, 0, 0), TEXT("enrolled")) && db_blob(&row, 0, 1).len == sizeof a->public_key;
	a->revoked = text_equal(db_text(&row, 0, 0), TEXT("revoked"));
	a->revoked_ms = db_int(&row, 0, 2);
	if (a->enrolled)
		memcpy(a->public_key, db_blob(&row, 0, 1).data, sizeof a->public_key);
	return keys_load(a, tx, ret_error);
}

static void of_post(struct public_feed *feed, const struct http_request *request, struct http_response *response, bool grant)
{
	struct asked a = {.feed = feed, .arena = request->arena, .post = request->captures[0]};
	struct error error = {.code = ST_OK};
	struct buffer text;
	enum status st = id_valid(a.post) ? db_transact(feed->options.db, DB_READ, post_work, &a, &error) : ST_NOT_FOUND;

	buffer_init(&text, NOTE_SIZE_MAX);
	if (st == ST_OK && !(grant ? a.enrolled : a.revoked))
		st = ST_NOT_FOUND;
	if (st == ST_NOT_FOUND)
		st = error_set(&error, st, "there is no such file");
	else if (st == ST_OK && grant)
		st = feed_grant_write(a.post, a.public_key, &a.keys, &text, &error);
	else if (st == ST_OK)
		st = feed_revoked_write(feed->options.list, a.post, a.revoked_ms, feed->options.signer, &text, &error);
	sodium_memzero(&a.keys, sizeof a.keys);
	if (st != ST_OK)
		refuse(request, response, &error);
	else
		file_answer(request, response, buffer_bytes(&text), "no-store", "text/plain; charset=utf-8");
	buffer_release(&text);
}

static void grant(void *context, const struct http_request *request, struct http_response *response)
{
	of_post(context, request, response, true);
}

static void revoked(void *context, const struct http_request *request, struct http_response *response)
{
	of_post(context, request, response, false);
}

/* ---- the bell ---- */

struct listener {
	struct public_feed *feed;
	struct listener *next;
	uint64_t edition, urgent, count;
	char address[64];
};

static bool pull(void *context, struct buffer *out)
{
	struct listener *l = context;
	struct public_feed *feed = l->feed;

	pthread_mutex_lock(&feed->lock);
	/* First, since it is not waited for until the whole has come. */
	if (feed->urgent != l->urgent) {
		l->urgent = feed->urgent;
		buffer_printf(out, "event: urgent\ndata: %llu\n\n", (unsigned long long)l->urgent);
	}
	if (feed->edition != l->edition) {
		l->edition = feed->edition;
		buffer_printf(out, "event: edition\ndata: %llu\n\n", (unsigned long long)l->edition);
	}
	if (feed->ring.count - l->count > RING)
		l->count = feed->ring.count - RING; /* who misses it looks by his own clock */
	for (; l->count < feed->ring.count; l->count++)
		buffer_printf(out, "event: post\ndata: %s\n\n", feed->ring.ids[l->count % RING]);
	pthread_mutex_unlock(&feed->lock);
	return true;
}

static void end(void *context)
{
	struct listener *l = context, **at = &l->feed->listeners;

	pthread_mutex_lock(&l->feed->lock);
	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	pthread_mutex_unlock(&l->feed->lock);
	free(l);
}

/* Whoever takes every place takes it from himself alone. With the lock held. */
static bool room_for(const struct public_feed *feed, const struct listener *one)
{
	unsigned all = 0, same = 0;

	for (const struct listener *l = feed->listeners; l; l = l->next) {
		all++;
		same += strcmp(l->address, one->address) == 0;
	}
	return all < LISTENERS_MAX && same < LISTENERS_EACH;
}

static void bell(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_feed *feed = context;
	struct listener *l = calloc(1, sizeof *l);
	bool room;

	pthread_mutex_lock(&feed->lock);
	if (l) {
		*l = (struct listener){.feed = feed, .next = feed->listeners, .count = feed->ring.count};
		snprintf(l->address, sizeof l->address, "%.*s", TEXT_ARG(request->address));
	}
	room = l && room_for(feed, l);
	if (room)
		feed->listeners = l;
	pthread_mutex_unlock(&feed->lock);
	if (!room) {
		free(l);
		http_refuse(request, response, 503, TEXT("too many listen"));
		return;
	}
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	http_answer(response, 200, TEXT("text/event-stream"), TEXT(": cordon\n\n"));
	response->stream = (struct http_stream){pull, end, l};
}

struct looking {
	struct public_feed *feed;
	struct arena arena;
	struct db_rows rows;
	uint64_t edition;
};

static enum status look_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct looking *l = context;
	struct db_rows row;

	arena_clear(&l->arena);
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM edition", DB_NO_PARAMS, &l->arena, &row, ret_error));
	l->edition = (uint64_t)db_int(&row, 0, 0);
	return db_query(tx, "SELECT number, subject, kind FROM outbox WHERE number > $1 AND kind IN ('post', 'urgent') ORDER BY number LIMIT $2",
			DB_PARAMS(DB_V_INT(l->feed->outbox), DB_V_INT(ROWS_MAX)), &l->arena, &l->rows, ret_error);
}

/* One batch of the outbox; gives whether there may be more. */
static bool look_once(struct looking *l)
{
	struct public_feed *feed = l->feed;
	uint64_t urgent;
	struct error error;

	if (db_transact(feed->options.db, DB_READ, look_work, l, &error) != ST_OK)
		return false;
	pthread_mutex_lock(&feed->lock);
	urgent = feed->urgent;
	for (size_t i = 0; i < l->rows.rows; i++) {
		struct text id = db_text(&l->rows, i, 1); /* or a number */

		feed->outbox = db_int(&l->rows, i, 0);
		if (text_equal(db_text(&l->rows, i, 2), TEXT("urgent")))
			(void)!text_to_uint(id, INT64_MAX, &feed->urgent);
		else if (id.len == ID_SIZE - 1)
			memcpy(feed->ring.ids[feed->ring.count++ % RING], id.data, ID_SIZE - 1);
	}
	if (feed->options.nats && feed->urgent != urgent)
		bell_nats_say(feed->options.nats, BELL_URGENT, feed->urgent);
	if (feed->options.nats && feed->edition != l->edition)
		bell_nats_say(feed->options.nats, BELL_EDITION, l->edition);
	feed->edition = l->edition;
	pthread_mutex_unlock(&feed->lock);
	return l->rows.rows == ROWS_MAX;
}

void public_feed_look(struct public_feed *feed)
{
	struct looking l = {.feed = feed};

	arena_init(&l.arena, (size_t)1 << 20);
	while (look_once(&l))
		;
	arena_release(&l.arena);
}

/* ---- keys ---- */

struct rolling {
	struct arena *arena;
	struct text roll;
};

static enum status roll_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct rolling *r = context;

	return key_roll_load(tx, r->arena, &r->roll, ret_error);
}

static void keys(void *context, const struct http_request *request, struct http_response *response)
{
	struct public_feed *feed = context;
	struct rolling rolling = {.arena = request->arena};
	struct error error = {.code = ST_OK};

	if (db_transact(feed->options.db, DB_READ, roll_work, &rolling, &error) != ST_OK)
		refuse(request, response, &error);
	else
		file_answer(request, response, text_bytes(rolling.roll), "no-cache", "text/plain; charset=utf-8");
}

static const struct http_route routes[] = {
	{.method = HTTP_GET, .pattern = "/feed/heartbeat", .handler = heartbeat},
	{.method = HTTP_GET, .pattern = "/feed/editions/{number}/{from}", .handler = edition},
	{.method = HTTP_GET, .pattern = "/feed/keys", .handler = keys},
	{.method = HTTP_GET, .pattern = "/feed/grants/{post}", .handler = grant},
	{.method = HTTP_GET, .pattern = "/feed/revoked/{post}", .handler = revoked},
	{.method = HTTP_GET, .pattern = "/feed/bell", .handler = bell},
};

struct http_table public_feed_table(struct public_feed *feed)
{
	return (struct http_table){.routes = routes, .count = sizeof routes / sizeof routes[0], .context = feed, .prefix = "/feed/"};
}
