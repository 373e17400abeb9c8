#include "portal/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "feed/call.h"
#include "portal/keep.h"

#define PATIENCE_S 120u

const char *source_folder(const struct source *source)
{
	return strncmp(source->hub, "file:", 5) == 0 ? source->hub + 5 : NULL;
}

uint16_t source_port(const struct source *source)
{
	const char *host = strstr(source->hub, "://"), *end, *colon;
	bool https = strncmp(source->hub, "https:", 6) == 0;
	uint64_t port = https ? 443 : 80;

	if (host == NULL || (!https && strncmp(source->hub, "http:", 5) != 0))
		return 0;
	host += 3;
	end = host + strcspn(host, "/?#");
	/* After the last bracket of a numeric address, if there is one. */
	colon = memchr(host, ']', (size_t)(end - host));
	colon = memchr(colon ? colon : host, ':', (size_t)(end - (colon ? colon : host)));
	if (colon && text_to_uint((struct text){colon + 1, (size_t)(end - colon - 1)}, UINT16_MAX, &port) != ST_OK)
		return 0;
	return (uint16_t)port;
}

static enum status answer_status(unsigned status, const char *name, struct error *ret_error)
{
	if (status == 200 || status == 201)
		return ST_OK;
	return error_set(ret_error,
			 status == 404 || status == 405 ? ST_NOT_FOUND : status == 413 || status == 422 || status == 400 ? ST_MALFORMED
			 : status == 429 ? ST_LIMIT : ST_UNAVAILABLE,
			 "the hub answers %u to %.80s", status, name);
}

enum status source_get(const struct source *source, const char *name, struct buffer *out, struct error *ret_error)
{
	const char *folder = source_folder(source);
	char address[KEEP_PATH];
	const struct call call = {.address = address, .ca_file = source->ca_file, .patience_s = PATIENCE_S};
	unsigned status;

	if (snprintf(address, sizeof address, folder ? "%s/%s" : "%s/public/%s", folder ? folder : source->hub, name) >= (int)sizeof address)
		return error_set(ret_error, ST_LIMIT, "an address is too long");
	if (folder)
		return keep_read(address, out, ret_error);
	TRY(call_make(&call, &status, out, ret_error));
	return answer_status(status, name, ret_error);
}

enum status source_put(const struct source *source, const char *item_name, struct bytes item, struct error *ret_error)
{
	const char *folder = source_folder(source);
	char address[KEEP_PATH];
	struct call call = {.address = address, .body = {(const char *)item.data, item.len}, .type = "application/octet-stream",
			    .ca_file = source->ca_file, .patience_s = PATIENCE_S};
	struct buffer answer;
	struct stat about;
	unsigned status;
	enum status st;

	if (snprintf(address, sizeof address, folder ? "%s/inbox" : "%s/public/inbox", folder ? folder : source->hub) >= (int)sizeof address)
		return error_set(ret_error, ST_LIMIT, "an address is too long");
	if (folder)
		return stat(address, &about) == 0 && S_ISDIR(about.st_mode) ? keep_write(address, item_name, item, ret_error)
									    : error_set(ret_error, ST_NOT_FOUND, "%.120s is no folder", address);
	buffer_init(&answer, (size_t)1 << 16);
	st = call_make(&call, &status, &answer, ret_error);
	if (st == ST_OK)
		st = answer_status(status, "inbox", ret_error);
	buffer_release(&answer);
	return st;
}
