#include <stdio.h>

#include "ident/asked_parts.h"

#include "services.inc"

#define NAME_MAX_LEN 64u

/* Letters and digits of a service's name, small: "Kakao Talk" is kakaotalk. */
static size_t service_fold(struct text in, char out[NAME_MAX_LEN])
{
	size_t at = 0, n = 0;

	while (at < in.len) {
		size_t from = at;
		uint32_t c = text_next(in, &at);

		if (asked_is_mark(c))
			continue;
		if (n + 4 > NAME_MAX_LEN)
			return 0;
		memcpy(out + n, in.data + from, at - from);
		if (c >= 'A' && c <= 'Z')
			out[n] = (char)(c | 0x20);
		n += at - from;
	}
	return n;
}

int asked_service_find(struct text name)
{
	char room[NAME_MAX_LEN];
	struct text folded = {room, service_fold(name, room)};

	for (size_t i = 0; folded.len && i < SERVICES_COUNT; i++) {
		struct text rest = services_rows[i].aliases, alias;

		while (text_split(&rest, '|', &alias))
			if (text_equal(alias, folded))
				return (int)i;
	}
	return -1;
}

struct text asked_service_name(int service)
{
	return services_rows[service].service;
}

int asked_service_behind(struct text word)
{
	int found = asked_service_find(word);

	for (size_t i = 0; found < 0 && i < SERVICES_COUNT; i++) {
		struct text rest = services_rows[i].aliases, alias;

		while (found < 0 && text_split(&rest, '|', &alias))
			if ((uint8_t)alias.data[0] >= 0x80 && word.len > alias.len &&
			    text_equal((struct text){word.data + word.len - alias.len, alias.len}, alias))
				found = (int)i;
	}
	return found;
}

/* At the first colon, or at a blank: the last at which what stands before is a service ("LINE ID abc"). */
int asked_service_before(struct text plain, struct text *ret_name)
{
	size_t colon = text_find(plain, ':', 0);
	int found = -1;

	if (colon < plain.len) {
		*ret_name = text_trim((struct text){plain.data + colon + 1, plain.len - colon - 1});
		return asked_service_find((struct text){plain.data, colon});
	}
	for (size_t i = 0; i < plain.len && i < NAME_MAX_LEN; i++) {
		int service = plain.data[i] == ' ' ? asked_service_find((struct text){plain.data, i}) : -1;

		if (service >= 0) {
			found = service;
			*ret_name = text_trim((struct text){plain.data + i, plain.len - i});
		}
	}
	return found;
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Small letters; what does not tell two names apart is left out. false: it cannot be a name there. */
static bool name_take(const struct services_row *service, struct text in, char out[NAME_MAX_LEN + 1], size_t *ret_len)
{
	size_t n = 0, from = 0;
	bool digits = text_equal(service->form, TEXT("digits"));

	if (in.len && in.data[0] == '@') {
		if (text_equal(service->at, TEXT("part")))
			out[n++] = '@';
		from = 1;
	}
	for (size_t i = from; i < in.len; i++) {
		char c = in.data[i] >= 'A' && in.data[i] <= 'Z' ? (char)(in.data[i] | 0x20) : in.data[i];
		bool marked = text_find(service->marks, c, 0) < service->marks.len;

		if (text_find(service->dropped, c, 0) < service->dropped.len)
			continue;
		if (n >= NAME_MAX_LEN || !(is_digit(c) || (!digits && (is_letter(c) || marked))))
			return false;
		out[n++] = c;
	}
	out[n] = 0;
	*ret_len = n;
	if (n < service->min || n > service->max)
		return false;
	return text_equal(service->first, TEXT("any")) || is_letter(out[0]);
}

/* What is drawn alike, or left out in haste: 0 o, 1 i l, rn m, vv w; _ . - */
static void skeleton(struct text name, char out[NAME_MAX_LEN + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (c == '_' || c == '.' || c == '-')
			continue;
		c = c == '0' ? 'o' : c == '1' || c == 'i' ? 'l' : c;
		if (n && c == 'n' && out[n - 1] == 'r')
			out[n - 1] = 'm';
		else if (n && c == 'v' && out[n - 1] == 'v')
			out[n - 1] = 'w';
		else
			out[n++] = c;
	}
	out[n] = 0;
}

enum status asked_handle_of(int service, struct text name, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	const struct services_row *row = &services_rows[service];
	char room[NAME_MAX_LEN + 1], like[NAME_MAX_LEN + 1];
	size_t n;

	if (text_equal(row->form, TEXT("phone")))
		return asked_phone(name, query, ret, ret_error);
	if (!text_equal(row->form, TEXT("name")) && !text_equal(row->form, TEXT("digits")))
		return asked_handle_of(asked_service_find(row->form), name, query, ret, ret_error);
	if (!name_take(row, name, room, &n))
		return error_because(ret_error, ST_MALFORMED, "handle-shape", NULL, "no name of an account there");
	ret->kind = ASKED_HANDLE;
	skeleton((struct text){room, n}, like);
	TRY(asked_write(ret->x, sizeof ret->x, ret_error, "handle|%.*s:%s", TEXT_ARG(row->service), room));
	if (like[0] && strspn(room, "0123456789") < n)
		TRY(asked_write(ret->similar, sizeof ret->similar, ret_error, "handle-like|%.*s:%s", TEXT_ARG(row->service), like));
	return asked_write(ret->shown, sizeof ret->shown, ret_error, "%.*s %s%s", TEXT_ARG(row->service),
			   text_equal(row->at, TEXT("shown")) ? "@" : "", room);
}

/* With no service named, @name is one of Telegram's: there names are written so. */
enum status asked_handle(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	struct text name = plain;
	int service = -1, before = asked_service_before(plain, &name);

	if (query->service.len) {
		service = asked_service_find(query->service);
		if (service < 0)
			return error_because(ret_error, ST_MALFORMED, "service-needed", NULL, "a service that is not known");
	}
	if (before >= 0 && service < 0)
		service = before;
	if (before < 0 || before != service)
		name = plain;
	if (service < 0 && text_starts(plain, TEXT("@")))
		service = asked_service_find(TEXT("telegram"));
	if (service < 0)
		return error_because(ret_error, ST_MALFORMED, "service-needed", NULL, "the same name may be of many services");
	return asked_handle_of(service, name, query, ret, ret_error);
}
