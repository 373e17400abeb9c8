#include "ident/url_safe.h"

#include "ident/url.h"

#define SIZE_MAX_OF_PART (3 * URL_PART_MAX)
#define UNESCAPE_ROUNDS 1024u
#define HOSTS_MAX 7u  /* labels of the longest shortened host */
#define PATHS_MAX 4u  /* folders */

void url_safe_init(struct url_safe *url)
{
	url->has_query = false;
	buffer_init(&url->scheme, SIZE_MAX_OF_PART);
	buffer_init(&url->host, SIZE_MAX_OF_PART);
	buffer_init(&url->path, SIZE_MAX_OF_PART);
	buffer_init(&url->query, SIZE_MAX_OF_PART);
}

void url_safe_release(struct url_safe *url)
{
	buffer_release(&url->scheme);
	buffer_release(&url->host);
	buffer_release(&url->path);
	buffer_release(&url->query);
}

static struct text raw(const struct buffer *b)
{
	return (struct text){(const char *)b->data, b->len};
}

/* Into `io`, unescaped until nothing changes. */
static enum status unescape_all(struct buffer *io)
{
	struct buffer next;
	enum status st = ST_OK;

	buffer_init(&next, SIZE_MAX_OF_PART);
	for (size_t round = 0; round < UNESCAPE_ROUNDS; round++) {
		size_t before = io->len;

		buffer_clear(&next);
		url_unescape(&next, raw(io));
		TRY_OUT(buffer_status(&next));
		buffer_clear(io);
		buffer_add_text(io, raw(&next));
		TRY_OUT(buffer_status(io));
		if (io->len == before)
			break;
	}
out:
	buffer_release(&next);
	return st;
}

static void escape(struct text in, struct buffer *out)
{
	for (size_t i = 0; i < in.len; i++) {
		uint8_t c = (uint8_t)in.data[i];

		if (c <= 0x20 || c >= 0x7f || c == '#' || c == '%')
			buffer_printf(out, "%%%02x", c);
		else
			buffer_add_char(out, (char)c);
	}
}

/* Up to `mark`, which is taken away with it. */
static struct text part_before(struct text *rest, char mark)
{
	size_t end = text_find(*rest, mark, 0);
	struct text part = {rest->data, end};
	size_t taken = end < rest->len ? end + 1 : end;

	*rest = (struct text){rest->data + taken, rest->len - taken};
	return part;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as C writes it, at most 32 bits. */
static bool number_read(struct text t, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t base = 10, value = 0;

	if (t.len > 1 && t.data[0] == '0') {
		base = (t.data[1] | 0x20) == 'x' ? 16 : 8;
		t = base == 16 ? (struct text){t.data + 2, t.len - 2} : (struct text){t.data + 1, t.len - 1};
	}
	for (size_t i = 0; i < t.len; i++) {
		const char *found = strchr(digits, is_digit(t.data[i]) ? t.data[i] : t.data[i] | 0x20);

		if (found == NULL || (uint64_t)(found - digits) >= base)
			return false;
		value = value * base + (uint64_t)(found - digits);
		if (value > UINT32_MAX)
			return false;
	}
	*ret = (uint32_t)value;
	return t.len > 0;
}

/* Old resolvers take "1.2.3.4 anything" for 1.2.3.4, up to fifteen characters. */
static struct text without_rubbish(struct text host)
{
	size_t blank = text_find(host, ' ', 0);

