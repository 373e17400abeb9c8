/* The public page of redress over the hub's registry. */
#ifndef CLI_HUB_REDRESS_H
#define CLI_HUB_REDRESS_H

#include "office/office.h"
#include "page/redress.h"

/* `office` must outlive the server. */
struct redress_context hub_redress_context(struct office *office);

#endif
