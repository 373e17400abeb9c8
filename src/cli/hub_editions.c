#include "cli/hub_editions.h"

#include <stdlib.h>

#include "ledger/ledger.h"
#include "registry/key_roll.h"


struct hub_editions {
	struct note_signer signer;
	struct arena arena; /* texts of the keys */
	struct hub_editions_options options;
	struct editions_options build;
	struct editions *thread;
};

static enum status keys_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct hub_editions *e = context;
	const struct hub_editions_options *o = &e->options;
	const struct key_witnesses witnesses = {o->witnesses, o->witness_count};
	const struct key_roll_options roll = {.env = o->log->env, .list = text_of(o->log->name), .signers = {&e->signer, o->log_signer}, .signer_count = 2,
					      .witnesses = witnesses};
	char mark[ROLL_MARK_SIZE];
	uint32_t epoch;

	arena_clear(&e->arena);
	TRY(key_set_load(tx, &witnesses, false, &e->arena, &e->build.keys, ret_error));
	/* Checkpoints are told of what has changed since, as of witnesses that were put in. */
	TRY(key_roll_tell(tx, &roll, &epoch, mark, ret_error));
	e->build.keys.epoch = epoch;
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
	TRY_OUT(hub_key(log, LEDGER_EDITION, &e->signer, ret_error));
	TRY_OUT(db_transact(log->db, DB_WRITE, keys_work, e, ret_error));
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
