/* The process that hears strangers. It makes pages from the bulletin, and has nothing else. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bulletin/upload.h"
#include "ident/asked.h"
#include "portal/alarm.h"
#include "portal/assets.h"
#include "portal/jail.h"
#include "portal/site.h"

#define THREADS 8u
#define FORM_MAX ((size_t)65536)
#define FILES_MAX ((size_t)21 << 20) /* a form with files, where no script sent them before: 20 MB of them */

static void begin(void *context, const struct http_request *request, struct http_response *response)
{
	struct visit v;
	char where[16];
	struct text path;

	if (visit_begin(&v, context, request, response, "")) {
		snprintf(where, sizeof where, "/%s/", v.language);
		response->status = 302;
		if (arena_text(request->arena, text_of(where), &path) == ST_OK)
			http_set_header(response, TEXT("Location"), path);
		http_set_header(response, TEXT("Vary"), TEXT("Accept-Language"));
		http_set_header(response, TEXT("Cache-Control"), TEXT("no-cache"));
	}
	visit_end(&v);
}

static void asset(void *context, const struct http_request *request, struct http_response *response)
{
	const struct http_asset *found = asset_find(request->captures[0]);

	if (found)
		http_asset_answer(request, found, response);
	else
		site_refuse(context, request, response, 404, TEXT(""));
}

/* Answers for pages that a browser keeps for when there is no network; it must stand at the top to reach every language's. */
static void worker(void *context, const struct http_request *request, struct http_response *response)
{
	const struct http_asset *found = asset_find(text_of(asset_name("note-worker.js")));

	if (found == NULL) {
		site_refuse(context, request, response, 404, TEXT(""));
		return;
	}
	http_answer(response, 200, TEXT("text/javascript; charset=utf-8"), (struct text){(const char *)found->data.data, found->data.len});
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-cache"));
}

static void robots(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	http_answer(response, 200, TEXT("text/plain; charset=utf-8"), TEXT("User-agent: *\nAllow: /\n"));
}

/* For whoever watches over it: nothing that the pages do not say. */
static void health(void *context, const struct http_request *request, struct http_response *response)
{
	struct site *site = context;
	const struct news_paper *paper = news_hold(site->news);

	(void)request;
	response->status = 200;
	http_set_header(response, TEXT("Content-Type"), TEXT("application/json"));
	http_set_header(response, TEXT("Cache-Control"), TEXT("no-store"));
	if (paper)
		buffer_printf(&response->body, "{\"status\":\"ok\",\"bulletin\":%llu,\"age_ms\":%lld}\n", (unsigned long long)paper->note.number,
			      (long long)(env_now(&portal_env) - paper->note.time_ms));
	else
		buffer_printf(&response->body, "{\"status\":\"ok\",\"bulletin\":null}\n");
	news_release(site->news, paper);
}

