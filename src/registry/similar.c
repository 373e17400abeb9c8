#include "registry/similar.h"

#include <stdlib.h>

#include "registry/inside.h"
#include "screen/overlay.h"

/* An index over everything (the base), and over it a small one of what has changed since, built anew at each refresh. When the
 * small one has grown, everything is built anew. Whoever asks holds the view he began with. */

#define CHANGED_MAX 4000u /* entries beyond the base before it is built anew */
#define CUTOFF_PPM 700000u
#define LIMIT_MAX 50u
#define LINE_MAX_BYTES ((size_t)2 << 20)
#define TAIL 160u /* of an entity's JSON: there stand its datasets, the owner first */
#define REFRESH_MEMORY ((size_t)1 << 30)

/* An image with its index; shared by the views that use it. */
struct layer {
	size_t holders;
	struct buffer image;
	struct index *index;
};

struct view {
	size_t holders;
	struct layer *base, *changed; /* changed may be NULL */
	struct overlay *overlay;
};

struct lookalikes {
	struct registry *registry;
	pthread_mutex_t refreshing; /* one refresh at a time */
	pthread_mutex_t guard;      /* of `view` and the counts of holders */
	struct view *view;          /* NULL before the first refresh */
	int64_t base_number;        /* outbox: what the base has taken in */
	int64_t number;             /* outbox: what the view has taken in */
};

/* ---- layers and views ---- */

static void layer_drop(struct layer *layer)
{
	if (!layer || --layer->holders)
		return;
	index_close(layer->index);
	buffer_release(&layer->image);
	free(layer);
}

static void view_drop(struct view *view)
{
	if (!view || --view->holders)
		return;
	overlay_free(view->overlay);
	layer_drop(view->changed);
	layer_drop(view->base);
	free(view);
}

static struct view *view_hold(struct lookalikes *l)
{
	struct view *view;

	pthread_mutex_lock(&l->guard);
	view = l->view;
	if (view)
		view->holders++;
	pthread_mutex_unlock(&l->guard);
	return view;
}

static void view_let_go(struct lookalikes *l, struct view *view)
{
	pthread_mutex_lock(&l->guard);
	view_drop(view);
	pthread_mutex_unlock(&l->guard);
}

enum status lookalikes_new(struct registry *registry, struct lookalikes **ret, struct error *ret_error)
{
	struct lookalikes *l = calloc(1, sizeof *l);

	if (!l)
		return error_set(ret_error, ST_NO_MEMORY, "no memory for the look-alikes");
	l->registry = registry;
	pthread_mutex_init(&l->refreshing, NULL);
	pthread_mutex_init(&l->guard, NULL);
	*ret = l;
	return ST_OK;
}

void lookalikes_free(struct lookalikes *l)
{
	if (!l)
		return;
	view_drop(l->view);
	pthread_mutex_destroy(&l->guard);
	pthread_mutex_destroy(&l->refreshing);
	free(l);
}

/* ---- building ---- */

struct building {
	struct index_builder *builder;
	size_t count;
};

/* One row (id, owner, state, person) as an entity; its datasets are the owner and the state. */
static enum status add_row(void *context, const struct db_rows *row, struct error *ret_error)
{
	struct building *b = context;
	struct entity entity;
	struct arena arena;
	enum status st;

	arena_init(&arena, LINE_MAX_BYTES);
	TRY_OUT(entity_read(db_text(row, 0, 3), &arena, &entity, ret_error));
	entity.id = db_text(row, 0, 0);
	TRY_OUT(entity_add_dataset(&entity, db_text(row, 0, 1)));
	TRY_OUT(entity_add_dataset(&entity, db_text(row, 0, 2)));
	st = index_builder_add(b->builder, &entity, ret_error);
	b->count++;
out:
	arena_release(&arena);
	return st;
}

static enum status layer_finish(struct building *b, struct layer **ret_layer, struct error *ret_error)
{
	struct layer *layer = calloc(1, sizeof *layer);
	enum status st;

	if (!layer)
		return error_set(ret_error, ST_NO_MEMORY, "no memory for an index");
	layer->holders = 1;
	buffer_init(&layer->image, (size_t)8 << 30);
	TRY_OUT(index_builder_finish(b->builder, &layer->image, ret_error));
	TRY_OUT(index_open(buffer_bytes(&layer->image), &layer->index, ret_error));
	*ret_layer = layer;
	layer = NULL;
out:
	layer_drop(layer);
	return st;
}

#define ENTITY_COLUMNS "SELECT id, owner, state, person FROM entry"

static enum status build_base(struct db_tx *tx, struct layer **ret_layer, struct error *ret_error)
{
	const struct index_limits limits = {.threads = 2};
	struct building b = {0};
	enum status st;

