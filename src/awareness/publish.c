#include "awareness/publish.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "bulletin/grant.h"
#include "bulletin/pack.h"
#include "review/review.h"
#include "model/time.h"

#define ARENA_MAX ((size_t)1 << 30)
#define JSON_MAX ((size_t)32 << 20)
#define KEPT (BULLETIN_FILES_MAX + 128u) /* files: those of some bulletins before */
#define KEPT_BULLETINS 16u
#define KEY_ID_TEXT 17u
#define SAVED_EACH 500u /* outputs in one transaction */

struct file {
	char name[BULLETIN_FILE_NAME_SIZE];
	char address[2 * BULLETIN_HASH_SIZE + 1];
	uint8_t meaning[32]; /* of what it says, whatever its time */
	struct buffer bytes; /* owned */
	uint64_t made;       /* number of the bulletin that named it last */
};

struct publisher {
	struct publisher_options options;
	char key_id[KEY_ID_TEXT];
	pthread_mutex_t lock; /* of all below */
	struct file files[KEPT];
	struct buffer note;
	uint64_t number;
	int64_t time_ms;
};

static void key_id_set(struct publisher *p)
{
	uint8_t id[OPRF_KEY_ID_SIZE];

	oprf_key_id(&p->options.keys[0].public_key, id);
	sodium_bin2hex(p->key_id, sizeof p->key_id, id, sizeof id);
}

enum status publisher_new(const struct publisher_options *options, struct publisher **ret, struct error *ret_error)
{
	struct publisher *p;

	if (options->key_count == 0 || options->key_count > BULLETIN_KEYS_MAX)
		return error_set(ret_error, ST_MALFORMED, "a bulletin is made with one to three keys");
	p = calloc(1, sizeof *p);
	if (p == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	p->options = *options;
	key_id_set(p);
	pthread_mutex_init(&p->lock, NULL);
	buffer_init(&p->note, BULLETIN_NOTE_MAX);
	*ret = p;
	return ST_OK;
}

void publisher_keys_set(struct publisher *p, const struct oprf_key *keys, size_t count)
{
	assert(count && count <= BULLETIN_KEYS_MAX);
	pthread_mutex_lock(&p->lock);
	memcpy(p->options.keys, keys, count * sizeof *keys);
	p->options.key_count = count;
	key_id_set(p);
	pthread_mutex_unlock(&p->lock);
}

void publisher_free(struct publisher *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++)
		buffer_release(&p->files[i].bytes);
	for (size_t i = 0; i < p->options.key_count; i++)
		oprf_key_clear(&p->options.keys[i]);
	buffer_release(&p->note);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* ---- what is read ---- */

static const struct json_file {
	const char *name;
	published_json *write;
} json_files[] = {
	{"contacts.json", published_contacts},
	{"alerts.json", NULL}, /* alerts_write */
	{"listings.json", published_listings},
	{"campaigns.json", published_campaigns},
	{"calls.json", published_calls},
	{"lessons.json", published_lessons},
};
#define JSON_FILES (sizeof json_files / sizeof json_files[0])

struct making {
	struct publisher *publisher;
	struct arena arena;
	int64_t now_ms;
	uint64_t number;
	struct published *checks, *receipts;
	size_t check_count, receipt_count;
	struct buffer json[JSON_FILES];
	struct published_file media[ALERT_MEDIA_MAX];
	size_t media_count;
	const struct published_file *others;
	size_t other_count;
	/* of the transaction that saves */
	const struct published *save;
	size_t save_count;
};

static struct file *newest(struct publisher *p, const char *name)
{
	struct file *found = NULL;

	for (size_t i = 0; i < KEPT; i++)
		if (strcmp(p->files[i].name, name) == 0 && (found == NULL || p->files[i].made > found->made))
			found = &p->files[i];
	return found;
}

/* What is drawn of alerts: what a name stands for never changes, so that only new ones are read. */
static enum status media_read(struct making *m, struct db_tx *tx, struct error *ret_error)
{
	struct db_rows rows, row;

