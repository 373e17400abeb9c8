#include "feed/bell_nats.h"

#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVERS_MAX 16u
#define SUBJECT_SIZE 320u
#define MESSAGE_MAX 32u
#define WAITING_MAX 64 /* messages */
#define AGAIN_MS 2000
#define PING_MS 15000
#define TIMEOUT_MS 5000

struct bell_nats {
	struct bell_options options;
	char subject[SUBJECT_SIZE];
	natsOptions *how;
	natsConnection *connection;
	natsSubscription *subscription;
};

/* ---- what it calls, from its threads ---- */

static void on_connected(natsConnection *connection, void *context)
{
	(void)connection, (void)context;
}

/* By default it writes to standard error. */
static void on_trouble(natsConnection *connection, natsSubscription *subscription, natsStatus status, void *context)
{
	(void)connection, (void)subscription, (void)status, (void)context;
}

static void on_message(natsConnection *connection, natsSubscription *subscription, natsMsg *message, void *context)
{
	struct bell_nats *nats = context;
	struct text said = TEXT_NONE, urgent = TEXT("urgent "), edition = TEXT("edition ");
	int len = natsMsg_GetDataLength(message);

	(void)connection, (void)subscription;
	if (len > 0 && len <= (int)MESSAGE_MAX)
		said = (struct text){natsMsg_GetData(message), (size_t)len};
	if (text_starts(said, urgent))
		nats->options.ring(nats->options.context, BELL_URGENT, (struct text){said.data + urgent.len, said.len - urgent.len});
	else if (text_starts(said, edition))
		nats->options.ring(nats->options.context, BELL_EDITION, (struct text){said.data + edition.len, said.len - edition.len});
	natsMsg_Destroy(message);
}

/* ---- life ---- */

static enum status servers_set(natsOptions *how, const char *address, struct error *ret_error)
{
	const char *servers[SERVERS_MAX];
	char *copy = strdup(address), *rest = copy, *one;
	int count = 0;
	bool good = copy != NULL;

	while (good && (one = strsep(&rest, ",")) != NULL) {
		good = count < (int)SERVERS_MAX && strncmp(one, "nats://", 7) == 0 && one[7] && strchr(one, '@') == NULL;
		if (good)
			servers[count++] = one;
	}
	good = good && natsOptions_SetServers(how, servers, count) == NATS_OK;
	free(copy);
	return good ? ST_OK
		    : error_set(ret_error, ST_DENIED, "a bell of NATS is nats://HOST:PORT without a password, or at most %u with commas between", SERVERS_MAX);
}

/* Quietly, for ever, to none but the servers that were given; what could not be said at once is not kept. */
static bool how_set(struct bell_nats *nats)
{
	natsOptions *how = nats->how;

	return natsOptions_SetName(how, "cordon") == NATS_OK && natsOptions_SetMaxReconnect(how, -1) == NATS_OK &&
	       natsOptions_SetReconnectWait(how, AGAIN_MS) == NATS_OK && natsOptions_SetReconnectBufSize(how, 1) == NATS_OK &&
	       natsOptions_SetRetryOnFailedConnect(how, true, on_connected, NULL) == NATS_OK &&
	       natsOptions_SetErrorHandler(how, on_trouble, NULL) == NATS_OK && natsOptions_SetTimeout(how, TIMEOUT_MS) == NATS_OK &&
	       natsOptions_SetPingInterval(how, PING_MS) == NATS_OK && natsOptions_SetMaxPingsOut(how, 2) == NATS_OK &&
	       natsOptions_SetIgnoreDiscoveredServers(how, true) == NATS_OK;
}

static bool connect_to(struct bell_nats *nats)
{
	natsStatus s = natsConnection_Connect(&nats->connection, nats->how);

	if (s != NATS_OK && s != NATS_NOT_YET_CONNECTED)
		return false;
	return nats->options.ring == NULL ||
	       (natsConnection_Subscribe(&nats->subscription, nats->connection, nats->subject, on_message, nats) == NATS_OK &&
		natsSubscription_SetPendingLimits(nats->subscription, WAITING_MAX, WAITING_MAX * 1024) == NATS_OK);
}

enum status bell_nats_open(const struct bell_options *options, struct bell_nats **ret, struct error *ret_error)
{
	struct bell_nats *nats = calloc(1, sizeof *nats);
	enum status st;

	if (nats == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	nats->options = *options;
	st = snprintf(nats->subject, sizeof nats->subject, "cordon.%s.bell", options->list) < (int)sizeof nats->subject &&
			     natsOptions_Create(&nats->how) == NATS_OK
		     ? servers_set(nats->how, options->address, ret_error)
		     : error_set(ret_error, ST_NO_MEMORY, "NATS cannot be used");
	if (st == ST_OK && !(how_set(nats) && connect_to(nats)))
		st = error_set(ret_error, ST_UNAVAILABLE, "NATS cannot be used at %.200s", options->address);
	if (st != ST_OK) {
		bell_nats_close(nats);
		return st;
	}
	*ret = nats;
	return ST_OK;
}

bool bell_nats_heard(const struct bell_nats *nats)
{
	return natsConnection_Status(nats->connection) == NATS_CONN_STATUS_CONNECTED;
}

void bell_nats_say(struct bell_nats *nats, enum bell_kind kind, uint64_t number)
{
	char said[MESSAGE_MAX];

	snprintf(said, sizeof said, "%s %llu", kind == BELL_URGENT ? "urgent" : "edition", (unsigned long long)number);
	(void)natsConnection_PublishString(nats->connection, nats->subject, said);
}

void bell_nats_close(struct bell_nats *nats)
{
	if (nats == NULL)
		return;
	/* Nobody is called any more once the connection is closed and its subscription gone. */
	natsConnection_Close(nats->connection);
	natsSubscription_Destroy(nats->subscription);
	natsConnection_Destroy(nats->connection);
	natsOptions_Destroy(nats->how);
	(void)nats_CloseAndWait(TIMEOUT_MS);
	free(nats);
}
