#include "feed/call.h"

#include <curl/curl.h>
#include <stdio.h>

#include "feed/fetch.h"

#define PATIENCE_S 10u

struct coming {
	CURL *curl;
	struct buffer *body;
	bool rest; /* only the rest was asked for, and nothing has come yet */
};

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct coming *coming = context;
	long status = 0;

	if (coming->rest) {
		curl_easy_getinfo(coming->curl, CURLINFO_RESPONSE_CODE, &status);
		if (status != 206)
			buffer_clear(coming->body);
		coming->rest = false;
	}
	buffer_add(coming->body, data, size * count);
	return buffer_status(coming->body) == ST_OK ? count : 0;
}

static int on_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up)
{
	const struct call *call = context;

	(void)done, (void)up_total, (void)up;
	if (call->coming)
		*call->coming = total > 0 ? (uint64_t)total : 0;
	return call->go_on && !call->go_on(call->context);
}

static struct curl_slist *headers_of(const struct call *call)
{
	/* No `Expect: 100-continue`: these bodies are small. */
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *longer;
	char line[512];

	/* A hub wants it of whatever changes something. */
	if (call->body.data) {
		longer = curl_slist_append(list, "X-Cordon: 1");
		list = longer ? longer : list;
	}
	if (call->type) {
		snprintf(line, sizeof line, "Content-Type: %s", call->type);
		longer = curl_slist_append(list, line);
		list = longer ? longer : list;
	}
	if (call->authorization) {
		snprintf(line, sizeof line, "Authorization: %s", call->authorization);
		longer = curl_slist_append(list, line);
		list = longer ? longer : list;
	}
	return list;
}

static void options_set(CURL *c, const struct call *call, struct curl_slist *headers, struct coming *coming, char *details)
{
	bool https = strncmp(call->address, "https:", 6) == 0;

	curl_easy_setopt(c, CURLOPT_URL, call->address);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
	if (!https)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (call->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, call->ca_file);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "cordon");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)(call->patience_s ? call->patience_s : PATIENCE_S));
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, coming);
	if (coming->rest)
		curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)coming->body->len);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, call);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, details);
	if (call->body.data) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, call->body.data);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
	}
}

static enum status failure(const struct call *call, CURLcode code, const struct buffer *body, const char *details,
			   struct error *ret_error)
{
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return error_set(ret_error, ST_DENIED, "%.100s: certificate not trusted: %.100s", call->address, details);
	if (code == CURLE_WRITE_ERROR && buffer_status(body) == ST_LIMIT)
		return error_set(ret_error, ST_LIMIT, "%.100s answers with more than %zu bytes", call->address, body->ceiling);
	return error_set(ret_error, ST_UNAVAILABLE, "%.100s: %.120s", call->address, details[0] ? details : curl_easy_strerror(code));
}

enum status call_make(const struct call *call, unsigned *ret_status, struct buffer *ret_body, struct error *ret_error)
{
	char details[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers;
	CURL *curl;
	CURLcode code;
	long status = 0;
	struct coming coming = {.body = ret_body, .rest = call->resume && ret_body->len > 0};
	enum status st = ST_OK;

	TRY(fetch_check_address(call->address, ret_error));
	curl = curl_easy_init();
	if (curl == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	headers = headers_of(call);
	coming.curl = curl;
	if (!coming.rest)
		buffer_clear(ret_body);
	options_set(curl, call, headers, &coming, details);
	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		st = failure(call, code, ret_body, details, ret_error);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	if (st == ST_OK)
		*ret_status = (unsigned)status;
	return st;
}
