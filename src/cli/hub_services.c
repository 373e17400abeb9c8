#include "cli/hub_services.h"

#include "cli/world.h"

enum status hub_services_start(const struct hub_services_options *options, struct hub_services *services,
			       struct error *ret_error)
{
	(void)ret_error;
	services->office = (struct office){.env = world_env(), .host = text_of(options->host)};
	return ST_OK;
}

void hub_services_stop(struct hub_services *services)
{
	services->office = (struct office){0};
}
