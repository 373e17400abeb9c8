#include "tally/release.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/ledger.h"
#include "model/canonical.h"
#include "model/time.h"
#include "tally/count.h"

#define ARENA_MAX ((size_t)64 << 20)

static enum status no_memory(struct error *ret_error)
{
	return error_set(ret_error, ST_NO_MEMORY, "out of memory");
}

/* ---- a snapshot ---- */

struct drafting {
	const struct tally *tally;
	struct db_tx *tx;
	struct arena *arena;
	int64_t month, number;
	json_t *snapshot, *document;
};

/* What was released of this month before, oldest first. */
static enum status earlier_put(struct drafting *d, struct error *ret_error)
{
	json_t *earlier = json_array();
	struct db_rows rows;

	if (earlier == NULL || json_object_set_new(d->snapshot, "earlier", earlier) != 0)
		return no_memory(ret_error);
	TRY(db_query(d->tx, "SELECT snapshot, document FROM figures_release WHERE month = $1 AND state = 'released' ORDER BY number",
		     DB_PARAMS(DB_V_INT(d->month)), d->arena, &rows, ret_error));
	for (size_t i = 0; i < rows.rows; i++) {
		json_t *snapshot = json_loadb(db_text(&rows, i, 0).data, db_text(&rows, i, 0).len, 0, NULL);
		json_t *document = json_loadb(db_text(&rows, i, 1).data, db_text(&rows, i, 1).len, 0, NULL), *one = NULL;

		if (snapshot && document)
			one = figure_earlier(snapshot, document);
		json_decref(snapshot);
		json_decref(document);
		if (one == NULL || json_array_append_new(earlier, one) != 0)
			return error_set(ret_error, ST_CORRUPT, "a release of figures cannot be read");
	}
	return ST_OK;
}

static enum status definitions_put(struct drafting *d, struct error *ret_error)
{
	const json_t *cells = json_object_get(d->snapshot, "cells");
	json_t *definitions = json_array();

	if (definitions == NULL || json_object_set_new(d->snapshot, "definitions", definitions) != 0)
		return no_memory(ret_error);
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const struct figure_definition *known = figure_definition_find(
			text_of(json_string_value(json_object_get(json_array_get(cells, i), "id"))));
		json_t *one = known ? figure_definition_json(known) : NULL;

		if (one == NULL || json_array_append_new(definitions, one) != 0)
			return no_memory(ret_error);
	}
	return ST_OK;
}

static enum status head_put(struct drafting *d, json_t *cells, json_t *joint, struct error *ret_error)
{
	char from[TALLY_DATE_SIZE], to[TALLY_DATE_SIZE], now[TIME_SIZE], hex[65], signer[NOTE_NAME_SIZE];
	uint8_t salt[32];

	tally_month_dates(d->month, from, to);
	time_write(env_now(d->tally->env), now);
	env_random(d->tally->env, salt, sizeof salt);
	sodium_bin2hex(hex, sizeof hex, salt, sizeof salt);
	if (d->tally->signer)
		snprintf(signer, sizeof signer, "%s", d->tally->signer->key.name);
	else
		snprintf(signer, sizeof signer, "%.*s/public", TEXT_ARG(d->tally->hub));
	d->snapshot = json_pack("{s:s, s:s%, s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "format", FIGURE_SNAPSHOT_FORMAT, "hub",
				d->tally->hub.data, d->tally->hub.len, "number", (json_int_t)d->number, "time", now, "as_of", now, "from", from,
				"to", to, "salt", hex, "signer", signer, "cells", cells, "joint", joint);
	return d->snapshot ? ST_OK : no_memory(ret_error);
}

/* Reasons as the officer gave them, or for a look "late" for every figure. */
static enum status reasons_put(struct drafting *d, const json_t *reasons, struct error *ret_error)
{
	const json_t *cells = json_object_get(d->snapshot, "cells");
	json_t *given = reasons ? json_deep_copy(reasons) : json_object();

	for (size_t i = 0; given && reasons == NULL && i < json_array_size(cells); i++)
		if (json_object_set_new(given, json_string_value(json_object_get(json_array_get(cells, i), "id")), json_pack("{s:s}", "code", "late")) != 0)
			break;
	return given && json_object_set_new(d->snapshot, "reasons", given) == 0 ? ST_OK : no_memory(ret_error);
}

