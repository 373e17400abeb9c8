#include "cli/witness_poll.h"

#include <stdio.h>
#include <time.h>

#include "feed/call.h"
#include "merkle/tile.h"

#define ADDRESS_SIZE 600

struct polling {
	const struct witness_poll *poll;
	struct witness_polled *told;
	struct buffer note, answer, body;
	struct arena arena;
	struct signed_checkpoint offered;
	struct witness_held held; /* size 0: nothing */
};

static enum status ask(struct polling *p, const char *path, struct text sent, struct buffer *answer, struct error *ret_error)
{
	char address[ADDRESS_SIZE];
	size_t len = strlen(p->poll->url);
	bool slash = len && p->poll->url[len - 1] == '/';
	struct call call = {.address = address, .body = sent, .type = sent.data ? "text/plain; charset=utf-8" : NULL,
			    .ca_file = p->poll->ca_file, .go_on = p->poll->go_on, .context = p->poll->context};
	unsigned status;

	if (snprintf(address, sizeof address, "%s%s%s", p->poll->url, slash ? "" : "/", path) >= (int)sizeof address)
		return error_set(ret_error, ST_MALFORMED, "the log's address is too long");
	TRY(call_make(&call, &status, answer, ret_error));
	if (status < 200 || status > 299)
		return error_set(ret_error, ST_UNAVAILABLE, "%.200s answers %u", address, status);
	return ST_OK;
}

/* ---- tiles of the log, over HTTP ---- */

static enum status fetch_tile(void *context, const struct tile *tile, struct merkle_hash *out, struct error *ret_error)
{
	struct polling *p = context;
	struct buffer path;
	enum status st;

	buffer_init(&path, ADDRESS_SIZE);
	buffer_printf(&path, "tile/");
	tile_path(tile, &path);
	buffer_add_char(&path, '\0');
	st = buffer_status(&path);
	if (st == ST_OK)
		st = ask(p, (const char *)path.data, TEXT_NONE, &p->answer, ret_error);
	buffer_release(&path);
	TRY(st);
	if (p->answer.len != tile->width * sizeof *out)
		return error_set(ret_error, ST_CORRUPT, "the log serves a tile of another size");
	memcpy(out, p->answer.data, p->answer.len);
	return ST_OK;
}

/* ---- steps ---- */

static enum status fetch_checkpoint(struct polling *p, struct error *ret_error)
{
	const struct witness *w = p->poll->witness;
	bool known = false;

	TRY(ask(p, "checkpoint", TEXT_NONE, &p->note, ret_error));
	TRY(signed_checkpoint_parse(buffer_bytes(&p->note), &p->offered, ret_error));
	for (size_t i = 0; i < w->log_count; i++)
		if (text_equal(p->offered.checkpoint.origin, text_of(w->logs[i].name)) &&
		    note_verify(&p->offered.note, &w->logs[i], NULL, NULL) == ST_OK)
			known = true;
	if (!known)
		return error_set(ret_error, ST_DENIED, "the checkpoint is not signed by a key that is watched");
	p->told->size = p->offered.checkpoint.size;
	return ST_OK;
}

static enum status load_held(struct polling *p, struct error *ret_error)
{
	enum status st = witness_held(p->poll->witness, p->offered.checkpoint.origin, &p->arena, &p->held, ret_error);

	if (st == ST_NOT_FOUND)
		p->held = (struct witness_held){.size = 0};
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status raise_alarm(struct polling *p, enum witness_alarm kind, struct error *ret_error)
{
	struct witness_pair pair = {p->offered.checkpoint.origin, p->held.note, p->offered.raw, kind};

	TRY(witness_raise(p->poll->witness, &pair, p->told->alarm_id, ret_error));
	p->told->alarm = kind;
	return ST_OK;
}

/* The checkpoint with our cosignature, to where the log keeps such. */
static enum status bring(struct polling *p, struct error *ret_error)
{
	TRY(load_held(p, ret_error));
	return ask(p, "cosignature", p->held.note, &p->answer, ret_error);
}

/* A larger tree: the tiles must lead to its root, and prove that it begins with the one held. */
static enum status judge_growth(struct polling *p, struct merkle_proof *ret_proof, struct error *ret_error)
{
	struct tile_store store = {.read = fetch_tile, .context = p};
	const struct checkpoint *c = &p->offered.checkpoint;
	struct merkle_consistency claim = {p->held.size, c->size, p->held.root, c->root};
	struct merkle_hash root;

