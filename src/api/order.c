#include "api/order.h"

#include <stdlib.h>

struct ordered {
	struct hit hit;
	const struct sorting *sorts;
	size_t sort_count;
	struct text keys[SORTS_MAX]; /* data NULL: none, goes last */
};

static int by_order(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;

	for (size_t i = 0; i < x->sort_count; i++) {
		int order = text_compare(x->keys[i], y->keys[i]);

		if ((x->keys[i].data == NULL) != (y->keys[i].data == NULL))
			return x->keys[i].data ? -1 : 1;
		if (order)
			return x->sorts[i].down ? -order : order;
	}
	if (x->hit.weight != y->hit.weight)
		return x->hit.weight > y->hit.weight ? -1 : 1;
	return x->hit.ref < y->hit.ref ? -1 : x->hit.ref > y->hit.ref;
}

struct keying {
	struct text key;
	bool down;
};

/* Of several values the one that comes first in the order asked for. */
static bool take_key(void *context, struct text value)
{
	struct keying *k = context;
	int order = text_compare(value, k->key);

	if (k->key.data == NULL || (k->down ? order > 0 : order < 0))
		k->key = value;
	return false;
}

static enum status keys_read(struct finding *f, struct ordered *o, struct error *ret_error)
{
	for (size_t i = 0; i < o->sort_count; i++) {
		struct keying keying = {TEXT_NONE, o->sorts[i].down};
		bool taken;

		if (field_each(f, o->hit.ref, o->sorts[i].field, take_key, &keying, &taken) != ST_OK)
			return error_set(ret_error, ST_LIMIT, "more than %u entities to put in order; add a word or a filter",
					 READS_MAX);
		if (keying.key.data)
			TRY(arena_text(f->arena, keying.key, &o->keys[i]));
	}
	return ST_OK;
}

bool ordering_read(const struct http_request *request, struct ordering *ret, struct http_response *response)
{
	struct sorting *sorts = ret->sorts;
	struct text t;

	ret->count = 0;
	for (size_t n = 0; n < SORTS_MAX && (t = http_query_nth(request, "sort", n)).data; n++) {
		size_t colon = t.len;

		while (colon > 0 && t.data[colon - 1] != ':')
			colon--;
		sorts[n].field = (struct text){t.data, colon ? colon - 1 : t.len};
		sorts[n].down = colon && text_equal((struct text){t.data + colon, t.len - colon}, TEXT("desc"));
		if (text_equal(sorts[n].field, TEXT("_score")))
			break;
		if (!field_known(sorts[n].field)) {
			api_detail(response, 400, "No such field to sort by: %.*s", (int)(t.len < 100 ? t.len : 100), t.data);
			return false;
		}
		ret->count = n + 1;
	}
	return true;
}

enum status ordering_apply(const struct ordering *ordering, struct finding *f, struct hits *hits, struct error *ret_error)
{
	struct ordered *list = calloc(hits->count + 1, sizeof *list);
	enum status st = list ? ST_OK : ST_NO_MEMORY;

	for (size_t i = 0; st == ST_OK && i < hits->count; i++) {
		list[i] = (struct ordered){.hit = hits->list[i], .sorts = ordering->sorts, .sort_count = ordering->count};
		st = keys_read(f, &list[i], ret_error);
	}
	if (st == ST_OK)
		qsort(list, hits->count, sizeof *list, by_order);
	for (size_t i = 0; st == ST_OK && i < hits->count; i++)
		hits->list[i] = list[i].hit;
	free(list);
	return st;
}
