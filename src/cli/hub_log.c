#include "cli/hub_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/pusher.h"
#include "ledger/keys.h"
#include "ledger/ledger.h"

static const char *const purposes[] = {LEDGER_LIST, LEDGER_AUDIT};
#define LOGS (sizeof purposes / sizeof purposes[0])

struct hub_log {
	struct hub_log_options options;
	char keys[4096];
	struct note_signer signers[LOGS];
	struct trusted trusted;
	struct public_log shown;
	struct ledger_runner *runner;
	struct pusher *pusher;
};

/* ---- keys ---- */

struct keying {
	const struct hub_log_options *options;
	const char *purpose;
	const struct note_key *key; /* NULL: the folder holds none */
	char active[NOTE_VKEY_SIZE];
};

static enum status active_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct keying *k = context;
	const struct ledger_key_row *rows;
	struct arena arena;
	size_t count;
	enum status st;

	arena_init(&arena, 1 << 20);
	k->active[0] = '\0';
	st = ledger_keys(tx, k->purpose, &arena, &rows, &count, ret_error);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		if (text_equal(rows[i].state, TEXT("active")))
			snprintf(k->active, sizeof k->active, "%.*s", TEXT_ARG(rows[i].vkey));
	arena_release(&arena);
	return st;
}

static enum status begin_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct keying *k = context;

	TRY(active_work(tx, k, ret_error));
	/* Another hub over the same database may have been first. */
	if (k->active[0])
		return ST_OK;
	TRY(ledger_key_begin(tx, k->options->env, k->purpose, k->key, ret_error));
	note_vkey(k->key, k->active);
	return ST_OK;
}

/* The key in the folder is the one that the database knows; a hub that fell over while its key was changed puts the next one
 * in its place now. */
static enum status reconcile(const struct keying *k, const char *folder, struct note_signer *signer, struct error *ret_error)
{
	char vkey[NOTE_VKEY_SIZE], next[64];
	struct note_signer other;

	note_vkey(&signer->key, vkey);
	if (strcmp(vkey, k->active) == 0)
		return ST_OK;
	snprintf(next, sizeof next, "%s.next", k->purpose);
	if (key_file_load(folder, next, &other, NULL) == ST_OK) {
		note_vkey(&other.key, vkey);
		if (strcmp(vkey, k->active) == 0) {
			note_signer_clear(signer);
			*signer = other;
			return key_file_replace(folder, k->purpose, ret_error);
		}
	}
	return error_set(ret_error, ST_CONFLICT, "%s/%s.key is not the key that the database knows for %s", folder, k->purpose, k->purpose);
}

static enum status make_key(const struct hub_log_options *options, const char *folder, const char *purpose, struct note_signer *ret,
			    struct error *ret_error)
{
	char name[NOTE_NAME_SIZE];

	snprintf(name, sizeof name, "%s/%s", options->name, purpose);
	TRY(key_make(options->env, text_of(name), NOTE_ED25519, ret, ret_error));
	TRY(key_file_create(folder, purpose, ret, NULL, ret_error));
	return trusted_add(folder, purpose, &ret->key, "", ret_error);
}

enum status hub_key(const struct hub_log_options *options, const char *purpose, struct note_signer *ret, struct error *ret_error)
{
	struct keying k = {.options = options, .purpose = purpose, .key = &ret->key};
	char folder[4096];
	enum status st;

	if (snprintf(folder, sizeof folder, "%s/keys", options->folder) >= (int)sizeof folder)
		return error_set(ret_error, ST_MALFORMED, "the path of the keys is too long");
	TRY(db_transact(options->db, DB_READ, active_work, &k, ret_error));
	st = key_file_load(folder, purpose, ret, ret_error);
	if (st == ST_NOT_FOUND && k.active[0])
		return error_set(ret_error, ST_CONFLICT, "%s/%s.key is missing, and the database knows a key for %s: put it there, or rotate",
				 folder, purpose, purpose);
	if (st == ST_NOT_FOUND)
		st = make_key(options, folder, purpose, ret, ret_error);
	TRY(st);
	if (k.active[0] == '\0')
		TRY(db_transact(options->db, DB_WRITE, begin_work, &k, ret_error));
	return reconcile(&k, folder, ret, ret_error);
}

