#include <unicode/uidna.h>

#include "ident/asked_link.h"
#include "ident/suffix.h"
#include "ident/url.h"
#include "ident/url_safe.h"
#include "text/script.h"

#include "shared_hosts.inc"

#define HOST_SHOWN_SIZE 1024

/* What stands around a link in a text. */
static struct text without_brackets(struct text t)
{
	while (t.len && strchr("(<[{\"'`", t.data[0]))
		t = (struct text){t.data + 1, t.len - 1};
	while (t.len && strchr(")>]}\"'`.,;!?", t.data[t.len - 1]))
		t.len--;
	return t;
}

static size_t host_end(struct text t, size_t from)
{
	while (from < t.len && strchr("/\\?#:", t.data[from]) == NULL)
		from++;
	return from;
}

bool asked_host_like(struct text whole)
{
	struct text t = without_brackets(whole), last;
	size_t end = host_end(t, 0);
	bool digits = true;

	last = (struct text){t.data, end};
	for (size_t i = 0; i < end; i++) {
		if ((uint8_t)t.data[i] <= ' ' || t.data[i] == '@')
			return false;
		if (t.data[i] == '.' && i + 1 < end)
			last = (struct text){t.data + i + 1, end - i - 1};
	}
	for (size_t i = 0; i < last.len; i++)
		digits = digits && ((last.data[i] >= '0' && last.data[i] <= '9') || last.data[i] == '.');
	return last.len >= 2 && last.len < end && !digits;
}

static size_t scheme_end(struct text t)
{
	size_t n = 0;

	while (n < t.len && (uint8_t)t.data[n] < 0x80 && (!asked_is_mark((uint8_t)t.data[n]) || strchr("+-.", t.data[n])))
		n++;
	return n && text_starts((struct text){t.data + n, t.len - n}, TEXT("://")) ? n : 0;
}

bool asked_url_like(struct text whole)
{
	struct text t = without_brackets(whole);
	size_t end = host_end(t, 0);

	if (scheme_end(t) || (end < t.len && t.data[end] == ':' &&
			      (text_equal_nocase((struct text){t.data, end}, TEXT("http")) ||
			       text_equal_nocase((struct text){t.data, end}, TEXT("https")))))
		return true;
	return asked_host_like(t) && (end < t.len || (t.len > 5 && text_equal_nocase((struct text){t.data + t.len - 5, 5}, TEXT(".t.me"))));
}

/* With its scheme, for the parser. A messenger's scheme is read as a host's would be: tg://resolve; *ret_own is then "tg", within t. */
static enum status with_scheme(struct text t, struct buffer *out, struct text *ret_own, struct error *ret_error)
{
	static const char *const webs[] = {"http", "https", "ftp", "ws", "wss"};
	size_t colon = text_find(t, ':', 0), end = scheme_end(t);
	struct text scheme = {t.data, colon < t.len ? colon : 0};

	*ret_own = TEXT_NONE;
	for (size_t i = 0; scheme.len && i < sizeof webs / sizeof webs[0]; i++)
		if (text_equal_nocase(scheme, text_of(webs[i]))) {
			buffer_add_text(out, t);
			return buffer_status(out);
		}
	if (end && asked_link_scheme((struct text){t.data, end})) {
		*ret_own = (struct text){t.data, end};
		t = (struct text){t.data + end + 3, t.len - end - 3};
		end = 0;
	}
	if (end || (ret_own->len == 0 && scheme.len && !asked_host_like(t)))
		return error_because(ret_error, ST_MALFORMED, "url-scheme", NULL, "not an address of the web");
	buffer_add_text(out, text_starts(t, TEXT("//")) ? TEXT("http:") : TEXT("http://"));
	buffer_add_text(out, t);
	return buffer_status(out);
}

