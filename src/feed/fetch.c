#include "feed/fetch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <curl/curl.h>

#define SLOW_BYTES_A_SECOND 1000L
#define ERROR_BODY_MAX ((uint64_t)1 << 20) /* of a page that says why not; read, not kept */
#define HOST_SIZE 128u

/* ---- addresses ---- */

struct place {
	bool https;
	char host[HOST_SIZE];
};

/* By address, not by a name that begins like one ("127.example.org"). */
static bool is_loopback(const char *host)
{
	struct in_addr address;

	if (inet_pton(AF_INET, host, &address) == 1)
		return ntohl(address.s_addr) >> 24 == IN_LOOPBACKNET;
	return strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static enum status place_of(const char *address, struct place *ret_place, struct error *ret_error)
{
	CURLU *url = curl_url();
	char *scheme = NULL, *host = NULL, *user = NULL;
	enum status st = ST_DENIED;

	if (url && curl_url_set(url, CURLUPART_URL, address, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		bool has_user = curl_url_get(url, CURLUPART_USER, &user, 0) == CURLUE_OK;

		ret_place->https = strcmp(scheme, "https") == 0;
		snprintf(ret_place->host, HOST_SIZE, "%s", host);
		if (has_user)
			error_set(ret_error, st, "an address must not carry a name or password");
		else if (ret_place->https || (strcmp(scheme, "http") == 0 && is_loopback(host)))
			st = ST_OK;
		else
			error_set(ret_error, st, "%.200s: not an https address", address);
	} else {
		error_set(ret_error, st, "%.200s: not an https address", address);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(url);
	return st;
}

enum status fetch_check_address(const char *address, struct error *ret_error)
{
	struct place place;

	return place_of(address, &place, ret_error);
}

/* ---- one transfer ---- */

struct transfer {
	const struct fetch_request *request;
	CURL *curl;
	int fd;
	struct place place;
	struct digest digest;
	struct fetch_answer answer;
	uint64_t ignored;
	enum status st;     /* why a callback stopped the transfer */
	struct error error;
};

static enum status write_all(int fd, const uint8_t *data, size_t len, struct error *ret_error)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(ret_error, ST_UNAVAILABLE, "cannot be written: %s",
					 strerror(n < 0 ? errno : ENOSPC));
		data += n;
		len -= (size_t)n;
	}
	return ST_OK;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct transfer *t = context;
	size_t len = size * count;
	long code = 0;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code != 200) {
		t->ignored += len;
		return t->ignored > ERROR_BODY_MAX ? 0 : len;
	}
	if (len > t->request->limits->bytes_max - t->answer.bytes)
		t->st = error_set(&t->error, ST_LIMIT, "more than %llu bytes",
				  (unsigned long long)t->request->limits->bytes_max);
	else
		t->st = write_all(t->fd, (const uint8_t *)data, len, &t->error);
	if (t->st != ST_OK)
		return 0;
	t->answer.bytes += len;
	digest_add(&t->digest, (struct bytes){(const uint8_t *)data, len});
	return len;
}

/* A value that is too long or has control characters is none: it could not be sent back. */
static void field_take(struct text line, struct text name, char out[FETCH_TAG_SIZE])
{
	struct text value;

	if (line.len <= name.len || !text_equal_nocase((struct text){line.data, name.len}, name))
		return;
	value = text_trim((struct text){line.data + name.len, line.len - name.len});
	if (value.len >= FETCH_TAG_SIZE)
		return;
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.data[i] < 0x20 || (unsigned char)value.data[i] > 0x7E)
			return;
	memcpy(out, value.data, value.len);
	out[value.len] = '\0';
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
	struct transfer *t = context;
	struct text line = {data, size * count};

	if (text_starts(line, TEXT("HTTP/")))
		t->answer.etag[0] = t->answer.last_modified[0] = '\0';
	field_take(line, TEXT("ETag:"), t->answer.etag);
	field_take(line, TEXT("Last-Modified:"), t->answer.last_modified);
	return line.len;
}

static int on_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total, curl_off_t up)
{
	const struct fetch_request *r = ((struct transfer *)context)->request;

	(void)up_total;
	(void)up;
	return r->go_on && !r->go_on(r->context, (uint64_t)done, (uint64_t)total);
}

static enum status failure(struct transfer *t, CURLcode code, const char *details, struct error *ret_error)
{
	const char *host = t->place.host;
	curl_off_t connected = 0;

	if (t->st != ST_OK) {
		*ret_error = t->error;
		return t->st;
	}
	curl_easy_getinfo(t->curl, CURLINFO_CONNECT_TIME_T, &connected);
	/* What came before anything of the list is told in the library's words: a reset, what a proxy refused. */
	if (code == CURLE_RECV_ERROR && t->answer.bytes == 0)
		code = CURLE_HTTP_RETURNED_ERROR;
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return error_at(ret_error, ST_UNAVAILABLE, FETCH_NO_NETWORK, -1, "no network: %s cannot be found", host);
	case CURLE_COULDNT_CONNECT:
		return error_at(ret_error, ST_UNAVAILABLE, FETCH_NO_NETWORK, -1, "no network: %s cannot be reached", host);
	case CURLE_OPERATION_TIMEDOUT:
		if (connected == 0)
			return error_at(ret_error, ST_UNAVAILABLE, FETCH_NO_NETWORK, -1,
					"no network: %s cannot be reached", host);
		return error_set(ret_error, ST_UNAVAILABLE, "%s sent too little for %u s", host,
				 t->request->limits->patience_s);
	case CURLE_FILESIZE_EXCEEDED:
		return error_set(ret_error, ST_LIMIT, "more than %llu bytes",
				 (unsigned long long)t->request->limits->bytes_max);
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		return error_set(ret_error, ST_UNAVAILABLE, "%s cut the transfer off after %llu bytes", host,
				 (unsigned long long)t->answer.bytes);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return error_set(ret_error, ST_DENIED, "%s: certificate not trusted: %.120s", host, details);
	case CURLE_ABORTED_BY_CALLBACK:
		return error_set(ret_error, ST_UNAVAILABLE, "stopped");
	default:
		return error_set(ret_error, ST_UNAVAILABLE, "%s: %.150s", host,
				 details[0] ? details : curl_easy_strerror(code));
	}
}

