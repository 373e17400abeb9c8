#include "edition/cover.h"

#include <stdlib.h>

#define NODES_MAX ((size_t)UINT32_MAX - 1)
#define NONE SIZE_MAX
#define ROOM ((size_t)4096) /* nodes for what came since, before more room is asked for */

void cover_init(struct cover *cover)
{
	*cover = (struct cover){0};
}

void cover_release(struct cover *cover)
{
	free(cover->nodes);
	cover_init(cover);
}

/* ---- perfect subtrees ---- */

/* Subtree number `index` of 2^level leaves. */
struct subtree {
	unsigned level;
	uint64_t index;
};

static uint64_t begin_of(struct subtree s)
{
	return s.index << s.level;
}

static uint64_t end_of(struct subtree s)
{
	return (s.index + 1) << s.level;
}

static struct subtree half_of(struct subtree s, unsigned right)
{
	return (struct subtree){s.level - 1, s.index * 2 + right};
}

/* The subtrees that a tree of `size` leaves is cut into, from the left. Start with *at = 0; false when there are no more. */
static bool peak_next(uint64_t size, uint64_t *at, struct subtree *ret)
{
	uint64_t rest = size - *at;

	if (rest == 0)
		return false;
	ret->level = 63u - (unsigned)__builtin_clzll(rest);
	ret->index = *at >> ret->level;
	*at += (uint64_t)1 << ret->level;
	return true;
}

/* ---- going through ---- */

struct maker {
	const struct cover_task *task;
	const struct cover *old;
	uint64_t from_size;
	size_t next, next_gone; /* used up from the left, so only the next can be in the subtree that is looked at */
	struct cover *out;
	struct buffer *hashes; /* cover_hashes only */
	size_t hash_count;
	struct error *ret_error;
};

static enum status refuse(const struct maker *m, const char *what)
{
	return error_set(m->ret_error, ST_MALFORMED, "leaves of the log: %s", what);
}

static bool leaf_inside(const struct maker *m, struct subtree s)
{
	return m->next < m->task->count && m->task->leaves[m->next].index >> s.level == s.index;
}

static bool gone_inside(const struct maker *m, struct subtree s)
{
	return m->next_gone < m->task->gone_count && m->task->gone[m->next_gone] >> s.level == s.index;
}

static enum status room_make(struct maker *m, size_t count)
{
	struct cover *out = m->out;
	size_t need = out->count + count, capacity = out->capacity * 2 > need ? out->capacity * 2 : need;
	struct cover_node *grown;

	if (need <= out->capacity)
		return ST_OK;
	grown = capacity <= NODES_MAX ? realloc(out->nodes, capacity * sizeof *grown) : NULL;
	if (grown == NULL)
		return error_set(m->ret_error, ST_NO_MEMORY, "out of memory");
	out->nodes = grown;
	out->capacity = capacity;
	return ST_OK;
}

/* A node whose halves are there: with no leaf under them it is a mere hash. */
static void node_close(struct maker *m, size_t at, bool kept)
{
	struct cover *out = m->out;

	if (kept)
		out->nodes[at].kind = COVER_INNER;
	else
		out->count = at + 1;
	out->nodes[at].width = (uint32_t)(out->count - at);
}

/* Where the former tree has the subtree `s`, which stood in it as a whole. */
static size_t old_peak(const struct maker *m, struct subtree s)
{
	for (size_t at = 0; m->old && at < m->old->count; at += m->old->nodes[at].width)
		if (m->old->nodes[at].level == s.level && m->old->nodes[at].index == s.index)
			return at;
	return NONE;
}

/* A subtree of the former tree as that has it, but for leaves that are gone. */
static enum status take_over(struct maker *m, size_t old_at, bool *ret_kept)
{
	const struct cover_node *old = &m->old->nodes[old_at];
	bool gone = gone_inside(m, (struct subtree){old->level, old->index}), left_kept, right_kept;
	size_t count = gone ? 1 : old->width, at = m->out->count;

	TRY(room_make(m, count));
	memcpy(m->out->nodes + at, old, count * sizeof *old);
	m->out->count += count;
	*ret_kept = !gone && old->kind != COVER_HASH;
	if (!gone)
		return ST_OK;
	if (old->kind == COVER_HASH)
		return refuse(m, "one is gone that the former tree did not have");
	m->out->nodes[at].kind = COVER_HASH;
	if (old->kind == COVER_LEAF) {
		m->next_gone++;
		return ST_OK;
	}
	TRY(take_over(m, old_at + 1, &left_kept));
	TRY(take_over(m, old_at + 1 + old[1].width, &right_kept));
	*ret_kept = left_kept || right_kept;
	node_close(m, at, *ret_kept);
	return ST_OK;
}

/* Adds `s` and what is under it. */
static enum status walk(struct maker *m, struct subtree s, bool *ret_kept)
{
	bool inside = leaf_inside(m, s), left_kept, right_kept;
	size_t at = m->out->count, right;
	struct cover_node *node;

	*ret_kept = false;
	if (end_of(s) <= m->from_size) {
		size_t old_at = old_peak(m, s);

		return old_at == NONE ? refuse(m, "a part of the former tree is not known") : take_over(m, old_at, ret_kept);
	}
	TRY(room_make(m, 1));
	node = &m->out->nodes[m->out->count++];
	*node = (struct cover_node){.index = s.index, .level = (uint8_t)s.level, .kind = COVER_HASH, .width = 1};
	if (!inside && begin_of(s) >= m->from_size)
		return m->task->source->hash(m->task->source->context, s.level, s.index, &node->hash, m->ret_error);
	if (s.level == 0) {
		const struct cover_leaf *leaf = &m->task->leaves[m->next++];

		node->hash = leaf->hash;
		node->kind = leaf->kept ? COVER_LEAF : COVER_HASH;
		*ret_kept = leaf->kept;
		return ST_OK;
	}
	TRY(walk(m, half_of(s, 0), &left_kept));
	right = m->out->count;
	TRY(walk(m, half_of(s, 1), &right_kept));
	merkle_hash_node(&m->out->nodes[at + 1].hash, &m->out->nodes[right].hash, &m->out->nodes[at].hash);
	*ret_kept = left_kept || right_kept;
	node_close(m, at, *ret_kept);
	return ST_OK;
}

