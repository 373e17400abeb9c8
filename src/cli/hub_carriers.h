/* The carriers' port: interchanges over TCP, one behind the other, without TLS: on loopback, or behind the operator's own tunnel.
 * docs/formats/carriers.md. */
#ifndef CLI_HUB_CARRIERS_H
#define CLI_HUB_CARRIERS_H

#include "office/office.h"

struct hub_carriers;

struct hub_carriers_options {
	struct office *office;
	const char *address; /* numeric; NULL: 127.0.0.1 */
	uint16_t port;
};

/* A thread that serves all lines. `office` must outlive it. Fails: ST_UNAVAILABLE (the address is taken, thread), ST_MALFORMED (address),
 * ST_NO_MEMORY. */
MUST_USE enum status hub_carriers_start(const struct hub_carriers_options *options, struct hub_carriers **ret, struct error *ret_error);
void hub_carriers_wake(struct hub_carriers *carriers); /* answers have turned round; any thread; NULL is fine */
void hub_carriers_stop(struct hub_carriers *carriers); /* NULL is fine */

#endif
