/* What the screening page needs of the hub: the lists in force. */
#ifndef CLI_HUB_PAGE_H
#define CLI_HUB_PAGE_H

#include "lists/lists.h"
#include "page/page.h"

/* The context for page_routes over the lists, which must outlive it. */
struct page_context hub_page_context(struct lists *lists);

#endif
