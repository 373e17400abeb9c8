#include "cli/hub_page.h"

/* `trouble` is the folder's as a whole, where it has any. */
static struct page_list page_list_of(const struct hub_page_host *host, const struct lists_dataset *d,
				     struct text trouble, struct arena *arena)
{
	struct page_list list = {.name = d->name, .entities = d->entity_count, .trouble = d->trouble};
	struct text title = list_sources_title(d->name);

	if (trouble.len == 0 && host->keeper)
		trouble = keeper_trouble(host->keeper, d->name, arena);
	list.title = text_equal(title, d->name) ? d->title : title;
	list.state = d->state == LISTS_FAILED ? PAGE_LIST_FAILED
		     : d->state == LISTS_OLD || trouble.len ? PAGE_LIST_OLD
							    : PAGE_LIST_CURRENT;
	if (list.trouble.len == 0)
		list.trouble = trouble;
	if (d->updated_at[0])
		list.date = (struct text){d->updated_at, 10};
	return list;
}

static enum status hold(void *context, struct arena *arena, struct page_holdings *ret_holdings)
{
	const struct hub_page_host *host = context;
	struct lists_snapshot *snapshot = lists_hold(host->lists);
	struct lists_state state;
	struct text trouble = TEXT_NONE;
	struct page_list *lists;
	enum status st = ST_OK;

	*ret_holdings = (struct page_holdings){0};
	if (snapshot == NULL)
		return ST_OK;
	lists = ARENA_NEW(arena, struct page_list, snapshot->dataset_count + 1);
	if (lists == NULL) {
		snapshot_release(snapshot);
		return ST_NO_MEMORY;
	}
	/* Where the folder itself cannot be read, every list is older than its file may be. */
	lists_state(host->lists, &state);
	if (state.failing)
		st = arena_text(arena, text_of(state.error.message), &trouble);
	if (st != ST_OK) {
		snapshot_release(snapshot);
		return st;
	}
	for (size_t i = 0; i < snapshot->dataset_count; i++)
		lists[i] = page_list_of(host, &snapshot->datasets[i], trouble, arena);
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

struct page_context hub_page_context(struct hub_page_host *host)
{
	return (struct page_context){host, hold, release, neighbours};
}
