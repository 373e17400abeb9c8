#include "cli/hub_services.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "account/accounts.h"
#include "border/list.h"
#include "cli/hub_tasks.h"
#include "cli/key_files.h"
#include "cli/world.h"
#include "model/entity_json.h"
#include "registry/registry.h"

#define SETUP_FILE "setup-code"
#define OIDC_FILE_MAX 65536u
#define GRACE_MS ((int64_t)24 * 3600 * 1000)

/* Into a file that only the operator may read: standard error ends in logs. */
static enum status setup_tell(const char *folder, struct text code, struct error *ret_error)
{
	char path[4096];
	bool good = snprintf(path, sizeof path, "%s/" SETUP_FILE, folder) < (int)sizeof path;
	int fd;

	if (good)
		(void)unlink(path);
	if (!good || code.len == 0)
		return ST_OK;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	good = fd >= 0 && dprintf(fd, "%.*s\n", TEXT_ARG(code)) > 0;
	if (fd >= 0)
		close(fd);
	if (!good)
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %s", path, strerror(errno));
	fprintf(stderr, "cordon hub: there is no administrator yet; the code to make the first one stands in %s\n", path);
	return ST_OK;
}

/* A small file of the operator's, whole. */
static enum status file_whole(const char *path, struct buffer *out, struct error *ret_error)
{
	FILE *file = fopen(path, "re");
	uint8_t piece[4096];
	size_t len;
	bool good;

	while (file && (len = fread(piece, 1, sizeof piece, file)) > 0)
		buffer_add(out, piece, len);
	good = file && !ferror(file) && buffer_status(out) == ST_OK;
	if (file)
		fclose(file);
	return good ? ST_OK : error_set(ret_error, ST_UNAVAILABLE, "%s cannot be read", path);
}

static enum status accounts_begin(const struct hub_services_options *options, struct office *office, struct error *ret_error)
{
	struct accounts_options accounts = {.host = options->host, .origin = options->origin};
	struct buffer oidc;
	enum status st = ST_OK;

	buffer_init(&oidc, OIDC_FILE_MAX);
	if (options->oidc)
		st = file_whole(options->oidc, &oidc, ret_error);
	accounts.oidc = buffer_text(&oidc);
	if (st == ST_OK)
		st = accounts_open(office->db, office->env, &accounts, &office->accounts, ret_error);
	buffer_release(&oidc);
	return st;
}

static void committed(void *context)
{
	struct hub_services *services = context;

	events_look(services->office.events);
}

/* The list has changed, and not only the audit: of that each thread finds out by itself, in groups. */
static void news(void *context)
{
	struct hub_services *services = context;

	public_feed_look(services->feed);
	hub_log_wake(services->log);
	hub_editions_wake(services->editions);
	hub_arrivals_wake(services->arrivals);
	hub_tasks_wake(services->tasks);
	hub_public_wake(services->public_side);
}

/* The logs of the hub are named after it; who changes the name begins new logs. */
static enum status log_start(const struct hub_services_options *options, struct hub_services *services, struct error *ret_error)
{
	services->log_options = (struct hub_log_options){.db = services->office.db, .env = services->office.env, .folder = options->folder,
							 .name = services->name, .witnesses = options->witnesses,
							 .witness_count = options->witness_count, .ca_file = options->ca_file,
							 .say = options->say};
	snprintf(services->name, sizeof services->name, "%s%.*s", options->name ? options->name : "cordon.",
		 options->name ? 0 : (int)services->office.host.len, services->office.host.data);
	TRY(hub_log_start(&services->log_options, &services->log, ret_error));
	services->office.trust = hub_log_trust(services->log);
	return ST_OK;
}

/* Checkpoints and listeners are told of it as of every commit. */
static void edition_made(void *context)
{
	struct hub_services *services = context;

	events_look(services->office.events);
}

/* Releases of figures, signed by the key of role public. */
static enum status tally_begin(struct hub_services *services, struct error *ret_error)
{
	struct office *office = &services->office;

	TRY(hub_key(&services->log_options, "public", &services->public_signer, ret_error));
	services->tally = (struct tally){.env = office->env, .host = office->host, .hub = text_of(services->name), .signer = &services->public_signer};
	office->tally = &services->tally;
	return ST_OK;
}

static enum status editions_begin(const struct hub_services_options *options, struct hub_services *services, struct error *ret_error)
{
	struct hub_editions_options editions = {.log = &services->log_options, .log_signer = hub_log_signer(services->log),
						.grace_ms = options->grace_ms > 0 ? options->grace_ms : GRACE_MS,
						.witnesses = services->office.trust.witnesses,
						.witness_count = services->office.trust.witness_count, .made = edition_made,
						.context = services};

	return hub_editions_start(&editions, &services->editions, ret_error);
}

