/* What `cordon hub` was told: on its command line, or by the same names in a file. */
#ifndef CLI_HUB_SETTINGS_H
#define CLI_HUB_SETTINGS_H

#include "cli/fetching.h"
#include "cli/hub_services.h"

struct hub_settings {
	const char *data, *lists;
	struct http_server_options http;
	struct hub_services_options services;
	struct fetching fetching;
	int64_t refresh_ms; /* 0: lists are not fetched */
	struct arena texts; /* of the file, and what was put together */
};

/* The command line wins over the file that it names. Says what is wrong on standard error; gives false where the program is to
 * end with *ret_exit. To be released in any case. */
bool hub_settings_read(int argc, char **argv, struct hub_settings *ret, int *ret_exit);
void hub_settings_release(struct hub_settings *settings);

#endif
