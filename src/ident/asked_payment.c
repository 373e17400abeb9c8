/* Whose account a payment code names. Sources: National Bank of Cambodia, KHQR Content Guideline 1.3; Bank of Thailand, Thai QR Code
 * Payment Standard; NAPAS, VietQR specification 1.5; ABS, PayNow QR; HKICL, Common QR Code Specification. */
#include "ident/asked_parts.h"
#include "ident/payment.h"

#define FIELDS 10u

/* A template's scheme (field 00) and its other fields by number. */
struct template {
	struct text fields[FIELDS];
};

static bool template_read(struct text in, struct template *ret)
{
	struct text value;
	unsigned tag;

	*ret = (struct template){.fields = {{NULL, 0}}};
	while (in.len) {
		if (!payment_next(&in, &tag, &value))
			return false;
		if (tag < FIELDS)
			ret->fields[tag] = value;
	}
	return true;
}

static enum status by_phone(struct text number, struct asked *ret, struct error *ret_error)
{
	char room[64];
	struct asked_query query = {.kind = ASKED_PHONE};

	TRY(asked_write(room, sizeof room, ret_error, "%s%.*s", number.len && number.data[0] == '+' ? "" : "+", TEXT_ARG(number)));
	return asked_phone(text_of(room), &query, ret, ret_error);
}

/* The telephone is written 0066812345678: country code 66, filled up with noughts. */
static enum status promptpay(const struct template *t, struct asked *ret, struct error *ret_error)
{
	struct text phone = t->fields[1];

	if (text_equal(t->fields[0], TEXT("A000000677010111")) && phone.len) {
		while (phone.len && phone.data[0] == '0')
			phone = (struct text){phone.data + 1, phone.len - 1};
		return by_phone(phone, ret, ret_error);
	}
	for (size_t i = 1; i < 5; i++)
		if (t->fields[i].len)
			return asked_bank_account(TEXT("th"), TEXT("PROMPTPAY"), t->fields[i], ret, ret_error);
	return error_because(ret_error, ST_MALFORMED, "payment-account", NULL, "PromptPay without a payee");
}

static enum status vietqr(const struct template *t, struct asked *ret, struct error *ret_error)
{
	struct template inner;

	if (!template_read(t->fields[1], &inner) || inner.fields[0].len == 0 || inner.fields[1].len == 0)
		return error_because(ret_error, ST_MALFORMED, "payment-account", NULL, "VietQR without a bank and an account");
	return asked_bank_account(TEXT("vn"), inner.fields[0], inner.fields[1], ret, ret_error);
}

/* The first template of a scheme that we know; *ret_known tells whether this is one. */
static enum status by_template(const struct template *t, struct asked *ret, bool *ret_known, struct error *ret_error)
{
	struct text scheme = t->fields[0];

	*ret_known = true;
	if (text_starts(scheme, TEXT("A00000067701011")))
		return promptpay(t, ret, ret_error);
	if (text_equal(scheme, TEXT("A000000727")))
		return vietqr(t, ret, ret_error);
	if (text_equal_nocase(scheme, TEXT("SG.PAYNOW")) && text_equal(t->fields[1], TEXT("0")))
		return by_phone(t->fields[2], ret, ret_error);
	if (text_equal_nocase(scheme, TEXT("SG.PAYNOW")))
		return asked_bank_account(TEXT("sg"), TEXT("PAYNOW"), t->fields[2], ret, ret_error);
	if (text_equal_nocase(scheme, TEXT("hk.com.hkicl")) && t->fields[3].len)
		return by_phone(t->fields[3], ret, ret_error);
	if (text_equal_nocase(scheme, TEXT("hk.com.hkicl")))
		return asked_bank_account(TEXT("hk"), TEXT("FPS"), t->fields[2], ret, ret_error);
	*ret_known = asked_bakong(scheme, ret);
	return ST_OK;
}

bool asked_payment_like(struct text in)
{
	return in.len >= 16 && text_starts(in, TEXT("000201"));
}

enum status asked_payment(struct text in, struct asked *ret, struct error *ret_error)
{
	struct payment_code code;
	struct text value;
	unsigned tag;

	switch (payment_read(in, &code)) {
	case PAYMENT_SHAPE:
		return error_because(ret_error, ST_MALFORMED, "unreadable", NULL, "the payment code is not whole");
	case PAYMENT_CRC:
		return error_because(ret_error, ST_MALFORMED, "crc-wrong", NULL, "the CRC of the payment code does not hold");
	case PAYMENT_GOOD:
		break;
	}
	ret->warnings |= ASKED_PAYMENT;
	while (payment_next(&code.accounts, &tag, &value)) {
		struct template template;
		bool known = false;

		if (tag < 26 || tag > 51 || !template_read(value, &template))
			continue;
		TRY(by_template(&template, ret, &known, ret_error));
		if (known)
			return ST_OK;
	}
	return error_because(ret_error, ST_MALFORMED, "payment-account", NULL, "no account of a scheme that is known");
}
