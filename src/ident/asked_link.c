#include "ident/asked_link.h"

#include "ident/phone.h"
#include "ident/url_safe.h"

#include "links.inc"

#define NAME_MIN 3u
#define NAME_MAX_LEN 64u

bool asked_path_part(struct text path, size_t n, struct text *ret_part)
{
	struct text part;

	while (path.len && text_split(&path, '/', &part))
		if (part.len && n-- == 0) {
			*ret_part = part;
			return true;
		}
	return false;
}

bool asked_query_value(struct text query, struct text name, struct buffer *out)
{
	struct text field;

	while (query.len && text_split(&query, '&', &field)) {
		size_t eq = text_find(field, '=', 0);
		struct buffer value;
		enum status st;

		if (eq >= field.len || !text_equal((struct text){field.data, eq}, name))
			continue;
		buffer_init(&value, out->ceiling);
		st = url_safe_escape((struct bytes){(const uint8_t *)field.data + eq + 1, field.len - eq - 1}, &value);
		if (st == ST_OK)
			buffer_add_text(out, buffer_text(&value));
		buffer_release(&value);
		return st == ST_OK && buffer_status(out) == ST_OK;
	}
	return false;
}

static bool ends(struct text t, struct text end)
{
	return t.len >= end.len && text_equal((struct text){t.data + t.len - end.len, end.len}, end);
}

/* One of the hosts of a row. "{}." takes the first label. */
static bool host_fits(struct text hosts, struct text host, struct text *ret_name)
{
	struct text pattern;

	while (text_split(&hosts, '|', &pattern)) {
		struct text tail = {pattern.data + 2, pattern.len > 2 ? pattern.len - 2 : 0};

		if (text_starts(pattern, TEXT("{}"))) {
			size_t len = host.len > tail.len ? host.len - tail.len : 0;

			*ret_name = (struct text){host.data, len};
			if (len && ends(host, tail) && text_find(*ret_name, '.', 0) == len)
				return true;
		} else if (text_starts(pattern, TEXT("*."))) {
			if (text_equal(host, tail) || ends(host, (struct text){pattern.data + 1, pattern.len - 1}))
				return true;
		} else if (text_equal(host, pattern) ||
			   (text_starts(host, TEXT("www.")) && text_equal((struct text){host.data + 4, host.len - 4}, pattern))) {
			return true;
		}
	}
	return false;
}

/* "s/{}": every part of the pattern in its place. */
static bool path_fits(struct text pattern, struct text path, struct text *ret_name)
{
	struct text want, part;

	for (size_t n = 0; asked_path_part(pattern, n, &want); n++) {
		size_t hole = text_find(want, '{', 0);

		if (!asked_path_part(path, n, &part))
			return false;
		if (hole < want.len) {
			if (!text_starts(part, (struct text){want.data, hole}) || part.len == hole)
				return false;
			*ret_name = (struct text){part.data + hole, part.len - hole};
		} else if (!text_equal(want, TEXT("*")) && !text_equal(want, part)) {
			return false;
		}
	}
	return true;
}

static bool is_listed(struct text list, struct text name)
{
	struct text item;

	while (list.len && text_split(&list, '|', &item))
		if (text_equal_nocase(item, name))
			return true;
	return false;
}

static bool phone_of(struct text name, struct asked *ret)
{
	struct asked_query query = {.kind = ASKED_PHONE};
	char room[PHONE_TEXT_MAX + 1];
	size_t digits = 0;

	if (name.len && name.data[0] == '+')
		name = (struct text){name.data + 1, name.len - 1};
	for (size_t i = 0; i < name.len; i++)
		digits += name.data[i] >= '0' && name.data[i] <= '9';
	return digits == name.len && asked_write(room, sizeof room, NULL, "+%.*s", TEXT_ARG(name)) == ST_OK &&
	       asked_phone(text_of(room), &query, ret, NULL) == ST_OK;
}

/* A name whose grammar is the address's own: letters, digits, - and _. */
static bool own_name(const struct links_row *row, struct text name, struct asked *ret)
{
	char room[NAME_MAX_LEN + 1] = {0};
	bool fold = text_equal(row->letters, TEXT("fold"));

	if (name.len < NAME_MIN || name.len > NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if ((uint8_t)c >= 0x80 || (asked_is_mark((uint8_t)c) && c != '-' && c != '_'))
			return false;
		room[i] = fold && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	ret->kind = ASKED_HANDLE;
	return asked_write(ret->x, sizeof ret->x, NULL, "handle|%.*s:%.*s%s", TEXT_ARG(row->service), TEXT_ARG(row->prefix), room) == ST_OK &&
	       asked_write(ret->shown, sizeof ret->shown, NULL, "%.*s %.*s%s", TEXT_ARG(row->service), TEXT_ARG(row->prefix), room) == ST_OK;
}

static bool name_of(const struct links_row *row, struct text name, struct asked *ret)
{
	struct asked_query query = {.kind = ASKED_HANDLE};
	char room[NAME_MAX_LEN + 2];

	if (is_listed(row->none, name))
		return false;
	if (text_equal(row->service, TEXT("phone")))
		return phone_of(name, ret);
	if (row->prefix.len && !text_equal(row->prefix, TEXT("@")))
		return own_name(row, name, ret);
	return asked_write(room, sizeof room, NULL, "%.*s%.*s", TEXT_ARG(row->prefix), TEXT_ARG(name)) == ST_OK &&
	       asked_handle_of(asked_service_find(row->service), text_of(room), &query, ret, NULL) == ST_OK;
}

static bool row_fits(const struct links_row *row, const struct link *link, struct asked *ret)
{
	struct text name = TEXT_NONE, path = row->path;
	struct buffer value;
	bool behind = text_starts(path, TEXT("#")), fits;

	path = behind ? (struct text){path.data + 1, path.len - 1} : path;
	fits = host_fits(row->host, link->host, &name) && path_fits(path, behind ? link->fragment : link->path, &name);

	if (!fits || row->query.len == 0)
		return fits && name_of(row, name, ret);
	buffer_init(&value, ASKED_INPUT_MAX);
	fits = asked_query_value(link->query, row->query, &value) && name_of(row, buffer_text(&value), ret);
	buffer_release(&value);
	return fits;
}

bool asked_link_scheme(struct text scheme)
{
	for (size_t i = 0; scheme.len && i < LINKS_COUNT; i++) {
		struct text hosts = links_rows[i].host, host;

		while (text_split(&hosts, '|', &host))
			if (host.len > scheme.len && host.data[scheme.len] == ':' && text_equal_nocase((struct text){host.data, scheme.len}, scheme))
				return true;
	}
	return false;
}

bool asked_link_read(const struct link *link, struct asked *ret)
{
	for (size_t i = 0; i < LINKS_COUNT; i++)
		if (row_fits(&links_rows[i], link, ret))
			return true;
	return false;
}