	TRY(db_query(tx, "SELECT m.name FROM alert_media m JOIN public_alert a ON a.id = m.alert_id WHERE m.bytes IS NOT NULL"
		     " AND a.number > (SELECT max(number) FROM public_alert) - $1 ORDER BY a.number DESC, m.name",
		     DB_PARAMS(DB_V_INT(ALERTS_DRAWN)), &m->arena, &rows, ret_error));
	m->media_count = 0;
	for (size_t i = 0; i < rows.rows && m->media_count < ALERT_MEDIA_MAX; i++) {
		struct published_file *file = &m->media[m->media_count++];
		char name[BULLETIN_FILE_NAME_SIZE];

		*file = (struct published_file){.name = db_text(&rows, i, 0)};
		snprintf(name, sizeof name, "%.*s", TEXT_ARG(file->name));
		if (newest(m->publisher, name))
			continue;
		TRY(db_query_one(tx, "SELECT bytes FROM alert_media WHERE name = $1", DB_PARAMS(DB_V_TEXT(file->name)), &m->arena, &row, ret_error));
		file->content = db_blob(&row, 0, 0);
	}
	return ST_OK;
}

static enum status read_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct making *m = context;
	const struct publisher_options *options = &m->publisher->options;

	arena_clear(&m->arena);
	TRY(registry_now(options->awareness->registry, tx, &m->now_ms, ret_error));
	TRY(published_checks(tx, m->publisher->key_id, m->now_ms, &m->arena, &m->checks, &m->check_count, ret_error));
	TRY(published_receipts(tx, m->publisher->key_id, &m->arena, &m->receipts, &m->receipt_count, ret_error));
	for (size_t i = 0; i < JSON_FILES; i++) {
		buffer_clear(&m->json[i]);
		TRY(json_files[i].write ? json_files[i].write(tx, m->now_ms, &m->arena, &m->json[i], ret_error)
					: alerts_write(tx, &options->alerts, 0, &m->arena, &m->json[i], ret_error));
	}
	TRY(media_read(m, tx, ret_error));
	m->other_count = 0;
	if (options->others)
		TRY(options->others(options->others_context, tx, &m->arena, &m->others, &m->other_count, ret_error));
	return ST_OK;
}

/* ---- F(x), of what is new ---- */

static enum status save_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct making *m = context;

	for (size_t i = 0; i < m->save_count; i++)
		if (!m->save[i].known && !m->save[i].passing)
			TRY(db_exec(tx, "INSERT INTO evaluated (key_id, x, output) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
				    DB_PARAMS(DB_V_TEXT(text_of(m->publisher->key_id)), DB_V_TEXT(m->save[i].x),
					      DB_V_BLOB(((struct bytes){m->save[i].output.b, sizeof m->save[i].output.b}))),
				    NULL, ret_error));
	return ST_OK;
}

/* In groups: a commit each. */
static enum status evaluate(struct making *m, struct published *rows, size_t count, struct error *ret_error)
{
	size_t from = 0, fresh = 0;

	for (size_t i = 0; i < count; i++) {
		if (!rows[i].known) {
			TRY(oprf_direct(&m->publisher->options.keys[0], text_bytes(rows[i].x), &rows[i].output, ret_error));
			fresh++;
		}
		if (fresh == 0 || (fresh < SAVED_EACH && i + 1 < count))
			continue;
		m->save = rows + from;
		m->save_count = i + 1 - from;
		TRY(db_transact(m->publisher->options.awareness->db, DB_WRITE, save_work, m, ret_error));
		from = i + 1;
		fresh = 0;
	}
	return ST_OK;
}

/* What is no longer listed leaves no trace under the key, and keys that ended leave none at all. */
static enum status begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct making *m = context;
	struct db_rows row;

	TRY(db_exec(tx, "DELETE FROM evaluated WHERE key_id <> $1 OR (x NOT LIKE 'receipt|%' AND x NOT IN"
		    " (SELECT x FROM listing WHERE safe = 0) AND x NOT IN (SELECT x FROM contact_value WHERE safe = 1))",
		    DB_PARAMS(DB_V_TEXT(text_of(m->publisher->key_id))), NULL, ret_error));
	TRY(db_query_one(tx, "UPDATE bulletin_state SET number = number + 1, made_at = CASE WHEN made_at < $1 THEN $1 ELSE made_at + 1 END"
			 " WHERE one = 1 RETURNING number, made_at",
			 DB_PARAMS(DB_V_INT(m->now_ms)), &m->arena, &row, ret_error));
	m->number = (uint64_t)db_int(&row, 0, 0);
	m->now_ms = db_int(&row, 0, 1);
	return ST_OK;
}

/* ---- files ---- */