	ret_proof->count = 0;
	TRY(tiles_root(&store, c->size, &root, ret_error));
	if (!merkle_hash_equal(&root, &c->root))
		return error_set(ret_error, ST_CORRUPT, "the log's tiles do not lead to the root that it signed");
	if (p->held.size == 0)
		return ST_OK;
	TRY(tiles_consistency(&store, p->held.size, c->size, ret_proof, ret_error));
	return merkle_consistency_check(&claim, ret_proof, NULL) == ST_OK ? ST_OK : raise_alarm(p, WITNESS_FORK, ret_error);
}

static enum status cosign(struct polling *p, struct error *ret_error)
{
	struct witness_answer answer = {.status = 0};
	struct merkle_proof proof;
	enum status st = ST_OK;

	TRY(judge_growth(p, &proof, ret_error));
	if (p->told->alarm != WITNESS_NO_ALARM)
		return ST_OK;
	buffer_clear(&p->body);
	add_checkpoint_write(p->held.size, &proof, p->offered.raw, &p->body);
	buffer_init(&answer.body, NOTE_SIZE_MAX);
	witness_add_checkpoint(p->poll->witness, buffer_bytes(&p->body), &answer);
	p->told->alarm = answer.alarm;
	memcpy(p->told->alarm_id, answer.alarm_id, sizeof answer.alarm_id);
	p->told->cosigned = answer.status == 200;
	/* 409: another of our threads was first, which is as good. */
	if (answer.status != 200 && answer.status != 409 && answer.alarm == WITNESS_NO_ALARM)
		st = error_set(ret_error, ST_UNAVAILABLE, "%.*s", (int)text_trim(buffer_text(&answer.body)).len,
			       text_trim(buffer_text(&answer.body)).data);
	buffer_release(&answer.body);
	return st;
}

static enum status step(struct polling *p, struct error *ret_error)
{
	struct timespec pause = {2, 0};

	TRY(fetch_checkpoint(p, ret_error));
	TRY(load_held(p, ret_error));
	if (p->offered.checkpoint.size < p->held.size) {
		/* What was cached on the way may be a moment old. */
		nanosleep(&pause, NULL);
		TRY(fetch_checkpoint(p, ret_error));
		if (p->offered.checkpoint.size < p->held.size)
			return raise_alarm(p, WITNESS_REWIND, ret_error);
	}
	if (p->offered.checkpoint.size == p->held.size && p->held.size &&
	    !merkle_hash_equal(&p->offered.checkpoint.root, &p->held.root))
		return raise_alarm(p, WITNESS_FORK, ret_error);
	if (p->offered.checkpoint.size > p->held.size)
		TRY(cosign(p, ret_error));
	else if (p->held.size == 0 || note_verify(&p->offered.note, &p->poll->witness->signer->key, NULL, NULL) == ST_OK)
		return ST_OK; /* an empty log; or the log has our cosignature already */
	return p->told->alarm == WITNESS_NO_ALARM ? bring(p, ret_error) : ST_OK;
}

enum status witness_poll(const struct witness_poll *poll, struct witness_polled *ret, struct error *ret_error)
{
	struct polling p = {.poll = poll, .told = ret};
	enum status st;

	*ret = (struct witness_polled){.alarm = WITNESS_NO_ALARM};
	buffer_init(&p.note, NOTE_SIZE_MAX);
	buffer_init(&p.answer, NOTE_SIZE_MAX);
	buffer_init(&p.body, 2 * NOTE_SIZE_MAX);
	arena_init(&p.arena, 16 * NOTE_SIZE_MAX);
	st = step(&p, ret_error);
	buffer_release(&p.note);
	buffer_release(&p.answer);
	buffer_release(&p.body);
	arena_release(&p.arena);
	return st;
}
