#include "http/router.h"

struct fit {
	struct text captures[ROUTE_CAPTURES_MAX];
	size_t capture_count;
	uint64_t rank; /* a bit a segment from the top, set where the pattern has a literal */
};

static bool fits(const char *pattern, struct text path, struct fit *fit)
{
	struct text wanted = text_of(pattern), want, got;
	uint64_t bit = (uint64_t)1 << 63;
	bool more_wanted, more_got;

	fit->capture_count = 0;
	fit->rank = 0;
	for (;; bit >>= 1) {
		more_wanted = text_split(&wanted, '/', &want);
		more_got = text_split(&path, '/', &got);
		if (!more_wanted || !more_got)
			return more_wanted == more_got;
		if (want.len > 1 && want.data[0] == '{') {
			if (got.len == 0 || fit->capture_count == ROUTE_CAPTURES_MAX)
				return false;
			fit->captures[fit->capture_count++] = got;
		} else if (text_equal(want, got)) {
			fit->rank |= bit;
		} else {
			return false;
		}
	}
}

static bool takes(const struct http_route *route, enum http_method method)
{
	return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

void route_find(const struct http_table *tables, size_t table_count, enum http_method method, struct text path,
		struct route_found *ret)
{
	uint64_t best = 0;
	struct fit fit;

	*ret = (struct route_found){.route = NULL};
	for (size_t t = 0; t < table_count; t++) {
		if (tables[t].prefix && !text_starts(path, text_of(tables[t].prefix)))
			continue;
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct http_route *route = &tables[t].routes[i];

			if (!fits(route->pattern, path, &fit))
				continue;
			ret->allowed |= 1u << route->method | (route->method == HTTP_GET ? 1u << HTTP_HEAD : 0);
			if (!takes(route, method) || (ret->route && fit.rank <= best))
				continue;
			best = fit.rank;
			ret->route = route;
			ret->context = tables[t].context;
			ret->capture_count = fit.capture_count;
			memcpy(ret->captures, fit.captures, sizeof fit.captures);
		}
	}
}
