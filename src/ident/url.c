#include "ident/url.h"

void url_init(struct url *url)
{
	*url = (struct url){.port = -1};
	buffer_init(&url->scheme, URL_PART_MAX);
	buffer_init(&url->username, URL_PART_MAX);
	buffer_init(&url->password, URL_PART_MAX);
	buffer_init(&url->host, URL_PART_MAX);
	buffer_init(&url->path, URL_PART_MAX);
	buffer_init(&url->query, URL_PART_MAX);
	buffer_init(&url->fragment, URL_PART_MAX);
}

void url_release(struct url *url)
{
	buffer_release(&url->scheme);
	buffer_release(&url->username);
	buffer_release(&url->password);
	buffer_release(&url->host);
	buffer_release(&url->path);
	buffer_release(&url->query);
	buffer_release(&url->fragment);
}

static const struct special {
	const char *scheme;
	int port;
} specials[] = {{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}, {"ftp", 21}, {"file", -1}};

static const struct special *special_of(struct text scheme)
{
	for (size_t i = 0; i < sizeof specials / sizeof specials[0]; i++)
		if (text_equal(scheme, text_of(specials[i].scheme)))
			return &specials[i];
	return NULL;
}

bool url_is_special(struct text scheme)
{
	return special_of(scheme) != NULL;
}

static bool in_set(uint8_t c, enum url_set set)
{
	static const char *const marks[] = {
		[URL_SET_C0] = "",
		[URL_SET_FRAGMENT] = " \"<>`",
		[URL_SET_QUERY] = " \"#<>",
		[URL_SET_SPECIAL_QUERY] = " \"#<>'",
		[URL_SET_PATH] = " \"#<>?^`{}",
		[URL_SET_USERINFO] = " \"#<>?^`{}/:;=@[\\]|",
	};

	return c < 0x20 || c > 0x7e || strchr(marks[set], c) != NULL;
}

void url_escape(struct buffer *out, struct text in, enum url_set set)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = (uint8_t)in.data[i];

		if (in_set(c, set)) {
			buffer_add_char(out, '%');
			buffer_add_char(out, hex[c >> 4]);
			buffer_add_char(out, hex[c & 15]);
		} else {
			buffer_add_char(out, (char)c);
		}
	}
}

/* Where we are: everything is read by slices of what is left. */
struct reading {
	struct text left;
	const struct url *base;
	struct url *url;
	bool special;
};

static char first(const struct reading *r)
{
	return r->left.len ? r->left.data[0] : 0;
}

static void skip(struct reading *r, size_t n)
{
	r->left = (struct text){r->left.data + n, r->left.len - n};
}

static bool is_slash(const struct reading *r, char c)
{
	return c == '/' || (r->special && c == '\\');
}

/* Takes up to the first of "/?#", and '\\' where the scheme is special. */
static struct text take_to_path(struct reading *r)
{
	size_t n = 0;

	while (n < r->left.len && !is_slash(r, r->left.data[n]) && r->left.data[n] != '?' && r->left.data[n] != '#')
		n++;
	struct text taken = {r->left.data, n};

	skip(r, n);
	return taken;
}