/* The keys as checkpoints are given them: the file, and the witnesses that this hub knows besides. */
static enum status trusted_read_text(const struct hub_services_options *options, struct hub_services *services, struct error *ret_error)
{
	TRY(trusted_for_posts(options->folder, &services->trusted, ret_error));
	for (size_t i = 0; i < services->office.trust.witness_count; i++) {
		char vkey[NOTE_VKEY_SIZE];

		note_vkey(&services->office.trust.witnesses[i], vkey);
		if (memmem(services->trusted.data, services->trusted.len, vkey, strlen(vkey)) == NULL)
			buffer_printf(&services->trusted, "witness %s\n", vkey);
	}
	return buffer_status(&services->trusted);
}

static enum status feed_begin(const struct hub_services_options *options, struct hub_services *services, struct error *ret_error)
{
	struct office *office = &services->office;
	struct public_feed_options feed = {.db = office->db, .env = office->env, .border = office->border, .list = text_of(services->name),
					   .signer = hub_editions_signer(services->editions),
					   .epoch = hub_editions_epoch(services->editions)};

	if (options->bell)
		TRY(bell_nats_open(&(struct bell_options){.address = options->bell, .list = services->name}, &services->nats, ret_error));
	feed.nats = services->nats;
	TRY(trusted_read_text(options, services, ret_error));
	office->list = feed.list;
	office->trusted = buffer_text(&services->trusted);
	return public_feed_new(&feed, &services->feed, ret_error);
}

/* Answers to carriers have turned round. */
static void turned(void *context)
{
	struct hub_services *services = context;

	hub_carriers_wake(services->carriers);
}

static enum status arrivals_begin(const struct hub_services_options *options, struct hub_services *services, struct error *ret_error)
{
	struct office *office = &services->office;
	const struct hub_arrivals_options arrivals = {.office = office, .turned = turned, .say = options->say, .context = services};
	const struct hub_carriers_options carriers = {.office = office, .address = options->carrier_address, .port = options->carrier_port};

	TRY(border_list_new(&services->border, office->trusted, office->list, &services->border.list, ret_error));
	if (options->carrier_port)
		TRY(hub_carriers_start(&carriers, &services->carriers, ret_error));
	return hub_arrivals_start(&arrivals, &services->arrivals, ret_error);
}

enum status hub_services_start(const struct hub_services_options *options, struct hub_services *services,
			       struct error *ret_error)
{
	struct office *office = &services->office;
	struct text code;

	office->env = world_env();
	TRY(db_open(options->db, NULL, &office->db, ret_error));
	TRY(accounts_begin(options, office, ret_error));
	office->host = accounts_host(office->accounts);
	TRY(accounts_setup_code(office->accounts, &code, ret_error));
	TRY(setup_tell(options->folder, code, ret_error));
	TRY(registry_open(office->db, office->env, office->host, &office->registry, ret_error));
	services->border = (struct border){.db = office->db, .env = office->env, .host = office->host, .registry = office->registry};
	office->border = &services->border;
	TRY(log_start(options, services, ret_error));
	TRY(tally_begin(services, ret_error));
	office->committed = committed;
	office->news = news;
	office->context = services;
	TRY(events_new(office, &office->events, ret_error));
	TRY(editions_begin(options, services, ret_error));
	TRY(feed_begin(options, services, ret_error));
	TRY(arrivals_begin(options, services, ret_error));
	TRY(hub_public_start(&services->log_options,
			     &(struct alert_head){.site = text_of(options->public_site ? options->public_site : "http://127.0.0.1:8100"),
						  .sender = text_of(services->name),
						  .authority = options->public_authority ? text_of(options->public_authority) : TEXT_NONE,
						  .hotline = options->public_hotline ? text_of(options->public_hotline) : TEXT_NONE},
			     office, &services->public_side, ret_error));
	TRY(hub_tasks_start(office, options->say, &services->tasks, ret_error));
	return events_start(office->events, ret_error);
}

void hub_services_serve(struct hub_services *services, struct http_server *server)
{
	if (services->office.events)
		events_wakes(services->office.events, server);
}

void hub_services_trouble(void *context, struct buffer *out)
{
	struct hub_services *services = context;
	struct error error;

	if (!events_trouble(services->office.events, &error))
		return;
	buffer_printf(out, "{\"service\":\"database\",\"state\":\"failed\",\"reason\":");
	json_add_string(out, text_of(error.message));
	buffer_add_char(out, '}');
}

void hub_services_stop(struct hub_services *services)
{
	/* First who tells the others, last what they tell. */
	events_halt(services->office.events);
	hub_tasks_stop(services->tasks);
	hub_public_stop(services->public_side);
	hub_editions_stop(services->editions);
	hub_arrivals_stop(services->arrivals);
	hub_carriers_stop(services->carriers);
	border_list_free(services->border.list);
	hub_log_stop(services->log);
	public_feed_free(services->feed);
	bell_nats_close(services->nats);
	buffer_release(&services->trusted);
	note_signer_clear(&services->public_signer);
	events_free(services->office.events);
	registry_close(services->office.registry);
	accounts_close(services->office.accounts);
	db_close(services->office.db);
	*services = (struct hub_services){.tasks = NULL};
}