/* Letters of scripts that do not stand together in one word: Latin with Han and one of kana or Hangul may. */
static bool label_mixes(struct text label)
{
	bool seen[SCRIPT_COUNT] = {false};
	size_t at = 0, count = 0;

	while (at < label.len)
		seen[script_of(text_next(label, &at))] = true;
	seen[SCRIPT_COMMON] = false;
	if (seen[SCRIPT_HAN] || seen[SCRIPT_KANA] || seen[SCRIPT_HANGUL]) {
		if (seen[SCRIPT_KANA] && seen[SCRIPT_HANGUL])
			return true;
		seen[SCRIPT_HAN] = seen[SCRIPT_KANA] = seen[SCRIPT_LATIN] = false;
		seen[SCRIPT_HANGUL] = true;
	}
	for (size_t i = 0; i < SCRIPT_COUNT; i++)
		count += seen[i];
	return count > 1;
}

/* The host as people read it: letters beyond ASCII as they are, unless they mix. */
static enum status host_show(struct text host, struct asked *ret, struct error *ret_error)
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode code = U_ZERO_ERROR;
	char room[HOST_SHOWN_SIZE];
	struct text shown = host, rest, label;
	UIDNA *idna;

	if (text_starts(host, TEXT("xn--")) || text_has(host, TEXT(".xn--"))) {
		int32_t n;

		ret->warnings |= ASKED_PUNYCODE;
		idna = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_UNICODE, &code);
		if (U_FAILURE(code))
			return error_set(ret_error, ST_NO_MEMORY, "no memory for a host");
		n = uidna_nameToUnicodeUTF8(idna, host.data, (int32_t)host.len, room, (int32_t)sizeof room, &info, &code);
		uidna_close(idna);
		/* What means nothing is no host: browsers do not open it, whatever the standard lets pass. */
		if (U_FAILURE(code) || n <= 0 || (size_t)n > sizeof room || (info.errors & (UIDNA_ERROR_PUNYCODE | UIDNA_ERROR_INVALID_ACE_LABEL)) ||
		    text_check((struct bytes){(uint8_t *)room, (size_t)n}, &shown, NULL) != ST_OK)
			return error_because(ret_error, ST_MALFORMED, "url-host", NULL, "no host that can be");
		for (rest = shown; text_split(&rest, '.', &label);)
			ret->warnings |= label_mixes(label) ? ASKED_MIXED_SCRIPT : 0;
	}
	if (ret->warnings & ASKED_MIXED_SCRIPT)
		shown = host;
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s", TEXT_ARG(shown));
}

/* The row with the longest host; NULL if none. */
static const struct shared_hosts_row *shared_find(struct text host)
{
	const struct shared_hosts_row *found = NULL;

	for (size_t i = 0; i < SHARED_HOSTS_COUNT; i++) {
		const struct shared_hosts_row *row = &shared_hosts_rows[i];
		bool under = text_starts(row->host, TEXT("*."));
		struct text name = under ? (struct text){row->host.data + 2, row->host.len - 2} : row->host;
		struct text tail = {host.data + host.len - name.len, name.len};

		if (host.len < name.len || !text_equal(tail, name) || (host.len > name.len && host.data[host.len - name.len - 1] != '.') ||
		    (under && host.len == name.len))
			continue;
		if (found == NULL || row->host.len > found->host.len)
			found = row;
	}
	return found;
}

static void small(struct buffer *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] >= 'A' && b->data[i] <= 'Z')
			b->data[i] |= 0x20;
}

/* Host, so many parts of the path, and one field of the query. */
static enum status shared_write(const struct shared_hosts_row *row, const struct link *link, struct asked *ret, struct error *ret_error)
{
	struct text part, host = text_starts(row->host, TEXT("*.")) ? link->host : row->host;
	struct buffer tail, value;
	enum status st = ST_OK;