	return host.len <= 15 && blank < host.len ? (struct text){host.data, blank} : host;
}

bool url_safe_ip(struct text host, struct buffer *out)
{
	uint32_t numbers[4];
	size_t count = 0;
	struct text part, rest = without_rubbish(host);

	if (rest.len == 0)
		return false;
	while (text_split(&rest, '.', &part))
		if (count == 4 || !number_read(part, &numbers[count++]))
			return false;
	for (size_t i = 0; i < 4; i++) {
		uint32_t value = i < count ? numbers[i] : 0;

		if (i + 1 >= count)
			value = numbers[count - 1] >> 8 * (3 - i) & 0xff;
		buffer_printf(out, i ? ".%u" : "%u", value & 0xff);
	}
	return true;
}

/* International names become ASCII; bytes that are no UTF-8 are tried as Latin-1, and stay as they are where that is no name. */
static bool international(struct text host, struct buffer *out)
{
	struct buffer utf8;
	struct text checked;
	enum url_host_kind kind;
	size_t before = out->len;
	bool done, beyond = false;

	for (size_t i = 0; i < host.len; i++)
		beyond = beyond || (uint8_t)host.data[i] >= 0x80;
	if (!beyond)
		return false;
	buffer_init(&utf8, SIZE_MAX_OF_PART);
	if (text_check(text_bytes(host), &checked, NULL) == ST_OK) {
		buffer_add_text(&utf8, checked);
	} else {
		for (size_t i = 0; i < host.len; i++) {
			char bytes[4];

			buffer_add(&utf8, bytes, text_encode((uint8_t)host.data[i], bytes));
		}
	}
	done = buffer_status(&utf8) == ST_OK && url_host_parse(buffer_text(&utf8), true, out, &kind) == ST_OK;
	if (!done)
		out->len = before;
	buffer_release(&utf8);
	return done;
}

static void lower_without_dots(struct text in, struct buffer *out)
{
	while (in.len && in.data[0] == '.')
		in = (struct text){in.data + 1, in.len - 1};
	while (in.len && in.data[in.len - 1] == '.')
		in.len--;
	for (size_t i = 0; i < in.len; i++)
		if (in.data[i] != '.' || in.data[i - 1] != '.')
			buffer_add_char(out, in.data[i] >= 'A' && in.data[i] <= 'Z' ? (char)(in.data[i] | 0x20) : in.data[i]);
}

/* Takes what stands between "//" and the path, unescaped. */
static enum status host_read(struct text in, struct buffer *out)
{
	struct buffer name, plain;
	enum status st = ST_OK;
	size_t digits;

	buffer_init(&name, SIZE_MAX_OF_PART);
	buffer_init(&plain, SIZE_MAX_OF_PART);
	for (size_t i = in.len; i-- > 0;)
		if (in.data[i] == '@') {
			in = (struct text){in.data + i + 1, in.len - i - 1};
			break;
		}
	for (digits = 0; digits < in.len && is_digit(in.data[in.len - 1 - digits]);)
		digits++;
	if (digits && digits < in.len && in.data[in.len - 1 - digits] == ':')
		in.len -= digits + 1;
	if (!international(in, &name))
		buffer_add_text(&name, in);
	lower_without_dots(raw(&name), &plain);
	TRY_OUT(buffer_status(&plain));
	if (plain.len == 0)
		st = ST_MALFORMED;
	else if (!url_safe_ip(raw(&plain), out))
		escape(raw(&plain), out);
out:
	buffer_release(&name);
	buffer_release(&plain);
	return st == ST_OK ? buffer_status(out) : st;
}

/* Parts one by one: "." goes, ".." takes the one before with it, empty ones go; the last slash stays. */
static enum status path_clean(struct text in, struct buffer *out)
{
	struct buffer kept;
	struct text part, rest = in;
	bool slash = true;
	enum status st;

	buffer_init(&kept, SIZE_MAX_OF_PART);
	while (in.len && text_split(&rest, '/', &part)) {
		slash = part.len == 0 || text_equal(part, TEXT(".")) || text_equal(part, TEXT(".."));
		if (text_equal(part, TEXT(".."))) {
			while (kept.len && kept.data[--kept.len] != '/')
				continue;
		} else if (!slash) {
			buffer_add_char(&kept, '/');
			buffer_add_text(&kept, part);
		}
	}
	if (slash)
		buffer_add_char(&kept, '/');
	st = buffer_status(&kept);
	escape(raw(&kept), out);
	buffer_release(&kept);
	return st == ST_OK ? buffer_status(out) : st;
}

enum status url_safe_path(struct bytes in, struct buffer *out)
{
	struct buffer plain;
	enum status st;

	buffer_init(&plain, SIZE_MAX_OF_PART);
	buffer_add(&plain, in.data, in.len);
	TRY_OUT(buffer_status(&plain));
	TRY_OUT(unescape_all(&plain));
	TRY_OUT(path_clean(raw(&plain), out));
out:
	buffer_release(&plain);
	return st;
}

enum status url_safe_escape(struct bytes in, struct buffer *out)
{
	struct buffer plain;
	enum status st;