/* The place of the one that was named longest ago. */
static struct file *place(struct publisher *p)
{
	struct file *found = &p->files[0];

	for (size_t i = 1; i < KEPT; i++)
		if (p->files[i].made < found->made)
			found = &p->files[i];
	return found;
}

/* Names the file as it was where it says the same, else with new bytes, which it takes over. */
static enum status file_name(struct making *m, struct bulletin_note *note, const char *name, const uint8_t meaning[32], struct buffer *bytes,
			     struct error *ret_error)
{
	struct publisher *p = m->publisher;
	struct file *file = newest(p, name);

	if (bytes) {
		pthread_mutex_lock(&p->lock);
		file = place(p);
		buffer_release(&file->bytes);
		*file = (struct file){.bytes = *bytes};
		*bytes = (struct buffer){.data = NULL};
		memcpy(file->name, name, strlen(name) + 1);
		memcpy(file->meaning, meaning, sizeof file->meaning);
		pthread_mutex_unlock(&p->lock);
	}
	TRY(bulletin_note_add(note, text_of(name), buffer_bytes(&file->bytes), ret_error));
	pthread_mutex_lock(&p->lock);
	bulletin_file_address(&note->files[note->file_count - 1], file->address);
	file->made = m->number;
	pthread_mutex_unlock(&p->lock);
	return ST_OK;
}

static bool says_the_same(struct publisher *p, const char *name, const uint8_t meaning[32])
{
	const struct file *file = newest(p, name);

	return file && memcmp(file->meaning, meaning, sizeof file->meaning) == 0;
}

static enum status table_name(struct making *m, struct bulletin_note *note, const char *name, struct published *rows, size_t count,
			      uint8_t payload_size, struct error *ret_error)
{
	struct bulletin_table_head head = {.payload_size = payload_size, .time_ms = m->now_ms};
	struct bulletin_row *out;
	crypto_generichash_state state;
	struct buffer bytes;
	uint8_t meaning[32];
	enum status st;

	crypto_generichash_init(&state, (const uint8_t *)m->publisher->key_id, KEY_ID_TEXT - 1, sizeof meaning);
	for (size_t i = 0; i < count; i++) {
		crypto_generichash_update(&state, (const uint8_t *)rows[i].x.data, rows[i].x.len);
		crypto_generichash_update(&state, (const uint8_t *)"\n", 1);
		crypto_generichash_update(&state, rows[i].payload, payload_size);
	}
	crypto_generichash_final(&state, meaning, sizeof meaning);
	if (says_the_same(m->publisher, name, meaning))
		return file_name(m, note, name, meaning, NULL, ret_error);
	TRY(evaluate(m, rows, count, ret_error));
	out = ARENA_NEW(&m->arena, struct bulletin_row, count + 1);
	if (out == NULL)
		return arena_failure(&m->arena, ret_error);
	for (size_t i = 0; i < count; i++) {
		out[i] = (struct bulletin_row){.output = rows[i].output, .bucket = bulletin_bucket(rows[i].x)};
		memcpy(out[i].payload, rows[i].payload, payload_size);
	}
	oprf_key_id(&m->publisher->options.keys[0].public_key, head.key_id);
	buffer_init(&bytes, BULLETIN_TABLE_MAX);
	st = bulletin_table_build(&head, out, count, m->publisher->options.awareness->env, &bytes, ret_error);
	if (st == ST_OK)
		st = file_name(m, note, name, meaning, &bytes, ret_error);
	buffer_release(&bytes);
	return st;
}

/* What can be asked without a network (docs/decisions/portal.md): what is confirmed, and nothing official looks like it. A bulletin goes out
 * without it where no pack can be made. */
static enum status pack_name(struct making *m, struct bulletin_note *note, struct error *ret_error)
{
	struct text *listed = ARENA_NEW(&m->arena, struct text, m->check_count + 1), *never = ARENA_NEW(&m->arena, struct text, m->check_count + 1);
	size_t listed_count = 0, never_count = 0;
	crypto_generichash_state state;
	struct buffer bytes;
	uint8_t meaning[32];
	enum status st;

