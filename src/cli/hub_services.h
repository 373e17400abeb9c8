/* What `cordon hub` runs for its officers: the blacklist's database and everything that lives on it. */
#ifndef CLI_HUB_SERVICES_H
#define CLI_HUB_SERVICES_H

#include "cli/hub_arrivals.h"
#include "cli/hub_carriers.h"
#include "cli/hub_editions.h"
#include "cli/hub_log.h"
#include "cli/hub_public.h"
#include "office/events.h"
#include "office/public_feed.h"

struct hub_services {
	struct office office;
	struct border border;
	struct tally tally;
	struct note_signer public_signer; /* of what the public is told */
	struct hub_log *log;
	struct hub_log_options log_options;
	struct hub_editions *editions;
	struct hub_arrivals *arrivals;
	struct hub_carriers *carriers; /* NULL: no port was asked for */
	struct hub_tasks *tasks;
	struct hub_public *public_side;
	struct public_feed *feed;
	struct bell_nats *nats;
	struct buffer trusted; /* the public keys that readers are given */
	char name[64]; /* of the hub's keys: cordon.kh */
};

struct hub_services_options {
	const char *db;     /* as db_open takes it */
	const char *host;   /* country of the hub, alpha-2; NULL: as the database knows it, or kh */
	const char *folder; /* of the hub's own files */
	const char *origin; /* how officers reach it; NULL: http://localhost */
	const char *oidc;   /* file that describes the login of a ministry (account/oidc.h), or NULL */
	const char *name;   /* of its logs, as cordon.kh; NULL: cordon. and the country */
	const char *witnesses[LEDGER_KEYS_MAX]; /* VKEY or VKEY,URL */
	size_t witness_count;
	const char *bell;    /* nats://HOST:PORT, several with commas between: told of editions; may be NULL */
	int64_t grace_ms;    /* for a witness's cosignature before an edition goes out without; 0: 24 hours */
	const char *carrier_address; /* where carriers' lines come in; NULL: 127.0.0.1 */
	uint16_t carrier_port;       /* 0: none */
	const char *public_site;     /* address of the public site; NULL: http://127.0.0.1:8100 */
	const char *public_authority, *public_hotline; /* of alerts; may be NULL */
	const char *ca_file; /* for what the hub asks of others; may be NULL */
	void (*say)(void *context, const char *line);
};

/* What could not be started is stopped by hub_services_stop. */
MUST_USE enum status hub_services_start(const struct hub_services_options *options, struct hub_services *services,
					struct error *ret_error);
/* The server is there: tell it of news; NULL: it is about to stop. */
void hub_services_serve(struct hub_services *services, struct http_server *server);
/* As api_context.trouble: the database, while it cannot be reached. */
void hub_services_trouble(void *services, struct buffer *out);
void hub_services_stop(struct hub_services *services);

#endif
