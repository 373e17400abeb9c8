#include "cli/hub_editions.h"

#include <stdlib.h>

#include "ledger/keys.h"
#include "ledger/ledger.h"

#define PURPOSE "edition"
/* Keys end when they are rotated or revoked, not by the calendar: a checkpoint that was cut off goes on. */
#define ALWAYS_MS INT64_C(253402300799999) /* the last moment of the year 9999 */

struct hub_editions {
	struct note_signer signer;
	struct arena arena; /* texts of the keys */
	struct edition_key keys[EDITION_KEYS_MAX];
	struct edition_revoked revoked[EDITION_KEYS_MAX];
	struct hub_editions_options options;
	struct editions_options build;
	struct editions *thread;
};

/* Another set of keys has a higher epoch: each beginning and each end counts one. */
static enum status rows_take(struct hub_editions *e, const struct ledger_key_row *rows, size_t count, enum edition_role role,
			     struct error *ret_error)
{
	struct edition_keys *keys = &e->build.keys;

	for (size_t i = 0; i < count; i++) {
		keys->epoch += rows[i].ended_ms ? 2 : 1;
		if (text_equal(rows[i].state, TEXT("active"))) {
			if (keys->key_count == EDITION_KEYS_MAX)
				return error_set(ret_error, ST_LIMIT, "more keys than an edition can tell of");
			e->keys[keys->key_count++] = (struct edition_key){role, rows[i].created_ms, ALWAYS_MS, rows[i].vkey, 0};
		} else if (text_equal(rows[i].state, TEXT("revoked")) && keys->revoked_count < EDITION_KEYS_MAX) {
			e->revoked[keys->revoked_count++] = (struct edition_revoked){rows[i].ended_ms, rows[i].vkey};
		}
	}
	return ST_OK;
}

static enum status keys_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct hub_editions *e = context;
	const struct ledger_key_row *rows;
	size_t count;

	arena_clear(&e->arena);
	e->build.keys = (struct edition_keys){.keys = e->keys, .revoked = e->revoked};
	TRY(ledger_keys(tx, PURPOSE, &e->arena, &rows, &count, ret_error));
	TRY(rows_take(e, rows, count, EDITION_KEY_EDITION, ret_error));
	TRY(ledger_keys(tx, LEDGER_LIST, &e->arena, &rows, &count, ret_error));
	return rows_take(e, rows, count, EDITION_KEY_LOG, ret_error);
}

static enum status witnesses_take(struct hub_editions *e, struct error *ret_error)
{
	struct edition_keys *keys = &e->build.keys;

	for (size_t i = 0; i < e->options.witness_count && keys->key_count < EDITION_KEYS_MAX; i++) {
		struct edition_key *key = &e->keys[keys->key_count++];
		char vkey[NOTE_VKEY_SIZE];

		note_vkey(&e->options.witnesses[i], vkey);
		*key = (struct edition_key){.role = EDITION_KEY_WITNESS, .until_ms = ALWAYS_MS};
		if (arena_text(&e->arena, text_of(vkey), &key->vkey) != ST_OK)
			return arena_failure(&e->arena, ret_error);
	}
	return ST_OK;
}

static void made(void *context, uint64_t number)
{
	const struct hub_editions *e = context;

	(void)number;
	if (e->options.made)
		e->options.made(e->options.context);
}

static void say(void *context, const char *line)
{
	const struct hub_editions *e = context;

	if (e->options.log->say)
		e->options.log->say(e->options.log->context, line);
}

enum status hub_editions_start(const struct hub_editions_options *options, struct hub_editions **ret, struct error *ret_error)
{
	struct hub_editions *e = calloc(1, sizeof *e);
	const struct hub_log_options *log = options->log;
	enum status st;

	if (e == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	e->options = *options;
	arena_init(&e->arena, (size_t)1 << 20);
	e->build = (struct editions_options){.db = log->db, .env = log->env, .list = text_of(log->name), .signer = &e->signer,
					     .grace_ms = options->witness_count ? options->grace_ms : 0, .say = say, .made = made,
					     .context = e};
	TRY_OUT(hub_key(log, PURPOSE, &e->signer, ret_error));
	TRY_OUT(db_transact(log->db, DB_READ, keys_work, e, ret_error));
	TRY_OUT(witnesses_take(e, ret_error));
	TRY_OUT(editions_start(&e->build, &e->thread, ret_error));
	*ret = e;
	return ST_OK;
out:
	hub_editions_stop(e);
	return st;
}

const struct note_signer *hub_editions_signer(const struct hub_editions *editions)
{
	return &editions->signer;
}

uint32_t hub_editions_epoch(const struct hub_editions *editions)
{
	return editions->build.keys.epoch;
}

void hub_editions_wake(struct hub_editions *editions)
{
	if (editions)
		editions_wake(editions->thread);
}

void hub_editions_stop(struct hub_editions *editions)
{
	if (editions == NULL)
		return;
	editions_stop(editions->thread);
	note_signer_clear(&editions->signer);
	arena_release(&editions->arena);
	free(editions);
}
