#include "feed/call.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "feed/fetch.h"

#define PATIENCE_S 10u
#define CONNECT_S 20L
#define SILENCE_S 30L /* of a connection that was open before: it is dead, and nobody said so */

struct call_line {
	pthread_mutex_t lock;
	CURL *curl;
};

enum status call_line_open(struct call_line **ret, struct error *ret_error)
{
	struct call_line *line = calloc(1, sizeof *line);

	if (line == NULL || (line->curl = curl_easy_init()) == NULL) {
		free(line);
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	}
	pthread_mutex_init(&line->lock, NULL);
	*ret = line;
	return ST_OK;
}

void call_line_close(struct call_line *line)
{
	if (line == NULL)
		return;
	curl_easy_cleanup(line->curl);
	pthread_mutex_destroy(&line->lock);
	free(line);
}

struct coming {
	CURL *curl;
	struct buffer *body;
	bool rest; /* only the rest was asked for, and nothing has come yet */
	char *etag;
};

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
	const struct coming *coming = context;
	struct text line = text_trim((struct text){data, size * count});

	if (line.len > 6 && strncasecmp(line.data, "etag: ", 6) == 0 && line.len - 6 < CALL_ETAG_SIZE) {
		memcpy(coming->etag, line.data + 6, line.len - 6);
		coming->etag[line.len - 6] = '\0';
	}
	return size * count;
}

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

static struct curl_slist *headers_of(const struct call *call, const char *if_range)
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
	if (if_range) {
		snprintf(line, sizeof line, "If-Range: %s", if_range);
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
	char range[32];

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
	if (call->line) {
		curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
		curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
	}
	if (coming->etag) {
		curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
		curl_easy_setopt(c, CURLOPT_HEADERDATA, coming);
	}
	/* Not CURLOPT_RESUME_FROM: that fails where the answer is the whole file, because it is another one by now. */
	if (coming->rest) {
		snprintf(range, sizeof range, "%zu-", coming->body->len);
		curl_easy_setopt(c, CURLOPT_RANGE, range);
	}
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
	struct coming coming = {.body = ret_body, .rest = call->resume && ret_body->len > 0, .etag = call->etag};
	char if_range[CALL_ETAG_SIZE] = "";
	bool kept;
	enum status st = ST_OK;

	TRY(fetch_check_address(call->address, ret_error));
	kept = call->line && pthread_mutex_trylock(&call->line->lock) == 0;
	curl = kept ? call->line->curl : curl_easy_init();
	if (curl == NULL)
		return error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (coming.rest && call->etag)
		memcpy(if_range, call->etag, sizeof if_range);
	headers = headers_of(call, if_range[0] ? if_range : NULL);
	coming.curl = curl;
	if (!coming.rest)
		buffer_clear(ret_body);
	options_set(curl, call, headers, &coming, details);
	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		st = failure(call, code, ret_body, details, ret_error);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	if (kept) {
		curl_easy_reset(curl); /* the connection stays */
		pthread_mutex_unlock(&call->line->lock);
	} else {
		curl_easy_cleanup(curl);
	}
	curl_slist_free_all(headers);
	if (st == ST_OK)
		*ret_status = (unsigned)status;
	return st;
}