	buffer_init(&plain, SIZE_MAX_OF_PART);
	buffer_add(&plain, in.data, in.len);
	TRY_OUT(buffer_status(&plain));
	TRY_OUT(unescape_all(&plain));
	escape(raw(&plain), out);
	st = buffer_status(out);
out:
	buffer_release(&plain);
	return st;
}

/* Letters, digits, "+-." before a colon. */
static enum status scheme_take(struct text *rest, struct buffer *out)
{
	size_t n = 0;

	while (n < rest->len && (((rest->data[n] | 0x20) >= 'a' && (rest->data[n] | 0x20) <= 'z') ||
				 (n && (is_digit(rest->data[n]) || strchr("+-.", rest->data[n])))))
		n++;
	if (n == rest->len || rest->data[n] != ':') {
		buffer_add_text(out, TEXT("http"));
		return ST_OK;
	}
	if (n == 0 || !text_starts((struct text){rest->data + n, rest->len - n}, TEXT("://")))
		return ST_MALFORMED;
	for (size_t i = 0; i < n; i++)
		buffer_add_char(out, (char)(rest->data[i] >= 'A' && rest->data[i] <= 'Z' ? rest->data[i] | 0x20 : rest->data[i]));
	*rest = (struct text){rest->data + n + 3, rest->len - n - 3};
	return buffer_status(out);
}

enum status url_safe_parse(struct bytes in, struct url_safe *url)
{
	struct buffer plain;
	struct text rest = text_trim((struct text){(const char *)in.data, in.len}), address, host;
	enum status st;

	buffer_init(&plain, SIZE_MAX_OF_PART);
	rest = part_before(&rest, '#');
	for (size_t i = 0; i < rest.len; i++)
		if (rest.data[i] != '\t' && rest.data[i] != '\r' && rest.data[i] != '\n')
			buffer_add_char(&plain, rest.data[i]);
	TRY_OUT(buffer_status(&plain));
	TRY_OUT(unescape_all(&plain));
	rest = raw(&plain);
	TRY_OUT(scheme_take(&rest, &url->scheme));
	url->has_query = text_find(rest, '?', 0) < rest.len;
	address = part_before(&rest, '?');
	escape(rest, &url->query);
	host = part_before(&address, '/');
	TRY_OUT(host_read(host, &url->host));
	TRY_OUT(path_clean(address, &url->path));
	st = buffer_status(&url->query);
out:
	buffer_release(&plain);
	return st;
}

static void expression(struct text host, struct text path, struct text query, bool has_query, struct buffer *out)
{
	buffer_add_text(out, host);
	buffer_add_text(out, path);
	if (has_query) {
		buffer_add_char(out, '?');
		buffer_add_text(out, query);
	}
	buffer_add_char(out, '\n');
}

static void paths_of_host(const struct url_safe *url, struct text host, struct buffer *out)
{
	struct text path = raw(&url->path);
	size_t ends[PATHS_MAX], count = 0;

	if (url->query.len)
		expression(host, path, raw(&url->query), true, out);
	expression(host, path, TEXT_NONE, false, out);
	for (size_t i = 0; i < path.len && count < PATHS_MAX; i++)
		if (path.data[i] == '/' && i + 1 < path.len)
			ends[count++] = i + 1;
	while (count-- > 0)
		expression(host, (struct text){path.data, ends[count]}, TEXT_NONE, false, out);
}

enum status url_safe_expressions(const struct url_safe *url, struct buffer *out)
{
	struct text host = raw(&url->host);
	struct buffer ip;
	size_t labels = 1;
	bool is_ip;

	buffer_init(&ip, SIZE_MAX_OF_PART);
	is_ip = text_starts(host, TEXT("[")) || url_safe_ip(host, &ip);
	buffer_release(&ip);
	paths_of_host(url, host, out);
	for (size_t i = 0; i < host.len; i++)
		labels += host.data[i] == '.';
	for (size_t i = 0; !is_ip && i < host.len; i++) {
		if (host.data[i] != '.')
			continue;
		labels--;
		if (labels <= HOSTS_MAX && labels >= 2)
			paths_of_host(url, (struct text){host.data + i + 1, host.len - i - 1}, out);
	}
	return buffer_status(out);
}
