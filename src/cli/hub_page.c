#include "cli/hub_page.h"

#include "feed/sources.h"

static enum status hold(void *host, struct arena *arena, struct page_holdings *ret_holdings)
{
	struct lists_snapshot *snapshot = lists_hold(host);
	struct page_list *lists;

	*ret_holdings = (struct page_holdings){0};
	if (snapshot == NULL)
		return ST_OK;
	lists = ARENA_NEW(arena, struct page_list, snapshot->dataset_count + 1);
	if (lists == NULL) {
		snapshot_release(snapshot);
		return ST_NO_MEMORY;
	}
	for (size_t i = 0; i < snapshot->dataset_count; i++) {
		const struct lists_dataset *d = &snapshot->datasets[i];

		lists[i] = (struct page_list){.name = d->name, .title = list_sources_title(d->title), .entities = d->entity_count,
					      .state = PAGE_LIST_CURRENT};
		if (d->updated_at[0])
			lists[i].date = (struct text){d->updated_at, 10};
	}
	*ret_holdings = (struct page_holdings){snapshot->index, lists, snapshot->dataset_count, snapshot};
	return ST_OK;
}

static void release(void *host, const struct page_holdings *holdings)
{
	(void)host;
	if (holdings->held)
		snapshot_release(holdings->held);
}

static size_t neighbours(void *host, const struct page_holdings *holdings, entity_ref ref, entity_ref *out, size_t room)
{
	const struct lists_snapshot *snapshot = holdings->held;
	size_t count = 0, n = 0;
	const struct lists_reference *references = snapshot_references(snapshot, ref, &count);

	(void)host;
	for (size_t i = 0; i < count && n < room; i++)
		out[n++] = references[i].source;
	return n;
}

struct page_context hub_page_context(struct lists *lists)
{
	return (struct page_context){lists, hold, release, neighbours};
}