static void options_set(struct transfer *t, const char *address, struct curl_slist *headers, char *details)
{
	const struct fetch_limits *limits = t->request->limits;
	CURL *c = t->curl;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, address);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, t->place.https ? "https" : "http");
	if (!t->place.https)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	/* A look-up of a name that hangs does not hold up who stops the transfer. */
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (limits->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, limits->ca_file);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "cordon");
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)limits->patience_s);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES_A_SECOND);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)limits->patience_s);
	curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)limits->bytes_max);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, details);
}

/* What the status line means; gives the next address, owned by the transfer's handle, or NULL at the end. */
static enum status verdict(struct transfer *t, bool conditional, const char **ret_next, struct error *ret_error)
{
	const char *host = t->place.host;
	char *next = NULL;
	long code = 0;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &next);
	*ret_next = NULL;
	if (code == 200)
		return ST_OK;
	if (code == 304 && conditional) {
		t->answer.unchanged = true;
		return ST_OK;
	}
	if (next && (code == 301 || code == 302 || code == 303 || code == 307 || code == 308)) {
		*ret_next = next;
		return ST_OK;
	}
	return error_set(ret_error,
			 code == 404 || code == 410   ? ST_NOT_FOUND
			 : code == 401 || code == 403 ? ST_DENIED
						      : ST_UNAVAILABLE,
			 "%s answers with status %ld", host, code);
}

/* One request, without following where it leads. */
static enum status hop(struct transfer *t, const char *address, struct curl_slist *headers, const char **ret_next,
		       struct error *ret_error)
{
	char details[CURL_ERROR_SIZE] = "";
	CURLcode code;

	options_set(t, address, headers, details);
	code = curl_easy_perform(t->curl);
	curl_easy_setopt(t->curl, CURLOPT_ERRORBUFFER, NULL);
	if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && t->ignored > ERROR_BODY_MAX))
		return failure(t, code, details, ret_error);
	return verdict(t, headers != NULL, ret_next, ret_error);
}

static enum status follow(struct transfer *t, struct curl_slist *headers, struct error *ret_error)
{
	char *address = strdup(t->request->address);
	enum status st = address ? place_of(address, &t->place, ret_error)
				 : error_set(ret_error, ST_NO_MEMORY, "out of memory");

	for (unsigned hops = 0; st == ST_OK; hops++) {
		const char *next = NULL;
		bool was_https = t->place.https;

		st = hop(t, address, headers, &next, ret_error);
		if (st != ST_OK || next == NULL)
			break;
		free(address);
		address = strdup(next);
		if (address == NULL)
			st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
		else if (hops == FETCH_REDIRECTS_MAX)
			st = error_set(ret_error, ST_LIMIT, "more than %u redirections", FETCH_REDIRECTS_MAX);
		else if (place_of(address, &t->place, NULL) != ST_OK || (was_https && !t->place.https))
			st = error_set(ret_error, ST_DENIED, "redirected to what is not https: %.150s", address);
	}
	free(address);
	return st;
}

static struct curl_slist *condition_add(struct curl_slist *list, const char *name, const char *value, bool *failed)
{
	char line[FETCH_TAG_SIZE + 32];
	struct curl_slist *longer;

	if (value == NULL || value[0] == '\0')
		return list;
	snprintf(line, sizeof line, "%s: %s", name, value);
	longer = curl_slist_append(list, line);
	*failed = *failed || longer == NULL;
	return longer ? longer : list;
}

enum status fetch_file(const struct fetch_request *request, int fd, struct fetch_answer *ret_answer,
		       struct error *ret_error)
{
	struct transfer t = {.request = request, .fd = fd, .curl = curl_easy_init()};
	struct curl_slist *headers = NULL;
	bool failed = t.curl == NULL;
	enum status st = ST_OK;

	headers = condition_add(headers, "If-None-Match", request->etag, &failed);
	headers = condition_add(headers, "If-Modified-Since", request->last_modified, &failed);
	if (failed)
		st = error_set(ret_error, ST_NO_MEMORY, "out of memory");
	if (st == ST_OK)
		st = digest_init(&t.digest, ret_error);
	if (st == ST_OK)
		st = follow(&t, headers, ret_error);
	if (st == ST_OK) {
		digest_finish(&t.digest, &t.answer.digests);
		t.answer.modified_s = t.answer.last_modified[0] ? (int64_t)curl_getdate(t.answer.last_modified, NULL) : -1;
		*ret_answer = t.answer;
	}
	digest_release(&t.digest);
	curl_slist_free_all(headers);
	curl_easy_cleanup(t.curl);
	return st;
}
