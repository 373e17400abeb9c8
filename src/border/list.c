#include "border/list.h"

#include <stdlib.h>

#include "registry/editions.h"

#define FILES_MAX ((size_t)4 << 30)
#define KEYS_MAX ((size_t)1 << 20)
#define MEMORY_MAX ((size_t)8 << 30)
#define SLACK ((size_t)16 << 20) /* of records that are no more, before the whole is taken again */

struct border_list {
	const struct border *border;
	struct text name;
	struct arena texts; /* of the keys */
	struct edition_keys keys;
	struct edition *edition;
	struct watch *watch;
	bool taken; /* the edition is in force */
};

enum status border_list_new(const struct border *border, struct text keys, struct text name, struct border_list **ret_list,
			    struct error *ret_error)
{
	struct border_list *l = calloc(1, sizeof *l);
	enum status st;

	if (l == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	l->border = border;
	l->name = name;
	arena_init(&l->texts, KEYS_MAX);
	TRY_OUT(edition_keys_read(keys, &l->texts, &l->keys, ret_error));
	TRY_OUT(edition_new(MEMORY_MAX, &l->edition, ret_error));
	TRY_OUT(watch_new(NULL, &l->watch, ret_error));
	*ret_list = l;
	return ST_OK;
out:
	border_list_free(l);
	return st;
}

void border_list_free(struct border_list *l)
{
	if (l == NULL)
		return;
	watch_free(l->watch);
	edition_free(l->edition);
	arena_release(&l->texts);
	free(l);
}

struct watch_list *border_list_hold(struct border_list *l)
{
	return l ? watch_hold(l->watch) : NULL;
}

struct loading {
	struct border_list *list;
	struct arena arena;
	uint64_t from, number; /* from 0: the whole; number 0: there is nothing newer */
	struct bytes file;
};

static uint64_t held_number(const struct border_list *l)
{
	return edition_manifest(l->edition) ? edition_manifest(l->edition)->number : 0;
}

static enum status load_work(struct db_tx *tx, void *context, struct error *ret_error)
{
	struct loading *l = context;
	struct merkle_hash unused;
	struct db_rows row;
	uint64_t newest;
	enum status st;

	arena_clear(&l->arena);
	l->number = 0;
	TRY(db_query_one(tx, "SELECT coalesce(max(number), 0) FROM edition", DB_NO_PARAMS, &l->arena, &row, ret_error));
	newest = (uint64_t)db_int(&row, 0, 0);
	if (newest <= held_number(l->list))
		return ST_OK;
	st = l->from ? edition_file_load(tx, newest, l->from, &l->arena, &l->file, &unused, ret_error) : ST_NOT_FOUND;
	if (st == ST_NOT_FOUND) {
		l->from = 0;
		st = edition_file_load(tx, newest, 0, &l->arena, &l->file, &unused, ret_error);
	}
	if (st == ST_OK)
		l->number = newest;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* Old or not: it is the list that the hub has, and somebody is asked for today. */
static enum status edition_renew(struct border_list *l, struct loading *loading, struct error *ret_error)
{
	const struct edition_trust trust = {.keys = &l->keys, .list = l->name, .now_ms = env_now(l->border->env), .expired_too = true};

	TRY(db_transact(l->border->db, DB_READ, load_work, loading, ret_error));
	if (loading->number == 0)
		return ST_OK;
	l->taken = false;
	if (loading->from == 0 || edition_take(l->edition, loading->file, &trust, NULL) == ST_OK)
		return loading->from ? ST_OK : edition_take(l->edition, loading->file, &trust, ret_error);
	loading->from = 0;
	TRY(db_transact(l->border->db, DB_READ, load_work, loading, ret_error));
	return edition_take(l->edition, loading->file, &trust, ret_error);
}

enum status border_list_renew(struct border_list *l, struct error *ret_error)
{
	const struct edition_manifest *held = edition_manifest(l->edition);
	struct loading loading = {.list = l};
	enum status st;

	arena_init(&loading.arena, FILES_MAX);
	if (held && edition_memory(l->edition) <= 3 * held->snapshot.body_len + SLACK)
		loading.from = held->number;
	st = edition_renew(l, &loading, ret_error);
	arena_release(&loading.arena);
	if (st == ST_OK && !l->taken && held_number(l)) {
		st = watch_take(l->watch, l->edition, NULL, ret_error);
		l->taken = st == ST_OK;
	}
	return st;
}