static enum status draft(struct drafting *d, const json_t *reasons, struct error *ret_error)
{
	int64_t from_ms, until_ms;
	json_t *cells, *joint;
	struct db_rows row;

	if (!tally_month_valid(d->month))
		return error_because(ret_error, ST_MALFORMED, "outcome-month", "month", "a month is written 2026-10");
	tally_month_bounds(d->month, &from_ms, &until_ms);
	if (env_now(d->tally->env) < until_ms)
		return error_because(ret_error, ST_CONFLICT, "figures-month-open", "month", "the month has not ended");
	TRY(db_query_one(d->tx, "SELECT coalesce(max(number), 0) + 1 FROM figures_release", DB_NO_PARAMS, d->arena, &row, ret_error));
	d->number = db_int(&row, 0, 0);
	TRY(tally_count(d->tally, d->tx, d->month, d->arena, &cells, &joint, ret_error));
	TRY(head_put(d, cells, joint, ret_error));
	TRY(definitions_put(d, ret_error));
	TRY(earlier_put(d, ret_error));
	TRY(reasons_put(d, reasons, ret_error));
	return figure_make(d->snapshot, &d->document, ret_error);
}

enum status tally_draft(const struct tally *tally, struct db_tx *tx, int64_t month, const json_t *reasons, json_t **ret_snapshot,
			json_t **ret_document, struct error *ret_error)
{
	struct arena arena;
	struct drafting d = {.tally = tally, .tx = tx, .arena = &arena, .month = month};
	enum status st;

	arena_init(&arena, ARENA_MAX);
	st = draft(&d, reasons, ret_error);
	arena_release(&arena);
	if (st != ST_OK) {
		json_decref(d.snapshot);
		json_decref(d.document);
		return st;
	}
	*ret_snapshot = d.snapshot;
	*ret_document = d.document;
	return ST_OK;
}

/* ---- proposed ---- */

enum status tally_propose(const struct tally *tally, struct db_tx *tx, const struct actor *actor, int64_t month, const json_t *reasons,
			  char ret_id[ID_SIZE], struct error *ret_error)
{
	json_t *snapshot, *document;
	struct buffer text;
	struct arena arena;
	struct db_rows open;
	char id[ID_SIZE];
	enum status st;

	arena_init(&arena, 65536);
	st = db_query(tx, "SELECT id FROM figures_release WHERE state = 'proposed'", DB_NO_PARAMS, &arena, &open, ret_error);
	if (st == ST_OK && open.rows)
		st = error_because(ret_error, ST_CONFLICT, "figures-open", NULL, "another release is proposed");
	arena_release(&arena);
	TRY(st);
	TRY(tally_draft(tally, tx, month, reasons, &snapshot, &document, ret_error));
	json_decref(document);
	buffer_init(&text, FIGURE_SIZE_MAX);
	st = canonical_write(snapshot, &text);
	json_decref(snapshot);
	if (st == ST_OK)
		st = buffer_status(&text);
	if (st != ST_OK)
		error_set(ret_error, st, "the snapshot cannot be written");
	id_make(tally->env, id);
	if (st == ST_OK)
		st = db_exec(tx, "INSERT INTO figures_release (id, version, month, state, proposed_by, proposed_at, snapshot)"
			     " VALUES ($1, 1, $2, 'proposed', $3, $4, $5)",
			     DB_PARAMS(DB_V_TEXT(text_of(id)), DB_V_INT(month), DB_V_TEXT(actor->id), DB_V_INT(env_now(tally->env)),
				       DB_V_TEXT(buffer_text(&text))),
			     NULL, ret_error);
	buffer_release(&text);
	if (st == ST_OK)
		st = db_tell(tx, "figures", text_of(id), env_now(tally->env), ret_error);
	if (st == ST_OK)
		memcpy(ret_id, id, sizeof id);
	return st;
}

/* ---- released ---- */

