/* A person is nominated, or was deported: the first act of an entry. */
#include "registry/inside.h"

#define SCRATCH_MAX ((size_t)4 << 20)

static enum status refused(struct db_tx *tx, struct text owner, struct text hash, struct arena *arena, bool *ret_refused,
			   struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(tx, "SELECT reason FROM refused_content WHERE owner = $1 AND content_hash = $2",
		     DB_PARAMS(DB_V_TEXT(owner), DB_V_TEXT(hash)), arena, &rows, ret_error));
	*ret_refused = rows.rows != 0;
	return ST_OK;
}

enum status registry_refused_before(struct registry *registry, struct db_tx *tx, const struct registry_nomination *nomination,
				    char ret_hash[REGISTRY_HASH_SIZE], bool *ret_refused, struct error *ret_error)
{
	struct arena arena;
	enum status st;

	arena_init(&arena, SCRATCH_MAX);
	TRY_OUT(entry_hash(registry, nomination, ret_hash, ret_error));
	st = refused(tx, nomination->owner, text_of(ret_hash), &arena, ret_refused, ret_error);
out:
	arena_release(&arena);
	return st;
}

static enum status reference_free(struct working *w, struct error *ret_error)
{
	struct db_rows rows;

	TRY(db_query(w->tx, "SELECT id FROM entry WHERE owner = $1 AND reference = $2",
		     DB_PARAMS(DB_V_TEXT(w->after.owner), DB_V_TEXT(w->after.reference)), w->arena, &rows, ret_error));
	if (rows.rows)
		return error_because(ret_error, ST_CONFLICT, "reference-taken", "reference", "this reference is in use");
	return ST_OK;
}

static enum status nominate(struct working *w, const struct registry_nomination *n, struct error *ret_error)
{
	struct entry *e = &w->after;
	bool was_refused;

	id_make(w->registry->env, w->new_id);
	*e = (struct entry){.id = text_of(w->new_id), .version = 1, .state = TEXT("submitted"), .since_ms = w->now_ms,
			    .owner = n->owner, .agency = n->agency, .inflow = n->inflow, .submission = n->submission,
			    .submitted_by = w->actor->id, .submitted_ms = w->now_ms};
	w->identity_changed = true;
	TRY(entry_identify(w->registry, n, w->arena, e, ret_error));
	TRY(reference_free(w, ret_error));
	TRY(refused(w->tx, n->owner, e->content_hash, w->arena, &was_refused, ret_error));
	if (was_refused)
		return error_because(ret_error, ST_CONFLICT, "refused-before", NULL, "the same content was refused for what it is");
	TRY(working_measures(w, n->measures, n->measure_count, false, ret_error));
	return working_commit(w, ret_error);
}

enum status registry_nominate(struct registry *registry, struct db_tx *tx, const struct actor *actor,
			      const struct registry_nomination *nomination, char ret_id[ID_SIZE], struct error *ret_error)
{
	const struct registry_act act = {.act = TEXT("nominate")};
	struct working w = {.registry = registry, .tx = tx, .actor = actor, .act = &act};
	struct arena arena;
	enum status st;

	arena_init(&arena, SCRATCH_MAX);
	w.arena = &arena;
	TRY_OUT(registry_now(registry, tx, &w.now_ms, ret_error));
	TRY_OUT(nominate(&w, nomination, ret_error));
	memcpy(ret_id, w.new_id, ID_SIZE);
out:
	arena_release(&arena);
	return st;
}