	buffer_init(&tail, ASKED_INPUT_MAX * 3);
	buffer_init(&value, ASKED_INPUT_MAX * 3);
	for (size_t n = 0; n < row->parts && asked_path_part(link->path, n, &part); n++) {
		buffer_add_char(&tail, '/');
		buffer_add_text(&tail, part);
	}
	if (row->query.len && asked_query_value(link->query, row->query, &value)) {
		buffer_add_char(&tail, '?');
		buffer_add_text(&tail, row->query);
		buffer_add_char(&tail, '=');
		buffer_add_text(&tail, buffer_text(&value));
	}
	TRY_OUT(buffer_status(&tail));
	if (text_equal(row->letters, TEXT("fold")))
		small(&tail);
	ret->warnings |= (tail.len ? ASKED_SHARED : 0u) | (text_equal(row->hides, TEXT("y")) ? ASKED_HIDES : 0u);
	TRY_OUT(asked_write(ret->x, sizeof ret->x, ret_error, "url|%.*s%.*s", TEXT_ARG(host), TEXT_ARG(buffer_text(&tail))));
	if (tail.len)
		TRY_OUT(asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s%.*s", TEXT_ARG(host), TEXT_ARG(buffer_text(&tail))));
out:
	buffer_release(&tail);
	buffer_release(&value);
	return st;
}

static enum status by_host(const struct url *url, const struct link *link, struct asked *ret, struct error *ret_error)
{
	const struct shared_hosts_row *row = shared_find(link->host);
	struct text registrable = link->host;

	ret->kind = ASKED_URL;
	ret->warnings |= url->username.len || url->password.len ? ASKED_USERINFO : 0;
	if (url->host_kind != URL_HOST_NAME) {
		ret->warnings |= ASKED_IP;
		TRY(asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s", TEXT_ARG(link->host)));
	} else {
		if (text_find(link->host, '.', 0) == link->host.len || text_starts(link->host, TEXT(".")) || text_has(link->host, TEXT("..")))
			return error_because(ret_error, ST_MALFORMED, "url-host", NULL, "a host of one label, or with an empty one");
		TRY(host_show(link->host, ret, ret_error));
		if (row)
			return shared_write(row, link, ret, ret_error);
		registrable = suffix_registrable(link->host);
	}
	return asked_write(ret->x, sizeof ret->x, ret_error, "url|%.*s", TEXT_ARG(registrable));
}

static enum status read_parsed(const struct url *url, struct text own, struct asked *ret, struct error *ret_error)
{
	struct link link = {.host = buffer_text(&url->host), .query = buffer_text(&url->query)};
	struct buffer path, fragment, own_host;
	enum status st;

	buffer_init(&path, ASKED_INPUT_MAX * 3);
	buffer_init(&fragment, ASKED_INPUT_MAX * 3);
	buffer_init(&own_host, ASKED_INPUT_MAX);
	TRY_OUT(url_safe_path(buffer_bytes(&url->path), &path));
	TRY_OUT(url_safe_escape(buffer_bytes(&url->fragment), &fragment));
	link.path = buffer_text(&path);
	link.fragment = buffer_text(&fragment);
	while (link.host.len && link.host.data[link.host.len - 1] == '.')
		link.host.len--;
	buffer_add_text(&own_host, own);
	small(&own_host);
	buffer_printf(&own_host, ":%.*s", TEXT_ARG(link.host));
	TRY_OUT(buffer_status(&own_host));
	if (own.len)
		link.host = buffer_text(&own_host);
	if (asked_link_read(&link, ret))
		goto out;
	*ret = (struct asked){.kind = ASKED_URL};
	if (own.len)
		st = error_because(ret_error, ST_MALFORMED, "url-scheme", NULL, "a link of an app that names no account");
	else if (link.host.len == 0)
		st = error_because(ret_error, ST_MALFORMED, "url-host", NULL, "no host that can be");
	else
		st = by_host(url, &link, ret, ret_error);
out:
	buffer_release(&path);
	buffer_release(&fragment);
	buffer_release(&own_host);
	return st;
}

enum status asked_url(struct text whole, struct asked *ret, struct error *ret_error)
{
	struct text own;
	struct buffer address;
	struct url url;
	enum status st;

	url_init(&url);
	buffer_init(&address, 2 * ASKED_INPUT_MAX);
	TRY_OUT(with_scheme(without_brackets(whole), &address, &own, ret_error));
	st = url_parse(buffer_text(&address), NULL, &url);
	if (st == ST_MALFORMED)
		st = error_because(ret_error, ST_MALFORMED, "url-host", NULL, "no host that can be");
	TRY_OUT(st);
	st = read_parsed(&url, own, ret, ret_error);
out:
	buffer_release(&address);
	url_release(&url);
	return st;
}