	TRY(index_builder_new(&limits, &b.builder, ret_error));
	TRY_OUT(db_each(tx, ENTITY_COLUMNS " WHERE erased = 0", DB_NO_PARAMS, add_row, &b, ret_error));
	st = layer_finish(&b, ret_layer, ret_error);
out:
	index_builder_free(b.builder);
	return st;
}

static enum status build_changed(struct db_tx *tx, const struct db_rows *ids, struct layer **ret_layer, struct error *ret_error)
{
	const struct index_limits limits = {.threads = 1};
	struct building b = {0};
	enum status st;

	TRY(index_builder_new(&limits, &b.builder, ret_error));
	for (size_t i = 0; i < ids->rows; i++)
		TRY_OUT(db_each(tx, ENTITY_COLUMNS " WHERE id = $1 AND erased = 0", DB_PARAMS(DB_V_TEXT(db_text(ids, i, 0))),
				add_row, &b, ret_error));
	st = layer_finish(&b, ret_layer, ret_error);
out:
	index_builder_free(b.builder);
	return st;
}

/* ---- refreshing ---- */

struct refreshing {
	struct lookalikes *l;
	struct arena *arena;
	int64_t number, base_number;
	struct layer *base, *changed; /* new ones, owned */
	struct db_rows ids;
	bool nothing;
};

static enum status read_changes(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct refreshing *r = context;
	struct db_rows rows;

	layer_drop(r->base);
	layer_drop(r->changed);
	r->base = r->changed = NULL;
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM outbox WHERE kind = 'entry'", DB_NO_PARAMS, r->arena, &rows,
			 ret_error));
	r->number = db_int(&rows, 0, 0);
	r->base_number = r->l->base_number;
	r->nothing = r->l->view && r->number == r->l->number;
	if (r->nothing)
		return ST_OK;
	if (r->l->view) {
		TRY(db_query(tx, "SELECT DISTINCT subject FROM outbox WHERE kind = 'entry' AND number > $1",
			     DB_PARAMS(DB_V_INT(r->base_number)), r->arena, &r->ids, ret_error));
		if (r->ids.rows <= CHANGED_MAX)
			return build_changed(tx, &r->ids, &r->changed, ret_error);
	}
	r->ids.rows = 0;
	r->base_number = r->number;
	return build_base(tx, &r->base, ret_error);
}

/* Everything that changed hides what the base has of it, and stands in the small index if it is still there. */
static enum status make_view(struct refreshing *r, struct view **ret_view, struct error *ret_error)
{
	struct view *view = calloc(1, sizeof *view);
	struct text *gone = ARENA_NEW(r->arena, struct text, r->ids.rows + 1);
	size_t gone_count = 0;
	enum status st = ST_OK;

	if (!view || !gone) {
		free(view);
		return error_set(ret_error, ST_NO_MEMORY, "no memory for a view");
	}
	view->holders = 1;
	view->base = r->base ? r->base : r->l->view->base;
	view->changed = r->changed;
	for (size_t i = 0; i < r->ids.rows; i++)
		if (index_find(r->changed->index, db_text(&r->ids, i, 0)) == ENTITY_NONE)
			gone[gone_count++] = db_text(&r->ids, i, 0);
	if (r->changed)
		st = overlay_new((const struct index *const[]){view->base->index, r->changed->index}, 2, gone, gone_count, &view->overlay,
				 ret_error);
	if (st != ST_OK) {
		free(view);
		return st;
	}
	if (!r->base)
		view->base->holders++;
	r->base = r->changed = NULL;
	*ret_view = view;
	return ST_OK;
}

static enum status refresh(struct lookalikes *l, struct error *ret_error)
{
	struct refreshing r = {.l = l};
	struct view *view = NULL;
	struct arena arena;
	enum status st;

	arena_init(&arena, REFRESH_MEMORY);
	r.arena = &arena;
	TRY_OUT(db_transact(l->registry->db, DB_READ, read_changes, &r, ret_error));
	if (r.nothing)
		goto out;
	pthread_mutex_lock(&l->guard);
	st = make_view(&r, &view, ret_error);
	if (st == ST_OK) {
		view_drop(l->view);
		l->view = view;
		l->number = r.number;
		l->base_number = r.base_number;
	}
	pthread_mutex_unlock(&l->guard);
out:
	layer_drop(r.base);
	layer_drop(r.changed);
	arena_release(&arena);
	return st;
}

enum status registry_refresh(struct registry *registry, struct error *ret_error)
{
	struct lookalikes *l = registry->lookalikes;
	enum status st;