	if (listed == NULL || never == NULL)
		return arena_failure(&m->arena, ret_error);
	crypto_generichash_init(&state, NULL, 0, sizeof meaning);
	for (size_t i = 0; i < m->check_count; i++) {
		const struct published *row = &m->checks[i];
		struct bulletin_check check;

		TRY(bulletin_check_unpack(row->payload, &check, ret_error));
		if (check.verdict == BULLETIN_REPORTED || !bulletin_pack_takes(row->x))
			continue;
		if (check.verdict == BULLETIN_CONFIRMED)
			listed[listed_count++] = row->x;
		else
			never[never_count++] = row->x;
		crypto_generichash_update(&state, (const uint8_t *)row->x.data, row->x.len);
		crypto_generichash_update(&state, (const uint8_t[]){'\n', (uint8_t)check.verdict}, 2);
	}
	crypto_generichash_final(&state, meaning, sizeof meaning);
	if (says_the_same(m->publisher, "pack", meaning))
		return file_name(m, note, "pack", meaning, NULL, ret_error);
	buffer_init(&bytes, BULLETIN_PACK_MAX);
	st = bulletin_pack_build(listed, listed_count, never, never_count, &bytes, ret_error);
	if (st == ST_OK)
		st = file_name(m, note, "pack", meaning, &bytes, ret_error);
	buffer_release(&bytes);
	return st == ST_LIMIT ? ST_OK : st;
}

static enum status json_name(struct making *m, struct bulletin_note *note, size_t i, struct error *ret_error)
{
	uint8_t meaning[32];
	char time[TIME_SIZE];
	struct buffer bytes;
	enum status st;

	crypto_generichash(meaning, sizeof meaning, m->json[i].data, m->json[i].len, NULL, 0);
	if (says_the_same(m->publisher, json_files[i].name, meaning))
		return file_name(m, note, json_files[i].name, meaning, NULL, ret_error);
	time_write(m->now_ms, time);
	buffer_init(&bytes, JSON_MAX);
	buffer_printf(&bytes, "{\"version\":1,\"time\":\"%s\"", time);
	buffer_add(&bytes, m->json[i].data, m->json[i].len);
	buffer_add_char(&bytes, '}');
	st = buffer_status(&bytes);
	if (st == ST_OK)
		st = file_name(m, note, json_files[i].name, meaning, &bytes, ret_error);
	buffer_release(&bytes);
	return st;
}

static enum status other_name(struct making *m, struct bulletin_note *note, const struct published_file *other, struct error *ret_error)
{
	struct buffer bytes;
	uint8_t meaning[32];
	char name[BULLETIN_FILE_NAME_SIZE];
	enum status st;

	if (other->name.len >= sizeof name)
		return error_set(ret_error, ST_MALFORMED, "the name %.*s is too long for a bulletin", TEXT_ARG(other->name));
	snprintf(name, sizeof name, "%.*s", TEXT_ARG(other->name));
	crypto_generichash(meaning, sizeof meaning, other->content.data, other->content.len, NULL, 0);
	if (other->content.data == NULL || says_the_same(m->publisher, name, meaning))
		return file_name(m, note, name, meaning, NULL, ret_error);
	buffer_init(&bytes, JSON_MAX);
	buffer_add(&bytes, other->content.data, other->content.len);
	st = buffer_status(&bytes);
	if (st == ST_OK)
		st = file_name(m, note, name, meaning, &bytes, ret_error);
	else
		error_set(ret_error, st, "out of memory");
	buffer_release(&bytes);
	return st;
}

/* ---- the note ---- */

/* Of bulletins long past, whoever is reading them. The lock is held. */
static void old_remove(struct publisher *p)
{
	for (size_t i = 0; i < KEPT; i++)
		if (p->files[i].made && p->files[i].made + KEPT_BULLETINS < p->number) {
			buffer_release(&p->files[i].bytes);
			p->files[i] = (struct file){.made = 0};
		}
}

static enum status note_make(struct making *m, struct error *ret_error)
{
	struct publisher *p = m->publisher;
	struct bulletin_note note = {.number = m->number, .time_ms = m->now_ms, .key_count = p->options.key_count};
	char inbox_id[AWARENESS_KEY_ID_SIZE];
	struct buffer signed_note;
	enum status st = ST_OK;

