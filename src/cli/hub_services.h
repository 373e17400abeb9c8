/* What `cordon hub` runs for its officers: the blacklist's database and everything that lives on it. */
#ifndef CLI_HUB_SERVICES_H
#define CLI_HUB_SERVICES_H

#include "office/office.h"

struct hub_services {
	struct office office;
};

struct hub_services_options {
	const char *host; /* country of the hub, alpha-2 */
};

/* What could not be started is stopped by hub_services_stop. */
MUST_USE enum status hub_services_start(const struct hub_services_options *options, struct hub_services *services,
					struct error *ret_error);
void hub_services_stop(struct hub_services *services);

#endif