const struct http_route site_routes[] = {
	{HTTP_GET, "/", begin, 0},
	{HTTP_GET, "/healthz", health, 0},
	{HTTP_GET, "/robots.txt", robots, 0},
	{HTTP_GET, "/n.js", worker, 0},
	{HTTP_GET, "/assets/{file}", asset, 0},
	{HTTP_GET, "/bulletin", ask_note, 0},
	{HTTP_GET, "/pack", ask_pack, 0},
	{HTTP_GET, "/join/kit.json", join_kit, 0},
	{HTTP_POST, "/check", ask_check, 64},
	{HTTP_POST, "/receipt", ask_receipt, 64},
	{HTTP_POST, "/upload/{upload}/{place}", page_upload, UPLOAD_PART_MAX + 1},
	{HTTP_GET, "/{language}/", page_start, 0},
	{HTTP_GET, "/{language}/check", page_check, 0},
	{HTTP_POST, "/{language}/check", page_check, FORM_MAX},
	{HTTP_GET, "/{language}/check/job", page_job, 0},
	{HTTP_POST, "/{language}/check/job", page_job, FORM_MAX},
	{HTTP_GET, "/{language}/report", page_report, 0},
	{HTTP_GET, "/{language}/report/money", page_report_money, 0},
	{HTTP_GET, "/{language}/report/tip", page_report_tip, 0},
	{HTTP_POST, "/{language}/report/tip", page_report_tip, FILES_MAX},
	{HTTP_GET, "/{language}/report/full", page_report_full, 0},
	{HTTP_POST, "/{language}/report/full", page_report_full, FILES_MAX},
	{HTTP_GET, "/{language}/report/complaint", page_complaint, 0},
	{HTTP_POST, "/{language}/report/complaint", page_complaint, FILES_MAX},
	{HTTP_GET, "/{language}/status", page_status, 0},
	{HTTP_POST, "/{language}/status", page_status, FORM_MAX},
	{HTTP_POST, "/{language}/status/follow", page_follow, FILES_MAX},
	{HTTP_GET, "/{language}/n", page_note, 0},
	{HTTP_POST, "/{language}/n", page_note, FORM_MAX},
	{HTTP_GET, "/{language}/calendar", page_calendar, 0},
	{HTTP_GET, "/{language}/help", page_help, 0},
	{HTTP_GET, "/{language}/alerts", page_alerts, 0},
	{HTTP_GET, "/{language}/alerts/{id}", page_alert, 0},
	{HTTP_GET, "/{language}/alerts.rss", alerts_rss, 0},
	{HTTP_GET, "/{language}/alerts.json", alerts_json, 0},
	{HTTP_GET, "/{language}/alerts.cap", alerts_cap, 0},
	{HTTP_GET, "/alerts/{file}", alert_message_cap, 0},
	{HTTP_GET, "/media/{file}", alert_media, 0},
	{HTTP_GET, "/{language}/learn", page_learn, 0},
	{HTTP_GET, "/{language}/learn/trial", page_trial, 0},
	{HTTP_GET, "/{language}/learn/trial/{course}/{answers}", page_trial_step, 0},
	{HTTP_POST, "/{language}/learn/trial/{course}/{answers}", page_trial_step, FORM_MAX},
	{HTTP_GET, "/{language}/learn/trial/{course}/{answers}/why", page_trial_why, 0},
	{HTTP_GET, "/{language}/learn/trial/{course}/reminder.ics", page_trial_reminder, 0},
	{HTTP_GET, "/{language}/learn/{channel}/{place}", page_lesson, 0},
	{HTTP_GET, "/{language}/learn/{channel}/{place}/{answers}", page_lesson, 0},
	{HTTP_GET, "/{language}/learn/{channel}/result/{answers}", page_lesson_result, 0},
	{HTTP_GET, "/{language}/learn/{channel}/print", page_lesson_print, 0},
	{HTTP_GET, "/{language}/learn/{channel}/reminder.ics", page_lesson_reminder, 0},
	{HTTP_GET, "/{language}/embed/learn/{channel}/{place}", page_lesson, 0},
	{HTTP_GET, "/{language}/embed/learn/{channel}/{place}/{answers}", page_lesson, 0},
	{HTTP_GET, "/{language}/embed/learn/{channel}/result/{answers}", page_lesson_result, 0},
	{HTTP_GET, "/{language}/figures", page_figures, 0},
	{HTTP_GET, "/{language}/{file}", figures_file, 0},
	{HTTP_GET, "/{language}/redress", page_redress, 0},
	{HTTP_POST, "/{language}/redress", page_redress, FILES_MAX},
	{HTTP_GET, "/{language}/about", page_about, 0},
	{HTTP_GET, "/{language}/join", page_join, 0},
};
const size_t site_route_count = sizeof site_routes / sizeof site_routes[0];

/* What libraries open when they are first used is opened before nothing can be opened any more. */
static void libraries_wake(void)
{
	const struct asked_query query = {.text = TEXT("https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444/\uff11")};
	struct asked asked;
	struct error error;

	if (asked_read(&query, &asked, &error) != ST_OK)
		portal_say("web: addresses beyond ASCII cannot be read: %s", error.message);
	json_object_seed(0);
}

static enum status web_open(struct site *site, const struct portal_ends *ends, struct error *ret_error)
{
	site->asking = asking_new(ends->ask);
	site->hand = hand_new(ends->hand);
	site->limits = limits_new(&portal_env, alarm_marked, site);
	site->surge = surge_new(&portal_env, alarm_surged, site);
	if (site->asking == NULL || site->hand == NULL || site->limits == NULL || site->surge == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	TRY(join_kit_make(&site->kit, ret_error));
	TRY(news_start(ends->news, &site->settings->key, &site->news, ret_error));
	return alarms_start(site, &site->alarms, ret_error);
}

int portal_web(const struct portal_settings *settings, const struct portal_ends *ends, const char *name, int listener, uint16_t port, bool first)
{
	const struct jail jail = {.kind = JAIL_WEB, .no_landlock = settings->no_landlock};
	const struct http_server_options options = {.listener = listener, .threads = THREADS, .body_max = FORM_MAX, .target_max = 2000,
						    .idle_ms = 30000, .request_ms = 20000, .connections_max = 2048, .proxied = settings->proxied};
	struct site site = {.settings = settings, .name = name};
	const struct http_table table = {.routes = site_routes, .count = site_route_count, .context = &site, .prefix = "/", .refuse = site_refuse, .same_origin = true};
	struct http_server *server = NULL;
	struct error error = {.message = ""};
	sigset_t signals;
	int told;

	libraries_wake();
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	/* Before any thread, so that all of them leave it to the one who waits. */
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (jail_shut(&jail, &error) != ST_OK || web_open(&site, ends, &error) != ST_OK || http_server_start(&options, &table, 1, &server, &error) != ST_OK) {
		portal_say("web: %s", error.message);
		return 1;
	}
	if (first) {
		printf("ready: http://%s:%u/\n", settings->address ? settings->address : "127.0.0.1", port);
		fflush(stdout);
	}
	sigwait(&signals, &told);
	http_server_stop(server);
	return 0;
}