	pthread_mutex_lock(&l->refreshing);
	st = refresh(l, ret_error);
	pthread_mutex_unlock(&l->refreshing);
	return st;
}

/* ---- asking ---- */

struct asking {
	const struct view *view;
	const struct registry_ask *ask;
};

static struct text entity_json(const struct view *view, entity_ref ref)
{
	return view->overlay ? overlay_entity_json(view->overlay, ref) : index_entity_json(view->base->index, ref);
}

static struct text entity_id(const struct view *view, entity_ref ref)
{
	return view->overlay ? overlay_entity_id(view->overlay, ref) : index_entity_id(view->base->index, ref);
}

static bool wanted(void *context, entity_ref ref)
{
	const struct asking *a = context;
	struct text json, end;
	char mark[24];

	if (text_equal(entity_id(a->view, ref), a->ask->besides))
		return false;
	if (a->ask->owner.len == 0)
		return true;
	snprintf(mark, sizeof mark, "\"datasets\":[\"%.*s\"", TEXT_ARG(a->ask->owner));
	json = entity_json(a->view, ref);
	end = json.len > TAIL ? (struct text){json.data + json.len - TAIL, TAIL} : json;
	return text_has(end, text_of(mark));
}

static enum status take_match(const struct view *view, const struct screen_result *result, struct arena *arena,
			      struct registry_match *ret_match, struct error *ret_error)
{
	struct entity entity;

	TRY(entity_read(entity_json(view, result->ref), arena, &entity, ret_error));
	*ret_match = (struct registry_match){
		.entry = entity.id, .owner = entity.dataset_count > 0 ? entity.datasets[0] : TEXT_NONE,
		.state = entity.dataset_count > 1 ? entity.datasets[1] : TEXT_NONE, .score_ppm = result->score_ppm,
		.evidence_mbit = result->evidence_mbit, .alert = result->alert,
		.chance_per_billion = result->chance_per_billion, .explanations = result->explanations,
		.explanation_count = result->explanation_count};
	return ST_OK;
}

/* What explanations point to belongs to the view, which the asker lets go. */
static enum status keep_explanations(struct registry_match *match, struct arena *arena, struct error *ret_error)
{
	struct explanation *copy = ARENA_NEW(arena, struct explanation, match->explanation_count + 1);

	if (!copy)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < match->explanation_count; i++) {
		copy[i] = match->explanations[i];
		TRY(keep(arena, match->explanations[i].query, &copy[i].query, ret_error));
		TRY(keep(arena, match->explanations[i].candidate, &copy[i].candidate, ret_error));
		TRY(keep(arena, match->explanations[i].detail, &copy[i].detail, ret_error));
	}
	match->explanations = copy;
	return ST_OK;
}

static enum status run(const struct view *view, const struct entity *person, const struct registry_ask *ask,
		       struct arena *arena, struct registry_matches *ret_matches, struct error *ret_error)
{
	struct asking asking = {.view = view, .ask = ask};
	const struct screen_options options = {
		.limit = ask->limit == 0 || ask->limit > LIMIT_MAX ? LIMIT_MAX : ask->limit, .threshold_ppm = CUTOFF_PPM,
		.cutoff_ppm = ask->cutoff_ppm ? ask->cutoff_ppm : CUTOFF_PPM, .keep = wanted, .keep_context = &asking};
	struct screen_answer answer;

	if (view->overlay)
		TRY(overlay_run(view->overlay, person, &options, arena, &answer, ret_error));
	else
		TRY(screen_run(view->base->index, person, &options, arena, &answer, ret_error));
	ret_matches->bounded = answer.bounded;
	ret_matches->count = answer.count;
	ret_matches->items = ARENA_NEW(arena, struct registry_match, answer.count + 1);
	if (!ret_matches->items)
		return arena_failure(arena, ret_error);
	for (size_t i = 0; i < answer.count; i++) {
		TRY(take_match(view, &answer.results[i], arena, &ret_matches->items[i], ret_error));
		TRY(keep_explanations(&ret_matches->items[i], arena, ret_error));
	}
	return ST_OK;
}

enum status registry_similar(struct registry *registry, const struct entity *person, const struct registry_ask *ask,
			     struct arena *arena, struct registry_matches *ret_matches, struct error *ret_error)
{
	struct lookalikes *l = registry->lookalikes;
	struct view *view = view_hold(l);
	struct registry_matches matches = {0};
	enum status st;

	if (!view) {
		TRY(registry_refresh(registry, ret_error));
		view = view_hold(l);
	}
	st = run(view, person, ask, arena, &matches, ret_error);
	view_let_go(l, view);
	if (st == ST_OK)
		*ret_matches = matches;
	return st;
}
