/* The officers' screening page: plain HTML made here, for browsers with and without scripts.
 *
 * The host (cordon hub) adds page_routes to its table with a `struct page_context` as the handlers' context.
 * Pages: /  /e/{id}  /lists  /language  /assets/{file}. Every state of a page has a URL; nothing is stored here.
 */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "http/http.h"
#include "screen/screen.h"

enum page_list_state {
	PAGE_LIST_CURRENT, /* loaded, and as new as its keeper promises */
	PAGE_LIST_OLD,     /* loaded, but a newer one is due or could not be had */
	PAGE_LIST_FAILED,  /* could not be loaded; nothing of it is screened against */
};

/* One list as people know it. Text lives as long as the holdings it came with. */
struct page_list {
	struct text name;    /* as in the `datasets` of its entities */
	struct text title;   /* for people; empty: the name is shown */
	struct text date;    /* of the list itself, YYYY-MM-DD, or empty */
	struct text trouble; /* a sentence when it is old or failed, else empty */
	uint64_t entities;
	enum page_list_state state;
};

/* The lists in force during one request. */
struct page_holdings {
	const struct index *index; /* NULL: nothing is loaded yet */
	const struct page_list *lists;
	size_t list_count;
	void *held; /* the host's own */
};

/* What the host provides. All functions may be called by several threads at once. */
struct page_context {
	void *host;
	/* Gives the lists in force, which stay as they are until `release`. Must not wait for a reload.
	 * Fails: ST_NO_MEMORY, ST_UNAVAILABLE. */
	enum status (*hold)(void *host, struct arena *arena, struct page_holdings *ret_holdings);
	void (*release)(void *host, const struct page_holdings *holdings);
	/* Entities that point at `ref` or that it points at (passports, sanctions, addresses, relatives...), at most
	 * `room` of them; gives how many. May be NULL: the page then shows none. */
	size_t (*neighbours)(void *host, const struct page_holdings *holdings, entity_ref ref, entity_ref *out,
			     size_t room);
};

/* Handlers take `struct page_context *` as their context. */
extern const struct http_route page_routes[];
extern const size_t page_route_count;

#endif
