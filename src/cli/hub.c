#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "cli/commands.h"
#include "cli/hub_page.h"
#include "cli/hub_redress.h"
#include "cli/hub_settings.h"
#include "cli/source.h"
#include "feed/keeper.h"
#include "http/server.h"

#define THREADS 8u
#define LOADERS 2u

static void say_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "cordon hub: %s\n", line);
}

/* A hub and all that it runs. What was not started is NULL. */
struct hub {
	struct hub_settings settings;
	char folder[4096]; /* of the lists */
	struct api_counts counts;
	struct api_context api;
	struct hub_page_host host;
	struct page_context page;
	struct list_sources sources;
	struct hub_services services;
	struct redress_context redress;
	struct http_table tables[7];
	struct http_server *server;
};

/* Nothing is fetched where that was not asked for. */
static enum status refreshing_start(struct hub *hub, struct error *ret_error)
{
	const struct hub_settings *s = &hub->settings;
	struct keeper_options options = {.folder = hub->folder, .sources = &hub->sources, .refresh = s->fetching.refresh,
					 .every_ms = s->refresh_ms, .say = say_line};

	if (s->refresh_ms == 0)
		return ST_OK;
	TRY(fetching_sources(s->fetching.sources, &hub->sources, ret_error));
	return keeper_start(&options, &hub->host.keeper, ret_error);
}

static void wait_for_signal(const sigset_t *signals)
{
	int fd = signalfd(-1, signals, SFD_CLOEXEC);
	struct signalfd_siginfo info;

	while (fd >= 0 && read(fd, &info, sizeof info) < 0)
		;
	if (fd >= 0)
		close(fd);
}

static enum status hub_start(struct hub *hub, struct error *ret_error)
{
	static const struct lists_told told = {say_line, NULL};
	struct hub_settings *s = &hub->settings;

	hub->api = (struct api_context){.counts = &hub->counts, .trouble = hub_services_trouble, .trouble_context = &hub->services};
	hub->page = hub_page_context(&hub->host);
	hub->tables[0] = (struct http_table){.routes = api_routes, .count = api_route_count, .context = &hub->api};
	hub->tables[1] = (struct http_table){.routes = page_routes, .count = page_route_count, .context = &hub->page};
	hub->tables[2] = office_table(&hub->services.office);
	s->http.observe = api_observe;
	s->http.observe_context = &hub->counts;
	/* Officers' requests wait for the disk; with more threads than processors the screening beside them does not. */
	if (s->http.threads == 0)
		s->http.threads = THREADS;
	TRY(lists_open(hub->folder, LOADERS, &told, &hub->api.lists, ret_error));
	hub->host.lists = hub->api.lists;
	s->services.say = say_line;
	TRY(hub_services_start(&s->services, &hub->services, ret_error));
	hub->tables[3] = hub_log_table(hub->services.log);
	hub->redress = hub_redress_context(&hub->services.office);
	hub->tables[4] = (struct http_table){.routes = redress_routes, .count = redress_route_count, .context = &hub->redress};
	hub->tables[5] = public_feed_table(hub->services.feed);
	hub->tables[6] = hub_public_table(hub->services.public_side);
	TRY(refreshing_start(hub, ret_error));
	TRY(http_server_start(&s->http, hub->tables, sizeof hub->tables / sizeof hub->tables[0], &hub->server, ret_error));
	hub_services_serve(&hub->services, hub->server);
	return ST_OK;
}

static void hub_stop(struct hub *hub)
{
	hub_services_serve(&hub->services, NULL);
	http_server_stop(hub->server);
	keeper_stop(hub->host.keeper);
	hub_services_stop(&hub->services);
	lists_close(hub->api.lists);
	list_sources_release(&hub->sources);
	hub_settings_release(&hub->settings);
}

int command_hub(int argc, char **argv)
{
	struct hub hub = {.server = NULL};
	const struct hub_settings *s = &hub.settings;
	struct error error = {.code = ST_OK};
	sigset_t signals;
	int exit_status;

	if (!hub_settings_read(argc, argv, &hub.settings, &exit_status)) {
		hub_settings_release(&hub.settings);
		return exit_status;
	}
	snprintf(hub.folder, sizeof hub.folder, "%s%s", s->lists ? s->lists : s->data, s->lists ? "" : "/lists");
	(void)mkdir(s->data, 0700);
	if (s->lists == NULL)
		(void)mkdir(hub.folder, 0777);
	/* Blocked before any thread starts, so that only the descriptor below sees them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (hub_start(&hub, &error) == ST_OK) {
		printf("ready: http%s://%s:%u/\n", s->http.tls_key ? "s" : "", s->http.address ? s->http.address : "127.0.0.1",
		       http_server_port(hub.server));
		fflush(stdout);
		wait_for_signal(&signals);
	} else {
		say_error("cordon hub", NULL, &error);
	}
	exit_status = hub.server == NULL;
	hub_stop(&hub);
	return exit_status;
}