static bool is_alpha(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_drive(struct text t)
{
	return t.len == 2 && is_alpha(t.data[0]) && (t.data[1] == ':' || t.data[1] == '|');
}

/* "starts with a Windows drive letter": C: or C| and then nothing, / \ ? or #. */
static bool starts_drive(struct text t)
{
	return t.len >= 2 && is_drive((struct text){t.data, 2}) && (t.len == 2 || strchr("/\\?#", t.data[2]) != NULL);
}

static bool is_file(const struct url *url)
{
	return text_equal(buffer_text(&url->scheme), TEXT("file"));
}

/* "shorten a url's path". The path is kept as "/a/b": each part with the slash before it. */
static void shorten(struct url *url)
{
	struct text path = buffer_text(&url->path);

	if (is_file(url) && path.len == 3 && is_drive((struct text){path.data + 1, 2}) && path.data[2] == ':')
		return;
	while (url->path.len && url->path.data[--url->path.len] != '/')
		continue;
}

static size_t dots(struct text part)
{
	size_t count = 0, i = 0;

	while (i < part.len) {
		if (part.data[i] == '.')
			i++;
		else if (part.len - i >= 3 && text_equal_nocase((struct text){part.data + i, 3}, TEXT("%2e")))
			i += 3;
		else
			return 0;
		count++;
	}
	return count;
}

static void path_add(struct url *url, struct text part)
{
	size_t from;

	buffer_add_char(&url->path, '/');
	from = url->path.len;
	url_escape(&url->path, part, URL_SET_PATH);
	if (is_file(url) && from == 1 && url->path.len == 3 && is_drive((struct text){(const char *)url->path.data + 1, 2}))
		url->path.data[2] = ':';
}

static void query_and_fragment(struct reading *r)
{
	struct url *url = r->url;

	if (first(r) == '?') {
		size_t end = text_find(r->left, '#', 1);

		url->has_query = true;
		url_escape(&url->query, (struct text){r->left.data + 1, end - 1}, r->special ? URL_SET_SPECIAL_QUERY : URL_SET_QUERY);
		skip(r, end);
	}
	if (first(r) == '#') {
		url->has_fragment = true;
		url_escape(&url->fragment, (struct text){r->left.data + 1, r->left.len - 1}, URL_SET_FRAGMENT);
		skip(r, r->left.len);
	}
}

/* "path state": parts up to the query. */
static void path_parts(struct reading *r)
{
	for (;;) {
		struct text part = take_to_path(r);
		bool more = r->left.len && is_slash(r, first(r));
		size_t n = dots(part);

		if (n == 2)
			shorten(r->url);
		if (n != 1 && n != 2)
			path_add(r->url, part);
		else if (!more)
			buffer_add_char(&r->url->path, '/');
		if (!more)
			break;
		skip(r, 1);
	}
	query_and_fragment(r);
}

/* "path start state" */
static void path_start(struct reading *r)
{
	if (r->special || (r->left.len && first(r) != '?' && first(r) != '#')) {
		if (is_slash(r, first(r)))
			skip(r, 1);
		path_parts(r);
		return;
	}
	query_and_fragment(r);
}

static enum status port_read(struct reading *r, struct text digits)
{
	const struct special *special = special_of(buffer_text(&r->url->scheme));
	unsigned port = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return ST_MALFORMED;
		port = port * 10 + (unsigned)(digits.data[i] - '0');
		if (port > 65535)
			return ST_MALFORMED;
	}
	r->url->port = digits.len == 0 || (special && special->port == (int)port) ? -1 : (int)port;
	return ST_OK;
}

/* "host state", "port state" */
static enum status host_and_port(struct reading *r, struct text in)
{
	size_t colon = 0;
	bool bracket = false;

	while (colon < in.len && (bracket || in.data[colon] != ':')) {
		bracket = in.data[colon] == '[' || (bracket && in.data[colon] != ']');
		colon++;
	}
	if (colon == 0 && (r->special || in.len))
		return ST_MALFORMED;
	TRY(url_host_parse((struct text){in.data, colon}, r->special, &r->url->host, &r->url->host_kind));
	return colon < in.len ? port_read(r, (struct text){in.data + colon + 1, in.len - colon - 1}) : ST_OK;
}

/* "authority state" */
static enum status authority(struct reading *r)
{
	struct text whole = take_to_path(r), host = whole;
	size_t at = whole.len;

	while (at && whole.data[at - 1] != '@')
		at--;
	if (at) {
		struct text user = {whole.data, at - 1};
		size_t colon = text_find(user, ':', 0);

		host = (struct text){whole.data + at, whole.len - at};
		if (host.len == 0)
			return ST_MALFORMED;
		url_escape(&r->url->username, (struct text){user.data, colon}, URL_SET_USERINFO);
		if (colon < user.len)
			url_escape(&r->url->password, (struct text){user.data + colon + 1, user.len - colon - 1}, URL_SET_USERINFO);
	}
	TRY(host_and_port(r, host));
	path_start(r);
	return ST_OK;
}

static enum status authority_behind_slashes(struct reading *r)
{
	while (r->left.len && (first(r) == '/' || first(r) == '\\'))
		skip(r, 1);
	return authority(r);
}

static void host_copy(struct url *url, const struct url *base)
{
	buffer_clear(&url->host);
	buffer_add_text(&url->host, buffer_text(&base->host));
	url->host_kind = base->host_kind;
}

