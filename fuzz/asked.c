/* What people paste: one identifier of each kind, and those of a message. Nothing outgrows its room; what comes out is text; places are in
 * the message. First byte: kind and country. */
#include <stdlib.h>

#include "ident/asked_find.h"
#include "ident/payment.h"
#include "ident/url.h"
#include "ident/url_safe.h"

#define FOUND_MAX 16u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool is_text(const char *s, size_t size)
{
	struct text t;
	size_t n = strnlen(s, size);

	return n < size && text_check((struct bytes){(const uint8_t *)s, n}, &t, NULL) == ST_OK;
}

static void asked_check(const struct asked *a)
{
	must(a->kind != ASKED_ANY && a->x[0] && a->shown[0]);
	must(is_text(a->x, sizeof a->x) && is_text(a->shown, sizeof a->shown) && is_text(a->similar, sizeof a->similar));
	must(strchr(a->x, '|') != NULL && strchr(a->x, '\n') == NULL && a->warnings < 1u << ASKED_WARNING_COUNT);
}

static void address_check(struct text in)
{
	struct url url;
	struct url_safe safe;
	struct buffer once;

	buffer_init(&once, URL_PART_MAX);
	url_init(&url);
	if (url_parse(in, NULL, &url) == ST_OK) {
		struct url again;
		struct buffer twice;

		url_write(&url, &once);
		url_init(&again);
		buffer_init(&twice, URL_PART_MAX);
		must(url_parse(buffer_text(&once), NULL, &again) == ST_OK);
		url_write(&again, &twice);
		must(text_equal(buffer_text(&once), buffer_text(&twice)));
		url_release(&again);
		buffer_release(&twice);
	}
	url_release(&url);
	buffer_release(&once);
	url_safe_init(&safe);
	if (url_safe_parse(text_bytes(in), &safe) == ST_OK) {
		buffer_init(&once, 64 * URL_PART_MAX);
		(void)!url_safe_expressions(&safe, &once);
		buffer_release(&once);
	}
	url_safe_release(&safe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const countries[] = {"", "kh", "kr", "th"};
	static struct asked_found found[FOUND_MAX];
	struct asked asked;
	struct payment_code code;
	struct text in;
	size_t count;

	if (size < 1 || size > ASKED_INPUT_MAX || text_check((struct bytes){data + 1, size - 1}, &in, NULL) != ST_OK)
		return 0;
	for (unsigned kind = 0; kind < ASKED_KIND_COUNT; kind++) {
		struct asked_query query = {.text = in, .kind = (enum asked_kind)kind, .country = text_of(countries[data[0] & 3]),
					    .bank = text_of(data[0] & 4 ? "ABA" : ""), .service = text_of(data[0] & 8 ? "line" : "")};

		if (asked_read(&query, &asked, NULL) == ST_OK)
			asked_check(&asked);
	}
	count = asked_find(in, text_of(countries[data[0] & 3]), found, FOUND_MAX);
	must(count <= FOUND_MAX);
	for (size_t i = 0; i < count; i++) {
		asked_check(&found[i].asked);
		must(found[i].at < in.len && found[i].len > 0 && found[i].len <= in.len - found[i].at);
	}
	address_check(in);
	(void)!payment_read(in, &code);
	return 0;
}