static enum status task_check(const struct maker *m)
{
	const struct cover_task *task = m->task;

	if (task->size > MERKLE_SIZE_MAX || task->size < m->from_size)
		return refuse(m, "the log's size is impossible");
	for (size_t i = 0; i < task->count; i++)
		if (task->leaves[i].index >= task->size || (i && task->leaves[i].index <= task->leaves[i - 1].index))
			return refuse(m, "out of order or beyond the end");
	if (task->count && task->leaves[0].index < m->from_size)
		return refuse(m, "before the former tree's end");
	for (size_t i = 0; m->old && i < task->gone_count; i++)
		if (task->gone[i] >= m->from_size || (i && task->gone[i] <= task->gone[i - 1]))
			return refuse(m, "those that are gone are out of order or not of the former tree");
	return ST_OK;
}

enum status cover_make(const struct cover_task *task, struct cover *ret_cover, struct error *ret_error)
{
	struct cover made = {.size = task->size};
	struct maker m = {.task = task, .old = task->old, .from_size = task->old ? task->old->size : 0, .out = &made,
			  .ret_error = ret_error};
	enum status st = task_check(&m);
	struct subtree s;
	bool kept;

	/* The new one is about as large as the old. */
	if (st == ST_OK && task->old && task->old->count)
		st = room_make(&m, task->old->count + ROOM);
	for (uint64_t at = 0; st == ST_OK && peak_next(task->size, &at, &s);)
		st = walk(&m, s, &kept);
	if (st != ST_OK) {
		cover_release(&made);
		return st;
	}
	*ret_cover = made;
	return ST_OK;
}

static enum status walk_hashes(struct maker *m, struct subtree s)
{
	struct merkle_hash hash;

	if (end_of(s) <= m->from_size)
		return ST_OK;
	if (begin_of(s) >= m->from_size && !leaf_inside(m, s)) {
		TRY(m->task->source->hash(m->task->source->context, s.level, s.index, &hash, m->ret_error));
		buffer_add(m->hashes, hash.b, sizeof hash.b);
		m->hash_count++;
		return ST_OK;
	}
	if (s.level == 0) {
		m->next++;
		return ST_OK;
	}
	TRY(walk_hashes(m, half_of(s, 0)));
	return walk_hashes(m, half_of(s, 1));
}

enum status cover_hashes(const struct cover_task *task, uint64_t from_size, struct buffer *out, size_t *ret_count,
			 struct error *ret_error)
{
	struct maker m = {.task = task, .from_size = from_size, .hashes = out, .ret_error = ret_error};
	struct subtree s;

	TRY(task_check(&m));
	for (uint64_t at = 0; peak_next(task->size, &at, &s);)
		TRY(walk_hashes(&m, s));
	*ret_count = m.hash_count;
	return buffer_status(out);
}

void cover_root(const struct cover *cover, struct merkle_hash *ret_root)
{
	size_t peaks[64], count = 0;

	for (size_t at = 0; at < cover->count && count < 64; at += cover->nodes[at].width)
		peaks[count++] = at;
	if (count == 0) {
		merkle_hash_empty(ret_root);
		return;
	}
	*ret_root = cover->nodes[peaks[--count]].hash;
	while (count > 0)
		merkle_hash_node(&cover->nodes[peaks[--count]].hash, ret_root, ret_root);
}

/* Siblings on the way down from a peak to the leaf; from the leaf up in the proof. */
static enum status path_in_peak(const struct cover *cover, size_t at, uint64_t index, struct merkle_proof *ret)
{
	size_t siblings[64], depth = 0;

	while (cover->nodes[at].kind == COVER_INNER) {
		size_t left = at + 1, right = left + cover->nodes[left].width;
		bool go_right = index >> (cover->nodes[at].level - 1) & 1;

		siblings[depth++] = go_right ? left : right;
		at = go_right ? right : left;
	}
	if (cover->nodes[at].kind != COVER_LEAF)
		return ST_NOT_FOUND;
	ret->count = 0;
	while (depth > 0)
		ret->hashes[ret->count++] = cover->nodes[siblings[--depth]].hash;
	return ST_OK;
}

enum status cover_path(const struct cover *cover, uint64_t index, struct merkle_proof *ret)
{
	size_t peaks[64], count = 0, mine = 0;

	if (index >= cover->size)
		return ST_NOT_FOUND;
	for (size_t at = 0; at < cover->count && count < 64; at += cover->nodes[at].width) {
		if (index >> cover->nodes[at].level == cover->nodes[at].index)
			mine = count;
		peaks[count++] = at;
	}
	TRY(path_in_peak(cover, peaks[mine], index, ret));
	/* What is to the right is one hash, each peak to the left one more. */
	if (mine + 1 < count) {
		struct merkle_hash right = cover->nodes[peaks[count - 1]].hash;

		for (size_t i = count - 1; i-- > mine + 1;)
			merkle_hash_node(&cover->nodes[peaks[i]].hash, &right, &right);
		ret->hashes[ret->count++] = right;
	}
	for (size_t i = mine; i-- > 0;)
		ret->hashes[ret->count++] = cover->nodes[peaks[i]].hash;
	return ST_OK;
}