static void authority_copy(struct url *url, const struct url *base)
{
	buffer_add_text(&url->username, buffer_text(&base->username));
	buffer_add_text(&url->password, buffer_text(&base->password));
	host_copy(url, base);
	url->port = base->port;
}

/* What both "relative state" and "file state" do with what follows a base's path. */
static void behind_base_path(struct reading *r)
{
	buffer_add_text(&r->url->path, buffer_text(&r->base->path));
	if (r->left.len && first(r) != '?' && first(r) != '#') {
		if (!is_file(r->url) || !starts_drive(r->left))
			shorten(r->url);
		else
			buffer_clear(&r->url->path);
		path_parts(r);
		return;
	}
	if (first(r) != '?' && r->base->has_query) {
		r->url->has_query = true;
		buffer_add_text(&r->url->query, buffer_text(&r->base->query));
	}
	query_and_fragment(r);
}

/* "relative state", "relative slash state" */
static enum status relative(struct reading *r)
{
	bool slash = r->left.len && is_slash(r, first(r));
	char second = r->left.len > 1 ? r->left.data[1] : 0;

	if (slash && is_slash(r, second)) {
		skip(r, 2);
		return r->special ? authority_behind_slashes(r) : authority(r);
	}
	authority_copy(r->url, r->base);
	if (slash) {
		skip(r, 1);
		path_parts(r);
	} else {
		behind_base_path(r);
	}
	return ST_OK;
}

/* "file host state" */
static enum status file_host(struct reading *r)
{
	struct text all = r->left, host = take_to_path(r);

	if (is_drive(host)) {
		r->left = all;
		path_parts(r);
		return ST_OK;
	}
	if (host.len) {
		TRY(url_host_parse(host, true, &r->url->host, &r->url->host_kind));
		if (text_equal(buffer_text(&r->url->host), TEXT("localhost")))
			buffer_clear(&r->url->host);
	}
	path_start(r);
	return ST_OK;
}

/* "file state", "file slash state" */
static enum status file(struct reading *r)
{
	bool like_base = r->base && is_file(r->base);
	struct text path = like_base ? buffer_text(&r->base->path) : TEXT_NONE;

	r->url->host_kind = URL_HOST_NAME;
	if (r->left.len && is_slash(r, first(r))) {
		skip(r, 1);
		if (r->left.len && is_slash(r, first(r))) {
			skip(r, 1);
			return file_host(r);
		}
		if (like_base) {
			host_copy(r->url, r->base);
			if (!starts_drive(r->left) && path.len >= 3 && is_drive((struct text){path.data + 1, 2}) && path.data[2] == ':' &&
			    (path.len == 3 || path.data[3] == '/'))
				buffer_add_text(&r->url->path, (struct text){path.data, 3});
		}
		path_parts(r);
		return ST_OK;
	}
	if (like_base) {
		host_copy(r->url, r->base);
		behind_base_path(r);
	} else {
		path_parts(r);
	}
	return ST_OK;
}

/* "opaque path state". Blanks that would end the path are escaped, so that they survive. */
static void opaque(struct reading *r)
{
	struct text path;
	size_t n = 0;

	while (n < r->left.len && r->left.data[n] != '?' && r->left.data[n] != '#')
		n++;
	path = (struct text){r->left.data, n};
	r->url->opaque_path = true;
	if (n < r->left.len && n && path.data[n - 1] == ' ') {
		url_escape(&r->url->path, (struct text){path.data, n - 1}, URL_SET_C0);
		buffer_add_text(&r->url->path, TEXT("%20"));
	} else {
		url_escape(&r->url->path, path, URL_SET_C0);
	}
	skip(r, n);
	query_and_fragment(r);
}

/* What follows the scheme and its colon. */
static enum status behind_scheme(struct reading *r)
{
	if (is_file(r->url))
		return file(r);
	if (r->special) {
		if (r->base && text_equal(buffer_text(&r->base->scheme), buffer_text(&r->url->scheme)) &&
		    !text_starts(r->left, TEXT("//")))
			return relative(r);
		return authority_behind_slashes(r);
	}
	if (text_starts(r->left, TEXT("//"))) {
		skip(r, 2);
		return authority(r);
	}
	if (first(r) == '/') {
		skip(r, 1);
		path_parts(r);
		return ST_OK;
	}
	opaque(r);
	return ST_OK;
}