/* ---- witnesses ---- */

/* "VKEY" or "VKEY,URL" */
static enum status witness_add(struct trusted *trusted, const char *word, struct error *ret_error)
{
	struct text all = text_of(word);
	size_t comma = text_find(all, ',', 0);

	return trusted_witness(trusted, (struct text){all.data, comma}, text_of(comma < all.len ? word + comma + 1 : ""))
		       ? ST_OK
		       : error_set(ret_error, ST_MALFORMED, "a witness is VKEY or VKEY,URL: %.120s", word);
}

static enum status witnesses_read(struct hub_log *log, struct error *ret_error)
{
	char path[4200];
	enum status st;

	snprintf(path, sizeof path, "%s/trusted", log->keys);
	st = trusted_read(path, &log->trusted, ret_error);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	for (size_t i = 0; i < log->options.witness_count; i++)
		TRY(witness_add(&log->trusted, log->options.witnesses[i], ret_error));
	log->shown = (struct public_log){log->options.db, log->trusted.witnesses, log->trusted.witness_count};
	return ST_OK;
}

/* ---- start and stop ---- */

static void say(void *context, const char *line)
{
	struct hub_log *log = context;

	if (log->options.say)
		log->options.say(log->options.context, line);
}

static void signed_head(void *context, const struct ledger_signing *signing)
{
	struct hub_log *log = context;
	struct error error = {.code = ST_OK};

	if (key_seen_write(log->keys, signing->log, &signing->seen, &error) != ST_OK)
		say(log, error.message);
	pusher_wake(log->pusher);
}

static enum status start_threads(struct hub_log *log, struct error *ret_error)
{
	struct ledger_runner_options runner = {.db = log->options.db, .env = log->options.env, .log_count = LOGS, .say = say,
					       .signed_head = signed_head, .context = log};
	struct pusher_options pusher = {.db = log->options.db, .logs = purposes, .log_count = LOGS, .trusted = &log->trusted,
					.ca_file = log->options.ca_file, .say = say, .context = log};

	for (size_t i = 0; i < LOGS; i++) {
		runner.logs[i] = (struct ledger_signing){.log = purposes[i], .signer = &log->signers[i]};
		TRY(key_seen_read(log->keys, purposes[i], &runner.logs[i].seen, ret_error));
	}
	TRY(pusher_start(&pusher, &log->pusher, ret_error));
	return ledger_runner_start(&runner, &log->runner, ret_error);
}

enum status hub_log_start(const struct hub_log_options *options, struct hub_log **ret, struct error *ret_error)
{
	struct hub_log *log = calloc(1, sizeof *log);
	enum status st = ST_OK;

	if (log == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	log->options = *options;
	snprintf(log->keys, sizeof log->keys, "%s/keys", options->folder);
	for (size_t i = 0; i < LOGS; i++)
		TRY_OUT(hub_key(options, purposes[i], &log->signers[i], ret_error));
	TRY_OUT(witnesses_read(log, ret_error));
	TRY_OUT(start_threads(log, ret_error));
	*ret = log;
	return ST_OK;
out:
	hub_log_stop(log);
	return st;
}

void hub_log_wake(struct hub_log *log)
{
	if (log)
		ledger_runner_wake(log->runner);
}

struct http_table hub_log_table(const struct hub_log *log)
{
	return public_log_table(&log->shown);
}

const struct note_signer *hub_log_signer(const struct hub_log *log)
{
	return &log->signers[0];
}

struct ledger_trust hub_log_trust(const struct hub_log *log)
{
	const struct trusted *t = &log->trusted;

	return (struct ledger_trust){t->logs, t->log_count, t->witnesses, t->witness_count};
}

void hub_log_stop(struct hub_log *log)
{
	if (log == NULL)
		return;
	ledger_runner_stop(log->runner);
	pusher_stop(log->pusher);
	for (size_t i = 0; i < LOGS; i++)
		note_signer_clear(&log->signers[i]);
	free(log);
}
