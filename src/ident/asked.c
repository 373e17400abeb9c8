#include "ident/asked.h"

#include <stdio.h>

#include "ident/asked_parts.h"

enum status asked_write(char *out, size_t size, struct error *ret_error, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out, size, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= size)
		return error_because(ret_error, ST_LIMIT, "identifier-long", NULL, "its form is longer than %zu bytes", size);
	return ST_OK;
}

/* name@host.example, and no path or scheme: nobody's account that is listed here. */
static bool is_email(struct text plain)
{
	size_t at = text_find(plain, '@', 0);

	return at && at < plain.len && text_find(plain, '.', at) < plain.len && text_find(plain, '/', 0) == plain.len &&
	       text_find(plain, ':', 0) == plain.len && text_find(plain, ' ', 0) == plain.len;
}

/* Behind tel:, bitcoin: and their kin. *ret_known: whether there is one. */
static enum status by_scheme(struct text plain, const struct asked_query *query, struct asked *ret, bool *ret_known, struct error *ret_error)
{
	struct text value;

	*ret_known = true;
	switch (asked_scheme_of(plain, &value)) {
	case ASKED_SCHEME_PHONE:
		return asked_phone(value, query, ret, ret_error);
	case ASKED_SCHEME_WALLET:
		return asked_wallet(plain, ret, ret_error);
	case ASKED_SCHEME_EMAIL:
		return error_because(ret_error, ST_MALFORMED, "email-address", NULL, "addresses of e-mail are not checked");
	case ASKED_SCHEME_OTHER:
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "what begins so is not checked");
	case ASKED_SCHEME_NONE:
		break;
	}
	*ret_known = false;
	return ST_OK;
}

/* What it is by its looks, the surest signs first. */
static enum status by_looks(const struct asked_text *text, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	struct text plain = text->plain, name;
	bool known;

	if (asked_iban(plain, ret))
		return ST_OK;
	if (query->bank.len)
		return asked_bank(plain, query, ret, ret_error);
	if (query->service.len && !asked_url_like(text->whole))
		return asked_handle(plain, query, ret, ret_error);
	TRY(by_scheme(plain, query, ret, &known, ret_error));
	if (known)
		return ST_OK;
	if (asked_wallet_like(plain))
		return asked_wallet(plain, ret, ret_error);
	if (asked_url_like(text->whole))
		return asked_url(text->whole, ret, ret_error);
	if (text_starts(plain, TEXT("@")) || asked_service_before(plain, &name) >= 0)
		return asked_handle(plain, query, ret, ret_error);
	if (asked_only_number(plain))
		return asked_phone(plain, query, ret, ret_error);
	if (asked_names_bank(plain))
		return asked_bank(plain, query, ret, ret_error);
	if (asked_iban_like(plain))
		return error_because(ret_error, ST_MALFORMED, "one-character-wrong", NULL, "the sum of the IBAN does not hold");
	if (is_email(plain))
		return error_because(ret_error, ST_MALFORMED, "email-address", NULL, "addresses of e-mail are not checked");
	if (asked_bakong(plain, ret))
		return ST_OK;
	if (asked_host_like(text->whole))
		return asked_url(text->whole, ret, ret_error);
	return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "neither number, address, account nor wallet");
}

static enum status by_kind(const struct asked_text *text, const struct asked_query *query, struct asked *ret, struct error *ret_error)
{
	struct text given = text_trim(query->text), value;

	if (query->kind != ASKED_URL && asked_payment_like(given))
		return asked_payment(given, ret, ret_error);
	switch (query->kind) {
	case ASKED_PHONE:
		if (asked_url_like(text->whole))
			return asked_url(text->whole, ret, ret_error);
		return asked_phone(asked_scheme_of(text->plain, &value) == ASKED_SCHEME_PHONE ? value : text->plain, query, ret, ret_error);
	case ASKED_HANDLE:
		return asked_url_like(text->whole) ? asked_url(text->whole, ret, ret_error)
						   : asked_handle(text->plain, query, ret, ret_error);
	case ASKED_URL:
		return asked_url(text->whole, ret, ret_error);
	case ASKED_BANK:
		return asked_bank(text->plain, query, ret, ret_error);
	case ASKED_WALLET:
		return asked_wallet(text->plain, ret, ret_error);
	case ASKED_ANY:
		break;
	}
	return by_looks(text, query, ret, ret_error);
}

enum status asked_read(const struct asked_query *query, struct asked *ret_asked, struct error *ret_error)
{
	struct asked asked = {.kind = ASKED_ANY};
	struct asked_text text;

	TRY(asked_text_make(query->text, &text, ret_error));
	if (text.plain.len == 0)
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "nothing was given");
	TRY(by_kind(&text, query, &asked, ret_error));
	*ret_asked = asked;
	return ST_OK;
}

static const char *const kinds[ASKED_KIND_COUNT] = {"any", "phone", "url", "bank", "handle", "wallet"};

const char *asked_kind_word(enum asked_kind kind)
{
	return kinds[kind];
}

bool asked_kind_from_word(struct text word, enum asked_kind *ret_kind)
{
	for (size_t i = 0; i < ASKED_KIND_COUNT; i++)
		if (text_equal(word, text_of(kinds[i]))) {
			*ret_kind = (enum asked_kind)i;
			return true;
		}
	return false;
}

const char *asked_warning_word(unsigned bit)
{
	static const char *const words[ASKED_WARNING_COUNT] = {"punycode", "mixed-script", "userinfo", "hides-destination", "shared-host",
							       "ip-address", "unusual-number", "no-checksum", "payment-code", "bank-unknown"};

	return words[bit];
}