static enum status without_scheme(struct reading *r)
{
	if (r->base == NULL || (r->base->opaque_path && first(r) != '#'))
		return ST_MALFORMED;
	buffer_add_text(&r->url->scheme, buffer_text(&r->base->scheme));
	r->special = url_is_special(buffer_text(&r->url->scheme));
	if (r->base->opaque_path) {
		r->url->opaque_path = true;
		buffer_add_text(&r->url->path, buffer_text(&r->base->path));
		r->url->has_query = r->base->has_query;
		buffer_add_text(&r->url->query, buffer_text(&r->base->query));
		query_and_fragment(r);
		return ST_OK;
	}
	return is_file(r->url) ? file(r) : relative(r);
}

/* "scheme start state", "scheme state": 0 where there is none. */
static size_t scheme_len(struct text in)
{
	size_t n = 0;

	while (n < in.len && (is_alpha(in.data[n]) || (n && ((in.data[n] >= '0' && in.data[n] <= '9') || memchr("+-.", in.data[n], 3)))))
		n++;
	return n && n < in.len && in.data[n] == ':' ? n : 0;
}

static enum status url_failure(const struct url *url)
{
	const struct buffer *parts[] = {&url->scheme, &url->username, &url->password, &url->host, &url->path, &url->query, &url->fragment};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		TRY(buffer_status(parts[i]));
	return ST_OK;
}

/* Without control characters and blanks at its ends, and without tabs and line ends anywhere. */
static enum status clean(struct text in, struct buffer *out)
{
	while (in.len && (uint8_t)in.data[0] <= ' ')
		in = (struct text){in.data + 1, in.len - 1};
	while (in.len && (uint8_t)in.data[in.len - 1] <= ' ')
		in.len--;
	for (size_t i = 0; i < in.len; i++)
		if (in.data[i] != '\t' && in.data[i] != '\n' && in.data[i] != '\r')
			buffer_add_char(out, in.data[i]);
	return buffer_status(out);
}

enum status url_parse(struct text in, const struct url *base, struct url *url)
{
	struct reading r = {.base = base, .url = url};
	struct buffer cleaned;
	enum status st;
	size_t n;

	buffer_init(&cleaned, URL_PART_MAX);
	TRY_OUT(clean(in, &cleaned));
	r.left = buffer_text(&cleaned);
	n = scheme_len(r.left);
	for (size_t i = 0; i < n; i++)
		buffer_add_char(&url->scheme, is_alpha(r.left.data[i]) ? (char)(r.left.data[i] | 0x20) : r.left.data[i]);
	if (n) {
		skip(&r, n + 1);
		r.special = url_is_special(buffer_text(&url->scheme));
	}
	TRY_OUT(n ? behind_scheme(&r) : without_scheme(&r));
	st = url_failure(url);
out:
	buffer_release(&cleaned);
	return st;
}

void url_write(const struct url *url, struct buffer *out)
{
	struct text path = buffer_text(&url->path);

	buffer_add_text(out, buffer_text(&url->scheme));
	buffer_add_char(out, ':');
	if (url->host_kind != URL_HOST_NONE) {
		buffer_add_text(out, TEXT("//"));
		buffer_add_text(out, buffer_text(&url->username));
		if (url->password.len) {
			buffer_add_char(out, ':');
			buffer_add_text(out, buffer_text(&url->password));
		}
		if (url->username.len || url->password.len)
			buffer_add_char(out, '@');
		buffer_add_text(out, buffer_text(&url->host));
		if (url->port >= 0)
			buffer_printf(out, ":%d", url->port);
	} else if (!url->opaque_path && text_starts(path, TEXT("//"))) {
		buffer_add_text(out, TEXT("/."));
	}
	buffer_add_text(out, path);
	if (url->has_query) {
		buffer_add_char(out, '?');
		buffer_add_text(out, buffer_text(&url->query));
	}
	if (url->has_fragment) {
		buffer_add_char(out, '#');
		buffer_add_text(out, buffer_text(&url->fragment));
	}
}