	if (p->options.hub.len >= sizeof note.hub)
		return error_set(ret_error, ST_MALFORMED, "the hub's name is too long");
	memcpy(note.hub, p->options.hub.data, p->options.hub.len);
	awareness_keys_newest(p->options.awareness->keys, AWARENESS_INBOX, note.inbox, inbox_id);
	for (size_t i = 0; i < note.key_count; i++)
		note.keys[i] = p->options.keys[i].public_key;
	TRY(table_name(m, &note, "checks", m->checks, m->check_count, BULLETIN_CHECK_SIZE, ret_error));
	TRY(table_name(m, &note, "receipts", m->receipts, m->receipt_count, BULLETIN_RECEIPT_SIZE, ret_error));
	TRY(pack_name(m, &note, ret_error));
	for (size_t i = 0; i < JSON_FILES; i++)
		TRY(json_name(m, &note, i, ret_error));
	for (size_t i = 0; i < m->media_count; i++)
		TRY(other_name(m, &note, &m->media[i], ret_error));
	for (size_t i = 0; i < m->other_count; i++)
		TRY(other_name(m, &note, &m->others[i], ret_error));
	buffer_init(&signed_note, BULLETIN_NOTE_MAX);
	st = bulletin_note_write(&note, p->options.signer, &signed_note, ret_error);
	if (st == ST_OK) {
		struct buffer old;

		pthread_mutex_lock(&p->lock);
		old = p->note;
		p->note = signed_note;
		p->number = m->number;
		p->time_ms = m->now_ms;
		old_remove(p);
		pthread_mutex_unlock(&p->lock);
		signed_note = old;
	}
	buffer_release(&signed_note);
	return st;
}

enum status publisher_make(struct publisher *p, struct error *ret_error)
{
	struct making m = {.publisher = p};
	enum status st;

	arena_init(&m.arena, ARENA_MAX);
	for (size_t i = 0; i < JSON_FILES; i++)
		buffer_init(&m.json[i], JSON_MAX);
	st = db_transact(p->options.awareness->db, DB_READ, read_work, &m, ret_error);
	if (st == ST_OK)
		st = db_transact(p->options.awareness->db, DB_WRITE, begin_work, &m, ret_error);
	if (st == ST_OK)
		st = note_make(&m, ret_error);
	for (size_t i = 0; i < JSON_FILES; i++)
		buffer_release(&m.json[i]);
	arena_release(&m.arena);
	return st;
}

/* ---- read by others ---- */

enum status publisher_note(struct publisher *p, struct buffer *out, struct error *ret_error)
{
	bool there;

	pthread_mutex_lock(&p->lock);
	there = p->note.len != 0;
	buffer_add(out, p->note.data, p->note.len);
	pthread_mutex_unlock(&p->lock);
	return there ? buffer_status(out) : error_set(ret_error, ST_NOT_FOUND, "no bulletin has been made yet");
}

enum status publisher_file(struct publisher *p, struct text hash, struct buffer *out, struct error *ret_error)
{
	bool there = false;

	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < KEPT && !there; i++) {
		there = p->files[i].made && text_equal(hash, text_of(p->files[i].address));
		if (there)
			buffer_add(out, p->files[i].bytes.data, p->files[i].bytes.len);
	}
	pthread_mutex_unlock(&p->lock);
	return there ? buffer_status(out) : error_set(ret_error, ST_NOT_FOUND, "there is no such file");
}

struct granting {
	struct text portal;
	struct arena arena;
	bool known;
};

static enum status portal_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct granting *g = context;
	struct db_rows rows;

	TRY(db_query(tx, "SELECT id FROM portal WHERE key = $1 AND ended_at IS NULL", DB_PARAMS(DB_V_TEXT(g->portal)), &g->arena, &rows, ret_error));
	g->known = rows.rows != 0;
	return ST_OK;
}

enum status publisher_grant(struct publisher *p, struct text portal, struct buffer *out, struct error *ret_error)
{
	struct granting g = {.portal = portal};
	uint8_t key[32];
	size_t len = 0;
	enum status st;

	if (portal.len != 64 || sodium_hex2bin(key, sizeof key, portal.data, portal.len, NULL, &len, NULL) != 0 || len != sizeof key)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such portal");
	arena_init(&g.arena, 65536);
	st = db_transact(p->options.awareness->db, DB_READ, portal_work, &g, ret_error);
	arena_release(&g.arena);
	TRY(st);
	if (!g.known)
		return error_set(ret_error, ST_NOT_FOUND, "there is no such portal");
	pthread_mutex_lock(&p->lock);
	st = bulletin_grant_write(key, p->options.keys, p->options.key_count, out, ret_error);
	pthread_mutex_unlock(&p->lock);
	return st;
}
