#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api.h"
#include "cli/commands.h"
#include "cli/fetching.h"
#include "cli/hub_page.h"
#include "cli/hub_services.h"
#include "cli/source.h"
#include "feed/keeper.h"
#include "http/server.h"

static const char usage_text[] =
	"usage: cordon hub [--data DIR] [--lists DIR] [--address ADDRESS] [--port N] [--threads N] [--refresh HOURS]\n"
	"\n"
	"Serves the lists in the folder --lists (default: DATA/lists; DATA is run) over HTTP on 127.0.0.1, port 8080.\n"
	"Lists are taken up again whenever their files change; of a file that is bad the last good content stays in force,\n"
	"which is told on standard error, on the page and under /readyz. Prints `ready: ADDRESS` and stops on SIGINT or SIGTERM.\n"
	"\n"
	"--refresh downloads the published lists that the folder holds (none: the standard ones) whenever they were not\n"
	"checked for HOURS, in the background; what is held stays in force until the new one is good. --sources and --ca are\n"
	"those of `cordon lists`.\n";

struct settings {
	const char *data, *lists;
	struct http_server_options http;
	struct hub_services_options services;
	struct fetching fetching;
	int64_t refresh_ms; /* 0: lists are not fetched */
};

#define REFRESH_HOURS_MAX 8760.0

/* "0.5" as milliseconds. */
static bool parse_hours(const char *s, int64_t *ret_ms)
{
	char *end;
	double hours = strtod(s, &end);

	if (end == s || *end || !(hours > 0 && hours <= REFRESH_HOURS_MAX))
		return false;
	*ret_ms = (int64_t)(hours * 3600000);
	return *ret_ms > 0;
}

static bool settings_parse(int argc, char **argv, struct settings *s, int *ret_exit)
{
	static const struct option options[] = {
		{"data", required_argument, NULL, 'd'},    {"lists", required_argument, NULL, 'l'},
		{"address", required_argument, NULL, 'a'}, {"port", required_argument, NULL, 'p'},
		{"threads", required_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
		{"refresh", required_argument, NULL, 'r'}, {"sources", required_argument, NULL, 's'},
		{"ca", required_argument, NULL, 'c'},
		{NULL, 0, NULL, 0},
	};
	int option;
	uint64_t n;
	bool good = true;

	*s = (struct settings){.data = "run", .http = {.port = 8080}, .services = {.host = "kh"}};
	fetching_init(&s->fetching);
	while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			s->data = optarg;
		else if (option == 'l')
			s->lists = optarg;
		else if (option == 'a')
			s->http.address = optarg;
		else if (option == 'p' && text_to_uint(text_of(optarg), 65535, &n) == ST_OK)
			s->http.port = (uint16_t)n;
		else if (option == 'j' && text_to_uint(text_of(optarg), 64, &n) == ST_OK && n)
			s->http.threads = (unsigned)n;
		else if (option == 'r')
			good = parse_hours(optarg, &s->refresh_ms);
		else if (option == 's' || option == 'c')
			good = fetching_take(&s->fetching, option, optarg);
		else
			good = false;
		if (option == 'h') {
			fputs(usage_text, stdout);
			*ret_exit = 0;
			return false;
		}
	}
	good = good && optind == argc;
	if (!good)
		fputs(usage_text, stderr);
	*ret_exit = 2;
	return good;
}

static void say_line(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "cordon hub: %s\n", line);
}

/* Nothing is fetched where that was not asked for. */
static enum status refreshing_start(const struct settings *s, const char *folder, struct list_sources *sources,
				    struct keeper **ret_keeper, struct error *ret_error)
{
	struct keeper_options options = {.folder = folder, .sources = sources, .refresh = s->fetching.refresh,
					 .every_ms = s->refresh_ms, .say = say_line};

	if (s->refresh_ms == 0)
		return ST_OK;
	TRY(fetching_sources(s->fetching.sources, sources, ret_error));
	return keeper_start(&options, ret_keeper, ret_error);
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

int command_hub(int argc, char **argv)
{
	static const struct lists_told told = {say_line, NULL};
	struct settings s;
	struct api_counts counts = {0};
	struct api_context api = {NULL, &counts};
	struct page_context page;
	struct hub_services services = {0};
	struct http_table tables[3];
	struct http_server *server = NULL;
	struct error error = {.code = ST_OK};
	struct list_sources sources = {.count = 0};
	struct hub_page_host host = {NULL, NULL};
	sigset_t signals;
	char folder[4096];
	int exit_status;

	if (!settings_parse(argc, argv, &s, &exit_status))
		return exit_status;
	snprintf(folder, sizeof folder, "%s%s", s.lists ? s.lists : s.data, s.lists ? "" : "/lists");
	if (s.lists == NULL) {
		(void)mkdir(s.data, 0777);
		(void)mkdir(folder, 0777);
	}
	/* Blocked before any thread starts, so that only the descriptor below sees them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	s.http.observe = api_observe;
	s.http.observe_context = &counts;
	tables[0] = (struct http_table){.routes = api_routes, .count = api_route_count, .context = &api};
	tables[2] = office_table(&services.office);
	if (lists_open(folder, s.http.threads ? s.http.threads : 2, &told, &api.lists, &error) == ST_OK) {
		host.lists = api.lists;
		page = hub_page_context(&host);
		tables[1] = (struct http_table){.routes = page_routes, .count = page_route_count, .context = &page};
		if (hub_services_start(&s.services, &services, &error) == ST_OK &&
		    refreshing_start(&s, folder, &sources, &host.keeper, &error) == ST_OK &&
		    http_server_start(&s.http, tables, 3, &server, &error) == ST_OK) {
			printf("ready: http://%s:%u/\n", s.http.address ? s.http.address : "127.0.0.1",
			       http_server_port(server));
			fflush(stdout);
			wait_for_signal(&signals);
		}
	}
	if (server == NULL)
		say_error("cordon hub", NULL, &error);
	http_server_stop(server);
	keeper_stop(host.keeper);
	hub_services_stop(&services);
	lists_close(api.lists);
	list_sources_release(&sources);
	return server == NULL;
}