/* The leaf's subject is the hash of what was signed: whoever reads the log finds the release without any secret. */
static enum status leaf_add(const struct tally *tally, struct db_tx *tx, const struct actor *actor, const json_t *document, const char *hash,
			    char ret_leaf[ID_SIZE], struct error *ret_error)
{
	struct text snapshot = text_of(json_string_value(json_object_get(document, "snapshot")));
	char payload[256];

	snprintf(payload, sizeof payload, "{\"hash\":\"%s\",\"number\":%lld,\"snapshot\":\"%.*s\"}", hash,
		 (long long)json_integer_value(json_object_get(document, "number")), TEXT_ARG(snapshot));
	return ledger_append(tx, tally->env, &(struct ledger_new){.log = LEDGER_LIST, .kind = FIGURE_LEAF, .subject = text_of(hash),
								  .actor = actor->id, .payload = text_of(payload)}, ret_leaf, ret_error);
}

static enum status release(const struct tally *tally, struct db_tx *tx, const struct actor *actor, struct text id, struct text text,
			   struct error *ret_error)
{
	char hash[FIGURE_HASH_SIZE], leaf[ID_SIZE];
	json_t *snapshot, *document = NULL;
	struct buffer out;
	enum status st;

	if (tally->signer == NULL)
		return error_because(ret_error, ST_UNAVAILABLE, "figures-key", NULL, "there is no key that signs for the public: cordon key create public");
	buffer_init(&out, FIGURE_SIZE_MAX);
	snapshot = json_loadb(text.data, text.len, 0, NULL);
	st = snapshot ? figure_make(snapshot, &document, ret_error) : error_set(ret_error, ST_CORRUPT, "the snapshot cannot be read");
	if (st == ST_OK)
		st = figure_sign(document, tally->signer, hash, &out, ret_error);
	if (st == ST_OK)
		st = leaf_add(tally, tx, actor, document, hash, leaf, ret_error);
	if (st == ST_OK)
		st = db_exec(tx, "UPDATE figures_release SET version = version + 1, state = 'released', number = $2, document = $3, hash = $4,"
			     " released_by = $5, released_at = $6, leaf_id = $7 WHERE id = $1",
			     DB_PARAMS(DB_V_TEXT(id), DB_V_INT(json_integer_value(json_object_get(document, "number"))),
				       DB_V_TEXT(buffer_text(&out)), DB_V_TEXT(text_of(hash)), DB_V_TEXT(actor->id),
				       DB_V_INT(env_now(tally->env)), DB_V_TEXT(text_of(leaf))),
			     NULL, ret_error);
	json_decref(snapshot);
	json_decref(document);
	buffer_release(&out);
	return st;
}

enum status tally_release(const struct tally *tally, struct db_tx *tx, const struct actor *actor, enum tally_act act, struct text id,
			  int64_t version, struct error *ret_error)
{
	struct arena arena;
	struct db_rows row;
	enum status st;

	arena_init(&arena, ARENA_MAX);
	TRY_OUT(db_query_one(tx, "SELECT version, state, proposed_by, snapshot FROM figures_release WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), &arena,
			     &row, ret_error));
	if (db_int(&row, 0, 0) != version)
		st = error_because(ret_error, ST_CONFLICT, "version", NULL, "it has changed since");
	else if (!text_equal(db_text(&row, 0, 1), TEXT("proposed")))
		st = error_because(ret_error, ST_CONFLICT, "figures-state", NULL, "it is not proposed");
	else if (act == TALLY_RELEASE && text_equal(db_text(&row, 0, 2), actor->id))
		st = error_because(ret_error, ST_DENIED, "outcome-second", NULL, "another officer releases it");
	if (st != ST_OK)
		goto out;
	if (act == TALLY_RELEASE) {
		st = release(tally, tx, actor, id, db_text(&row, 0, 3), ret_error);
		if (st == ST_OK)
			st = db_tell(tx, "public", id, env_now(tally->env), ret_error);
	} else {
		st = db_exec(tx, "UPDATE figures_release SET version = version + 1, state = 'discarded' WHERE id = $1", DB_PARAMS(DB_V_TEXT(id)), NULL,
			     ret_error);
	}
	if (st == ST_OK)
		st = db_tell(tx, "figures", id, env_now(tally->env), ret_error);
out:
	arena_release(&arena);
	return st;
}
