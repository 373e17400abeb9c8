/* What the screening page needs of the hub: the lists in force. */
#ifndef CLI_HUB_PAGE_H
#define CLI_HUB_PAGE_H

#include "feed/keeper.h"
#include "lists/lists.h"
#include "page/page.h"

struct hub_page_host {
	struct lists *lists;
	struct keeper *keeper; /* NULL: lists are not fetched */
};

/* The context for page_routes over the lists; the host and what it names must outlive it. */
struct page_context hub_page_context(struct hub_page_host *host);

#endif
