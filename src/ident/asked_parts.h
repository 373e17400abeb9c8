/* The readers behind ident/asked.h, one for each kind. Used by src/ident/asked*.c only. */
#ifndef IDENT_ASKED_PARTS_H
#define IDENT_ASKED_PARTS_H

#include "ident/asked.h"

/* The text as both sides see it. */
struct asked_text {
	char whole_room[ASKED_INPUT_MAX], plain_room[ASKED_INPUT_MAX];
	struct text whole; /* NFKC, unseen marks gone, hxxp and [.] put right; trimmed */
	struct text plain; /* the same with digits of ASCII */
};

/* Fails: ST_LIMIT reason "identifier-long". */
MUST_USE enum status asked_text_make(struct text in, struct asked_text *ret_text, struct error *ret_error);

/* Zero width, direction, joiners, soft hyphens, fillers, variation selectors, control characters but tab and line ends. */
bool asked_is_unseen(uint32_t c);

/* No letter, digit or mark that could belong to an identifier: blanks, dashes, quotes and stops of every script. */
bool asked_is_mark(uint32_t c);

/* Each of these fails as asked_read() does. They set kind, x, shown, similar and warnings. */
MUST_USE enum status asked_phone(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error);
MUST_USE enum status asked_wallet(struct text plain, struct asked *ret, struct error *ret_error);
MUST_USE enum status asked_bank(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error);
MUST_USE enum status asked_handle(struct text plain, const struct asked_query *query, struct asked *ret, struct error *ret_error);

bool asked_wallet_like(struct text plain);
bool asked_iban(struct text plain, struct asked *ret); /* only one whose sum holds */
/* A country's code and as many characters as its IBANs have: only a slip makes its sum fail. */
bool asked_iban_like(struct text plain);
bool asked_bakong(struct text plain, struct asked *ret);
/* Whether words beside the digits name a bank of the table. */
bool asked_names_bank(struct text plain);
/* Digits and what is written between them, and nothing else but an extension. */
bool asked_only_number(struct text plain);
/* "telegram: name", "카카오톡 name": the service it begins with, and the rest; -1 if none. */
int asked_service_before(struct text plain, struct text *ret_name);
/* Row of services.tsv by a name or alias, -1 if none. */
int asked_service_find(struct text name);
/* The same of a word that may end with one, in scripts that write words in one go: 加微信. */
int asked_service_behind(struct text word);
struct text asked_service_name(int service);
/* A name of that service, as it stands in a link; `query` for telephone numbers. */
MUST_USE enum status asked_handle_of(int service, struct text name, const struct asked_query *query, struct asked *ret,
				     struct error *ret_error);

/* What a text begins with that is no address of the web: "tel:", "bitcoin:" (data/ident/schemes.tsv). */
enum asked_scheme { ASKED_SCHEME_NONE, ASKED_SCHEME_PHONE, ASKED_SCHEME_WALLET, ASKED_SCHEME_EMAIL, ASKED_SCHEME_OTHER };
/* *ret_value: what stands behind it, up to the words that may follow a number; untouched where there is none. */
enum asked_scheme asked_scheme_of(struct text plain, struct text *ret_value);

/* An account of a bank that a payment code names by its number in the country's list; its account as it is. */
MUST_USE enum status asked_bank_account(struct text country, struct text bank, struct text account, struct asked *ret,
					struct error *ret_error);

/* An address on the web, and the accounts that some stand for (data/ident/links.tsv). */
MUST_USE enum status asked_url(struct text whole, struct asked *ret, struct error *ret_error);
/* Whether it has a scheme or a path behind something with a full stop; and whether it is at least a host of several labels. */
bool asked_url_like(struct text whole);
bool asked_host_like(struct text whole);

/* Payment codes (EMVCo merchant-presented): KHQR, PromptPay, VietQR. */
bool asked_payment_like(struct text in);
/* Takes the text as it was given, for a code counts its characters. */
MUST_USE enum status asked_payment(struct text in, struct asked *ret, struct error *ret_error);

/* printf into x, shown or similar. Fails: ST_LIMIT reason "identifier-long". */
MUST_USE enum status asked_write(char *out, size_t size, struct error *ret_error, const char *format, ...) PRINTF_LIKE(4, 5);

#endif
